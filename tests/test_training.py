"""Training: the loop's numbers are torch's own, and every odd loop has a clear picture."""

import math
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch

from graphgen.course.lesson_file import dumps, loads
from graphgen.course.registry import scene_of
from graphgen.course.scene import Lesson
from graphgen.course.scenes.training.draw import stretch_caption
from graphgen.course.scenes.training.examples import EXAMPLES
from graphgen.course.scenes.training.record import Data
from graphgen.model.errors import AutovizError, InputError
from graphgen.model.timeline import ASPECTS
from graphgen.text.digits import number
from tests.seed_cases import agrees
from tests.storyboards import board_of, faults, lesson, texts_of

LINE = "p = w * x; loss = mse(p, t)"


@cache
def example(name: str, **options: Any) -> Lesson:
    kind = scene_of("training")
    return lesson("training", kind.program, kind.values, kind.data, example=name, **options)


def row(data: Data, step: int) -> list[float]:
    """The loss before an update, and all parameters of one number after it."""
    at, after = data.kept.index(step), data.kept.index(step + 1)
    return [data.losses[at], *(track.rows[after][0] for track in data.tracks)]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (0, [100.0, 0.2, 0.2]),
        (10, [44.2002, 1.8088, 1.8088]),
        (20, [19.5366, 2.8784, 2.8784]),
        (50, [1.6870, 4.3765, 4.3765]),
        (100, [0.0285, 4.9190, 4.9190]),
    ],
)
def test_a_plus_b_has_the_courses_rows(step: int, expected: list[float]) -> None:
    data = example("a-plus-b").data
    assert data.dtype == "float32"
    assert agrees(expected, [round(number, 4) for number in row(data, step)])


@pytest.mark.parametrize(
    ("rate", "step", "expected"),
    [
        (0.03, 0, [17.6487, 0.4925, 1.1871]),
        (0.03, 20, [0.6128, 1.4560, -1.3277]),
        (0.03, 40, [0.0345, 1.5238, -1.8259]),
        (0.03, 60, [0.0074, 1.4996, -1.9357]),
        (0.03, 80, [0.0052, 1.4823, -1.9634]),
        (0.01, 0, [17.6487, 0.4111, 1.3667]),
        (0.01, 20, [5.8125, 0.9973, 0.0001]),
        (0.01, 40, [1.9474, 1.2934, -0.7968]),
        (0.01, 60, [0.6702, 1.4354, -1.2646]),
        (0.01, 80, [0.2404, 1.4973, -1.5416]),
    ],
)
def test_linear_regression_has_the_courses_rows(
    rate: float, step: int, expected: list[float]
) -> None:
    data = example("linear-regression", lr=rate).data
    names = {track.name: at for at, track in enumerate(data.tracks, start=1)}
    found = row(data, step)
    assert agrees(expected, [round(found[at], 4) for at in (0, names["a"], names["b"])])


@pytest.mark.parametrize(
    ("step", "y", "loss", "w", "b"),
    [
        (0, 0.6044, 0.038272, 0.5484, 0.2242),
        (4, 0.8121, 0.000146, 0.4650, 0.1825),
        (8, 0.8002, 0.000000, 0.4595, 0.1798),
    ],
)
def test_the_neuron_has_the_courses_rows(
    step: int, y: float, loss: float, w: float, b: float
) -> None:
    data = example("neuron").data
    found = row(data, step)
    assert [round(found[0], 6), round(found[1], 4), round(found[2], 4)] == [loss, w, b]
    assert data.fit is not None
    assert round(data.fit.answers[data.shown.index(step)][0], 4) == y


def test_xor_is_learned_as_a_loop_of_ones_own_in_torch_learns_it() -> None:
    data = example("xor").data
    given = EXAMPLES["xor"](None).values
    leaves = {
        name: torch.tensor(given[name], dtype=torch.float64, requires_grad=True)
        for name in ("W1", "b1", "W2", "b2")
    }
    inputs = torch.tensor(given["X"], dtype=torch.float64)
    targets = torch.tensor(given["T"], dtype=torch.float64)
    losses = []
    for _ in range(201):
        hidden = torch.tanh(inputs @ leaves["W1"] + leaves["b1"])
        answers = torch.tanh(hidden @ leaves["W2"] + leaves["b2"])
        loss = ((answers - targets) ** 2).mean()
        slopes = torch.autograd.grad(loss, list(leaves.values()))
        with torch.no_grad():
            for leaf, slope in zip(leaves.values(), slopes, strict=True):
                leaf -= 0.5 * slope
        losses.append(loss.item())
    assert data.losses == pytest.approx([losses[step] for step in data.kept], rel=1e-9)
    assert data.losses[-1] < 0.01
    assert data.fit is not None
    assert data.fit.answers[-1] == pytest.approx(answers.flatten().tolist(), rel=1e-9)


def test_the_graph_of_every_moment_shows_the_numbers_of_that_moment() -> None:
    data = example("neuron").data
    timeline = board_of(example("neuron"))
    shown = texts_of(timeline.steps[-1].keyframe)
    track = next(track for track in data.tracks if track.name == "w")
    assert f"{track.rows[-1][0]:.4g}" in shown


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_example_fits(name: str, aspect: str) -> None:
    assert faults(board_of(example(name), aspect)) == []


def test_the_scene_offers_the_examples_that_there_are() -> None:
    offered = next(o.choices for o in scene_of("training").options if o.name == "example")
    assert set(offered) - {""} == set(EXAMPLES)


def test_a_loop_that_goes_out_of_bounds_ends_there_and_says_so() -> None:
    told = lesson("training", "loss = x ** 2", {"x": 1.0}, lr=1e30, steps=100)
    data = told.data
    assert not data.losses[-1] < float("inf")
    assert data.kept[-1] < 100
    timeline = board_of(told)
    assert "too large" in timeline.steps[-1].caption
    assert faults(timeline) == []
    assert loads(dumps(told)) == told


def test_a_loop_that_grows_to_the_end_says_that_its_rate_is_too_large() -> None:
    values = {"w": 3.0, "x": [1.0, 2.0, 3.0], "t": [2.0, 4.0, 6.0]}
    told = lesson("training", LINE, values, ("x", "t"), lr=0.25, steps=200)
    assert "0.25 is too large" in board_of(told).steps[-1].caption


def test_a_gradient_of_0_everywhere_is_told() -> None:
    told = lesson("training", "loss = 0 * x", {"x": 1.0}, lr=0.25, steps=20)
    assert "nothing has moved" in board_of(told).steps[-1].caption


def test_a_thousand_steps_are_thinned_and_it_is_said() -> None:
    told = lesson("training", "loss = (x - 3) ** 2", {"x": 0.0}, lr=0.001, steps=1000)
    assert len(told.data.shown) <= 30
    assert told.data.kept[-1] == 1000
    assert len(told.data.kept) < 300
    timeline = board_of(told)
    assert timeline.seconds < 60
    assert any("1,000" in step.caption and "shown" in step.caption for step in timeline.steps)


@pytest.mark.parametrize(
    ("text", "values", "data"),
    [
        ("loss = 0 * x", {"x": 1.0}, ()),
        ("loss = (x - 1e30) ** 2", {"x": 1e30}, ()),
        ("loss = (x * 1e30) ** 2", {"x": 1e-30}, ()),
        (
            "a_name_of_forty_characters_is_a_longname = w * x; loss = "
            "a_name_of_forty_characters_is_a_longname ** 2",
            {"w": 1.0, "x": 2.0},
            ("x",),
        ),
        (LINE, {"w": 1.0, "x": [1.0, 2.0], "t": [2.0, 4.0]}, ("x", "t")),
        (LINE, {"w": [1.0] * 20, "x": [1.0] * 20, "t": [2.0] * 20}, ("x", "t")),
    ],
)
@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_odd_loops_have_a_clear_picture(
    text: str, values: dict[str, Any], data: tuple[str, ...], aspect: str
) -> None:
    assert faults(board_of(lesson("training", text, values, data, steps=5), aspect)) == []


def test_data_alone_is_nothing_to_train() -> None:
    with pytest.raises(AutovizError, match="takes a gradient"):
        lesson("training", "loss = x ** 2", {"x": 1.0}, ("x",))


def test_a_program_and_an_example_are_one_too_many() -> None:
    with pytest.raises(InputError, match="leave --example xor out"):
        lesson("training", "loss = x ** 2", {"x": 1.0}, example="xor")


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
def test_each_optimizer_is_torchs_own(optimizer: str) -> None:
    made = {
        "sgd": lambda x: torch.optim.SGD([x], lr=0.1),
        "momentum": lambda x: torch.optim.SGD([x], lr=0.1, momentum=0.9),
        "rmsprop": lambda x: torch.optim.RMSprop([x], lr=0.1),
        "adam": lambda x: torch.optim.Adam([x], lr=0.1),
    }
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    way = made[optimizer](x)
    for _ in range(5):
        way.zero_grad()
        ((x - 3) ** 2).backward()  # type: ignore[no-untyped-call]
        way.step()
    data = lesson(
        "training", "loss = (x - 3) ** 2", {"x": 0.0}, lr=0.1, steps=5, optimizer=optimizer
    ).data
    assert data.tracks[0].rows[-1][0] == pytest.approx(x.item(), rel=1e-12)


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ((9.0, 4.0, 1.0), "falls from 9 to 1"),
        ((9.0, 4.0, 4.0), "falls from 9 to 4"),
        ((1.0, 4.0, 9.0), "rises from 1 to 9"),
        ((4.0, 4.0, 4.0), "stays 4"),
        ((4.5, 0.244, 1.362), "goes from 4.5 down to 0.244 at step 1, and then up to 1.362"),
        ((1.0, 9.0, 0.5), "goes from 1 up to 9 at step 1, and then down to 0.5"),
        ((9.0, 5.0, 6.0, 1.0), "comes down from 9 to 1, though not at every step"),
        ((1.0, 6.0, 5.0, 9.0), "climbs from 1 to 9, though not at every step"),
        ((4.0, 9.0, 1.0, 3.0), "goes up and down between 1 and 9, and ends at 3"),
        ((4.0, math.nan), "is no number any more"),
    ],
)
def test_a_loss_is_said_to_do_what_it_does(losses: tuple[float, ...], words: str) -> None:
    data = lesson("training", "loss = (x - 3) ** 2", {"x": 0.0}, lr=0.1, steps=5).data
    kept = tuple(range(len(losses)))
    track = replace(data.tracks[0], rows=data.tracks[0].rows[:1] * len(losses))
    story = data.loop.story
    steps = (story.steps[0], *(story.steps[1:2] * len(losses)))
    changed = replace(
        data, kept=kept, shown=kept, losses=losses, tracks=(track,),
        loop=replace(data.loop, story=replace(story, steps=steps)), fit=None,
    )  # fmt: skip
    assert words in stretch_caption(changed, 0, kept[-1])


def test_a_loss_that_was_lower_is_remembered_at_the_end() -> None:
    told = lesson("training", "loss = (x - 3) ** 2", {"x": 0.0}, lr=1.5, steps=20, optimizer="adam")
    data = told.data
    lowest = min(data.losses)
    caption = board_of(told).steps[-1].caption
    assert f"It was lowest at step {data.losses.index(lowest)}: {number(lowest)}." in caption


def test_nothing_moves_where_the_learning_rate_is_0_though_there_is_a_gradient() -> None:
    told = lesson("training", "loss = x ** 2", {"x": 1.0}, lr=0.0, steps=3)
    caption = board_of(told).steps[-1].caption
    assert "nothing has moved" in caption
    assert "gradient is 0" not in caption


def test_the_header_names_the_stretch_that_is_played() -> None:
    timeline = board_of(lesson("training", "loss = (x - 3) ** 2", {"x": 0.0}, lr=0.1, steps=40))
    for step in timeline.steps:
        if step.chapter.startswith("steps "):
            assert step.caption.startswith(f"S{step.chapter[1:]}:")


def test_answers_stand_on_plates_so_that_they_can_be_read_on_every_colour() -> None:
    keys = {element.key for element in board_of(example("xor", steps=5)).steps[-1].keyframe}
    for at in range(4):
        assert {f"fit/answer/{at}/plate", f"fit/answer/{at}/text"} <= keys
