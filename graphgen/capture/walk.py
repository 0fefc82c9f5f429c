"""The structure that autograd keeps: every node behind a loss, with an explicit stack.

Source: torch.autograd.graph.Node, https://pytorch.org/docs/stable/autograd.html
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import methodcaller
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import get_gradient_edge

from graphgen.capture.arrays import dtype_name
from graphgen.model.collecting import without_collection
from graphgen.model.columns import instances_of
from graphgen.model.graph import Array, Edge, Graph, Node, Port

__all__ = [
    "Operand",
    "Outputs",
    "Walk",
    "is_leaf",
    "is_nested",
    "operation_name",
    "structure_of",
    "walk",
]

Operand = tuple[int, int]
"""Which node, and which of its outputs."""

Following = tuple[tuple[Any, int], ...]

_LEAF = torch._C._functions.AccumulateGrad  # type: ignore[attr-defined]
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
    following_of, index, port = _walk(loss)
    operands: list[list[Operand | None]] = [
        [
            None if following is None else (index[following], k)
            for following, k in following_of[node]
        ]
        for node in index
    ]
    return Walk(list(index), operands, port)


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
    with without_collection():
        following_of, index, port = _walk(loss)
        plain = _Plain()
        nodes = tuple(map(plain.node, index))
        columns = _Columns([], [], [], [])
        for target, node in enumerate(index):
            for slot, (other, output) in enumerate(following_of[node]):
                if other is not None:
                    columns.sources.append(index[other])
                    columns.ports.append(output)
                    columns.targets.append(target)
                    columns.slots.append(slot)
        return Graph(nodes, _bare_edges(columns), port)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The fields of many edges, one list for each."""

    sources: list[int]
    ports: list[int]
    targets: list[int]
    slots: list[int]


def _bare_edges(columns: _Columns) -> tuple[Edge, ...]:
    """Edges without numbers."""
    return tuple(instances_of(Edge, len(columns.sources), {
        "source": columns.sources, "port": columns.ports, "target": columns.targets,
        "slot": columns.slots, "contribution": repeat(None), "local": repeat(None),
    }))  # fmt: skip


class Outputs:
    """The shapes and dtypes of what autograd nodes made, each different one written out once."""

    def __init__(self) -> None:
        self._found: dict[Any, Array] = {}

    def of(self, node: Any) -> tuple[Array, ...]:
        """The outputs of a node, without values; they survive freeing."""
        return tuple(map(self._array, node._input_metadata))

    def _array(self, meta: Any) -> Array:
        try:
            key = (meta.dtype, *meta.shape)
            array = self._found.get(key)
        except (RuntimeError, AttributeError, TypeError):  # no shape, or none in plain numbers
            return _array(meta)
        if array is None:
            array = self._found[key] = _array(meta)
        return array


def operation_name(node: Any) -> str:
    """Autograd's name of a node ("MulBackward0"); "" of a leaf's."""
    if is_leaf(node):
        return ""
    name = type(node).__name__
    return str(node.name()).rpartition("::")[2] if name == "CppFunction" else name


def is_leaf(node: Any) -> bool:
    """Whether an autograd node is where a leaf's gradient is accumulated."""
    return type(node) is _LEAF


def is_nested(node: Any) -> bool:
    """Whether an autograd node made a nested tensor, which has no shape in plain numbers."""
    metadata = node._input_metadata
    return any(meta.is_nested_tensor or meta.is_cpp_nested_tensor for meta in metadata)


def _walk(loss: Tensor) -> tuple[dict[Any, Following], dict[Any, int], int]:
    """Each node with its next_functions; each node's index, in order; the loss's output."""
    edge = get_gradient_edge(loss)
    following_of = _reach(edge.node)
    index = _forward_order(edge.node, following_of)
    _anchor(list(index))
    return following_of, index, edge.output_nr


def _reach(root: Any) -> dict[Any, Following]:
    """Each node that a root leads to, with its next_functions."""
    following_of: dict[Any, Following] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if node in following_of:
            continue
        following = following_of[node] = node.next_functions
        for other, _ in following:
            if other is not None and other not in following_of:
                stack.append(other)
    return following_of


def _forward_order(root: Any, found: dict[Any, Following]) -> dict[Any, int]:
    """Operations in the order in which they were made, each leaf just before its first use."""
    inner = [node for node in found if not is_leaf(node)]
    inner.sort(key=methodcaller("_sequence_nr"))
    if inner and inner[-1] is not root:  # made by several threads, whose numbers don't compare
        inner.remove(root)
        inner.append(root)
    index: dict[Any, int] = {}
    for node in inner or [root]:
        for other, _ in found[node]:
            if other is not None and other not in index:
                _place(other, found, index)
        if node not in index:
            index[node] = len(index)
    return index


def _place(node: Any, found: dict[Any, Following], index: dict[Any, int]) -> None:
    """Put a node behind all that it depends on; nearly always it is a leaf."""
    stack = [node]
    while stack:
        top = stack[-1]
        missing = [other for other, _ in found[top] if other is not None and other not in index]
        if missing:
            stack.extend(reversed(missing))
        else:
            index.setdefault(top, len(index))
            stack.pop()


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
    return _bare_array(*_form(meta))


def _form(meta: Any) -> tuple[tuple[int, ...], torch.dtype]:
    try:
        return tuple(map(int, meta.shape)), meta.dtype
    except (RuntimeError, AttributeError, TypeError):  # a nested tensor has no shape of its own
        return (), meta.dtype


@lru_cache(1024)
def _bare_array(shape: tuple[int, ...], dtype: torch.dtype) -> Array:
    return Array(shape, dtype_name(dtype))


@lru_cache(1024)
def _bare_node(op: str, *outputs: tuple[tuple[int, ...], torch.dtype]) -> Node:
    arrays = [_bare_array(*output) for output in outputs] or [Array((), "float32")]
    return Node("op" if op else "leaf", op, tuple(map(Port, arrays)))


class _Plain:
    """Plain nodes, each different one made once: a million nodes are a few dozen objects."""

    def __init__(self) -> None:
        self._nodes: dict[Any, Node] = {}

    def node(self, node: Any) -> Node:
        metadata = node._input_metadata
        if len(metadata) == 1:
            (meta,) = metadata
            key: Any = (type(node), meta.dtype, *meta.shape)
        else:
            key = (type(node), *[(meta.dtype, *meta.shape) for meta in metadata])
        bare = self._nodes.get(key)
        if bare is None:
            bare = _bare_node(operation_name(node), *map(_form, metadata))
            self._nodes[key] = bare
        return bare
