"""Heights on a grid -> a surface seen from the side: plain shapes, painted from far to near."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from graphgen.draw.classes import drawn_as
from graphgen.draw.contours import Grid, Place, borderless, contours
from graphgen.draw.elements import shape
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Path
from graphgen.text.mixing import mix

__all__ = ["Surface", "View", "ramp"]

_TALL = 0.85
"""The surface's height, beside half its width."""
_FLOOR = 0.16
"""How far below the lowest place the floor is."""
_TINTS = 24
_LIGHT = (-0.35, -0.45, 0.82)
_SEAM = 0.7
"""The width of the line around each piece, so that no seam is seen between two of them."""
_SHADE = 0.3
_STEPS, _FARTHEST, _NEARLY = 24, 2.9, 0.004
"""Places along a line of sight, closer together where it begins, at which it is asked whether
something stands in the way; how far the last one is; and how little doesn't count."""


@dataclass(frozen=True, slots=True)
class View:
    """From where a surface is seen: turned around its upright axis, and from above; in degrees."""

    turn: float
    above: float = 40.0


def ramp(theme: Theme, share: float) -> str:
    """The colour of a height, from the lowest, 0, to the highest, 1."""
    if theme.name == "dark":
        low, high = mix(theme.leaf.fill, theme.page, 0.45), mix(theme.leaf.line, theme.page, 0.12)
    else:
        low, high = mix(theme.leaf.fill, theme.page, 0.55), mix(theme.leaf.line, theme.page, 0.42)
    return mix(low, high, min(max(share, 0.0), 1.0))


@dataclass(frozen=True)
class Surface:
    """A surface in a box.

    Attributes:
        key: the first part of every element's key.
        xs, ys: of the grid's columns and of its rows.
        grid: the heights; where they aren't finite there is a hole.
        levels: the heights of its lines, the lowest first.
    """

    key: str
    box: Box
    xs: Sequence[float]
    ys: Sequence[float]
    grid: Grid
    levels: Sequence[float]
    theme: Theme
    view: View

    def at(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Where a place stands in the frame; moved onto the grid and between its heights.

        Args:
            x, y, z: in the numbers of the axes and of the grid.

        Returns:
            (x, y) in the frame, in points.
        """
        across, up = self._projected(*self._inside(x, y, z))
        scale, left, bottom = self._fit
        return left + across * scale, bottom - up * scale

    @drawn_as("chart")
    def sheet(self) -> list[Element]:
        """The surface itself, from its far side to the near one.

        Source: the painter's algorithm, Newell, Newell and Sancha, "A Solution to the Hidden
        Surface Problem" (1972); cells of a grid need no sorting. Brightness is Lambert's cosine
        law.
        """
        patches: list[Element] = []
        columns = range(len(self.xs) - 1)[:: -1 if self._turned[1] > 0 else 1]
        for number, row in enumerate(self._rows_from_far()):
            cells = [self._cell(row, column) for column in columns]
            for at, (tint, run) in enumerate(groupby(cells, key=lambda cell: cell[0])):
                if tint < 0:
                    continue
                color = ramp(self.theme, tint / (_TINTS - 1))
                paths = [path for _, path in run]
                key = f"{self.key}/sheet/{number}/{at}"
                patches.append(shape(key, *paths, fill=color, line=color, width=_SEAM))
        return patches

    @drawn_as("chart")
    def lines(self) -> list[Element]:
        """The lines of equal height, where nothing stands before them."""
        elements = []
        for at, level in enumerate(self.levels):
            loops = contours(self.grid, level)
            pieces = [p for loop in loops for p in borderless(loop, len(self.xs), len(self.ys))]
            paths = [path for piece in pieces for path in self._seen(piece, level)]
            if paths:
                color = mix(ramp(self.theme, (at + 1) / len(self.levels)), self.theme.text, 0.35)
                elements.append(
                    shape(f"{self.key}/line/{at}", *paths, line=color, width=1.0, opacity=0.75)
                )
        return elements

    @drawn_as("chart")
    def floor(self) -> list[Element]:
        """The rectangle below it."""
        corners = [self._on_floor(*corner) for corner in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        path = [*corners, corners[0]]
        quiet = self.theme.quiet
        return [shape(f"{self.key}/floor", path, fill=self.theme.data.fill, line=quiet, width=1.0,
                      opacity=0.5)]  # fmt: skip

    def edges(self) -> tuple[tuple[Place, Place], tuple[Place, Place]]:
        """The two ends, in the frame, of the near edge of the floor along x and of that along y."""
        cos, sin = self._turned
        near_y = -1.0 if cos > 0 else 1.0
        near_x = -1.0 if sin > 0 else 1.0
        along_x = (self._on_floor(-1, near_y), self._on_floor(1, near_y))
        return along_x, (self._on_floor(near_x, -1), self._on_floor(near_x, 1))

    def sees(self, x: float, y: float, z: float) -> bool:
        """Whether nothing of the surface stands before a place.

        Args:
            x, y, z: in the numbers of the axes and of the grid.

        Returns:
            Whether it can be seen.

        Source: ray marching over a height field, from the place towards the eye.
        """
        cos, sin = self._turned
        rise = math.tan(math.radians(self.view.above))
        px, py, pz = self._inside(x, y, z)
        for step in range(1, _STEPS + 1):
            far = _FARTHEST * (step / _STEPS) ** 2
            qx, qy = px - sin * far, py - cos * far
            if abs(qx) > 1 or abs(qy) > self._depth:
                return True
            if self._height_at(qx, qy) > pz + rise * far + _NEARLY:
                return False
        return True

    @cached_property
    def _turned(self) -> tuple[float, float]:
        turn = math.radians(self.view.turn)
        return math.cos(turn), math.sin(turn)

    @cached_property
    def _heights(self) -> tuple[float, float]:
        finite = [z for row in self.grid for z in row if math.isfinite(z)]
        low, high = min(finite, default=0.0), max(finite, default=0.0)
        return (low, high) if high > low else (low - 1.0, low + 1.0)

    @cached_property
    def _depth(self) -> float:
        """Half the depth of the sheet, whose half width is 1."""
        wide, deep = self.xs[-1] - self.xs[0], self.ys[-1] - self.ys[0]
        return min(max(deep / wide, 0.62), 1.3)

    @cached_property
    def _fit(self) -> tuple[float, float, float]:
        """How large it is drawn, and where the middle of the floor's own place stands."""
        points = [self._projected(*self._world(row, column)) for row, column in self._rim()]
        points += [self._flat(sx, sy) for sx in (-1, 1) for sy in (-1, 1)]
        across, up = [x for x, _ in points], [y for _, y in points]
        wide, high = max(across) - min(across), max(up) - min(up)
        scale = min(self.box.width / wide, self.box.height / high)
        center = self.box.center
        left = center.x - scale * (min(across) + max(across)) / 2
        return scale, left, center.y + scale * (min(up) + max(up)) / 2

    def _rim(self) -> list[tuple[int, int]]:
        """Places enough to know how much room everything takes."""
        return [
            (row, column)
            for row in range(len(self.ys))
            for column in range(len(self.xs))
            if math.isfinite(self.grid[row][column])
        ]

    def _inside(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Numbers as a place around the middle: x from -1 to 1, z from 0 up."""
        across = _share(x, self.xs[0], self.xs[-1])
        along = _share(y, self.ys[0], self.ys[-1])
        return 2 * across - 1, (2 * along - 1) * self._depth, _TALL * _share(z, *self._heights)

    def _world(self, row: int, column: int) -> tuple[float, float, float]:
        return self._inside(self.xs[column], self.ys[row], self.grid[row][column])

    def _projected(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Across and up, in units of half the width."""
        (cos, sin), above = self._turned, math.radians(self.view.above)
        away = x * sin + y * cos
        return x * cos - y * sin, z * math.cos(above) + away * math.sin(above)

    def _flat(self, side_x: float, side_y: float) -> tuple[float, float]:
        return self._projected(1.06 * side_x, 1.06 * side_y * self._depth, -_FLOOR)

    def _on_floor(self, side_x: float, side_y: float) -> tuple[float, float]:
        across, up = self._flat(side_x, side_y)
        scale, left, bottom = self._fit
        return left + across * scale, bottom - up * scale

    def _rows_from_far(self) -> list[int]:
        rows = list(range(len(self.ys) - 1))
        return rows[::-1] if self._turned[0] > 0 else rows

    def _cell(self, row: int, column: int) -> tuple[int, Path]:
        """The number of a cell's tint, -1 for a hole, and its outline."""
        corners = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
        if not all(math.isfinite(self.grid[r][c]) for r, c in corners):
            return -1, ()
        places = [self._world(r, c) for r, c in corners]
        scale, left, bottom = self._fit
        flat = [self._projected(*place) for place in places]
        path = tuple((left + x * scale, bottom - y * scale) for x, y in (*flat, flat[0]))
        height = sum(z for _, _, z in places) / 4 / _TALL
        share = height * (1 - _SHADE) + _SHADE * self._lit(places)
        return round(min(max(share, 0.0), 1.0) * (_TINTS - 1)), path

    def _lit(self, places: Sequence[tuple[float, float, float]]) -> float:
        """How bright a cell is, from 0 to 1; the light stands still as the surface turns."""
        (x0, y0, z0), (x1, _, z1), _, (_, y3, z3) = places
        slope_x, slope_y = (z1 - z0) / (x1 - x0), (z3 - z0) / (y3 - y0)
        cos, sin = self._turned
        light_x, light_y, light_z = _LIGHT
        lx, ly = light_x * cos + light_y * sin, -light_x * sin + light_y * cos
        length = math.sqrt(slope_x**2 + slope_y**2 + 1)
        return max(0.0, (-slope_x * lx - slope_y * ly + light_z) / length)

    def _height_at(self, x: float, y: float) -> float:
        """The height of the sheet at a place around the middle, between its nodes."""
        column = (x + 1) / 2 * (len(self.xs) - 1)
        row = (y / self._depth + 1) / 2 * (len(self.ys) - 1)
        left, top = min(int(column), len(self.xs) - 2), min(int(row), len(self.ys) - 2)
        a, b = column - left, row - top
        z = (
            (self.grid[top][left] * (1 - a) + self.grid[top][left + 1] * a) * (1 - b)
            + (self.grid[top + 1][left] * (1 - a) + self.grid[top + 1][left + 1] * a) * b
        )  # fmt: skip
        low, high = self._heights
        return _TALL * (z - low) / (high - low) if math.isfinite(z) else -1.0

    def _seen(self, piece: Sequence[Place], level: float) -> list[Path]:
        """The parts of a line of equal height that aren't hidden."""
        runs: list[list[tuple[float, float]]] = [[]]
        for column, row in piece:
            x = self.xs[0] + (self.xs[-1] - self.xs[0]) * column / (len(self.xs) - 1)
            y = self.ys[0] + (self.ys[-1] - self.ys[0]) * row / (len(self.ys) - 1)
            if self.sees(x, y, level):
                runs[-1].append(self.at(x, y, level))
            elif runs[-1]:
                runs.append([])
        return [tuple(run) for run in runs if len(run) > 1]


def _share(value: float, low: float, high: float) -> float:
    """How far a number is from low to high, from 0 to 1."""
    return min(max((value - low) / (high - low), 0.0), 1.0) if math.isfinite(value) else 0.0
