"""Layout -> Views: where the picture stands in the frame at each step, as plain data.

The picture holds still while it fits with legible text; where it doesn't, it is shown by parts, and
moves as seldom as the story allows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphgen.model.geometry import Box, Layout, Point, Route
from graphgen.model.story import Step, Story

__all__ = ["SMALLEST_TEXT", "Area", "Frame", "View", "around", "box_of", "fitting", "views"]

SMALLEST_TEXT = 0.022
"""No text is smaller than this share of the frame's shorter side: 24 pixels of 1080."""

_COMFORT = 1.15
_IN_VAIN = 0.6
"""Of the legible scale: where what acts can't be shown at even that, going nearer helps nobody."""

_LARGEST_TEXT = 0.06
_NARROW = 1.35
_TITLE, _CAPTION, _MARGIN, _GAP = 0.08, 0.12, 0.05, 0.018


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in Manim's units, y up: its middle, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of the film, in Manim's units, and its bands."""

    width: float
    height: float

    @property
    def unit(self) -> float:
        """The shorter side: the smallest text is a share of it, on a wide frame and on a phone."""
        return min(self.width, self.height)

    @property
    def base(self) -> float:
        """What the sizes of titles and captions are shares of: the height, less where narrow."""
        return min(self.height, _NARROW * self.width)

    @property
    def inside(self) -> float:
        """The width between the margins."""
        return self.width - 2 * _MARGIN * self.unit

    @property
    def title(self) -> Area:
        """The band at the top."""
        height = _TITLE * self.height
        return Area(0.0, (self.height - height) / 2, self.inside, height)

    @property
    def caption(self) -> Area:
        """The band at the bottom."""
        height = _CAPTION * self.height
        return Area(0.0, (height - self.height) / 2, self.inside, height)

    @property
    def stage(self) -> Area:
        """What is left for the picture."""
        top = self.height * (0.5 - _TITLE - _GAP)
        bottom = self.height * (_CAPTION + _GAP - 0.5)
        return Area(0.0, (top + bottom) / 2, self.inside, top - bottom)


@dataclass(frozen=True, slots=True)
class View:
    """Points of the layout to Manim's units: `scale` units per point, and where the origin goes."""

    scale: float
    x: float
    y: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the layout stands in the frame."""
        return self.x + x * self.scale, self.y - y * self.scale

    def area(self, box: Box) -> Area:
        """Where a box of the layout stands in the frame."""
        x, y = self.at(box.center.x, box.center.y)
        return Area(x, y, box.width * self.scale, box.height * self.scale)


def fitting(layout: Layout, area: Area, largest: float) -> View:
    """The whole layout in the middle of an area, at most so many units per point."""
    whole = Box(0.0, 0.0, layout.width, layout.height)
    return _on(whole.center, min(_scale_in(whole, area), largest), area)


def views(story: Story, layout: Layout, frame: Frame, smallest: float) -> list[View]:
    """One view for each step.

    Args:
        smallest: the smallest font size of the layout, in points.
    """
    stage = frame.stage
    whole = fitting(layout, stage, _LARGEST_TEXT * frame.base / smallest)
    floor = SMALLEST_TEXT * frame.unit / smallest
    if whole.scale >= floor:
        return [whole] * len(story.steps)
    return list(_Camera(story, layout, stage, whole, floor).run())


@dataclass(frozen=True, slots=True)
class _Camera:
    """Follows a story that doesn't fit in the stage with legible text.

    Attributes:
        whole: the view of the whole picture, as the film begins and ends.
        floor: the scale at which the smallest text is just legible.
    """

    story: Story
    layout: Layout
    stage: Area
    whole: View
    floor: float

    def run(self) -> Iterator[View]:
        """One view for each step: the same one as long as its actors fit in it together."""
        run: list[Box] = []
        for step in self.story.steps:
            acting = self._actors(step)
            if acting is None:
                yield from [self._view(run)] * len(run)
                run = []
                yield self.whole
            elif run and not self._fit([*run, acting]):
                yield from [self._view(run)] * len(run)
                run = [acting]
            else:
                run.append(acting)
        yield from [self._view(run)] * len(run)

    def _fit(self, boxes: Sequence[Box]) -> bool:
        """Whether each is as legible among all of them as it could be alone."""
        alone = (min(self.floor, _scale_in(box, self.stage)) for box in boxes)
        return _scale_in(around(boxes), self.stage) >= max(alone)

    def _view(self, run: Sequence[Box]) -> View:
        """The view of a run of steps, never smaller than the whole."""
        if not run:
            return self.whole
        box = around(run)
        scale = max(self.whole.scale, min(_COMFORT * self.floor, _scale_in(box, self.stage)))
        width, height = self.stage.width / scale, self.stage.height / scale
        middle = Point(
            _held(box.center.x, width, self.layout.width),
            _held(box.center.y, height, self.layout.height),
        )
        return _on(middle, scale, self.stage)

    def _actors(self, step: Step) -> Box | None:
        """The box around what acts in a step; None where the whole picture is to be seen: all or
        none act, or those that do stand too far apart to be read together.

        Where ways reach too far to be legible together, the cards alone are followed, and then
        only those that act themselves.
        """
        if step.move in ("open", "close"):
            return None
        nodes = [self.layout.boxes[node] for node in step.focus.nodes]
        edges = [self.story.graph.edges[edge] for edge in step.focus.edges]
        cards = nodes + [self.layout.boxes[edge.source] for edge in edges]
        ways = cards + [box_of(self.layout.routes[edge]) for edge in step.focus.edges]
        choices = [around(boxes) for boxes in (ways, cards, nodes) if boxes]
        fitting = (box for box in choices if _scale_in(box, self.stage) >= self.floor)
        box = next(fitting, choices[-1] if choices else None)
        is_in_vain = box is not None and _scale_in(box, self.stage) < _IN_VAIN * self.floor
        return None if is_in_vain else box


def _held(middle: float, room: float, size: float) -> float:
    """A middle moved so that no more of the outside shows than must."""
    return size / 2 if room >= size else min(max(middle, room / 2), size - room / 2)


def box_of(route: Route) -> Box:
    """The box around a route's points, which no point of its curves leaves."""
    xs, ys = [point.x for point in route.points], [point.y for point in route.points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _scale_in(box: Box, area: Area) -> float:
    return min(area.width / max(box.width, 1e-9), area.height / max(box.height, 1e-9))


def _on(middle: Point, scale: float, area: Area) -> View:
    return View(scale, area.x - middle.x * scale, area.y + middle.y * scale)
