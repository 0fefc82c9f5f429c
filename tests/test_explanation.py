"""Each gradient is told with how it is made up, and checked against finite differences."""

import math

from graphgen.explanation import compare, explain
from graphgen.telling import tell
from tests.graphs import two_paths


def test_the_table_tells_value_gradient_and_parts() -> None:
    lines = explain(tell(two_paths(), "c = (a + b) × b")).splitlines()
    assert lines[0] == "c = (a + b) × b"
    assert " ".join(lines[4].split()) == "b 3 8 5 via c = s × b, plus 3 via s = a + b, is 8"


def test_a_gradient_that_agrees_is_said_to_agree() -> None:
    (found,) = compare(two_paths(), {"b": [8.0 + 1e-7]})
    assert (found.node, found.agrees) == (1, True)
    assert "agrees with its finite difference" in explain(tell(two_paths()), [found])


def test_a_gradient_that_differs_is_said_to_differ() -> None:
    (found,) = compare(two_paths(), {"b": [8.1]})
    assert not found.agrees
    assert "DIFFERS from its finite difference" in explain(tell(two_paths()), [found])


def test_a_difference_that_is_nan_never_agrees_with_a_number() -> None:
    (found,) = compare(two_paths(), {"b": [math.nan]})
    assert not found.agrees
