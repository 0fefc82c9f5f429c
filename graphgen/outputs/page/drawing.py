"""Picture -> the SVG of a page: the drawing by itself, its parts named for the script.

What carries data-c is the text of a cell (v and g with a node's number, c with an edge's), what
carries data-n a card, data-l and data-b the two lines of an edge. As it stands it is complete. What
the page's style sheet says of every line, card and number is not said again at each.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from graphgen.layout.cards import path_counts
from graphgen.layout.measure import fitted
from graphgen.model.geometry import Place
from graphgen.model.graph import Cell
from graphgen.model.kinds import COMMON, KINDS
from graphgen.model.picture import Picture
from graphgen.model.story import texts_after
from graphgen.model.theme import PAINTS, sized_as
from graphgen.outputs import cardart
from graphgen.outputs.elements import COMMON_SIZE, clean, families, lane, number
from graphgen.outputs.page.assets import PAINTED
from graphgen.outputs.pieces import LANE, step_of

__all__ = ["drawing", "key_of"]

_SAID_BY_STYLE = re.compile(
    rf' (?:stroke|fill)="var\(--(?:(?:{"|".join(PAINTS)})-\w+|forward|backward|text|page|shared)'
    r'\)"'
    rf'| stroke-width="1.[46]"| stroke-dasharray="{cardart.DASHES["dashed"]}"| font-size="16"'
)
_STRIP = re.compile(
    r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" rx="0" '
    r'fill="color-mix\(in srgb,var\(--(\w+)\) (\d+)%,var\(--page\)\)"/>'
)
"""One colour of a strip: sixteen to an array, so each is said in few letters."""
_UNDER_STRIP = re.compile(
    r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" rx="0" '
    r'fill="var\(--page\)"/>'
)
"""What shines through the colours of a strip."""
_SPACE = re.compile(r"(?<=\d) (?=-\d)")

_LETTERS = {"title": "t", "value": "v", "gradient": "g", "contribution": "c"}


def drawing(picture: Picture) -> str:
    """The complete drawing in the page's own colours, without title, caption and table."""
    painted = replace(sized_as(PAINTED, picture.theme), fonts=picture.theme.fonts)
    picture = replace(picture, theme=painted)
    layout = picture.layout
    fonts = families(painted.fonts)
    body = "".join((*_lanes(picture), *_cards(picture), *_chips(picture)))
    title = clean(fitted(picture.story.title, 1.0, 400.0))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{title}" '
        f'width="{number(layout.width)}" height="{number(layout.height)}" '
        f'viewBox="0 0 {number(layout.width)} {number(layout.height)}" '
        f'font-family="{fonts}" text-anchor="middle" font-size="{number(COMMON_SIZE)}" '
        f'fill="none" stroke-width="2">{body}<g class="movers"></g></svg>'
    )


def key_of(cell: Cell) -> str:
    """What the script calls a cell.

    >>> key_of(Cell("value", 3)), key_of(Cell("gradient", 3, 1))
    ('v3', 'g3.1')
    """
    port = f".{cell.port}" if cell.port else ""
    return f"{_LETTERS[cell.part]}{cell.index}{port}"


def _lanes(picture: Picture) -> Iterator[str]:
    """Each line, with its name, and after it the head of its arrow."""
    backward = step_of(picture, "send")
    for index, route in enumerate(picture.layout.routes):
        aside = LANE if index in backward else 0.0
        yield _line("l", index, lane(route, PAINTED.forward, -aside, is_backward=False))
        if index in backward:
            yield _line("b", index, lane(route, PAINTED.backward, aside, is_backward=True))


def _line(name: str, index: int, body: str) -> str:
    short = _SPACE.sub("", _lean(body))
    return short.replace("<path", f'<path data-{name}="{index}"', 1)


def _cards(picture: Picture) -> Iterator[str]:
    """Each card with its texts, in one group that can have the focus."""
    texts = _final_texts(picture)
    places: list[list[Place]] = [[] for _ in picture.layout.boxes]
    for place in picture.layout.places:
        if place.cell.part != "contribution" and place.cell in texts:
            places[place.cell.index].append(place)
    paths = path_counts(picture.story.graph)
    for index in range(len(picture.layout.boxes)):
        body = _lean(cardart.card(picture, index, paths[index]))
        body = body.replace("<text", '<text class="paths"')
        body += "".join(
            _named(_lean(cardart.cell_text(picture, place, texts[place.cell])), place.cell)
            for place in places[index]
        )
        look = _look(picture, index)
        if look == COMMON:
            body = body.replace(f' rx="{number(KINDS[COMMON].corner)}"', "")
        classes = f"{look} shared" if paths[index] > 1 else look
        yield f'<g class="{classes}" data-n="{index}">{body}</g>'


def _look(picture: Picture, index: int) -> str:
    """The class by which the style sheet paints a card."""
    graph = picture.story.graph
    return "loss" if index == graph.loss else graph.nodes[index].kind


def _chips(picture: Picture) -> Iterator[str]:
    texts = _final_texts(picture)
    for place in picture.layout.places:
        if place.cell.part == "contribution" and place.cell in texts:
            pill = cardart.pill(place.box, PAINTED.page, PAINTED.backward)
            body = _lean(pill).replace(' rx="10"', "").replace(' height="20"', "")
            body += _lean(cardart.cell_text(picture, place, texts[place.cell]))
            yield f'<g data-c="{key_of(place.cell)}">{body}</g>'


def _lean(body: str) -> str:
    """Elements without what page.css says of them; nan and inf are marked for it."""
    body = _UNDER_STRIP.sub(r'<path class="zero" d="M\1 \2h\3v\4h-\3z"/>', body)
    body = _STRIP.sub(r'<path class="\5" opacity="\6%" d="M\1 \2h\3v\4h-\3z"/>', body)
    loud = body.replace('fill="var(--alarm)"', 'class="loud"')
    return _SAID_BY_STYLE.sub("", loud)


def _named(body: str, cell: Cell) -> str:
    """The elements of a cell under its name; a single text carries the name itself. A title has
    none, for it is always the same."""
    if cell.part == "title":
        return body
    name = f'data-c="{key_of(cell)}"'
    if body.startswith("<text ") and body.count("<") == 2:
        return f"<text {name}{body.removeprefix('<text')}"
    return f"<g {name}>{body}</g>"


def _final_texts(picture: Picture) -> dict[Cell, str]:
    *_, last = texts_after(picture.story)
    return last
