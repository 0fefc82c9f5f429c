"""Edges -> hops from layer to layer, and where on the sides of the boxes they start and end."""

from dataclasses import dataclass

import numpy as np

from graphgen.layout.layering import Integers
from graphgen.layout.ordering import Floats
from graphgen.layout.web import Web

__all__ = ["Hops", "Ports", "hops_of", "ports_of"]

_LANE = 13.0
_CORNER = 9.0
_ABOVE = -1e12


@dataclass(frozen=True, slots=True)
class Hops:
    """Every near edge, one hop to the next layer after the other.

    Attributes:
        edge: whose hop; ascending.
        tail, head: the items at its ends.
    """

    edge: Integers
    tail: Integers
    head: Integers


@dataclass(frozen=True, slots=True)
class Ports:
    """How far from the middle of a box's side each hop, and each far edge, starts and ends."""

    start: Floats
    end: Floats
    far_start: Floats
    far_end: Floats


def hops_of(web: Web, sources: Integers, targets: Integers) -> Hops:
    """The hops of all near edges.

    Args:
        web: items and links.
        sources, targets: the ends of each edge, indices of boxes.

    Returns:
        The hops, those of one edge after the other.
    """
    first, last = sources[web.near], targets[web.near]
    spans = web.layer[last] - web.layer[first]
    edge = np.repeat(np.arange(len(web.near)), spans)
    step = np.arange(len(edge)) - (np.cumsum(spans) - spans)[edge]
    start = web.trunk[first[edge]]
    tail = np.where(step == 0, first[edge], start + step - 1)
    head = np.where(step == spans[edge] - 1, last[edge], start + step)
    return Hops(web.near[edge], tail, head)


def ports_of(
    web: Web, hops: Hops, y: Floats, across: Floats, ends: tuple[Integers, Integers]
) -> Ports:
    """Ports side by side, in the order of what they lead to, so that they don't cross at once.

    Args:
        web, hops: who runs where.
        y: of each item, its middle across the flow.
        across: of each box, its size across the flow.
        ends: the sources and targets of the far edges.

    Returns:
        Signed distances, in points across the flow.
    """
    items = len(web.layer)
    leaves, arrives = hops.tail < web.boxes, hops.head < web.boxes
    own = items + np.arange(len(hops.edge))
    far = items + len(own) + np.arange(len(web.far))
    net = items + len(own) + len(far) + web.net
    start, far_start = np.zeros(len(own)), np.zeros(len(far))
    end, far_end = start.copy(), far_start.copy()
    start[leaves], far_start[:] = _spread(
        (hops.tail[leaves], np.where(hops.head < web.boxes, own, hops.head)[leaves]),
        y[hops.head[leaves]],
        (ends[0], np.where(web.is_out, net, far)),
        across,
    )
    end[arrives], far_end[:] = _spread(
        (hops.head[arrives], own[arrives]),
        y[hops.tail[arrives]],
        (ends[1], np.where(web.is_out, far, net)),
        across,
    )
    return Ports(start, end, far_start, far_end)


def _spread(
    near: tuple[Integers, Integers], leads: Floats, far: tuple[Integers, Integers], across: Floats
) -> tuple[Floats, Floats]:
    """For near and far uses of (box, branch), the branch's distance from the middle of the side."""
    box, branch = np.concatenate((near[0], far[0])), np.concatenate((near[1], far[1]))
    if not len(box):
        return np.zeros(0), np.zeros(0)
    other = np.concatenate((leads, np.full(len(far[0]), _ABOVE)))
    order = np.lexsort((branch, other, box))
    sorted_box, sorted_branch = box[order], branch[order]
    is_new_box = np.concatenate(([True], sorted_box[1:] != sorted_box[:-1]))
    is_new = is_new_box | np.concatenate(([True], sorted_branch[1:] != sorted_branch[:-1]))
    number = np.cumsum(is_new) - 1
    first = np.maximum.accumulate(np.where(is_new_box, number, 0))
    count = np.zeros(len(across), dtype=np.int64)
    np.maximum.at(count, sorted_box, number - first + 1)
    room = (across - 2 * _CORNER).clip(0) / np.maximum(count - 1, 1)
    offsets = np.empty(len(box))
    middle = (count[sorted_box] - 1) / 2
    offsets[order] = (number - first - middle) * np.minimum(room, _LANE)[sorted_box]
    return offsets[: len(near[0])], offsets[len(near[0]) :]
