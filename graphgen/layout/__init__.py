"""Story -> Layout: where every card, route and text stands, worked out by Graphviz's dot.

dot is told sizes only, never a text, so no name can break it. An edge's contribution is a box of
its own on the way, which dot keeps free of everything else, and which the edge goes through.
Graphs whose edges reach too far for dot, as a leaf used at every step of a long loop does, and
long chains, which are broken into bands like a text into lines, are placed by layers.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, get_args

from graphgen.layout.cards import Card, cards, chips
from graphgen.layout.dot_process import NODE_GAP, RANK_GAP, Drawn, ask_dot
from graphgen.layout.measure import Extent
from graphgen.layout.reach import needs_layers
from graphgen.layout.routes import joined, moved, spread, straight
from graphgen.model.arguments import as_choice, as_seconds, as_theme
from graphgen.model.collecting import without_collection
from graphgen.model.geometry import Box, Direction, Layout, Place, Point, Route
from graphgen.model.graph import Cell
from graphgen.model.story import Story
from graphgen.model.theme import DARK, Theme

if TYPE_CHECKING:
    from torch import Tensor

    from graphgen.model.graph import Graph

__all__ = ["place"]

_MARGIN = 6.0
_LONG = 6.0
_LONGEST_WAIT = 86_400.0


def place(
    story: "Story | Graph | Tensor",
    theme: Theme | str | PathLike[str] = DARK,
    direction: Direction = "lr",
    seconds: float = 4.0,
) -> Layout:
    """Where everything of a story stands.

    Args:
        story: whose texts need room; or a graph or a loss, whose story it is then.
        theme: whose font sizes they have, or its name, or the path of its file.
        direction: values flow "lr" (to the right) or "tb" (down).
        seconds: how long dot may take before layers does it.

    Returns:
        A Layout in points; no two of its boxes and contributions overlap.

    Raises:
        MissingPartError: the program dot isn't installed.
        RenderError: dot failed.
        InputError: no story, no such theme, or no such direction.
    """
    as_choice("direction", direction, get_args(Direction))
    patience = as_seconds("seconds", seconds, 0.0, _LONGEST_WAIT)
    if not isinstance(story, Story):
        from graphgen.layout.pipeline import as_story  # which comes back here

        story = as_story(story, sys._getframe(1))
    return _place(story, as_theme(theme), direction, patience)


@without_collection()
def _place(story: Story, theme: Theme, direction: Direction, seconds: float) -> Layout:
    sizes = cards(story, theme)
    rooms = chips(story, theme)
    edges = [(edge.source, edge.target) for edge in story.graph.edges]
    if not needs_layers(len(sizes), edges):
        with suppress(subprocess.TimeoutExpired):
            drawn = ask_dot(story.graph, sizes, rooms, direction, seconds)
            layout = _layout(story, theme, direction, sizes, rooms, drawn)
            if _length(layout) <= _LONG:
                return layout
            other = _layered(story, theme, direction, sizes, rooms)
            return max(layout, other, key=_legibility)
    return _layered(story, theme, direction, sizes, rooms)


def _length(layout: Layout) -> float:
    """How much longer a layout is along the flow than across it."""
    length = layout.width / layout.height
    return length if layout.direction == "lr" else 1 / length


def _legibility(layout: Layout) -> float:
    """How large it can be drawn in a frame twice as long as high, or as high as long."""
    along, across = layout.width, layout.height
    if layout.direction == "tb":
        along, across = across, along
    return min(2 / along, 1 / across)


def _layered(
    story: Story,
    theme: Theme,
    direction: Direction,
    sizes: Sequence[Card],
    rooms: Mapping[int, Extent],
) -> Layout:
    """The layout of a graph that dot can't do in seconds."""
    from graphgen.layout.layers import (
        layered,  # brings numpy, which small pictures need not wait for
    )

    placed = layered(
        [(card.width, card.height) for card in sizes],
        [(edge.source, edge.target) for edge in story.graph.edges],
        direction,
        (RANK_GAP[direction], NODE_GAP[direction]),
        {index: (room.width, room.height) for index, room in rooms.items()},
    )
    places = tuple(_places(sizes, placed.boxes, placed.labels, theme))
    return Layout(placed.width, placed.height, direction, placed.boxes, placed.routes, places)


def _layout(
    story: Story,
    theme: Theme,
    direction: Direction,
    sizes: Sequence[Card],
    rooms: Mapping[int, Extent],
    drawn: Drawn,
) -> Layout:
    boxes = tuple(
        _around(drawn.middles[f"n{index}"], card.width, card.height)
        for index, card in enumerate(sizes)
    )
    pills = {
        index: _around(drawn.middles[f"e{index}"], room.width, room.height)
        for index, room in rooms.items()
    }
    routes = [
        _route(drawn, index, pills.get(index), boxes[edge.source], boxes[edge.target], direction)
        for index, edge in enumerate(story.graph.edges)
    ]
    places = _places(sizes, boxes, pills, theme)
    ends = spread(story.graph, boxes, routes, direction)
    return _framed(direction, boxes, ends, places)


def _places(
    sizes: Sequence[Card], boxes: Sequence[Box], pills: Mapping[int, Box], theme: Theme
) -> list[Place]:
    """The places of all cards where the cards stand, and those of the contributions."""
    places = [
        _moved(spot, box) for card, box in zip(sizes, boxes, strict=True) for spot in card.places
    ]
    size = theme.contribution_size
    return places + [
        Place(Cell("contribution", index), pill, size) for index, pill in sorted(pills.items())
    ]


def _route(
    drawn: Drawn, index: int, pill: Box | None, source: Box, target: Box, direction: Direction
) -> Route:
    """The whole way of an edge, through its contribution where it has one."""
    if pill is None:
        known = drawn.routes.get(f"e{index}")
        return known or straight(source.center, target.center)
    before = drawn.routes.get(f"e{index}s") or straight(source.center, pill.center)
    after = drawn.routes.get(f"e{index}t") or straight(pill.center, target.center)
    return joined(before, after)


def _around(middle: Point, width: float, height: float) -> Box:
    return Box(middle.x - width / 2, middle.y - height / 2, width, height)


def _moved(spot: Place, by: Box) -> Place:
    strip = spot.strip and _shifted(spot.strip, by)
    return Place(spot.cell, _shifted(spot.box, by), spot.size, strip)


def _shifted(box: Box, by: Box) -> Box:
    return Box(box.x + by.x, box.y + by.y, box.width, box.height)


def _framed(
    direction: Direction, boxes: Sequence[Box], routes: Sequence[Route], places: Sequence[Place]
) -> Layout:
    """Everything moved so that it begins at the margin, and the size of the whole."""
    edges = [spot.box for spot in places] + list(boxes)
    points = [point for route in routes for point in route.points]
    left = min([box.x for box in edges] + [point.x for point in points]) - _MARGIN
    top = min([box.y for box in edges] + [point.y for point in points]) - _MARGIN
    right = max([box.x + box.width for box in edges] + [point.x for point in points]) + _MARGIN
    bottom = max([box.y + box.height for box in edges] + [point.y for point in points]) + _MARGIN
    back = Box(-left, -top, 0.0, 0.0)
    return Layout(
        width=round(right - left, 2),
        height=round(bottom - top, 2),
        direction=direction,
        boxes=tuple(_rounded(_shifted(box, back)) for box in boxes),
        routes=tuple(moved(route, -left, -top) for route in routes),
        places=tuple(
            replace(
                spot,
                box=_rounded(_shifted(spot.box, back)),
                strip=spot.strip and _rounded(_shifted(spot.strip, back)),
            )
            for spot in places
        ),
    )


def _rounded(box: Box) -> Box:
    return Box(round(box.x, 2), round(box.y, 2), round(box.width, 2), round(box.height, 2))
