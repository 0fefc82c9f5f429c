"""The graph as plain frozen data: what record makes, fold shrinks and story tells.

An index is the identity: `graph.nodes[3]` is node 3, and nothing depends on an address, so
recording the same program twice gives equal graphs.
"""

import math
from dataclasses import dataclass
from operator import eq, lt
from os import PathLike
from typing import TYPE_CHECKING, Literal, Protocol

from graphgen.model.kinds import KINDS, Kind
from graphgen.model.messages import quoted
from graphgen.model.reprs import MOST_IN_A_LINE, counted

__all__ = [
    "MAXIMUM_ITEMS",
    "MAXIMUM_RUNS",
    "Array",
    "Cell",
    "Edge",
    "Graph",
    "Kind",
    "Node",
    "Number",
    "Part",
    "Port",
    "Summary",
    "generations",
    "incoming",
    "outgoing",
]

MAXIMUM_ITEMS = 64
"""Arrays of up to this many elements keep them all; larger ones keep a Summary."""
MAXIMUM_RUNS = 16
"""The most runs whose means a Summary keeps."""

Number = float | complex
Part = Literal["title", "value", "gradient", "contribution"]


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
    """

    minimum: float
    maximum: float
    mean: float
    norm: float
    nan: int
    inf: int
    strip: tuple[float, ...] = ()
    minus_inf: int = 0

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


def incoming(graph: Graph) -> list[list[int]]:
    """For each node, the indices of the edges that end at it, by slot."""
    found: list[list[int]] = [[] for _ in graph.nodes]
    for index, edge in enumerate(graph.edges):
        found[edge.target].append(index)
    return found


def outgoing(graph: Graph) -> list[list[int]]:
    """For each node, the indices of the edges that start at it, in forward order."""
    found: list[list[int]] = [[] for _ in graph.nodes]
    for index, edge in enumerate(graph.edges):
        found[edge.source].append(index)
    return found


def generations(graph: Graph) -> list[int]:
    """For each node, the length of the longest path that leads to it: 0 for leaves and data."""
    found = [0] * len(graph.nodes)
    for edge in sorted(graph.edges, key=_target):
        found[edge.target] = max(found[edge.target], found[edge.source] + 1)
    return found


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


def _one_nan(number: Number) -> Number:
    """The one nan object, so that equal arrays compare equal (a tuple asks `is` before `==`)."""
    return math.nan if isinstance(number, float) and math.isnan(number) else number
