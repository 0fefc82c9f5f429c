"""Formulas read as people write them: no bracket too many, and none too few."""

import pytest

from graphgen.text.formulas import arity, elided, filled, pretty, shortened


@pytest.mark.parametrize(
    ("formula", "operands", "expected"),
    [
        ("relu({0})", ["b + a"], "relu(b + a)"),
        ("relu({0})", ["−2"], "relu(−2)"),
        ("mse({0}, {1})", ["w × x", "−1"], "mse(w × x, −1)"),
        ("{0} × {1}", ["a + b", "−2"], "(a + b) × (−2)"),
        ("{0} × {1}", ["a + relu(b)", "relu(a + b)"], "(a + relu(b)) × relu(a + b)"),
        ("{0} × {1}", ["relu(a) + relu(b)", "(a)"], "(relu(a) + relu(b)) × (a)"),
        ("1 / (1 + {0})", ["a + b"], "1 / (1 + (a + b))"),
        ("{0} + {1}", ["[1, 2]", "f(a, b)"], "[1, 2] + f(a, b)"),
    ],
)
def test_only_operands_between_signs_get_brackets(
    formula: str, operands: list[str], expected: str
) -> None:
    assert filled(formula, operands) == expected


def test_the_result_stands_in_a_formula_too() -> None:
    assert filled("{out} × (1 − {out})", [], "a + b") == "(a + b) × (1 − (a + b))"


def test_a_formula_of_one_operand_used_twice_names_one() -> None:
    assert arity("{0} × {0}") == 1


@pytest.mark.parametrize("label", ["a b c", "f(" * 1000, "\0", "a" * 1000])
def test_what_is_no_program_stays_as_it_is(label: str) -> None:
    assert pretty(label) == label


def test_a_shortened_text_keeps_its_ends() -> None:
    assert shortened("abcdefghij", 5) == "ab…ij"


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("x + attention(norm(x))", 20, "x + attention(…)"),
        ("f(g(h(x)))", 6, "f(…)"),
        ("f(a, [1, 2, 3])", 12, "f(a, […])"),
        ("f(a)", 4, "f(a)"),
        ("a + b + c", 5, ""),
        (")(" * 10, 5, ""),
        ("(" * 200 + ")" * 200, 5, "((…))"),
        ("(" * 5000 + ")" * 5000, 5, ""),
    ],
)
def test_the_longest_brackets_are_emptied_first(text: str, longest: int, expected: str) -> None:
    assert elided(text, longest) == expected
