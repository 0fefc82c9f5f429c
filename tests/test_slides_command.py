"""autoviz slides: a lecture file or a story becomes decks, or one message says what is wrong."""

import json
import re
import signal
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphgen.commands.autoviz as cli
from graphgen.commands import presenting
from graphgen.lecture.decks.deck import Film
from graphgen.outputs import write
from tests.decks import plain_deck
from tests.graphs import two_paths
from tests.pictures import picture

pytestmark = pytest.mark.dot

LECTURE = """
title = "Where gradients come from"
theme = "light"
quality = "l"

[[sections]]
heading = "A product"
expr = "c = a * b"
values = { a = 2, b = 3 }
notes = "Ask first."

[[sections]]
heading = "Two paths"
expr = "c = (a + b) * b"
values = { a = 2, b = 3 }
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    Path("lecture.toml").write_text(LECTURE)
    yield
    signal.signal(signal.SIGTERM, before)


def slides(*arguments: str, capture: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capture.readouterr()
    status = cli.main(["slides", *arguments])
    said = capture.readouterr()
    assert "Traceback" not in said.err
    assert "fault in autoviz itself" not in said.err
    return status, said.out, said.err


def test_a_lecture_becomes_every_kind_of_deck(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = ["-o", "deck.html", "-o", "deck.pptx", "-o", "deck.pdf"]
    status, out, _ = slides("lecture.toml", *outputs, "--per", "section", "--json", capture=capsys)
    assert status == 0
    told = [json.loads(line) for line in out.splitlines()]
    assert [one["path"] for one in told] == ["deck.html", "deck.pptx", "deck.pdf"]
    for one in told:
        assert Path(one["path"]).stat().st_size == one["bytes"]
    document = Path("deck.html").read_text()
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", document) == ["A product", "Two paths"]
    assert "<p>Ask first.</p>" in document
    assert "--page:#ffffff" in document


def test_without_a_name_the_deck_is_called_as_the_lecture(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert slides("lecture.toml", capture=capsys)[:2] == (0, "lecture.html\n")
    assert Path("lecture.html").read_text().startswith("<!DOCTYPE html>")


def test_a_story_becomes_a_deck(capsys: pytest.CaptureFixture[str]) -> None:
    write(picture(two_paths(), title="Two ways"), "two.json")
    assert slides("two.json", "-o", "two.html", capture=capsys)[:2] == (0, "two.html\n")
    document = Path("two.html").read_text()
    assert document.count("Two ways</h") == 2  # of the title slide and of its section
    assert '<ul style="' not in document


def test_another_theme_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write(picture(two_paths()), "two.json")
    for file, theme, page in (("lecture.toml", "dark", "#181a1b"), ("two.json", "light", "#fff")):
        assert slides(file, "--theme", theme, "-o", "x.html", capture=capsys)[0] == 0
        document = Path("x.html").read_text()
        assert f"--page:{page}" in document
        assert f'<rect width="100%" height="100%" fill="{page}' in document


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.toml"], r"none\.toml can't be read"),
        (["lecture.toml", "-o", "deck.htm"], r"got '\.htm'; did you mean '\.html'\?"),
        (["lecture.toml", "-o", "deck.svg"], r"out of \.html, \.pptx, \.pdf: got '\.svg'"),
        (["lecture.toml", "-o", "lecture.toml/deck.html"], "lecture.toml is no folder"),
        (["lecture.toml", "-o", "a.pdf", "-o", "./a.pdf"], "each output once"),
        (["lecture.toml", "--film", "two-pathz"], "two-paths"),
        (["lecture.toml", "--film", "x"], "there are: a-product, two-paths"),
        (["none.json"], r"none\.json can't be read"),
        (["two.json", "--film", "x"], "--film is for lectures"),
        (["lecture.toml", "-o", "-", "--json", "--format", "html"], "leave one out"),
        (["lecture.toml", "-o", "-"], "as in --format html"),
        (["lecture.toml", "--per", "page"], "'step', 'section'"),
    ],
)
def test_what_is_wrong_is_one_message(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(Path().iterdir())
    status, out, err = slides(*arguments, capture=capsys)
    assert (status, out) == (2, "")
    assert re.search(told, err)
    assert sorted(Path().iterdir()) == before


def test_a_section_that_is_wrong_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("lecture.toml").write_text(LECTURE.replace("a = 2, b = 3 }\nnotes", "a = 2 }\nnotes"))
    status, _, err = slides("lecture.toml", capture=capsys)
    assert status == 2
    assert "got none for b" in err
    assert "lecture.toml, line 8" in err


def test_texts_that_are_too_small_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    program = "; ".join(f"x{k + 1} = x{k} * w{k}" for k in range(12))
    values = ", ".join(["x0 = 1", *(f"w{k} = 2" for k in range(12))])
    section = f'[[sections]]\nheading = "Long"\nexpr = "{program}"\nvalues = {{ {values} }}\n'
    Path("lecture.toml").write_text(f'title = "T"\n{section}')
    status, _, err = slides("lecture.toml", capture=capsys)
    assert status == 0
    assert re.search(r"note: 'Long': its smallest texts are [01]\.\d% of a slide's height", err)
    assert slides("lecture.toml", "--quiet", capture=capsys)[2] == ""


@pytest.mark.slow
def test_a_section_is_filmed(capsys: pytest.CaptureFixture[str]) -> None:
    """The film is decoded again: it is as long as the story, of the lecture's quality."""
    av = pytest.importorskip("av")
    status, _, _ = slides("lecture.toml", "--film", "a-product", "-j", "1", capture=capsys)
    assert status == 0
    document = Path("lecture.html").read_text()
    (source,) = re.findall(r'<video src="data:video/mp4;base64,([^"]+)"', document)
    Path("film.mp4").write_bytes(b64decode(source))
    with av.open("film.mp4") as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (854, 480, 15)
    assert document.count("<svg ") == 1


def test_large_films_lie_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "a-square.mp4"
    film.write_bytes(b"0123456789")
    deck = plain_deck(film=Film(film, b"poster"))
    monkeypatch.setattr(presenting, "deck_of", lambda *told: deck)
    for most, inside in ((10, True), (9, False)):
        monkeypatch.setattr(presenting, "_MOST_INSIDE", most)
        assert slides("lecture.toml", "-o", "my talk.html", capture=capsys)[0] == 0
        document = Path("my talk.html").read_text()
        assert ('src="data:video/mp4;base64,' in document) == inside
        assert Path("my talk-media").exists() != inside
    assert 'src="my%20talk-media/a-square.mp4"' in document
    assert Path("my talk-media/a-square.mp4").read_bytes() == b"0123456789"
