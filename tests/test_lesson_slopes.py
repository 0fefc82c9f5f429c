"""Slopes of activation functions, and what rows of them leave of a gradient."""

import json
import math
import sys
from itertools import pairwise

import pytest
import torch

from graphgen.course import lesson_file
from graphgen.course.scene import Lesson
from graphgen.course.scenes.slopes import Data, arrival
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


def _functions(text: str, **options: object) -> Data:
    return _data(lesson("slopes", text, functions=("relu", "tanh"), weights=(), **options))


def test_a_slope_that_jumps_is_drawn_broken_there() -> None:
    relu, tanh, corner = _functions("abs(x)").functions
    assert tanh.jumps == ()
    ((x, before, after),) = [(jump.x, jump.before, jump.after) for jump in relu.jumps]
    assert (before, after) == (0.0, 1.0)
    assert abs(x) < 1e-6
    assert [(jump.before, jump.after) for jump in corner.jumps] == [(-1.0, 0.0), (0.0, 1.0)]
    # No piece of the line leads from one level to another.
    xs, slopes = corner.slope_line
    for one, next_ in pairwise(slopes):
        assert math.isnan(one) or math.isnan(next_) or one == next_
    assert list(xs) == sorted(xs)


@pytest.mark.parametrize(("text", "is_endless"), [
    ("1 / x", True), ("1 / (x - 0.013)", True), ("log(x)", True), ("sqrt(x)", True),
    ("tanh(50 * x)", False), ("abs(x - 0.3)", False), ("x ** 3", False),
])  # fmt: skip
def test_a_slope_without_bound_has_no_steepest_place(text: str, is_endless: bool) -> None:
    data = _functions(text)
    assert data.functions[-1].is_endless == is_endless
    captions = [
        step.caption for step in board_of(lesson("slopes", text, functions=("relu",))).steps
    ]
    assert any("has no bound" in caption for caption in captions) == is_endless


def test_steep_but_smooth_slopes_do_not_jump() -> None:
    for text in ("tanh(50 * x)", "sigmoid(30 * x)", "exp(-100 * x ** 2)", "x ** 9"):
        assert _functions(text).functions[-1].jumps == ()


def test_no_slope_is_drawn_where_a_function_has_no_value() -> None:
    log = _functions("log(x)").functions[-1]
    xs, slopes = log.slope_line
    assert all(math.isnan(slope) for x, slope in zip(xs, slopes, strict=True) if x < 0)


@pytest.mark.parametrize(
    ("left", "key"),
    [
        (1.0, "same"), (-1.0, "other"), (0.5, "shrinks"), (-0.5, "shrinks"), (2.0, "grows"),
        (0.0, "nothing"), (math.inf, "overflow"), (math.nan, "undefined"),
    ],
)  # fmt: skip
def test_what_arrives_is_told_as_it_is(left: float, key: str) -> None:
    assert arrival(left) == key


def test_a_row_that_changes_nothing_is_said_to() -> None:
    captions = [step.caption for step in board_of(own_lesson("slopes")).steps]
    assert "relu, times 1 in each layer: the gradient of 1 arrives unchanged." in captions
    assert "relu, times 2 in each layer: the gradient of 1 grows to 1024." in captions


def test_a_slope_at_a_corner_is_said_to_be_autograds_choice() -> None:
    told = lesson("slopes", "abs(x)", functions=("relu", "tanh"), at=(0.0, 1.0))
    captions = [step.caption for step in board_of(told).steps]
    (at_corner,) = [caption for caption in captions if "corner" in caption]
    assert at_corner.startswith("At 0 ")
    assert "relu and abs(x) have a corner there" in at_corner
