"""Numbers over a plane -> cells of colour in a chart, between the colours of two ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.geometry import Box
from graphgen.storyboard.charts import Chart
from graphgen.storyboard.elements import Element, rectangle
from graphgen.storyboard.mixing import mix
from graphgen.theme import Theme

__all__ = ["Tints", "field"]

_OVERLAP = 0.4
_STRONGEST = 0.92
_LIFTED = 0.75
"""Small numbers are made a little stronger than they are, so that they are seen."""
_SHADES = 24
"""So many to either side: where a number hardly changes, its cell stays as it is."""


@dataclass(frozen=True, slots=True)
class Tints:
    """Colours for numbers: the page's halfway between a low end and a high one.

    Attributes:
        low, high: the numbers at both ends; what lies outside is painted as the end.
        below, above: the colours of both ends.
    """

    low: float
    high: float
    below: str
    above: str
    theme: Theme

    def of(self, value: float) -> str:
        """The colour of a number; nan has the colour of alarm."""
        if math.isnan(value):
            return self.theme.alarm
        middle, reach = (self.low + self.high) / 2, (self.high - self.low) / 2 or 1.0
        share = max(-1.0, min(1.0, (value - middle) / reach))
        end = self.above if share > 0 else self.below
        strength = round(abs(share) ** _LIFTED * _SHADES) / _SHADES
        return mix(self.theme.page, end, strength * _STRONGEST)


def field(
    chart: Chart, name: str, columns: int, values: Sequence[float], tints: Tints
) -> list[Element]:
    """A cell for each value, over the whole inside of a chart; the first row is the lowest.

    Args:
        columns: how many cells stand beside each other.
        values: row by row.
    """
    inner, rows = chart.inner, len(values) // columns
    wide, high = inner.width / columns, inner.height / rows
    found = []
    for index, value in enumerate(values):
        row, column = divmod(index, columns)
        # A little wider than its place, so that the page doesn't shine through between cells.
        cell = Box(
            inner.x + column * wide,
            inner.y + inner.height - (row + 1) * high,
            min(wide + _OVERLAP, inner.width - column * wide),
            high + _OVERLAP if row else high,
        )
        found.append(rectangle(f"{chart.key}/{name}/{index}", cell, fill=tints.of(value)))
    return found
