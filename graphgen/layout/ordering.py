"""Web -> where each item stands across the flow: few crossings, straight ways, nothing overlaps.

All layers are worked on at once, the even ones and the odd ones in turn: each item is drawn to the
mean of its neighbours, and each layer is pushed apart as far as its items need.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphgen.layout.layering import Integers, sequence
from graphgen.layout.swapping import swapped
from graphgen.layout.web import Web

__all__ = ["Floats", "positions"]

Floats = npt.NDArray[np.float64]

_LANE = 9.0
_BEND = 24.0
_ORDERING_ROUNDS = 40
_FEWEST_ROUNDS = 8
_WORK = 3_000_000
_WEIGHTS = (1.0, 2.0, 6.0)


def positions(web: Web, rank: Integers, sizes: Floats, gap: float) -> Floats:
    """The middle of each item across the flow, in points.

    Args:
        web: items and links.
        rank: for each box, its place in the first order.
        sizes: of each box across the flow, in points.
        gap: between two boxes of a layer, in points.

    Returns:
        One number for each item. Two boxes of a layer keep the gap, lines a smaller one.

    Source: the barycenter heuristic of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding
    of Hierarchical System Structures" (1981), on all layers of one parity at once; links weigh more
    between dummies, as in Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed
    Graphs" (1993), 4.2.
    """
    spring = _spring(web, sizes, gap)
    share = min(1.0, max(0.0, _WORK / (len(web.layer) * _ORDERING_ROUNDS)))
    rounds = max(_FEWEST_ROUNDS, round(_ORDERING_ROUNDS * share))
    order = _first_order(web, rank)
    order, y = _ordered(spring, order, rounds)
    order = swapped(web, order, rounds)
    line = _lines(web, spring, order)
    y = _relaxed(spring, order, line, rounds)
    return _straight(web, spring, order, line, y)


@dataclass(frozen=True, slots=True)
class _Spring:
    """What pulls at each item and how much room it takes: fixed while positions change.

    Attributes:
        rows: the layer of each item in any order by layers.
        first: for each item in such an order, the place where its layer begins.
    """

    layer: Integers
    rows: Integers
    first: Integers
    tails: Integers
    heads: Integers
    weight: Floats
    total: Floats
    half: Floats
    is_box: npt.NDArray[np.bool_]
    gap: float


def _spring(web: Web, sizes: Floats, gap: float) -> _Spring:
    count = len(web.layer)
    is_box = np.arange(count) < web.boxes
    dummies = 2 - is_box[web.tails].astype(int) - is_box[web.heads]
    weight = np.array(_WEIGHTS)[dummies]
    total: Floats = np.zeros(count)
    for ends in (web.tails, web.heads):
        total += np.bincount(ends, weight, count)
    half = np.zeros(count)
    half[: web.boxes] = sizes / 2
    rows = np.sort(web.layer)
    first = np.searchsorted(rows, rows)
    return _Spring(web.layer, rows, first, web.tails, web.heads, weight, total, half, is_box, gap)


def _first_order(web: Web, rank: Integers) -> Integers:
    """Items by layer, then rank; a dummy has the rank of its trunk's box."""
    full = np.empty(len(web.layer), dtype=np.int64)
    full[: web.boxes] = rank
    dummies = len(web.layer) - web.boxes
    for_trunk = web.tails[:dummies]
    starts = for_trunk < web.boxes
    owner = for_trunk[np.maximum.accumulate(np.where(starts, np.arange(dummies), 0))]
    full[web.boxes :] = rank[owner]
    return np.lexsort((full, web.layer))


def _ordered(spring: _Spring, order: Integers, rounds: int) -> tuple[Integers, Floats]:
    """Each layer sorted by what its items are drawn to (barycenter), again and again."""
    y = _packed(spring, order)
    for turn in range(rounds):
        parity = turn % 2
        wish = _wish(spring, y)
        moving = spring.layer % 2 == parity
        target = np.where(moving, wish, y)
        # One stable sort orders all layers: each has a range of keys of its own.
        key = target + spring.layer * (float(np.ptp(target)) + 1.0)
        order = order[np.argsort(key[order], kind="stable")]
        y = np.where(moving, _apart(spring, order, target), y)
    return order, y


def _wish(spring: _Spring, y: Floats) -> Floats:
    """The weighted mean of each item's neighbours; its own place where it has none."""
    count = len(y)
    pulled = np.bincount(spring.tails, spring.weight * y[spring.heads], count)
    pulled += np.bincount(spring.heads, spring.weight * y[spring.tails], count)
    return np.where(spring.total > 0, pulled / np.maximum(spring.total, 1e-9), y)


def _offsets(spring: _Spring, order: Integers) -> Floats:
    """For each item in order, the least distance to the first of its layer."""
    half, is_box = spring.half[order], spring.is_box[order]
    both = is_box[1:] & is_box[:-1]
    gaps = np.where(both, spring.gap, np.minimum(_LANE, spring.gap))
    steps = np.concatenate(([0.0], half[1:] + half[:-1] + gaps))
    total = np.cumsum(steps)
    offsets: Floats = total - total[spring.first]
    return offsets


def _packed(spring: _Spring, order: Integers) -> Floats:
    """Each layer as narrow as it can be, around 0."""
    offsets = _offsets(spring, order)
    last = np.searchsorted(spring.rows, spring.rows, side="right") - 1
    y = np.empty(len(order))
    y[order] = offsets - offsets[last] / 2
    return y


def _apart(spring: _Spring, order: Integers, wish: Floats) -> Floats:
    """Positions near the wishes that keep the order and the distances.

    Pushing all up, and pushing all down, both keep the distances, and so does their mean.
    """
    offsets = _offsets(spring, order)
    free = wish[order] - offsets  # without the distances, positions must only not decrease
    # Each layer is lifted above the one before, so that one running maximum serves all of them.
    tower = spring.rows * (float(np.ptp(free)) + 1.0)
    up = np.maximum.accumulate(free + tower) - tower
    down = np.minimum.accumulate((free + tower)[::-1])[::-1] - tower
    y = np.empty(len(order))
    y[order] = (up + down) / 2 + offsets
    return y


def _relaxed(spring: _Spring, order: Integers, line: Integers, rounds: int) -> Floats:
    """Positions in a fixed order; the items of a line are drawn to the same place."""
    sizes = np.bincount(line)
    y = _packed(spring, order)
    for _ in range(rounds):
        wish = np.bincount(line, _wish(spring, y)) / sizes
        y = _apart(spring, order, wish[line])
    return y


def _straight(web: Web, spring: _Spring, order: Integers, line: Integers, y: Floats) -> Floats:
    """Positions with every line made straight, but for its larger bends."""
    piece = _pieces(web, line, y)
    wish = np.bincount(piece, y) / np.bincount(piece)
    return _settled(_chain(spring, order, piece), wish)[piece]


def _pieces(web: Web, line: Integers, y: Floats) -> Integers:
    """For each item, the part of its line that bends so little that it can be made straight."""
    rows = np.lexsort((web.layer, line))
    number, current, low, high = -1, -1, 0.0, 0.0
    numbers = []
    for own, at in zip(line[rows].tolist(), y[rows].tolist(), strict=True):
        low, high = min(low, at), max(high, at)
        if own != current or high - low > _BEND:
            number, current, low, high = number + 1, own, at, at
        numbers.append(number)
    piece = np.empty(len(rows), dtype=np.int64)
    piece[rows] = numbers
    return piece


@dataclass(frozen=True, slots=True)
class _Chain:
    """Which lines lie above which: pairs in an order in which they can be worked off."""

    above: list[int]
    below: list[int]
    least: list[float]


def _chain(spring: _Spring, order: Integers, line: Integers) -> _Chain:
    mine = line[order]
    same = np.flatnonzero(spring.rows[1:] == spring.rows[:-1])
    above, below = mine[same], mine[same + 1]
    need = np.diff(_offsets(spring, order))[same]
    rows = np.lexsort((-need, below, above))
    above, below, need = above[rows], below[rows], need[rows]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (above[1:] != above[:-1]) | (below[1:] != below[:-1])
    above, below, need = above[new], below[new], need[new]
    place = np.empty(int(line.max()) + 1, dtype=np.int64)
    place[sequence(len(place), above, below)] = np.arange(len(place))
    rows = np.argsort(place[below], kind="stable")
    return _Chain(above[rows].tolist(), below[rows].tolist(), need[rows].tolist())


def _settled(chain: _Chain, wish: Floats) -> Floats:
    """The mean of pushing all lines down as far as needed, and of pushing all up."""
    down, up = wish.tolist(), wish.tolist()
    for above, below, least in zip(chain.above, chain.below, chain.least, strict=True):
        if down[above] + least > down[below]:
            down[below] = down[above] + least
    rows = zip(reversed(chain.above), reversed(chain.below), reversed(chain.least), strict=True)
    for above, below, least in rows:
        if up[below] - least < up[above]:
            up[above] = up[below] - least
    mean: Floats = (np.array(down) + np.array(up)) / 2
    return mean


def _lines(web: Web, spring: _Spring, order: Integers) -> Integers:
    """For each item, the line it belongs to: links that both of their ends like best, without
    those that cross a heavier one.

    Source: vertical alignment with medians, Brandes and Köpf, "Fast and Simple Horizontal
    Coordinate Assignment" (2001); here a link must be the median of both of its ends.
    """
    count = len(order)
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    best_head = _best(spring.tails, spring.heads, spring.weight, place, count)
    best_tail = _best(spring.heads, spring.tails, spring.weight, place, count)
    mutual = np.flatnonzero((best_head >= 0) & (best_tail[best_head] == np.arange(count)))
    mutual = mutual[np.argsort(place[mutual])]
    is_box = spring.is_box
    heavy = 2 - is_box[mutual].astype(int) - is_box[best_head[mutual]]
    uncrossed = _uncrossed(
        web.layer[mutual].tolist(), place[best_head[mutual]].tolist(), heavy.tolist()
    )
    before = list(range(count))
    for tail, head in zip(
        mutual[uncrossed].tolist(), best_head[mutual[uncrossed]].tolist(), strict=True
    ):
        before[head] = before[tail]
    return np.unique(np.array(before, dtype=np.int64), return_inverse=True)[1].reshape(-1)


def _uncrossed(layer: list[int], head: list[int], heavy: list[int]) -> list[int]:
    """Which of the links in order of their tails to keep, so that no two cross."""
    chosen: list[int] = []
    for at, (own, goal, weight) in enumerate(zip(layer, head, heavy, strict=True)):
        rivals = len(chosen)
        while rivals and layer[chosen[rivals - 1]] == own and head[chosen[rivals - 1]] > goal:
            rivals -= 1
        if all(heavy[other] < weight for other in chosen[rivals:]):
            del chosen[rivals:]
            chosen.append(at)
    return chosen


def _best(own: Integers, other: Integers, weight: Floats, place: Integers, count: int) -> Integers:
    """For each item its best neighbour on one side: the heaviest link, of those the middle one."""
    best = np.full(count, -1)
    order = np.lexsort((place[other], -weight, own))
    mine, heavy = own[order], weight[order]
    is_first = np.concatenate(([True], mine[1:] != mine[:-1])) if len(mine) else np.zeros(0, bool)
    begin = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    alike = heavy == heavy[begin][group] if len(mine) else np.zeros(0, bool)
    heads = np.bincount(group[alike], minlength=len(begin)) if len(mine) else begin
    best[mine[begin]] = other[order[begin + (heads - 1) // 2]]
    return best
