"""The storyboard: steps with their sentences, and what the frame shows after each of its beats."""

from dataclasses import dataclass
from typing import Literal

from graphgen.draw.elements import Element, Path
from graphgen.model.geometry import Box, sides_of
from graphgen.model.theme import Theme

__all__ = ["ASPECTS", "Beat", "BoardStep", "Ease", "Size", "Still", "Storyboard", "Traveler"]

Still = tuple[Element, ...]
"""Everything in the frame, from the back to the front within each layer; keys are unique."""

Ease = Literal["smooth", "even"]
"""How what moves goes: slow at both ends, or evenly, for beats that go on into each other."""

_SHORT_SIDE = 540.0
_TITLE, _CAPTION, _MARGIN, _GAP = 0.08, 0.12, 0.05, 0.02
_NARROW_TITLE, _NARROW_CAPTION = 0.1, 0.13


@dataclass(frozen=True, slots=True)
class Size:
    """A frame in points; its shorter side is 540.

    >>> Size.of("16:9").width, Size.of("9:16").height, Size.of("1:1").width
    (960.0, 960.0, 540.0)
    """

    width: float
    height: float

    @classmethod
    def of(cls, aspect: str) -> "Size":
        """The frame of an aspect such as "16:9", width to height."""
        return cls.like(*sides_of(aspect))

    @classmethod
    def like(cls, across: float, down: float) -> "Size":
        """The frame of this shape."""
        short = min(across, down)
        return cls(round(_SHORT_SIDE * across / short, 3), round(_SHORT_SIDE * down / short, 3))

    @property
    def is_wide(self) -> bool:
        """Whether things stand beside each other rather than below."""
        return self.width > 1.2 * self.height

    @property
    def smallest(self) -> float:
        """The smallest font size: 2.2% of the shorter side."""
        return 0.022 * min(self.width, self.height)

    @property
    def margin(self) -> float:
        """What stays free at the left and the right."""
        return _MARGIN * min(self.width, self.height)

    @property
    def title(self) -> Box:
        """The band at the top."""
        share = _TITLE if self.is_wide else _NARROW_TITLE
        return Box(self.margin, 0.0, self.width - 2 * self.margin, share * self.height)

    @property
    def caption(self) -> Box:
        """The band at the bottom."""
        high = (_CAPTION if self.is_wide else _NARROW_CAPTION) * self.height
        return Box(self.margin, self.height - high, self.width - 2 * self.margin, high)

    @property
    def stage(self) -> Box:
        """What is left for the picture."""
        top = self.title.height + _GAP * self.height
        bottom = self.caption.y - _GAP * self.height
        return Box(self.margin, top, self.width - 2 * self.margin, bottom - top)


ASPECTS = ("16:9", "9:16", "1:1", "4:3")
"""The shapes of frames that every scene is looked at in."""


@dataclass(frozen=True, slots=True)
class Traveler:
    """Elements that go along a line within a beat, and are gone after it.

    Attributes:
        elements: drawn around the line's first point.
        path: corners.
        start, end: between which shares of the beat.
        stays: whether it stays seen at the end, because something like it stands there then.
        stood: whether it was seen before, and now leaves its place.
    """

    elements: tuple[Element, ...]
    path: Path
    start: float = 0.0
    end: float = 1.0
    stays: bool = False
    stood: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """A stretch of time in which one still turns into the next.

    Attributes:
        seconds: a multiple of 0.2.
        still: what is there at its end.
    """

    seconds: float
    still: Still
    travelers: tuple[Traveler, ...] = ()
    ease: Ease = "smooth"

    @property
    def carried(self) -> frozenset[str]:
        """The keys of what is gone from its place because it travels."""
        return frozenset(
            element.key
            for traveler in self.travelers
            if traveler.stood
            for element in traveler.elements
        )


@dataclass(frozen=True, slots=True)
class BoardStep:
    """One thing that happens.

    Attributes:
        caption: one sentence that says it, with the numbers in it.
        narration: what a speaker says; "" where the caption is enough.
        chapter: a word or two for where we are: "step 3 of 10".
    """

    caption: str
    beats: tuple[Beat, ...]
    narration: str = ""
    chapter: str = ""

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return round(sum(beat.seconds for beat in self.beats), 1)

    @property
    def still(self) -> Still:
        """What is there at its end."""
        return self.beats[-1].still


@dataclass(frozen=True, slots=True)
class Storyboard:
    """What a scene shows, for one shape of frame and one theme.

    Attributes:
        poster: the step at whose end the picture tells most; the last where nothing is said.
        first: what stands there before the first step, and so in the first frame.
    """

    title: str
    theme: Theme
    size: Size
    steps: tuple[BoardStep, ...]
    poster: int = -1
    first: Still = ()

    @property
    def seconds(self) -> float:
        """How long the film of it is."""
        return round(sum(step.seconds for step in self.steps), 1)
