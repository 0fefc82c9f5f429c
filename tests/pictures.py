"""Small graphs built by hand, with numbers worked out on paper, for the tests of the pictures."""

from graphgen.graph import Array, Edge, Graph, Node, Port
from graphgen.layout import place
from graphgen.picture import Picture
from graphgen.story import Story
from graphgen.telling import tell
from graphgen.theme import DARK, Theme


def scalar(number: float) -> Array:
    """A number as a graph holds it."""
    return Array((), "float64", (number,))


def leaf(name: str, value: float, grad: float) -> Node:
    """A leaf that is one number."""
    return Node("leaf", "", (Port(scalar(value), scalar(grad)),), name)


def made(op: str, name: str, label: str, value: float, grad: float | None) -> Node:
    """An operation whose result is one number."""
    return Node(
        "op", op, (Port(scalar(value), None if grad is None else scalar(grad)),), name, label
    )


def use(source: int, target: int, slot: int, contribution: float | None, local: float) -> Edge:
    """One use of a number."""
    sent = None if contribution is None else scalar(contribution)
    return Edge(source, 0, target, slot, sent, scalar(local))


def two_paths() -> Graph:
    """c = (a + b) * b at a = 2, b = 3: s = 5, c = 15; b gets s * 1 = 5 and b * 1 = 3, so 8."""
    return Graph(
        nodes=(
            leaf("a", 2.0, 3.0),
            leaf("b", 3.0, 8.0),
            made("AddBackward0", "s", "a + b", 5.0, 3.0),
            made("MulBackward0", "c", "s * b", 15.0, 1.0),
        ),
        edges=(
            use(0, 2, 0, 3.0, 1.0),
            use(1, 2, 1, 3.0, 1.0),
            use(2, 3, 0, 3.0, 3.0),
            use(1, 3, 1, 5.0, 5.0),
        ),
    )


def two_paths_story() -> Story:
    """The story of `two_paths`."""
    return tell(two_paths(), title="c = (a + b) * b")


def picture(theme: Theme = DARK) -> Picture:
    """The picture of `two_paths`."""
    story = two_paths_story()
    return Picture(story, place(story, theme), theme)
