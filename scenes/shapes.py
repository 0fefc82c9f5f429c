"""Plain geometry -> outlines: rounded cards, ways, dashes and arrowheads as cubic curves.

Points have shape (4n, 3), in Manim's units, y up; a mobject of several lines is one array.
"""

from math import ceil, sqrt

import numpy as np

from graphgen.draw.elements import ROUND
from graphgen.model.geometry import Route

from .marks import Outlines
from .views import Area, View

__all__ = [
    "Line",
    "along",
    "cut_to",
    "dashed",
    "flattened",
    "head",
    "lengths",
    "line_of",
    "polyline",
    "rectangle",
    "rounded",
    "track",
]

Line = Outlines
"""A way as corners of shape (n, 3)."""

_SAMPLES, _CORNER_SAMPLES = 20, 6
_STRAY = 0.0008
"""Manim's units: a tenth of a pixel at 1080p."""


def track(route: Route, view: View) -> Line:
    """The way of an edge, from its source to its target, as short straight pieces."""
    points = np.array([(*view.at(point.x, point.y), 0.0) for point in route.points])
    curves = [points[start : start + 4] for start in range(0, len(points) - 1, 3)]
    return np.concatenate([points[:1], *(_sampled(curve, _SAMPLES) for curve in curves)])


def flattened(outline: Outlines) -> Line:
    """A closed outline's curves as short straight pieces."""
    curves = outline.reshape(-1, 4, 3)
    return np.concatenate([outline[:1], *(_sampled(curve, _CORNER_SAMPLES) for curve in curves)])


def _sampled(curve: Outlines, most: int) -> Line:
    """Places on a curve, its end the last, no more than it takes to look like it.

    A curve strays from n even pieces of it by at most 6 d / 8 n², d its second difference.
    """
    bend = max(np.abs(curve[:-2] - 2 * curve[1:-1] + curve[2:]).sum(axis=1).tolist())
    count = min(most, max(1, ceil(sqrt(0.75 * bend / _STRAY))))
    share = np.arange(1, count + 1)[:, None] / count
    rest = 1 - share
    a, b, c, d = curve
    bent: Line = rest**3 * a + 3 * rest**2 * share * b + 3 * rest * share**2 * c + share**3 * d
    return bent


def lengths(line: Line) -> Outlines:
    """How far along the line each of its corners is."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def along(line: Line, share: float) -> Outlines:
    """The place at a share of the line's length."""
    run = lengths(line)
    at = min(max(share, 0.0), 1.0) * run[-1]
    return np.array([np.interp(at, run, line[:, axis]) for axis in range(3)])


def cut_to(line: Line, start: float, end: float) -> Line:
    """The line without its first and last stretches, in Manim's units."""
    run = lengths(line)
    return _stretches(line, run, np.array([start]), np.array([max(run[-1] - end, start)]))[0]


def _stretches(line: Line, run: Outlines, starts: Outlines, ends: Outlines) -> list[Line]:
    """The parts of a line from each start to its end, given as lengths along it."""
    first = np.column_stack([np.interp(starts, run, line[:, axis]) for axis in range(3)])
    last = np.column_stack([np.interp(ends, run, line[:, axis]) for axis in range(3)])
    after, before = np.searchsorted(run, starts, "right"), np.searchsorted(run, ends, "left")
    return [
        np.concatenate([first[at : at + 1], line[after[at] : before[at]], last[at : at + 1]])
        for at in range(len(starts))
    ]


def line_of(line: Line) -> Outlines:
    """The curves that draw a line."""
    if len(line) < 2:
        return np.zeros((0, 3))
    return _straight(line[:-1], line[1:])


def _straight(start: Outlines, end: Outlines) -> Outlines:
    """Straight curves from each start to its end."""
    third = (end - start) / 3
    return np.hstack([start, start + third, end - third, end]).reshape(-1, 3)


def polyline(*corners: tuple[float, float]) -> Outlines:
    """The curves that draw straight lines from corner to corner."""
    return line_of(np.array([(x, y, 0.0) for x, y in corners]))


def dashed(line: Line, dash: float, gap: float) -> Outlines:
    """The curves that draw a line in dashes, which begin and end with a dash."""
    run = lengths(line)
    count = max(1, round((run[-1] + gap) / (dash + gap)))
    period = (run[-1] + gap) / count
    starts = np.arange(count) * period
    ends = np.minimum(starts + period * dash / (dash + gap), run[-1])
    parts = _stretches(line, run, starts, ends)
    tails, tips = [part[:-1] for part in parts], [part[1:] for part in parts]
    return _straight(np.concatenate(tails), np.concatenate(tips))


def head(line: Line, length: float, width: float) -> Outlines:
    """A triangle whose tip is the end of the line."""
    tip = line[-1]
    back = tip - along(line, 1 - length / max(lengths(line)[-1], 1e-9))
    size = float(np.linalg.norm(back)) or 1.0
    way = back / size
    side = np.array([-way[1], way[0], 0.0]) * width / 2
    base = tip - way * length
    return line_of(np.array([tip, base + side, base - side, tip]))


def rectangle(area: Area) -> Outlines:
    """A rectangle's outline."""
    x, y = area.width / 2, area.height / 2
    corners = [(-x, y), (x, y), (x, -y), (-x, -y), (-x, y)]
    return polyline(*((area.x + a, area.y + b) for a, b in corners))


def rounded(area: Area, radius: float) -> Outlines:
    """A rectangle's outline with round corners.

    Clockwise from the upper left; each corner is one curve.
    """
    radius = min(radius, area.width / 2, area.height / 2)
    x, y = area.width / 2, area.height / 2
    # Each corner with the direction in which the outline comes to it; it leaves to the right.
    corners = [((x, y), (1, 0)), ((x, -y), (0, -1)), ((-x, -y), (-1, 0)), ((-x, y), (0, 1))]
    curves = []
    for corner, (right, up) in corners:
        start = (corner[0] - right * radius, corner[1] - up * radius)
        end = (corner[0] + up * radius, corner[1] - right * radius)
        curves.append([start, _toward(start, corner), _toward(end, corner), end])
    drawn = np.array([[(area.x + a, area.y + b, 0.0) for a, b in curve] for curve in curves])
    starts = np.roll(drawn[:, 0], -1, axis=0)
    sides = np.stack([line_of(np.array(ends)) for ends in zip(drawn[:, 3], starts, strict=True)])
    return np.stack([drawn, sides], axis=1).reshape(-1, 3)


def _toward(end: tuple[float, float], corner: tuple[float, float]) -> tuple[float, float]:
    """The handle of a quarter of a circle."""
    return (end[0] + (corner[0] - end[0]) * ROUND, end[1] + (corner[1] - end[1]) * ROUND)
