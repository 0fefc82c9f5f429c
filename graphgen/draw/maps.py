"""Heights on a grid -> their map: a ground that is brighter where it is higher, and its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.draw.charts import Chart
from graphgen.draw.classes import drawn_as
from graphgen.draw.contours import Grid, Place, borderless, contours
from graphgen.draw.elements import rectangle, shape
from graphgen.draw.surfaces import ramp
from graphgen.model.timeline import Element
from graphgen.text.mixing import mix

__all__ = ["HeightMap"]


@dataclass(frozen=True, slots=True)
class HeightMap:
    """A map on a chart.

    Attributes:
        chart: whose axes the grid's columns and rows run along, from end to end.
        grid: the heights, row by row.
        levels: the heights of its lines, the lowest first.
    """

    chart: Chart
    grid: Grid
    levels: Sequence[float]

    @drawn_as("chart")
    def bands(self) -> list[Element]:
        """The ground."""
        key, theme = self.chart.key, self.chart.theme
        elements = [rectangle(f"{key}/band/0", self.chart.inner, fill=ramp(theme, 0.0))]
        for at, level in enumerate(self.levels, 1):
            paths = [self._flat(loop) for loop in contours(self.grid, level)]
            color = ramp(theme, at / len(self.levels))
            elements.append(shape(f"{key}/band/{at}", *paths, fill=color))
        return elements

    @drawn_as("chart")
    def lines(self) -> list[Element]:
        """The lines of equal height."""
        key, theme, elements = self.chart.key, self.chart.theme, []
        columns, rows = len(self.grid[0]), len(self.grid)
        for at, level in enumerate(self.levels, 1):
            loops = contours(self.grid, level)
            paths = [self._flat(p) for loop in loops for p in borderless(loop, columns, rows)]
            if paths:
                color = mix(ramp(theme, at / len(self.levels)), theme.text, 0.35)
                elements.append(
                    shape(f"{key}/line/{at}", *paths, line=color, width=1.0, opacity=0.75, layer=1)
                )
        return elements

    def _flat(self, places: Sequence[Place]) -> list[tuple[float, float]]:
        """Columns and rows as places of the frame."""
        inner = self.chart.inner
        across = inner.width / (len(self.grid[0]) - 1)
        up = inner.height / (len(self.grid) - 1)
        bottom = inner.y + inner.height
        return [(inner.x + column * across, bottom - row * up) for column, row in places]
