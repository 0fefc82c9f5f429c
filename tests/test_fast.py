"""Stock Manim is the measure: the same scenes, drawn by both, frame by frame."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from graphgen.scenes.backprop import BackpropScene
from graphgen.scenes.fast import Fast, FastRenderer
from graphgen.scenes.fast.canvas import Canvas, merged
from graphgen.scenes.fast.inks import Box
from graphgen.scenes.fast.planes import Planes
from manim import RIGHT, Dot, Scene, Square, tempconfig

from tests.filming import timeline_in
from tests.graphs import two_paths
from tests.manim_scenes import EXAMPLES, Shapes, Space
from tests.pictures import picture, sixty

Frames = list[tuple[npt.NDArray[np.uint8], int]]

SMALL = {"pixel_width": 214, "pixel_height": 120, "frame_rate": 10}


@pytest.fixture(autouse=True)
def quiet_manim(tmp_path: Path) -> Iterator[None]:
    """Manim with small frames, and its files where the test's are."""
    settings = {"media_dir": str(tmp_path / "media"), "progress_bar": "none", "format": "mp4"}
    with tempconfig({**SMALL, **settings, "disable_caching": True}):
        yield


def stock_frames(kind: type[Scene]) -> Frames:
    """What stock Manim draws: each frame and how often it is shown."""
    found: Frames = []
    scene = kind()
    renderer: Any = scene.renderer
    add = renderer.add_frame

    def note(frame: npt.NDArray[np.uint8], num_frames: int = 1) -> None:
        if not renderer.skip_animations:
            found.append((frame.copy(), num_frames))
        add(frame, num_frames)

    renderer.add_frame = note
    scene.render()
    return found


def fast_frames(kind: type[Scene]) -> Frames:
    """What the fast renderer draws."""
    found: Frames = []
    scene = _faster(kind)()
    renderer: Any = scene.renderer
    assert isinstance(renderer, FastRenderer)
    write = renderer._write

    def note(frames: int) -> None:
        if not renderer.skip_animations:
            found.append((renderer.get_frame(), frames))
        write(frames)

    renderer._write = note
    scene.render()
    return found


def _faster(kind: type[Scene]) -> type[Scene]:
    return type(kind.__name__, (Fast, kind), {})


def worst_difference(kind: type[Scene]) -> int:
    """The largest difference between a pixel of stock Manim's and ours, in levels of 255."""
    expected, actual = stock_frames(kind), fast_frames(kind)
    assert [times for _, times in expected] == [times for _, times in actual]
    return max(
        int(np.abs(wanted.astype(int) - found).max())
        for (wanted, _), (found, _) in zip(expected, actual, strict=True)
    )


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_every_frame_has_the_pixels_that_stock_manim_draws(kind: type[Scene]) -> None:
    assert worst_difference(kind) == 0


@pytest.mark.dot
@pytest.mark.parametrize(("graph", "steps"), [(two_paths, range(5, 7)), (sixty, range(1))])
def test_every_frame_of_our_own_film_has_them_too(graph: Any, steps: range) -> None:
    told = picture(graph())
    kind = type("Ours", (BackpropScene,), {"picture": told, "steps": steps})
    assert worst_difference(kind) == 0


@pytest.mark.dot
def test_so_it_is_where_the_camera_shows_a_part_and_rests() -> None:
    told = picture(sixty())
    moves = [any(t.camera for t in step.transitions) for step in timeline_in(told).steps]
    at = next(at for at in range(1, len(moves)) if moves[at - 1] and not moves[at])
    kind = type("Ours", (BackpropScene,), {"picture": told, "steps": range(at, at + 1)})
    assert worst_difference(kind) == 0


def test_the_comparison_sees_a_difference_of_one_level() -> None:
    first, second = stock_frames(Shapes), stock_frames(Shapes)
    second[3][0][60, 100, 0] ^= 1
    assert any(
        not np.array_equal(wanted, found)
        for (wanted, _), (found, _) in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("pixels", ["yuv420p", "yuva420p", "argb"])
def test_converting_a_rectangle_gives_what_converting_the_whole_frame_gives(pixels: str) -> None:
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (120, 214, 4), dtype=np.uint8)
    planes = Planes(214, 120, pixels)
    planes.patch(picture, [(0, 0, 214, 120)])
    for box in ((31, 17, 77, 40), (0, 0, 3, 3), (199, 100, 214, 120), (90, 51, 91, 52)):
        left, top, right, bottom = box
        shape = (bottom - top, right - left, 4)
        picture[top:bottom, left:right] = random.integers(0, 256, shape, dtype=np.uint8)
        planes.patch(picture, [box])
        whole = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format=pixels)
        for wanted, found in zip(_samples(whole), _samples(planes.frame), strict=True):
            np.testing.assert_array_equal(found, wanted)


def _samples(frame: av.VideoFrame) -> list[npt.NDArray[np.uint8]]:
    widths = {"argb": [4]}.get(frame.format.name, [1, 1, 1, 1])
    return [
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:, : plane.width * size]
        for plane, size in zip(frame.planes, widths, strict=False)
    ]


def test_merged_rectangles_cover_all_and_never_overlap() -> None:
    random = np.random.default_rng(3)
    for _ in range(50):
        corners = random.integers(0, 900, (12, 2))
        sizes = random.integers(1, 90, (12, 2))
        boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
        covered = np.zeros((800, 800), int)
        for left, top, right, bottom in merged(boxes, (0, 0, 800, 800)):
            covered[top:bottom, left:right] += 1
        wanted = np.zeros((800, 800), bool)
        for left, top, right, bottom in boxes:
            wanted[top:bottom, left:right] = True
        assert covered.max() <= 1
        assert covered[wanted].min() == 1


class Corner(Scene):
    """A dot moves in one corner; a square rests in another."""

    def construct(self) -> None:
        dot = Dot(RIGHT * 5)
        self.add(Square().shift(-4 * RIGHT), dot)
        self.play(dot.animate.shift(RIGHT), run_time=0.6)


def test_only_what_changed_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw = Canvas.draw

    def count(self: Canvas, inks: Any, boxes: Any, dirty: Any, background: Any) -> list[Box]:
        drawn.append(sum((right - left) * (bottom - top) for left, top, right, bottom in dirty))
        return draw(self, inks, boxes, dirty, background)

    monkeypatch.setattr(Canvas, "draw", count)
    fast_frames(Corner)
    assert drawn[:2] == [214 * 120, 214 * 120]  # what rests, and the dot on it
    assert max(drawn[2:4]) < 214 * 120 / 20


def test_what_it_cannot_draw_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("manim")
    logger.addHandler(caplog.handler)
    try:
        fast_frames(Space)
    finally:
        logger.removeHandler(caplog.handler)
    told = [line for line in caplog.messages if "stock Manim" in line]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("container", "transparent", "codec"),
    [("mp4", False, "h264"), ("mov", True, "qtrle"), ("webm", True, "vp9"), ("gif", False, "gif")],
)
def test_manims_own_formats_come_out_whole(
    tmp_path: Path, container: str, transparent: bool, codec: str
) -> None:
    opacity = 0.0 if transparent else 1.0
    with tempconfig({"format": container, "background_opacity": opacity}):
        _faster(Corner)().render()
    (path,) = [p for p in tmp_path.rglob(f"*.{container}") if "partial" not in str(p)]
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.codec_context.name.startswith(codec.replace("vp9", "vp"))
        assert sum(1 for _ in film.decode(stream)) == 6


def test_image_sequences_have_every_frame(tmp_path: Path) -> None:
    with tempconfig({"format": "png_sequence"}):
        _faster(Corner)().render()
    assert len(list(tmp_path.rglob("*.png"))) == 6


class Sections(Scene):
    """Two sections, one of them skipped."""

    def construct(self) -> None:
        dot = Dot()
        self.next_section("first")
        self.play(dot.animate.shift(RIGHT), run_time=0.3)
        self.next_section("second", skip_animations=True)
        self.play(dot.animate.shift(RIGHT), run_time=0.3)
        self.next_section("third")
        self.wait(0.3)


def test_sections_and_skipped_ones_have_stock_frames() -> None:
    expected, actual = stock_frames(Sections), fast_frames(Sections)
    assert len(expected) == len(actual) == 4
    for (wanted, _), (found, _) in zip(expected, actual, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_renderer_that_was_asked_for_is_kept() -> None:
    renderer = FastRenderer()
    assert _faster(Corner)(renderer=renderer).renderer is renderer
