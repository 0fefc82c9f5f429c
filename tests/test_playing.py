"""How a film moves: as its timeline says, in its time, and any part of it as in the whole."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphgen.scenes.fast.glide import Glide
from graphgen.scenes.morphs import Morph
from graphgen.scenes.motion import Travel, smoothed
from graphgen.scenes.painting import Painter
from graphgen.scenes.pen import Label
from graphgen.scenes.playing import frame_at
from graphgen.scenes.timeline import Stage

from graphgen.draw.builder import MOST_MOTIONS
from graphgen.model.theme import DARK, LIGHT, Theme
from graphgen.model.timeline import Camera, Shape, Text, Timeline
from tests.filming import (
    HEIGHT,
    Watching,
    colour_of,
    film,
    parts_of,
    timeline_in,
    watched,
)
from tests.graphs import chain, square_by_product, two_paths
from tests.pictures import alarm, data_and_cut, matrices, picture, sixty

pytestmark = pytest.mark.dot

GRAPHS = {
    "two paths": two_paths,
    "a * a": square_by_product,
    "data and cut": data_and_cut,
    "inf and nan": alarm,
    "matrices": matrices,
}


@pytest.fixture(scope="module")
def large() -> tuple[Timeline, Watching]:
    """A timeline of 60 nodes, and what is played for it."""
    timeline = timeline_in(picture(sixty()))
    return timeline, watched(timeline, 30)


def cameras(timeline: Timeline) -> list[Camera | None]:
    """Where the camera is after each step."""
    camera, found = timeline.camera, []
    for step in timeline.steps:
        for transition in step.transitions:
            camera = transition.camera or camera
        found.append(camera)
    return found


def check_still(timeline: Timeline, step: int, mobjects: list[Any], camera: Camera | None) -> None:
    """See that what stands there after a step is what its keyframe says: words and colours, in
    order, each where the camera sees it; what it doesn't see may be left out."""
    painter = Stage(timeline, HEIGHT).painter
    painter.look_through(camera)
    area = painter.seen(camera)
    keyframe = sorted(timeline.steps[step].keyframe, key=lambda element: element.layer)
    if camera is not None:
        keyframe.sort(key=lambda element: element.space == "frame")
    expected = [e for e in keyframe if painter.is_seen(e, area)]
    drawn = [e for e in expected if len(painter.mobject(e).points)]
    parts = parts_of(mobjects)
    assert len(parts) == len(drawn)
    for element, part in zip(drawn, parts, strict=True):
        form = element.form
        if isinstance(form, Text):
            assert isinstance(part, Label)
            assert (part.text, colour_of(part)) == (form.text, form.ink), element.key
            assert part.size == pytest.approx(_size(painter, element))
        else:
            assert isinstance(form, Shape)
            assert colour_of(part) == (form.fill or form.line), element.key
        assert np.allclose(part.points, painter.mobject(element).points), element.key


def _size(painter: Painter, element: Any) -> float:
    scale = painter.camera.scale if painter.camera and element.space == "world" else 1.0
    size: float = element.form.size
    return size * painter.unit * scale


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", GRAPHS)
def test_after_each_step_the_mobjects_are_those_of_its_keyframe(name: str, theme: Theme) -> None:
    timeline = timeline_in(picture(GRAPHS[name](), theme))
    scene = watched(timeline, 10)
    for at, camera in enumerate(cameras(timeline)):
        check_still(timeline, at, scene.stills[at], camera)


def test_so_it_is_where_the_camera_moves(large: tuple[Timeline, Watching]) -> None:
    timeline, scene = large
    seen = cameras(timeline)
    assert len(set(seen)) > 3
    for at in range(0, len(timeline.steps), 5):
        check_still(timeline, at, scene.stills[at], seen[at])


def test_what_the_camera_does_not_see_is_not_made(large: tuple[Timeline, Watching]) -> None:
    timeline, scene = large
    counts = [
        len(still) / len(step.keyframe)
        for still, step in zip(scene.stills, timeline.steps, strict=True)
    ]
    assert min(counts) < 0.4
    assert max(counts) > 0.95


@pytest.mark.parametrize("graph", [two_paths, data_and_cut, matrices])
@pytest.mark.parametrize("rate", [24, 60])
def test_each_step_takes_exactly_its_seconds(graph: Any, rate: int) -> None:
    timeline = timeline_in(picture(graph()))
    time = 0.0
    for index, step in enumerate(timeline.steps):
        alone = watched(timeline, rate, [index])
        frames = sum(count for count, _ in alone.noted)
        assert frames == frame_at(time + step.seconds, rate) - frame_at(time, rate), step.caption
        time += step.seconds


def test_a_film_takes_exactly_its_timelines_seconds(large: tuple[Timeline, Watching]) -> None:
    timeline, scene = large
    assert sum(count for count, _ in scene.noted) == round(timeline.seconds * 30)


def test_never_more_than_five_things_travel_at_once(large: tuple[Timeline, Watching]) -> None:
    counts = [sum(isinstance(act, Travel) for act in acts) for _, acts in large[1].noted]
    assert max(counts) == MOST_MOTIONS


def test_where_the_camera_goes_nothing_is_covered_and_nothing_fades_out(
    large: tuple[Timeline, Watching],
) -> None:
    """The world glides; of it nothing is faded but what a step changes, never all of it."""
    timeline, scene = large
    glides = [acts for _, acts in scene.noted if any(isinstance(act, Glide) for act in acts)]
    moves = sum(a != b for a, b in pairwise([timeline.camera, *cameras(timeline)]))
    assert len(glides) >= moves > 3
    for acts in glides:
        (glide,) = (act for act in acts if isinstance(act, Glide))
        assert len(glide.mobject.submobjects) > 2 * len(acts)


def test_the_chips_at_a_shared_leaf_hold_before_they_slide_together() -> None:
    shown = picture(two_paths())
    index = next(i for i, step in enumerate(shown.story.steps) if step.move == "sum")
    noted = watched(timeline_in(shown), 30, [index]).noted
    hold = next(i for i, (_, acts) in enumerate(noted) if not acts)
    assert noted[hold][0] >= 0.6 * 30
    assert any(isinstance(act, Morph) for act in noted[hold + 1][1])


def changed(frames: list[Any], first: Any) -> list[tuple[int, int]]:
    """The first and last column of what differs from a frame, in each frame where anything does."""
    found = []
    for frame in frames:
        difference = np.abs(frame.astype(int) - first).max(axis=2)[: int(0.8 * len(frame))]
        columns = np.flatnonzero((difference > 60).any(axis=0))
        if len(columns):
            found.append((int(columns[0]), int(columns[-1])))
    return found


@pytest.mark.parametrize("move", ["compute", "send"])
def test_frames_show_values_go_forward_and_contributions_come_back(
    move: str, tmp_path: Path
) -> None:
    """From the frame in which the first thing sets off: the last column that differs moves to the
    right with values, and the first to the left with what comes back."""
    shown = picture(two_paths())
    timeline = timeline_in(shown)
    for index, step in enumerate(shown.story.steps):
        if step.move != move:
            continue
        kept = film(shown, tmp_path, range(index, index + 1), size=(512, 288), rate=15).kept
        begin, longest = 0.0, (0.0, 0.0, 0.0)
        for transition in timeline.steps[index].transitions:
            for motion in transition.motions:
                way = abs(motion.path[-1][0] - motion.path[0][0])
                longest = max(longest, (way, begin, transition.seconds))
            begin += transition.seconds
        _, begin, seconds = longest
        first, last = frame_at(begin, 15), frame_at(begin + 0.7 * seconds, 15)
        columns = changed(kept[first + 2 : last], kept[first + 1].astype(int))
        moves = [right for _, right in columns] if move == "compute" else [-x for x, _ in columns]
        assert len(moves) > 3
        assert moves[-1] - moves[0] > 5, step.caption
        assert all(b >= a - 2 for a, b in pairwise(moves)), (step.caption, moves)


@pytest.mark.parametrize("name", ["two paths", "data and cut", "matrices"])
def test_what_travels_in_a_film_goes_where_the_timeline_says(name: str) -> None:
    timeline = timeline_in(picture(GRAPHS[name]()))
    painter = Stage(timeline, HEIGHT).painter
    for index, step in enumerate(timeline.steps):
        motions = [motion for transition in step.transitions for motion in transition.motions]
        acts = [act for _, acts in watched(timeline, 10, [index]).noted for act in acts]
        travels = [act for act in acts if isinstance(act, Travel)]
        painter.look_through(cameras(timeline)[index])
        assert len(travels) == len(motions)
        for act, motion in zip(travels, motions, strict=True):
            line = painter.line(motion.path, motion.elements[0].space)
            assert np.allclose(act.line, line)
            act.interpolate(0.0)
            start = act.mobject.get_center()
            act.interpolate(1.0)
            if not motion.ends_visible:
                moved = act.mobject.get_center() - start
                assert np.allclose(moved, line[-1] - line[0], atol=1e-6)


def test_numbers_become_what_they_arrive_as() -> None:
    """Of what arrives in a motion, nothing fades out, and nothing else fades in at its place."""
    timeline = timeline_in(picture(two_paths()))
    landed = 0
    for index, step in enumerate(timeline.steps):
        for transition in step.transitions:
            landed += len(transition.landing)
        for _, acts in watched(timeline, 10, [index]).noted:
            for act in (each for each in acts if isinstance(each, Travel)):
                ends = [(part, end) for part, end in zip(act.parts, act.ends, strict=True) if end]
                act.interpolate(1.0)
                for part, end in ends:
                    assert np.array_equal(part.points, end.points)
                    assert np.array_equal(part.fill_rgbas, end.fill_rgbas)
    assert landed > 3


def test_a_part_of_a_film_has_the_frames_that_the_whole_film_has_there(tmp_path: Path) -> None:
    shown = picture(two_paths())
    whole = film(shown, tmp_path, size=(192, 108), rate=10).kept
    time = 0.0
    for index, step in enumerate(timeline_in(shown).steps):
        part = film(shown, tmp_path, range(index, index + 1), size=(192, 108), rate=10).kept
        start = frame_at(time, 10)
        assert len(part) == frame_at(time + step.seconds, 10) - start
        for at, frame in enumerate(part):
            assert np.array_equal(frame, whole[start + at]), (index, at)
        time += step.seconds


def test_a_part_of_a_film_that_moves_is_the_same_too(tmp_path: Path) -> None:
    shown = picture(chain(30))
    seen = cameras(timeline_in(shown))
    at = next(index for index in range(8, len(seen)) if seen[index] != seen[index - 1])
    steps = range(at, at + 2)
    whole = film(shown, tmp_path, range(at - 1, at + 2), size=(192, 108), rate=5).kept
    part = film(shown, tmp_path, steps, size=(192, 108), rate=5).kept
    assert all(np.array_equal(a, b) for a, b in zip(whole[-len(part) :], part, strict=True))


def test_no_frame_of_a_film_is_empty(tmp_path: Path) -> None:
    kept = film(picture(two_paths()), tmp_path, size=(192, 108), rate=5).kept
    page = np.array([int(DARK.page[at : at + 2], 16) for at in (1, 3, 5)])
    lit = [
        int((np.abs(frame[:, :, :3].astype(int) - page).max(axis=2) > 40).sum()) for frame in kept
    ]
    assert min(lit) > 20
    assert min(lit[10:]) > 500


def test_motion_is_slow_at_both_ends_and_never_goes_back() -> None:
    shares = np.linspace(0, 1, 101)
    places = np.array([smoothed(share) for share in shares])
    steps = np.diff(places)
    assert (places[0], places[-1]) == (0.0, 1.0)
    assert (steps >= 0).all()
    assert steps[0] < 0.01 * steps.max()
    assert steps[-1] < 0.01 * steps.max()
