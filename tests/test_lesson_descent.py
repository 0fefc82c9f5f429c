"""Descent: the rows of the course, and learning rates that turn out as they are called."""

import math

import pytest
import torch

from graphgen.course.checks import OPTIMIZERS
from graphgen.course.scene import Lesson
from graphgen.course.scenes.descent import Data, verdict_key
from graphgen.course.trajectories import (
    Trajectory,
    Verdict,
    crossings,
    descend,
    optimizer_of,
    overflows,
    rises_each_step,
    settles,
    verdict_of,
    wide_crossings,
)
from graphgen.model.errors import InputError
from tests.seed_cases import tables
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

_ASPECTS = ("16:9", "9:16", "1:1")


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_the_ten_rows_of_the_course() -> None:
    case, walk = tables()["gradient-descent-1d"], _data(own_lesson("descent")).walk
    found = zip(walk.points, walk.values, walk.gradients, strict=True)
    rows = [[x, y, slope] for (x,), y, (slope,) in found]
    assert len(rows) == len(case["rows"]) + 1
    for printed, row in zip(case["rows"], rows, strict=False):
        assert row == pytest.approx(printed, abs=5.1e-5)
    assert rows[-1][0] == pytest.approx(case["final"], abs=5.1e-5)


def test_the_table_shows_every_row() -> None:
    told = board_of(own_lesson("descent"))
    (end,) = [step for step in told.steps if step.chapter == "end"]
    shown = texts_of(end.keyframe)
    for row in ("0 9 −6", "0.6 5.76 −4.8", "1.771 1.51 −2.458", "2.678 0.1038 −0.6442"):
        assert set(row.split()) <= set(shown)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer_goes_where_torch_goes(name: str) -> None:
    from graphgen.language.expression import parse

    walk = descend(parse("x ** 2 + 3 * sin(y)"), {"x": 1.0, "y": 2.0}, {}, name, 0.05, 7)
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    y = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    optimizer = optimizer_of(name, [x, y], 0.05)
    for step in range(8):
        assert walk.points[step] == (x.item(), y.item())
        optimizer.zero_grad()
        loss = x**2 + 3 * torch.sin(y)
        loss.backward()  # type: ignore[no-untyped-call]
        assert walk.values[step] == loss.item()
        assert walk.gradients[step] == (x.grad.item(), y.grad.item())  # type: ignore[union-attr]
        optimizer.step()


def test_nothing_of_the_callers_is_changed() -> None:
    from graphgen.language.expression import parse

    with torch.no_grad():
        walk = descend(parse("x ** 2"), {"x": 1.0}, {}, "sgd", 0.1, 2)
        assert not torch.is_grad_enabled()
    assert walk.steps == 2


def test_rates_turn_out_too_small_right_overshooting_and_diverging() -> None:
    data = _data(own_lesson("descent"))
    assert data.verdicts == ("too small", "right", "overshooting", "diverging")
    small, right, over, away = data.rates
    assert small.rate < right.rate < over.rate < away.rate
    assert small.values[-1] > 0.5 * small.values[0]
    assert right.values[-1] < 0.01 * right.values[0]
    assert crossings([slope for (slope,) in over.gradients]) == over.steps
    assert away.values[-1] > away.values[0]
    # On (x - 3)^2 each step takes x - 3 times 1 - 2 lr.
    for walk in data.rates:
        factor = 1 - 2 * walk.rate
        assert walk.points[-1][0] - 3 == pytest.approx(-3 * factor**10, rel=1e-9)


def test_given_rates_are_taken_as_they_are() -> None:
    data = _data(lesson("descent", "f = x ** 2", {"x": 4.0}, rates=(0.5, 0.05, 1.0)))
    assert [walk.rate for walk in data.rates] == [0.5, 0.05, 1.0]
    assert data.verdicts == ("right", "right", "overshooting")


def test_a_walk_that_leaves_the_numbers_ends() -> None:
    data = _data(lesson("descent", "x ** 4", {"x": 4.0}, lr=1.0, steps=1000))
    assert not data.walk.is_finite
    assert data.walk.steps < 20
    assert verdict_of(data.walk, 0.0) == "diverging"


def test_a_level_start_stays() -> None:
    walk = Trajectory("sgd", 0.1, ((1.0,), (1.0,)), (3.0, 3.0), ((0.0,), (0.0,)))
    assert verdict_of(walk, 3.0) == "at rest"


@pytest.mark.parametrize(
    ("text", "values", "options"),
    [
        ("x ** 2", {"x": 4.0}, {"lr": 1.2, "steps": 1000}),
        ("x ** 4", {"x": 4.0}, {"lr": 1.0, "steps": 1000}),
        ("x ** 2", {"x": 4.0}, {"lr": 0.001, "steps": 1000}),
        ("3 + 0 * x", {"x": 4.0}, {}),
        ("1e30 * x ** 2", {"x": 1.0}, {"lr": 1e-31}),
        ("x ** 2", {"x": 1e-30}, {}),
        ("log(x)", {"x": 1.0}, {"lr": 0.3}),
        ("x ** 2", {"x": 3.0}, {"rates": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)}),
        (f"{'a' * 40} = ({'b' * 40} - 2) ** 2", {}, {}),
    ],
)
def test_odd_descents_are_clear_pictures(
    text: str, values: dict[str, float], options: dict[str, object]
) -> None:
    told = lesson("descent", text, values, **options)
    for aspect in _ASPECTS:
        assert faults(board_of(told, aspect)) == []


def test_a_thousand_steps_are_thinned_and_said() -> None:
    timeline = board_of(lesson("descent", "x ** 2", {"x": 4.0}, lr=0.001, steps=1000))
    assert len(timeline.steps) < 30
    assert any(step.caption.startswith("110 more steps") for step in timeline.steps)
    assert any(step.chapter == "step 1000 of 1000" for step in timeline.steps)


@pytest.mark.parametrize(
    ("text", "values", "options", "told"),
    [
        ("x * y", {}, {}, "one name free"),
        ("log(x)", {"x": -1.0}, {}, "start with a finite result"),
        ("sqrt(x)", {"x": 0.0}, {}, "start with a finite result"),
        ("x ** 2", {}, {"rates": (0.1,) * 7}, "at most 6"),
        ("x ** 2", {}, {"from_": 1.0, "to": 0.0}, "--from and --to"),
    ],
)
def test_what_can_not_be_descended_is_told(
    text: str, values: dict[str, float], options: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        lesson("descent", text, values, **options)


TWO_VALLEYS = "x ** 4 - 3 * x ** 2 + x"
"""Its lowest places: y = -1.0702 at x = 1.1309, and y = -3.5139 at x = -1.3008."""


def _two_valleys() -> Lesson:
    return lesson("descent", TWO_VALLEYS, {"x": 2.0}, lr=0.02, steps=15)


def test_a_valley_that_is_not_the_lowest_is_not_called_so() -> None:
    told = _two_valleys()
    timeline = board_of(told)
    (end,) = [step.caption for step in timeline.steps if step.chapter == "end"]
    assert end == (
        "After 15 steps y is −1.069, and the slope is small; but at about x = −1.31 the curve "
        "goes down to −3.51."
    )
    assert _data(told).curve.xs[0] < -1.4
    assert _data(told).curve.xs[-1] > 2.0


def test_a_valley_that_is_the_lowest_of_the_curve_is_called_so() -> None:
    captions = [step.caption for step in board_of(own_lesson("descent")).steps]
    assert any("near the lowest place of this curve the slope is small" in c for c in captions)


def test_a_short_descent_has_a_row_for_each_step() -> None:
    timeline = board_of(_two_valleys())
    assert [step.chapter for step in timeline.steps if step.chapter.startswith("step")] == [
        f"step {step} of 15" for step in range(1, 16)
    ]


def test_among_the_rates_of_two_valleys_is_one_that_is_right() -> None:
    assert "right" in _data(_two_valleys()).verdicts


def _walk(xs: list[float], slope: float = 2.0) -> Trajectory:
    """A walk on x², or on -x² where the slope is negative."""
    return Trajectory(
        "sgd", 0.1, tuple((x,) for x in xs), tuple(slope / 2 * x * x for x in xs),
        tuple((slope * x,) for x in xs),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("xs", "count"),
    [
        ([2.0, -1.5, 1.0, -0.5], 3),
        ([2.0, 1.0, 0.5], 0),
        ([2.0, -1.0, 0.001, -0.001, 0.001, -0.001], 2),
        ([0.0, 0.0], 0),
    ],
)
def test_wobbles_are_no_crossings(xs: list[float], count: int) -> None:
    assert wide_crossings(_walk(xs)) == count


@pytest.mark.parametrize(
    ("xs", "slope", "verdict", "key"),
    [
        ([1.0, -2.0, 4.0], 2.0, "diverging", "diverging"),
        ([1.0, 0.5, 4.0], 2.0, "diverging", "diverging.end"),
        ([1.0, 5.0, 2.0], 2.0, "overshooting", "overshooting.higher"),
        ([4.0, -3.0, 2.0, -1.0], 2.0, "overshooting", "overshooting"),
        ([4.0, 0.1, 0.01], 2.0, "right", "right"),
        ([4.0, 3.9, 3.8], 2.0, "too small", "too small"),
        ([0.0, 0.0], 2.0, "at rest", "at rest"),
        ([1.0, 1e100, math.inf], 2.0, "diverging", "diverging.climbs"),
        ([1.0, 0.5, math.inf], 2.0, "diverging", "diverging.overflow"),
    ],
)
def test_a_verdict_is_told_as_it_is(
    xs: list[float], slope: float, verdict: Verdict, key: str
) -> None:
    walk = _walk(xs, slope)
    assert verdict_of(walk, 0.0) == verdict
    assert verdict_key(walk, verdict) == key


def test_what_overflows_is_told_from_what_has_no_value() -> None:
    from graphgen.language.expression import parse

    large = descend(parse("x ** 4"), {"x": 4.0}, {}, "sgd", 1.0, 50)
    undefined = descend(parse("log(x)"), {"x": 1.0}, {}, "sgd", 3.0, 50)
    assert overflows(large)
    assert not undefined.is_finite
    assert not overflows(undefined)
    assert verdict_key(large, "diverging") == "diverging.climbs"
    assert verdict_key(undefined, "diverging") == "diverging.undefined"
    assert not overflows(descend(parse("x ** 2"), {"x": 4.0}, {}, "sgd", 0.1, 5))


def test_what_settles_has_nearly_no_slope_and_is_lower() -> None:
    assert settles(_walk([4.0, 0.05]))
    assert not settles(_walk([4.0, 0.5]))
    assert not settles(_walk([4.0, 0.05], slope=-2.0))
    assert rises_each_step([1.0])
    assert not rises_each_step([1.0, 1.0])


@pytest.mark.parametrize(
    ("text", "values", "options"),
    [
        (TWO_VALLEYS, {"x": 2.0}, {"lr": 0.02, "steps": 15}),
        ("x ** 4", {"x": 4.0}, {"lr": 1.0, "steps": 1000}),
        ("log(x)", {"x": 1.0}, {"lr": 0.3, "rates": (3.0, 0.1)}),
        ("x ** 2", {"x": 4.0}, {"lr": 1.2, "steps": 1000}),
    ],
)
def test_no_caption_names_what_is_no_number(
    text: str, values: dict[str, float], options: dict[str, object]
) -> None:
    for step in board_of(lesson("descent", text, values, **options)).steps:
        assert "nan" not in step.caption.split()
        assert "inf" not in step.caption.replace(".", " ").split()


def test_a_ball_that_leaves_its_axes_is_an_arrow_with_its_height() -> None:
    timeline = board_of(lesson("descent", "f = x ** 2", {"x": 4.0}, rates=(0.1, 1.3)))
    keys = {element.key for element in timeline.steps[-1].keyframe}
    assert {"rate/0/ball", "rate/1/off", "rate/1/off/told/text"} <= keys
    assert "rate/1/ball" not in keys
    assert any(text.startswith("f = ") for text in texts_of(timeline.steps[-1].keyframe))
