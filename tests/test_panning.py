"""From one view to the next: what a viewer sees on the way."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphgen.scenes.boards import Boards
from graphgen.scenes.motion import Fade, Pan
from graphgen.scenes.panning import change_view, unveil
from graphgen.scenes.stage import Stage
from graphgen.scenes.views import Frame
from manim import Scene, VMobject, tempconfig

from graphgen.model.picture import Picture
from tests.filming import film
from tests.pictures import picture, sixty

pytestmark = pytest.mark.dot

RATE = 15


@pytest.fixture(scope="module")
def large() -> Picture:
    return picture(sixty())


@pytest.fixture(scope="module")
def stage(large: Picture) -> Stage:
    return Stage(large, Frame(128 / 9, 8.0))


def changes(stage: Stage) -> list[int]:
    """The steps that are seen from elsewhere than the one before."""
    steps = range(1, len(stage.views))
    return [index for index in steps if stage.view(index) != stage.view(index - 1)]


def noted(stage: Stage, index: int, frames: int, opacity: float = 1.0) -> list[list[Any]]:
    """The acts of each beat in which a view changes."""
    found: list[list[Any]] = []

    class Noting(Scene):
        def play(self, *acts: Any, **_: Any) -> None:
            found.append(list(acts))

    with tempconfig({"dry_run": True, "background_opacity": opacity}):
        change_view(Boards(Noting(), RATE, stage.has_masks), stage, index, frames)
    return found


def test_a_large_picture_goes_under_the_page_and_comes_back(stage: Stage) -> None:
    first, second = noted(stage, changes(stage)[0], 9)
    assert (first[0].start, first[0].end) == (0.0, 1.0)
    assert (second[0].start, second[0].end) == (1.0, 0.0)


def test_in_its_middle_a_dissolve_shows_the_page_alone(large: Picture, tmp_path: Path) -> None:
    stage = Stage(large, Frame(128 / 9, 8.0))
    index = changes(stage)[0]
    kept = film(large, tmp_path, steps=range(index, index + 1), rate=20).kept
    colors = [len(np.unique(frame[20:115, :, :3].reshape(-1, 3), axis=0)) for frame in kept]
    assert min(colors[:4]) == 1
    assert colors[0] > 20
    assert colors[5] > 20


def test_a_thin_frame_tells_which_part_comes_nearer(stage: Stage) -> None:
    index = changes(stage)[0]
    nearer = stage.view(index).scale / stage.view(index - 1).scale
    assert nearer > 1.5
    first, second = noted(stage, index, 9)
    assert len(first) == 3
    assert len(second) == 1
    first[1].interpolate(0.0)
    assert first[1].mobject.width == pytest.approx(stage.frame.stage.width / nearer)
    first[1].interpolate(1.0)
    assert first[1].mobject.width == pytest.approx(stage.frame.stage.width)


def test_what_covers_the_picture_changes_thirty_times_a_second(stage: Stage) -> None:
    (first, *_), _ = noted(stage, changes(stage)[0], 48 * RATE // 60)
    seen = []
    for frame in range(24):
        first.interpolate(frame / 24)
        seen.append(float(first.mobject.fill_rgbas[0, 3]))
    assert len(set(seen)) == 12


def test_without_a_page_nothing_is_covered(stage: Stage) -> None:
    (acts,) = noted(stage, changes(stage)[0], 9, opacity=0.0)
    assert [type(act) for act in acts] == [Pan]


@pytest.mark.parametrize(("opacity", "count"), [(1.0, 1), (0.0, 20)])
def test_a_picture_that_comes_changes_one_thing_where_there_is_a_page(
    stage: Stage, opacity: float, count: int
) -> None:
    with tempconfig({"dry_run": True, "background_opacity": opacity}):
        boards = Boards(Scene(), RATE, stage.has_masks)
        stands, act = unveil(boards, stage, stage.world(0), (0.0, 1.0))
    assert isinstance(act, Fade)
    assert all(isinstance(part, VMobject) for part in stands)
    parts = act.mobject.family_members_with_points()
    assert (len(parts) == 1) if count == 1 else (len(parts) > count)


def test_what_cannot_be_read_together_is_seen_as_a_whole(stage: Stage) -> None:
    """Leaves that stand all over the picture: half-way nearer, none of them could be read."""
    scales = {round(view.scale / stage.view(0).scale, 2) for view in stage.views[:-1]}
    assert all(scale == 1.0 or scale > 2.0 for scale in scales), scales


def test_what_was_drawn_of_views_that_the_film_left_is_let_go(stage: Stage) -> None:
    step = changes(stage)[-1]
    view, look = stage.view(step), stage.look(step)
    drawn = [weakref.ref(part) for part in stage.parts(look, view)]
    again = [part() is kept for part, kept in zip(drawn, stage.parts(look, view), strict=True)]
    assert len(again) > 10
    assert all(again)
    for at in range(1, 6):
        list(stage.parts(look, replace(view, x=view.x + 0.01 * at)))
    gc.collect()
    assert not [part for part in drawn if part() is not None]
