"""A small lecture's deck, made without torch; and what a browser shows of a deck."""

import re
from dataclasses import replace
from typing import Any

from graphgen.lecture.decks.deck import Chapter, Deck, Film, Size
from graphgen.lecture.decks.making import chapter_of
from graphgen.model.theme import THEMES, ThemeName
from tests.graphs import square_by_product, two_paths
from tests.pictures import named, picture

__all__ = ["HOSTILE_TITLE", "plain_deck", "seen_texts", "words"]

HOSTILE_TITLE = "</script></title></style><img src=x onerror=alert(1)>"
_SEEN = """
() => [...document.querySelectorAll('section.present svg text')].filter(text => {
    for (let e = text; e && e.tagName !== 'svg'; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.visibility === 'hidden' || style.opacity === '0') return false;
    }
    return true;
  }).map(text => text.textContent)
"""

NOTES = "Stop before the sum.\n\nAsk what it will be.\n\nEach use sends its own part back."


def plain_deck(
    theme: ThemeName = "dark", aspect: str = "16:9", hostile: str = "", film: Film | None = None
) -> Deck:
    """Two sections; hostile text is everywhere; with a film, the second section shows that."""
    size = Size.of(aspect)
    notes = f"{hostile}\n\n{hostile}" if hostile else NOTES
    graphs = [named(hostile)] * 2 if hostile else [two_paths(), square_by_product()]
    headings = [hostile] * 2 if hostile else ["Two paths", "A square"]
    chapters: list[Chapter] = []
    for graph, heading, slug in zip(graphs, headings, ("two-paths", "a-square"), strict=True):
        drawn = picture(graph, THEMES[theme], title=hostile)
        chapters.append(chapter_of(drawn, heading, slug, "" if chapters else notes, size))
    if film is not None:
        chapters[1] = replace(chapters[1], steps="", pages=(), film=film)
    title = hostile or "Where gradients come from"
    return Deck(title, tuple(chapters), THEMES[theme], size)


def seen_texts(page: Any) -> set[str]:
    """The texts of the picture that is seen on the slide that is shown."""
    return set(page.evaluate(_SEEN))


def words(document: str) -> set[str]:
    """All that an SVG says."""
    return set(re.findall(r"<text[^>]*>([^<]+)</text>", document))
