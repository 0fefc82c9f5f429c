"""Outlines: closed contours of cubic Bézier curves, as every source of glyphs gives them."""

from collections.abc import Sequence

__all__ = ["Outline", "Point", "closed", "cubic"]

Point = tuple[float, float]

Outline = tuple[tuple[Point, ...], ...]
"""Closed contours, each as 1 + 3n points of cubic curves, in ems, y down from the baseline."""


def cubic(start: Point, points: Sequence[Point]) -> list[Point]:
    """A line (one point), a quadratic curve (two) or a cubic one (three) as a cubic one.

    Returns:
        Three points: both handles and the end (degree elevation).

    >>> cubic((0.0, 0.0), [(3.0, 0.0)])
    [(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    """
    if len(points) == 3:
        return list(points)
    end = points[-1]
    if len(points) == 2:
        return [_between(start, points[0], 2 / 3), _between(end, points[0], 2 / 3), end]
    return [_between(start, end, 1 / 3), _between(start, end, 2 / 3), end]


def closed(contour: Sequence[Point]) -> list[Point]:
    """A contour that ends where it begins.

    >>> len(closed([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]))
    7
    """
    is_closed = contour[0] == contour[-1]
    return [*contour, *([] if is_closed else cubic(contour[-1], [contour[0]]))]


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
