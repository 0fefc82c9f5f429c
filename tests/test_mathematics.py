"""Formulas in plain text become trees, and markup in which nothing of a person's means anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphgen.text.mathematics import markup, parsed
from graphgen.text.typesetting import formula, prepare

FORMULAS = [
    ("c = (a + b) × b", "c = (a + b) thin b"),
    ("w1 × x1 + b", "w_(1) thin x_(1) + b"),
    ("loss = (y_hat − t1)²", 'upright("loss") = (hat(y) - t_(1))^(2)'),
    ("h = tanh(W1 @ x)", 'h = op("tanh")(W_(1) thin x)'),
    ("exp(−x / 4)", r"e^(- x \/ 4)"),
    ("abs(x) × sqrt(y)", "abs(x) thin sqrt(y)"),
    ("3 × x² − 6 × x", "3 thin x^(2) - 6 thin x"),
    ("x × 3", "x dot.op 3"),
    ("wide × wide", 'upright("wide") dot.op upright("wide")'),
    ("2 × 16", "2 times 16"),
    ("0.5403 × (−0.8415)", "0.5403 times (- 0.8415)"),
    ("7.5e−19", "7.5 times 10^(-19)"),
    ("Wᵀ @ g", "W^(top) thin g"),
    ("x[0]", "x_(0)"),
    ("theta_1", "theta_(1)"),
    ("[[1, 0], [2, 1]]", 'mat(delim: "[", 1, 0; 2, 1)'),
    ("a ^ 2 ^ 3", "a^(2^(3))"),
    ("−x ^ 2", "- x^(2)"),
    ("a − b − c", "a - b - c"),
    ("a = b; c = a", r"a = b\; quad c = a"),
    ("blocks.0.weight + 1", 'upright("blocks.0.weight") + 1'),
    ("sigmoid(z)", 'op("σ")(z)'),
    ("₁a0", 'upright("1a0")'),
]


@pytest.mark.parametrize(("text", "expected"), FORMULAS)
def test_a_formula_is_written_as_mathematics_is(text: str, expected: str) -> None:
    tree = parsed(text)
    assert tree is not None
    assert markup(tree) == expected


@pytest.mark.parametrize(
    "text",
    ["b gets 5", "", "a +", "(a", "a)", "shape (2, 3), mean 0.5", "a $ b", "#eval(x)", '"a"'],
)
def test_what_is_no_formula_has_no_tree(text: str) -> None:
    assert parsed(text) is None


def test_a_very_deep_formula_is_none() -> None:
    assert parsed("(" * 300 + "a" + ")" * 300) is None


def test_a_fraction_stands_above_and_below_where_there_is_room() -> None:
    tree = parsed("(a + b) / c")
    assert tree is not None
    assert markup(tree, is_display=True) == "frac(a + b, c)"


SIGNS = " +−×/@^()[],;=<>≤·⊙²³⁻ᵀ₁_.'\"\\#$%&{}*`~|"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("abxyzW019" + SIGNS + "αéж梯"), min_size=1, max_size=24),
        min_size=8, max_size=24,
    )
)  # fmt: skip
def test_whatever_has_a_tree_is_set(texts: list[str]) -> None:
    prepare(texts)
    for text in texts:
        assert (formula(text) is None) == (parsed(text) is None)
