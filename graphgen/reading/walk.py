"""The structure that autograd keeps: every node behind a loss, with an explicit stack.

Source: torch.autograd.graph.Node, https://pytorch.org/docs/stable/autograd.html
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from graphgen.graph import Array, Edge, Graph, Node, Port
from graphgen.reading.arrays import dtype_name

__all__ = [
    "Operand",
    "Walk",
    "is_leaf",
    "operation_name",
    "output_arrays",
    "structure_of",
    "walk",
]

Operand = tuple[int, int]
"""Which node, and which of its outputs."""

_DEEP = 5_000
_ANCHOR = "graphgen: frees a deep graph in a loop"


@dataclass(frozen=True, slots=True)
class Walk:
    """The autograd nodes behind a loss, in forward order.

    Attributes:
        nodes: torch's own nodes; the last one made the loss.
        operands: for each node its next_functions as (index of the node, which output), or None
            where no gradient goes.
        loss_port: which output of the last node is the loss.
    """

    nodes: list[Any]
    operands: list[list[Operand | None]]
    loss_port: int


def walk(loss: Tensor) -> Walk:
    """Every autograd node behind a loss, each once, operands before what uses them.

    Args:
        loss: a tensor with a grad_fn, or a leaf that requires grad.
    """
    root, port = _root(loss)
    found = _reach(root)
    nodes = _forward_order(root, found)
    index = {node: position for position, node in enumerate(nodes)}
    operands: list[list[Operand | None]] = [
        [None if following is None else (index[following], k) for following, k in found[node]]
        for node in nodes
    ]
    _anchor(nodes)
    return Walk(nodes, operands, port)


def structure_of(loss: Tensor) -> Graph:
    """The graph behind a loss without any number: quick, for graphs of any size.

    Args:
        loss: a tensor of any shape with a grad_fn.

    Returns:
        A Graph whose values are not known and that has no gradients.

    >>> import torch
    >>> a = torch.tensor(3.0, requires_grad=True)
    >>> [node.op for node in structure_of(a * a).nodes]
    ['', 'MulBackward0']
    """
    walked = walk(loss)
    nodes = tuple(map(_Plain().node, walked.nodes))
    edges = tuple(
        Edge(operand[0], operand[1], target, slot)
        for target, operands in enumerate(walked.operands)
        for slot, operand in enumerate(operands)
        if operand is not None
    )
    return Graph(nodes, edges, walked.loss_port)


def output_arrays(node: Any) -> tuple[Array, ...]:
    """The shapes and dtypes of what an autograd node made; they survive freeing."""
    return tuple(map(_array, node._input_metadata))


def operation_name(node: Any) -> str:
    """Autograd's name of a node ("MulBackward0"); "" of a leaf's."""
    name = type(node).__name__
    if name == "AccumulateGrad":
        return ""
    return str(node.name()).rpartition("::")[2] if name == "CppFunction" else name


def is_leaf(node: Any) -> bool:
    """Whether an autograd node is where a leaf's gradient is accumulated."""
    return type(node).__name__ == "AccumulateGrad"


def _root(loss: Tensor) -> tuple[Any, int]:
    from torch.autograd.graph import get_gradient_edge

    edge = get_gradient_edge(loss)
    return edge.node, edge.output_nr


def _reach(root: Any) -> dict[Any, tuple[Any, ...]]:
    """Each node that a root leads to, with its next_functions."""
    found: dict[Any, tuple[Any, ...]] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        following = node.next_functions
        found[node] = following
        for pair in following:
            other = pair[0]
            if other is not None and other not in found:
                stack.append(other)
    return found


def _forward_order(root: Any, found: dict[Any, tuple[Any, ...]]) -> list[Any]:
    """Operations in the order in which they were made, each leaf just before its first use."""
    made = [node for node in found if not is_leaf(node)]
    made.sort(key=_sequence)  # stable, and numbers are only equal across threads
    placed: dict[Any, None] = {}
    for node in made:
        _place(node, found, placed)
    _place(root, found, placed)  # the loss may itself be a leaf
    nodes = list(placed)
    if nodes[-1] is not root:  # made by several threads, whose numbers don't compare
        nodes.remove(root)
        nodes.append(root)
    return nodes


def _place(node: Any, found: dict[Any, tuple[Any, ...]], placed: dict[Any, None]) -> None:
    """Put a node behind all that it depends on; nearly always only leaves are missing."""
    stack = [node]
    while stack:
        top = stack[-1]
        missing = [other for other, _ in found[top] if other is not None and other not in placed]
        if missing:
            stack.extend(reversed(missing))
        else:
            placed[top] = None
            stack.pop()


def _sequence(node: Any) -> int:
    return int(node._sequence_nr())


def _anchor(nodes: list[Any]) -> None:
    """Let a deep graph be freed without recursion.

    A node that Python has looked at is freed by recursion, which overflows the C stack from
    about 40,000 nodes deep. So every 5,000th node holds those behind it: a list is freed in a
    loop, from its end, and each node then goes before the ones that it uses.
    """
    if len(nodes) <= _DEEP:
        return
    for last in range(len(nodes) - 1, 0, -_DEEP):
        nodes[last].metadata[_ANCHOR] = nodes[max(0, last - _DEEP) : last]


def _array(meta: Any) -> Array:
    try:
        return Array(tuple(map(int, meta.shape)), dtype_name(meta.dtype))
    except (RuntimeError, AttributeError, TypeError):  # a nested tensor has no shape of its own
        return Array((), dtype_name(meta.dtype))


class _Plain:
    """Plain nodes, each different one made once: a million nodes are a few dozen objects."""

    def __init__(self) -> None:
        self._nodes: dict[Any, Node] = {}

    def node(self, node: Any) -> Node:
        metadata = node._input_metadata
        key = (type(node), *[(*meta.shape, meta.dtype) for meta in metadata])
        found = self._nodes.get(key)
        if found is None:
            op = operation_name(node)
            ports = tuple(Port(_array(meta)) for meta in metadata)
            found = self._nodes[key] = Node("op" if op else "leaf", op, ports)
        return found
