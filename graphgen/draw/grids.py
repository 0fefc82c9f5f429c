"""Numbers in cells, row by row -> elements; a row or a column can stand elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from graphgen.draw.classes import drawn_as
from graphgen.draw.elements import rectangle, text
from graphgen.draw.rooms import largest
from graphgen.layout.measure import width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element
from graphgen.text.mixing import mix

__all__ = ["Grid", "thinned"]

_MOST_ROWS, _MOST_COLUMNS = 5, 6
_DOTS = "…"
_PAD, _HIGH, _GAP = 0.5, 1.7, 3.0


@dataclass(frozen=True)
class Grid:
    """A grid of numbers in the middle of a box; its places are the same from the start.

    Attributes:
        key: the first part of every element's key; the others are row and column.
        rows: the texts; all rows are of one length.
        tint: of the cells.
        like: texts for which there is room, too, so that several grids have cells of one size.
    """

    key: str
    box: Box
    rows: tuple[tuple[str, ...], ...]
    theme: Theme
    tint: str
    smallest: float
    like: tuple[str, ...] = ()

    @cached_property
    def size(self) -> float:
        """The font size: as large as the box allows."""
        return largest(self._fits, self.smallest)

    @property
    def cell(self) -> tuple[float, float]:
        """The width and height of a cell."""
        return self._cell(self.size)

    @classmethod
    def fitting(cls, box: Box, texts: Sequence[str], smallest: float) -> tuple[int, int]:
        """How many rows and columns of such texts there is room for.

        Args:
            box: in points.
            texts: of all cells; the widest says how wide a cell is.
            smallest: the font size, in points.

        Returns:
            (rows, columns).
        """
        wide, high = _cell(texts, smallest)
        return int((box.height + _GAP) / (high + _GAP)), int((box.width + _GAP) / (wide + _GAP))

    def place(self, row: float, column: float) -> tuple[float, float]:
        """The middle of a cell."""
        wide, high = self.cell
        across, down = len(self.rows[0]), len(self.rows)
        x = self.box.center.x + (column - (across - 1) / 2) * (wide + _GAP)
        y = self.box.center.y + (row - (down - 1) / 2) * (high + _GAP)
        return x, y

    @drawn_as("grid")
    def all(self, opacity: float = 1.0) -> list[Element]:
        """Every cell."""
        return [
            element for row in range(len(self.rows)) for element in self.row(row, opacity=opacity)
        ]

    @drawn_as("grid")
    def row(self, row: int, at: float | None = None, opacity: float = 1.0) -> list[Element]:
        """The cells of a row, at its own place or at another row's.

        Args:
            row: its index.
            at: the row in whose place it stands, also between two; None for its own.
            opacity: from 0 to 1, which is opaque.

        Returns:
            The elements of its cells, from the left.
        """
        stands = row if at is None else at
        return [
            element
            for column in range(len(self.rows[row]))
            for element in self.one(row, column, (stands, column), opacity)
        ]

    @drawn_as("grid")
    def column(self, column: int, at: float | None = None, opacity: float = 1.0) -> list[Element]:
        """The cells of a column, at its own place or at another column's.

        Args:
            column: its index.
            at: the column in whose place it stands, also between two; None for its own.
            opacity: from 0 to 1, which is opaque.

        Returns:
            The elements of its cells, from the top.
        """
        stands = column if at is None else at
        return [
            element
            for row in range(len(self.rows))
            for element in self.one(row, column, (row, stands), opacity)
        ]

    @drawn_as("grid")
    def one(
        self, row: int, column: int, at: tuple[float, float], opacity: float = 1.0
    ) -> list[Element]:
        """A cell at a place of the grid.

        Args:
            row, column: its indices.
            at: (row, column) of the place where it stands, also between two.
            opacity: from 0 to 1, which is opaque.

        Returns:
            The plate and its text.
        """
        x, y = self.place(*at)
        wide, high = self.cell
        plate = Box(x - wide / 2, y - high / 2, wide, high)
        key, page = f"{self.key}/{row}/{column}", self.theme.page
        fill, edge = mix(self.tint, page, 0.84), mix(self.tint, page, 0.45)
        words = self.rows[row][column]
        return [
            rectangle(f"{key}/cell", plate, fill=fill, line=edge, width=1.0, radius=4.0,
                      opacity=opacity, layer=2),
            text(f"{key}/text", words, x, y, self.size, mix(self.tint, self.theme.text, 0.55),
                 opacity=opacity, layer=3),
        ]  # fmt: skip

    def _cell(self, size: float) -> tuple[float, float]:
        return _cell([*(words for row in self.rows for words in row), *self.like], size)

    def _fits(self, size: float) -> bool:
        wide, high = self._cell(size)
        across, down = len(self.rows[0]), len(self.rows)
        whole = across * (wide + _GAP) - _GAP, down * (high + _GAP) - _GAP
        return whole[0] <= self.box.width and whole[1] <= self.box.height


def _cell(texts: Sequence[str], size: float) -> tuple[float, float]:
    wide = max(width(words, size) for words in texts) + 2 * _PAD * size
    return max(wide, _HIGH * size), _HIGH * size


def thinned(
    shown: tuple[tuple[str, ...], ...], most_rows: int, most_columns: int
) -> tuple[tuple[str, ...], ...]:
    """The first and the last rows and columns of a grid that is too large, dots between them.

    Args:
        shown: texts, row by row.
        most_rows, most_columns: how many there may be, the dots included.

    Returns:
        Texts, row by row.
    """
    down = _kept(len(shown), min(most_rows, _MOST_ROWS))
    across = _kept(len(shown[0]), min(most_columns, _MOST_COLUMNS))
    return tuple(
        tuple(_DOTS if row is None or at is None else shown[row][at] for at in across)
        for row in down
    )


def _kept(count: int, most: int) -> Sequence[int | None]:
    most = max(most, 3)
    if count <= most:
        return range(count)
    return (*range(most - 2), None, count - 1)
