"""The tangent: slopes are torch's, secants come to the tangent, and level places are found."""

import math

import pytest
import torch

from graphgen.course.scene import Lesson
from graphgen.course.scenes.tangent import Data
from graphgen.model.errors import InputError
from graphgen.outputs.svg.document import timeline_svg
from graphgen.text.digits import number
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

_ASPECTS = ("16:9", "9:16", "1:1")


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_the_slope_is_negative_left_of_3_zero_at_3_and_positive_right_of_it() -> None:
    data = _data(own_lesson("tangent"))
    (level,) = data.level
    assert (level.start, level.end) == pytest.approx((3.0, 3.0), abs=1e-9)
    for x, y, slope in zip(data.curve.xs, data.curve.ys, data.curve.slopes, strict=True):
        assert slope == pytest.approx(x - 3.0, abs=1e-12)
        assert y == pytest.approx(0.5 * (x - 3.0) ** 2, abs=1e-12)


def test_secants_come_to_the_slope_that_autograd_gives() -> None:
    data = _data(own_lesson("tangent"))
    x = torch.tensor(4.5, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(0.5 * (x - 3) ** 2, [x])
    assert data.slope == grad.item() == 1.5
    for secant in data.secants:
        assert secant.slope == pytest.approx(1.5 + secant.h / 2, rel=1e-9)
    assert [secant.h for secant in data.secants] == [2.0, 1.0, 0.5, 0.1, 0.01]


@pytest.mark.parametrize(
    ("text", "ends", "places"),
    [
        ("sin(x)", (-4.0, 4.0), [-math.pi / 2, math.pi / 2]),
        ("x ** 3", (-2.0, 2.1), [0.0]),
        ("(x - 1) ** 2 * (x + 1) ** 2", (-2.0, 2.0), [-1.0, 0.0, 1.0]),
        ("abs(x)", (-2.0, 2.0), []),
        ("abs(x)", (-2.0, 2.3), []),
        ("exp(x)", (-2.0, 2.0), []),
        ("1 / x", (-2.0, 2.0), []),
        ("relu(x)", (-2.0, 2.0), [(-2.0, 0.0)]),
    ],
)
def test_level_places_are_where_the_slope_is_0(
    text: str, ends: tuple[float, float], places: list[float | tuple[float, float]]
) -> None:
    data = _data(lesson("tangent", text, {"x": 1.0}, from_=ends[0], to=ends[1]))
    wanted = [place if isinstance(place, tuple) else (place, place) for place in places]
    found = [(level.start, level.end) for level in data.level]
    assert [end for level in found for end in level] == pytest.approx(
        [end for level in wanted for end in level], abs=1e-4
    )


@pytest.mark.parametrize(
    ("text", "values", "options"),
    [
        ("abs(x)", {"x": 1.0}, {}),
        ("log(x)", {"x": 1.0}, {}),
        ("tan(x)", {"x": 1.0}, {}),
        ("3 + 0 * x", {"x": 1.0}, {}),
        ("1e30 * x ** 2", {"x": 1.0}, {}),
        ("x ** 2", {"x": 1e-30}, {"from_": -1e-29, "to": 1e-29}),
        ("x ** 2", {"x": 1e8}, {}),
        ("sin(20 * x)", {"x": 1.0}, {"h": (-0.5, 0.1)}),
        (f"{'a' * 40} = {'b' * 40} ** 2", {}, {}),
    ],
)
def test_odd_curves_are_clear_pictures(
    text: str, values: dict[str, float], options: dict[str, object]
) -> None:
    told = lesson("tangent", text, values, **options)
    for aspect in _ASPECTS:
        assert faults(board_of(told, aspect)) == []


def test_a_curve_whose_heights_span_more_than_a_float_is_drawn() -> None:
    """From -1.5e308 to 1.5e308 no float holds the difference."""
    told = lesson("tangent", "1.5e308 * sin(x)", {"x": 1.0})
    ys = _data(told).curve.ys
    assert math.isinf(max(ys) - min(ys))
    assert "nan" not in timeline_svg(board_of(told), "steps")


@pytest.mark.parametrize(
    ("text", "values", "options", "told"),
    [
        ("x * y", {}, {}, "one name free"),
        ("x ** 2", {"x": [1.0, 2.0]}, {}, "got a list"),
        ("log(x)", {"x": -100.0}, {}, "finite values"),
        ("sqrt(x)", {"x": 0.0}, {}, "slope inf"),
        ("x ** 2", {}, {"from_": 2.0, "to": 1.0}, "--from and --to"),
        ("x ** 2", {}, {"h": (0.0,)}, "--h"),
    ],
)
def test_what_can_not_be_shown_is_told(
    text: str, values: dict[str, object], options: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        lesson("tangent", text, values, **options)


def test_many_level_places_are_not_all_told() -> None:
    told = lesson("tangent", "sin(20 * x)", {"x": 1.0})
    last = board_of(told).steps[-1]
    assert "more places" in last.caption
    assert len([e for e in last.keyframe if e.key.endswith("/dot")]) == 6


def test_captions_say_the_numbers_that_the_table_shows() -> None:
    steps = board_of(own_lesson("tangent")).steps
    secants = [step for step in steps if step.chapter == "secant"]
    for step, slope in zip(secants, ("2.5", "2", "1.75", "1.55", "1.505"), strict=True):
        assert step.caption.endswith(f"has the slope {slope}.")
        assert step.caption.startswith("Over a step of h = ")
        assert slope in texts_of(step.keyframe)


@pytest.mark.parametrize("text", ["y = 1 - x ** 2", "y = x ** 2", "y = 3", "y = x ** 2 - 3 * x"])
@pytest.mark.parametrize("h", [0.5, -0.5, 3.0])
def test_a_result_rises_falls_or_stays_as_the_sign_of_the_change_says(text: str, h: float) -> None:
    told = lesson("tangent", text + " + 0 * x", {"x": 0.5}, h=(h,))
    data = _data(told)
    change = data.secants[0].y - data.value
    (step,) = [step for step in board_of(told).steps if step.chapter == "secant"]
    if change:
        verb = "rises" if change > 0 else "falls"
        assert f", y {verb} by {number(abs(change))}: " in step.caption
    else:
        assert ", y is the same: " in step.caption


@pytest.mark.parametrize(
    ("text", "ends", "sentence"),
    [
        ("abs(x)", (-2.0, 2.0), "At x = 0 the slope jumps from −1 to 1, and the curve is level"),
        ("abs(x - 0.7)", (-2.0, 2.3), "At x = 0.7 the slope jumps from −1 to 1, and the curve"),
        ("abs(sin(x) - 0.99 * x)", (-3.0, 3.0), "The slope is 0 at x = "),
        ("abs(abs(x) - 1) + 0.1 * x", (-2.0, 2.0), "At x = −1, 0 and 1 the slope jumps from one"),
        ("1 / x", (-2.0, 2.0), "From −2 to 2 the slope is not 0 anywhere that the curve has one."),
        ("1 / x", (-2.0, 2.1), "From −2 to 2.1 the slope is not 0 anywhere that the curve has"),
        ("1 / x ** 2", (-2.0, 2.1), "From −2 to 2.1 the slope is not 0 anywhere that the curve"),
        ("exp(x)", (-2.0, 2.0), "From −2 to 2 the slope is never 0."),
        ("relu(x)", (-2.0, 2.0), "The slope is 0 at x = −2 to 0: there the curve is level."),
    ],
)
def test_only_a_slope_that_is_known_everywhere_and_never_jumps_over_0_is_never_0(
    text: str, ends: tuple[float, float], sentence: str
) -> None:
    told = lesson("tangent", text, {"x": 1.0}, from_=ends[0], to=ends[1])
    assert board_of(told).steps[-1].caption.startswith(sentence)


def test_at_a_corner_no_secant_is_said_to_become_the_tangent() -> None:
    told = lesson("tangent", "abs(x)", {"x": 0.0})
    (step,) = [step for step in board_of(told).steps if step.chapter == "tangent"]
    assert step.caption == (
        "The curve has a corner here: its slope is −1 on the left and 1 on the right, and autograd "
        "gives 0."
    )
    smooth = lesson("tangent", "x ** 3", {"x": 0.0})
    (step,) = [step for step in board_of(smooth).steps if step.chapter == "tangent"]
    assert "the secant becomes the tangent: its slope is 0" in step.caption
