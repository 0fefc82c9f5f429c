"""What elements are stands in plain classes: a lecturer's rules may use them, ours don't."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphgen.draw.classes import CLASSES
from graphgen.draw.story_timeline import draw_story
from graphgen.model.picture import Picture
from graphgen.model.theme import DARK
from graphgen.model.timeline import Frame, Timeline
from graphgen.outputs.options import OneStyle
from graphgen.outputs.svg import on_paper, svg
from graphgen.outputs.svg.forms import CLASS_PREFIX
from tests.browsing import CHROMIUM, browser, visit
from tests.graphs import two_paths
from tests.pictures import ZOO, picture

__all__ = ["browser"]

pytestmark = pytest.mark.dot

STYLES: tuple[OneStyle, ...] = ("still", "animated", "steps")
DOCS = Path(__file__).parent.parent / "docs" / "slides.md"
SVG = "{http://www.w3.org/2000/svg}"


@cache
def paths() -> Picture:
    return picture(two_paths())


def classes_of(timeline: Timeline) -> set[str]:
    """Every class that an element of a timeline ever has."""
    transitions = [each for step in timeline.steps for each in step.transitions]
    elements = [e for each in transitions for e in each.keyframe]
    elements += [e for each in transitions for motion in each.motions for e in motion.elements]
    return {name for element in elements for name in element.classes.split()}


@pytest.mark.parametrize("name", ZOO)
def test_every_class_that_an_element_has_is_in_the_table(name: str) -> None:
    shown = picture(ZOO[name])
    film = draw_story(shown.story, shown.layout, shown.theme, Frame.of("16:9"))
    assert classes_of(on_paper(shown)) | classes_of(film) <= CLASSES.keys()


def test_the_documentation_lists_every_class() -> None:
    rows = re.findall(r"^\| `av-([\w-]+)` \| (.*) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == CLASSES


@pytest.mark.parametrize("style", STYLES)
def test_every_drawn_element_says_what_it_is(style: OneStyle) -> None:
    root = ET.fromstring(svg(paths(), style, is_transparent=True))
    classed = [each for each in root.iter() if CLASS_PREFIX in (each.get("class") or "")]
    inner = {id(part) for each in classed for part in each.iter()}
    letters = {id(part) for defs in root.iter(f"{SVG}defs") for part in defs.iter()}
    for element in root.iter():
        if element.tag.rpartition("}")[2] in ("path", "rect", "text", "use"):
            assert id(element) in inner | letters, ET.tostring(element)


@pytest.mark.parametrize("style", STYLES)
def test_no_rule_of_ours_names_a_plain_class(style: OneStyle) -> None:
    rules = "".join(re.findall(r"<style>(.*?)</style>", svg(paths(), style)))
    assert CLASS_PREFIX not in rules
    assert "[class]" not in rules


SHEET = """
.av-edge.av-backward:not(.av-head) { stroke: rgb(1, 2, 3); }
.av-value { fill: rgb(4, 5, 6); }
"""


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium isn't installed")
@pytest.mark.parametrize("style", STYLES)
def test_a_lecturers_style_sheet_restyles_an_inline_picture(
    style: OneStyle, browser: Any, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    looks = """() => JSON.stringify(['.av-edge.av-backward:not(.av-head)', '.av-value', '.av-label']
      .map(which => [...document.querySelectorAll(which)].map(element =>
        [getComputedStyle(element).stroke, getComputedStyle(element).fill])))"""
    seen = []
    for sheet in ("", SHEET):
        page.write_text(f"<meta charset=utf-8><style>{sheet}</style>{svg(paths(), style)}", "utf-8")
        with visit(browser, page.as_uri()) as visited:
            seen.append(json.loads(visited.page.evaluate(looks)))
    before, after = seen
    assert {stroke for stroke, _ in after[0]} == {"rgb(1, 2, 3)"}
    assert {fill for _, fill in after[1]} == {"rgb(4, 5, 6)"}
    assert "rgb(1, 2, 3)" not in {stroke for stroke, _ in before[0]}
    assert after[2] == before[2]
    assert all(before)


@pytest.mark.parametrize("style", STYLES)
def test_the_look_stands_in_attributes_alone(style: OneStyle) -> None:
    """What knows no CSS draws the same picture with the classes as without them."""
    program = shutil.which("rsvg-convert") or pytest.skip("rsvg-convert isn't installed")
    document = svg(paths(), style)
    plain = re.sub(r"<style>.*?</style>", "", re.sub(r' class="[^"]*"', "", document))
    assert plain != document
    one, other = (
        subprocess.run([program], input=text.encode(), capture_output=True, check=True).stdout
        for text in (document, plain)
    )
    assert one == other
    assert DARK.backward in plain
