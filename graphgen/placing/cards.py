"""Story + Theme -> Cards: how large each node's card is, and where its texts stand on it.

A place is reserved for the longest text that the story ever writes into its cell, so nothing moves
or is clipped while the story goes on.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from graphgen.digits import is_small
from graphgen.geometry import Box, Place
from graphgen.graph import Array, Cell, Graph, Kind
from graphgen.placing.measure import LINE, Extent, extent, width
from graphgen.story import Story
from graphgen.theme import Theme

__all__ = [
    "CORNERS",
    "GRADIENT_PREFIX",
    "WIDEST",
    "Card",
    "array_of",
    "cards",
    "chips",
    "has_strip",
    "is_bracketed",
    "path_counts",
    "paths_box",
]

CORNERS: dict[Kind, float] = {"leaf": 16.0, "op": 5.0, "data": 2.0, "constant": 2.0, "cut": 10.0}
"""How round a card's corners are, in points: leaves are round, operations nearly square."""

GRADIENT_PREFIX = "∂ "
"""Stands before the text of every gradient; gradient places have room for it."""

WIDEST = 300.0
"""No place is wider, in points; a longer line is cut with "…" (measure.fitted)."""

MOST_WITH_STRIPS = 2_000
"""Cards of larger graphs show no strips of colours: they would be two thirds of the picture."""

_MARGIN_X, _MARGIN_Y = 9.0, 5.0
_GAP = 2.0
_NARROWEST = 50.0
_STRIP_WIDTH, _STRIP_HEIGHT = 96.0, 9.0
_CHIP_X, _CHIP_Y = 6.0, 1.0


@dataclass(frozen=True, slots=True)
class Card:
    """The size of a node's card in whole points, and its places from its upper left corner."""

    width: float
    height: float
    places: tuple[Place, ...]


def cards(story: Story, theme: Theme) -> tuple[Card, ...]:
    """One card for each node of the story's graph."""
    needed = _needed(story, theme, of_edges=False)
    cells: list[list[Cell]] = [[] for _ in story.graph.nodes]
    for cell in needed:
        cells[cell.index].append(cell)
    counts = path_counts(story.graph)
    return tuple(
        _card(story.graph, sorted(own, key=_row_order), needed, theme, counts[index] > 1)
        for index, own in enumerate(cells)
    )


def chips(story: Story, theme: Theme) -> dict[int, Extent]:
    """For each edge that ever shows a contribution, the room that it needs, in whole points."""
    return {
        cell.index: Extent(
            float(math.ceil(room.width + 2 * _CHIP_X)),
            float(math.ceil(room.height + 2 * _CHIP_Y)),
        )
        for cell, room in _needed(story, theme, of_edges=True).items()
    }


def path_counts(graph: Graph) -> list[int]:
    """For each node, the most contributions that any one of its outputs adds up."""
    uses = Counter(
        (edge.source, edge.port) for edge in graph.edges if edge.contribution is not None
    )
    found = [0] * len(graph.nodes)
    for (node, _), count in uses.items():
        found[node] = max(found[node], count)
    return found


def paths_box(box: Box, theme: Theme) -> Box:
    """Where the card of a shared node says "2 paths": its lowest row, free of places."""
    height = theme.contribution_size * LINE
    return Box(box.x, box.y + box.height - height - _MARGIN_Y / 2, box.width, height)


def size_of(cell: Cell, theme: Theme) -> float:
    """The font size of a cell's text, in points."""
    sizes = {"title": theme.title_size, "contribution": theme.contribution_size}
    return sizes.get(cell.part, theme.number_size)


def array_of(graph: Graph, cell: Cell) -> Array | None:
    """The array that a cell shows; None for a title, or where there is none."""
    if cell.part == "contribution":
        return graph.edges[cell.index].contribution
    port = graph.nodes[cell.index].ports[cell.port]
    return {"value": port.value, "gradient": port.grad}.get(cell.part)


def is_bracketed(graph: Graph, cell: Cell, text: str) -> bool:
    """Whether a cell's text is a vector or a matrix in numbers, which stands between brackets."""
    array = array_of(graph, cell)
    several = "\t" in text or "\n" in text
    return several and array is not None and array.known and is_small(array.shape)


def has_strip(array: Array | None) -> bool:
    """Whether an array is too large for numbers, and shows a strip of colours."""
    return array is not None and array.known and array.count > 0 and not is_small(array.shape)


def _needed(story: Story, theme: Theme, of_edges: bool) -> dict[Cell, Extent]:
    """For each cell of nodes, or of edges, that the story marks, the room for the largest of its
    texts."""
    found: dict[Cell, Extent] = {}
    for mark in (mark for step in story.steps for mark in step.marks):
        if (mark.cell.part == "contribution") != of_edges:
            continue
        room = extent(mark.text, size_of(mark.cell, theme))
        known = found.get(mark.cell, Extent(0.0, 0.0))
        found[mark.cell] = Extent(max(known.width, room.width), max(known.height, room.height))
    return {cell: _with_prefix(cell, room, theme) for cell, room in found.items()}


def _with_prefix(cell: Cell, room: Extent, theme: Theme) -> Extent:
    extra = width(GRADIENT_PREFIX, theme.number_size) if cell.part == "gradient" else 0.0
    return Extent(min(room.width + extra, WIDEST), room.height)


def _row_order(cell: Cell) -> tuple[int, int]:
    """The title first; then for each output its value and its gradient."""
    row = ("title", "value", "gradient").index(cell.part)
    return (cell.port if row else -1, row)


def _card(
    graph: Graph, own: Iterable[Cell], needed: dict[Cell, Extent], theme: Theme, is_shared: bool
) -> Card:
    cells = tuple(own)
    is_large = len(graph.nodes) > MOST_WITH_STRIPS
    strips = [not is_large and has_strip(array_of(graph, cell)) for cell in cells]
    widest = max((needed[cell].width for cell in cells), default=0.0)
    inside = max(widest, _STRIP_WIDTH if any(strips) else 0.0, _NARROWEST - 2 * _MARGIN_X)
    card_width = float(math.ceil(inside + 2 * _MARGIN_X))
    inside, y, places = card_width - 2 * _MARGIN_X, _MARGIN_Y, []
    for cell, strip in zip(cells, strips, strict=True):
        box = Box(_MARGIN_X, y, inside, needed[cell].height)
        y += box.height + _GAP
        place = Place(cell, box, size_of(cell, theme))
        if strip:
            place = replace(place, strip=Box(_MARGIN_X, y, inside, _STRIP_HEIGHT))
            y += _STRIP_HEIGHT + _GAP
        places.append(place)
    y += theme.contribution_size * LINE if is_shared else 0.0
    return Card(card_width, float(math.ceil(y - _GAP + _MARGIN_Y)), tuple(places))
