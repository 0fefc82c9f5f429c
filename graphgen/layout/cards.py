"""Story + Theme -> Cards: how large each node's card is, and where its texts stand on it.

A place is reserved for the longest text that the story ever writes into its cell, so nothing moves
or is clipped while the story goes on.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from graphgen.layout.measure import LINE, Extent, extent, width
from graphgen.model.geometry import Box, Direction, Place
from graphgen.model.graph import Array, Cell, Graph, Part
from graphgen.model.story import Mark, Story
from graphgen.model.theme import Theme
from graphgen.text.digits import is_small

__all__ = [
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
    "torn",
]

_TOOTH = 7.0

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

_Row = tuple[int, int]
_ROWS: dict[Part, int] = {"title": 0, "value": 1, "gradient": 2}


@dataclass(frozen=True, slots=True)
class Card:
    """The size of a node's card in whole points, and its places from its upper left corner."""

    width: float
    height: float
    places: tuple[Place, ...]


def cards(story: Story, theme: Theme) -> tuple[Card, ...]:
    """One card for each node of the story's graph."""
    counts = path_counts(story.graph)
    has_strips = len(story.graph.nodes) <= MOST_WITH_STRIPS
    sizes = []
    for rows, count in zip(_rows(story, theme), counts, strict=True):
        places = [rows[at] for at in sorted(rows)]
        strips = [has_strips and has_strip(array_of(story.graph, cell)) for cell, _ in places]
        sizes.append(_card(places, strips, theme, count > 1))
    return tuple(sizes)


def chips(story: Story, theme: Theme) -> dict[int, Extent]:
    """For each edge that ever shows a contribution, the room that it needs, in whole points."""
    rooms: dict[int, Extent] = {}
    for mark in _marks(story):
        if mark.cell.part == "contribution":
            index = mark.cell.index
            room = extent(mark.text, theme.contribution_size)
            rooms[index] = _larger(rooms[index], room) if index in rooms else room
    return {
        index: Extent(
            float(math.ceil(min(room.width, WIDEST) + 2 * _CHIP_X)),
            float(math.ceil(room.height + 2 * _CHIP_Y)),
        )
        for index, room in rooms.items()
    }


def path_counts(graph: Graph) -> list[int]:
    """For each node, the most contributions that any one of its outputs adds up."""
    uses = Counter(
        (edge.source, edge.port) for edge in graph.edges if edge.contribution is not None
    )
    counts = [0] * len(graph.nodes)
    for (node, _), count in uses.items():
        counts[node] = max(counts[node], count)
    return counts


def paths_box(box: Box, theme: Theme) -> Box:
    """Where the card of a shared node says "2 paths": its lowest row, free of places."""
    height = theme.contribution_size * LINE
    return Box(box.x, box.y + box.height - height - _MARGIN_Y / 2, box.width, height)


def array_of(graph: Graph, cell: Cell) -> Array | None:
    """The array that a cell shows; None for a title, or where there is none."""
    if cell.part == "contribution":
        return graph.edges[cell.index].contribution
    port = graph.nodes[cell.index].ports[cell.port]
    return {"value": port.value, "gradient": port.grad}.get(cell.part)


def is_bracketed(graph: Graph, cell: Cell, text: str) -> bool:
    """Whether a cell's text is a vector or a matrix in numbers, which stands between brackets.

    Args:
        graph: has the arrays.
        cell: which of them.
        text: of the cell; tabs part its columns, line feeds its rows.

    Returns:
        False as well for one number, for an unknown array, and for one too large to be written out.
    """
    array = array_of(graph, cell)
    several = "\t" in text or "\n" in text
    return several and array is not None and array.known and is_small(array.shape)


def has_strip(array: Array | None) -> bool:
    """Whether an array is too large for numbers, and shows a strip of colours."""
    return array is not None and array.known and array.count > 0 and not is_small(array.shape)


def _marks(story: Story) -> Iterator[Mark]:
    return chain.from_iterable(step.marks for step in story.steps)


def _rows(story: Story, theme: Theme) -> list[dict[_Row, tuple[Cell, Extent]]]:
    """For each node the cells that the story marks, each with the room for the largest of its
    texts, by where it stands: the title first; then for each output its value and its gradient."""
    rows_of: list[dict[_Row, tuple[Cell, Extent]]] = [{} for _ in story.graph.nodes]
    for mark in _marks(story):
        cell = mark.cell
        if cell.part != "contribution":
            rows, row = rows_of[cell.index], _ROWS[cell.part]
            at = (cell.port if row else -1, row)
            room = extent(mark.text, theme.number_size if row else theme.title_size)
            rows[at] = (cell, _larger(rows[at][1], room) if at in rows else room)
    return rows_of


def _larger(one: Extent, other: Extent) -> Extent:
    return Extent(max(one.width, other.width), max(one.height, other.height))


def _card(
    rows: Sequence[tuple[Cell, Extent]], strips: Sequence[bool], theme: Theme, is_shared: bool
) -> Card:
    prefix = width(GRADIENT_PREFIX, theme.number_size)
    widths = [room.width + (prefix if cell.part == "gradient" else 0.0) for cell, room in rows]
    widest = min(max(widths, default=0.0), WIDEST)
    inside = max(widest, _STRIP_WIDTH if any(strips) else 0.0, _NARROWEST - 2 * _MARGIN_X)
    card_width = float(math.ceil(inside + 2 * _MARGIN_X))
    inside, y, places = card_width - 2 * _MARGIN_X, _MARGIN_Y, []
    for (cell, room), strip in zip(rows, strips, strict=True):
        box, colors = Box(_MARGIN_X, y, inside, room.height), None
        y += room.height + _GAP
        if strip:
            colors = Box(_MARGIN_X, y, inside, _STRIP_HEIGHT)
            y += _STRIP_HEIGHT + _GAP
        size = theme.title_size if cell.part == "title" else theme.number_size
        places.append(Place(cell, box, size, colors))
    y += theme.contribution_size * LINE if is_shared else 0.0
    return Card(card_width, float(math.ceil(y - _GAP + _MARGIN_Y)), tuple(places))


def torn(box: Box, direction: Direction, scale: float = 1.0) -> list[tuple[float, float]]:
    """The corners of a cut's card: torn off on the side where the gradient would have to go on.

    Args:
        box: of the card, in points.
        direction: values flow "lr" (to the right) or "tb" (down).
        scale: of the picture, for the size of the teeth.

    Returns:
        The corners in order, in points, y down.
    """
    side = box.height if direction == "lr" else box.width
    tooth = _TOOTH * scale
    count = max(2, 2 * round(side / tooth / 2))
    teeth = [(i * side / count, tooth / 2 * (i % 2)) for i in range(count + 1)]
    right, bottom = box.x + box.width, box.y + box.height
    if direction == "lr":
        edge = [(box.x + depth, box.y + along) for along, depth in teeth]
        return [*edge, (right, bottom), (right, box.y)]
    edge = [(box.x + along, box.y + depth) for along, depth in teeth]
    return [*edge, (right, bottom), (box.x, bottom)]
