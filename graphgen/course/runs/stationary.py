"""A program's curve -> where its slope is 0."""

import math
from collections.abc import Iterator, Mapping
from itertools import groupby, islice, pairwise

from graphgen.course.runs.results import Curve
from graphgen.course.runs.sampling import sample
from graphgen.language.syntax import Program
from graphgen.language.values import Value

__all__ = ["stationary"]

_MOST = 7
_HALVINGS = 60
_LEVEL = 1e-9
"""A slope that is so small beside the largest one counts as 0."""
_LOW = 1e-3
"""Between samples it is looked for a 0 where the slope is so small beside the largest one."""
_BESIDE = 1e-7
"""How far beside a place, as a share of the curve, a corner is told from a level place."""
_GOLDEN = (math.sqrt(5) - 1) / 2


def stationary(
    program: Program, values: Mapping[str, Value], curve: Curve
) -> list[tuple[float, float, float]]:
    """Where a curve's slope is 0: from where, to where, and the result there; at most so many.

    A slope that jumps over 0 is at no place 0.

    >>> from graphgen.language.expression import parse
    >>> from graphgen.course.runs.sampling import sample, spread
    >>> cube = parse("x ** 3 - 12 * x")
    >>> found = stationary(cube, {}, sample(cube, "x", spread(-3.0, 3.0, 20), {}))
    >>> [(round(start, 6), round(end, 6), round(y, 6)) for start, end, y in found]
    [(-2.0, -2.0, 16.0), (2.0, 2.0, -16.0)]
    """
    sizes = [abs(curve.slopes[at]) for at in curve.known]
    largest = max(sizes, default=0.0)
    least = _LEVEL * largest
    points = [(curve.xs[at], curve.slopes[at]) for at in curve.known]
    found = [
        (run[0][0], run[-1][0])
        for is_level, group in groupby(points, key=lambda point: abs(point[1]) <= least)
        if is_level
        for run in [list(group)]
    ]
    search = _Search(program, curve.name, values)
    beside = _BESIDE * (curve.xs[-1] - curve.xs[0])
    found = [ends for ends in found if search.is_smooth(*ends, beside, _LOW * largest)]
    found += [(x, x) for x in islice(search.between(points, largest, least), _MOST)]
    found = sorted(set(found))[:_MOST]
    ys = sample(program, curve.name, [(a + b) / 2 for a, b in found], values).ys
    return [(start, end, y) for (start, end), y in zip(found, ys, strict=True)]


class _Search:
    """Looks for zeros of a slope between places that are known."""

    def __init__(self, program: Program, name: str, values: Mapping[str, Value]) -> None:
        self.program, self.name, self.values = program, name, values

    def is_smooth(self, start: float, end: float, beside: float, small: float) -> bool:
        """Whether the slope is still small just beside a place: at a corner it isn't."""
        if start < end:
            return True
        return all(abs(self._slope(x)) <= small for x in (start - beside, end + beside))

    def between(
        self, points: list[tuple[float, float]], largest: float, least: float
    ) -> Iterator[float]:
        """Zeros that the slope crosses, and those that it only touches."""
        for (x1, s1), (x2, s2) in pairwise(points):
            if s1 * s2 < 0:
                yield from self._kept(self._crossed(x1, x2, s1), 1e3 * least)
        for (x1, s1), (_, s2), (x3, s3) in zip(points, points[1:], points[2:], strict=False):
            a, b, c = abs(s1), abs(s2), abs(s3)
            if least < b <= min(a, c) and b < _LOW * largest and s1 * s3 > 0 and s1 * s2 > 0:
                yield from self._kept(self._touched(x1, x3), least)

    def _kept(self, x: float, least: float) -> Iterator[float]:
        """A place, where the slope really is 0 there."""
        if abs(self._slope(x)) <= least:
            yield x

    def _crossed(self, low: float, high: float, first: float) -> float:
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._slope(middle) * first > 0 else (low, middle)
        return (low + high) / 2

    def _touched(self, low: float, high: float) -> float:
        """The place of the smallest slope, by golden sections."""
        for _ in range(_HALVINGS):
            a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            is_left = abs(self._slope(a)) < abs(self._slope(b))
            low, high = (low, b) if is_left else (a, high)
        return (low + high) / 2

    def _slope(self, x: float) -> float:
        return sample(self.program, self.name, [x], self.values).slopes[0]
