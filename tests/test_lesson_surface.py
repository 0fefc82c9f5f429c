"""Descent on surfaces: heights are torch's, balls go where torch.optim goes, in every view."""

import math

import pytest
import torch

from graphgen.course.scene import Lesson
from graphgen.course.scenes.surface.record import Data, bends
from graphgen.course.trajectories import crossings
from graphgen.language.expression import parse
from graphgen.model.errors import InputError
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

_ASPECTS = ("16:9", "9:16")


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_heights_are_the_programs() -> None:
    data = _data(own_lesson("surface"))
    for y, row in zip(data.ys, data.zs, strict=True):
        for x, z in zip(data.xs, row, strict=True):
            assert z == pytest.approx(0.1 * x**2 + 2 * y**2, rel=1e-12)


def test_plain_descent_goes_to_and_fro_across_the_valley_and_straight_along_it() -> None:
    sgd = _data(own_lesson("surface")).walks[0]
    along, across = ([gradient[axis] for gradient in sgd.gradients] for axis in (0, 1))
    assert crossings(across) == sgd.steps
    assert crossings(along) == 0
    # Each step takes x times 1 - 0.2 lr, and y times 1 - 4 lr.
    for step, (x, y) in enumerate(sgd.points):
        assert x == pytest.approx(-4.0 * (1 - 0.2 * sgd.rate) ** step, rel=1e-9)
        assert y == pytest.approx(1.5 * (1 - 4 * sgd.rate) ** step, rel=1e-9, abs=1e-12)


def test_each_ball_goes_where_torchs_optimizer_goes() -> None:
    made = {
        "sgd": lambda free, lr: torch.optim.SGD(free, lr),
        "momentum": lambda free, lr: torch.optim.SGD(free, lr, momentum=0.9),
        "rmsprop": lambda free, lr: torch.optim.RMSprop(free, lr),
        "adam": lambda free, lr: torch.optim.Adam(free, lr),
    }
    walks = _data(own_lesson("surface")).walks
    assert [walk.optimizer for walk in walks] == list(made)
    for walk in walks:
        at = torch.tensor([-4.0, 1.5], dtype=torch.float64, requires_grad=True)
        optimizer = made[walk.optimizer]([at], walk.rate)
        for _ in range(walk.steps):
            optimizer.zero_grad()
            (0.1 * at[0] ** 2 + 2 * at[1] ** 2).backward()
            optimizer.step()
        assert walk.points[-1] == pytest.approx(tuple(at.tolist()), rel=1e-6, abs=1e-15)


def test_bends_are_the_eigenvalues_of_the_second_derivatives() -> None:
    assert bends(parse("x ** 2 - y ** 2"), {"x": 1.0, "y": 2.0}, {}) == pytest.approx((-2.0, 2.0))
    found = bends(parse("x * y"), {"x": 1.0, "y": 2.0}, {})
    assert found == pytest.approx((-1.0, 1.0))
    assert bends(parse("log(x * y)"), {"x": 0.0, "y": 2.0}, {}) == ()


def test_a_saddle_is_shown_around_its_most_level_place() -> None:
    data = _data(lesson("surface", "x ** 2 - y ** 2", {"x": -1.5, "y": 0.01}, steps=40))
    assert data.xs[0] < -1.5 < 0 < data.xs[-1] < 4
    assert -4 < data.ys[0] < 0 < data.ys[-1] < 4
    assert all(math.hypot(*walk.points[-1]) > 1 for walk in data.walks)


def test_a_ball_that_has_left_what_is_shown_waits_at_the_edge() -> None:
    told = lesson("surface", "x ** 2 - y ** 2", {"x": -1.5, "y": 0.01}, steps=40)
    timeline = board_of(told)
    still = {element.key: element for element in timeline.steps[-1].keyframe}
    for at in range(4):
        ball = still[f"map/{at}/ball"].form
        xs = [x for path in ball.paths for x, _ in path]  # type: ignore[union-attr]
        ys = [y for path in ball.paths for _, y in path]  # type: ignore[union-attr]
        assert 0 < min(xs) < max(xs) < timeline.frame.width
        assert timeline.frame.title.height < min(ys) < max(ys) < timeline.frame.caption.y


def test_both_pictures_show_every_ball_and_trail_and_the_legend_its_height() -> None:
    still = board_of(own_lesson("surface")).steps[-1].keyframe
    keys = {element.key for element in still}
    for at in range(4):
        for view in ("surface", "map"):
            assert {f"{view}/{at}/ball", f"{view}/{at}/trail"} <= keys
    assert {"SGD", "momentum", "RMSProp", "Adam"} <= set(texts_of(still))


@pytest.mark.parametrize(
    ("text", "values", "options"),
    [
        ("x ** 2 + y ** 2", {"x": -2.0, "y": 1.5}, {}),
        ("x ** 2 - y ** 2", {"x": -1.5, "y": 0.01}, {"steps": 40}),
        ("x ** 2 + y ** 2", {"x": 1.0, "y": 2.0}, {"optimizers": ("sgd",), "rates": (1.2,)}),
        ("log(x * y)", {"x": 3.0, "y": 2.5}, {}),
        ("3 + 0 * x * y", {"x": 3.0, "y": 2.5}, {}),
        ("1e30 * (x ** 2 + 3 * y ** 2)", {"x": 3.0, "y": 2.5}, {"steps": 90}),
        ("1e-30 * x ** 2 + 1e-30 * y ** 2", {"x": 3.0, "y": 2.5}, {}),
        (f"{'a' * 40} ** 2 + {'b' * 40} ** 2", {}, {}),
    ],
)
def test_odd_surfaces_are_clear_pictures(
    text: str, values: dict[str, float], options: dict[str, object]
) -> None:
    told = lesson("surface", text, values, **options)
    for aspect in _ASPECTS:
        assert faults(board_of(told, aspect)) == []


def test_a_thousand_steps_are_thinned_and_said() -> None:
    timeline = board_of(
        lesson("surface", "x ** 2 + y ** 2", {}, optimizers=("sgd", "adam"), steps=1000)
    )
    assert any("1,000 steps each, of which" in step.caption for step in timeline.steps)
    assert timeline.seconds < 60


@pytest.mark.parametrize(
    ("text", "values", "options", "told"),
    [
        ("x ** 2", {}, {}, "two names free"),
        ("x * y * z", {}, {}, "give the others a value"),
        ("x * y", {"x": [1.0, 2.0]}, {}, "got a list"),
        ("log(x) + y", {"x": -1.0}, {}, "start with a finite result"),
        ("x * y", {}, {"rates": (0.1,)}, "one learning rate for each"),
        ("x * y", {}, {"x_from": 2.0, "x_to": 1.0}, "--x-from and --x-to"),
        ("log(x) + y", {}, {"x_from": -2.0, "x_to": -1.0}, "finite heights"),
    ],
)
def test_what_can_not_be_shown_is_told(
    text: str, values: dict[str, object], options: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        lesson("surface", text, values, **options)
