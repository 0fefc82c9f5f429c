"""A film's slides for manim-slides: clips of each step, the same backwards, and what it makes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphgen.scenes.film.manim_slides import write_slides

import graphgen.commands.autoviz as cli
from graphgen.model.errors import OutputError, RenderError
from graphgen.model.picture import Picture
from tests.filming import timeline_in
from tests.graphs import two_paths
from tests.pictures import picture

av = pytest.importorskip("av")
pytestmark = pytest.mark.dot

RATE, WIDE, HIGH = 15, 64, 36


def shade(number: int) -> int:
    """How bright a frame is: frames close to each other differ."""
    return 20 + number * 40 % 201


def shot(path: Path, count: int) -> Path:
    """A film of so many frames, each of a shade of its own."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", RATE)
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        stream.options = {"crf": "1"}
        for number in range(count):
            pixels = np.full((HIGH, WIDE, 3), shade(number), np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        output.mux(stream.encode())
    return path


def shades(path: Path) -> list[int]:
    with av.open(str(path)) as film:
        return [int(frame.to_ndarray(format="rgb24").mean()) for frame in film.decode(video=0)]


@pytest.fixture(scope="module")
def drawn() -> Picture:
    return picture(two_paths())


@pytest.fixture
def film(drawn: Picture, tmp_path: Path) -> Path:
    return shot(tmp_path / "two.mp4", round(timeline_in(drawn).seconds * RATE))


def clips(note: Path) -> Iterator[tuple[Path, Path]]:
    """Each slide's two clips, found as manim-slides finds them."""
    home = note.parent.parent
    for slide in json.loads(note.read_text())["slides"]:
        yield home / slide["file"], home / slide["rev_file"]


def test_each_step_is_a_clip_and_the_same_backwards(drawn: Picture, film: Path) -> None:
    note = write_slides(drawn, film)
    assert note == film.parent / "slides" / "two.json"
    found = list(clips(note))
    assert len(found) == len(timeline_in(drawn).steps)
    begin = 0
    for step, (forward, backward) in zip(timeline_in(drawn).steps, found, strict=True):
        count = round(step.seconds * RATE)
        wanted = [shade(number) for number in range(begin, begin + count)]
        assert shades(forward) == pytest.approx(wanted, abs=6)
        assert shades(backward) == pytest.approx(wanted[::-1], abs=6)
        begin += count


def test_the_json_has_its_three_keys(drawn: Picture, film: Path) -> None:
    about = json.loads(write_slides(drawn, film).read_text())
    assert list(about) == ["slides", "resolution", "background_color"]
    assert about["resolution"] == [WIDE, HIGH]
    assert about["background_color"] == drawn.theme.page


def test_slides_that_are_made_again_take_the_place_of_the_old_ones(
    drawn: Picture, film: Path
) -> None:
    note = write_slides(drawn, film)
    stale = note.parent / "files" / "two" / "099.mp4"
    stale.write_bytes(b"old")
    before = note.read_text()
    assert write_slides(drawn, film).read_text() == before
    assert not stale.exists()
    assert sorted(path.name for path in (note.parent / "files").iterdir()) == ["two"]


def test_a_film_that_is_too_short_is_told_and_leaves_nothing(
    drawn: Picture, tmp_path: Path
) -> None:
    short = shot(tmp_path / "short.mp4", 40)
    with pytest.raises(RenderError, match=r"it ends at 40; render it again"):
        write_slides(drawn, short)
    assert [path.name for path in (tmp_path / "slides" / "files").iterdir()] == []


def test_a_place_that_cannot_be_made_is_told(drawn: Picture, film: Path) -> None:
    (film.parent / "slides").write_text("a file")
    with pytest.raises(OutputError, match="a place for slides beside"):
        write_slides(drawn, film)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["deck.html", "deck.pptx", "deck.pdf"])
def test_manim_slides_converts_them(drawn: Picture, film: Path, target: str) -> None:
    """Headless and without Qt."""
    pytest.importorskip("manim_slides")
    write_slides(drawn, film)
    command = [sys.executable, "-m", "manim_slides", "convert", "two", target]
    options = ["--one-file"] if target.endswith("html") else []
    done = subprocess.run(
        [*command, *options], cwd=film.parent, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    content = (film.parent / target).read_bytes()
    count = len(timeline_in(drawn).steps)
    if target == "deck.html":
        assert content.count(b"data:video/mp4;base64,") == count
    elif target == "deck.pptx":
        deck: Any = pytest.importorskip("pptx").Presentation(str(film.parent / target))
        assert len(deck.slides) == count
    else:
        assert content.startswith(b"%PDF-")


@pytest.mark.parametrize("output", ["x.svg", "x.gif", "-"])
def test_slides_want_a_film_that_they_can_be_cut_from(
    output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["render", "expr", "a * b", "--set", "a=1", "--set", "b=2", "--slides", "-o", output]
    assert cli.main([*command, "--format", "mp4"] if output == "-" else command) == 2
    assert "--slides goes with a film" in capsys.readouterr().err
