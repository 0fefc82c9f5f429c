"""Sizes and uses -> positions and ways, by Graphviz's program dot: the one process started for it.

dot is told sizes only, never a text. An edge's contribution is a box of its own on the way.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphgen.layout.cards import Card
from graphgen.layout.measure import Extent
from graphgen.layout.routes import route_of
from graphgen.model.errors import MissingPartError, RenderError
from graphgen.model.geometry import Direction, Point, Route
from graphgen.model.graph import Graph
from graphgen.model.programs import run_program

__all__ = ["NODE_GAP", "RANK_GAP", "Drawn", "ask_dot"]

RANK_GAP: dict[Direction, float] = {"lr": 15.0, "tb": 13.0}
"""Between a card and the contributions beside it, along the flow, in points."""
NODE_GAP: dict[Direction, float] = {"lr": 13.0, "tb": 15.0}
"""Between what stands side by side across the flow, in points."""

_DENSE, _WIDER = 1.3, 1.5
_NARROWEST_PORT = 6.0
_INCH = 72.0
_LONGEST = 1 << 26
"""Bytes of dot's answer; that of a thousand nodes has a million."""
_SIDES: dict[Direction, tuple[str, str]] = {"lr": ("w", "e"), "tb": ("n", "s")}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What dot answered: middles of boxes and ways of edges by our ids, y down."""

    width: float
    height: float
    middles: Mapping[str, Point]
    routes: Mapping[str, Route]


def ask_dot(
    graph: Graph,
    sizes: Sequence[Card],
    rooms: Mapping[int, Extent],
    direction: Direction,
    seconds: float,
) -> Drawn:
    """Where dot places the cards and the contributions of a graph.

    Args:
        graph: whose edges are routed.
        sizes: the card of each node.
        rooms: the room of each contribution, by its edge.
        direction: values flow "lr" (to the right) or "tb" (down).
        seconds: how long dot may take.

    Returns:
        Where each card, contribution and route stands, in points, y down.

    Raises:
        MissingPartError: dot isn't installed.
        RenderError: dot failed, or gave no answer that can be read.
        subprocess.TimeoutExpired: it took longer.
    """
    answer = _run_dot(_source(graph, sizes, rooms, direction), seconds)
    names = [*(f"n{index}" for index in range(len(sizes))), *(f"e{index}" for index in rooms)]
    try:
        drawn = _parsed(answer)
        if missing := [name for name in names if name not in drawn.middles]:
            raise ValueError(f"{missing[0]} has no place")
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise RenderError(
            f"a layout by dot: its answer can't be read ({type(error).__name__}: {error}); "
            "see what dot -V says"
        ) from error
    return drawn


def _source(
    graph: Graph, sizes: Sequence[Card], rooms: Mapping[int, Extent], direction: Direction
) -> str:
    """What dot is asked: boxes of fixed sizes, n0 ..., contributions, e0 ..., and edges."""
    lines = [
        "digraph {",
        f"graph [rankdir={direction.upper()} nodesep={NODE_GAP[direction] / _INCH:.3f}"
        f" ranksep={_rank_gap(graph, direction) / _INCH:.3f}]",
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


def _rank_gap(graph: Graph, direction: Direction) -> float:
    """More room to turn where there is much to cross."""
    is_dense = len(graph.edges) > _DENSE * len(graph.nodes)
    return RANK_GAP[direction] * (_WIDER if is_dense else 1.0)


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
        done = run_program(["dot", "-Tjson0"], source.encode(), seconds, _LONGEST)
    except OSError as error:
        raise MissingPartError(
            f"the layout needs Graphviz's program dot: it can't be started ({error.strerror}); "
            "get it with: sudo apt-get install graphviz"
        ) from error
    if done.status != 0:
        said = done.errors.strip()[:300]
        raise RenderError(f"a layout by dot: it ended with status {done.status}; it says: {said}")
    try:
        answer: dict[str, Any] = json.loads(done.out)
    except (ValueError, RecursionError) as error:
        raise RenderError(
            f"a layout by dot: its answer is no JSON ({error}); see what dot -V says"
        ) from error
    return answer


def _parsed(answer: Mapping[str, Any]) -> Drawn:
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
    ways = [point for route in routes.values() for point in route.points]
    for point in (Point(width, height), *middles.values(), *ways):
        if not (math.isfinite(point.x) and math.isfinite(point.y)):
            raise ValueError("a place that is no number")
    return Drawn(width, height, middles, routes)
