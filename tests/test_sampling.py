"""Programs at many places at once: each function of the grammar as at one place after the other."""

import math

import pytest
import torch

from graphgen.course.sampling import free_names, result_of, sample, sweep
from graphgen.language.evaluate import run
from graphgen.language.expression import parse
from graphgen.model.errors import ExpressionError, InputError
from graphgen.ops import FUNCTIONS

PLACES = (-1.5, -0.3, 0.0, 0.4, 1.0, 2.5)

WRITTEN = {
    "clamp": "clamp(x, -1, 1)",
    "cross_entropy": "cross_entropy([x, 1], [0.3, 0.7])",
    "detach": "x * detach(x)",
    "dot": "dot([x, 1], [2, x])",
    "log_softmax": "sum(log_softmax([x, 1]) * [1, 2])",
    "matmul": "sum(matmul([[x, 1], [2, 3]], [x, 2]))",
    "maximum": "maximum(x, 0.5)",
    "minimum": "minimum(x, 0.5)",
    "mse": "mse([x, 1], [0.3, 0.7])",
    "outer": "sum(outer([x, 1], [2, x]))",
    "pow": "pow(x, 3)",
    "softmax": "sum(softmax([x, 1]) * [1, 2])",
    "transpose": "sum(transpose([[x, 1], [2, 3]]) @ [1, x])",
}
OF_LISTS = ("logsumexp", "max", "mean", "min", "norm", "prod", "std", "sum", "var")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_all_places_at_once_give_what_each_gives(name: str) -> None:
    written = f"{name}([x, 2 * x, 0.7])" if name in OF_LISTS else f"{name}(x)"
    program = parse(WRITTEN.get(name, written))
    curve = sample(program, "x", PLACES, {})
    for x, y, slope in zip(PLACES, curve.ys, curve.slopes, strict=True):
        alone = run(program, {"x": x})
        (grad,) = torch.autograd.grad(alone.loss, [alone.inputs["x"]])
        assert y == pytest.approx(alone.loss.item(), rel=1e-12, nan_ok=True)
        assert slope == pytest.approx(grad.item(), rel=1e-12, nan_ok=True)


def test_more_than_fits_at_once_is_done_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    import graphgen.course.sampling as module

    whole = sample(parse("sin(x) * x"), "x", PLACES, {})
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 8)
    assert sample(parse("sin(x) * x"), "x", PLACES, {}) == whole


def test_what_does_not_depend_on_a_name_has_the_slope_0_along_it() -> None:
    zs, (along_x, along_y) = sweep(parse("x * y + 0 * detach(y)"), ("x", "y"), ([1.0], [3.0]), {})
    assert (zs, along_x, along_y) == ((3.0,), (3.0,), (1.0,))


def test_a_result_that_is_no_number_is_refused() -> None:
    with pytest.raises(ExpressionError, match="one number"):
        sample(parse("x * [1, 2]"), "x", PLACES, {})


@pytest.mark.parametrize(
    ("text", "values", "wanted", "count", "told"),
    [
        ("x * y", {}, (), 1, "give the others a value"),
        ("x * y", {"x": 1.0, "y": 1.0}, (), 1, "--name"),
        ("x ** 2", {}, (), 2, "write it with more"),
        ("x * y * z", {}, (), 2, "give the others a value"),
        ("x * y", {}, ("w",), 1, "its inputs are x, y"),
        ("x * y * z", {}, ("x", "x"), 2, "--names"),
        ("3", {}, (), 1, "its inputs are none"),
    ],
)
def test_names_that_are_not_free_are_told(
    text: str, values: dict[str, float], wanted: tuple[str, ...], count: int, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        free_names(parse(text), values, wanted, count)


def test_a_name_with_a_value_may_be_free_where_it_is_the_only_one() -> None:
    assert free_names(parse("x ** 2"), {"x": 3.0}, (), 1) == ("x",)
    assert free_names(parse("a * x"), {"a": 3.0}, (), 1) == ("x",)
    assert free_names(parse("a * x"), {"a": 3.0, "x": 1.0}, ("x",), 1) == ("x",)


def test_a_result_without_a_name_gets_one_that_is_free() -> None:
    assert result_of(parse("y * z")) == "f"
    assert math.isfinite(sample(parse("y * 2"), "y", [1.0], {}).ys[0])
