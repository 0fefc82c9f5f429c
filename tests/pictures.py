"""Pictures to look at: graphs of every kind of card, and a strategy for graphs of any shape."""

import math
from collections.abc import Mapping

from hypothesis import strategies as st

from graphgen.layout import place
from graphgen.layout.routes import curves_of
from graphgen.model.geometry import Box, Direction, Route
from graphgen.model.graph import Array, Edge, Graph, Kind, Node, Port, Summary
from graphgen.model.picture import Picture
from graphgen.model.theme import DARK, Theme
from graphgen.narration.telling import tell
from tests.graphs import edge, node, square_by_product, two_paths

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "</text></svg><script>alert(1)</script>",
    'label="<b>bold</b>"',
    "<<table><tr><td>x</td></tr></table>>",
    "&amp;&lt;&#60;script&#62;",
    "a\\N\\G\\l b",
    '"]; n9 [URL="javascript:alert(1)"',
    "null\0bell\x07escape\x1b[31m",
    "right\u202eto left\u2066",
    "lone surrogate \ud800",
    "url(#x) ' onload='y",
    "*/}@import 'x';",
)
"""Names that want to be more than text."""

_SHAPES = ((), (2,), (3, 1), (2, 3), (4, 4), (70,))


def picture(
    graph: Graph, theme: Theme = DARK, direction: Direction = "lr", title: str = ""
) -> Picture:
    """The picture of a graph."""
    story = tell(graph, title=title)
    return Picture(story, place(story, theme, direction), theme)


def array(shape: tuple[int, ...], start: float = 0.25) -> Array:
    """An array of a shape: small ones with their numbers, large ones with a summary."""
    count = math.prod(shape)
    if count <= 64:
        return Array(shape, "float64", tuple(start + i for i in range(count)))
    strip = tuple(math.sin(i) for i in range(16))
    return Array(shape, "float64", None, Summary(-1.5, 2.25, 0.125, 9.5, 0, 0, strip))


def data_and_cut() -> Graph:
    """y = x * w; loss = y * detach(y) * 2: data, a constant and a cut as well."""
    nodes = (
        node("data", "x", 4.0, None),
        node("leaf", "w", 0.5, 16.0),
        node("constant", "", 2.0, None),
        node("op", "y", 2.0, 4.0, "MulBackward0", "x * w"),
        node("cut", "d", 2.0, None, "detach"),
        node("op", "p", 4.0, 2.0, "MulBackward0", "y * d"),
        node("op", "loss", 8.0, 1.0, "MulBackward0", "p * 2"),
    )
    edges = (
        Edge(0, 0, 3, 0),
        edge(1, 3, 1, 16.0, 4.0),
        Edge(3, 0, 4, 0),
        edge(3, 5, 0, 4.0, 2.0),
        Edge(4, 0, 5, 1),
        edge(5, 6, 0, 2.0, 2.0),
        Edge(2, 0, 6, 1),
    )
    return Graph(nodes, edges)


def alarm() -> Graph:
    """c = a / b at b = 0: inf and nan."""
    nodes = (
        node("leaf", "a", 1.0, math.inf),
        node("leaf", "b", 0.0, math.nan),
        node("op", "c", math.inf, 1.0, "DivBackward0", "a / b"),
    )
    return Graph(nodes, (edge(0, 2, 0, math.inf, math.inf), edge(1, 2, 1, math.nan, math.nan)))


def matrices() -> Graph:
    """A small matrix, a column and an array too large for numbers."""
    kinds: tuple[tuple[Kind, str, tuple[int, ...], str], ...] = (
        ("leaf", "W", (2, 2), ""),
        ("leaf", "v", (2, 1), ""),
        ("leaf", "big", (70,), ""),
        ("op", "y", (2, 1), "MmBackward0"),
        ("op", "s", (), "SumBackward0"),
    )
    nodes = tuple(
        Node(kind, op, (Port(array(shape), array(shape, -1.5)),), name)
        for kind, name, shape, op in kinds
    )
    uses = ((0, 3, 0), (1, 3, 1), (2, 4, 1), (3, 4, 0))
    edges = tuple(
        Edge(source, 0, target, slot, array(kinds[source][2], 7.0)) for source, target, slot in uses
    )
    return Graph(nodes, edges)


def named(name: str) -> Graph:
    """The graph of two paths with people's text in every name and label."""
    plain = two_paths()
    nodes = tuple(
        Node(n.kind, n.op, n.ports, f"{name}{i}", name) for i, n in enumerate(plain.nodes)
    )
    return Graph(nodes, plain.edges)


def sixty() -> Graph:
    """60 nodes and 104 uses, with shared leaves."""
    nodes = [node("leaf", f"w{i}", 0.5 + i, -0.1234) for i in range(8)]
    edges = []
    for index in range(8, 60):
        op = "MulBackward0" if index % 2 else "AddBackward0"
        nodes.append(node("op", "", -0.01234 * index, 0.04321, op))
        edges.append(edge(index - 1 if index % 4 else index - 4, index, 0, 0.1234, 1.5))
        edges.append(edge(index * 7 % 8, index, 1, -0.4321, 0.25))
    return Graph(tuple(nodes), tuple(edges))


ZOO: Mapping[str, Graph] = {
    "two paths": two_paths(),
    "a product with itself": square_by_product(),
    "data and a cut": data_and_cut(),
    "nan and inf": alarm(),
    "matrices": matrices(),
}
"""One graph for everything that a picture can show."""


@st.composite
def any_graphs(draw: st.DrawFn, largest: int = 14) -> Graph:
    """Graphs of every shape and kind, with texts short and long; the numbers need not fit."""
    count = draw(st.integers(1, largest))
    shapes = [draw(st.sampled_from(_SHAPES)) for _ in range(count)]
    names = st.text(st.characters(codec="utf-8"), max_size=12)
    nodes, edges = [], []
    for index in range(count):
        operands = draw(st.lists(st.integers(0, index - 1), max_size=4)) if index else []
        kind: Kind = "op" if operands else draw(st.sampled_from(("leaf", "data", "constant")))
        grad = array(shapes[index], -12345.678) if kind in ("leaf", "op") else None
        op = "AddBackward0" if operands else ""
        nodes.append(Node(kind, op, (Port(array(shapes[index]), grad),), draw(names)))
        for slot, source in enumerate(operands):
            has_grad = nodes[source].ports[0].grad is not None
            sent = array(shapes[source], 0.098765) if has_grad else None
            edges.append(Edge(source, 0, index, slot, sent))
    return Graph(tuple(nodes), tuple(edges))


def overlap(one: Box, other: Box, slack: float = 0.1) -> bool:
    """Whether two boxes share more than their borders."""
    return (
        one.x + one.width > other.x + slack
        and other.x + other.width > one.x + slack
        and one.y + one.height > other.y + slack
        and other.y + other.height > one.y + slack
    )


def inside(inner: Box, outer: Box, slack: float = 0.1) -> bool:
    """Whether a box stands within another."""
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def points_on(route: Route, count: int = 12) -> list[tuple[float, float]]:
    """Points along a route, by Bernstein's polynomials."""
    found = []
    for a, b, c, d in curves_of(route):
        for i in range(count + 1):
            t = i / count
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = sum(w * p.x for w, p in zip(weights, (a, b, c, d), strict=True))
            y = sum(w * p.y for w, p in zip(weights, (a, b, c, d), strict=True))
            found.append((x, y))
    return found
