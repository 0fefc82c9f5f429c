"""Sums, means and norms of plain numbers, against fractions over the whole range of a float."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.model.arithmetic import added, distance, magnitude, mean, norm, total

LARGEST = Fraction(1.7976931348623157e308)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64)
NUMBERS = st.lists(st.one_of(FLOATS, st.sampled_from([9e307, -9e307, 5e-324, 1e30, -1e30])))


def rounded(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


@given(NUMBERS)
def test_a_sum_is_rounded_once_whatever_cancels_or_is_too_large_on_the_way(
    numbers: list[float],
) -> None:
    assert total(numbers) == rounded(sum(map(Fraction, numbers), Fraction()))


@given(NUMBERS.filter(bool))
def test_a_mean_is_right_to_the_last_bits(numbers: list[float]) -> None:
    exact = sum(map(Fraction, numbers), Fraction()) / len(numbers)
    assert mean(numbers) == pytest.approx(float(exact), rel=1e-15, abs=5e-324)


@given(NUMBERS)
def test_a_norm_neither_vanishes_nor_overflows(numbers: list[float]) -> None:
    square = sum((Fraction(number) ** 2 for number in numbers), Fraction())
    size = norm(numbers)
    if size == math.inf:
        assert square > (LARGEST * (1 - Fraction(1, 2**50))) ** 2
    else:
        near = Fraction(size) * Fraction(1, 2**50) + Fraction(5e-324)
        assert max(Fraction(size) - near, 0) ** 2 <= square <= (Fraction(size) + near) ** 2


@given(NUMBERS, NUMBERS)
def test_complex_numbers_are_added_part_by_part(reals: list[float], others: list[float]) -> None:
    numbers = [complex(a, b) for a, b in zip(reals, others, strict=False)]
    if numbers:
        assert added(numbers) == complex(
            total([z.real for z in numbers]), total([z.imag for z in numbers])
        )


def test_nan_and_inf_come_through() -> None:
    assert total([math.inf, 1.0]) == mean([math.inf, 1.0]) == norm([-math.inf, 1.0]) == math.inf
    assert math.isnan(total([math.inf, -math.inf]))
    assert math.isnan(norm([math.nan, math.inf]))
    assert magnitude(complex(1.7e308, 1.7e308)) == math.inf
    assert distance(math.nan, math.nan) == distance(math.inf, math.inf) == 0.0
    assert distance(math.inf, 1.0) == math.inf
