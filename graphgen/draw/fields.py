"""Numbers over a plane -> cells of colour in a chart, between the colours of two ends."""

from collections.abc import Sequence

from graphgen.draw.charts import Chart
from graphgen.draw.classes import drawn_as
from graphgen.draw.elements import rectangle
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element
from graphgen.text.tints import Tints

__all__ = ["field"]

_OVERLAP = 0.4


@drawn_as("chart")
def field(
    chart: Chart, name: str, columns: int, values: Sequence[float], tints: Tints
) -> list[Element]:
    """A cell for each value, over the whole inside of a chart; the first row is the lowest.

    Args:
        chart: whose inside is filled.
        name: what its key ends with, after the owner's.
        columns: how many cells stand beside each other.
        values: row by row.
        tints: gives each value its colour.

    Returns:
        An element for each cell.
    """
    inner, rows = chart.inner, len(values) // columns
    wide, high = inner.width / columns, inner.height / rows
    cells = []
    for index, value in enumerate(values):
        row, column = divmod(index, columns)
        # A little wider than its place, so that the page doesn't shine through between cells.
        cell = Box(
            inner.x + column * wide,
            inner.y + inner.height - (row + 1) * high,
            min(wide + _OVERLAP, inner.width - column * wide),
            high + _OVERLAP if row else high,
        )
        cells.append(rectangle(f"{chart.key}/{name}/{index}", cell, fill=tints.of(value)))
    return cells
