"""Zeroing: what torch leaves in .grad in a loop that forgets zero_grad, and in one that doesn't."""

import math

import pytest

from graphgen.course.scene import Lesson
from graphgen.course.scenes.zero_grad import Data
from graphgen.model.errors import InputError
from graphgen.model.graph import Array
from graphgen.model.timeline import ASPECTS
from tests.seed_cases import tables
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def _numbers(arrays: tuple[Array | None, ...]) -> list[tuple[float, ...] | None]:
    return [None if array is None else array.items for array in arrays]  # type: ignore[misc]


def test_the_trap_of_the_course_is_6_then_33_where_27_is_right() -> None:
    case = tables()["accumulation-trap"]
    first, second = _data(own_lesson("zero-grad")).passes
    assert _numbers(first.forgets) == _numbers(first.zeroes) == [(case["first"],)]
    assert _numbers(second.forgets) == [(case["second_without_zero"],)]
    assert _numbers(second.zeroes) == _numbers(second.sent) == [(case["after_zero"],)]


def test_a_loss_that_is_repeated_piles_up_its_own_gradient() -> None:
    data = _data(lesson("zero-grad", "(w * x - 1) ** 2", {"w": 2.0, "x": 3.0}, ("x",), passes=4))
    assert data.leaves == ("w",)
    slope = 2 * (2.0 * 3.0 - 1) * 3.0
    assert [_numbers(each.forgets) for each in data.passes] == [
        [(slope * count,)] for count in (1, 2, 3, 4)
    ]
    assert all(_numbers(each.zeroes) == [(slope,)] for each in data.passes)


def test_a_leaf_that_a_loss_does_not_use_keeps_what_it_has_and_is_none_after_zeroing() -> None:
    data = _data(lesson("zero-grad", "a * 2", {"a": 1.0, "b": 5.0}, then=("a + b * b",)))
    first, second = data.passes
    assert data.leaves == ("a", "b")
    assert _numbers(first.sent) == [(2.0,), None]
    assert _numbers(first.forgets) == [(2.0,), None]
    assert _numbers(second.forgets) == [(3.0,), (10.0,)]
    assert _numbers(second.zeroes) == [(1.0,), (10.0,)]


def test_a_thousand_passes_are_thinned_and_said() -> None:
    told = lesson("zero-grad", "x ** 2", {"x": 3.0}, passes=1000)
    data = _data(told)
    assert [each.number for each in data.passes] == [1, 2, 3, 1000]
    assert _numbers(data.passes[-1].forgets) == [(6000.0,)]
    captions = [step.caption for step in board_of(told).steps]
    assert "Passes 4 to 999 go the same way; they are not shown." in captions


def test_the_last_picture_has_both_results() -> None:
    texts = texts_of(board_of(own_lesson("zero-grad")).steps[-1].keyframe)
    assert texts.count("33") == 2
    assert texts.count("27") == 3


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(
    ("text", "values", "then"),
    [
        ("sum(w * w)", {"w": [[1.0, -2.0], [3.0, 0.5]]}, ()),
        ("a_name_of_forty_letters_that_goes_on_on_on ** 2"[:40] + " ** 2",
         {"a_name_of_forty_letters_that_goes_on_on_on"[:40]: 1e30}, ()),
        ("x ** 2", {"x": 1e-30}, ("x * 0",)),
        ("log(x)", {"x": 0.0}, ("0 / x",)),
        ("sum(w) * u * v", {"w": [0.1] * 70, "u": 2.0, "v": 3.0}, ("u * v * sum(w ** 3)",)),
    ],
)  # fmt: skip
def test_odd_losses_fit(text: str, values: dict[str, object], then: tuple[str, ...],
                        aspect: str) -> None:  # fmt: skip
    assert faults(board_of(lesson("zero-grad", text, values, then=then), aspect)) == []


def test_nan_and_inf_are_what_torch_says() -> None:
    first, second = _data(lesson("zero-grad", "log(x)", {"x": 0.0}, then=("x - x / x",))).passes
    assert _numbers(first.sent) == [(math.inf,)]
    (found,) = _numbers(second.forgets)
    assert found is not None
    assert math.isnan(found[0])


def test_a_value_for_no_input_is_refused() -> None:
    with pytest.raises(InputError, match="an input of the losses: got 'y'"):
        lesson("zero-grad", "x ** 2", {"x": 1.0, "y": 2.0})


def test_sums_and_several_leaves_are_said_as_they_are_read_aloud() -> None:
    one = board_of(lesson("zero-grad", "x ** 2", {"x": 3.0}, then=("-(x ** 3)",)))
    captions = [step.caption for step in one.steps]
    assert "backward adds −27 to x.grad: 6 − 27 = −21 without zero_grad, −27 with it." in captions
    two = board_of(lesson("zero-grad", "a * b", {"a": 2.0, "b": 3.0}))
    captions = [step.caption for step in two.steps]
    assert (
        "Before the first pass a.grad and b.grad are None: nothing has come back yet." in captions
    )
    assert any("a.grad = 3 and b.grad = 2 stay." in caption for caption in captions)
