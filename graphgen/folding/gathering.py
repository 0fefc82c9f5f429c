"""Graph -> the same graph with one edge in place of very many between the same two nodes."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from graphgen.model.arithmetic import added, distance, magnitude
from graphgen.model.graph import Array, Edge, Graph, Node, Number
from graphgen.text.sentences import NOTES

__all__ = ["FOLDED", "MOST_PARALLEL", "comes_inside", "differs_from_sum", "gathered"]

FOLDED = frozenset({"module", "repeat", "part"})
"""The ops of nodes that stand for many."""

MOST_PARALLEL = 8
"""So many edges from one output to one folded node are shown each; more are one."""

_ROUNDING = {"float64": 1e-9, "complex128": 1e-9, "float32": 1e-3, "complex64": 1e-3}
_COARSE = 0.05
"""How far sums may be from the gradient by rounding alone, relative to the largest number."""

Way = tuple[int, int, int]


def gathered(graph: Graph) -> Graph:
    """The graph in which a folded node takes one output by at most eight edges, else by one.

    The one edge carries the sum of the contributions, so they still add up to the gradient. Of
    arrays that are only known by a summary the sum is known where it is the whole gradient.

    Args:
        graph: a folded one; other targets than folded nodes keep all of their edges.
    """
    ways: dict[Way, list[Edge]] = {}
    for edge in graph.edges:
        if graph.nodes[edge.target].op in FOLDED:
            ways.setdefault((edge.source, edge.port, edge.target), []).append(edge)
    crowded = {way: edges for way, edges in ways.items() if len(edges) > MOST_PARALLEL}
    if not crowded:
        return graph
    uses = Counter((e.source, e.port) for e in graph.edges if e.contribution is not None)
    firsts = {
        id(edges[0]): replace(edges[0], contribution=_total(graph, edges, uses), local=None)
        for edges in crowded.values()
    }
    dropped = {id(edge) for edges in crowded.values() for edge in edges[1:]}
    remaining = (firsts.get(id(edge), edge) for edge in graph.edges if id(edge) not in dropped)
    note = NOTES.say("gathered", most=MOST_PARALLEL)
    return Graph(graph.nodes, tuple(remaining), graph.loss_port, (*graph.notes, note))


def comes_inside(node: Node, port: int, parts: Sequence[Array]) -> bool:
    """Whether a folded node uses an output of its own, so that the gradient is more than the sum
    of what comes back from outside.

    Args:
        node: the one whose gradient it is.
        port: which of its outputs.
        parts: the contributions from outside.

    Returns:
        False as well where the gradient or a contribution isn't known.
    """
    return node.op in FOLDED and _is_another(node.ports[port].grad, parts)


def differs_from_sum(node: Node, port: int, parts: Sequence[Array]) -> bool:
    """Whether a gradient is not the sum of all that comes back, as where a hook changed it, or an
    engine of the user's own adds up wrongly.

    Args:
        node: the one whose gradient it is.
        port: which of its outputs.
        parts: all contributions.

    Returns:
        False as well where the gradient or a contribution isn't known.
    """
    return node.op not in FOLDED and _is_another(node.ports[port].grad, parts)


def _is_another(total: Array | None, parts: Sequence[Array]) -> bool:
    """Whether a gradient is surely not the sum of some contributions."""
    if total is None or not total.known or not parts:
        return False
    seen = [_linear(part) for part in (total, *parts)]
    if not all(seen) or len(set(map(len, seen))) > 1:
        return False
    whole, *shares = seen
    size = max(magnitude(x) for share in seen for x in share)
    error = max(
        distance(x, added(column))
        for x, column in zip(whole, zip(*shares, strict=True), strict=True)
    )
    return math.isfinite(error) and error > _ROUNDING.get(total.dtype, _COARSE) * size


def _linear(array: Array) -> tuple[Number, ...]:
    """Numbers that add up when arrays do: elements where they are known, else means of runs, of
    which those of complex numbers are means of magnitudes."""
    if array.items is not None:
        return array.items
    is_real = not array.dtype.startswith("complex")
    return array.summary.strip if array.summary is not None and is_real else ()


def _total(graph: Graph, edges: Sequence[Edge], uses: Counter[tuple[int, int]]) -> Array | None:
    """The sum of what comes back along parallel edges."""
    parts = [edge.contribution for edge in edges if edge.contribution is not None]
    if not parts:
        return None
    items = [part.items for part in parts if part.items is not None]
    if len(items) == len(parts):
        return replace(parts[0], items=tuple(map(added, zip(*items, strict=True))))
    source, port = edges[0].source, edges[0].port
    is_all = uses[source, port] == len(parts) and graph.nodes[source].op not in FOLDED
    whole = graph.nodes[source].ports[port].grad if is_all else None
    return whole or Array(parts[0].shape, parts[0].dtype)
