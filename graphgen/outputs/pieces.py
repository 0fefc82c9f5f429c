"""Picture -> Pieces: every element of the drawing, with the steps between which it is seen.

A still draws the pieces that stay; an animation and a stepper bring each at its time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from graphgen.layout.cards import path_counts
from graphgen.model.geometry import Place
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.story import Move
from graphgen.outputs import cardart, paper
from graphgen.outputs.elements import lane, number
from graphgen.outputs.halos import halos
from graphgen.outputs.paper import Paper

__all__ = ["LANE", "Piece", "Role", "pieces", "placed", "shifted", "step_of"]

Role = Literal["ground", "card", "lane", "back", "halo", "text", "chip", "table", "caption"]

LANE = 2.6
_ON_PAPER = ("ground", "caption", "table")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some elements of the drawing.

    Attributes:
        role: what they are.
        body: the elements; those of "ground" and "caption" and "table" on the paper, all others
            on the layout's own scale and origin.
        begin: the step that brings them; 0 is there from the start.
        end: the step that takes them away; None where they stay.
        cell, text: whose text it is, and which; None and "" for what is no text.
    """

    role: Role
    body: str
    begin: int = 0
    end: int | None = None
    cell: Cell | None = None
    text: str = ""


def placed(sheet: Paper, drawn: Iterable[tuple[Piece, str]]) -> str:
    """Bodies of pieces where they belong: the graph is shifted to its place on the paper."""
    found = []
    for is_on_paper, run in groupby(drawn, lambda pair: pair[0].role in _ON_PAPER):
        body = "".join(body for _, body in run)
        found.append(body if is_on_paper else shifted(sheet, body))
    return "".join(found)


def shifted(sheet: Paper, body: str) -> str:
    """What is on the layout's scale, shifted onto the paper."""
    told = f"translate({number(sheet.left)} {number(sheet.top)})"
    return f'<g transform="{told}">{body}</g>' if body else ""


def pieces(
    picture: Picture, sheet: Paper, is_still: bool = False, has_halos: bool = False
) -> Iterator[Piece]:
    """Everything, in the order in which it is painted; of a still only what stays.

    Args:
        has_halos: with a light around who acts, where no motion tells it.
    """
    yield Piece("ground", paper.heading(picture, sheet))
    yield from _lanes(picture)
    paths = path_counts(picture.story.graph)
    for index in range(len(picture.story.graph.nodes)):
        yield Piece("card", cardart.card(picture, index, paths[index]))
    if has_halos:
        for k, body in halos(picture, LANE):
            yield Piece("halo", body, k, k + 1)
    yield from _texts(picture, is_still)
    yield from _below(picture, sheet, is_still)


def step_of(picture: Picture, move: Move) -> dict[int, int]:
    """For each edge in the focus of a step of this move, that step."""
    return {
        edge: k
        for k, step in enumerate(picture.story.steps)
        if step.move == move
        for edge in step.focus.edges
    }


def _lanes(picture: Picture) -> Iterator[Piece]:
    """The two directions of each edge."""
    forward, backward = step_of(picture, "compute"), step_of(picture, "send")
    for index, route in enumerate(picture.layout.routes):
        aside = LANE if index in backward else 0.0
        body = lane(route, picture.theme.forward, -aside, is_backward=False)
        yield Piece("lane", body, forward.get(index, 0))
        if index in backward:
            body = lane(route, picture.theme.backward, aside, is_backward=True)
            yield Piece("back", body, backward[index])


def _texts(picture: Picture, is_still: bool) -> Iterator[Piece]:
    """Every text that the story ever writes into a cell, from its step to the next one's."""
    places = {place.cell: place for place in picture.layout.places}
    told: dict[Cell, list[tuple[int, str]]] = defaultdict(list)
    for k, step in enumerate(picture.story.steps):
        for mark in {mark.cell: mark for mark in step.marks}.values():
            if not told[mark.cell] or told[mark.cell][-1][1] != mark.text:
                told[mark.cell].append((k, mark.text))
    for cell, texts in told.items():
        if cell not in places:
            continue
        first = len(texts) - 1 if is_still else 0
        for at, (begin, text) in enumerate(texts[first:], first):
            end = texts[at + 1][0] if at + 1 < len(texts) else None
            yield _text(picture, places[cell], text, begin, end)


def _text(picture: Picture, place: Place, text: str, begin: int, end: int | None) -> Piece:
    body = cardart.cell_text(picture, place, text)
    if place.cell.part != "contribution":
        return Piece("text", body, begin, end, place.cell, text)
    pill = cardart.pill(place.box, picture.theme.page, picture.theme.backward)
    return Piece("chip", pill + body, begin, end, place.cell, text)


def _below(picture: Picture, sheet: Paper, is_still: bool) -> Iterator[Piece]:
    """The table, and a caption for each step."""
    steps = picture.story.steps
    yield Piece("table", paper.table(picture, sheet), len(steps) - 1)
    first = len(steps) - 1 if is_still else 0
    for k, step in enumerate(steps[first:], first):
        body = paper.caption(picture, sheet, step.caption)
        yield Piece("caption", body, k, k + 1 if k + 1 < len(steps) else None)
