"""What is written says which language it is in."""

from pathlib import Path

import pytest

import graphgen.commands.autoviz as cli
from graphgen import write
from graphgen.lecture.decks.html import html_of
from graphgen.lecture.decks.making import deck_of_script
from graphgen.lecture.reading import read_lecture_file
from graphgen.lecture.script import Part, Script, dumps, loads
from graphgen.model.errors import AutovizError, InputError, StoryFileError
from graphgen.model.languages import language_of, three_letters
from tests.graphs import two_paths

pytestmark = pytest.mark.dot

STORY = write(two_paths(), None, ".json").decode()
PARTS = (Part(1, "Eins", "eins", STORY),)
HOSTILE = ["", "klingon", 'de"><script>', "d e", "de\n", "x" * 5000]


@pytest.mark.parametrize(
    ("tag", "standard", "letters"),
    [("en", "en", "eng"), ("de_DE", "de-DE", "deu"), ("zh-Hant", "zh-Hant", "zho")],
)
def test_a_tag_is_written_as_the_standard_has_it(tag: str, standard: str, letters: str) -> None:
    assert (language_of(tag), three_letters(tag)) == (standard, letters)


@pytest.mark.parametrize("tag", HOSTILE)
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(InputError, match="a language's tag: got"):
        language_of(tag)


def test_a_page_says_its_language(tmp_path: Path) -> None:
    assert b'<html lang="en">' in write(two_paths(), None, ".html")
    assert b'<html lang="pt-BR">' in write(two_paths(), None, ".html", language="pt-br")
    said = ["render", "expr", "a * b", "--set", "a=1", "--set", "b=2", "-o"]
    assert cli.main([*said, str(tmp_path / "x.html"), "--lang", "de"]) == 0
    assert '<html lang="de">' in (tmp_path / "x.html").read_text()
    assert cli.main([*said, str(tmp_path / "y.html"), "--lang", "klingon"]) == 2
    assert not (tmp_path / "y.html").exists()


def test_a_deck_says_the_language_of_its_story_or_its_lecture(tmp_path: Path) -> None:
    (tmp_path / "two.json").write_bytes(write(two_paths(), None, ".json"))
    for asked, tag in ((["--lang", "ja"], "ja"), ([], "en")):
        out = tmp_path / f"{tag}.html"
        assert cli.main(["slides", str(tmp_path / "two.json"), "-o", str(out), *asked]) == 0
        assert f'<html lang="{tag}"' in out.read_text()
    script = Script("Wege", "dark", "16:9", 1, PARTS, "de")
    assert loads(dumps(script)) == script
    assert '<html lang="de"' in html_of(deck_of_script(script), {})


def test_a_lecture_file_names_its_language(tmp_path: Path) -> None:
    file = tmp_path / "lecture.toml"
    text = 'title = "Wege"\nlanguage = {0}\n[[sections]]\nheading = "Eins"\nscene = "merge"\n'
    file.write_text(text.format('"de"'))
    assert read_lecture_file(str(file)).language == "de"
    for wrong in ('"klingon"', "3"):
        file.write_text(text.format(wrong))
        with pytest.raises(AutovizError, match="language"):
            read_lecture_file(str(file))


def test_a_script_of_somebody_else_s_is_held_to_the_same() -> None:
    hostile = dumps(Script("x", "dark", "16:9", 1, PARTS)).replace(
        '"language": "en"', '"language": "<script>"'
    )
    with pytest.raises(StoryFileError, match="language"):
        loads(hostile)
