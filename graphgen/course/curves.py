"""A program along one of its names, as plain data, and what scenes of such curves share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.course.checks import check_count, check_finite, check_lengths, check_rising
from graphgen.course.scene import Option, Request
from graphgen.draw.charts import NAME_SIZE, Chart, padded
from graphgen.layout.measure import fitted
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme

__all__ = [
    "RANGE_OPTIONS",
    "Curve",
    "calm",
    "chart_of",
    "check_drawn",
    "range_between",
    "range_of",
    "ratio_of",
    "thinned",
]

RANGE_OPTIONS = (
    Option("from", "number", None, "Where the curve begins."),
    Option("to", "number", None, "Where it ends."),
    Option("name", "text", "", "The name that is free, where several have no value."),
)
"""What every scene of a curve offers."""

_LONGEST_RATIO = 20
_MOST_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class Curve:
    """A program's result and its slope along one of its inputs, by torch in float64.

    Attributes:
        program: as the person wrote it.
        name, result: what runs along the axes.
        xs, ys, slopes: places, results, and d result / d name there, by autograd.
    """

    program: str
    name: str
    result: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    slopes: tuple[float, ...]

    def __post_init__(self) -> None:
        check_lengths("xs, ys and slopes of a curve", self.xs, self.ys, self.slopes)
        check_count("places on a curve", self.xs, 0, _MOST_PLACES)
        check_finite("places on a curve", *self.xs)

    @property
    def ratio(self) -> str:
        """What a slope is called."""
        return ratio_of(self.result, self.name)

    @property
    def known(self) -> list[int]:
        """The places at which result and slope are finite."""
        pairs = enumerate(zip(self.ys, self.slopes, strict=True))
        return [at for at, (y, slope) in pairs if math.isfinite(y) and math.isfinite(slope)]

    @property
    def line(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Places and results as they are drawn: parted by a nan where the curve falls though it
        rises at both places, or the other way, as at a pole."""
        xs: list[float] = []
        ys: list[float] = []
        for at, (x, y, slope) in enumerate(zip(self.xs, self.ys, self.slopes, strict=True)):
            if at and (y - ys[-1]) * slope < 0 and (y - ys[-1]) * self.slopes[at - 1] < 0:
                xs.append(x)
                ys.append(math.nan)
            xs.append(x)
            ys.append(y)
        return tuple(xs), tuple(ys)

    def checked(self) -> "Curve":
        """The curve itself.

        Raises:
            InputError: nothing on it is finite.
        """
        if not self.known:
            raise InputError(
                f"a curve with finite values from {self.xs[0]:g} to {self.xs[-1]:g}: got none; "
                "choose another range with --from and --to"
            )
        return self


def ratio_of(result: str, name: str) -> str:
    """What the slope of a result along a name is called; with long names just "slope".

    >>> ratio_of("y", "x")
    'dy/dx'
    """
    ratio = f"d{result}/d{name}"
    return ratio if len(ratio) <= _LONGEST_RATIO else "slope"


def check_drawn(curve: Curve, most: int) -> None:
    """See that a curve can be drawn from left to right.

    Raises:
        ValueError: it has fewer than two places, too many, or they don't rise.
    """
    check_count("places on a curve", curve.xs, 2, most)
    check_rising("places on a curve", curve.xs)


def chart_of(
    curve: Curve, key: str, box: Box, theme: Theme, y_name: str = "", more: Sequence[float] = ()
) -> Chart:
    """Axes on which a curve, and more of its results, can be drawn.

    Args:
        curve: the pairs of numbers.
        key: the first part of every element's key.
        box: in points.
        theme: has the colours.
        y_name: what is counted along y; "" for the curve's result.
        more: results that are also to be seen.

    Returns:
        The axes, with some room around the curve.
    """
    ys = padded([*calm(curve.ys), *more])
    across = (curve.xs[0], curve.xs[-1])
    name = fitted(y_name or curve.result, NAME_SIZE, 0.55 * box.width)
    return Chart(key, box, across, ys, theme, curve.name, name)


def range_of(request: Request, low: float, high: float) -> tuple[float, float]:
    """From where to where a curve runs: as it is asked for, else from low to high.

    Args:
        request: whose options "from" and "to" may ask for an end.
        low, high: the ends where nothing is asked for.

    Returns:
        (from, to).

    Raises:
        InputError: the range is empty.
    """
    return range_between((request.options.get("from"), request.options.get("to")), low, high)


def range_between(
    ends: tuple[float | None, float | None], low: float, high: float, axis: str = ""
) -> tuple[float, float]:
    """A range that may be asked for in part, else from low to high.

    Args:
        ends: where it begins and ends, None where nothing is asked for.
        low, high: the ends where nothing is asked for.
        axis: the first part of the names of both options.

    Returns:
        (from, to).

    Raises:
        InputError: the range is empty.

    >>> range_between((None, None), 0.0, 4.0), range_between((5.0, None), 0.0, 4.0)
    ((0.0, 4.0), (5.0, 9.0))
    """
    first, last = ends
    if first is None:
        first = low if last is None or last > low else last - (high - low)
    if last is None:
        last = high if first < high else first + (high - low)
    if not (math.isfinite(first) and math.isfinite(last) and first + 1e-12 * abs(first) < last):
        name = f"--{axis}-" if axis else "--"
        raise InputError(
            f"a range from a smaller to a larger number: got {first:g} to {last:g}; "
            f"give others with {name}from and {name}to"
        )
    return first, last


def calm(values: Sequence[float]) -> list[float]:
    """The finite values, without the few that lie far outside, as at a pole."""
    finite = sorted(value for value in values if math.isfinite(value))
    if not finite:
        return []
    low, high = finite[len(finite) // 20], finite[-1 - len(finite) // 20]
    room = 3 * max(high - low, 1e-300)
    return [value for value in finite if low - room <= value <= high + room]


def thinned(count: int, most: int, first: int = 0) -> list[int]:
    """Numbers from 0 up to count - 1, at most so many: the first ones, the last one, and between
    them about evenly.

    Args:
        count: how many numbers there are.
        most: how many are wanted at most.
        first: how many of the first ones are wanted in any case; fewer than `most`.

    Returns:
        The numbers, ascending.

    >>> thinned(5, 10), thinned(1001, 8, first=3)
    ([0, 1, 2, 3, 4], [0, 1, 2, 202, 401, 601, 800, 1000])
    """
    if count <= most:
        return list(range(count))
    start = max(first, 1) - 1
    left = most - start - 1
    rest = [start + round((count - 1 - start) * (at + 1) / left) for at in range(left)]
    return sorted({*range(start + 1), *rest})
