"""Far edges and band ends -> lanes: who runs beside whom, above a band, below it, and beside it.

Above the boxes of each band lie the lanes of its far edges; below it the ways back to the start of
a later band; and left of all bands the lanes that pass by whole bands.
"""

import heapq
from dataclasses import dataclass

import numpy as np

from graphgen.layout.bands import Columns
from graphgen.layout.layering import Integers
from graphgen.layout.ordering import Floats
from graphgen.layout.web import Web

__all__ = ["Lanes", "Return", "lanes_of", "returns_of"]

_LANE = 7.0
_PAD = 12.0


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where everything stands across the flow.

    Attributes:
        shift: of each band, what its items move by.
        bottom: of each band, the lower end of its boxes.
        start, end: of each far edge, its lane in the band of its source and of its target.
    """

    shift: Floats
    bottom: Floats
    start: Floats
    end: Floats


@dataclass(frozen=True, slots=True)
class Return:
    """How edges run from the end of a band to the start of a later one.

    Attributes:
        channel: of each edge, where it runs back, across the flow.
        out, into: of each edge, how far it swings out of its band, and into the next.
    """

    channel: Floats
    out: Floats
    into: Floats


def lanes_of(
    web: Web,
    columns: Columns,
    y: Floats,
    across: Floats,
    ends: tuple[Integers, Integers],
    gap: float,
) -> Lanes:
    """The lanes of all far edges, and the bands below each other.

    Args:
        web, columns: what stands in which column.
        y: of each item, its middle across the flow.
        across: of each box, its size across the flow.
        ends: the layers of the sources and of the targets of the far edges.
        gap: between two bands, besides the room for the ways back, in points.

    Returns:
        The lanes, in points across the flow, and what each band moves by.
    """
    bands = len(columns.first)
    start, end, count = _numbered(web, columns, ends)
    band = columns.band[web.layer]
    low, high = np.full(bands, np.inf), np.full(bands, -np.inf)
    half = np.zeros(len(y))
    half[: web.boxes] = across / 2
    np.minimum.at(low, band, y - half)
    np.maximum.at(high, band, y + half)
    top = low - count * _LANE - np.where(count > 0, _PAD, 0.0)
    room = high - top + gap + _ways(web, columns, ends) * _LANE + 2 * _PAD
    shift = np.cumsum(room) - room - top
    first, last = columns.band[ends[0]], columns.band[ends[1]]
    above = low + shift - _PAD
    return Lanes(shift, high + shift, above[first] - start * _LANE, above[last] - end * _LANE)


def _numbered(
    web: Web, columns: Columns, ends: tuple[Integers, Integers]
) -> tuple[Integers, Integers, Integers]:
    """For each far edge its lanes at both ends, from 0 up; and how many each band has."""
    bands, net = len(columns.first), web.net
    first, last = columns.band[ends[0]], columns.band[ends[1]]
    is_same = first == last
    key = np.concatenate((net * bands + first, net * bands + last))
    low = np.concatenate((ends[0] + 1, np.where(is_same, ends[0] + 1, columns.first[last])))
    high = np.concatenate((np.where(is_same, ends[1] - 1, columns.last[first]), ends[1] - 1))
    known, group = np.unique(key, return_inverse=True)
    group = group.reshape(-1)
    lowest = np.full(len(known), np.iinfo(np.int64).max)
    highest = np.full(len(known), -1)
    np.minimum.at(lowest, group, low)
    np.maximum.at(highest, group, high)
    lane = colored(known % bands, lowest, highest)
    count = np.zeros(bands, dtype=np.int64)
    np.maximum.at(count, known % bands, lane + 1)
    return lane[group[: len(net)]], lane[group[len(net) :]], count


def colored(group: Integers, low: Integers, high: Integers) -> Integers:
    """A lane for each interval, so that those of a group that meet lie on different ones.

    The longest are outermost (have the highest numbers), as far as that is possible.

    Args:
        group: of each interval; only those of one group keep apart.
        low, high: the first and the last column of each interval, both included.

    Returns:
        A lane for each interval, counted from 0 in each group; as few as can be.

    Source: the left-edge algorithm (greedy coloring of an interval graph), Hashimoto and Stevens,
    "Wire Routing by Optimizing Channel Assignment within Large Apertures" (1971).

    >>> colored(np.array([0, 0, 0]), np.array([1, 2, 6]), np.array([5, 3, 9])).tolist()
    [1, 0, 1]
    """
    lane = np.zeros(len(low), dtype=np.int64)
    longest: dict[tuple[int, int], int] = {}
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    current, used = -1, 0
    rows = np.lexsort((low - high, low, group))
    for row, own, start, end in zip(
        rows.tolist(), group[rows].tolist(), low[rows].tolist(), high[rows].tolist(), strict=True
    ):
        if own != current:
            current, used, free, busy = own, 0, [], []
        # Lanes whose interval has ended are free again; the lowest free one is taken.
        while busy and busy[0][0] < start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            free.append(used)
            used += 1
        taken = heapq.heappop(free)
        heapq.heappush(busy, (end, taken))
        lane[row] = taken
        longest[own, taken] = max(longest.get((own, taken), 0), end - start)
    return _longest_outside(group, lane, longest)


def _longest_outside(
    group: Integers, lane: Integers, longest: dict[tuple[int, int], int]
) -> Integers:
    """The lanes of each group numbered anew, by the longest interval on them."""
    ranked = sorted(longest, key=lambda key: (key[0], longest[key], key[1]))
    number: dict[tuple[int, int], int] = {}
    current, used = -1, 0
    for own, taken in ranked:
        current, used = own, used + 1 if own == current else 0
        number[own, taken] = used
    pairs = zip(group.tolist(), lane.tolist(), strict=True)
    return np.array([number[pair] for pair in pairs], dtype=np.int64)


def _ways(web: Web, columns: Columns, ends: tuple[Integers, Integers]) -> Integers:
    """How many ways back start at the end of each band, at most."""
    bands = len(columns.first)
    first, last = columns.band[web.layer[web.tails]], columns.band[web.layer[web.heads]]
    tails = np.unique(web.tails[first != last])
    counts = np.bincount(columns.band[web.layer[tails]], minlength=bands)
    start, end = columns.band[ends[0]], columns.band[ends[1]]
    leaving = np.unique(np.stack((web.net, start))[:, start != end], axis=1)
    direct = np.unique(ends[0][(start != end) & (columns.last[start] == ends[0])])
    counts += np.bincount(leaving[1], minlength=bands)
    return counts + np.bincount(columns.band[direct], minlength=bands)


def returns_of(
    band: Integers, key: Integers, y: Floats, bottom: Floats, passes: Integers
) -> Return:
    """The ways back of these edges, nested so that those of neighbouring bands don't cross.

    Args:
        band: of each edge, the band that it leaves.
        key: equal for edges that share their way.
        y: of each edge, where it leaves, across the flow.
        bottom: of each band, the lower end of its boxes.
        passes: of each edge, its lane left of all bands; -1 where it goes to the very next band.

    Returns:
        The ways, in points, one for each edge.
    """
    pairs, group = np.unique(np.stack((band, key)), axis=1, return_inverse=True)
    group = group.reshape(-1)
    height = np.full(pairs.shape[1], -np.inf)
    np.maximum.at(height, group, y)
    order = np.lexsort((pairs[1], -height, pairs[0]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(pairs[0][order], pairs[0][order])
    count = np.bincount(pairs[0], minlength=len(bottom))
    mine = rank[group]
    inner = (count[band] - mine) * _LANE + _PAD
    outer = (count.max(initial=0) + 1 + passes) * _LANE + _PAD
    return Return(
        channel=bottom[band] + _PAD + mine * _LANE,
        out=np.asarray((mine + 1) * _LANE + _PAD, dtype=np.float64),
        into=np.where(passes < 0, inner, outer),
    )
