"""The camera of a film: it glides, all stays alive meanwhile, and at rest every line is exact."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from graphgen.scenes.fast import Fast, FastRenderer
from graphgen.scenes.timeline import Stage, TimelineScene
from manim import Dot, tempconfig

from graphgen.draw.elements import rectangle, text
from graphgen.model.geometry import Box, Point
from graphgen.model.theme import DARK
from graphgen.model.timeline import (
    Camera,
    Element,
    Frame,
    Motion,
    Text,
    Timeline,
    TimelineStep,
    Transition,
)
from tests.filming import Keeping, settings

Pixels = npt.NDArray[np.uint8]

RATE, WIDTH, HEIGHT = 10, 256, 144
PAGE = (0x18, 0x1A, 0x1B)
FRAME = Frame.of("16:9")
WHOLE = Camera(Point(1500.0, 500.0), 0.3)
LEFT = Camera(Point(400.0, 500.0), 1.0)


class Swift(FastRenderer):
    """The fast renderer, which keeps its frames."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Pixels] = []

    def _write(self, frames: int) -> None:
        self.kept.extend([self.get_frame().copy()] * frames)


def card(key: str, x: float, y: float, fill: str = DARK.forward, layer: int = 0) -> Element:
    return rectangle(key, Box(x - 60, y - 40, 120, 80), fill=fill, layer=layer)


CARDS = tuple(card(f"card/{at}", 400 + 220 * at, 500) for at in range(11))
TITLE = replace(rectangle("title", Box(40, 10, 200, 20), fill=DARK.backward), space="frame")


def travelling() -> Timeline:
    """The whole is seen, then its left end, where a card changes its colour on the way."""
    changed = (replace(CARDS[0], form=replace(CARDS[0].form, fill=DARK.shared)), *CARDS[1:])
    steps = (
        TimelineStep("All.", (Transition(0.6, (*CARDS, TITLE)),)),
        TimelineStep("Nearer.", (Transition(1.0, (*CARDS, TITLE), camera=LEFT),)),
        TimelineStep("Back.", (Transition(1.0, (*changed, TITLE), camera=WHOLE),)),
        TimelineStep("All again.", (Transition(0.6, (*changed, TITLE)),)),
    )
    return Timeline("Cards", DARK, FRAME, steps, first=(*CARDS, TITLE), camera=WHOLE)


def filmed(
    timeline: Timeline,
    folder: Path,
    steps: range | None = None,
    make: Callable[[], Any] = Keeping,
    bases: Sequence[type] = (TimelineScene,),
) -> list[Pixels]:
    with tempconfig(settings(folder, (WIDTH, HEIGHT), RATE)):
        renderer = make()
        told = {"steps": steps, "stage": lambda scene: Stage(timeline, 8.0)}
        type("Shown", tuple(bases), told)(renderer=renderer).render()
    kept: list[Pixels] = renderer.kept
    return kept


def swiftly(timeline: Timeline, folder: Path, steps: range | None = None) -> list[Pixels]:
    return filmed(timeline, folder, steps, Swift, (Fast, TimelineScene))


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> list[Pixels]:
    return filmed(travelling(), tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> list[Pixels]:
    return swiftly(travelling(), tmp_path_factory.mktemp("fast"))


BOTH = pytest.mark.parametrize("frames", ["stock", "fast"])


def colour_at(frame: Pixels, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place of the frame, in its points."""
    return tuple(int(part) for part in frame[int(y * HEIGHT / 540), int(x * WIDTH / 960), :3])


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@BOTH
def test_the_world_stands_where_the_camera_sees_it(
    frames: str, request: pytest.FixtureRequest
) -> None:
    kept = request.getfixturevalue(frames)
    assert len(kept) == 32
    for at, camera in ((3, WHOLE), (28, WHOLE)):
        for place in (510.0, 620.0, 1720.0):
            x, y = camera.project(place, 500.0, FRAME)
            known = PAGE if place == 510.0 else rgb(DARK.forward)
            assert colour_at(kept[at], x, y) == known, (at, place)
    assert colour_at(kept[28], *WHOLE.project(400.0, 500.0, FRAME)) == rgb(DARK.shared)


@BOTH
def test_what_is_in_the_frame_stands_still_and_in_front(
    frames: str, request: pytest.FixtureRequest
) -> None:
    for frame in request.getfixturevalue(frames):
        assert colour_at(frame, 140, 20) == rgb(DARK.backward)


@BOTH
def test_a_camera_glides_from_frame_to_frame(frames: str, request: pytest.FixtureRequest) -> None:
    """The first card grows evenly by factors, and no frame is empty."""
    kept = request.getfixturevalue(frames)
    lit = [int((frame[:, :, 2] > 150).sum()) for frame in kept[6:16]]
    assert min(lit) > 100
    widths = []
    for frame in kept[6:16]:
        row = (frame[int(0.55 * HEIGHT) - 8 : int(0.55 * HEIGHT) + 8, :, 2] > 150).any(axis=0)
        edges = np.flatnonzero(np.diff(row.astype(int)))
        widths.append(int(edges[1] - edges[0]))
    assert all(b >= a - 1 for a, b in pairwise(widths)), widths
    assert widths[-1] > 2.5 * widths[0]


@BOTH
def test_what_changes_while_the_camera_moves_is_seen_to_change(
    frames: str, request: pytest.FixtureRequest
) -> None:
    kept = request.getfixturevalue(frames)
    seen = []
    for at, frame in enumerate(kept[16:26]):
        share = at / 10
        way = share**3 * (share * (share * 6 - 15) + 10)
        x, y = LEFT.toward(WHOLE, way).project(400.0, 500.0, FRAME)
        seen.append(colour_at(frame, x, y))
    reds = [colour[0] for colour in seen]
    assert reds[0] == pytest.approx(rgb(DARK.forward)[0], abs=2)
    assert reds[-1] == pytest.approx(rgb(DARK.shared)[0], abs=12)
    assert reds == sorted(reds)


def test_at_rest_the_fast_renderer_draws_what_stock_manim_draws(
    stock: list[Pixels], fast: list[Pixels]
) -> None:
    assert len(stock) == len(fast)
    for at in (*range(6), *range(26, 32)):
        assert np.array_equal(stock[at], fast[at]), at


def test_on_the_way_it_draws_nearly_that(stock: list[Pixels], fast: list[Pixels]) -> None:
    for one, other in zip(stock[6:26], fast[6:26], strict=True):
        difference = np.abs(one.astype(int) - other).max(axis=2)
        assert (difference > 60).mean() < 0.01
        assert difference.mean() < 2.5


def test_a_part_has_the_frames_that_the_whole_has_there(
    stock: list[Pixels], fast: list[Pixels], tmp_path: Path
) -> None:
    timeline = travelling()
    for make, whole in ((filmed, stock), (swiftly, fast)):
        parts = [frame for at in range(4) for frame in make(timeline, tmp_path, range(at, at + 1))]
        assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))


def test_what_nobody_sees_is_not_made(tmp_path: Path) -> None:
    made = []

    class Noting(TimelineScene):
        def play(self, *args: Any, **options: Any) -> None:
            made.append(len([m for each in self.mobjects for m in each.get_family()]))

    near = replace(travelling(), camera=LEFT)
    filmed(near, tmp_path, range(1), bases=(Noting,))
    step = TimelineStep("Here.", (Transition(0.6, (*CARDS[1:], TITLE)),))
    filmed(replace(near, steps=(step,)), tmp_path, bases=(Noting,))
    assert max(made) < 6


def test_a_users_own_mobject_stays_behind_a_gliding_world(tmp_path: Path) -> None:
    class Marked(TimelineScene):
        def construct(self) -> None:
            self.add(Dot([-6.5, -3.5, 0.0], radius=0.3))
            super().construct()

    slow = filmed(travelling(), tmp_path, range(1, 2), bases=(Marked,))
    quick = filmed(travelling(), tmp_path, range(1, 2), Swift, (Fast, Marked))
    for at, frame in enumerate((*slow, *quick)):
        assert colour_at(frame, 480 - 6.5 * 67.5, 270 + 3.5 * 67.5) == (255, 255, 255), at


def test_a_number_that_travels_becomes_what_it_arrives_as(tmp_path: Path) -> None:
    """It is seen in each frame, never twice, and grows into its place."""
    small = text("chip", "8", 200, 270, 60, DARK.backward)
    assert isinstance(small.form, Text)
    large = replace(small, form=replace(small.form, x=700.0, size=120.0, ink=DARK.forward))
    way = Motion((small,), ((200, 270), (700, 270)), ends_visible=True, starts_visible=True)
    steps = (
        TimelineStep("It waits.", (Transition(0.4, (small,)),)),
        TimelineStep("It goes.", (Transition(1.0, (large,), (way,)), Transition(0.4, (large,)))),
    )
    timeline = Timeline("", DARK, FRAME, steps, first=(small,))
    kept = filmed(timeline, tmp_path)
    middles, sizes = [], []
    for frame in kept:
        ink = np.abs(frame[:, :, :3].astype(int) - PAGE).max(axis=2) > 90
        columns = np.flatnonzero(ink.any(axis=0))
        assert len(columns)
        assert columns[-1] - columns[0] < 25, "it is seen twice"
        middles.append(columns.mean())
        sizes.append(np.ptp(np.flatnonzero(ink.any(axis=1))))
    assert middles == sorted(middles)
    assert sizes[-1] > 1.6 * sizes[0]
    assert sizes[:9] == sorted(sizes[:9])
    assert all(np.array_equal(frame, kept[-1]) for frame in kept[14:])


def test_what_arrives_as_another_word_comes_as_it_arrives(tmp_path: Path) -> None:
    chip = text("sum", "5", 200, 270, 90, DARK.forward)
    assert isinstance(chip.form, Text)
    other = replace(chip, form=replace(chip.form, text="12", x=700.0))
    way = Motion((chip,), ((200, 270), (700, 270)), ends_visible=True)
    step = TimelineStep("It goes.", (Transition(1.0, (other,), (way,)),))
    kept = filmed(Timeline("", DARK, FRAME, (step,)), tmp_path)
    there = slice(int(680 * WIDTH / 960), None)
    early = [np.abs(frame[:, there, :3].astype(int) - PAGE).max() for frame in kept[:5]]
    assert max(early) < 30
