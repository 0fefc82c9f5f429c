"""Curves -> corners, and lines of as many corners as are wanted, to turn into each other."""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from graphgen.model.timeline import Path

__all__ = ["corners_of", "curves_along", "resampled"]

Points = Sequence[tuple[float, float]]


def corners_of(curves: Points, samples: int) -> Path:
    """Cubic Bézier curves as corners, so many for each.

    Args:
        curves: 1 + 3n points.

    Source: Bernstein's polynomials of degree 3.
    """
    corners = [curves[0]]
    shares = [_shares(step / samples) for step in range(1, samples + 1)]
    for at in range(0, len(curves) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = curves[at : at + 4]
        corners += [
            (a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy)
            for a, b, c, d in shares
        ]
    return tuple(corners)


def _shares(t: float) -> tuple[float, float, float, float]:
    """How much each point of a cubic Bézier curve counts at a share of its way."""
    u = 1 - t
    return u**3, 3 * u * u * t, 3 * u * t * t, t**3


def curves_along(points: Points, count: int) -> Path:
    """Cubic Bézier curves along a line of corners, so many; its ends stay.

    >>> curves_along([(0.0, 0.0), (3.0, 0.0)], 1)
    ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0))
    """
    return resampled(points, 1 + 3 * count)


def resampled(points: Points, count: int) -> Path:
    """A line with so many corners, evenly along it; its ends stay.

    Source: linear interpolation by arc length.

    >>> resampled([(0.0, 0.0), (4.0, 0.0)], 3)
    ((0.0, 0.0), (2.0, 0.0), (4.0, 0.0))
    """
    pieces = (math.hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points))
    lengths = [0.0, *accumulate(pieces)]
    corners, at = [], 0
    for step in range(count):
        wanted = lengths[-1] * step / (count - 1)
        while at < len(lengths) - 2 and lengths[at + 1] < wanted:
            at += 1
        share = (wanted - lengths[at]) / ((lengths[at + 1] - lengths[at]) or 1.0)
        (x1, y1), (x2, y2) = points[at], points[at + 1]
        corners.append((x1 + (x2 - x1) * share, y1 + (y2 - y1) * share))
    return tuple(corners)
