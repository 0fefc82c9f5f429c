"""A page for each step: what the story shows then, on paper of one size, whole or not at all."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphgen.model import files
from graphgen.model.errors import OutputError
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.story import texts_after
from graphgen.model.theme import DARK
from graphgen.outputs import write, write_pages
from graphgen.outputs.svg import svg_pages
from tests.graphs import two_paths
from tests.pictures import HOSTILE, ZOO, named, picture

pytestmark = pytest.mark.dot

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(document: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(document).iter(f"{SVG}text")]


def pages_of(path: Path) -> list[str]:
    """The text of each page of a PDF."""
    program = shutil.which("pdftotext") or pytest.skip("pdftotext isn't installed")
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


@pytest.mark.parametrize("name", ZOO)
def test_each_page_shows_what_the_story_shows_then(name: str) -> None:
    drawn = picture(ZOO[name])
    for step, texts, document in zip(
        drawn.story.steps, texts_after(drawn.story), svg_pages(drawn), strict=True
    ):
        found = [text.removeprefix("∂ ") for text in texts_of(document)]
        for cell, text in texts.items():
            for part in parts_of(cell, text):
                assert part in found, (step.caption, text)
                found.remove(part)
        assert step.caption.split()[0] in " ".join(found)


def parts_of(cell: Cell, text: str) -> list[str]:
    """What of a cell is a text of its own: each number of a grid, each part of a waiting sum."""
    sums = r"| (?=[+] )|(?<=[+]) " if cell.part == "gradient" else ""
    return re.split(rf"[\n\t]{sums}", text)


def test_no_page_tells_what_comes_later() -> None:
    drawn = picture(two_paths())
    for texts, document in zip(texts_after(drawn.story), svg_pages(drawn), strict=True):
        told = [text for cell, text in texts.items() if cell.part == "gradient"]
        signs = [t for t in texts_of(document) if t.startswith("∂")]
        table = [row.gradient for row in drawn.story.table if row.parts]
        rest = table if document == list(svg_pages(drawn))[-1] else []
        assert len(signs) == len([*told, *rest])


def test_all_pages_have_one_size_and_no_name_in_common_with_each_other() -> None:
    documents = list(svg_pages(picture(two_paths())))
    roots = [ET.fromstring(document) for document in documents]
    assert len({root.get("viewBox") for root in roots}) == 1
    assert len({root.get("class") for root in roots}) == len(documents)


def test_who_acts_is_lit_in_the_color_of_what_flows() -> None:
    drawn = picture(two_paths())
    lit = [
        {
            element.get("stroke")
            for element in ET.fromstring(page).iter()
            if "av-glow" in (element.get("class") or "").split()
        }
        for page in svg_pages(drawn)
    ]
    wanted = {"opening": set(), "closing": set()}
    wanted |= {"forward": {DARK.forward}, "backward": {DARK.backward}}
    moves = [step.move for step in drawn.story.steps]
    assert [each for each, move in zip(lit, moves, strict=True) if move != "place"] == [
        wanted[step.chapter] for step in drawn.story.steps if step.move != "place"
    ]


def test_a_page_says_its_sentence_to_those_who_cannot_see_it() -> None:
    drawn = picture(two_paths())
    for step, page in zip(drawn.story.steps, svg_pages(drawn), strict=True):
        assert (ET.fromstring(page)[1].text or "").startswith(step.caption)


@pytest.mark.parametrize("name", HOSTILE)
def test_odd_names_stay_text_on_every_page(name: str) -> None:
    for page in svg_pages(picture(named(name), title=name)):
        tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(page).iter()}
        assert tags <= {"svg", "title", "desc", "g", "rect", "path", "polygon", "text"}


def test_a_pdf_has_a_page_for_each_step_with_its_caption(tmp_path: Path) -> None:
    drawn = picture(two_paths(), title="c = (a + b) * b")
    (path,) = write_pages(drawn, tmp_path / "steps.pdf")
    found = pages_of(path)
    assert len(found) == len(drawn.story.steps)
    for step, page in zip(drawn.story.steps, found, strict=True):
        assert step.caption.split()[-1] in page
    assert "2 paths" in found[-1]
    assert "∂ 8" not in "".join(found[:-2])
    assert "5 via c = s × b, plus 3 via s = a + b, is 8" in found[-1]


def test_the_same_picture_gives_the_same_pdf() -> None:
    first, again = (write(picture(two_paths()), None, "pdf", "pages") for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", HOSTILE)
def test_an_odd_title_is_the_title_of_a_pdf(name: str) -> None:
    assert write(picture(named("a"), title=name), None, "pdf").startswith(b"%PDF-")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_files_are_numbered_in_the_order_of_the_steps(suffix: str, tmp_path: Path) -> None:
    drawn = picture(ZOO["a product with itself"])
    paths = write_pages(drawn, tmp_path / f"steps{suffix}", pixels=200)
    assert sorted(tmp_path.iterdir()) == list(paths)
    assert [path.name for path in paths[:2]] == [f"steps-001{suffix}", f"steps-002{suffix}"]
    assert len({path.read_bytes() for path in paths}) == len(drawn.story.steps)


@pytest.mark.parametrize("suffix", [".dot", ".json", ".txt"])
def test_what_has_no_pages_is_told(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.svg, \.png or \.pdf: got "):
        write_pages(picture(two_paths()), tmp_path / f"steps{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_one_document_of_many_pages_is_told() -> None:
    with pytest.raises(OutputError, match="write_pages"):
        write(picture(two_paths()), None, "svg", "pages")


def test_no_page_is_in_its_place_before_all_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at the third page: the old ones stand, and nothing of the new ones."""
    drawn = picture(two_paths())
    (tmp_path / "steps-001.svg").write_text("old")
    monkeypatch.setattr(files.os, "fsync", full_at(3))
    with pytest.raises(OutputError, match=r"steps-003\.svg can't be written \(No space"):
        write_pages(drawn, tmp_path / "steps.svg")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        ("steps-001.svg", "old")
    ]


def full_at(call: int) -> "object":
    calls: Iterator[int] = iter(range(1, 1000))

    def fsync(handle: int) -> None:
        if next(calls) == call:
            raise OSError(28, "No space left on device")

    return fsync


def test_a_place_that_cannot_be_written_is_told_before_anything_is(tmp_path: Path) -> None:
    (tmp_path / "steps-004.svg").mkdir()
    with pytest.raises(OutputError, match=r"steps-004\.svg is a folder"):
        write_pages(picture(two_paths()), tmp_path / "steps.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["steps-004.svg"]


def test_the_same_picture_gives_the_same_pages() -> None:
    drawn: Picture = picture(two_paths())
    assert list(svg_pages(drawn)) == list(svg_pages(picture(two_paths())))
