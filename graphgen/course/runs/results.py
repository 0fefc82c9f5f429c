"""What runs give: curves, links and passes as plain data, without torch."""

import math
from dataclasses import dataclass

from graphgen.course.runs.checks import (
    check_count,
    check_finite,
    check_lengths,
    check_one_of,
    check_range,
)
from graphgen.model.errors import InputError

__all__ = [
    "Curve",
    "Numbers",
    "Repeated",
    "ratio_of",
]

_LONGEST_RATIO = 20
_MOST_PLACES, _MOST_ALONG, _MOST_STEPS = 10_000, 1_000, 200_000
_MOST_CELLS, _LONGEST_AXIS = 100, 2**40


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
    told = f"d{result}/d{name}"
    return told if len(told) <= _LONGEST_RATIO else "slope"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor: its shape and its elements, row-major."""

    shape: tuple[int, ...]
    items: tuple[float, ...]

    def __post_init__(self) -> None:
        for length in self.shape:
            check_range("an axis", length, 0, _LONGEST_AXIS)
        check_lengths(f"elements and shape {self.shape}", self.items, range(math.prod(self.shape)))


@dataclass(frozen=True, slots=True)
class Repeated:
    """An operation of two operands, one of which is repeated.

    Attributes:
        op: its symbol.
        source, other, result: what they are called; "" where they have no name.
        value, against, outcome: their values; against is None where the other is a plain number.
        above: the gradient of the result; shares: what each use of the source gets.
        total: the shares added up, of the source's shape.
    """

    op: str
    source: str
    other: str
    result: str
    value: Numbers
    against: Numbers | None
    outcome: Numbers
    above: Numbers
    shares: Numbers
    total: Numbers

    def __post_init__(self) -> None:
        shape = self.outcome.shape
        for each in (self.above, self.shares):
            check_one_of("a shape", each.shape, (shape,))
        check_one_of("the shape of the sum", self.total.shape, (self.value.shape,))
        for each in (self.value, *([] if self.against is None else [self.against])):
            padded = (1,) * (len(shape) - len(each.shape)) + each.shape
            check_lengths("axes of an operand and of the result", padded, shape)
            for own, whole in zip(padded, shape, strict=True):
                check_one_of("an axis of an operand", own, (1, whole))
