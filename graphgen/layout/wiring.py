"""Positions of items -> the way of every edge, as cubic Bézier curves.

An edge crosses the column of a layer only on a line of its own, straight, and turns only in the
corridors between columns, where no box stands; so it never runs through a box.
"""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graphgen.layout.bands import Columns
from graphgen.layout.lanes import Lanes, colored, returns_of
from graphgen.layout.layering import Integers
from graphgen.layout.ordering import Floats
from graphgen.layout.ports import Hops, Ports
from graphgen.layout.web import Web

__all__ = ["Curves", "Turns", "curves_of", "turns_of"]

_TINY = 0.02
_BEND = 0.5
_BULGE = 4 / 3


@dataclass(frozen=True, slots=True)
class Turns:
    """Changes of line, each in a corridor or from the end of a band to the start of a later one.

    Attributes:
        edge: whose turn.
        when: ascending along the edge.
        layer, next: the columns that it leaves and enters.
        start, end: on which lines it leaves and enters, across the flow.
        passes: the lane left of all bands that it takes; -1 for none.
        key: equal for turns that share their way back.
    """

    edge: Integers
    when: Integers
    layer: Integers
    next: Integers
    start: Floats
    end: Floats
    passes: Integers
    key: Integers


@dataclass(frozen=True, slots=True)
class Curves:
    """Cubic curves: whose, when (ascending along an edge), and four points, of shape (n, 4)."""

    edge: Integers
    when: Integers
    along: Floats
    across: Floats


_Rows = TypeVar("_Rows", Turns, Curves)


def turns_of(
    web: Web,
    columns: Columns,
    lanes: Lanes,
    hops: Hops,
    ports: Ports,
    y: Floats,
    ends: tuple[Integers, Integers],
) -> Turns:
    """All turns of all edges.

    Args:
        web, columns, lanes, hops, ports: who runs where.
        y: of each item, its middle across the flow, bands below each other.
        ends: the sources and the targets of the far edges.

    Returns:
        The turns, in points across the flow.
    """
    near = Turns(
        edge=hops.edge,
        when=web.layer[hops.tail],
        layer=web.layer[hops.tail],
        next=web.layer[hops.head],
        start=y[hops.tail] + ports.start,
        end=y[hops.head] + ports.end,
        passes=np.full(len(hops.edge), -1),
        key=hops.tail,
    )
    return _joined([near, *_far_turns(web, columns, lanes, ports, y, ends)])


def _far_turns(
    web: Web,
    columns: Columns,
    lanes: Lanes,
    ports: Ports,
    y: Floats,
    ends: tuple[Integers, Integers],
) -> list[Turns]:
    """Up to its lane, back to the start of a later band, and down from the lane there."""
    first, last = web.layer[ends[0]], web.layer[ends[1]]
    start, end = y[ends[0]] + ports.far_start, y[ends[1]] + ports.far_end
    bands = columns.band[first], columns.band[last]
    leaves = bands[0] != bands[1]
    rises = ~leaves | (columns.last[bands[0]] > first)
    falls = ~leaves | (columns.first[bands[1]] < last)
    none = np.full(len(first), -1)
    up = Turns(web.far, first, first, first + 1, start, lanes.start, none, none)
    back = Turns(
        edge=web.far,
        when=first + 1,
        layer=columns.last[bands[0]],
        next=columns.first[bands[1]],
        start=np.where(rises, lanes.start, start),
        end=np.where(falls, lanes.end, end),
        passes=_passes(web, bands),
        key=np.where(rises, len(web.layer) + web.net, ends[0]),
    )
    down = Turns(web.far, last, last - 1, last, lanes.end, end, none, none)
    return [_chosen(up, rises), _chosen(back, leaves), _chosen(down, falls)]


def _passes(web: Web, bands: tuple[Integers, Integers]) -> Integers:
    """For each far edge its lane left of all bands; -1 where it doesn't pass by a whole band."""
    lanes_of_far = np.full(len(web.far), -1)
    goes = bands[1] > bands[0] + 1
    nets, group = np.unique(web.net[goes], return_inverse=True)
    low, high = np.full(len(nets), np.iinfo(np.int64).max), np.full(len(nets), -1)
    np.minimum.at(low, group, bands[0][goes])
    np.maximum.at(high, group, bands[1][goes])
    lanes_of_far[goes] = colored(np.zeros(len(nets), dtype=np.int64), low, high)[group]
    return lanes_of_far


def curves_of(turns: Turns, columns: Columns, bottom: Floats) -> Curves:
    """The curves of all turns; those that change nothing are left out.

    Args:
        turns: of all edges.
        columns: where the layers stand along the flow.
        bottom: of each band, the lower end of its boxes, in points.

    Returns:
        The curves, in points along and across the flow.
    """
    is_back = columns.band[turns.layer] != columns.band[turns.next]
    bends = ~is_back & (np.abs(turns.end - turns.start) > _TINY)
    return _joined(
        [
            _corridor(_chosen(turns, bends), columns),
            _way_back(_chosen(turns, is_back), columns, bottom),
        ]
    )


def _corridor(turns: Turns, columns: Columns) -> Curves:
    """From line to line between two columns."""
    left, right = columns.right[turns.layer], columns.left[turns.next]
    bend = (right - left) * _BEND
    return Curves(
        turns.edge,
        3 * turns.when,
        np.stack((left, left + bend, right - bend, right), axis=1),
        np.stack((turns.start, turns.start, turns.end, turns.end), axis=1),
    )


def _way_back(turns: Turns, columns: Columns, bottom: Floats) -> Curves:
    """Around the end of a band, back below it, and around the start of a later one."""
    band = columns.band[turns.layer]
    way = returns_of(band, turns.key, turns.start, bottom, turns.passes)
    right, left = columns.right[turns.layer], columns.left[turns.next]
    out, into = right + way.out * _BULGE, left - way.into * _BULGE
    back = right, (2 * right + left) / 3, (right + 2 * left) / 3, left
    along = np.stack((right, out, out, right, *back, left, into, into, left), axis=1)
    start, end, below = turns.start, turns.end, way.channel
    across = np.stack((start, start) + (below,) * 8 + (end, end), axis=1)
    return Curves(
        np.repeat(turns.edge, 3),
        (3 * turns.when[:, None] + np.arange(3)).reshape(-1),
        along.reshape(-1, 4),
        across.reshape(-1, 4),
    )


def _chosen(turns: Turns, which: npt.NDArray[np.bool_]) -> Turns:
    return Turns(*(getattr(turns, field.name)[which] for field in fields(turns)))


def _joined(parts: list[_Rows]) -> _Rows:
    kind = type(parts[0])
    return kind(
        *(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(kind))
    )
