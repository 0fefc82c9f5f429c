"""Sizes and edges -> a layered picture, in a time proportional to them: for what dot can't do.

Layers by the longest path, few crossings by the mean of the neighbours, straight lines, far edges
on lanes outside, and a long picture broken into bands like a text into lines.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graphgen.layout.bands import columns_of
from graphgen.layout.lanes import lanes_of
from graphgen.layout.layering import Integers, layers_of, sequence
from graphgen.layout.ordering import Floats, positions
from graphgen.layout.ports import Hops, Ports, hops_of, ports_of
from graphgen.layout.web import Web, web_of
from graphgen.layout.wiring import Curves, curves_of, turns_of
from graphgen.model.geometry import Box, Direction, Point, Route

__all__ = ["Placed", "layered"]

_MARGIN = 6.0
_TINY = 0.02


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture: boxes and routes in the order in which they were asked for, in points.

    Attributes:
        boxes: one for each size.
        labels: one for each edge that has a label.
        routes: one for each edge; it goes through the edge's label.
        width, height: of the whole.
    """

    boxes: tuple[Box, ...]
    labels: Mapping[int, Box]
    routes: tuple[Route, ...]
    width: float
    height: float


def layered(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    direction: Direction = "lr",
    gaps: tuple[float, float] = (20.0, 13.0),
    labels: Mapping[int, tuple[float, float]] | None = None,
    is_wrapped: bool = True,
) -> Placed:
    """Where boxes and edges stand, without any program or font.

    Args:
        sizes: (width, height) of each box, in points.
        edges: (source, target) of each edge, indices of boxes; equal ones are drawn each.
        direction: edges lead "lr" (to the right) or "tb" (down).
        gaps: the least distance between layers, and between the boxes of a layer, in points.
        labels: (width, height) of the label of an edge, by its index.
        is_wrapped: whether a picture that is far longer than high is broken into bands.

    Returns:
        A Placed. No two boxes or labels overlap, and no route runs through one but its own label.

    Raises:
        ValueError: the edges go round in a circle.

    Source: the steps of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of
    Hierarchical System Structures" (1981): layering, crossing reduction, positions, routes.

    >>> placed = layered([(60, 40), (60, 40)], [(0, 1)])
    >>> placed.boxes[1].x - placed.boxes[0].x >= 80
    True
    """
    labels = labels or {}
    flat = np.array([*sizes, *labels.values()], dtype=float).reshape(-1, 2)
    frame = flat if direction == "lr" else flat[:, ::-1]
    parts = _parts(len(sizes), edges, labels)
    middles, ways = _drawn(frame, parts, gaps, is_wrapped)
    return _placed(direction, flat, middles, ways, len(sizes), labels)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The edges as they are laid out: one with a label is two, to the label and from it on.

    Attributes:
        source, target: of each part, boxes and then labels.
        owner: whose part it is.
        when: 0 for the part that starts at the edge's source.
        first, last: of each edge, its first and its last part.
    """

    source: Integers
    target: Integers
    owner: Integers
    when: Integers
    first: Integers
    last: Integers


@dataclass(frozen=True, slots=True)
class _Ways:
    """The points of all routes: those of edge i begin at starts[i]; of shape (points, 2)."""

    starts: Integers
    points: Floats


def _parts(
    boxes: int, edges: Sequence[tuple[int, int]], labels: Mapping[int, tuple[float, float]]
) -> _Parts:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    cut = np.array(list(labels), dtype=np.int64)
    rooms, count = boxes + np.arange(len(cut)), len(ends)
    source, first, when = ends[:, 0].copy(), np.arange(count), np.zeros(count, dtype=np.int64)
    source[cut], first[cut], when[cut] = rooms, count + np.arange(len(cut)), 1
    return _Parts(
        source=np.concatenate((source, ends[cut, 0])),
        target=np.concatenate((ends[:, 1], rooms)),
        owner=np.concatenate((np.arange(count), cut)),
        when=np.concatenate((when, np.zeros(len(cut), dtype=np.int64))),
        first=first,
        last=np.arange(count),
    )


def _drawn(
    frame: Floats, parts: _Parts, gaps: tuple[float, float], is_wrapped: bool
) -> tuple[Floats, _Ways]:
    """The middles of boxes and labels, and the routes, as (along, across) the flow."""
    along, across = frame[:, 0], frame[:, 1]
    order = sequence(len(frame), parts.source, parts.target)
    rank = np.empty(len(frame), dtype=np.int64)
    rank[order] = np.arange(len(frame))
    web = web_of(layers_of(order, parts.source, parts.target), parts.source, parts.target)
    y = positions(web, rank, across, gaps[1])
    far = parts.source[web.far], parts.target[web.far]
    far_layers = web.layer[far[0]], web.layer[far[1]]
    columns = columns_of(web, y, along, across, far_layers, gaps[0], is_wrapped)
    lanes = lanes_of(web, columns, y, across, far_layers, gaps[1])
    y = y + lanes.shift[columns.band[web.layer]]
    hops = hops_of(web, parts.source, parts.target)
    ports = ports_of(web, hops, y, across, far)
    turns = turns_of(web, columns, lanes, hops, ports, y, far)
    middle = (columns.left + columns.right)[web.layer[: web.boxes]] / 2
    start, end = _ends(parts, web, hops, ports, y)
    return np.stack((middle, y[: web.boxes]), axis=1), _ways(
        curves_of(turns, columns, lanes.bottom),
        parts,
        np.stack((middle + along / 2, y[: web.boxes]), axis=1)[parts.source] + start,
        np.stack((middle - along / 2, y[: web.boxes]), axis=1)[parts.target] + end,
    )


def _ends(parts: _Parts, web: Web, hops: Hops, ports: Ports, y: Floats) -> tuple[Floats, Floats]:
    """How far from the middle of its box's side each part starts, and ends, as (0, across)."""
    start, end = np.zeros((2, len(parts.source), 2))
    leaves, arrives = hops.tail < web.boxes, hops.head < web.boxes
    start[hops.edge[leaves], 1] = ports.start[leaves]
    end[hops.edge[arrives], 1] = ports.end[arrives]
    start[web.far, 1], end[web.far, 1] = ports.far_start, ports.far_end
    return start, end


def _ways(curves: Curves, parts: _Parts, start: Floats, end: Floats) -> _Ways:
    """The curves of each edge joined by straight lines, from its source to its target."""
    count = len(parts.first)
    owner = parts.owner[curves.edge]
    order = np.lexsort((curves.when, parts.when[curves.edge], owner))
    owner = owner[order]
    points = np.stack((curves.along[order], curves.across[order]), axis=2)
    is_first = np.concatenate(([True], owner[1:] != owner[:-1]))[: len(owner)]
    before = np.roll(points[:, 3], 1, axis=0)
    before[is_first] = start[parts.first[owner[is_first]]]
    after = start[parts.first]
    after[owner] = points[:, 3]  # the last of an edge stays, as they stand in order
    goal = end[parts.last]
    links = [_lines(before, points[:, 0]), points, _lines(after, goal)]
    whose = np.concatenate((owner, owner, np.arange(count)))
    place = np.arange(len(owner))
    when = np.concatenate((2 * place, 2 * place + 1, np.full(count, 2 * len(owner))))
    pieces = np.concatenate(links)
    is_needed = np.abs(pieces[:, 3] - pieces[:, 0]).max(axis=1) > _TINY
    is_needed[len(is_needed) - count :] |= np.bincount(whose[is_needed], minlength=count) == 0
    pieces, whose, when = pieces[is_needed], whose[is_needed], when[is_needed]
    pieces = pieces[np.lexsort((when, whose))]
    return _strung(pieces, np.bincount(whose, minlength=count), start[parts.first])


def _lines(start: Floats, end: Floats) -> Floats:
    """Straight cubic curves, of shape (n, 4, 2)."""
    shares = np.array([0, 1 / 3, 2 / 3, 1])[:, None]
    return np.asarray(start[:, None] + (end - start)[:, None] * shares)


def _strung(pieces: Floats, counts: Integers, start: Floats) -> _Ways:
    """Curves end to end, each start but the first left out."""
    sizes = 1 + 3 * counts
    starts = np.cumsum(sizes) - sizes
    points = np.empty((int(sizes.sum()), 2))
    is_start = np.zeros(len(points), dtype=bool)
    is_start[starts] = True
    points[is_start] = start
    points[~is_start] = pieces[:, 1:].reshape(-1, 2)
    return _Ways(starts, points)


def _placed(
    direction: Direction,
    sizes: Floats,
    middles: Floats,
    ways: _Ways,
    boxes: int,
    labels: Mapping[int, tuple[float, float]],
) -> Placed:
    """Everything as plain data, from the margin on, rounded to hundredths of a point."""
    if direction == "tb":
        middles, points = middles[:, ::-1], ways.points[:, ::-1]
    else:
        points = ways.points
    corners = middles - sizes / 2
    low = np.concatenate((corners, points)).min(axis=0) - _MARGIN
    high = np.concatenate((corners + sizes, points)).max(axis=0) + _MARGIN
    spots = np.round(np.concatenate((corners - low, sizes), axis=1), 2)
    placed_boxes = [Box(*row) for row in spots.tolist()]
    routes = _routes(ways.starts, np.round(points - low, 2))
    width, height = np.round(high - low, 2).tolist()
    named = dict(zip(labels, placed_boxes[boxes:], strict=True))
    return Placed(tuple(placed_boxes[:boxes]), named, routes, width, height)


def _routes(starts: Integers, points: Floats) -> tuple[Route, ...]:
    with _no_collection():
        corners = tuple(map(Point, points[:, 0].tolist(), points[:, 1].tolist()))
        bounds = [*starts.tolist(), len(corners)]
        return tuple([Route(corners[a:b]) for a, b in pairwise(bounds)])


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for garbage where a million objects are made and none is dropped: it would look
    at all of them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
