"""A line of corners -> stretches of it: dashes, and what lies between two lengths along it."""

import math
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["between", "dashes", "lengths_of", "place_along", "stretch"]

Line = tuple[tuple[float, float], ...]
"""Corners of straight pieces."""


def dashes(
    points: Sequence[tuple[float, float]], dash: float = 6.0, gap: float = 4.0
) -> tuple[Line, ...]:
    """A line of corners cut into dashes; it begins and ends with one.

    Args:
        points: corners, in points.
        dash, gap: their lengths, in points; the dashes are made a little longer or shorter, so that
            they fit.

    Returns:
        The corners of each dash.
    """
    lengths = lengths_of(points)
    whole = lengths[-1]
    if whole <= dash:
        return (tuple(points),)
    count = max(1, round((whole + gap) / (dash + gap)))
    period = (whole + gap) / count
    inked = period - gap
    return tuple(
        stretch(points, lengths, at * period, min(at * period + inked, whole))
        for at in range(count)
    )


def between(
    start: tuple[float, float], end: tuple[float, float], share: float
) -> tuple[float, float]:
    """The place so far on the way from one to the other.

    Args:
        start, end: two places.
        share: of the way: 0 is the start, 1 the end.

    Returns:
        The place (linear interpolation).
    """
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def lengths_of(points: Sequence[tuple[float, float]]) -> list[float]:
    """How far along a line each of its corners is."""
    lengths = [0.0]
    for (x1, y1), (x2, y2) in pairwise(points):
        lengths.append(lengths[-1] + math.hypot(x2 - x1, y2 - y1))
    return lengths


def stretch(
    points: Sequence[tuple[float, float]], lengths: Sequence[float], start: float, end: float
) -> Line:
    """The part of a line between two lengths along it.

    Args:
        points: corners.
        lengths: how far along the line each corner is, see `lengths_of`.
        start, end: lengths along the line, the smaller one first.

    Returns:
        The corners of the part, its two ends included.
    """
    inside = [point for point, length in zip(points, lengths, strict=True) if start < length < end]
    return (place_along(points, lengths, start), *inside, place_along(points, lengths, end))


def place_along(
    points: Sequence[tuple[float, float]], lengths: Sequence[float], at: float
) -> tuple[float, float]:
    """The place at a length along a line.

    Args:
        points: corners.
        lengths: how far along the line each corner is, see `lengths_of`.
        at: a length along the line; beyond the end it is the end.

    Returns:
        The place.
    """
    for index in range(len(points) - 1):
        if at <= lengths[index + 1] or index == len(points) - 2:
            piece = (lengths[index + 1] - lengths[index]) or 1.0
            share = min(1.0, (at - lengths[index]) / piece)
            return between(points[index], points[index + 1], share)
    return points[0]
