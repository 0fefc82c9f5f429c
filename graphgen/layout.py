"""Story -> Layout: where every card, route and text stands, worked out by Graphviz's dot.

dot is told sizes only, never a text, so no name can break it. An edge's contribution is a box of
its own on the way, which dot keeps free of everything else, and which the edge goes through.
Graphs whose edges reach too far for dot, as a leaf used at every step of a long loop does, are
placed by layers.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from graphgen.cards import Card, cards, chips, size_of
from graphgen.errors import MissingPartError, RenderError
from graphgen.geometry import Box, Direction, Layout, Place, Point, Route
from graphgen.graph import Cell, Graph, generations
from graphgen.measure import Extent
from graphgen.routes import joined, moved, route_of, spread, straight
from graphgen.story import Story
from graphgen.theme import DARK, Theme

__all__ = ["place"]

_MARGIN = 6.0
_FARTHEST, _FARTHEST_TOGETHER = 800, 5_000
_RANK_GAP = {"lr": 13.0, "tb": 12.0}
_NODE_GAP = {"lr": 13.0, "tb": 15.0}
_NARROWEST_PORT = 6.0
_INCH = 72.0
_SIDES: dict[Direction, tuple[str, str]] = {"lr": ("w", "e"), "tb": ("n", "s")}


def place(
    story: Story, theme: Theme = DARK, direction: Direction = "lr", seconds: float = 4.0
) -> Layout:
    """Where everything of a story stands.

    Args:
        story: whose texts need room.
        theme: whose font sizes they have.
        direction: values flow "lr" (to the right) or "tb" (down).
        seconds: how long dot may take before layers does it.

    Returns:
        A Layout in points; no two of its boxes and contributions overlap.

    Raises:
        MissingPartError: the program dot isn't installed.
        RenderError: dot failed.
    """
    sizes = cards(story, theme)
    rooms = chips(story, theme)
    if _is_for_dot(story.graph):
        with suppress(subprocess.TimeoutExpired):
            answer = _run_dot(_source(story.graph, sizes, rooms, direction), seconds)
            return _layout(story, theme, direction, sizes, rooms, _parsed(answer))
    return _layered(story, theme, direction, sizes, rooms)


def _is_for_dot(graph: Graph) -> bool:
    """Whether dot will answer soon: its time grows with how many layers the edges cross, most of
    all those that leave one card."""
    layers = generations(graph)
    reach = [0] * len(layers)
    for edge in graph.edges:
        reach[edge.source] += layers[edge.target] - layers[edge.source]
    return max(reach) <= _FARTHEST and sum(reach) <= _FARTHEST_TOGETHER


def _layered(
    story: Story,
    theme: Theme,
    direction: Direction,
    sizes: Sequence[Card],
    rooms: Mapping[int, Extent],
) -> Layout:
    """The layout of a graph that dot can't do in seconds."""
    from graphgen.layers import layered  # brings numpy, which small pictures need not wait for

    placed = layered(
        [(card.width, card.height) for card in sizes],
        [(edge.source, edge.target) for edge in story.graph.edges],
        direction,
        (_RANK_GAP[direction], _NODE_GAP[direction]),
        {index: (room.width, room.height) for index, room in rooms.items()},
    )
    places = _places(sizes, placed.boxes, placed.labels, theme)
    return _framed(direction, placed.boxes, placed.routes, places)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What dot answered: middles of boxes and ways of edges by our ids, y down."""

    width: float
    height: float
    middles: Mapping[str, Point]
    routes: Mapping[str, Route]


def _source(
    graph: Graph, sizes: Sequence[Card], rooms: Mapping[int, Extent], direction: Direction
) -> str:
    """What dot is asked: boxes of fixed sizes, n0 ..., contributions, e0 ..., and edges."""
    lines = [
        "digraph {",
        f"graph [rankdir={direction.upper()} nodesep={_NODE_GAP[direction] / _INCH:.3f}"
        f" ranksep={_RANK_GAP[direction] / _INCH:.3f}]",
        'node [shape=box fixedsize=true label="" fontsize=1]',
        "edge [arrowhead=none]",
    ]
    counts = [0] * len(graph.nodes)
    for edge in graph.edges:
        counts[edge.target] = max(counts[edge.target], edge.slot + 1)
    for index, card in enumerate(sizes):
        ports = _ports(counts[index], card, direction)
        lines.append(f"n{index} [{_size(card.width, card.height)}{ports}]")
    for index, room in rooms.items():
        lines.append(f"e{index} [{_size(room.width, room.height)}]")
    for index in range(len(graph.edges)):
        lines.extend(_ways(graph, index, index in rooms, sizes, counts, direction))
    return "\n".join([*lines, "}"])


def _ways(
    graph: Graph,
    index: int,
    has_chip: bool,
    sizes: Sequence[Card],
    counts: Sequence[int],
    direction: Direction,
) -> list[str]:
    """The lines for one use: to its contribution and on from there, or straight."""
    first, last = _SIDES[direction]
    edge = graph.edges[index]
    ported = _ports(counts[edge.target], sizes[edge.target], direction)
    end = f"n{edge.target}:i{edge.slot}:{first}" if ported else f"n{edge.target}:{first}"
    start = f"n{edge.source}:{last}"
    if not has_chip:
        return [f"{start} -> {end} [id=e{index} minlen=2]"]
    return [
        f"{start} -> e{index}:{first} [id=e{index}s]",
        f"e{index}:{last} -> {end} [id=e{index}t weight=2]",
    ]


def _size(width: float, height: float) -> str:
    return f"width={width / _INCH:.4f} height={height / _INCH:.4f}"


def _ports(count: int, card: Card, direction: Direction) -> str:
    """One port for each operand, in the order of the slots, where there is room for them."""
    room = card.height if direction == "lr" else card.width
    if count < 2 or room / count < _NARROWEST_PORT:
        return ""
    fields = "|".join(f"<i{slot}>" for slot in range(count))
    return f' shape=record label="{fields}"'


def _run_dot(source: str, seconds: float) -> dict[str, Any]:
    """dot's answer as plain data.

    Raises:
        subprocess.TimeoutExpired: it took longer.
    """
    try:
        done = subprocess.run(
            ["dot", "-Tjson0"],
            input=source.encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        raise MissingPartError(
            f"the layout needs Graphviz's program dot: it can't be started ({error.strerror}); "
            "get it with: sudo apt-get install graphviz"
        ) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()[:300]
        raise RenderError(
            f"a layout by dot: it ended with status {done.returncode}; it says: {said}"
        )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise RenderError(
            f"a layout by dot: its answer is no JSON ({error}); see what dot -V says"
        ) from error
    return answer


def _parsed(answer: Mapping[str, Any]) -> _Drawn:
    """Positions by our ids; dot's y grows up, ours down."""
    width, height = map(float, answer["bb"].split(",")[2:])
    middles = {}
    for thing in answer.get("objects", ()):
        x, y = map(float, thing["pos"].split(","))
        middles[thing["name"]] = Point(x, height - y)
    routes = {
        edge["id"]: route_of(edge["pos"], height)
        for edge in answer.get("edges", ())
        if "pos" in edge
    }
    return _Drawn(width, height, middles, routes)


def _layout(
    story: Story,
    theme: Theme,
    direction: Direction,
    sizes: Sequence[Card],
    rooms: Mapping[int, Extent],
    drawn: _Drawn,
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
        replace(spot, box=_shifted(spot.box, box), strip=spot.strip and _shifted(spot.strip, box))
        for card, box in zip(sizes, boxes, strict=True)
        for spot in card.places
    ]
    cells = {Cell("contribution", index): pill for index, pill in sorted(pills.items())}
    return places + [Place(cell, pill, size_of(cell, theme)) for cell, pill in cells.items()]


def _route(
    drawn: _Drawn, index: int, pill: Box | None, source: Box, target: Box, direction: Direction
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
