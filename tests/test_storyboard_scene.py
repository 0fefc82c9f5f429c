"""The scene that plays storyboards: from still to still, the same whether whole or in parts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from graphgen.scenes.timeline import Stage, StoryboardScene, TimelineScene
from manim import tempconfig

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import rectangle, text
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.theme import DARK
from graphgen.model.timeline import Frame, Motion, Timeline
from tests.filming import Keeping, settings
from tests.storyboards import rolling

Pixels = npt.NDArray[np.uint8]

BALL, PAGE = (0x56, 0xB4, 0xE9), (0x18, 0x1A, 0x1B)
RATE = 15


def made(tell: Callable[[TimelineBuilder], None]) -> Timeline:
    builder = TimelineBuilder("A ball", DARK, Frame.of("16:9"))
    tell(builder)
    return builder.build()


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[Pixels]:
    return filmed(rolling(), tmp_path_factory.mktemp("film"))


def filmed(timeline: Timeline, folder: Path, steps: range | None = None) -> list[Pixels]:
    with tempconfig(settings(folder, (256, 144), RATE)):
        renderer = Keeping()
        told = {"steps": steps, "stage": lambda scene: Stage(timeline, 8.0)}
        type("Shown", (TimelineScene,), told)(renderer=renderer).render()
    return renderer.kept


def colour_at(frame: Pixels, x: float, y: float) -> tuple[int, ...]:
    return tuple(int(part) for part in frame[round(y * 144 / 540), round(x * 256 / 960), :3])


def test_a_film_has_the_frames_of_its_seconds(frames: list[Pixels]) -> None:
    assert len(frames) == round(rolling().seconds * RATE)


def test_parts_have_the_frames_that_the_whole_has_there(
    frames: list[Pixels], tmp_path: Path
) -> None:
    timeline = rolling()
    parts = [*filmed(timeline, tmp_path, range(2)), *filmed(timeline, tmp_path, range(2, 4))]
    assert len(parts) == len(frames)
    assert all(np.array_equal(a, b) for a, b in zip(frames, parts, strict=True))


def test_what_changes_its_place_goes_there(frames: list[Pixels]) -> None:
    assert colour_at(frames[8], 240, 270) == BALL
    assert colour_at(frames[20], 720, 270) == BALL
    assert colour_at(frames[20], 240, 270) == PAGE
    middle = frames[9 + 6]
    assert any(colour_at(middle, x, 270) == BALL for x in range(360, 620, 10))
    assert colour_at(middle, 240, 270) == colour_at(middle, 720, 270) == PAGE


def test_what_left_and_comes_back_is_seen_again(frames: list[Pixels]) -> None:
    assert colour_at(frames[32], 720, 270) == PAGE
    assert colour_at(frames[-1], 720, 270) == BALL


def test_a_line_is_drawn_from_its_start(frames: list[Pixels]) -> None:
    half = frames[21 + 6]
    assert colour_at(half, 150, 400) != PAGE
    assert colour_at(half, 840, 400) == PAGE
    assert colour_at(frames[-1], 840, 400) != PAGE


def test_a_traveler_goes_along_its_path_and_is_gone(tmp_path: Path) -> None:
    def tell(builder: TimelineBuilder) -> None:
        builder.step("It goes.")
        chip = rectangle("chip", _box(100, 270), fill=DARK.forward)
        builder.animate(1.0, [Motion((chip,), ((100, 270), (860, 270)))])
        builder.animate(0.2)

    frames = filmed(made(tell), tmp_path)
    assert any(colour_at(frames[8], x, 270) == BALL for x in range(300, 700, 8))
    assert colour_at(frames[-1], 860, 270) == PAGE


def test_in_an_even_beat_a_text_is_another_at_once_and_slides(tmp_path: Path) -> None:
    def tell(builder: TimelineBuilder) -> None:
        builder.step("It counts.")
        builder.add(text("n", "8", 200, 270, 90, DARK.text))
        builder.animate(0.6)
        builder.add(text("n", "1", 700, 270, 90, DARK.text))
        builder.animate(1.0, easing="linear")

    frames = filmed(made(tell), tmp_path)
    where = [np.argwhere(frame[60:85, :, 0] > 200)[:, 1].mean() for frame in frames[9:24]]
    assert where == sorted(where)
    assert where[7] == pytest.approx((where[0] + where[-1]) / 2, abs=6)


def test_words_that_differ_never_turn_into_each_other(tmp_path: Path) -> None:
    def tell(builder: TimelineBuilder) -> None:
        builder.step("It counts.")
        builder.add(text("n", "9", 480, 270, 300, DARK.text))
        builder.animate(0.6)
        builder.add(text("n", "6", 480, 270, 300, DARK.text))
        builder.animate(1.0, easing="linear")

    frames = filmed(made(tell), tmp_path)
    told = slice(40, 110), slice(90, 170)
    assert not np.array_equal(frames[8][told], frames[-1][told])
    assert all(np.array_equal(frame[told], frames[-1][told]) for frame in frames[10:])


def test_a_scene_without_a_lesson_says_how_to_give_it_one(tmp_path: Path) -> None:
    with (
        tempconfig(settings(tmp_path, (256, 144), RATE)),
        pytest.raises(InputError, match="lesson"),
    ):
        TimelineScene(renderer=Keeping()).render()


def _box(x: float, y: float) -> Box:
    return Box(x - 40, y - 20, 80, 40)


def test_a_storyboard_scene_is_still_played_and_warns() -> None:
    with pytest.warns(DeprecationWarning, match=r"TimelineScene"):
        scene = type("Old", (StoryboardScene,), {"board": lambda _, size: (size, "its own")})
    size = Frame.of("16:9")
    assert scene.timeline(object.__new__(scene), size) == (size, "its own")
