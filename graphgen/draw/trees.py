"""A graph from its loss down as a tree, in which what is used several times stands several times;
and where the nodes of a tree stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.model.graph import Graph, incoming

__all__ = ["Branch", "depths", "tidy", "unrolled"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a printed tree.

    Attributes:
        node: of the graph.
        edge: of the graph, from this node to the one above; -1 at the root.
        parent: the line above that it hangs on; -1 at the root.
        is_first: whether no line before this one shows the same node.
    """

    node: int
    edge: int
    parent: int
    is_first: bool


def unrolled(graph: Graph, most: int) -> list[Branch] | None:
    """The tree's lines in the order in which they are printed; None where there are more."""
    operands = incoming(graph)
    waiting, branches, seen = [(graph.loss, -1, -1)], list[Branch](), set[int]()
    while waiting:
        if len(branches) == most:
            return None
        node, edge, parent = waiting.pop()
        branches.append(Branch(node, edge, parent, node not in seen))
        seen.add(node)
        here = len(branches) - 1
        waiting += [(graph.edges[e].source, e, here) for e in reversed(operands[node])]
    return branches


def depths(parents: Sequence[int]) -> list[int]:
    """How far below the root each node is; parents come before their children."""
    levels: list[int] = []
    for parent in parents:
        levels.append(0 if parent < 0 else levels[parent] + 1)
    return levels


def tidy(parents: Sequence[int], breadths: Sequence[float], gap: float) -> list[float]:
    """Where the middle of each node is across the tree: children in their order, as close as their
    subtrees allow, and each parent in the middle above them (Reingold and Tilford's way).

    Args:
        parents: by node, the root's is -1; parents come before their children.
        breadths: how much room each node takes across.
        gap: between neighbours.

    Returns:
        One number for each node, in the unit of the breadths; the leftmost edge is at 0.

    Source: Reingold and Tilford, "Tidier Drawings of Trees" (1981).

    >>> tidy([-1, 0, 0], [4.0, 4.0, 4.0], 2.0)
    [5.0, 2.0, 8.0]
    """
    children: list[list[int]] = [[] for _ in parents]
    for node, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(node)
    shifts = [0.0] * len(parents)
    outlines: list[list[tuple[float, float]]] = [[] for _ in parents]
    for node in reversed(range(len(parents))):
        merged: list[tuple[float, float]] = []
        for child in children[node]:
            own = outlines[child]
            pairs = zip(merged, own, strict=False)
            shift = max((left[1] + gap - right[0] for left, right in pairs), default=0.0)
            shifts[child] = shift
            moved = [(low + shift, high + shift) for low, high in own]
            merged = [
                (min(merged[at][0], moved[at][0]) if at < len(moved) else merged[at][0],
                 max(merged[at][1], moved[at][1]) if at < len(moved) else merged[at][1])
                for at in range(len(merged))
            ] + moved[len(merged) :]  # fmt: skip
        ends = [shifts[child] for child in children[node]]
        middle = (ends[0] + ends[-1]) / 2 if ends else 0.0
        for child in children[node]:
            shifts[child] -= middle
        half = breadths[node] / 2
        outlines[node] = [(-half, half), *((low - middle, high - middle) for low, high in merged)]
    places = [-min(low for low, _ in outlines[0])]
    for node in range(1, len(parents)):
        places.append(places[parents[node]] + shifts[node])
    return places
