"""Story -> the table of how every gradient is made up, and its check by finite differences."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphgen.digits import number
from graphgen.graph import Graph
from graphgen.story import Row, Story

__all__ = ["TOLERANCE", "Comparison", "compare", "explain"]

TOLERANCE = 1e-5
"""How far a gradient may be from its finite difference, relative to the larger of 1 and either."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One node's gradient beside its finite difference.

    Attributes:
        error: the largest difference between two elements, relative to the larger of 1 and either.
        agrees: whether the error is within TOLERANCE.
    """

    node: int
    error: float
    agrees: bool


def explain(story: Story, comparisons: Sequence[Comparison] = ()) -> str:
    """The table: name, value, gradient, and how the gradient is made up.

    Args:
        story: whose table is printed.
        comparisons: what `compare` found; each is told at the end of its line.

    Returns:
        A title, then a line for each row, each ended by a newline.
    """
    checks = {comparison.node: comparison for comparison in comparisons}
    heads = ("", "value", "gradient", "how it is made up")
    table = [heads, *(_cells(row, checks.get(row.node)) for row in story.table)]
    widths = [max(len(cells[column]) for cells in table) for column in range(3)]
    lines = [
        "  ".join((*(c.ljust(w) for c, w in zip(cells[:3], widths, strict=True)), *cells[3:]))
        for cells in table
    ]
    notes = [f"note: {note}" for note in story.graph.notes]
    return "".join(f"{line.rstrip()}\n" for line in (story.title, "", *lines, *notes))


def compare(graph: Graph, differences: Mapping[str, Sequence[float]]) -> Iterator[Comparison]:
    """Every named gradient beside its finite difference.

    Args:
        graph: the recorded graph.
        differences: for each name, d loss / d its elements, row-major.

    Yields:
        A comparison for each named node whose gradient's elements are all known.
    """
    for index, node in enumerate(graph.nodes):
        found = differences.get(node.name)
        grad = node.ports[0].grad
        if found is None or grad is None or grad.items is None:
            continue
        pairs = zip(grad.items, found, strict=True)
        error = max((_error(complex(ours).real, theirs) for ours, theirs in pairs), default=0.0)
        yield Comparison(index, error, error <= TOLERANCE)


def _cells(row: Row, check: Comparison | None) -> tuple[str, str, str, str]:
    verdict = ""
    if check is not None:
        word = "agrees with" if check.agrees else "DIFFERS from"
        verdict = f"  ({word} its finite difference: {number(check.error)})"
    return row.name, row.value, row.gradient, row.made_of + verdict


def _error(ours: float, theirs: float) -> float:
    """The difference relative to the larger of 1 and either; inf where only one is a number."""
    if ours == theirs or (math.isnan(ours) and math.isnan(theirs)):
        return 0.0
    error = abs(ours - theirs) / max(1.0, abs(ours), abs(theirs))
    return error if math.isfinite(error) else math.inf
