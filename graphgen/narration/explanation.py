"""Story -> the table of how every gradient is made up, and its check by finite differences."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphgen.model.arithmetic import distance
from graphgen.model.graph import Graph, outgoing
from graphgen.model.story import Row, Story
from graphgen.text.digits import number
from graphgen.text.sentences import CHECKS

if TYPE_CHECKING:
    from graphgen.language.differences import Difference

__all__ = ["TOLERANCE", "Comparison", "compare", "explain"]

TOLERANCE = 1e-5
"""How far a gradient may be from its finite difference, relative to the larger of both, besides
what the difference itself may be off."""
_UNSURE = 1e-3
"""A difference that may be off by more of the gradient tells nothing."""

_REASONS = {"kink": "kink", "edge": "edge", "": "hidden"}
"""The sentence for what makes a difference doubtful; "" where its own error does."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One node's gradient beside its finite difference.

    Attributes:
        error: the largest difference between two elements, relative to the largest of either.
        agrees: whether the difference confirms the gradient; None where it can't be decided.
        reason: why it can't be decided, else "".
    """

    node: int
    error: float
    agrees: bool | None
    reason: str = ""


def explain(story: Story, comparisons: Sequence[Comparison] = ()) -> str:
    """The table: name, value, gradient, and how the gradient is made up.

    Args:
        story: whose table is printed.
        comparisons: what `compare` found; each is told at the end of its line.

    Returns:
        A title, then a line for each row, each ended by a newline.
    """
    checks = {comparison.node: comparison for comparison in comparisons}
    heads = ("", *map(CHECKS.say, ("value", "gradient", "made of")))
    table = [heads, *(_cells(row, checks.get(row.node)) for row in story.table)]
    widths = [max(len(cells[column]) for cells in table) for column in range(3)]
    lines = [
        "  ".join((*(c.ljust(w) for c, w in zip(cells[:3], widths, strict=True)), *cells[3:]))
        for cells in table
    ]
    notes = [CHECKS.say("note", note=note) for note in story.graph.notes]
    return "".join(f"{line.rstrip()}\n" for line in (story.title, "", *lines, *notes))


def compare(
    graph: Graph, differences: Mapping[str, Sequence["Difference"]]
) -> Iterator[Comparison]:
    """Every named gradient beside its finite difference.

    Args:
        graph: the recorded graph.
        differences: for each name, d loss / d its elements, row-major.

    Yields:
        A comparison for each named node whose gradient's elements are all known.
    """
    behind_kink = [False] * len(graph.nodes)
    comparisons = []
    uses = outgoing(graph)
    for index in reversed(range(len(graph.nodes))):
        behind_kink[index] = any(behind_kink[graph.edges[edge].target] for edge in uses[index])
        node = graph.nodes[index]
        slopes = differences.get(node.name)
        grad = node.ports[0].grad
        if slopes is not None and grad is not None and grad.items is not None:
            comparison = _compared(index, [number.real for number in grad.items], slopes)
            if comparison.agrees is False and behind_kink[index]:
                comparison = replace(comparison, agrees=None, reason=CHECKS.say("behind a kink"))
            behind_kink[index] |= any(slope.doubt == "kink" for slope in slopes)
            comparisons.append(comparison)
    yield from reversed(comparisons)


def _compared(node: int, gradient: Sequence[float], slopes: Sequence["Difference"]) -> Comparison:
    """One gradient beside its difference: a single element that differs makes it differ."""
    pairs = list(zip(gradient, slopes, strict=True))
    sizes = [abs(x) for ours, slope in pairs for x in (ours, slope.slope) if math.isfinite(x)]
    size = max(sizes, default=0.0)
    apart = [distance(ours, slope.slope) for ours, slope in pairs]
    error = max(apart, default=0.0) / size if size else max(apart, default=0.0)
    error = error if math.isfinite(error) else math.inf
    if any(_differs(ours, slope) for ours, slope in pairs):
        return Comparison(node, error, False)
    for ours, slope in pairs:
        if slope.doubt or _is_unsure(ours, slope, size):
            return Comparison(node, error, None, CHECKS.say(_REASONS[slope.doubt]))
    return Comparison(node, error, True)


def _differs(ours: float, slope: "Difference") -> bool:
    """Whether a gradient is surely not the loss's slope."""
    if slope.doubt or not math.isfinite(slope.error + slope.rounding):
        return False
    near = 4 * (slope.error + slope.rounding) + TOLERANCE * max(abs(ours), abs(slope.slope))
    return not abs(ours - slope.slope) <= near


def _is_unsure(ours: float, slope: "Difference", size: float) -> bool:
    """Whether a difference is too vague to confirm a gradient. Of one that is 0 there is nothing to
    compare with but the number 1."""
    bound = slope.error + slope.rounding
    return not bound <= (_UNSURE * size if size > 0 else TOLERANCE)


def _cells(row: Row, check: Comparison | None) -> tuple[str, str, str, str]:
    if check is None:
        return row.name, row.value, row.gradient, row.made_of
    return row.name, row.value, row.gradient, f"{row.made_of}  ({_verdict(check)})"


def _verdict(check: Comparison) -> str:
    if check.agrees is None:
        return CHECKS.say("undecided", reason=check.reason)
    return CHECKS.say("agrees" if check.agrees else "differs", error=number(check.error))
