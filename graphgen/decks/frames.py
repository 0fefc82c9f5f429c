"""Deck -> its slides as SVG, for what shows nothing but pictures: heading and page in one."""

from base64 import b64encode
from collections.abc import Iterator

from graphgen.decks.deck import HEADING, Chapter, Deck, Film, Page, Per
from graphgen.geometry import Box
from graphgen.outputs.elements import clean, line_of_text, number
from graphgen.placing.measure import LINE, width, wrapped

__all__ = ["frames"]

_TITLE, _LIST, _HEADING = 68.0, 28.0, 38.0
_MOST_LISTED = 12


def frames(deck: Deck, per: Per) -> Iterator[str]:
    """A document for the title, then one for each step or each section."""
    yield _frame(deck, _title(deck))
    for chapter in deck.chapters:
        if chapter.film is not None:
            yield _frame(deck, _heading(deck, chapter) + _poster(chapter.film, deck.size.stage))
        for page in chapter.turned(per):
            heading = "" if chapter.is_whole else _heading(deck, chapter)
            yield _frame(deck, heading + _inside(page, chapter.stage(deck.size)))


def _frame(deck: Deck, body: str) -> str:
    size, theme = deck.size, deck.theme
    fonts = clean(", ".join(f"'{font}'" if " " in font else font for font in theme.fonts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width} {size.height}">'
        f'<rect width="100%" height="100%" fill="{theme.page}"/>'
        f'<g font-family="{fonts}" text-anchor="middle" font-size="14">{body}</g></svg>\n'
    )


def _title(deck: Deck) -> str:
    """The title and the headings, together in the middle."""
    room, middle, theme = deck.size.stage.width, deck.size.width / 2, deck.theme
    lines = wrapped(deck.title, _TITLE, room, 3)
    listed = list(_listed(deck))
    high = (len(lines) * _TITLE + (len(listed) + 1) * _LIST) * LINE
    y = (deck.size.height - high + _TITLE * LINE) / 2
    found = []
    for line in lines:
        found.append(line_of_text(line, middle, y, _TITLE, theme.text, room))
        y += _TITLE * LINE
    left = (deck.size.width - min(room, max((width(t, _LIST) for t in listed), default=0.0))) / 2
    below = [
        line_of_text(text, left, y + at * _LIST * LINE, _LIST, theme.quiet, room)
        for at, text in enumerate(listed)
    ]
    return f'<g font-weight="bold">{"".join(found)}</g><g text-anchor="start">{"".join(below)}</g>'


def _listed(deck: Deck) -> Iterator[str]:
    for at, chapter in enumerate(deck.chapters[:_MOST_LISTED], 1):
        if chapter.heading != deck.title:
            yield f"{at}. {chapter.heading}"
    if len(deck.chapters) > _MOST_LISTED:
        yield "…"


def _heading(deck: Deck, chapter: Chapter) -> str:
    middle, color = deck.size.width / 2, deck.theme.text
    line = line_of_text(
        chapter.heading, middle, HEADING / 2, _HEADING, color, deck.size.stage.width
    )
    return f'<g font-weight="bold">{line}</g>'


def _placed(stage: Box) -> str:
    return (
        f'x="{number(stage.x)}" y="{number(stage.y)}" '
        f'width="{number(stage.width)}" height="{number(stage.height)}"'
    )


def _inside(page: Page, stage: Box) -> str:
    return page.svg.replace("<svg ", f"<svg {_placed(stage)} ", 1)


def _poster(film: Film, stage: Box) -> str:
    data = b64encode(film.poster).decode()
    return f'<image {_placed(stage)} href="data:image/png;base64,{data}"/>'
