"""Plain numbers -> their sum, mean and norm, rounded once, over the whole range of a float.

`sum(numbers)` rounds at each step, `math.fsum` gives up where a partial sum is too large, and
`abs` of a complex number raises where the magnitude is; whatever is shown comes through here.
What is larger than a float can hold is inf, and so is only what is.
"""

import cmath
import math
from collections.abc import Iterable, Sequence

__all__ = ["added", "distance", "magnitude", "mean", "mean_of_units", "norm", "total", "units"]

_SMALLEST_BIT = 1074
"""Every float is a whole number of 2**-1074."""


def total(numbers: Sequence[float]) -> float:
    """The sum of real numbers; inf and nan as in IEEE 754.

    >>> total([9e307, 9e307, -9e307]), total([1e30, 1.0, -1e30]), total([])
    (9e+307, 1.0, 0.0)
    """
    try:
        whole = math.fsum(numbers)
    except (OverflowError, ValueError):  # of a partial sum, or of inf and -inf
        whole = math.nan
    if math.isfinite(whole):
        return whole
    if not all(map(math.isfinite, numbers)):
        return sum(numbers)
    return mean_of_units(sum(map(units, numbers)), 1)  # the whole may be fine


def mean(numbers: Sequence[float]) -> float:
    """The mean of at least one real number.

    >>> mean([1.7e308, 1.7e308]), mean([5e-324, 5e-324])
    (1.7e+308, 5e-324)
    """
    whole = total(numbers)
    if math.isinf(whole) and all(map(math.isfinite, numbers)):
        return mean_of_units(sum(map(units, numbers)), len(numbers))
    return whole / len(numbers)


def norm(numbers: Iterable[float | complex]) -> float:
    """The Euclidean norm: inf where it is larger than a float, or where a number is.

    >>> norm([3.0, 4j]), norm([]), norm([1e308] * 4), norm([1e-323] * 4)
    (5.0, 0.0, inf, 2e-323)
    """
    parts = [
        part
        for number in numbers
        for part in ((number.real, number.imag) if isinstance(number, complex) else (number,))
    ]
    return math.nan if any(map(math.isnan, parts)) else math.hypot(*parts)


def magnitude(number: float | complex) -> float:
    """The magnitude: inf where it is larger than a float.

    >>> magnitude(3 - 4j), magnitude(-2.0), magnitude(complex(1.7e308, 1.7e308))
    (5.0, 2.0, inf)
    """
    return math.hypot(number.real, number.imag)


def added(numbers: Sequence[float | complex]) -> float | complex:
    """The sum of real or complex numbers; of complex ones part by part.

    >>> added([1e30, 1.0, -1e30]), added([1j, 2.0])
    (1.0, (2+1j))
    """
    if not any(isinstance(number, complex) for number in numbers):
        return total([number.real for number in numbers])
    return complex(total([x.real for x in numbers]), total([x.imag for x in numbers]))


def distance(one: float | complex, other: float | complex) -> float:
    """How far two numbers are from each other: 0 where they are the same infinity or both nan.

    >>> distance(1.0, 4.0), distance(math.inf, math.inf), distance(0.0, 3 - 4j)
    (3.0, 0.0, 5.0)
    """
    if one == other or (cmath.isnan(one) and cmath.isnan(other)):
        return 0.0
    return magnitude(one - other)


def units(number: float) -> int:
    """A finite number in units of the smallest one, which is exact.

    >>> units(5e-324), units(-1.0) == -(2**1074)
    (1, True)
    """
    numerator, denominator = number.as_integer_ratio()
    return numerator << (_SMALLEST_BIT + 1 - denominator.bit_length())


def mean_of_units(whole: int, count: int) -> float:
    """A sum in such units divided by a count, rounded once.

    >>> mean_of_units(units(1.0) + units(2.0), 2)
    1.5
    """
    try:
        return whole / (count << _SMALLEST_BIT)
    except OverflowError:
        return math.inf if whole > 0 else -math.inf
