"""Story + Layout + Frame -> Cameras: what of the picture is seen in each step.

The camera holds still while the whole picture is legible; where it isn't, it shows who acts, and
moves as seldom as the story allows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphgen.model.geometry import Box, Layout, Point, Route
from graphgen.model.story import Focus, Step, Story
from graphgen.model.timeline import Camera, Element, Frame, Text, Timeline, Transition

__all__ = [
    "around_all",
    "box_of_route",
    "cameras",
    "cameras_of",
    "detour",
    "fitting",
    "projected",
]

_COMFORT = 1.2
"""Nearer than just legible, so that numbers have 3% of the frame."""

_IN_VAIN = 0.6
"""Of the legible scale: where what acts can't be shown at even that, going nearer helps nobody."""

_LARGEST_TEXT = 0.06
_NARROW = 1.35
_RING = 7.0
"""Points of the world around a card that belong to it: its light."""

_FAR = 2.2
"""Stages between two places, as wide or high as each: then the way leads past both of them."""


def fitting(layout: Layout, room: Box, frame: Frame, largest: float) -> Camera:
    """The whole layout in the middle of a room in the frame.

    Args:
        layout: its size, in points of the world.
        room: in points of the frame.
        frame: the picture, in points.
        largest: points of the frame for each of the world, at most.

    Returns:
        The camera.
    """
    whole = Box(-_RING, -_RING, layout.width + 2 * _RING, layout.height + 2 * _RING)
    scale = min(_scale_in(whole, room), largest)
    return _looking(Point(layout.width / 2, layout.height / 2), scale, room, frame)


def cameras(story: Story, layout: Layout, frame: Frame, smallest: float) -> list[Camera]:
    """The camera of each step.

    Args:
        story: has the steps.
        layout: where everything stands, in points of the world.
        frame: the picture, in points.
        smallest: the smallest font size of the world, in points.

    Returns:
        One camera for each step; all the same where the whole layout can be read at once.
    """
    short = min(frame.height, _NARROW * frame.width)
    whole = fitting(layout, frame.stage, frame, _LARGEST_TEXT * short / smallest)
    floor = frame.smallest / smallest
    if whole.scale >= floor:
        return [whole] * len(story.steps)
    places = (place for place in layout.places if place.cell.part == "contribution")
    labels = {place.cell.index: place.box for place in places}
    return list(_Following(story, layout, frame, whole, floor, labels).run())


def detour(start: Camera, end: Camera, frame: Frame) -> Camera | None:
    """Between two places that are far apart, the camera that sees both; None where they
    are near.

    Args:
        start, end: the cameras of two steps.
        frame: the picture, in points.

    Returns:
        The camera between them, or None.
    """
    one, other = start.seen(frame), end.seen(frame)
    scale = min(start.scale, end.scale)
    stage = frame.stage
    across = abs(start.center.x - end.center.x) * scale / stage.width
    down = abs(start.center.y - end.center.y) * scale / stage.height
    if max(across, down) < _FAR:
        return None
    both = around_all([one, other])
    return Camera(both.center, _scale_in(both, stage))


def cameras_of(timeline: Timeline) -> Iterator[tuple[int, Transition, Camera | None]]:
    """Each transition of a timeline, with the index of its step, and the camera at its end."""
    camera = timeline.camera
    for index, step in enumerate(timeline.steps):
        for transition in step.transitions:
            camera = transition.camera or camera
            yield index, transition, camera


def projected(
    elements: Iterable[Element], camera: Camera | None, frame: Frame
) -> tuple[Element, ...]:
    """What a camera sees, in points of the frame; elements of the frame stay as they are.

    Args:
        elements: of the world and of the frame.
        camera: None leaves all as they are.
        frame: the picture, in points.

    Returns:
        The elements, in the same order.
    """
    if camera is None:
        return tuple(elements)
    return tuple(
        _projected(each, camera, frame) if each.space == "world" else each for each in elements
    )


def _projected(element: Element, camera: Camera, frame: Frame) -> Element:
    form, scale = element.form, camera.scale
    if isinstance(form, Text):
        x, y = camera.project(form.x, form.y, frame)
        return replace(element, form=replace(form, x=x, y=y, size=form.size * scale))
    paths = tuple(tuple(camera.project(x, y, frame) for x, y in path) for path in form.paths)
    dash = tuple(length * scale for length in form.dash)
    return replace(element, form=replace(form, paths=paths, width=form.width * scale, dash=dash))


@dataclass(frozen=True, slots=True)
class _Following:
    """Follows a story that doesn't fit in the stage with legible text.

    Attributes:
        whole: sees the whole picture, as the film begins and ends.
        floor: the scale at which the smallest text is just legible.
        labels: where contributions stand on their edges.
    """

    story: Story
    layout: Layout
    frame: Frame
    whole: Camera
    floor: float
    labels: Mapping[int, Box]

    def run(self) -> Iterator[Camera]:
        """The camera of each step: the same one as long as its actors fit in it together."""
        run: list[Box] = []
        for step in self.story.steps:
            acting = self._actors(step)
            if acting is None:
                yield from [self._camera(run)] * len(run)
                run = []
                yield self.whole
            elif run and not self._fit([*run, acting]):
                yield from [self._camera(run)] * len(run)
                run = [acting]
            else:
                run.append(acting)
        yield from [self._camera(run)] * len(run)

    def _fit(self, boxes: Sequence[Box]) -> bool:
        """Whether each is as legible among all of them as it could be alone."""
        stage = self.frame.stage
        alone = (min(self.floor, _scale_in(box, stage)) for box in boxes)
        return _scale_in(around_all(boxes), stage) >= max(alone)

    def _camera(self, run: Sequence[Box]) -> Camera:
        """Sees a run of steps, never smaller than the whole."""
        if not run:
            return self.whole
        box, stage = around_all(run), self.frame.stage
        scale = max(self.whole.scale, min(_COMFORT * self.floor, _scale_in(box, stage)))
        width, height = stage.width / scale, stage.height / scale
        middle = Point(
            _held(box.center.x, width, self.layout.width),
            _held(box.center.y, height, self.layout.height),
        )
        return Camera(middle, scale)

    def _actors(self, step: Step) -> Box | None:
        """The box around what acts in a step; None where the whole picture is to be seen: all or
        none act, or they stand too far apart to be read together.

        Of a wave that reaches too far, the one that its caption names is followed. Where edges
        reach too far, the cards at their ends are, and then only those that act themselves.
        """
        if step.move in ("open", "close"):
            return None
        choices = self._boxes(step.focus)
        if len(step.focus.nodes) > 1 or step.move == "send":
            choices += self._boxes(self._named(step))
        stage = self.frame.stage
        for floor in (self.floor, _IN_VAIN * self.floor):
            for box in choices:
                if _scale_in(box, stage) >= floor:
                    return box
        return None

    def _named(self, step: Step) -> Focus:
        """Who is named by the caption of a step in which several act: the first."""
        nodes, edges = step.focus.nodes[:1], step.focus.edges
        if step.move == "send":
            return Focus(nodes, edges[:1])
        end = "source" if step.move == "sum" else "target"
        ends = [getattr(self.story.graph.edges[edge], end) for edge in edges]
        own = [edge for edge, node in zip(edges, ends, strict=True) if node in nodes]
        return Focus(nodes, tuple(own))

    def _boxes(self, focus: Focus) -> list[Box]:
        """Around actors with all of their edges, with the cards at both ends, and alone."""
        layout, ends = self.layout, [self.story.graph.edges[edge] for edge in focus.edges]
        nodes = [_ringed(layout.boxes[node]) for node in focus.nodes]
        cards = nodes + [_ringed(layout.boxes[edge.source]) for edge in ends]
        ways = cards + [box_of_route(layout.routes[edge]) for edge in focus.edges]
        ways += [self.labels[edge] for edge in focus.edges if edge in self.labels]
        return [around_all(boxes) for boxes in (ways, cards, nodes) if boxes]


def around_all(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def box_of_route(route: Route) -> Box:
    """The box around a route's points, which no point of its curves leaves."""
    xs, ys = [point.x for point in route.points], [point.y for point in route.points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _ringed(box: Box) -> Box:
    return Box(box.x - _RING, box.y - _RING, box.width + 2 * _RING, box.height + 2 * _RING)


def _held(middle: float, room: float, size: float) -> float:
    """A middle moved so that no more of the outside shows than must."""
    if room >= size + 2 * _RING:
        return size / 2
    return min(max(middle, room / 2 - _RING), size - room / 2 + _RING)


def _looking(middle: Point, scale: float, room: Box, frame: Frame) -> Camera:
    """The camera that has a place of the world in the middle of a room."""
    stage, center = frame.stage.center, room.center
    x = middle.x - (center.x - stage.x) / scale
    return Camera(Point(x, middle.y - (center.y - stage.y) / scale), scale)


def _scale_in(box: Box, room: Box) -> float:
    return min(room.width / max(box.width, 1e-9), room.height / max(box.height, 1e-9))
