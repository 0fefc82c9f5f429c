"""The chain rule: local slopes are torch's, and multiply to the whole gradient."""

import json
import math

import pytest
import torch

from graphgen.course import lesson_file
from graphgen.course.scene import Lesson
from graphgen.course.scenes.chain_rule import Data
from graphgen.model.errors import InputError
from tests.seed_cases import cases
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

_ASPECTS = ("16:9", "9:16", "1:1")


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_the_case_of_the_course_3_times_14_is_42() -> None:
    (case,) = [case for case in cases() if case.id == "chain-rule"]
    x, u, y = _data(lesson("chain-rule", case.program, case.inputs)).links
    assert (u.value, y.value) == (case.values["u"], case.values["y"])
    assert (u.slope, y.slope) == (case.local["u/x"], case.local["y/u"]) == (3.0, 14.0)
    assert (x.grad, u.grad) == (case.grads["x"], case.grads["u"]) == (42.0, 14.0)
    last = board_of(own_lesson("chain-rule")).steps[-1]
    assert last.caption == "For each bit that x moves, y moves 42 times as far: dy/dx = 42."
    assert {"dy/dx = 42", "dy/du = 14", "× 3", "× 14"} <= set(texts_of(last.keyframe))


@pytest.mark.parametrize(
    "text",
    [
        "sin(3 * x + 1) ** 2",
        "1 / (1 + exp(-x))",
        "a = 2 * x; b = sin(x) + 1; c = a * b; d = exp(c / 10); y = log(d + 1)",
        "sum([x, 2 * x, x ** 2] * [1, 2, 3]) ** 2",
        "relu(x - 5) ** 2",
    ],
)
def test_slopes_multiply_to_what_autograd_gives(text: str) -> None:
    data = _data(lesson("chain-rule", text, {"x": 0.7}))
    for link, after in zip(data.links, data.links[1:], strict=False):
        assert link.grad == pytest.approx(after.slope * after.grad, rel=1e-12)
    whole = math.prod(link.slope for link in data.links[1:])
    h = 1e-6
    ends = [
        _data(lesson("chain-rule", text, {"x": 0.7 + way * h})).links[-1].value for way in (-1, 1)
    ]
    assert whole == pytest.approx((ends[1] - ends[0]) / (2 * h), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("field", ["value", "slope", "moved"])
def test_a_file_whose_link_is_not_finite_is_refused(field: str) -> None:
    """No frame has a place for it; 1e400 is how a file spells more than the largest float."""
    body = json.loads(lesson_file.dumps(own_lesson("chain-rule")))
    body["data"]["links"][0][field] = "here"
    with pytest.raises(InputError, match="finite numbers for the link 'x': got inf"):
        lesson_file.loads(json.dumps(body).replace('"here"', "1e400"))


def test_a_step_is_so_small_that_the_picture_is_true() -> None:
    for text in ("u = 3 * x + 1; y = u ** 2", "exp(sin(x) * 9)", "u = x ** 9; y = u ** 2"):
        data = _data(lesson("chain-rule", text, {"x": 1.3}))
        first, last = data.links[0], data.links[-1]
        assert first.moved - first.value == pytest.approx(data.step)
        assert (last.moved - last.value) / data.step == pytest.approx(first.grad, rel=0.006)


def test_torch_gives_the_slope_of_the_example_in_one_expression() -> None:
    x = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(torch.sin(3 * x + 1) ** 2, [x])
    data = _data(lesson("chain-rule", "sin(3 * x + 1) ** 2", {"x": 0.5}))
    assert [link.name for link in data.links] == ["x", "u", "v", "y"]
    assert data.links[0].grad == pytest.approx(grad.item(), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 / (1 + exp(-x))", 1.0),
        ("u = 1e6 * x; v = u * 1e6; y = v * 1e-18", 0.2),
        ("u = 1e30 * x; z = u * 1e-30", 1e-30),
        ("u = relu(x); y = u ** 2", -1.0),
        (f"{'a' * 40} = 3 * {'b' * 40} + 1; {'c' * 40} = {'a' * 40} ** 2", 2.0),
    ],
)
def test_odd_chains_are_clear_pictures(text: str, value: float) -> None:
    name = "x" if "x" in text else "b" * 40
    told = lesson("chain-rule", text, {name: value})
    for aspect in _ASPECTS:
        assert faults(board_of(told, aspect)) == []


def test_lines_on_which_a_step_could_not_be_seen_have_scales_of_their_own() -> None:
    timeline = board_of(lesson("chain-rule", "u = 1e6 * x; y = u + 1", {"x": 0.2}))
    (step,) = [step for step in timeline.steps if step.chapter == "a small step"]
    assert "a scale of its own" in step.caption


@pytest.mark.parametrize(
    ("text", "values", "options", "told"),
    [
        ("x * x", {}, {}, "two functions or more"),
        ("u = x * y; z = u ** 2", {}, {}, "one name free"),
        ("log(x - 5) ** 2", {"x": 1.0}, {}, "choose another place"),
        ("sqrt(x) ** 2", {"x": 0.0}, {}, "choose another place"),
        ("log(x) ** 2", {"x": 1.0}, {"step": -2.0}, "--step"),
        ("sin(x) ** 2", {}, {"step": 0.0}, "--step"),
        ("sin(cos(tan(exp(tanh(sin(cos(tan(sin(x)))))))))", {}, {}, "at most 8"),
    ],
)
def test_what_is_no_chain_is_told(
    text: str, values: dict[str, float], options: dict[str, float], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        lesson("chain-rule", text, values, **options)


def test_a_function_that_stays_where_it_is_is_not_said_to_move() -> None:
    steps = board_of(lesson("chain-rule", "relu(x) ** 2", {"x": -1.0})).steps
    captions = [step.caption for step in steps if step.chapter == "local slopes"]
    assert captions == [
        "It doesn't move u: the slope of u with respect to x is 0.",
        "It doesn't move y: the slope of y with respect to u is 0.",
    ]
