"""Story -> the tree from the loss down, as a directory is listed.

A node that several others use is printed in full once and referred to after.
"""

from collections.abc import Iterator

from graphgen.graph import incoming
from graphgen.story import Story

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
        self._rows = {row.node: row for row in reversed(story.table)}
        self._printed: set[int] = set()
        self._postponed: list[int] = [story.graph.loss]

    def lines(self) -> Iterator[str]:
        for start in self._postponed:  # grows while it is walked
            if start in self._printed:
                continue
            if start != self._graph.loss:
                yield ""
            yield from self._branch(start)

    def _branch(self, start: int) -> Iterator[str]:
        stack = [(start, "", "", 0)]
        while stack:
            node, lead, indent, depth = stack.pop()
            sources = [self._graph.edges[edge].source for edge in self._operands[node]]
            if node in self._printed:
                yield f"{lead}{self._title(node)}{' (above)' if sources else ''}"
                continue
            if depth == _DEEPEST and sources:
                self._postponed.append(node)
                yield f"{lead}{self._title(node)} (below)"
                continue
            self._printed.add(node)
            yield f"{lead}{self._title(node)}{self._numbers(node)}"
            last = len(sources) - 1
            for place, source in reversed(list(enumerate(sources))):
                branch, rest = ("└── ", "    ") if place == last else ("├── ", "│   ")
                stack.append((source, indent + branch, indent + rest, depth + 1))

    def _title(self, node: int) -> str:
        return f"[{node}] {self._titles[node]}" if self._ids else self._titles[node]

    def _numbers(self, node: int) -> str:
        row = self._rows.get(node)
        if row is None:
            return f" {self._names[node]}"
        gradient = f"  ∂ {row.gradient}" if row.gradient else ""
        return f"  value {row.value}{gradient}"
