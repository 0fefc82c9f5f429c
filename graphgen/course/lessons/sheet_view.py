"""Numbers of a tensor -> a grid of coloured cells in a box, with numbers where they have room."""

from dataclasses import dataclass

from graphgen.course.runs.results import Sheet
from graphgen.draw.elements import rectangle, text
from graphgen.layout.measure import width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element
from graphgen.text.digits import number
from graphgen.text.mixing import ink_on
from graphgen.text.tints import Tints

__all__ = ["SheetView", "shape_words"]

_WIDEST, _HIGHEST = 46.0, 24.0
_NUMBER = 12.0
_ROOM = 5.0


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet in the middle of a box, in colours between those of a low and a high number.

    Attributes:
        key: the first part of every element's key.
        tints: the colours; their ends are the same for all that is to be compared.
    """

    key: str
    sheet: Sheet
    box: Box
    tints: Tints

    @property
    def place(self) -> Box:
        """Where the cells stand."""
        rows, columns = len(self.sheet.rows), max(map(len, self.sheet.rows), default=1)
        wide = min(self.box.width / max(columns, 1), _WIDEST) * columns
        high = min(self.box.height / max(rows, 1), _HIGHEST) * rows
        center = self.box.center
        return Box(center.x - wide / 2, center.y - high / 2, wide, high)

    def elements(self) -> list[Element]:
        """The cells, their numbers where all have room, and a frame."""
        theme, place = self.tints.theme, self.place
        rows, has_numbers = self.sheet.rows, self._has_numbers
        high = place.height / max(len(rows), 1)
        found: list[Element] = []
        for row, numbers in enumerate(rows):
            wide = place.width / len(numbers)
            for column, value in enumerate(numbers):
                x, y = place.x + column * wide, place.y + row * high
                key, box = f"{self.key}/{row}/{column}", Box(x, y, wide, high)
                found += self._cell(key, box, value, has_numbers)
        frame = rectangle(
            f"{self.key}/frame", place, line=theme.quiet, width=1.0, opacity=0.7, layer=3
        )
        return [*found, frame]

    def _cell(self, key: str, box: Box, value: float, has_number: bool) -> list[Element]:
        color = self.tints.of(value)
        page = self.tints.theme.page
        found = [rectangle(key, box, fill=color, line=page, width=0.7, layer=2)]
        if has_number:
            x, y = box.center.x, box.center.y
            ink = ink_on(color)
            found.append(text(f"{key}/n", number(_short(value)), x, y, _NUMBER, ink, layer=4))
        return found

    @property
    def _has_numbers(self) -> bool:
        place, rows = self.place, self.sheet.rows
        if not rows or not rows[0]:
            return False
        widest = max(width(number(_short(x)), _NUMBER) for row in rows for x in row)
        is_wide = widest + _ROOM <= place.width / len(rows[0])
        return is_wide and place.height / len(rows) >= 1.2 * _NUMBER


def shape_words(sheet: Sheet) -> str:
    """A shape in a few letters: "4 × 8", "8", "1" of a single number.

    >>> shape_words(Sheet((4, 8), ((0.0,),), 0.0, 0.0, 0.0))
    '4 × 8'
    """
    return " × ".join(map(str, sheet.shape)) or "1"


def _short(value: float) -> float:
    """A number with two digits after the point, where it is of a middle size."""
    return round(value, 2) if 0.01 <= abs(value) < 1000 else value
