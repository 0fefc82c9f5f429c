"""How a film moves: its time adds up to the story's, and any part of it looks like the whole."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphgen.scenes.beats import divide, frame_at, frames_of
from graphgen.scenes.motion import Travel, smoothed, staggered
from graphgen.scenes.player import MOST_MOTIONS, Player
from graphgen.scenes.stage import Stage
from graphgen.scenes.views import Frame
from hypothesis import given
from hypothesis import strategies as st
from manim import Scene, tempconfig

from graphgen.model.picture import Picture
from graphgen.model.story import Move
from tests.filming import film
from tests.graphs import chain, square_by_product, two_paths
from tests.pictures import alarm, data_and_cut, matrices, picture, sixty

pytestmark = pytest.mark.dot

MOVES: tuple[Move, ...] = (
    "open", "place", "compute", "seed", "send", "sum", "stop", "close",
)  # fmt: skip


class Watching(Scene):
    """A scene that notes its plays and draws nothing."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.noted: list[tuple[int, tuple[Any, ...]]] = []

    def play(self, *acts: Any, run_time: float = 1.0, **_: Any) -> None:
        """Note a play: Manim shows a frame at 0, 1/rate, ... below its run time."""
        for act in acts:
            act.begin()
        self.noted.append((int(np.ceil(run_time * self.rate)), acts))
        for act in acts:
            act.finish()

    def wait(self, duration: float = 1.0, *_: Any, **__: Any) -> None:
        """Note a hold: Manim shows as many whole frames as fit."""
        self.noted.append((int(duration * self.rate), ()))


def watched(
    shown: Picture, rate: float, steps: range | None = None, stage: Stage | None = None
) -> Watching:
    """What is played for a picture."""
    with tempconfig({"dry_run": True}):
        scene = Watching(rate)
        stage = stage or Stage(shown, Frame(128 / 9, 8.0))
        Player(scene, stage, rate).play(range(len(shown.story.steps)) if steps is None else steps)
    return scene


@pytest.fixture(scope="module")
def large() -> tuple[Picture, Watching]:
    """A picture of 60 nodes, and what is played for it."""
    shown = picture(sixty())
    return shown, watched(shown, 30)


@given(st.sampled_from(MOVES), st.integers(1, 60), st.booleans())
def test_the_beats_of_a_step_add_up_to_its_time(move: Move, units: int, pans: bool) -> None:
    beats = divide(units * 0.2, move, pans)
    assert sum(beats.values()) == units
    assert min(beats.values()) >= 0


@given(
    st.sampled_from(MOVES),
    st.integers(1, 40),
    st.integers(0, 200),
    st.sampled_from([10, 15, 23.976, 24, 25, 30, 50, 59.94, 60]),
)
def test_the_frames_of_a_step_add_up_at_any_frame_rate(
    move: Move, units: int, start: int, rate: float
) -> None:
    seconds, begin = units * 0.2, start * 0.2
    frames = frames_of(divide(seconds, move), begin, seconds, rate)
    assert sum(frames.values()) == frame_at(begin + seconds, rate) - frame_at(begin, rate)


@pytest.mark.parametrize("graph", [two_paths, square_by_product, data_and_cut, alarm, matrices])
@pytest.mark.parametrize("rate", [24, 60])
def test_each_step_takes_exactly_its_seconds(graph: Any, rate: int) -> None:
    shown = picture(graph())
    stage = Stage(shown, Frame(128 / 9, 8.0))
    time = 0.0
    for index, step in enumerate(shown.story.steps):
        alone = watched(shown, rate, range(index, index + 1), stage)
        frames = sum(count for count, _ in alone.noted)
        assert frames == frame_at(time + step.seconds, rate) - frame_at(time, rate), step.move
        time += step.seconds


def test_a_film_takes_exactly_its_storys_seconds(large: tuple[Picture, Watching]) -> None:
    shown, scene = large
    assert sum(count for count, _ in scene.noted) == round(shown.story.seconds * 30)


def test_never_more_than_five_things_travel_at_once(large: tuple[Picture, Watching]) -> None:
    counts = [sum(isinstance(act, Travel) for act in acts) for _, acts in large[1].noted]
    assert max(counts) == MOST_MOTIONS


def test_the_chips_at_a_shared_leaf_hold_before_they_slide_together() -> None:
    shown = picture(two_paths())
    index = next(i for i, step in enumerate(shown.story.steps) if step.move == "sum")
    noted = watched(shown, 30, range(index, index + 1)).noted
    slide = next(i for i, (_, acts) in enumerate(noted) if any(isinstance(a, Travel) for a in acts))
    held, acts = noted[slide - 1]
    assert acts == ()
    assert held >= 0.6 * 30


def test_a_part_of_a_film_has_the_frames_that_the_whole_film_has_there(tmp_path: Path) -> None:
    shown = picture(two_paths())
    whole = film(shown, tmp_path, size=(192, 108), rate=10).kept
    time = 0.0
    for index, step in enumerate(shown.story.steps):
        part = film(shown, tmp_path, range(index, index + 1), size=(192, 108), rate=10).kept
        start = frame_at(time, 10)
        assert len(part) == frame_at(time + step.seconds, 10) - start
        for at, frame in enumerate(part):
            assert np.array_equal(frame, whole[start + at]), (index, at)
        time += step.seconds


def test_a_part_of_a_film_that_moves_is_the_same_too(tmp_path: Path) -> None:
    shown = picture(chain(30))
    steps = range(14, 20)
    whole = film(shown, tmp_path, range(12, 20), size=(192, 108), rate=5).kept
    part = film(shown, tmp_path, steps, size=(192, 108), rate=5).kept
    assert len({Stage(shown, Frame(128 / 9, 8.0)).view(step) for step in steps}) > 1
    assert all(np.array_equal(a, b) for a, b in zip(whole[-len(part) :], part, strict=True))


def test_motion_is_slow_at_both_ends_and_never_goes_back() -> None:
    shares = np.linspace(0, 1, 101)
    places = np.array([smoothed(share) for share in shares])
    steps = np.diff(places)
    assert (places[0], places[-1]) == (0.0, 1.0)
    assert (steps >= 0).all()
    assert steps[0] < 0.01 * steps.max()
    assert steps[-1] < 0.01 * steps.max()


@given(st.integers(1, 20), st.floats(0.01, 1.0))
def test_things_start_one_after_the_other_and_all_arrive(count: int, overlap: float) -> None:
    windows = staggered(count, overlap)
    assert len(windows) == count
    assert windows[-1][1] == pytest.approx(1.0)
    assert all(0 <= start < end <= 1.0 + 1e-9 for start, end in windows)
    assert all(a[0] < b[0] for a, b in pairwise(windows))
