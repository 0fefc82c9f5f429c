"""Rows and columns of texts -> elements in a box; a table grows row by row."""

from dataclasses import dataclass
from functools import cached_property

from graphgen.draw.classes import drawn_as
from graphgen.draw.elements import line, rectangle, text
from graphgen.draw.rooms import largest
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element

__all__ = ["Table"]

_LINE = 1.65
_GAP = 1.1


@dataclass(frozen=True)
class Table:
    """A table whose places are reserved from the start, so that nothing moves as it grows.

    Attributes:
        key: the first part of every element's key.
        rows: all that it will ever show; each as many texts as there are heads.
        inks: a colour for each column; () takes the theme's text for all.
        smallest: the smallest font size; where rows don't fit with it, the last ones that fit are
            shown (`visible`).
    """

    key: str
    box: Box
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    theme: Theme
    smallest: float
    inks: tuple[str, ...] = ()

    @cached_property
    def size(self) -> float:
        """The font size: as large as the box allows."""
        return largest(self._fits, self.smallest)

    @property
    def least_width(self) -> float:
        """How wide it is with the smallest font size."""
        return sum(self._widths(self.smallest)) + self.smallest * _GAP * (len(self.heads) - 1)

    @property
    def most(self) -> int:
        """How many rows there is room for, below the heads."""
        return max(1, int(self.box.height / (self.size * _LINE)) - 1)

    @drawn_as("table")
    def head(self) -> list[Element]:
        """The heads and the line below them."""
        y = self.box.y + self.size * _LINE / 2
        elements = [
            text(f"{self.key}/head/{at}", words, x, y, self.size, self.theme.quiet, 1)
            for at, (words, x) in enumerate(zip(self.heads, self._ends, strict=True))
        ]
        rule = self.box.y + self.size * _LINE
        ends = [(self._left, rule), (self._ends[-1], rule)]
        return [*elements, line(f"{self.key}/rule", ends, self.theme.quiet, 1.0, 0.6)]

    @drawn_as("table")
    def row(self, index: int, at: int | None = None, is_lit: bool = False) -> list[Element]:
        """One row, at its own place, or at another; a lit one has a band behind it.

        Args:
            index: of the row.
            at: the index of the row in whose place it stands; None for its own.
            is_lit: whether it has a band behind it.

        Returns:
            A text for each column, and the band.
        """
        place = index if at is None else at
        y = self.box.y + self.size * _LINE * (place + 1.5)
        inks = self.inks or (self.theme.text,) * len(self.heads)
        elements = [
            text(
                f"{self.key}/row/{index}/{column}",
                fitted(words, self.size, room),
                x,
                y,
                self.size,
                ink,
                1,
            )
            for column, (words, x, ink, room) in enumerate(
                zip(self.rows[index], self._ends, inks, self._rooms, strict=True)
            )
        ]
        if is_lit:
            elements.append(self.light(place))
        return elements

    @drawn_as("table")
    def light(self, place: int) -> Element:
        """The band behind the row that is spoken of; it moves from row to row."""
        high = self.size * _LINE
        band = Box(
            self._left - 6, self.box.y + high * (place + 1), self._ends[-1] - self._left + 12, high
        )
        return rectangle(f"{self.key}/light", band, fill=self.theme.forward, radius=4, opacity=0.16)

    @cached_property
    def _rooms(self) -> list[float]:
        return self._widths(self.size)

    @property
    def _left(self) -> float:
        whole = sum(self._rooms) + self.size * _GAP * (len(self.heads) - 1)
        return self.box.x + max(0.0, (self.box.width - whole) / 2)

    @property
    def _ends(self) -> list[float]:
        """The right end of each column."""
        ends, x = [], self._left
        for room in self._rooms:
            ends.append(x + room)
            x += room + self.size * _GAP
        return ends

    def _widths(self, size: float) -> list[float]:
        columns = zip(self.heads, *self.rows, strict=True)
        return [max(width(words, size) for words in column) for column in columns]

    def _fits(self, size: float) -> bool:
        across = sum(self._widths(size)) + size * _GAP * (len(self.heads) - 1)
        return across <= self.box.width and (len(self.rows) + 1) * size * _LINE <= self.box.height
