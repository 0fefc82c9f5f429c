"""A timeline, or a story of many nodes -> frames: what changes with each, and what moves in it.

A frame is a transition of the timeline. A story of many nodes would have thousands of keyframes of
many thousand elements each: there a frame is a step, and what changes is noted while the graph is
drawn.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.cameras import cameras
from graphgen.draw.elements import text_box
from graphgen.draw.graphview import GraphView
from graphgen.draw.scaled import Scaled
from graphgen.model.geometry import Layout
from graphgen.model.story import Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Camera, Element, Frame, Keyframe, Text, Timeline, Transition

__all__ = ["Change", "Frames", "frames_of", "frames_of_steps"]

Change = tuple[int, str, int, Element | None]
"""A frame, and with it a key, its place from the back to the front, and its element from then on;
None where it is gone."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What a page shows, frame by frame; frame 0 is there before the first step.

    Attributes:
        seconds: of each frame but 0.
        ends: the last frame of each step.
        changes: in the order of the frames.
        moving: the frames in which something moves, or that go evenly.
        cameras: from which frame on what is seen how; and what of the foot of the stage is hidden
            by what stands in the frame, in points of the frame.
    """

    title: str
    theme: Theme
    frame: Frame
    seconds: list[float]
    ends: list[int]
    changes: Iterable[Change]
    moving: dict[int, Transition] = field(default_factory=dict)
    cameras: dict[int, tuple[Camera, float]] = field(default_factory=dict)


def frames_of(timeline: Timeline) -> Frames:
    """The frames of a timeline: its transitions."""
    transitions = [each for step in timeline.steps for each in step.transitions]
    ends, end = [], 0
    for step in timeline.steps:
        end += len(step.transitions)
        ends.append(end)
    return Frames(
        timeline.title,
        timeline.theme,
        timeline.frame,
        [each.seconds for each in transitions],
        ends,
        _changes([timeline.first, *(each.keyframe for each in transitions)]),
        {
            at: each
            for at, each in enumerate(transitions, 1)
            if each.motions or each.easing == "linear"
        },
        dict(_cameras(timeline)),
    )


def _changes(keyframes: Iterable[Keyframe]) -> Iterator[Change]:
    """The differences of keyframes."""
    now: dict[str, Element] = {}
    last: Keyframe = ()
    for frame, keyframe in enumerate(keyframes):
        if keyframe is last:
            continue
        for place, element in enumerate(keyframe):
            if now.get(element.key) is not element:
                now[element.key] = element
                yield frame, element.key, place, element
        if len(now) > len(keyframe):
            for key in now.keys() - {each.key for each in keyframe}:
                del now[key]
                yield frame, key, 0, None
        last = keyframe


def _cameras(timeline: Timeline) -> Iterator[tuple[int, tuple[Camera, float]]]:
    at = 0
    if timeline.camera is not None:
        yield at, (timeline.camera, _covered(timeline.first, timeline.frame))
    for step in timeline.steps:
        for each in step.transitions:
            at += 1
            if each.camera is not None:
                yield at, (each.camera, _covered(step.keyframe, timeline.frame))


def _covered(keyframe: Keyframe, frame: Frame) -> float:
    """How much of the stage's foot is taken by what stands in the frame, in points of the frame."""
    stage = frame.stage
    bottom = stage.y + stage.height
    tops = [
        text_box(each.form).y
        for each in keyframe
        if each.space == "frame" and isinstance(each.form, Text)
        if stage.center.y < each.form.y < bottom
    ]
    return bottom - min(tops, default=bottom)


def frames_of_steps(story: Story, layout: Layout, theme: Theme, frame: Frame) -> Frames:
    """The frames of a story of many nodes: its steps, each as it is at its end.

    Args:
        story: has the steps.
        layout: where everything stands.
        theme: has the colours.
        frame: that of the film whose camera is followed.

    Returns:
        The frames.
    """
    steps = range(1, len(story.steps) + 1)
    return Frames(
        story.title,
        theme,
        frame,
        [step.seconds for step in story.steps],
        list(steps),
        _drawn(story, layout, theme, frame),
        cameras=_followed(story, layout, frame),
    )


def _drawn(story: Story, layout: Layout, theme: Theme, frame: Frame) -> Iterator[Change]:
    """What changes with each step as the graph is drawn."""
    builder = _Noting(story.title, theme, frame)
    view = GraphView(builder, story, layout, Scaled(1.0, 0.0, 0.0), smallest=0.0)
    places: dict[str, int] = {}
    before: dict[str, Element] = {}
    for at, step in enumerate(story.steps):
        builder.step(step.caption)
        view.play(at, beats={})
        for key in builder.taken():
            element = builder.element(key) if builder.has(key) else None
            if element is before.get(key):
                continue
            place = places.setdefault(key, len(places))
            yield at + 1, key, place, element
            if element is None:
                del before[key]
            else:
                before[key] = element


def _followed(story: Story, layout: Layout, frame: Frame) -> dict[int, tuple[Camera, float]]:
    sizes = (place.size for place in layout.places)
    cameras_from: dict[int, tuple[Camera, float]] = {}
    last = None
    smallest = min(sizes, default=frame.smallest)
    for at, camera in enumerate(cameras(story, layout, frame, smallest), 1):
        if camera != last:
            cameras_from[at] = camera, 0.0
            last = camera
    return cameras_from


class _Noting(TimelineBuilder):
    """Notes whose elements were added, changed or removed, and makes no keyframes."""

    def __init__(self, title: str, theme: Theme, frame: Frame) -> None:
        super().__init__(title, theme, frame)
        self._touched: dict[str, None] = {}

    def add(self, *elements: Element | Iterable[Element]) -> None:
        """Show elements; each is noted."""
        for each in elements:
            own = (each,) if isinstance(each, Element) else tuple(each)
            self._touched.update((element.key, None) for element in own)
            super().add(own)

    def remove(self, *keys: str) -> None:
        """Take elements away; each is noted."""
        for key in keys:
            self._touched.update((gone, None) for gone in [*self.keys(key), key])
        super().remove(*keys)

    def change(self, key: str, elements: Iterable[Element]) -> None:
        """Show elements in the place of others; all are noted."""
        self._touched.update((each, None) for each in [*self.keys(key), key])
        super().change(key, elements)

    def taken(self) -> list[str]:
        """What was noted, in its order; from here on it is noted anew."""
        keys = list(self._touched)
        self._touched = {}
        return keys
