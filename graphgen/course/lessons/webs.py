"""A graph as columns of dots: plain data, small enough for graphs of hundreds of nodes."""

from dataclasses import dataclass

from graphgen.course.runs.checks import check_count, check_indices
from graphgen.model.graph import Graph, Kind, generations
from graphgen.model.kinds import KINDS
from graphgen.ops import find

__all__ = ["Dot", "Web", "web_of"]

_SWEEPS = 4
_MOST_DOTS = 20_000


@dataclass(frozen=True, slots=True)
class Dot:
    """One node.

    Attributes:
        column: how far from the inputs, counted in operations; row: from the top of its column.
        told: its name, or the sign of its operation.
    """

    kind: Kind
    column: int
    row: int
    told: str


@dataclass(frozen=True, slots=True)
class Web:
    """Dots in the order of the graph, and which one uses which."""

    dots: tuple[Dot, ...]
    ways: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        check_count("nodes", self.dots, 1, _MOST_DOTS)
        check_indices("nodes", (node for way in self.ways for node in way), len(self.dots))
        check_indices("columns", (dot.column for dot in self.dots), len(self.dots))
        check_indices("rows", (dot.row for dot in self.dots), len(self.dots))

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + max(dot.column for dot in self.dots)

    @property
    def tallest(self) -> int:
        """How many dots stand in the fullest column."""
        counts = [0] * self.columns
        for dot in self.dots:
            counts[dot.column] += 1
        return max(counts)


def web_of(graph: Graph) -> Web:
    """The columns of a graph: inputs stand right before what uses them first."""
    columns = generations(graph)
    for index in reversed(range(len(graph.nodes))):
        uses = [columns[edge.target] for edge in graph.edges if edge.source == index]
        if not graph.nodes[index].op and uses:
            columns[index] = min(uses) - 1
    rows = _rows(graph, columns)
    dots = [
        Dot(node.kind, columns[index], rows[index], node.name or _sign(node.op, node.kind))
        for index, node in enumerate(graph.nodes)
    ]
    ways = sorted({(edge.source, edge.target) for edge in graph.edges})
    return Web(tuple(dots), tuple(ways))


def _sign(op: str, kind: Kind) -> str:
    style = KINDS[kind]
    return find(op).symbol if op else "" if style.is_literal else style.word


def _rows(graph: Graph, columns: list[int]) -> list[int]:
    """The place of each node in its column: near the middle of what it is joined with."""
    near: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    members: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        members.setdefault(column, []).append(index)
    heights = [0.0] * len(graph.nodes)
    for sweep in range(_SWEEPS + 1):
        for column in sorted(members, reverse=sweep % 2 == 0):
            nodes = members[column]
            if sweep:
                wanted = {n: sum(heights[o] for o in near[n]) / max(1, len(near[n])) for n in nodes}
                nodes.sort(key=lambda n: (wanted[n], n))
            for place, node in enumerate(nodes):
                heights[node] = place - (len(nodes) - 1) / 2
    found = [0] * len(graph.nodes)
    for nodes in members.values():
        for place, node in enumerate(nodes):
            found[node] = place
    return found
