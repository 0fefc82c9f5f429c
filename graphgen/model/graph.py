"""The graph as plain frozen data: what record makes, fold shrinks and story tells.

An index is the identity: `graph.nodes[3]` is node 3, and nothing depends on an address, so
recording the same program twice gives equal graphs.
"""

import math
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq, lt
from os import PathLike
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from graphgen.model.kinds import KINDS, Kind
from graphgen.model.messages import quoted
from graphgen.model.reprs import MOST_IN_A_LINE, counted

__all__ = [
    "BINS",
    "MAXIMUM_ITEMS",
    "MAXIMUM_RUNS",
    "MAXIMUM_SIDE",
    "MIDDLE_BIN",
    "Array",
    "Cell",
    "Edge",
    "Graph",
    "Grid",
    "Histogram",
    "Kind",
    "Node",
    "Number",
    "Part",
    "Pooling",
    "Port",
    "Summary",
    "blocks_of",
    "generations",
    "incoming",
    "matrix_of",
    "outgoing",
]

MAXIMUM_ITEMS = 64
"""Arrays of up to this many elements keep them all; larger ones keep a Summary."""
MAXIMUM_RUNS = 16
"""The most runs whose means a Summary keeps."""

MAXIMUM_SIDE = 32
"""The most rows and the most columns of a Grid."""
BINS = 32
"""So many bins has a Histogram."""
MIDDLE_BIN = BINS // 2
"""Where a Histogram counts numbers that are all equal."""

Number = float | complex
Pooling = Literal["mean"]
N = TypeVar("N", bound=Number)
Part = Literal["title", "value", "gradient", "contribution"]


@dataclass(frozen=True, slots=True)
class Grid:
    """A tensor as a matrix of at most 32 × 32 numbers, each pooled from a block of elements.

    Which rows and columns the elements have says `matrix_of`. A block at the end may be smaller
    than the others. A number is nan where its block has nan, or both inf and −inf; of complex
    elements the magnitudes are taken.

    Two bytes hold a number, so that graphs of 100,000 nodes fit into memory: it is right to 11
    bits (three digits), and 0 where it is less than the largest by 2**−39.

    Attributes:
        rows, columns: of the grid.
        block: how many rows and columns of elements a number stands for; (1, 1) where the grid
            holds each element.
        exponent: of two, by which the halves are multiplied.
        halves: the numbers as row-major little-endian float16.
        pooling: what a number is of its block.
    """

    rows: int
    columns: int
    block: tuple[int, int]
    exponent: int
    halves: bytes
    pooling: Pooling = "mean"

    def __post_init__(self) -> None:
        if not (0 < self.rows <= MAXIMUM_SIDE and 0 < self.columns <= MAXIMUM_SIDE):
            raise ValueError(
                f"a grid of 1 to {MAXIMUM_SIDE} rows and columns: got {self.rows} × {self.columns}"
            )
        if len(self.halves) != 2 * self.rows * self.columns:
            raise ValueError(
                f"a grid of {self.rows} × {self.columns} numbers: got {len(self.halves)} bytes"
            )
        if min(self.block) < 1 or abs(self.exponent) > _LARGEST_EXPONENT:
            raise ValueError(
                f"a grid of blocks from 1 × 1 on and an exponent up to {_LARGEST_EXPONENT}: "
                f"got {self.block} and {self.exponent}"
            )

    @classmethod
    def of(
        cls, rows: int, columns: int, numbers: Sequence[float], block: tuple[int, int] = (1, 1)
    ) -> "Grid":
        """A grid of these numbers.

        Args:
            rows, columns: of the grid.
            numbers: row by row.
            block: how many rows and columns of elements a number stands for.

        Returns:
            The grid, whose numbers are those to 11 bits.

        Raises:
            ValueError: there are not so many numbers, or more rows or columns than a grid has.

        >>> Grid.of(1, 3, (1.0, 0.5, -3.0)).numbers
        (1.0, 0.5, -3.0)
        """
        largest = max((abs(n) for n in numbers if math.isfinite(n)), default=0.0)
        exponent = math.frexp(largest)[1] - _HALF_BITS if largest else 0
        halves = [math.ldexp(number, -exponent) + 0.0 for number in map(_one_nan, numbers)]
        return cls(rows, columns, block, exponent, struct.pack(f"<{len(halves)}e", *halves))

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers, row by row."""
        halves = struct.unpack(f"<{self.rows * self.columns}e", self.halves)
        return tuple(_times_power(half, self.exponent) for half in halves)

    def __repr__(self) -> str:
        block = f"{self.block[0]} × {self.block[1]}"
        return f"<Grid: {self.rows} × {self.columns}, {self.pooling} of blocks {block}>"


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many of the finite elements lie in each of 32 equal parts of the way from the lowest to
    the highest.

    The highest is counted in the last bin, and what is on an edge in the bin above it. An element
    that is no further from an edge than rounding may be counted on its other side. Where all are
    equal, so that no bin has a width, they are counted in bin `MIDDLE_BIN`.

    Attributes:
        low, high: where the first bin begins and the last ends; nan where no element is finite.
        packed: the counts as little-endian integers of 64 bits.
    """

    low: float
    high: float
    packed: bytes

    def __post_init__(self) -> None:
        if len(self.packed) != 8 * BINS:
            raise ValueError(f"a histogram of {BINS} bins: got {len(self.packed)} bytes")
        object.__setattr__(self, "low", _one_nan(self.low))
        object.__setattr__(self, "high", _one_nan(self.high))

    @classmethod
    def of(cls, low: float, high: float, counts: Sequence[int]) -> "Histogram":
        """A histogram of these counts, one for each bin.

        Args:
            low, high: the ends of the first and of the last bin.
            counts: how many elements lie in each bin; as many as there are bins.

        Returns:
            The histogram.

        >>> Histogram.of(0.0, 1.0, [2] * 32).counts[:3]
        (2, 2, 2)
        """
        return cls(low, high, struct.pack(f"<{len(counts)}q", *counts))

    @property
    def counts(self) -> tuple[int, ...]:
        """How many elements lie in each bin."""
        return struct.unpack(f"<{BINS}q", self.packed)

    def __repr__(self) -> str:
        return f"<Histogram: {sum(self.counts)} from {self.low!r} to {self.high!r}>"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of an array that is too large to keep.

    Of complex elements it is that of their magnitudes. A number that is inf where no element is
    (`inf` is 0) is larger than a float can hold.

    Attributes:
        minimum, maximum, mean: over the finite elements; nan where there are none.
        norm: the Euclidean norm over all elements.
        nan, inf: how many elements are nan, and how many are infinite.
        minus_inf: how many of the infinite ones are −inf.
        strip: means of at most MAXIMUM_RUNS equal runs of the row-major elements, for a strip of
            colour; nan where a run has nan or inf.
        zeros: how many elements are zero; None where that is not known, as in files of version 1.
        grid: the elements pooled into at most 32 × 32 numbers; None where it is not known, as of
            a sparse tensor that is too large to be written out.
        histogram: of the finite elements; None where it is not known.
    """

    minimum: float
    maximum: float
    mean: float
    norm: float
    nan: int
    inf: int
    strip: tuple[float, ...] = ()
    minus_inf: int = 0
    zeros: int | None = None
    grid: Grid | None = None
    histogram: Histogram | None = None

    @property
    def odd(self) -> tuple[tuple[int, str], ...]:
        """How many elements are nan, inf and −inf, without those of which there are none."""
        counts = (self.nan, self.inf - self.minus_inf, self.minus_inf)
        words = ("nan", "inf", "−inf")
        return tuple((count, word) for count, word in zip(counts, words, strict=True) if count)

    def __post_init__(self) -> None:
        if all(map(math.isfinite, (self.minimum, self.maximum, self.mean, self.norm))):
            return  # no nan anywhere; thousands of these are made in a recording
        for field in ("minimum", "maximum", "mean", "norm"):
            object.__setattr__(self, field, _one_nan(getattr(self, field)))
        object.__setattr__(self, "strip", tuple(map(_one_nan, self.strip)))

    def __repr__(self) -> str:
        """One line, with every number in full: a repr is for programmers and rounds nothing."""
        return f"<Summary: {_summary_in_a_line(self)}>"


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor's shape and dtype, and as much of its elements as is kept.

    Attributes:
        shape: () for a scalar.
        dtype: torch's name without the prefix, as in "float64".
        items: the row-major elements, when there are at most MAXIMUM_ITEMS.
        summary: what is kept of a larger array. Neither items nor summary: not known.
    """

    shape: tuple[int, ...]
    dtype: str
    items: tuple[Number, ...] | None = None
    summary: Summary | None = None

    def __post_init__(self) -> None:
        if self.items is not None:
            if type(self.items) is not tuple or not all(map(eq, self.items, self.items)):
                object.__setattr__(self, "items", tuple(map(_one_nan, self.items)))
            if len(self.items) != self.count:
                raise ValueError(f"items of shape {self.shape}: got {len(self.items)} elements")

    @property
    def count(self) -> int:
        """How many elements the shape holds."""
        return math.prod(self.shape)

    @property
    def share_of_zeros(self) -> float | None:
        """How many of the elements are zero, from 0 to 1; None where that is not known.

        >>> Array((4,), "float64", (0.0, 1.0, -0.0, 2.0)).share_of_zeros
        0.5
        """
        if self.items is not None:
            return self.items.count(0) / len(self.items) if self.items else None
        zeros = None if self.summary is None else self.summary.zeros
        return None if zeros is None else zeros / self.count

    @property
    def known(self) -> bool:
        """Whether anything is known of the elements."""
        return self.items is not None or self.summary is not None

    def __repr__(self) -> str:
        summary = self.summary if self.items is None else None
        elements = _in_a_line(self) if summary is None else _summary_in_a_line(summary)
        return f"<Array: {self.dtype} {self.shape}, {elements}>"


@dataclass(frozen=True, slots=True)
class Port:
    """One output of a node.

    Attributes:
        value: the forward value.
        grad: d loss / d this output after all uses are summed, of the value's shape; None where
            no gradient comes (data, constants, what the loss doesn't depend on).
        name: the user's own name for this output of a node that has several, or "".
    """

    value: Array
    grad: Array | None = None
    name: str = ""

    def __repr__(self) -> str:
        return f"<Port: {_value_and_gradient(self)}>"


@dataclass(frozen=True, slots=True)
class Node:
    """A leaf, a piece of data, a constant, an operation or a cut.

    Attributes:
        kind: "leaf" takes a gradient; "data" and "constant" don't; "cut" is where a gradient
            ends, as at detach, no_grad, argmax or a comparison.
        op: autograd's name ("MulBackward0"); of a cut, what cuts ("detach", "no_grad", "gt",
            "to_int64", "tensor", "item", "numpy"); of data that was computed, the operator's
            name; else "".
        ports: one for each output, at least one.
        name: the user's own name for it, or "".
        label: how the user wrote it ("s * b"), or "".
        scope: path of the module that made it ("layers.0.attention"), or "".
        source: "file:line" of the user's code, or "".
    """

    kind: Kind
    op: str
    ports: tuple[Port, ...]
    name: str = ""
    label: str = ""
    scope: str = ""
    source: str = ""

    def __repr__(self) -> str:
        name = quoted(self.name) if self.name else ""
        what = " ".join(part for part in (self.kind, self.op, name) if part)
        first = "".join(f", {_value_and_gradient(port)}" for port in self.ports[:1])
        more = len(self.ports) - 1
        others = f", {counted(more, 'more output')}" if more > 0 else ""
        return f"<Node: {what}{first}{others}>"


@dataclass(frozen=True, slots=True)
class Edge:
    """ONE use of ONE output: `a * a` has two.

    Attributes:
        source, port: whose output, and which of its outputs.
        target, slot: who uses it, and as which operand (0 for the first).
        contribution: the share of the source's gradient that comes back along this edge; None
            where no gradient comes back.
        local: d target / d source. Between scalars a scalar; else the Jacobian, of shape
            target's shape + source's shape. None where it was not asked for.
    """

    source: int
    port: int
    target: int
    slot: int
    contribution: Array | None = None
    local: Array | None = None

    def __repr__(self) -> str:
        port = f" output {self.port}" if self.port else ""
        sent = "none" if self.contribution is None else _in_a_line(self.contribution)
        return (
            f"<Edge: node {self.source}{port} -> node {self.target} operand {self.slot}, "
            f"contribution {sent}>"
        )


class Explained(Protocol):
    """What `Graph.explain` gives: text when it is printed, a table in a notebook."""

    def _repr_html_(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in forward order, the loss last; every edge goes from a lower to a higher index.

    Attributes:
        nodes: in forward order, so the backward order is the reverse.
        edges: sorted by target, then slot.
        loss_port: which output of the last node is the loss.
        notes: sentences for the person: warnings, what was not used, what is not known.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    loss_port: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.nodes:
            raise ValueError("a graph has at least one node: got none")
        sources, targets = [e.source for e in self.edges], [e.target for e in self.edges]
        is_within = min(sources, default=0) >= 0 and max(targets, default=0) < len(self.nodes)
        if not (is_within and all(map(lt, sources, targets))):
            raise ValueError("every edge goes from a lower to a higher node: got one that doesn't")

    @property
    def loss(self) -> int:
        """The index of the node that computes the loss."""
        return len(self.nodes) - 1

    def __repr__(self) -> str:
        parameters = sum(KINDS[node.kind].accumulates_gradient for node in self.nodes)
        ports = self.nodes[-1].ports[self.loss_port : self.loss_port + 1]
        loss = _in_a_line(ports[0].value) if ports else "not known"
        counts = f"{counted(len(self.nodes), 'node')}, {counted(parameters, 'parameter')}"
        return f"<Graph: {counts}, loss {loss}>"

    if TYPE_CHECKING:  # graphgen/__init__.py attaches these: what they do belongs to later layers

        def _repr_html_(self) -> str: ...

        def explain(self, most: int = 60) -> "Explained": ...

        def save(self, path: str | PathLike[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """One place on the picture that shows a text.

    Attributes:
        part: "title", "value" and "gradient" belong to a node, "contribution" to an edge.
        index: of the node, or of the edge.
        port: which output of the node; 0 for titles and edges.
    """

    part: Part
    index: int
    port: int = 0


def matrix_of(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many rows and columns a tensor of a shape has when its row-major elements are written
    as a matrix.

    One axis is one row. Of several, the first ones together count the rows and the others the
    columns, split where that comes nearest to a square.

    >>> matrix_of((100,)), matrix_of((300, 2)), matrix_of((64, 32, 3, 3)), matrix_of((1, 1, 9, 9))
    ((1, 100), (300, 2), (64, 288), (9, 9))
    """
    if len(shape) < 2:
        return 1, math.prod(shape)
    splits = [(math.prod(shape[:axis]), math.prod(shape[axis:])) for axis in range(1, len(shape))]
    return min(reversed(splits), key=_oblong)


def blocks_of(matrix: tuple[int, int]) -> tuple[int, int]:
    """How many rows and columns go into each number of the Grid of such a matrix.

    >>> blocks_of((32, 33))
    (1, 2)
    """
    return math.ceil(matrix[0] / MAXIMUM_SIDE), math.ceil(matrix[1] / MAXIMUM_SIDE)


def incoming(graph: Graph) -> list[list[int]]:
    """For each node, the indices of the edges that end at it, by slot."""
    edges_into: list[list[int]] = [[] for _ in graph.nodes]
    for index, edge in enumerate(graph.edges):
        edges_into[edge.target].append(index)
    return edges_into


def outgoing(graph: Graph) -> list[list[int]]:
    """For each node, the indices of the edges that start at it, in forward order."""
    edges_out: list[list[int]] = [[] for _ in graph.nodes]
    for index, edge in enumerate(graph.edges):
        edges_out[edge.source].append(index)
    return edges_out


def generations(graph: Graph) -> list[int]:
    """For each node, the length of the longest path that leads to it: 0 for leaves and data."""
    levels = [0] * len(graph.nodes)
    for edge in sorted(graph.edges, key=_target):
        levels[edge.target] = max(levels[edge.target], levels[edge.source] + 1)
    return levels


def _oblong(matrix: tuple[int, int]) -> float:
    """How many times as long as wide a matrix is."""
    return max(matrix) / max(min(matrix), 1)


def _target(edge: Edge) -> int:
    return edge.target


def _in_a_line(array: Array) -> str:
    """What is known of the elements of an array: the first few, or the norm of a large one."""
    if array.items is not None and array.shape == ():
        return repr(array.items[0])
    if array.items is not None:
        more = ", ..." if array.count > MOST_IN_A_LINE else ""
        return f"[{', '.join(map(repr, array.items[:MOST_IN_A_LINE]))}{more}]"
    if array.summary is not None:
        return f"norm {array.summary.norm!r}"
    return "not known"


def _summary_in_a_line(summary: Summary) -> str:
    odd = ((summary.nan, "nan"), (summary.inf, "inf"))
    return ", ".join(
        (
            f"{summary.minimum!r} to {summary.maximum!r}",
            f"mean {summary.mean!r}",
            f"norm {summary.norm!r}",
            *(f"{count} {word}" for count, word in odd if count),
        )
    )


def _value_and_gradient(port: Port) -> str:
    gradient = "none" if port.grad is None else _in_a_line(port.grad)
    return f"value {_in_a_line(port.value)}, gradient {gradient}"


_HALF_BITS = 15
"""A float16 holds numbers below 2**16, so the largest number is scaled to below 2**15."""
_LARGEST_EXPONENT = 1200
"""More than any float's."""


def _times_power(number: float, exponent: int) -> float:
    """A number times a power of two; rounding alone makes it no infinite one."""
    try:
        return math.ldexp(number, exponent)
    except OverflowError:
        return math.copysign(sys.float_info.max, number)


def _one_nan(number: N) -> N:
    """The one nan object, so that equal arrays compare equal (a tuple asks `is` before `==`)."""
    return math.nan if isinstance(number, float) and math.isnan(number) else number  # type: ignore[return-value]
