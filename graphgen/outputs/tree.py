"""Story -> the tree from the loss down, as a directory is listed.

A node that several others use is printed in full once and referred to after; of one with several
outputs each output has its own value and gradient.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from graphgen.model.graph import incoming
from graphgen.model.story import Story
from graphgen.narration.words import output_name

__all__ = ["tree"]

_DEEPEST = 40
"""Below this depth a branch is printed as a tree of its own, so that a long chain stays readable
and takes space in proportion to its length."""


def tree(story: Story, ids: bool = False) -> str:
    """The tree of a story's graph with values and gradients.

    Args:
        story: whose graph, names and numbers are printed.
        ids: number the nodes, so that what is printed twice shows as the same one.

    Returns:
        Lines, each ended by a newline.
    """
    return "".join(f"{line}\n" for line in _Lister(story, ids).lines())


class _Lister:
    """Walks the graph from the loss with a stack of its own, however deep it is."""

    def __init__(self, story: Story, ids: bool) -> None:
        self._graph = story.graph
        self._operands = incoming(story.graph)
        self._ids = ids
        self._names = story.names
        self._titles = {m.cell.index: m.text for m in story.steps[0].marks}
        self._rows = {node: list(rows) for node, rows in groupby(story.table, attrgetter("node"))}
        self._printed: set[tuple[int, int]] = set()
        self._listed: set[int] = set()
        self._postponed: list[tuple[int, int]] = [(story.graph.loss, story.graph.loss_port)]

    def lines(self) -> Iterator[str]:
        for number, start in enumerate(self._postponed):  # grows while it is walked
            if start[0] in self._listed:
                continue
            if number:
                yield ""
            yield from self._branch(start)

    def _branch(self, start: tuple[int, int]) -> Iterator[str]:
        stack = [(start, "", "", 0)]
        while stack:
            (node, port), lead, indent, depth = stack.pop()
            edges = [self._graph.edges[edge] for edge in self._operands[node]]
            if node in self._listed:
                yield f"{lead}{self._again(node, port)}{' (above)' if edges else ''}"
                continue
            if depth == _DEEPEST and edges:
                self._postponed.append((node, port))
                yield f"{lead}{self._title(node, port)} (below)"
                continue
            self._listed.add(node)
            self._printed.add((node, port))
            yield f"{lead}{self._title(node, port)}{self._numbers(node, port)}"
            last = len(edges) - 1
            for place, edge in reversed(list(enumerate(edges))):
                branch, rest = ("└── ", "    ") if place == last else ("├── ", "│   ")
                operand = (edge.source, edge.port)
                stack.append((operand, indent + branch, indent + rest, depth + 1))

    def _again(self, node: int, port: int) -> str:
        """A node that is listed already: the numbers of an output that wasn't printed yet."""
        numbers = "" if (node, port) in self._printed else self._numbers(node, port)
        self._printed.add((node, port))
        return f"{self._title(node, port)}{numbers}"

    def _title(self, node: int, port: int) -> str:
        own = self._graph.nodes[node].ports[port].name
        title = output_name(self._titles[node], port, own)
        return f"[{node}] {title}" if self._ids else title

    def _numbers(self, node: int, port: int) -> str:
        rows = self._rows.get(node)
        if rows is None:
            return f" {self._names[node]}"
        gradient = f"  ∂ {rows[port].gradient}" if rows[port].gradient else ""
        return f"  value {rows[port].value}{gradient}"
