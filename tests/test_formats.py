"""What a suffix is: one table, and everything that speaks of suffixes agrees with it."""

import re
from pathlib import Path

import click
import pytest
from graphgen.scenes.film.settings import encoding_of, frame_of

from graphgen.commands.autoviz import autoviz
from graphgen.commands.doctor import examine
from graphgen.commands.parts import needs_layout
from graphgen.commands.targets import Target, targets_of
from graphgen.model.errors import OutputError
from graphgen.outputs import format_of, writer_of
from graphgen.outputs.formats import (
    CLEAR,
    DECKS,
    FILMS,
    FORMATS,
    LESSONS,
    NUMBERED,
    PICTURES,
    hint,
    spelled,
)

GUIDE = (Path(__file__).parent.parent / "docs" / "guide.md").read_text("utf-8")


def test_every_suffix_is_of_one_kind_at_least() -> None:
    assert set(FORMATS) == {*FILMS, *PICTURES, *DECKS}
    assert set(FILMS).isdisjoint({*PICTURES, *LESSONS, *DECKS})


@pytest.mark.parametrize("suffix", PICTURES)
def test_every_picture_has_a_writer(suffix: str) -> None:
    assert callable(writer_of(suffix))


@pytest.mark.parametrize("suffix", LESSONS)
def test_every_scene_has_a_writer(suffix: str) -> None:
    write = FORMATS[suffix].write_lesson
    assert write is not None
    assert callable(write())


@pytest.mark.parametrize("suffix", FILMS)
def test_a_film_can_be_transparent_where_it_is_encoded_so(suffix: str) -> None:
    format = FORMATS[suffix]
    assert format.can_be_transparent == (format.clear_film is not None)
    frame = frame_of("l", "16:9", suffix)
    assert encoding_of(suffix, False, "draft", frame).codec == format.film.codec  # type: ignore[union-attr]
    if format.clear_film is None:
        with pytest.raises(OutputError, match=re.escape(".webm, .mov, .gif")):
            encoding_of(suffix, True, "draft", frame)


def test_what_is_transparent_numbered_or_lettered_is_what_it_was() -> None:
    assert set(CLEAR) == {".webm", ".mov", ".gif", ".svg", ".png", ".pdf"}
    assert set(NUMBERED) == {".svg", ".png"}
    lettered = {suffix for suffix, format in FORMATS.items() if format.needs_font}
    assert lettered == {*FILMS, ".png", ".pdf", ".pptx"}
    assert {s for s in FORMATS if not needs_layout([Target(None, s)])} == {".dot", ".txt", ".md"}
    texts = {".svg", ".html", ".dot", ".json", ".txt", ".md"}
    assert {s for s in FORMATS if FORMATS[s].is_text} == texts


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        (".avi", "did you mean '.mp4'?"),
        (".mkv", "did you mean '.mp4'?"),
        (".jpeg", "did you mean '.png'?"),
        (".eps", "did you mean '.pdf'?"),
        (".htm", "did you mean '.html'?"),
        (".gv", "did you mean '.dot'?"),
        (".pptx", "`autoviz slides`"),
        (".ppt", "`autoviz slides`"),
        (".sgv", "did you mean '.svg'?"),
        (".xyzzy", "give -o another"),
    ],
)
def test_a_suffix_of_other_programs_names_ours(suffix: str, said: str) -> None:
    assert said in hint(suffix, (*FILMS, *PICTURES), "give -o another")


def test_among_slides_a_powerpoint_file_of_old_is_the_new_one() -> None:
    assert hint(".ppt", DECKS, "") == "did you mean '.pptx'?"


@pytest.mark.parametrize(("name", "said"), [("x.avi", "'.mp4'"), ("x.pptx", "`autoviz slides`")])
def test_both_ways_to_write_say_which_suffix_was_meant(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=re.escape(said)):
        targets_of([name], None, "media/x.mp4", False, False)
    if name != "x.avi":  # pictures are no films: there is none to mean
        with pytest.raises(OutputError, match=re.escape(said)):
            format_of(name)


def help_of(*names: str) -> str:
    command: click.Command = autoviz
    for name in names:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    return " ".join(command.get_help(click.Context(command, terminal_width=1000)).split())


def test_the_help_lists_every_suffix() -> None:
    assert spelled((*FILMS, *PICTURES)) in help_of("render", "expr")
    assert spelled(DECKS) in help_of("slides")


def test_the_doctor_looks_for_what_every_film_needs() -> None:
    uses = {finding.part: finding.use for finding in examine()}
    for suffix in FILMS:
        assert any(suffix in use for name, use in uses.items() if name.startswith("encoder "))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_guide_has_a_row_for_every_suffix(suffix: str) -> None:
    format = FORMATS[suffix]
    pages = {"": "", "inside": "in one file", "numbers": "numbered files"}[format.pages]
    clear = "yes" if format.can_be_transparent else ""
    assert f"| `{suffix}` | {format.meaning} | {clear} | {pages} |" in GUIDE.splitlines()
