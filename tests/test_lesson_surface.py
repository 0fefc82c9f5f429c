"""Descent on surfaces: heights are torch's, balls go where torch.optim goes, in every view."""

import math

import pytest
import torch

from graphgen.course.scene import Lesson
from graphgen.course.scenes.surface.draw import goes_slowly_along
from graphgen.course.scenes.surface.record import Data, bends
from graphgen.course.trajectories import Trajectory, crossings
from graphgen.language.expression import parse
from graphgen.model.errors import InputError
from graphgen.text.digits import number
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


def test_a_ball_that_has_left_the_map_is_an_arrow_there_and_its_height_is_told() -> None:
    told = lesson("surface", "z = x ** 2 - y ** 2", {"x": -1.5, "y": 0.01}, steps=30)
    data, timeline = _data(told), board_of(told)
    still = {element.key: element for element in timeline.steps[-1].keyframe}
    for at, walk in enumerate(data.walks):
        (x, y), z = walk.points[-1], walk.values[-1]
        is_on_map = data.xs[0] <= x <= data.xs[-1] and data.ys[0] <= y <= data.ys[-1]
        for key in (f"map/{at}/ball", f"surface/{at}/ball"):
            assert (key in still) == is_on_map
        assert (f"map/{at}/off" in still) != is_on_map
        words = still[f"legend/{at}/z"].form.text  # type: ignore[union-attr]
        assert words == f"{'' if is_on_map else 'off the map: '}z = {number(z)}"
    assert "off the map" in timeline.steps[-1].caption


def test_trails_are_cut_at_the_border_of_the_map() -> None:
    told = lesson("surface", "z = x ** 2 - y ** 2", {"x": -1.5, "y": 0.01}, steps=30)
    data = _data(told)
    still = {element.key: element for element in board_of(told).steps[-1].keyframe}
    grounds = [still[f"map/{name}"].form.paths for name in ("ground",)]  # type: ignore[union-attr]
    xs = [x for path in grounds[0] for x, _ in path]
    ys = [y for path in grounds[0] for _, y in path]
    for at, walk in enumerate(data.walks):
        paths = still[f"map/{at}/trail"].form.paths  # type: ignore[union-attr]
        for x, y in (corner for path in paths for corner in path):
            assert min(xs) - 1e-6 <= x <= max(xs) + 1e-6
            assert min(ys) - 1e-6 <= y <= max(ys) + 1e-6
        # No corner runs along the border: all but the last are where the walk was.
        corners = sum(len(path) for path in paths)
        inside = sum(
            data.xs[0] <= x <= data.xs[-1] and data.ys[0] <= y <= data.ys[-1]
            for x, y in walk.points
        )
        assert corners <= inside + 2


@pytest.mark.parametrize(
    ("points", "is_slow"),
    [
        (((-4.0, 1.0), (-3.9, -1.0), (-3.8, 1.0)), True),
        (((-4.0, 1.0), (0.0, -1.0), (4.0, 1.0)), False),
        (((-4.0, 1.0), (-3.9, -1.0), (-4.0, 1.0)), False),
    ],
)
def test_slowly_along_a_valley_is_tested(
    points: tuple[tuple[float, float], ...], is_slow: bool
) -> None:
    zeros = (0.0,) * len(points)
    walk = Trajectory("sgd", 0.1, points, zeros, points)
    assert goes_slowly_along(walk, 1, 2) == is_slow


def test_what_is_lowest_is_so() -> None:
    for text, values in (
        ("x ** 2 + y ** 2", {"x": -2.0, "y": 1.5}),
        ("x * y", {"x": 1.0, "y": 2.0}),
    ):
        told = lesson("surface", text, values, steps=20)
        walks, caption = _data(told).walks, board_of(told).steps[-1].caption
        best = min(walks, key=lambda walk: walk.values[-1])
        assert f"is lowest, at z = {number(best.values[-1])}" in caption


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
