"""One program on a scalar engine, on an array engine and in torch: a request -> plain data."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphgen.course.checks import (
    check_count,
    check_indices,
    check_lengths,
    check_one_of,
    check_range,
)
from graphgen.course.scene import Request
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.graph import Array, Graph, Kind, generations
from graphgen.model.kinds import KINDS
from graphgen.ops import find

__all__ = [
    "ENGINES",
    "Data",
    "Engine",
    "GridNode",
    "NamedResult",
    "NodeGrid",
    "node_grid_of",
    "record",
    "title",
]

ENGINES = ("scalar engine", "array engine", "torch")
_MOST_NODES = 500
_SWEEPS = 4
_MOST_DOTS = 20_000


@dataclass(frozen=True, slots=True)
class GridNode:
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
class NodeGrid:
    """Dots in the order of the graph, and which one uses which."""

    dots: tuple[GridNode, ...]
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


@dataclass(frozen=True, slots=True)
class NamedResult:
    """A name's value and gradient on one engine."""

    value: Array
    grad: Array | None


@dataclass(frozen=True, slots=True)
class Engine:
    """What one engine made of the program.

    Attributes:
        name: one of ENGINES.
        web: its graph.
        told: for each name of the program.
    """

    name: str
    web: NodeGrid
    told: tuple[NamedResult, ...]

    def __post_init__(self) -> None:
        check_one_of("an engine", self.name, ENGINES)


@dataclass(frozen=True, slots=True)
class Data:
    """One program on three engines, in float64.

    Attributes:
        names: of inputs and results.
        compared: how many numbers were compared; difference: the largest between any two engines,
            of values and gradients.
    """

    program: str
    names: tuple[str, ...]
    engines: tuple[Engine, ...]
    compared: int
    difference: float

    def __post_init__(self) -> None:
        check_lengths("engines", ENGINES, self.engines)
        check_lengths("names and what the engines say", self.names, *(e.told for e in self.engines))
        check_count("names", self.names, 1, _MOST_NODES)
        check_range("the count of numbers", self.compared, 0, 2**53)


def record(request: Request) -> Data:
    """What the three engines say.

    Raises:
        InputError: a function that an engine from scratch doesn't have, or too many numbers.
        ExpressionError: the program can't be computed.
    """
    from graphgen.capture.engines import graph_of_engine
    from graphgen.capture.recorder import record as recorded
    from graphgen.course.engines.interpreter import run_on_numbers, run_on_tensors

    program = parse(request.text)
    graph = recorded(program, request.values, request.data)
    _check_size(graph)
    numbers = run_on_numbers(program, request.values, request.data)
    tensors = run_on_tensors(program, request.values, request.data)
    names = tuple(numbers.names)
    with_slopes = [name for name in names if name not in request.data]
    graphs = (
        graph_of_engine(numbers.loss.cells.item()),
        graph_of_engine(tensors.loss, tensors.names),
        graph,
    )
    results_of_all = (
        _told_by(numbers.names, with_slopes),
        _told_by(tensors.names, with_slopes),
        _told_by_torch(program, request, names, with_slopes),
    )
    engines = tuple(
        Engine(name, node_grid_of(each), results)
        for name, each, results in zip(ENGINES, graphs, results_of_all, strict=True)
    )
    return Data(request.text, names, engines, *_compared(engines))


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def _told_by(names: Mapping[str, Any], with_slopes: list[str]) -> tuple[NamedResult, ...]:
    from graphgen.capture.foreign.arrays import array_of

    return tuple(
        NamedResult(array_of(item.data), array_of(item.grad) if name in with_slopes else None)
        for name, item in names.items()
    )


def _told_by_torch(
    program: Program, request: Request, names: tuple[str, ...], with_slopes: list[str]
) -> tuple[NamedResult, ...]:
    import torch

    from graphgen.capture.arrays import array_of
    from graphgen.language.evaluate import run

    done = run(program, request.values, request.data)
    items = {**dict(done.names), names[-1]: done.loss}
    wanted = [name for name in with_slopes if items[name].requires_grad]
    slopes = torch.autograd.grad(done.loss, [items[name] for name in wanted], allow_unused=True)
    sums = {
        name: torch.zeros_like(items[name]) if slope is None else slope
        for name, slope in zip(wanted, slopes, strict=True)
    }
    return tuple(
        NamedResult(array_of(items[name].detach()), array_of(sums[name]) if name in sums else None)
        for name in names
    )


def _compared(engines: tuple[Engine, ...]) -> tuple[int, float]:
    """How many numbers there are, and the largest difference between any two engines."""
    count, largest = 0, 0.0
    for results in zip(*(engine.told for engine in engines), strict=True):
        for arrays in ([one.value for one in results], [one.grad for one in results]):
            known = [array.items for array in arrays if array is not None and array.items]
            for numbers in zip(*known, strict=True):
                count += 1
                largest = max(largest, _spread([float(x.real) for x in numbers]))
    return count, largest


def _spread(numbers: list[float]) -> float:
    """From the smallest to the largest; 0 where all are infinite alike, or nan."""
    if all(map(math.isnan, numbers)) or len(set(numbers)) == 1:
        return 0.0
    spread = max(numbers) - min(numbers)
    return math.inf if math.isnan(spread) else spread


def _check_size(graph: "Graph") -> None:
    count = sum(port.value.count for node in graph.nodes for port in node.ports)
    if count > _MOST_NODES:
        raise InputError(
            f"a program of at most {_MOST_NODES} numbers, each of which is a dot: got {count:,}; "
            "give smaller values"
        )


def node_grid_of(graph: Graph) -> NodeGrid:
    """The columns of a graph: inputs stand right before what uses them first."""
    columns = generations(graph)
    for index in reversed(range(len(graph.nodes))):
        uses = [columns[edge.target] for edge in graph.edges if edge.source == index]
        if not graph.nodes[index].op and uses:
            columns[index] = min(uses) - 1
    rows = _rows(graph, columns)
    dots = [
        GridNode(node.kind, columns[index], rows[index], node.name or _sign(node.op, node.kind))
        for index, node in enumerate(graph.nodes)
    ]
    ways = sorted({(edge.source, edge.target) for edge in graph.edges})
    return NodeGrid(tuple(dots), tuple(ways))


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
    row_of = [0] * len(graph.nodes)
    for nodes in members.values():
        for place, node in enumerate(nodes):
            row_of[node] = place
    return row_of
