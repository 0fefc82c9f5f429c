"""The shell of a film: what comes out is whole, and nothing else changes."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread

import av
import numpy as np
import numpy.typing as npt
import pytest
from graphgen.scenes.film import producing, verifying
from graphgen.scenes.film.crew import Crew, workers_for
from graphgen.scenes.film.joining import Part, join
from graphgen.scenes.film.processes import cores, head_start, ready
from graphgen.scenes.film.producing import Film, orders_of, produce
from graphgen.scenes.film.reels import reel_of
from graphgen.scenes.film.segments import cut
from graphgen.scenes.film.settings import encoding_of, frame_of, quality_of
from graphgen.scenes.film.verifying import verify
from graphgen.scenes.video import Progress, Video, render_video

from graphgen.layout import place
from graphgen.model.errors import AutovizError, OutputError, RenderError
from graphgen.model.picture import Picture
from graphgen.model.store import Store
from graphgen.model.theme import DARK, LIGHT
from graphgen.narration.telling import tell
from tests.filming import timeline_in
from tests.pictures import two_paths

ROOT = Path(__file__).parents[1]


def short_picture() -> Picture:
    """c = (a + b) * b, told in a few seconds."""
    story = tell(two_paths(), title="c = (a + b) * b", seconds_per_step=0.4)
    return Picture(story, place(story, DARK), DARK)


@pytest.fixture(scope="module")
def picture() -> Picture:
    return short_picture()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the segments of `film` are kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def seen() -> list[Progress]:
    """What was told while `film` was drawn."""
    return []


@pytest.fixture(scope="module")
def film(picture: Picture, cache: Path, seen: list[Progress]) -> Video:
    """A film at 480p, drawn by one process."""
    target = cache.with_name("one.mp4")
    return render_video(picture, target, quality="l", cache=cache, on_progress=seen.append)


def test_a_film_has_its_frames_size_and_length(film: Video, picture: Picture) -> None:
    with av.open(str(film.path)) as found:
        stream = found.streams.video[0]
        frames = sum(1 for _ in found.decode(stream))
    assert (stream.width, stream.height) == (film.width, film.height) == (854, 480)
    assert frames == film.frames == round(timeline_in(picture).seconds * 15)
    assert float(stream.duration * stream.time_base) == pytest.approx(timeline_in(picture).seconds)


def test_the_index_of_a_film_stands_before_its_pictures(film: Video) -> None:
    content = film.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_encoder_keeps_every_frame_close_to_what_was_drawn(
    film: Video, picture: Picture, tmp_path: Path
) -> None:
    lossless = (("preset", "ultrafast"), ("qp", "0"), ("threads", "1"))
    film_again = _film(picture, "graphgen.scenes.backprop:BackpropScene")
    film_again = replace(film_again, encoding=replace(film_again.encoding, options=lossless))
    (parts,) = produce([film_again], tmp_path, Crew(1), Store(None))
    drawn = [luma for part in parts for _ in range(part.repeat) for luma in _lumas(part.path)]
    kept = _lumas(film.path)
    assert len(kept) == len(drawn) == film.frames
    likeness = [_likeness(*pair) for pair in zip(drawn[::4], kept[::4], strict=True)]
    assert min(likeness) >= 0.995
    assert max(likeness) <= 1.0


def _lumas(path: Path) -> list[npt.NDArray[np.float64]]:
    with av.open(str(path)) as found:
        return [
            frame.to_ndarray(format="gray").astype(np.float64) for frame in found.decode(video=0)
        ]


def _likeness(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Structural similarity over windows of 8 by 8 (Wang et al., 2004)."""
    a, b = (_windows(picture) for picture in (first, second))
    mean_a, mean_b = a.mean(axis=(1, 3)), b.mean(axis=(1, 3))
    spread_a, spread_b = a.var(axis=(1, 3)), b.var(axis=(1, 3))
    both = (a * b).mean(axis=(1, 3)) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return float((top / ((mean_a**2 + mean_b**2 + c1) * (spread_a + spread_b + c2))).mean())


def _windows(picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    rows, columns = (size // 8 for size in picture.shape)
    return picture[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8)


def test_the_last_frame_shows_more_than_the_page(film: Video) -> None:
    with av.open(str(film.path)) as found:
        *_, last = found.decode(video=0)
    assert float(np.std(last.to_ndarray(format="gray"))) > 5


def test_two_processes_make_the_very_same_file(
    film: Video, picture: Picture, tmp_path: Path
) -> None:
    render_video(picture, tmp_path / "two.mp4", quality="l", jobs=2)
    assert (tmp_path / "two.mp4").read_bytes() == film.path.read_bytes()


def test_processes_with_a_head_start_make_the_very_same_file(
    film: Video, picture: Picture, tmp_path: Path
) -> None:
    with head_start(2):
        assert ready() == (2 if cores() > 1 else 0)
        render_video(picture, tmp_path / "ahead.mp4", quality="l", jobs=0)
    assert ready() == 0
    assert (tmp_path / "ahead.mp4").read_bytes() == film.path.read_bytes()


def test_processes_with_a_head_start_end_with_who_started_them(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        f"import os, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from graphgen.scenes.film.processes import head_start\n"
        "with head_start(2):\n    os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, str(script)]
    ended = subprocess.run(command, stderr=subprocess.PIPE, timeout=60)  # until all have closed it
    assert ended.returncode == -signal.SIGKILL


def test_progress_grows_to_the_last_frame(film: Video, seen: list[Progress]) -> None:
    done = [progress.done_frames for progress in seen]
    assert done == sorted(done)
    assert done[0] < done[-1] == film.frames
    assert {progress.total_frames for progress in seen} == {film.frames}


@pytest.mark.parametrize("name", ["it's.mp4", "a\nb.mp4", "100%d.mp4", "file:x.mp4", "é ü.mp4"])
def test_odd_names_are_only_names(
    film: Video, picture: Picture, cache: Path, tmp_path: Path, name: str
) -> None:
    render_video(picture, tmp_path / name, quality="l", cache=cache)
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    assert (tmp_path / name).read_bytes() == film.path.read_bytes()


@pytest.mark.slow
def test_a_film_goes_through_links_into_pipes_and_keeps_rights(
    film: Video, picture: Picture, cache: Path, tmp_path: Path
) -> None:
    whole = film.path.read_bytes()
    (tmp_path / "real.mp4").write_bytes(b"old")
    (tmp_path / "real.mp4").chmod(0o600)
    (tmp_path / "link.mp4").symlink_to("real.mp4")
    render_video(picture, tmp_path / "link.mp4", quality="l", cache=cache)
    assert (tmp_path / "link.mp4").is_symlink()
    assert (tmp_path / "real.mp4").read_bytes() == whole
    assert (tmp_path / "real.mp4").stat().st_mode & 0o777 == 0o600
    os.mkfifo(tmp_path / "pipe.mp4")
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append((tmp_path / "pipe.mp4").read_bytes()))
    reader.start()
    render_video(picture, tmp_path / "pipe.mp4", quality="l", cache=cache)
    reader.join(10)
    assert (read, (tmp_path / "pipe.mp4").is_fifo()) == ([whole], True)
    (tmp_path / "null.mp4").symlink_to("/dev/null")
    render_video(picture, tmp_path / "null.mp4", quality="l", cache=cache)
    assert Path("/dev/null").is_char_device()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "link.mp4", "null.mp4", "pipe.mp4", "real.mp4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pixels"), [("a.mov", "argb"), ("a.webm", "yuva420p"), ("a.gif", "bgra")]
)
def test_a_transparent_film_lets_the_page_show_through(
    picture: Picture, tmp_path: Path, name: str, pixels: str
) -> None:
    video = render_video(picture, tmp_path / name, quality="l", transparent=True)
    with av.open(str(video.path)) as found:
        stream = found.streams.video[0]
        decoder = av.CodecContext.create("libvpx-vp9", "r") if pixels == "yuva420p" else None
        if decoder is not None:
            decoder.extradata = stream.codec_context.extradata
        packets = found.demux(stream)
        pictures = [
            frame
            for packet in packets
            for frame in (decoder or stream.codec_context).decode(packet)
        ]
    assert len(pictures) == video.frames
    alpha = pictures[-1].to_ndarray(format="rgba")[..., 3]
    assert alpha[2, 2] == 0
    assert alpha.max() == 255


def test_a_gif_is_small(picture: Picture, tmp_path: Path) -> None:
    video = render_video(picture, tmp_path / "a.gif", quality="l")
    assert video.path.stat().st_size < 1_000_000


def test_an_unchanged_film_is_only_joined(
    film: Video, picture: Picture, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producing, "spread", _forbidden)
    monkeypatch.setattr(verifying, "_decoded_end", _forbidden)  # its pictures were decoded once
    render_video(picture, tmp_path / "b.mp4", quality="l", cache=cache)
    assert (tmp_path / "b.mp4").read_bytes() == film.path.read_bytes()
    with pytest.raises(AssertionError):
        render_video(replace(picture, theme=LIGHT), tmp_path / "c.mp4", quality="l", cache=cache)


def test_a_kept_part_that_was_damaged_is_drawn_again(
    film: Video, picture: Picture, cache: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(cache, tmp_path / "cache")
    damaged = next(copied.rglob("*.mp4"))
    damaged.write_bytes(damaged.read_bytes()[:-100])
    render_video(picture, tmp_path / "b.mp4", quality="l", cache=copied)
    assert (tmp_path / "b.mp4").read_bytes() == film.path.read_bytes()


def _forbidden(*_: object) -> None:
    raise AssertionError("something was drawn")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.avi", {}),
        ("a", {}),
        ("a.mp4", {"transparent": True}),
        ("a.mp4", {"aspect": "16/9"}),
        ("a.mp4", {"aspect": "0:9"}),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_drawn(
    picture: Picture, tmp_path: Path, name: str, options: dict[str, bool]
) -> None:
    with pytest.raises(OutputError, match=r": got|can't|is not there"):
        render_video(picture, tmp_path / name, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_failed_render_leaves_the_old_file(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.mp4"
    target.write_bytes(b"old")
    monkeypatch.setattr(producing, "spread", _broken)
    with pytest.raises(RenderError):
        render_video(picture, target, quality="l")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def _broken(*_: object) -> None:
    raise RenderError("a render: it broke; try again")


def test_a_damaged_film_is_not_taken_for_a_whole_one(film: Video, tmp_path: Path) -> None:
    frame = frame_of("l", "16:9", ".mp4")
    encoding = encoding_of(".mp4", False, "final", frame)
    verify(film.path, film.frames, encoding, frame)
    cut_off = tmp_path / "a.mp4"
    cut_off.write_bytes(film.path.read_bytes()[:-3000])
    with pytest.raises(RenderError):
        verify(cut_off, film.frames, encoding, frame)
    with pytest.raises(RenderError, match="number of frames"):
        verify(film.path, film.frames + 1, encoding, frame)


def test_one_wrong_byte_in_the_middle_of_a_film_is_seen(film: Video, tmp_path: Path) -> None:
    frame = frame_of("l", "16:9", ".mp4")
    encoding = encoding_of(".mp4", False, "final", frame)
    made = tmp_path / "a.mp4"
    pictures = join([Part(film.path, film.frames)], made, encoding, frame)
    verify(made, film.frames, encoding, frame, pictures)
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    made.write_bytes(content)
    with pytest.raises(RenderError, match="whose pictures"):
        verify(made, film.frames, encoding, frame, pictures)


FULL = """
import resource, sys
from pathlib import Path
import manim
from graphgen.scenes.video import render_video
from tests.test_video import short_picture
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
render_video(short_picture(), Path(sys.argv[1]), quality="l", jobs=1)
"""


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_film_and_is_told(tmp_path: Path) -> None:
    """No file may be larger than the room: on a full disk writing fails in the same places."""
    target, rooms = tmp_path / "a.mp4", tmp_path / "rooms"
    target.write_bytes(b"old")
    rooms.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(target), "20000"],
        env={**os.environ, "TMPDIR": str(rooms)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "RenderError: room for a film" in done.stderr
    assert target.read_bytes() == b"old"
    assert list(rooms.glob("autoviz-*")) == []


def test_segments_hold_every_step_once_and_in_order() -> None:
    seconds = [0.4] * 40 + [7.0] + [0.2] * 3
    segments = cut(seconds)
    assert [step for segment in segments for step in segment.steps] == list(range(44))
    assert sum(segment.seconds for segment in segments) == pytest.approx(sum(seconds))


@pytest.mark.parametrize(
    ("aspect", "size"), [("16:9", (1920, 1080)), ("4:3", (1440, 1080)), ("9:16", (1080, 1920))]
)
def test_the_shorter_side_is_what_the_quality_says(aspect: str, size: tuple[int, int]) -> None:
    frame = frame_of("h", aspect, ".mp4")
    assert (frame.width, frame.height) == size


@pytest.mark.parametrize(("preset", "quality"), [("draft", "l"), ("preview", "m"), ("final", "h")])
def test_a_preset_has_a_quality_of_its_own(preset: str, quality: str) -> None:
    assert quality_of(preset) == quality


def test_a_draft_is_coarser(film: Video, picture: Picture, tmp_path: Path) -> None:
    draft = render_video(picture, tmp_path / "draft.mp4", quality="l", preset="draft")
    assert draft.path.stat().st_size < 0.8 * film.path.stat().st_size
    assert (draft.frames, draft.width) == (film.frames, film.width)


def test_no_more_processes_are_started_than_there_is_work(picture: Picture, tmp_path: Path) -> None:
    orders = orders_of([_unruly(picture, "Raises")], tmp_path)
    assert workers_for(8, orders) == len(orders) == 3
    assert workers_for(1, orders) == 1
    assert workers_for(0, orders) == 1  # a few seconds at 480p
    longer = [replace(order, frame=frame_of("k", "16:9", ".mp4")) for order in orders]
    assert workers_for(0, longer) == min(3, len(os.sched_getaffinity(0)))


def _film(picture: Picture, scene: str) -> Film:
    frame = frame_of("l", "16:9", ".mp4")
    reel = replace(reel_of(picture, frame), scene=scene)
    return Film(reel, frame, encoding_of(".mp4", False, "draft", frame))


def _unruly(picture: Picture, scene: str) -> Film:
    return _film(picture, f"tests.unruly_scenes:{scene}")


@pytest.mark.slow
def test_a_segment_whose_worker_is_killed_is_drawn_again(picture: Picture, tmp_path: Path) -> None:
    mark = tmp_path / "died"
    marked = replace(picture, story=replace(picture.story, title=str(mark)))
    film = _unruly(marked, "DiesOnce")
    (parts,) = produce([film], tmp_path, Crew(2), Store(None))
    assert mark.exists()
    assert sum(part.frames * part.repeat for part in parts) == film.frames


@pytest.mark.slow
def test_a_segment_that_kills_its_worker_twice_is_an_error_that_names_the_step(
    picture: Picture, tmp_path: Path
) -> None:
    with pytest.raises(RenderError, match="step 1 to"):
        produce([_unruly(picture, "DiesAtTheThirdStep")], tmp_path, Crew(2), Store(None))


def test_a_fault_in_the_drawing_is_an_error_that_names_the_step(
    picture: Picture, tmp_path: Path
) -> None:
    with pytest.raises(RenderError, match=r"step 1 to .*no such thing") as caught:
        produce([_unruly(picture, "Raises")], tmp_path, Crew(1), Store(None))
    assert isinstance(caught.value, AutovizError)


HOSTILE = {
    "scenes.py": "raise SystemExit('somebody else')",
    "cli.py": "raise SystemExit('somebody else')",
    "random.py": "raise SystemExit('somebody else')",
    "graphgen/__init__.py": "raise SystemExit('somebody else')",
    "joblib/__init__.py": "raise SystemExit('somebody else')",
    "manim.cfg": "[CLI]\nbackground_color = RED\nframe_rate = 7\npixel_width = 99\nplugins = no\n",
}


@pytest.mark.slow
def test_nothing_in_the_working_folder_plays_a_part(film: Video, tmp_path: Path) -> None:
    here = tmp_path / "lecture"
    for name, content in HOSTILE.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(content)
    before = sorted(here.rglob("*"))
    script = _script(tmp_path, f"{str(tmp_path / 'out.mp4')!r}", jobs=2)
    subprocess.run([sys.executable, str(script)], cwd=here, check=True, timeout=120)
    assert (tmp_path / "out.mp4").read_bytes() == film.path.read_bytes()
    assert sorted(here.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_target_is_the_old_file_or_the_new_one_when_a_render_is_ended(
    film: Video,
    picture: Picture,
    cache: Path,
    tmp_path: Path,
    how: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rooms, target = tmp_path / "tmp", tmp_path / "out.mp4"
    rooms.mkdir()
    target.write_bytes(b"old")
    script = _script(tmp_path, f"{str(target)!r}", jobs=1)
    environment = {**os.environ, "TMPDIR": str(rooms)}
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        _wait_for(rooms, "autoviz-*/**/*.part")
        process.send_signal(how)
        process.wait(timeout=30)
    assert target.read_bytes() == b"old"
    monkeypatch.setattr("tempfile.tempdir", str(rooms))
    render_video(picture, target, quality="l", cache=cache)
    assert target.read_bytes() == film.path.read_bytes()
    assert [path for path in rooms.iterdir() if path.name.startswith("autoviz")] == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def _script(folder: Path, target: str, jobs: int) -> Path:
    """A program of its own that renders the short picture."""
    path = folder / "program" / "render.py"
    path.parent.mkdir()
    path.write_text(
        textwrap.dedent(
            f"""
            import sys
            sys.path.insert(0, {str(ROOT)!r})
            from pathlib import Path
            from graphgen.scenes.video import render_video
            from tests.test_video import short_picture
            render_video(short_picture(), Path({target}), quality="l", jobs={jobs})
            """
        )
    )
    return path


def _wait_for(folder: Path, pattern: str) -> None:
    end = time.monotonic() + 60
    while not list(folder.glob(pattern)):
        if time.monotonic() > end:
            raise TimeoutError(pattern)
        time.sleep(0.05)
