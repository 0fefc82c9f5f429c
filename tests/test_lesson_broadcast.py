"""Broadcasting: the gradient of a repeated operand is the sum over its uses, as torch has it."""

from itertools import product
from math import prod

import pytest
import torch

from graphgen.course.scene import Lesson
from graphgen.course.scenes.broadcast import Data, Sheet
from graphgen.model.errors import InputError
from graphgen.model.timeline import ASPECTS
from tests.seed_cases import tables
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_the_bias_of_the_course_gets_the_sum_over_the_rows() -> None:
    found = _data(own_lesson("broadcast")).repeated
    case = tables()["broadcast-bias"]
    assert (found.source, found.other, found.result, found.op) == ("b", "x", "y", "+")
    assert found.outcome.shape == tuple(case["shapes"]["x"])
    assert found.total.shape == tuple(case["shapes"]["b"])
    assert list(found.total.items) == case["grads"]["b"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sum((x * w) ** 2)", {"x": [[1.0, 2.0], [3.0, 4.0]], "w": [[0.5], [2.0]]}),
        ("sum((x - w) ** 3)", {"x": [[1.0, 2.0], [3.0, 4.0]], "w": 0.5}),
        ("mean(x / w * x)", {"x": [1.0, 2.0, 3.0], "w": [4.0]}),
        ("sum(exp(x * w))", {"x": [[[1.0, 2.0]], [[3.0, 0.5]]], "w": [[0.5], [0.25]]}),
        ("sum(maximum(w, x) * x)", {"x": [[1.0, 2.0], [3.0, 4.0]], "w": [2.5, 1.0]}),
        ("sum(w ** x)", {"x": [[1.0, 2.0], [3.0, 4.0]], "w": [2.5, 1.0]}),
    ],
)
def test_shares_add_up_to_torchs_gradient(text: str, values: dict[str, object]) -> None:
    found = _data(lesson("broadcast", text, values, ("x",))).repeated
    x = torch.tensor(values["x"], dtype=torch.float64)
    w = torch.tensor(values["w"], dtype=torch.float64, requires_grad=True)
    loss = eval(
        text.replace("sum", "torch.sum").replace("mean", "torch.mean").replace("exp", "torch.exp")
        .replace("maximum", "torch.maximum"),
        {"torch": torch, "x": x, "w": w},
    )  # fmt: skip
    (grad,) = torch.autograd.grad(loss, [w])
    assert found.total.items == pytest.approx(grad.flatten().tolist())
    shares = torch.tensor(found.shares.items, dtype=torch.float64).reshape(found.shares.shape)
    assert torch.allclose(shares.sum_to_size(w.shape), grad)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ((4,), (3, 4)), ((3, 1), (3, 4)), ((), (2, 3)), ((1,), (5,)), ((3, 1), (2, 3, 4)),
        ((4,), (2, 3, 4)),
    ],
)  # fmt: skip
def test_each_use_is_of_the_element_that_torch_repeats(
    source: tuple[int, ...], result: tuple[int, ...]
) -> None:
    sheet = Sheet.of(source, result)
    numbered = torch.arange(prod(source)).reshape(source).expand(result).flatten().tolist()
    if len(result) <= 2:
        assert list(sheet.used) == numbered
    for row, column in product(range(sheet.rows), range(sheet.columns)):
        at = row * sheet.columns + column
        assert numbered[sheet.at[at]] == sheet.used[at]


def test_the_last_picture_has_one_row_of_sums() -> None:
    texts = texts_of(board_of(own_lesson("broadcast")).steps[-1].keyframe)
    assert texts.count("0.1") == 1
    assert texts.count("1") == 13


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sum(x * w)", {"x": [[1e30, 2.0], [3.0, -1e-30]], "w": 0.5}),
        ("sum(x * w) + sum(x)", {"x": [[1.0] * 20] * 15, "w": [2.0] * 20}),
        ("sum(x ** w)", {"x": [1.0, 2.0, 3.0, 4.0], "w": 0.333}),
        ("sum(log(x) * w)", {"x": [[1.0, 0.0], [3.0, 4.0]], "w": [0.0, 1.0]}),
        ("sum(a_name_of_forty_letters_that_goes_on_on_ + x * 0)",
         {"x": [[1.0, 2.0, 3.0]], "a_name_of_forty_letters_that_goes_on_on_": [2.0]}),
        ("sum(exp(x * w))", {"x": [[[1.0, 2.0]], [[3.0, 0.5]]], "w": [[0.5], [0.25]]}),
    ],
)  # fmt: skip
def test_odd_programs_fit(text: str, values: dict[str, object], aspect: str) -> None:
    assert faults(board_of(lesson("broadcast", text, values), aspect)) == []


@pytest.mark.parametrize(
    ("text", "values", "options"),
    [
        ("sum(x + b)", {"x": [1.0, 2.0], "b": [1.0, 2.0]}, {}),
        ("sum(x * 2)", {"x": [1.0, 2.0]}, {}),
        ("sum(x + b)", {"x": [[1.0, 2.0]], "b": 1.0}, {"name": "x"}),
    ],
)
def test_a_program_in_which_nothing_is_repeated_is_refused(
    text: str, values: dict[str, object], options: dict[str, str]
) -> None:
    with pytest.raises(InputError, match="is repeated to fit"):
        lesson("broadcast", text, values, **options)


def test_an_operand_that_only_gets_another_axis_is_not_repeated() -> None:
    with pytest.raises(InputError, match="is repeated to fit the other's shape: got none"):
        lesson("broadcast", "sum(x + b)", {"x": [[1.0, 2.0]], "b": [1.0, 2.0]}, ("x",))


def test_a_power_is_called_the_power_where_a_sentence_begins() -> None:
    told = lesson("broadcast", "sum(x ** p)", {"x": [1.0, 2.0, 3.0], "p": 2.0}, ("x",))
    captions = [step.caption for step in board_of(told).steps]
    assert (
        "The power sends it back, times its slope: each of the 3 columns has its own share."
        in captions
    )
