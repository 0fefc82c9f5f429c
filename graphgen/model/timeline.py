"""The timeline: what is seen, when, and through which camera; every medium renders timelines.

Lengths are points of the world or of the frame; x grows to the right, y down. A frame's
shorter side is 540 of its points. Colours are "#rrggbb".
"""

from dataclasses import dataclass
from typing import Literal

from graphgen.model.geometry import Box, Point, sides_of
from graphgen.model.theme import Theme

__all__ = [
    "ASPECTS",
    "Bands",
    "Camera",
    "Easing",
    "Element",
    "Enter",
    "Frame",
    "Keyframe",
    "Motion",
    "Path",
    "Shape",
    "Space",
    "Text",
    "Timeline",
    "TimelineStep",
    "Transition",
]

Path = tuple[tuple[float, float], ...]
"""Corners of straight pieces, or, of a curved shape, 1 + 3n points of cubic Bézier curves."""

Enter = Literal["fade", "draw", "grow"]
"""How an element comes: it fades in, is drawn along its line, or grows from its middle."""

Space = Literal["world", "frame"]
"""Whether the camera moves an element, or it stands in the frame, as titles and captions do."""

Easing = Literal["ease-in-out", "linear"]
"""How what moves goes: slow at both ends, or evenly, for transitions that go on into each other."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Outlines, painted together.

    Attributes:
        paths: one or more outlines; a filled one is closed by its painter.
        fill: the colour inside, or "".
        line: the colour of the line, or "".
        width: of the line, in points.
        opacity: of everything, from 0 to 1.
        is_curved: whether the paths are curves rather than corners.
        dash: the lengths of a line's dashes and of the gaps between them, in points; () is solid.
    """

    paths: tuple[Path, ...]
    fill: str = ""
    line: str = ""
    width: float = 0.0
    opacity: float = 1.0
    is_curved: bool = False
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text.

    Attributes:
        x, y: where its anchor stands; y is the middle of the capitals.
        size: the font size, in points.
        align: -1: the anchor is the left end, 0 the middle, 1 the right end.
        is_formula: whether it is set as mathematics, where it is some; `text` is its plain text.
    """

    text: str
    x: float
    y: float
    size: float
    ink: str
    align: float = 0.0
    is_bold: bool = False
    opacity: float = 1.0
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A shape or a text that is the same thing from keyframe to keyframe.

    Attributes:
        key: what it is known by; where its form differs between two keyframes, it moves.
        layer: what has a higher one is painted above; in the order of the keyframe within one.
        enter: how it comes.
        classes: what it is, with spaces between, as in "edge backward path-2 active": names out of
            draw/classes.py. Media write them, each with "av-" before it, beside the attributes
            that paint it.
        space: whether the camera moves it. Where there is no camera, both are the same.
    """

    key: str
    form: Shape | Text
    layer: int = 0
    enter: Enter = "fade"
    classes: str = ""
    space: Space = "world"


Keyframe = tuple[Element, ...]
"""Everything there is, from the back to the front within each layer; keys are unique."""

_SHORT_SIDE = 540.0
_TITLE, _CAPTION, _MARGIN, _GAP = 0.08, 0.12, 0.05, 0.02
_NARROW_TITLE, _NARROW_CAPTION = 0.1, 0.13

_SAME_ZOOM = 1e-6
"""Zooms that differ by less than this share are one: a camera pans between them."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Where the parts of a frame stand that has them elsewhere than a film, as a sheet of paper."""

    title: Box
    stage: Box
    caption: Box


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame in points; a film's shorter side is 540, a sheet of paper is as large as its picture.

    Attributes:
        bands: where the title, the stage and the caption stand on paper; None in a film, where
            they are shares of the frame.

    >>> Frame.of("16:9").width, Frame.of("9:16").height, Frame.of("1:1").width
    (960.0, 960.0, 540.0)
    """

    width: float
    height: float
    bands: Bands | None = None

    @classmethod
    def of(cls, aspect: str) -> "Frame":
        """The frame of an aspect such as "16:9", width to height."""
        return cls.like(*sides_of(aspect))

    @classmethod
    def like(cls, across: float, down: float) -> "Frame":
        """The frame of this shape."""
        short = min(across, down)
        return cls(round(_SHORT_SIDE * across / short, 3), round(_SHORT_SIDE * down / short, 3))

    @property
    def is_wide(self) -> bool:
        """Whether things stand beside each other rather than below."""
        return self.width > 1.2 * self.height

    @property
    def smallest(self) -> float:
        """The smallest font size: 2.2% of the shorter side; paper, which is read from near, has
        none."""
        if self.bands is not None:
            return 0.0
        return 0.022 * min(self.width, self.height)

    @property
    def margin(self) -> float:
        """What stays free at the left and the right."""
        return _MARGIN * min(self.width, self.height)

    @property
    def title(self) -> Box:
        """The band at the top."""
        if self.bands is not None:
            return self.bands.title
        share = _TITLE if self.is_wide else _NARROW_TITLE
        return Box(self.margin, 0.0, self.width - 2 * self.margin, share * self.height)

    @property
    def caption(self) -> Box:
        """The band at the bottom."""
        if self.bands is not None:
            return self.bands.caption
        high = (_CAPTION if self.is_wide else _NARROW_CAPTION) * self.height
        return Box(self.margin, self.height - high, self.width - 2 * self.margin, high)

    @property
    def stage(self) -> Box:
        """What is left for the picture."""
        if self.bands is not None:
            return self.bands.stage
        top = self.title.height + _GAP * self.height
        bottom = self.caption.y - _GAP * self.height
        return Box(self.margin, top, self.width - 2 * self.margin, bottom - top)


ASPECTS = ("16:9", "9:16", "1:1", "4:3")
"""The shapes of frames that every scene is looked at in."""


@dataclass(frozen=True, slots=True)
class Camera:
    """What of the world is seen: a place of it in the middle of the frame's stage.

    Attributes:
        center: the place, in points of the world.
        scale: points of the frame for each point of the world.

    >>> Camera(Point(10.0, 20.0), 2.0).project(11.0, 20.0, Frame.of("1:1")) == (
    ...     Frame.of("1:1").stage.center.x + 2.0, Frame.of("1:1").stage.center.y)
    True
    """

    center: Point
    scale: float

    @classmethod
    def still(cls, frame: "Frame") -> "Camera":
        """The camera through which points of the world are points of the frame."""
        return cls(frame.stage.center, 1.0)

    def project(self, x: float, y: float, frame: "Frame") -> tuple[float, float]:
        """Where a place of the world stands in the frame.

        Args:
            x, y: in the world, in points.
            frame: the picture that the camera fills.

        Returns:
            (x, y) in the frame, in points.
        """
        middle = frame.stage.center
        return (
            middle.x + (x - self.center.x) * self.scale,
            middle.y + (y - self.center.y) * self.scale,
        )

    def toward(self, other: "Camera", share: float) -> "Camera":
        """Where a camera is on its way to another: its zoom grows by equal factors in equal times.

        Each edge of what is seen goes straight from where it was to where it will be, so nothing
        is seen on the way that neither end shows, but what lies between them.

        Args:
            share: of the way, from 0 to 1, already eased.

        >>> Camera(Point(0.0, 0.0), 1.0).toward(Camera(Point(30.0, 0.0), 4.0), 0.5)
        Camera(center=Point(x=20.0, y=0.0), scale=2.0)
        """
        if share in (0.0, 1.0):
            return other if share else self
        scale = self.scale * (other.scale / self.scale) ** share
        width = 1 / other.scale - 1 / self.scale
        is_pan = abs(width) * self.scale < _SAME_ZOOM
        way = share if is_pan else (1 / scale - 1 / self.scale) / width
        x, y = other.center.x - self.center.x, other.center.y - self.center.y
        return Camera(Point(self.center.x + x * way, self.center.y + y * way), scale)

    def seen(self, frame: "Frame") -> Box:
        """The part of the world that the stage shows."""
        stage = frame.stage
        width, height = stage.width / self.scale, stage.height / self.scale
        return Box(self.center.x - width / 2, self.center.y - height / 2, width, height)


@dataclass(frozen=True, slots=True)
class Motion:
    """Elements that go along a path within a transition.

    One number is one object. An element whose key stands in the keyframe at the end, in a motion
    with `ends_visible`, becomes that: it isn't seen there before it arrives, on the last part of
    its way it takes on the size, the place and the colours that the keyframe gives it, and nothing
    fades. Likewise an element whose key stood in the keyframe before, in a motion with
    `starts_visible`, is that, and leaves its place.

    Attributes:
        elements: drawn around the path's first point, in the space that the first one is in.
        path: corners.
        start, end: between which shares of the transition.
        ends_visible: whether they stay seen at the end, because they, or something like them,
            stand there then.
        starts_visible: whether they were seen before, and now leave their place.
    """

    elements: tuple[Element, ...]
    path: Path
    start: float = 0.0
    end: float = 1.0
    ends_visible: bool = False
    starts_visible: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A stretch of time in which one keyframe turns into the next.

    Attributes:
        seconds: a multiple of 0.2.
        keyframe: what is there at its end.
        camera: where the camera is at its end; None where it stays.
        cue: the name by which narration starts it; "" where it follows the one before.
    """

    seconds: float
    keyframe: Keyframe
    motions: tuple[Motion, ...] = ()
    easing: Easing = "ease-in-out"
    camera: Camera | None = None
    cue: str = ""

    @property
    def carried(self) -> frozenset[str]:
        """The keys of what is gone from its place because it is in motion."""
        return frozenset(
            element.key
            for motion in self.motions
            if motion.starts_visible
            for element in motion.elements
        )

    @property
    def landing(self) -> frozenset[str]:
        """The keys of what stands in the keyframe because it has come there in a motion."""
        moving = {
            element.key
            for motion in self.motions
            if motion.ends_visible
            for element in motion.elements
        }
        return frozenset(element.key for element in self.keyframe if element.key in moving)


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One thing that happens.

    Attributes:
        caption: one sentence that says it, with the numbers in it.
        narration: what a speaker says; "" where the caption is enough.
        chapter: a word or two for where we are: "step 3 of 10".
    """

    caption: str
    transitions: tuple[Transition, ...]
    narration: str = ""
    chapter: str = ""

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return round(sum(transition.seconds for transition in self.transitions), 1)

    @property
    def keyframe(self) -> Keyframe:
        """What is there at its end."""
        return self.transitions[-1].keyframe


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is seen of a story or a scene, for one shape of frame and one theme.

    Attributes:
        poster: the step at whose end the picture tells most; the last where nothing is said.
        first: what stands there before the first step, and so in the first frame.
        camera: where the camera is before the first step; None where it never moves, and points of
            the world are points of the frame.
    """

    title: str
    theme: Theme
    frame: Frame
    steps: tuple[TimelineStep, ...]
    poster: int = -1
    first: Keyframe = ()
    camera: Camera | None = None

    @property
    def seconds(self) -> float:
        """How long the film of it is."""
        return round(sum(step.seconds for step in self.steps), 1)
