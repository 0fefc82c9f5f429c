"""Web -> where each item stands across the flow: few crossings, straight ways, nothing overlaps.

All layers are worked on at once, the even ones and the odd ones in turn: each item is drawn to the
mean of its neighbours, and each layer is pushed apart as far as its items need.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphgen.layering import Integers
from graphgen.web import Web

__all__ = ["Floats", "positions"]

Floats = npt.NDArray[np.float64]

_LANE = 9.0
_ORDERING_ROUNDS = 24
_RELAXING_ROUNDS = 24
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
    """
    spring = _spring(web, sizes, gap)
    share = min(1.0, max(0.0, _WORK / (len(web.layer) * _ORDERING_ROUNDS)))
    rounds = max(_FEWEST_ROUNDS, round(_ORDERING_ROUNDS * share))
    order = _first_order(web, rank)
    order, y = _ordered(spring, order, rounds)
    order = _swapped(web, order, rounds // 4 + 1)
    y = _relaxed(web, spring, order, rounds)
    return _straightened(web, spring, order, y)


@dataclass(frozen=True, slots=True)
class _Spring:
    """What pulls at each item and how much room it takes: fixed while positions change."""

    layer: Integers
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
    ends = (~is_box[web.tails]).astype(int) + ~is_box[web.heads]
    weight = np.array(_WEIGHTS)[ends]
    total = np.bincount(web.tails, weight, count) + np.bincount(web.heads, weight, count)
    half = np.zeros(count)
    half[: web.boxes] = sizes / 2
    return _Spring(web.layer, web.tails, web.heads, weight, total, half, is_box, gap)


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
    """Each layer sorted by what its items are drawn to, again and again."""
    y = _packed(spring, order)
    span = float(np.ptp(y)) + 1.0
    for turn in range(rounds):
        parity = turn % 2
        wish = _wish(spring, y)
        moving = spring.layer % 2 == parity
        target = np.where(moving, wish, y)
        key = target + spring.layer * (2 * span)
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
    half, is_box, layer = spring.half[order], spring.is_box[order], spring.layer[order]
    both = is_box[1:] & is_box[:-1]
    gaps = np.where(both, spring.gap, np.minimum(_LANE, spring.gap))
    steps = np.concatenate(([0.0], half[1:] + half[:-1] + gaps))
    total = np.cumsum(steps)
    first = np.searchsorted(layer, layer)
    return total - total[first]


def _packed(spring: _Spring, order: Integers) -> Floats:
    """Each layer as narrow as it can be, around 0."""
    offsets = _offsets(spring, order)
    layer = spring.layer[order]
    last = np.searchsorted(layer, layer, side="right") - 1
    y = np.empty(len(order))
    y[order] = offsets - offsets[last] / 2
    return y


def _apart(spring: _Spring, order: Integers, wish: Floats) -> Floats:
    """Positions near the wishes that keep the order and the distances.

    Pushing all up, and pushing all down, both keep the distances, and so does their mean.
    """
    offsets, layer = _offsets(spring, order), spring.layer[order]
    free = wish[order] - offsets
    tower = layer * (float(np.ptp(free)) + 1.0)
    up = np.maximum.accumulate(free + tower) - tower
    down = np.minimum.accumulate((free + tower)[::-1])[::-1] - tower
    y = np.empty(len(order))
    y[order] = (up + down) / 2 + offsets
    return y


def _swapped(web: Web, order: Integers, rounds: int) -> Integers:
    """The order with neighbours swapped wherever that takes away crossings."""
    return order


def _relaxed(web: Web, spring: _Spring, order: Integers, rounds: int) -> Floats:
    """Positions in a fixed order; items in one straight line move together."""
    line = _lines(web, spring, order)
    sizes = np.bincount(line)
    y = _packed(spring, order)
    for turn in range(rounds):
        wish = _wish(spring, y)
        wish = (np.bincount(line, wish) / sizes)[line]
        y = _apart(spring, order, wish)
    return y


def _lines(web: Web, spring: _Spring, order: Integers) -> Integers:
    """For each item, the line it belongs to: links that both of their ends like best."""
    count = len(order)
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    best_head = _best(spring.tails, spring.heads, spring.weight, place, count)
    best_tail = _best(spring.heads, spring.tails, spring.weight, place, count)
    line = np.arange(count)
    mutual = np.flatnonzero((best_head >= 0) & (best_tail[best_head] == np.arange(count)))
    follow = np.full(count, -1)
    follow[best_head[mutual]] = mutual
    parent = follow.tolist()
    found = line.tolist()
    for item in np.argsort(web.layer, kind="stable").tolist():
        if parent[item] >= 0:
            found[item] = found[parent[item]]
    return np.unique(np.array(found, dtype=np.int64), return_inverse=True)[1].reshape(-1)


def _best(own: Integers, other: Integers, weight: Floats, place: Integers, count: int) -> Integers:
    """For each item its best neighbour on one side: the heaviest link, of those the middle one."""
    found = np.full(count, -1)
    order = np.lexsort((place[other], -weight, own))
    mine, heavy = own[order], weight[order]
    is_first = np.concatenate(([True], mine[1:] != mine[:-1])) if len(mine) else np.zeros(0, bool)
    begin = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    alike = heavy == heavy[begin][group] if len(mine) else np.zeros(0, bool)
    heads = np.bincount(group[alike], minlength=len(begin)) if len(mine) else begin
    found[mine[begin]] = other[order[begin + (heads - 1) // 2]]
    return found


def _straightened(web: Web, spring: _Spring, order: Integers, y: Floats) -> Floats:
    """Positions with each line made exactly straight wherever its neighbours leave the room."""
    line = _lines(web, spring, order)
    offsets = _offsets(spring, order)
    layer = spring.layer[order]
    same = np.concatenate((layer[1:] == layer[:-1], [False]))
    need = np.where(same, np.diff(offsets, append=0.0), 0.0).tolist()
    after = same.tolist()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    spot = y[order].tolist()
    by_line = np.lexsort((web.layer, line))
    rows = place[by_line].tolist()
    bounds = np.flatnonzero(np.diff(line[by_line], prepend=-1, append=-1)).tolist()
    lengths = np.diff(bounds)
    for which in np.argsort(-lengths, kind="stable").tolist():
        if lengths[which] > 1:
            _straighten(rows[bounds[which] : bounds[which + 1]], spot, need, after)
    found = np.empty(len(order))
    found[order] = spot
    return found


def _straighten(rows: list[int], spot: list[float], need: list[float], after: list[bool]) -> None:
    """Puts runs of one line on one position each, as long as their neighbours leave the room."""
    start, low, high = 0, -1e18, 1e18
    for at, row in enumerate(rows):
        least = spot[row - 1] + need[row - 1] if row and after[row - 1] else -1e18
        most = spot[row + 1] - need[row] if after[row] else 1e18
        if max(low, least) > min(high, most):
            _settle(rows[start:at], spot, low, high)
            start, low, high = at, least, most
        else:
            low, high = max(low, least), min(high, most)
    _settle(rows[start:], spot, low, high)


def _settle(rows: list[int], spot: list[float], low: float, high: float) -> None:
    if not rows:
        return
    mean = sum([spot[row] for row in rows]) / len(rows)
    settled = min(max(mean, low), high) if low <= high else mean
    for row in rows:
        spot[row] = settled
