"""Objects of a from-scratch autograd engine (a Value, a NumPy Tensor) -> Graph.

An object is read by its shape, not by its class: its data, its grad, what it was made from, and
how it sends a gradient back. Neither torch nor anybody's engine is imported.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphgen.capture.foreign.arrays import array_of, shape_of_data
from graphgen.capture.foreign.backward import Sent, backward
from graphgen.capture.foreign.shape import is_engine
from graphgen.capture.foreign.walk import Item, walk
from graphgen.model.errors import InputError
from graphgen.model.graph import Array, Edge, Graph, Kind, Node, Port
from graphgen.text.digits import number

__all__ = ["graph_of_engine", "is_engine"]

_LONGEST_NUMBER = 4
"""A leaf without a name that is a number of up to so many characters is called by it."""


def graph_of_engine(root: Any, names: Mapping[str, Any] | None = None) -> Graph:
    """The graph behind an object of an autograd engine, whether backward() was called or not.

    Args:
        root: the loss: a scalar, as in `loss = (y - 0.8) ** 2`; micrograd's Value, or an object
            of any engine that keeps data, grad, its operands and a `_backward` that adds to
            their gradients (or answers with them, or keeps local derivatives).
        names: name -> object, for objects without a label; `locals()` will do.

    Returns:
        A Graph with every value, gradient, contribution and, between scalars, local derivative.
        Every gradient of the user's objects is afterwards what it was.

    Raises:
        InputError: no object of an engine, no scalar, a cycle, or a backward that doesn't run.

    >>> class Value:
    ...     def __init__(self, data, parents=(), op=""):
    ...         self.data, self.grad, self._prev, self._op = data, 0.0, parents, op
    ...         self._backward = lambda: None
    ...     def __mul__(self, other):
    ...         made = Value(self.data * other.data, (self, other), "*")
    ...         def back():
    ...             self.grad += other.data * made.grad
    ...             other.grad += self.data * made.grad
    ...         made._backward = back
    ...         return made
    >>> a = Value(3.0)
    >>> graph = graph_of_engine(a * a, {"a": a})
    >>> [edge.contribution.items for edge in graph.edges], graph.nodes[0].ports[0].grad.items
    ([(3.0,), (3.0,)], (6.0,))
    """
    items = walk(root)
    _check_scalar(items[-1])
    sent = backward(items)
    names_by_id = {id(value): name for name, value in reversed(list((names or {}).items()))}
    return _Builder(items, sent, names_by_id).graph()


class _Builder:
    """Puts the items, and what was sent between them, into one graph."""

    def __init__(self, items: Sequence[Item], sent: Sent, names: Mapping[int, str]) -> None:
        self._items, self._sent, self._names = items, sent, names
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._places: list[int] = []

    def graph(self) -> Graph:
        for index, item in enumerate(self._items):
            power = item.operation.exponent if item.operation else None
            if power is not None:  # the exponent is an operand that the engine keeps in a text
                self._nodes.append(Node("constant", "", (Port(array_of(power)),)))
            self._places.append(len(self._nodes))
            self._nodes.append(self._node(index, item))
            for slot, source in enumerate(item.uses):
                self._edges.append(self._edge(index, slot, source))
            if power is not None:
                place = self._places[-1]
                self._edges.append(Edge(place - 1, 0, place, len(item.uses)))
        return Graph(tuple(self._nodes), tuple(self._edges), 0, tuple(self._sent.notes))

    def _node(self, index: int, item: Item) -> Node:
        port = Port(array_of(item.data), self._sent.grads[index])
        name = item.name or self._names.get(id(item.value), "") or _as_number(item, port.value)
        kind: Kind = "op" if item.operation else "leaf"
        if item.shape is None:
            kind = "constant"
        elif not item.is_active:
            kind = "data"
        return Node(kind, item.operation.name if item.operation else "", (port,), name)

    def _edge(self, index: int, slot: int, source: int) -> Edge:
        sent, key = self._sent, (index, slot)
        return Edge(
            self._places[source],
            0,
            self._places[index],
            slot,
            sent.contributions.get(key),
            sent.locals.get(key),
        )


def _as_number(item: Item, value: Array) -> str:
    """The name of a number that an engine made a leaf of, as in `x * 2`: "2"."""
    if item.operation is not None or item.shape is None or value.shape != () or not value.items:
        return ""
    text = number(value.items[0])
    return text if len(text) <= _LONGEST_NUMBER else ""


def _check_scalar(item: Item) -> None:
    """Refuse a loss of more or fewer elements than one, and one that takes no gradient."""
    array = array_of(item.data)
    if array.count != 1:
        shape = shape_of_data(item.data)
        raise InputError(f"loss must be a scalar: got shape {shape}; reduce it with sum or mean")
    if not item.is_active:
        raise InputError(
            "loss must take a gradient: got one whose requires_grad is False; "
            "make it from a leaf that takes one"
        )
