"""Each gradient is told with how it is made up, and checked against finite differences."""

import math

import pytest

from graphgen.language.differences import Difference, Doubt
from graphgen.narration.explanation import compare, explain
from graphgen.narration.telling import tell
from tests.graphs import two_paths


def sloped(slope: float, error: float = 1e-9, doubt: Doubt = "") -> Difference:
    return Difference(slope, error, 0.0, doubt)


def test_the_table_tells_value_gradient_and_parts() -> None:
    lines = explain(tell(two_paths(), "c = (a + b) × b")).splitlines()
    assert lines[0] == "c = (a + b) × b"
    assert " ".join(lines[4].split()) == "b 3 8 5 via c = s × b, plus 3 via s = a + b, is 8"


def test_a_gradient_that_agrees_is_said_to_agree() -> None:
    (found,) = compare(two_paths(), {"b": [sloped(8.0 + 1e-7)]})
    assert (found.node, found.agrees) == (1, True)
    assert "agrees with its finite difference" in explain(tell(two_paths()), [found])


def test_a_gradient_that_differs_is_said_to_differ() -> None:
    (found,) = compare(two_paths(), {"b": [sloped(8.1)]})
    assert not found.agrees
    assert "DIFFERS from its finite difference" in explain(tell(two_paths()), [found])


def test_a_difference_that_is_nan_neither_agrees_nor_differs() -> None:
    (found,) = compare(two_paths(), {"b": [sloped(math.nan, math.inf, doubt="edge")]})
    assert found.agrees is None
    line = explain(tell(two_paths()), [found]).splitlines()[4]
    assert line.endswith(
        "can't be decided by its finite difference: the loss is no finite number beside this point)"
    )


@pytest.mark.parametrize(
    ("slope", "error", "agrees"),
    [(8.1, 0.03, None), (8.1, 0.001, False), (8.0, 0.1, None), (8.0, 0.001, True)],
)
def test_a_difference_says_as_much_as_it_is_sure_of(
    slope: float, error: float, agrees: bool | None
) -> None:
    (found,) = compare(two_paths(), {"b": [sloped(slope, error)]})
    assert found.agrees is agrees


def test_at_a_kink_nothing_can_be_decided() -> None:
    (found,) = compare(two_paths(), {"b": [sloped(7.0, doubt="kink")]})
    assert found.agrees is None
    assert "kink" in found.reason


def test_what_rounding_does_to_the_gradient_itself_is_no_difference() -> None:
    (found,) = compare(two_paths(), {"b": [Difference(8.1, 1e-9, rounding=0.04)]})
    assert found.agrees is None
