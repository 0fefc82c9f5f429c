"""Slopes of activation functions, and what rows of them leave of a gradient."""

import json
import math
import sys

import pytest
import torch

from graphgen.course import lesson_file
from graphgen.course.scene import Lesson
from graphgen.course.scenes.slopes import Data
from graphgen.model.errors import InputError
from graphgen.outputs.svg.document import timeline_svg
from tests.seed_cases import tables
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

TORCHS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": torch.nn.functional.gelu,
}

_ASPECTS = ("16:9", "9:16", "1:1")


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_a_file_with_the_largest_gradient_there_is_is_drawn() -> None:
    """Its range has some room above, which is more than a float holds."""
    body = json.loads(lesson_file.dumps(own_lesson("slopes")))
    body["data"]["stacks"][0]["grads"][0][0] = sys.float_info.max
    assert "nan" not in timeline_svg(board_of(lesson_file.loads(json.dumps(body))), "steps")


def test_the_slopes_of_the_course() -> None:
    case = tables()["relu-and-tanh"]
    relu, tanh, *_ = _data(own_lesson("slopes")).functions
    assert relu.told.xs == tanh.told.xs == tuple(case["xs"])
    assert relu.told.slopes == tuple(case["relu"])
    assert tanh.told.slopes == pytest.approx(case["tanh"], abs=5e-8)


def test_slopes_along_x_are_torchs() -> None:
    for each in _data(own_lesson("slopes")).functions:
        xs = torch.tensor(each.curve.xs, dtype=torch.float64, requires_grad=True)
        (grads,) = torch.autograd.grad(TORCHS[each.name](xs).sum(), [xs])
        assert each.curve.slopes == pytest.approx(grads.tolist(), rel=1e-12, abs=1e-15)


def test_what_ten_layers_leave_is_the_product_of_their_slopes() -> None:
    data = _data(own_lesson("slopes"))
    for stack in data.stacks:
        for each, grads in zip(data.functions, stack.grads, strict=True):
            h, product = torch.tensor(1.0, dtype=torch.float64), 1.0
            for _ in range(10):
                at = (stack.weight * h).detach().requires_grad_()
                h = TORCHS[each.name](at)
                (slope,) = torch.autograd.grad(h, [at])
                product *= stack.weight * slope.item()
            assert len(grads) == 11
            assert grads[-1] == 1.0
            assert grads[0] == pytest.approx(product, rel=1e-12)


def test_relu_keeps_or_doubles_and_sigmoid_vanishes() -> None:
    once, twice = _data(own_lesson("slopes")).stacks
    assert (once.grads[0][0], twice.grads[0][0]) == (1.0, 1024.0)
    assert once.grads[2][0] < 0.25**10 * 1.01
    shown = texts_of(board_of(own_lesson("slopes")).steps[-1].keyframe)
    assert {"1024", "2.785e−7"} <= set(shown)


def test_a_program_of_ones_own_stands_beside_the_others() -> None:
    data = _data(
        lesson("slopes", "x / (1 + abs(x))", functions=("tanh",), layers=3, weights=(1.0,))
    )
    assert [each.name for each in data.functions] == ["tanh", "x / (1 + abs(x))"]
    softsign = data.functions[1]
    for x, slope in zip(softsign.curve.xs, softsign.curve.slopes, strict=True):
        assert slope == pytest.approx(1 / (1 + abs(x)) ** 2, rel=1e-12)
    assert data.stacks[0].grads[1][0] == pytest.approx(math.prod([1 / 4, 4 / 9, 9 / 16]))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("x ** 3", {"functions": ()}),
        ("log(x)", {}),
        ("0 * x", {"functions": ()}),
        (f"tanh({'b' * 40}) * {'b' * 40}", {}),
        ("", {"functions": ("relu",), "start": -1.0}),
        ("", {"layers": 1000, "weights": (0.5, 1.0, 1.5)}),
        ("", {"layers": 30, "weights": (1e30, 1e-30)}),
    ],
)
def test_odd_rows_are_clear_pictures(text: str, options: dict[str, object]) -> None:
    told = lesson("slopes", text, **options)
    for aspect in _ASPECTS:
        assert faults(board_of(told, aspect)) == []


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("", {"functions": ()}, "at least one function"),
        ("x * y", {}, "one name free"),
        ("", {"weights": (1.0,) * 4}, "at most 3 weights"),
        ("", {"at": tuple(map(float, range(9)))}, "at most 8 places"),
        ("", {"from_": 2.0, "to": 2.0}, "a range"),
        ("log(x)", {"from_": -3.0, "to": -2.0}, "finite values"),
    ],
)
def test_what_can_not_be_shown_is_told(text: str, options: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        lesson("slopes", text, **options)
