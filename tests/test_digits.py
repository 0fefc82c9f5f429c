"""There is one way to write a number, wherever it is shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.model.graph import Array, Summary
from graphgen.text.digits import grid, inline, is_loud, number, summarize, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8.0, "8"),
        (-3.0, "−3"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (0.2689414213699951, "0.2689"),
        (12345.6, "12346"),
        (999999.0, "999999"),
        (999999.7, "1e6"),
        (1234567.0, "1.235e6"),
        (0.0001, "0.0001"),
        (-1e-30, "−1e−30"),
        (1e30, "1e30"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
        (math.nan, "nan"),
        (1 - 2j, "1 − 2i"),
        (2j, "2i"),
        (-2j, "−2i"),
        (3 + 0j, "3"),
    ],
)
def test_a_number_reads_as_a_person_writes_it(value: complex, expected: str) -> None:
    assert number(value) == expected


@given(st.floats(-1e300, 1e300))
def test_a_text_is_within_half_a_unit_of_its_fourth_digit(value: float) -> None:
    read = float(number(value).replace("−", "-"))
    assert math.isclose(read, value, rel_tol=5.1e-4, abs_tol=1e-323)


@given(st.floats())
def test_no_text_has_a_hyphen_or_a_minus_zero(value: float) -> None:
    assert "-" not in number(value)
    assert number(value) != "−0"


def test_small_arrays_are_grids() -> None:
    matrix = Array((2, 2), "float64", (19.0, 22.0, 43.0, 50.0))
    assert grid(text(matrix)) == (("19", "22"), ("43", "50"))
    assert inline(matrix) == "[[19, 22], [43, 50]]"
    assert inline(Array((1, 2), "float64", (1.0, 2.0))) == "[[1, 2]]"


def test_large_arrays_show_shape_and_range() -> None:
    items = tuple(float(i) for i in range(12))
    assert text(Array((3, 4), "float64", items)) == "3 × 4\n0 to 11\nmean 5.5"


def test_empty_arrays_have_a_text() -> None:
    assert text(Array((0,), "float64", ())) == "0 numbers"
    assert inline(Array((0, 3), "float64", ())) == "0 × 3"


def test_what_is_not_known_is_said_to_be_not_known() -> None:
    assert text(Array((), "float64")) == "?"
    assert text(Array((2, 3), "float64")) == "?\n2 × 3"


def test_a_summary_leaves_out_nan_and_inf_and_counts_them() -> None:
    found = summarize(Array((4,), "float64", (1.0, math.nan, math.inf, 3.0)))
    expected = (1.0, 3.0, 2.0, 1, 1)
    assert (found.minimum, found.maximum, found.mean, found.nan, found.inf) == expected


def test_a_summary_of_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="known"):
        summarize(Array((4,), "float64"))


def test_a_strip_has_at_most_sixteen_colours() -> None:
    items = tuple(float(i) for i in range(64))
    strip = summarize(Array((64,), "float64", items)).strip
    assert strip == tuple(4 * i + 1.5 for i in range(16))


def test_nan_and_inf_are_loud() -> None:
    assert is_loud(Array((), "float64", (math.nan,)))
    assert is_loud(Array((99,), "float64", None, Summary(0, 1, 0, 1, 0, 2)))
    assert not is_loud(Array((), "float64", (1.0,)))
    assert not is_loud(None)


def test_infinities_of_a_large_array_are_counted_by_their_signs() -> None:
    array = Array((70,), "float64", None, Summary(-1.0, 2.0, 0.5, math.inf, 0, 3, (), 2))
    assert text(array).splitlines()[-1] == "1 inf, 2 −inf"
