"""The HTML deck in a real browser: it steps with the arrow keys, alone and with the network off."""

import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from graphgen.lecture.decks.deck import Deck
from graphgen.lecture.decks.html import html_of
from graphgen.model.theme import THEMES
from tests.browsing import CHROMIUM, Visit, browser, until, visit
from tests.decks import HOSTILE_TITLE, plain_deck, seen_texts, words

__all__ = ["browser"]

pytestmark = [
    pytest.mark.dot,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium isn't installed"),
]

NO_MOTION = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 720}}


def written(deck: Deck, folder: Path) -> str:
    """The address of the deck's file."""
    path = folder / "deck.html"
    path.write_text(html_of(deck, {}), encoding="utf-8")
    return path.as_uri()


def press(seen: Visit, key: str) -> None:
    seen.page.keyboard.press(key)


@pytest.fixture(scope="module")
def deck() -> Deck:
    return plain_deck()


def test_the_arrow_keys_step_through_every_page_of_the_story(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    """At each step what is seen is what the page of that step says, there and back."""
    with visit(browser, written(deck, tmp_path), **NO_MOTION) as seen:
        until(seen.page, "Reveal.isReady()")
        pages = [page for chapter in deck.chapters for page in chapter.pages]
        for page in pages:
            press(seen, "ArrowRight")
            assert seen_texts(seen.page) == words(page.svg)
        assert seen.page.evaluate("Reveal.isLastSlide()")
        for page in reversed(pages[:-1]):
            press(seen, "ArrowLeft")
            assert seen_texts(seen.page) == words(page.svg)
    assert len(pages) > 15
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_each_slide_has_its_heading_and_the_first_one_the_title(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    heading = "document.querySelector('section.present :is(h1, h2)').textContent"
    with visit(browser, written(deck, tmp_path), **NO_MOTION) as seen:
        until(seen.page, "Reveal.isReady()")
        assert seen.page.title() == deck.title
        assert seen.page.evaluate(heading) == deck.title
        listed = "[...document.querySelectorAll('section.present li')].map(e => e.textContent)"
        assert seen.page.evaluate(listed) == ["1. Two paths", "2. A square"]
        press(seen, "ArrowRight")
        assert seen.page.evaluate(heading) == "Two paths"


@pytest.mark.parametrize("aspect", ["16:9", "4:3", "9:16"])
def test_nothing_is_cut_off(browser: Any, aspect: str, tmp_path: Path) -> None:
    boxes = """() => [...document.querySelectorAll('section.present :is(h1, h2, li, svg)')].map(
      e => e.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"""
    with visit(browser, written(plain_deck(aspect=aspect), tmp_path), **NO_MOTION) as seen:
        until(seen.page, "Reveal.isReady()")
        for _ in range(2):
            for left, top, right, bottom in seen.page.evaluate(boxes):
                assert 0 <= left < right <= 1280
                assert 0 <= top < bottom <= 720
            press(seen, "ArrowRight")


def test_hostile_text_stays_text(browser: Any, tmp_path: Path) -> None:
    deck = plain_deck(hostile=HOSTILE_TITLE)
    with visit(browser, written(deck, tmp_path), **NO_MOTION) as seen:
        until(seen.page, "Reveal.isReady()")
        assert seen.page.title() == HOSTILE_TITLE
        assert seen.page.evaluate("document.querySelectorAll('img, [onerror]').length") == 0
        notes = seen.page.evaluate("document.querySelector('aside.notes').textContent")
        assert notes == HOSTILE_TITLE * 2
        press(seen, "ArrowRight")
        assert any("onerror" in text for text in seen_texts(seen.page))
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_the_speaker_view_shows_the_notes_from_a_file(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    """Also those of the section that the talk comes to; and its own keys step the talk."""
    with visit(browser, written(deck, tmp_path), **NO_MOTION) as seen:
        until(seen.page, "Reveal.isReady()")
        press(seen, "ArrowRight")
        with seen.page.expect_popup() as opened:
            press(seen, "s")
        speaker = opened.value
        notes = "document.querySelector('.speaker-controls-notes .value').innerText"
        until(speaker, f"{notes}.startsWith('Stop before')")
        assert speaker.evaluate(f"{notes}.split('\\n').filter(line => line)") == [
            "Stop before the sum.",
            "Ask what it will be.",
            "Each use sends its own part back.",
        ]
        before = seen.page.evaluate("Reveal.getIndices().f")
        speaker.keyboard.press("ArrowRight")
        until(seen.page, f"Reveal.getIndices().f === {before + 1}")
        seen.page.evaluate("Reveal.slide(2)")
        hidden = "document.querySelector('.speaker-controls-notes').classList.contains('hidden')"
        until(speaker, hidden)
    assert seen.complaints == []


def test_who_wants_no_motion_gets_none(browser: Any, deck: Deck, tmp_path: Path) -> None:
    count = """() => [...document.querySelectorAll('.reveal, .reveal *')].filter(e => {
      const style = getComputedStyle(e);
      return style.animationName !== 'none' || style.transitionProperty !== 'none';
    }).length"""
    address = written(deck, tmp_path)
    moving = []
    for motion in ("reduce", "no-preference"):
        with visit(browser, address, reduced_motion=motion) as seen:
            until(seen.page, "Reveal.isReady()")
            moving.append(seen.page.evaluate(count))
    assert moving[0] == 0
    assert moving[1] > 0


def test_pictures_in_one_deck_leave_each_other_alone(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    """The second section's picture looks as it does in a deck of its own."""
    look = """() => [...document.querySelectorAll('section:last-of-type .stage > svg *')].map(e => {
      const s = getComputedStyle(e);
      return [s.fill, s.stroke, s.opacity, s.visibility, s.fontSize, s.display].join();
    })"""
    alone = Deck(deck.title, deck.chapters[1:], deck.theme)
    looks = []
    for told in (deck, alone):
        with visit(browser, written(told, tmp_path), **NO_MOTION) as seen:
            until(seen.page, "Reveal.isReady()")
            seen.page.evaluate("Reveal.slide(Reveal.getTotalSlides() - 1)")
            looks.append(seen.page.evaluate(look))
    assert looks[0] == looks[1]
    assert len(looks[0]) > 20


def printed(seen: Visit, folder: Path) -> list[str]:
    """The text of each page of the print."""
    program = shutil.which("pdftotext") or pytest.skip("pdftotext isn't installed")
    path = folder / "print.pdf"
    seen.page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    done = subprocess.run([program, "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def test_print_has_a_page_for_each_slide_with_the_complete_picture(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    with visit(browser, written(deck, tmp_path)) as seen:
        until(seen.page, "Reveal.isReady()")
        pages = printed(seen, tmp_path)
    assert len(pages) == 1 + len(deck.chapters)
    assert deck.title in pages[0]
    for page, chapter in zip(pages[1:], deck.chapters, strict=True):
        assert chapter.heading in page
        assert chapter.pages[-1].caption in page
        assert not any(each.caption in page for each in chapter.pages[:-1])
    assert "5 via c = s × b, plus 3 via s = a + b, is 8" in pages[1]
    assert "5 + 3" not in pages[1]


def test_print_pdf_has_a_page_for_each_step_with_its_caption(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    with visit(browser, f"{written(deck, tmp_path)}?print-pdf") as seen:
        seen.page.wait_for_selector(".pdf-page")
        pages = printed(seen, tmp_path)
    steps = [page for chapter in deck.chapters for page in chapter.pages]
    assert len(pages) == 1 + len(steps)
    for page, step in zip(pages[1:], steps, strict=True):
        assert step.caption.split(":")[0] in page


def test_without_scripts_every_slide_is_seen_with_its_complete_picture(
    browser: Any, deck: Deck, tmp_path: Path
) -> None:
    with visit(browser, written(deck, tmp_path), java_script_enabled=False) as seen:
        slides = seen.page.locator("section").all()
        assert len(slides) == 1 + len(deck.chapters)
        assert [slide.is_visible() for slide in slides] == [True] * len(slides)
        tops = [slide.bounding_box()["y"] for slide in slides]
        assert tops == [0, 720, 1440]
        for slide, chapter in zip(slides[1:], deck.chapters, strict=True):
            assert slide.get_by_text(chapter.pages[-1].caption).is_visible()
            assert not slide.get_by_text(chapter.pages[1].caption).first.is_visible()


def test_colors_are_those_of_the_lecture(browser: Any, tmp_path: Path) -> None:
    color = "getComputedStyle(document.body).backgroundColor"
    found = []
    for theme in THEMES:
        with visit(browser, written(plain_deck(theme), tmp_path)) as seen:
            until(seen.page, "Reveal.isReady()")
            found.append(seen.page.evaluate(color))
    assert found == ["rgb(24, 26, 27)", "rgb(255, 255, 255)"]


def test_what_is_vendored_says_its_version_and_licence() -> None:
    folder = files("graphgen.lecture.decks") / "reveal"
    assert "Hakim El Hattab" in (folder / "LICENSE").read_text()
    told = (folder / "README.md").read_text()
    version = re.search(r"version (\d+\.\d+\.\d+)", told)
    assert version is not None
    assert version[1] in (folder / "reveal.js").read_text()
    assert "MarkedJS" in told
