"""The decks for PowerPoint and for print, read back."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from graphgen.scenes.film.posters import last_frame

from graphgen.lecture.decks import pptx as writing
from graphgen.lecture.decks.deck import Deck, Film, Per, Size
from graphgen.lecture.decks.frames import frames
from graphgen.lecture.decks.html import html_of
from graphgen.lecture.decks.making import chapter_of
from graphgen.lecture.decks.pdf import pdf_of
from graphgen.lecture.decks.pptx import pptx_of
from graphgen.model.errors import MissingPartError
from graphgen.model.theme import THEMES
from tests.decks import HOSTILE_TITLE, plain_deck
from tests.storyboards import own_lesson

pytestmark = pytest.mark.dot

RED, BLUE = (254, 0, 0), (0, 0, 254)
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


@pytest.fixture(scope="module")
def deck() -> Deck:
    return plain_deck()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """A film that begins red and ends blue."""
    av, image = pytest.importorskip("av"), pytest.importorskip("PIL.Image")
    path = tmp_path_factory.mktemp("films") / "a-square.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", 15)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for color in (RED,) * 5 + (BLUE,) * 5:
            picture = av.VideoFrame.from_image(image.new("RGB", (320, 180), color))
            output.mux(stream.encode(picture))
        output.mux(stream.encode())
    return Film(path, last_frame(path))


def opened(deck: Deck, per: Per = "step") -> Any:
    """The PowerPoint file, as python-pptx reads it back."""
    return pytest.importorskip("pptx").Presentation(BytesIO(pptx_of(deck, per)))


def pictures(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.shape_type.name == "PICTURE"]


def drawing_of(picture: Any) -> str:
    """The SVG that stands behind a picture's PNG."""
    found = [e for e in picture._element.iter() if e.tag.endswith("}svgBlip")]
    part = picture.part.related_part(found[0].get(EMBED))
    assert part.content_type == "image/svg+xml"
    return str(part.blob.decode())


def test_each_step_has_a_slide_with_its_heading_and_its_picture_as_svg_and_png(deck: Deck) -> None:
    deck = replace(deck, chapters=deck.chapters[1:])
    pages = [(chapter, page) for chapter in deck.chapters for page in chapter.pages]
    slides = list(opened(deck).slides)
    assert slides[0].shapes.title.text == deck.title
    assert len(slides) == 1 + len(pages)
    for slide, (chapter, page) in zip(slides[1:], pages, strict=True):
        assert slide.shapes.title.text == chapter.heading
        (picture,) = pictures(slide)
        assert drawing_of(picture) == page.svg
        assert picture.image.content_type == "image/png"
        assert picture.image.size[0] == 1600
        assert picture._element.nvPicPr.cNvPr.get("descr") == page.caption


@pytest.fixture(scope="module")
def sections(deck: Deck) -> Any:
    """The deck with a slide for each section."""
    return opened(deck, "section")


def test_per_section_a_slide_shows_the_complete_picture(deck: Deck, sections: Any) -> None:
    slides = list(sections.slides)
    assert len(slides) == 1 + len(deck.chapters)
    for slide, chapter in zip(slides[1:], deck.chapters, strict=True):
        assert drawing_of(pictures(slide)[0]) == chapter.pages[-1].svg


def test_notes_begin_with_the_caption(deck: Deck, sections: Any) -> None:
    slides = list(sections.slides)
    notes = slides[1].notes_slide.notes_text_frame.text.split("\n")
    assert notes == [
        deck.chapters[0].pages[-1].caption,
        "Stop before the sum.",
        "Ask what it will be.",
        "Each use sends its own part back.",
    ]


@pytest.mark.parametrize(("aspect", "size"), [("16:9", (1280, 720)), ("9:16", (720, 1280))])
def test_pictures_keep_their_proportions_inside_the_slide(
    aspect: str, size: tuple[int, int]
) -> None:
    file = opened(plain_deck(aspect=aspect), "section")
    assert (file.slide_width, file.slide_height) == (size[0] * 9525, size[1] * 9525)
    for slide in file.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left < shape.left + shape.width <= file.slide_width
            assert 0 <= shape.top < shape.top + shape.height <= file.slide_height
        for picture in pictures(slide):
            wide, high = picture.image.size
            assert picture.width / picture.height == pytest.approx(wide / high, rel=0.01)
            assert picture.top >= slide.shapes.title.height


def test_a_film_stands_there_with_its_last_frame(film: Film) -> None:
    image = pytest.importorskip("PIL.Image")
    (slide,) = list(opened(plain_deck(film=film), "section").slides)[2:]
    (shape,) = [each for each in slide.shapes if each.shape_type.name == "MEDIA"]
    with image.open(BytesIO(shape.poster_frame.blob)) as poster:
        red, _, blue = poster.convert("RGB").getpixel((160, 90))
    assert blue > 200 > 60 > red
    parts = zipfile.ZipFile(BytesIO(pptx_of(plain_deck(film=film), "section")))
    (name,) = [name for name in parts.namelist() if name.endswith(".mp4")]
    assert parts.read(name) == film.path.read_bytes()


def tags_of(content: bytes) -> set[str]:
    """Every kind of element in any part of a PowerPoint file."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        names = [n for n in parts.namelist() if n.endswith((".xml", ".rels", ".svg"))]
        return {element.tag for name in names for element in ET.fromstring(parts.read(name)).iter()}


@pytest.mark.parametrize("hostile", [HOSTILE_TITLE, 'a"><p:sp/>&amp;&#60;b'])
def test_hostile_text_is_text_in_every_part(hostile: str, deck: Deck) -> None:
    content = pptx_of(plain_deck(hostile=hostile), "section")
    assert tags_of(content) <= tags_of(pptx_of(deck, "section"))
    file = pytest.importorskip("pptx").Presentation(BytesIO(content))
    assert file.core_properties.title == hostile
    assert file.slides[1].shapes.title.text == hostile
    assert hostile in file.slides[1].notes_slide.notes_text_frame.text


def test_a_scene_of_the_course_fills_its_slides() -> None:
    """It has its heading in its own title, so none stands above it."""
    size = Size.of("16:9")
    chapter = chapter_of(own_lesson("accumulate"), "Sums & parts", "sums", "", size)
    deck = Deck("A talk", (chapter,), THEMES["dark"], size)
    for page, frame in zip(chapter.pages, list(frames(deck, "step"))[1:], strict=True):
        assert page.caption.split()[0] in page.svg
        assert frame.count("Sums &amp; parts") == page.svg.count("Sums &amp; parts") > 0
        assert 'x="0" y="0" width="1280" height="720"' in frame
    file = opened(deck, "section")
    (picture,) = pictures(file.slides[1])
    assert drawing_of(picture) == chapter.pages[chapter.poster].svg != chapter.pages[-1].svg
    assert (picture.width, picture.height) == (file.slide_width, file.slide_height)
    assert file.slides[1].shapes.title.text == "Sums & parts"
    assert 'class="stage whole"' in html_of(deck, {})


def test_no_stranger_is_named_as_author(deck: Deck, sections: Any) -> None:
    about = sections.core_properties
    assert (about.title, about.author, about.last_modified_by) == (deck.title, "", "")


def test_the_same_deck_without_python_pptx_names_the_remedy(
    deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(writing, "import_module", absent)
    with pytest.raises(MissingPartError, match=r'pip install "autoviz-torch\[slides\]"'):
        pptx_of(deck, "step")


@pytest.mark.parametrize("per", ["step", "section"])
def test_the_pdf_has_a_page_for_each(per: Per, deck: Deck, tmp_path: Path) -> None:
    program = shutil.which("pdftotext") or pytest.skip("pdftotext isn't installed")
    path = tmp_path / "deck.pdf"
    path.write_bytes(pdf_of(deck, per))
    done = subprocess.run([program, "-layout", path, "-"], capture_output=True, check=True)
    title, *pages = done.stdout.decode().split("\f")[:-1]
    assert deck.title in title
    assert "2. A square" in title
    told = [(chapter, page) for chapter in deck.chapters for page in chapter.turned(per)]
    for text, (chapter, page) in zip(pages, told, strict=True):
        assert chapter.heading in text
        assert page.caption.split(":")[0] in text


def test_the_same_deck_gives_the_same_pdf(deck: Deck) -> None:
    assert pdf_of(deck, "section") == pdf_of(deck, "section")


def test_a_film_is_its_last_frame_in_the_pdf(film: Film) -> None:
    last = list(frames(plain_deck(film=film), "step"))[-1]
    assert 'href="data:image/png;base64,' in last
    assert pdf_of(plain_deck(film=film), "section").startswith(b"%PDF-")


def test_a_film_plays_in_the_html_and_waits_with_its_last_frame(film: Film) -> None:
    document = html_of(plain_deck(film=film), {"a-square": "deck-media/a-square.mp4"})
    (video,) = re.findall(r"<video[^>]*>", document)
    assert 'src="deck-media/a-square.mp4"' in video
    assert 'poster="data:image/png;base64,' in video
    assert "data-autoplay" in video
