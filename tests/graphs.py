"""Small graphs worked by hand, and a strategy for graphs of scalars with exact numbers."""

from collections.abc import Sequence

from hypothesis import strategies as st

from graphgen.model.graph import Array, Edge, Graph, Kind, Node, Port


def scalar(value: float) -> Array:
    """A float64 scalar."""
    return Array((), "float64", (value,))


def node(
    kind: Kind, name: str, value: float, grad: float | None, op: str = "", label: str = ""
) -> Node:
    """A node with one scalar output."""
    port = Port(scalar(value), None if grad is None else scalar(grad))
    return Node(kind, op, (port,), name, label)


def edge(source: int, target: int, slot: int, contribution: float, local: float) -> Edge:
    """An edge between scalars."""
    return Edge(source, 0, target, slot, scalar(contribution), scalar(local))


def two_paths() -> Graph:
    """s = a + b; c = s * b at a = 2, b = 3: b gets 5 along c and 3 along s."""
    nodes = (
        node("leaf", "a", 2.0, 3.0),
        node("leaf", "b", 3.0, 8.0),
        node("op", "s", 5.0, 3.0, "AddBackward0", "a + b"),
        node("op", "c", 15.0, 1.0, "MulBackward0", "s * b"),
    )
    edges = (
        edge(0, 2, 0, 3.0, 1.0),
        edge(1, 2, 1, 3.0, 1.0),
        edge(2, 3, 0, 3.0, 3.0),
        edge(1, 3, 1, 5.0, 5.0),
    )
    return Graph(nodes, edges)


def square_by_product() -> Graph:
    """c = a * a at a = 3: two edges between the same two nodes, 3 along each."""
    nodes = (node("leaf", "a", 3.0, 6.0), node("op", "c", 9.0, 1.0, "MulBackward0", "a * a"))
    return Graph(nodes, (edge(0, 1, 0, 3.0, 3.0), edge(0, 1, 1, 3.0, 3.0)))


def chain(length: int) -> Graph:
    """x + 1 + 1 ...: a leaf and `length` operations behind each other, all slopes 1."""
    leaf = node("leaf", "x", 0.0, 1.0)
    ops = (node("op", "", float(i + 1), 1.0, "AddBackward0") for i in range(length))
    edges = tuple(edge(i, i + 1, 0, 1.0, 1.0) for i in range(length))
    return Graph((leaf, *ops), edges)


def sum_of_products(pairs: Sequence[tuple[int, int]], leaves: Sequence[int]) -> Graph:
    """t = x_i * x_j for each pair, added up one after the other; worked here in exact integers."""
    values: list[float] = [float(leaf) for leaf in leaves]
    made: list[tuple[str, int, int]] = [("MulBackward0", i, j) for i, j in pairs]
    first = len(leaves)
    total = first
    for index in range(first + 1, first + len(pairs)):
        made.append(("AddBackward0", total, index))
        total = first + len(made) - 1
    for op, i, j in made:
        values.append(values[i] * values[j] if op == "MulBackward0" else values[i] + values[j])
    return _with_gradients(values, first, made)


def _with_gradients(values: list[float], leaves: int, made: list[tuple[str, int, int]]) -> Graph:
    grads = [0.0] * len(values)
    grads[-1] = 1.0
    edges: list[Edge] = []
    for target in reversed(range(leaves, len(values))):
        op, *sources = made[target - leaves]
        for slot, source in enumerate(sources):
            local = values[sources[1 - slot]] if op == "MulBackward0" else 1.0
            edges.append(edge(source, target, slot, local * grads[target], local))
            grads[source] += local * grads[target]
    edges.sort(key=lambda e: (e.target, e.slot))
    kept = {e.source for e in edges} | {len(values) - 1}
    number = {old: new for new, old in enumerate(sorted(kept))}
    nodes = tuple(
        node("leaf", f"x{i}", values[i], grads[i])
        if i < leaves
        else node("op", "", values[i], grads[i], made[i - leaves][0])
        for i in sorted(kept)
    )
    moved = (
        Edge(number[e.source], 0, number[e.target], e.slot, e.contribution, e.local) for e in edges
    )
    return Graph(nodes, tuple(moved))


@st.composite
def graphs(draw: st.DrawFn, largest: int = 20) -> Graph:
    """Sums of products of up to four leaves: shared leaves, shared edges, singly told and waves."""
    leaves = draw(st.lists(st.integers(-9, 9), min_size=1, max_size=4))
    indices = st.integers(0, len(leaves) - 1)
    pairs = draw(st.lists(st.tuples(indices, indices), min_size=1, max_size=largest))
    return sum_of_products(pairs, leaves)
