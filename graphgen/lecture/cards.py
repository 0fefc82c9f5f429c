"""Title cards: what stands before each section of a lecture's film, as a storyboard."""

import json
from dataclasses import asdict, dataclass

from graphgen.draw.bands import fitted, written
from graphgen.draw.elements import line, rectangle, text
from graphgen.lecture.model import MOST_SECTIONS, check_line
from graphgen.model.codec import read_versioned, structured
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme, ThemeChoice, theme_of
from graphgen.model.timeline import Element, Frame, Keyframe, Timeline, TimelineStep, Transition

__all__ = ["Card", "dumps", "loads", "storyboard"]

_HEAD, _VERSION = "autoviz_card", 1
_OPENS, _TURNS, _COMES, _STANDS = 1.6, 0.6, 0.6, 1.8
_BIG, _HEADING, _LECTURE = 0.105, 0.092, 0.04
_BAR, _MOST_BARS = 4.0, 30
_LINE = 1.3


@dataclass(frozen=True, slots=True)
class Card:
    """A title card.

    Attributes:
        number, count: which section of how many; the first one opens with the lecture's title.
    """

    number: int
    count: int
    heading: str
    lecture: str
    theme: ThemeChoice

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count <= MOST_SECTIONS:
            raise ValueError(
                f"a section of up to {MOST_SECTIONS}: got {self.number} of {self.count}"
            )
        check_line(self.heading)
        check_line(self.lecture)


def dumps(card: Card) -> str:
    """The text of a card."""
    return json.dumps({_HEAD: _VERSION, **asdict(card)}, ensure_ascii=False)


def loads(content: str) -> Card:
    """The card that a text holds.

    Raises:
        StoryFileError: it holds none.
    """
    body = read_versioned(content, _HEAD, _VERSION, "a title card", "write it again")
    return structured(body, Card, "title card", "write it again")


def storyboard(card: Card, frame: Frame) -> Timeline:
    """What a card shows in a frame of this shape."""
    drawing = _Drawing(card, theme_of(card.theme), frame)
    first, beats = drawing.begins(), drawing.transitions()
    step = TimelineStep(f"{card.number}. {card.heading}", beats)
    return Timeline(card.heading, drawing.theme, frame, (step,), first=first)


@dataclass(frozen=True, slots=True)
class _Drawing:
    card: Card
    theme: Theme
    frame: Frame

    def begins(self) -> Keyframe:
        """The first frame, which is not empty."""
        title = self.opening() if self.card.number == 1 else self.lecture()
        return (*self.bars(), *title)

    def transitions(self) -> tuple[Transition, ...]:
        """The heading comes in below the lecture's title, and stands."""
        ready = (*self.bars(), *self.lecture())
        whole = (*ready, *self.heading())
        is_first = self.card.number == 1
        opens = (Transition(_OPENS, self.begins()), Transition(_TURNS, ready)) if is_first else ()
        return (*opens, Transition(_COMES, whole), Transition(_STANDS, whole))

    def opening(self) -> list[Element]:
        """The lecture's title, large."""
        points, lines = fitted(
            self.card.lecture, self._room(0.6), _BIG * self._base, 4, self.frame.smallest
        )
        return written("lecture", lines, points, (self._left, self._middle), self.theme.text, -1)

    def lecture(self) -> list[Element]:
        """The lecture's title, small, above the heading."""
        points, lines = fitted(
            self.card.lecture, self._room(0.08), _LECTURE * self._base, 1, self.frame.smallest
        )
        y = self._middle - 0.5 * self._high - 0.075 * self._base
        return written("lecture", lines, points, (self._left, y), self.theme.quiet, -1)

    def heading(self) -> list[Element]:
        """The section's number and heading, and a line above them."""
        points, lines = self._lines
        y = self._middle - 0.5 * self._high - 0.03 * self._base
        rule = ((self._left, y), (self._left + 0.16 * self.frame.width, y))
        at = (self._left, self._middle)
        return [
            line("rule", rule, self.theme.forward, 3.0, enter="draw"),
            *written("heading", lines, points, at, self.theme.text, -1),
        ]

    def bars(self) -> list[Element]:
        """One bar for each section, or where there are many, one that grows."""
        card, width = self.card, self.frame.width - 2 * self._left
        y = 0.86 * self.frame.height
        mark = text(
            "mark", f"{card.number} of {card.count}", self._left + width, y - 0.035 * self._base,
            0.032 * self._base, self.theme.quiet, 1,
        )  # fmt: skip
        if card.count > _MOST_BARS:
            return [mark, *self._one_bar(width, y)]
        gap = min(8.0, 0.3 * width / card.count)
        each = (width - gap * (card.count - 1)) / card.count
        places = (self._left + index * (each + gap) for index in range(card.count))
        return [mark, *(self._bar(index, x, y, each) for index, x in enumerate(places))]

    def _bar(self, index: int, x: float, y: float, width: float) -> Element:
        is_here, is_past = index == self.card.number - 1, index < self.card.number - 1
        ink = self.theme.forward if is_here or is_past else self.theme.quiet
        opacity = 1.0 if is_here else 0.45 if is_past else 0.3
        box = Box(x, y, width, _BAR)
        return rectangle(f"bar/{index}", box, fill=ink, radius=_BAR / 2, opacity=opacity)

    def _one_bar(self, width: float, y: float) -> list[Element]:
        gone = width * self.card.number / self.card.count
        return [
            rectangle(
                "bar/track", Box(self._left, y, width, _BAR), fill=self.theme.quiet, opacity=0.3
            ),
            rectangle("bar/0", Box(self._left, y, gone, _BAR), fill=self.theme.forward),
        ]

    @property
    def _lines(self) -> tuple[float, tuple[str, ...]]:
        words = f"{self.card.number}. {self.card.heading}"
        return fitted(words, self._room(0.45), _HEADING * self._base, 4, self.frame.smallest)

    @property
    def _high(self) -> float:
        """The height of the heading."""
        points, lines = self._lines
        return len(lines) * points * _LINE

    @property
    def _middle(self) -> float:
        return 0.46 * self.frame.height

    @property
    def _left(self) -> float:
        return max(0.09 * self.frame.width, self.frame.margin)

    @property
    def _base(self) -> float:
        return min(self.frame.height, 1.3 * self.frame.width)

    def _room(self, share: float) -> Box:
        """A room as wide as the text may be, and as high as a share of the frame."""
        return Box(0.0, 0.0, self.frame.width - 2 * self._left, share * self.frame.height)
