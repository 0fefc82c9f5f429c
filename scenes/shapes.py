"""Lines as cubic curves: straight pieces, and dashes along them.

Points have shape (4n, 3), in Manim's units, y up; a mobject of several lines is one array.
"""

from math import ceil, sqrt

import numpy as np

from .marks import Outlines

__all__ = ["Line", "dashed", "flattened", "lengths", "line_of"]

Line = Outlines
"""A way as corners of shape (n, 3)."""

_SAMPLES = 20
_STRAY = 0.0008
"""Manim's units: a tenth of a pixel at 1080p."""


def flattened(outline: Outlines) -> Line:
    """Curves that go on into each other as short straight pieces."""
    curves = outline.reshape(-1, 4, 3)
    return np.concatenate([outline[:1], *(_sampled(curve) for curve in curves)])


def _sampled(curve: Outlines) -> Line:
    """Places on a curve, its end the last, no more than it takes to look like it.

    A curve strays from n even pieces of it by at most 6 d / 8 n², d its second difference.
    """
    bend = max(np.abs(curve[:-2] - 2 * curve[1:-1] + curve[2:]).sum(axis=1).tolist())
    count = min(_SAMPLES, max(1, ceil(sqrt(0.75 * bend / _STRAY))))
    share = np.arange(1, count + 1)[:, None] / count
    rest = 1 - share
    a, b, c, d = curve
    bent: Line = rest**3 * a + 3 * rest**2 * share * b + 3 * rest * share**2 * c + share**3 * d
    return bent


def lengths(line: Line) -> Outlines:
    """How far along the line each of its corners is."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


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


def dashed(line: Line, dash: float, gap: float) -> Outlines:
    """The curves that draw a line in dashes, which begin and end with a dash.

    Args:
        line: corners, of shape (n, 3).
        dash, gap: their lengths, in Manim's units; both are scaled a little, so that they fit.

    Returns:
        Cubic Bézier curves, of shape (4m, 3).
    """
    run = lengths(line)
    count = max(1, round((run[-1] + gap) / (dash + gap)))
    period = (run[-1] + gap) / count
    starts = np.arange(count) * period
    ends = np.minimum(starts + period * dash / (dash + gap), run[-1])
    parts = _stretches(line, run, starts, ends)
    tails, tips = [part[:-1] for part in parts], [part[1:] for part in parts]
    return _straight(np.concatenate(tails), np.concatenate(tips))
