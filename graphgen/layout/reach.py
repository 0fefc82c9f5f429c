"""How far the edges of a graph reach: whether Graphviz's dot can place it in a second or two.

dot puts a place into every layer that an edge crosses and sorts them all again and again, so what
counts is the sum of the layers that edges cross, not the number of boxes: a leaf that is used at
all steps of a long loop is what defeats it.
"""

from collections.abc import Sequence

__all__ = ["FARTHEST", "needs_layers"]

FARTHEST = 1_000
"""dot 2.43 takes about 2 s where the edges cross so many layers together (each with its label)."""


def needs_layers(count: int, edges: Sequence[tuple[int, int]], farthest: int = FARTHEST) -> bool:
    """Whether a graph is beyond what dot does in about two seconds.

    Measured with contributions: edges that cross 630 layers together take 0.2 s (a transformer of
    200 boxes), 500 take 0.1 s and 1,200 from 0.4 to 2 s (an unrolled network of 5 and 8 steps),
    1,700 take 4 s (a transformer of 400 boxes), and 2,500 more than 15 s (12 steps).

    Args:
        count: how many boxes there are.
        edges: (source, target) of each edge, from a lower to a higher box.
        farthest: how many layers all edges together may cross.

    Returns:
        Whether our own layers place it, instead of dot.

    >>> needs_layers(3, [(0, 1), (1, 2), (0, 2)])
    False
    >>> needs_layers(1_500, [(box, box + 1) for box in range(1_499)])
    True
    """
    if len(edges) > farthest:
        return True
    layer = _layers(count, edges)
    return sum([layer[target] - layer[source] for source, target in edges]) > farthest


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Layers by the longest path; boxes used as often as they use others stand before their use."""
    users: list[list[int]] = [[] for _ in range(count)]
    operands: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        users[source].append(target)
        operands[target].append(source)
    layer = [0] * count
    for box, own in enumerate(operands):
        if own:
            layer[box] = 1 + max([layer[one] for one in own])
    for box in reversed(range(count)):
        if users[box] and len(users[box]) >= len(operands[box]):
            layer[box] = min([layer[one] for one in users[box]]) - 1
    return layer
