"""The legend of descents: each optimizer's sign, name and rate, and how high it is."""

import math
from collections.abc import Sequence

from graphgen.course.lessons.outcomes import TITLES
from graphgen.course.runs.results import Walk
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import text
from graphgen.draw.glyphs import glyph, tints
from graphgen.draw.rooms import columns, rows
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element
from graphgen.text.digits import number

__all__ = ["WalkLegend"]

_SIZE = 16.0
_BOLD = 1.16
"""How much wider bold text is."""


class WalkLegend:
    """Shows walks beside each other, in tall frames two in a row.

    Args:
        result: what the program's result is called.
        is_narrow: whether rates stand on a line of their own.
    """

    def __init__(
        self,
        walks: Sequence[Walk],
        result: str,
        box: Box,
        builder: TimelineBuilder,
        is_narrow: bool,
    ) -> None:
        self.walks, self.result, self.box = walks, result, box
        self.theme, self.is_wide, self.is_narrow = builder.theme, builder.frame.is_wide, is_narrow

    def entry(self, at: int, step: int) -> list[Element]:
        """One walk, after one of its steps."""
        walk, box, theme = self.walks[at], self._rooms()[at], self.theme
        name, rate = TITLES[walk.optimizer], f"rate {number(walk.rate)}"
        z = number(walk.values[min(step, walk.steps)])
        x, y = box.x + 10, box.y + 14
        beside = (x + 26 + _BOLD * width(name, _SIZE), y)
        across, down = (x + 16, y + 42) if self.is_narrow else beside
        told = fitted(f"{self.result} = {z}", _SIZE, box.width - 30)
        return [
            glyph(f"legend/{at}/sign", at, x, y, 6.5, theme),
            text(f"legend/{at}/name", name, x + 16, y, _SIZE, tints(theme)[at], -1, is_bold=True),
            text(f"legend/{at}/rate", rate, across, down, 13.0, theme.quiet, -1),
            text(f"legend/{at}/z", told, x + 16, y + 22, _SIZE, theme.text, -1),
        ]

    def _rooms(self) -> list[Box]:
        count = len(self.walks)
        if self.is_wide:
            return columns(self.box, [1.0] * count, 14.0)
        lines = rows(self.box, [1.0] * math.ceil(count / 2), 0.0)
        return [room for row in lines for room in columns(row, [1.0, 1.0], 14.0)][:count]
