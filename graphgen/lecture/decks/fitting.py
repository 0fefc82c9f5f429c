"""A deck's own texts -> lines and sizes at which they fit their slides, in pixels."""

from dataclasses import dataclass

from graphgen.layout.measure import LINE, fitted, safe, width, wrapped
from graphgen.lecture.decks.deck import HEADING, Deck, Size

__all__ = ["Lettering", "TitleSlide", "heading_of", "title_slide"]

_BOLD = 1.13
"""How much wider bold letters are than those that are measured."""

_STEP = 0.94
_TITLE = (68.0, 36.0)
_HEADING = (38.0, 24.0)
_LIST = (28.0, 16.0)
_SMALL_LIST = 22.0
"""Below this size of a list, a second column is better."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of a bold text, and their size."""

    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True)
class TitleSlide:
    """What stands on the first slide.

    Attributes:
        listed: the headings with their numbers, each on one line.
        size: of the list.
        columns: how many the list has.
    """

    title: Lettering
    listed: tuple[str, ...]
    size: float
    columns: int

    @property
    def rows(self) -> int:
        """How many lines a column of the list has."""
        return -(-len(self.listed) // self.columns)

    @property
    def column(self) -> float:
        """The width of a column of the list."""
        return max((width(text, self.size) for text in self.listed), default=0.0)

    @property
    def width(self) -> float:
        """Of the list, whose columns stand a letter's height apart."""
        return (self.column + self.size) * self.columns - self.size

    @property
    def height(self) -> float:
        """Of title and list together."""
        title = len(self.title.lines) * self.title.size * LINE
        return title + ((self.rows + 1) * self.size * LINE if self.listed else 0.0)


def heading_of(text: str, size: Size) -> Lettering:
    """A section's heading in the room above its picture."""
    largest, smallest = _HEADING
    heading = _lettered(text, size.stage.width, largest, smallest, most=1)
    if not heading.lines[-1].endswith("…"):
        return heading
    return _lettered(text, size.stage.width, HEADING / 2 / LINE, smallest, most=2)


def title_slide(deck: Deck) -> TitleSlide:
    """The title and the headings, as large as they fit together."""
    stage = deck.size.stage
    title = _lettered(deck.title, stage.width, *_TITLE, most=3)
    headings = [chapter.heading for chapter in deck.chapters]
    if headings == [deck.title]:
        return TitleSlide(title, (), _LIST[0], 1)
    numbered = [f"{at}. {safe(heading)}" for at, heading in enumerate(headings, 1)]
    for columns, smallest in ((1, _SMALL_LIST), (2, _LIST[1])):
        size = _LIST[0]
        while True:
            room = stage.width / columns - (columns - 1) * size
            listed = tuple(fitted(text, size, room) for text in numbered)
            slide = TitleSlide(title, listed, size, columns)
            if slide.height <= deck.size.height * 0.9:
                return slide
            if size <= smallest:
                break
            size *= _STEP
    return slide


def _lettered(text: str, room: float, largest: float, smallest: float, most: int) -> Lettering:
    """As large as it fits in so many lines; cut where it doesn't even at its smallest."""
    size, whole = largest, safe(text).split()
    while True:
        lines = wrapped(text, size, room / _BOLD, most)
        is_whole = " ".join(lines).split() == whole
        if is_whole and all(width(line, size) * _BOLD <= room for line in lines):
            return Lettering(lines, size)
        if size <= smallest:
            return Lettering(lines, size)
        size = max(smallest, size * _STEP)
