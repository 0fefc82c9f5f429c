"""Deck -> its slides as SVG, for what shows nothing but pictures: heading and page in one."""

from base64 import b64encode
from collections.abc import Iterator

from graphgen.layout.measure import LINE
from graphgen.lecture.decks.deck import HEADING, Chapter, Deck, Film, Page, Per
from graphgen.lecture.decks.fitting import Lettering, heading_of, title_slide
from graphgen.model.geometry import Box
from graphgen.outputs.elements import backdrop, families, line_of_text, number

__all__ = ["frames"]


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
    fonts = families(theme.fonts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width} {size.height}">'
        f"{backdrop(theme)}"
        f'<g font-family="{fonts}" text-anchor="middle" font-size="14">{body}</g></svg>\n'
    )


def _title(deck: Deck) -> str:
    """The title and the headings, together in the middle."""
    slide, theme, size = title_slide(deck), deck.theme, deck.size
    top = (size.height - slide.height) / 2
    title = _bold(deck, slide.title, top)
    if not slide.listed:
        return title
    top += (len(slide.title.lines) * slide.title.size + 1.5 * slide.size) * LINE
    left = (size.width - slide.width) / 2
    lines = [
        line_of_text(
            text,
            left + at // slide.rows * (slide.column + slide.size),
            top + at % slide.rows * slide.size * LINE,
            slide.size,
            theme.quiet,
            slide.column + 1,
        )
        for at, text in enumerate(slide.listed)
    ]
    return f'{title}<g text-anchor="start">{"".join(lines)}</g>'


def _heading(deck: Deck, chapter: Chapter) -> str:
    heading = heading_of(chapter.heading, deck.size)
    return _bold(deck, heading, (HEADING - len(heading.lines) * heading.size * LINE) / 2)


def _bold(deck: Deck, found: Lettering, top: float) -> str:
    """Bold lines below each other, in the middle of the slide."""
    middle, room, size = deck.size.width / 2, deck.size.width, found.size
    lines = [
        line_of_text(line, middle, top + (at + 0.5) * size * LINE, size, deck.theme.text, room)
        for at, line in enumerate(found.lines)
    ]
    return f'<g font-weight="bold">{"".join(lines)}</g>'


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
