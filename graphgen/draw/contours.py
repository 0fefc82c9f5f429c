"""Heights on a grid -> the closed lines around all that is above a level (marching squares)."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

__all__ = ["Grid", "borderless", "contours", "levels"]

Grid = Sequence[Sequence[float]]
"""Rows of heights, all equally long; what isn't finite is nowhere above anything."""

Place = tuple[float, float]
"""A column and a row of a grid, with fractions."""

_Edge = tuple[int, int, int]
"""The row and the column of a node, and 0 for the way to the next column, 1 to the next row."""

_TURN = ((0, 0), (0, 1), (1, 1), (1, 0))
"""The corners of a cell, one after the other."""


def levels(grid: Grid, count: int) -> list[float]:
    """So many heights between which there is about the same area.

    >>> levels([[0.0, 1.0, 2.0, 3.0, 4.0]], 3)
    [1.0, 2.0, 3.0]
    """
    heights = sorted(z for row in grid for z in row if math.isfinite(z))
    if not heights:
        return []
    last = len(heights) - 1
    quantiles = [heights[round(last * at / (count + 1))] for at in range(1, count + 1)]
    return sorted({z for z in quantiles if heights[0] < z})


def contours(grid: Grid, level: float) -> list[list[Place]]:
    """Closed lines around what is at or above a level, along the grid's border where it is there;
    around holes they run the other way.

    Source: marching squares, the plane's case of Lorensen and Cline, "Marching Cubes" (1987). In a
    cell with two opposite corners above the level, these are kept apart.

    >>> contours([[0.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]], 1.0)
    [[(0.5, 1.0), (1.0, 1.5), (1.5, 1.0), (1.0, 0.5), (0.5, 1.0)]]
    """
    return [list(line) for line in _contours(tuple(map(tuple, grid)), level)]


@lru_cache(maxsize=64)
def _contours(grid: Grid, level: float) -> tuple[list[Place], ...]:
    """The same; a surface and its map ask for the same lines in every frame."""
    next_ = dict(_segments(grid, level))
    lines: list[list[Place]] = []
    while next_:
        start, edge = next(iter(next_.items()))
        line = [start]
        while edge in next_:
            line.append(edge)
            edge = next_.pop(edge)
        places = [_place(grid, level, edge) for edge in line[1:]]
        lines.append([*places, places[0]])
    return tuple(lines)


def borderless(line: Sequence[Place], columns: int, rows: int) -> list[list[Place]]:
    """The pieces of a closed line that don't run along the border of its grid.

    Args:
        line: closed: its last place is its first.
        columns, rows: of the grid.

    Returns:
        Open lines; the closed one itself where no part of it runs along the border.
    """
    pieces: list[list[Place]] = []
    for a, b in pairwise(line):
        ends = ((0, 0), (0, columns - 1), (1, 0), (1, rows - 1))
        if any(a[axis] == b[axis] == end for axis, end in ends):
            continue
        if pieces and pieces[-1][-1] == a:
            pieces[-1].append(b)
        else:
            pieces.append([a, b])
    if len(pieces) > 1 and pieces[-1][-1] == pieces[0][0]:
        pieces[0] = [*pieces.pop(), *pieces[0][1:]]
    return pieces


def _segments(grid: Grid, level: float) -> Iterator[tuple[_Edge, _Edge]]:
    """For each cell, also those around the grid, from which of its sides to which the line goes."""
    inner = [[False, *(level <= z < math.inf for z in row), False] for row in grid]
    outer = [False] * (len(grid[0]) + 2)
    for row, (upper, lower) in enumerate(pairwise([outer, *inner, outer]), start=-1):
        for column, (a, b, c, d) in enumerate(
            zip(upper, upper[1:], lower[1:], lower, strict=False), start=-1
        ):
            if not a == b == c == d:
                corners = [(row + dr, column + dc) for dr, dc in _TURN]
                yield from _crossed(corners, (a, b, c, d))


def _crossed(
    corners: Sequence[tuple[int, int]], flags: Sequence[bool]
) -> Iterator[tuple[_Edge, _Edge]]:
    """For each run of corners above the level, from the side where it begins to where it ends."""
    for at in range(4):
        if flags[at - 1] or not flags[at]:
            continue
        end = at
        while flags[(end + 1) % 4]:
            end += 1
        yield _side(corners, at - 1), _side(corners, end % 4)


def _side(corners: Sequence[tuple[int, int]], at: int) -> _Edge:
    one, other = corners[at % 4], corners[(at + 1) % 4]
    row, column = min(one, other)
    return row, column, 0 if one[0] == other[0] else 1


def _place(grid: Grid, level: float, edge: _Edge) -> Place:
    """Where along an edge the level is reached; at its inner end where the other isn't there."""
    row, column, is_down = edge
    ends = ((row, column), (row + 1, column) if is_down else (row, column + 1))
    low, high = (_height(grid, *end) for end in ends)
    if math.isfinite(low) and math.isfinite(high):
        share = min(max((level - low) / (high - low), 0.0), 1.0)
    else:
        share = 0.0 if math.isfinite(low) else 1.0
    return (float(column), row + share) if is_down else (column + share, float(row))


def _height(grid: Grid, row: int, column: int) -> float:
    is_there = 0 <= row < len(grid) and 0 <= column < len(grid[0])
    return grid[row][column] if is_there else math.nan
