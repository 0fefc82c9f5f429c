"""Storyboards as SVG: complete as they stand, in every style, and each with names of its own."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import circle, text
from graphgen.model.theme import DARK
from graphgen.model.timeline import Frame, Timeline
from graphgen.outputs.boards.document import still_svg, timeline_svg
from graphgen.outputs.boards.lives import lives, step_lives
from graphgen.outputs.boards.writing import transcript, write_lesson
from graphgen.outputs.formats import LESSONS
from graphgen.outputs.options import Options, SvgStyle
from tests.storyboards import own_lesson, texts_of

STYLES: tuple[SvgStyle, ...] = ("still", "animated", "steps")
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    builder = TimelineBuilder("A ball </text><script>alert(1)</script>", DARK, Frame.of("16:9"))
    builder.step("It lies here & there.")
    builder.add(
        circle("ball", 100, 200, 10, DARK.forward), text("n", "first", 300, 300, 20, "#fff")
    )
    builder.animate(1.0)
    builder.step("It goes.")
    builder.add(
        circle("ball", 200, 200, 10, DARK.forward), text("n", "second", 300, 300, 20, "#fff")
    )
    builder.animate(1.0)
    builder.step("It rests.")
    builder.animate(0.6)
    return builder.build()


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
    timeline: Timeline, style: SvgStyle
) -> None:
    assert sorted(visible(timeline_svg(timeline, style))) == sorted(
        texts_of(timeline.steps[-1].keyframe)
    )


@pytest.mark.parametrize("style", STYLES)
def test_no_script_and_no_markup_of_a_persons(timeline: Timeline, style: SvgStyle) -> None:
    document = timeline_svg(timeline, style)
    tags = {element.tag.removeprefix(_SVG) for element in ElementTree.fromstring(document).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "g", "path", "text", "style"}
    assert not re.search(r"\son\w+=", document.replace("alert(1)", ""))


@pytest.mark.parametrize("style", STYLES)
def test_the_same_storyboard_gives_the_same_text(timeline: Timeline, style: SvgStyle) -> None:
    assert timeline_svg(timeline, style) == timeline_svg(timeline, style)


def test_every_selector_and_keyframe_has_the_documents_own_prefix(timeline: Timeline) -> None:
    document = timeline_svg(timeline, "animated")
    prefix = ElementTree.fromstring(document).get("class") or ""
    assert prefix
    classes = set(re.findall(r'class="([^"]+)"', document))
    assert all(name.startswith(prefix) for name in classes)
    assert all(name.startswith(prefix) for name in re.findall(r"@keyframes (\S+?){", document))


def test_motion_stands_behind_the_wish_for_it(timeline: Timeline) -> None:
    style = re.search(r"<style>(.*?)</style>", timeline_svg(timeline, "animated"))
    assert style is not None
    assert style[1].startswith("@media screen and (prefers-reduced-motion:no-preference){")


def test_what_moves_by_its_place_alone_is_one_element(timeline: Timeline) -> None:
    root = ElementTree.fromstring(timeline_svg(timeline, "animated"))
    balls = [e for e in root.iter(f"{_SVG}path") if e.get("fill") == DARK.forward]
    assert len([ball for ball in balls if "c" in (ball.get("d") or "")]) >= 1
    rows = [life for life in lives(timeline) if life.element.key == "ball"]
    assert [(row.begin, row.end) for row in rows] == [(0, 1), (1, None)]


def test_fragments_count_the_steps(timeline: Timeline) -> None:
    document = timeline_svg(timeline, "steps")
    indices = {int(found) for found in re.findall(r'data-fragment-index="(\d+)"', document)}
    assert indices == {1, 2}
    assert {life.begin for life in step_lives(timeline)} == {0, 1, 2}


def test_a_still_shows_the_step_that_is_asked_for(timeline: Timeline) -> None:
    assert "first" in visible(still_svg(timeline, 0))
    assert "second" in visible(still_svg(timeline, 1))


def test_a_transcript_has_every_sentence(timeline: Timeline) -> None:
    assert [step.caption in transcript(timeline) for step in timeline.steps] == [True] * 3


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
