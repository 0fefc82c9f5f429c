"""Storyboards as SVG: complete as they stand, in every style, and each with names of its own."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from graphgen.draw.board import Size, Storyboard
from graphgen.draw.elements import circle, text
from graphgen.draw.making import Maker
from graphgen.model.theme import DARK
from graphgen.outputs.boards.document import board_svg, still_svg
from graphgen.outputs.boards.lives import lives, step_lives
from graphgen.outputs.boards.writing import transcript, write_lesson
from graphgen.outputs.formats import LESSONS
from graphgen.outputs.options import Options, SvgStyle
from tests.storyboards import own_lesson, texts_of

STYLES: tuple[SvgStyle, ...] = ("still", "animated", "steps")
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def board() -> Storyboard:
    maker = Maker("A ball </text><script>alert(1)</script>", DARK, Size.of("16:9"))
    maker.step("It lies here & there.")
    maker.put(circle("ball", 100, 200, 10, DARK.forward), text("n", "first", 300, 300, 20, "#fff"))
    maker.beat(1.0)
    maker.step("It goes.")
    maker.put(circle("ball", 200, 200, 10, DARK.forward), text("n", "second", 300, 300, 20, "#fff"))
    maker.beat(1.0)
    maker.step("It rests.")
    maker.beat(0.6)
    return maker.board()


def visible(document: str) -> list[str]:
    """The texts that a program which knows neither style sheets nor scripts shows."""
    found: list[str] = []

    def walk(element: ElementTree.Element) -> None:
        if element.get("opacity") == "0" or element.get("visibility") == "hidden":
            return
        if element.tag == f"{_SVG}text":
            found.append("".join(element.itertext()))
        for inner in element:
            walk(inner)

    walk(ElementTree.fromstring(document))
    return found


@pytest.mark.parametrize("style", STYLES)
def test_the_base_state_is_the_last_still_and_nothing_else(
    board: Storyboard, style: SvgStyle
) -> None:
    assert sorted(visible(board_svg(board, style))) == sorted(texts_of(board.steps[-1].still))


@pytest.mark.parametrize("style", STYLES)
def test_no_script_and_no_markup_of_a_persons(board: Storyboard, style: SvgStyle) -> None:
    document = board_svg(board, style)
    tags = {element.tag.removeprefix(_SVG) for element in ElementTree.fromstring(document).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "g", "path", "text", "style"}
    assert not re.search(r"\son\w+=", document.replace("alert(1)", ""))


@pytest.mark.parametrize("style", STYLES)
def test_the_same_storyboard_gives_the_same_text(board: Storyboard, style: SvgStyle) -> None:
    assert board_svg(board, style) == board_svg(board, style)


def test_every_selector_and_keyframe_has_the_documents_own_prefix(board: Storyboard) -> None:
    document = board_svg(board, "animated")
    prefix = ElementTree.fromstring(document).get("class") or ""
    assert prefix
    classes = set(re.findall(r'class="([^"]+)"', document))
    assert all(name.startswith(prefix) for name in classes)
    assert all(name.startswith(prefix) for name in re.findall(r"@keyframes (\S+?){", document))


def test_motion_stands_behind_the_wish_for_it(board: Storyboard) -> None:
    style = re.search(r"<style>(.*?)</style>", board_svg(board, "animated"))
    assert style is not None
    assert style[1].startswith("@media screen and (prefers-reduced-motion:no-preference){")


def test_what_moves_by_its_place_alone_is_one_element(board: Storyboard) -> None:
    root = ElementTree.fromstring(board_svg(board, "animated"))
    balls = [e for e in root.iter(f"{_SVG}path") if e.get("fill") == DARK.forward]
    assert len([ball for ball in balls if "c" in (ball.get("d") or "")]) >= 1
    rows = [life for life in lives(board) if life.element.key == "ball"]
    assert [(row.begin, row.end) for row in rows] == [(0, 1), (1, None)]


def test_fragments_count_the_steps(board: Storyboard) -> None:
    document = board_svg(board, "steps")
    indices = {int(found) for found in re.findall(r'data-fragment-index="(\d+)"', document)}
    assert indices == {1, 2}
    assert {life.begin for life in step_lives(board)} == {0, 1, 2}


def test_a_still_shows_the_step_that_is_asked_for(board: Storyboard) -> None:
    assert "first" in visible(still_svg(board, 0))
    assert "second" in visible(still_svg(board, 1))


def test_a_transcript_has_every_sentence(board: Storyboard) -> None:
    assert [step.caption in transcript(board) for step in board.steps] == [True] * 3


@pytest.mark.parametrize("suffix", LESSONS)
def test_a_lesson_is_written_as_everything(suffix: str) -> None:
    heads = {
        ".svg": b"<svg",
        ".html": b"<!doctype html>",
        ".png": b"\x89PNG",
        ".pdf": b"%PDF",
        ".json": b'{"autoviz_lesson"',
    }
    content = write_lesson(own_lesson("tangent"), None, suffix, Options())
    assert content.startswith(heads.get(suffix, b"y = "))
