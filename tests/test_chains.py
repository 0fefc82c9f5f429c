"""Compositions: any program of one name is taken apart where everything passes through one name."""

import pytest

from graphgen.language.chains import composed, links_of, nested
from graphgen.language.expression import parse
from graphgen.language.syntax import source


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sin(3 * x + 1) ** 2", "u = 3 * x + 1; v = sin(u); y = v ** 2"),
        ("1 / (1 + exp(-x))", "u = -x; v = exp(u); w = 1 + v; y = 1 / w"),
        ("tanh(w * x + b)", "u = w * x + b; y = tanh(u)"),
        ("x * x", "y = x * x"),
        ("2 ** (x * sin(x))", "u = x * sin(x); y = 2 ** u"),
        ("f = exp(u * x)", "v = u * x; f = exp(v)"),
        ("u = 3 * x + 1; y = u ** 2", "u = 3 * x + 1; y = u ** 2"),
        ("(2 / x) + 1", "u = 2 / x; y = u + 1"),
    ],
)
def test_functions_within_functions_become_statements(text: str, parts: str) -> None:
    assert composed(parse(text), "x", "y").source() == parts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("u = 3 * x + 1; y = u ** 2", "x u y"),
        ("a = 2 * x; b = x + 1; c = a * b; y = c ** 2", "x c y"),
        ("a = 2 * x; b = a ** 2; y = a + b", "x a y"),
        ("a = 2 * x; b = a ** 2; y = b + x", "x y"),
        ("k = w ** 2; y = k * x", "x y"),
    ],
)
def test_links_are_the_names_through_which_everything_passes(text: str, names: str) -> None:
    assert links_of(parse(text), "x") == tuple(names.split())


def test_what_is_no_link_is_written_out() -> None:
    program = parse("a = 2 * x; b = x + 1; c = a * b; y = c ** 2")
    assert source(nested(program, "c", ["x", "c", "y"])) == "2 * x * (x + 1)"
    assert source(nested(program, "y", ["x", "c", "y"])) == "c ** 2"


def test_a_very_long_sum_is_taken_apart() -> None:
    program = composed(parse(f"sin(x{' + 1' * 1200})"), "x", "y")
    assert len(program.statements) == 2
    assert links_of(program, "x") == ("x", "u", "y")
