"""What runs give: curves, links and passes as plain data, without torch."""

import math
from dataclasses import dataclass

from graphgen.course.runs.checks import (
    check_count,
    check_finite,
    check_lengths,
)
from graphgen.model.errors import InputError

__all__ = [
    "Curve",
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
