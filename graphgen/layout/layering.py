"""Boxes and edges -> a layer for each box: the longest path, then pulled towards where it is used.

Everything here takes a time proportional to boxes and edges, and no recursion, however deep.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Integers", "layers_of", "sequence"]

_GATHERING = 4
"""A box with so many operands (a sum over all steps) doesn't draw what it uses far away to it."""

Integers = npt.NDArray[np.int64]


def sequence(count: int, sources: Integers, targets: Integers) -> list[int]:
    """The boxes, each after all that lead to it, as if they were worked out on demand.

    Args:
        count: how many boxes there are.
        sources, targets: the ends of each edge.

    Returns:
        The boxes in depth-first post-order from those that nobody uses, operands in their order.
        For a tree, sorting by it lets no two edges cross.

    Raises:
        ValueError: the edges go round in a circle.

    Source: topological sorting by depth-first search, Tarjan, "Edge-Disjoint Spanning Trees and
    Depth-First Search" (1976).

    >>> sequence(3, np.array([0, 1]), np.array([2, 0]))
    [1, 0, 2]
    """
    starts, members = _grouped(count, targets, sources)
    used = np.zeros(count, dtype=bool)
    used[sources] = True
    order: list[int] = []
    cursor, ends = starts[:-1], starts[1:]
    is_open, is_done = bytearray(count), bytearray(count)
    for root in np.flatnonzero(~used).tolist():
        stack = [root]
        while stack:
            box = stack[-1]
            is_open[box] = 1
            at = cursor[box]
            while at < ends[box] and is_done[members[at]]:
                at += 1
            cursor[box] = at
            if at < ends[box]:
                if is_open[members[at]]:
                    break
                stack.append(members[at])
            else:
                is_done[box] = 1
                order.append(stack.pop())
    if len(order) < count:
        raise ValueError("edges that never lead back to where they began: got a circle")
    return order


def layers_of(order: Sequence[int], sources: Integers, targets: Integers) -> Integers:
    """For each box its layer; every edge goes to a higher one.

    By the longest path that leads to it; then a box moves to right before its first use wherever
    that makes edges shorter, all that leads to it alone counted as moving along.

    Args:
        order: of the boxes, see `sequence`.
        sources, targets: the ends of each edge.

    Returns:
        The layers, from 0.

    Source: longest-path layering, Healy and Nikolov, "Hierarchical Drawing Algorithms" (Handbook of
    Graph Drawing and Visualization, 2013); moving boxes is after node promotion, Nikolov and
    Tarassov, "Graph layering by promotion of nodes" (2006).
    """
    count = len(order)
    into, before = _grouped(count, targets, sources)
    out_of, after = _grouped(count, sources, targets)
    layer, held, stays, spread = ([0] * count for _ in range(4))
    for box in order:
        uses, own = out_of[box + 1] - out_of[box], before[into[box] : into[box + 1]]
        spread[box] = uses
        if len(own) == 1:
            (one,) = own  # most boxes of a deep graph: without lists, twice as fast
            layer[box], held[box], wide = layer[one] + 1, stays[one], spread[one]
        elif own:
            layer[box] = 1 + max([layer[one] for one in own])
            held[box] = sum([stays[one] for one in own])
            wide = max([spread[one] for one in own])
        if own:
            stays[box] = 1 if uses > 1 else min(1, held[box])
            spread[box] = uses if uses > 1 else wide
    # Moving a box right shortens an edge for each of its uses, and lengthens one for each operand
    # that something else holds back.
    for box in reversed(order):
        own = after[out_of[box] : out_of[box + 1]]
        if len(own) >= max(1, held[box]):
            first = min(own, key=layer.__getitem__)
            gathered = into[first + 1] - into[first]
            if len(own) > held[box] or gathered < _GATHERING or gathered <= spread[box]:
                layer[box] = layer[first] - 1
    lowest = min(layer)
    return np.array([one - lowest for one in layer], dtype=np.int64)


def _grouped(count: int, by: Integers, what: Integers) -> tuple[list[int], list[int]]:
    """Where the group of each box starts (and the last ends), and the members of all groups."""
    starts = np.concatenate(([0], np.cumsum(np.bincount(by, minlength=count))))
    return starts.tolist(), what[np.argsort(by, kind="stable")].tolist()
