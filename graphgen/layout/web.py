"""Layers -> Web: which edges run through the layers between their ends, and which on lanes outside.

All near uses of one box share their way through the layers (a trunk with branches). Far uses, and
those of a box that is used all over (a weight of an unrolled network), share a lane instead, which
lies outside the boxes and takes no place between them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphgen.layout.layering import Integers

__all__ = ["Web", "web_of"]

_LONGEST = 64
_SHORTEST = 6
_PER_BOX = 3
_HUB_LAYERS = 5
_HUB_SPAN = 14


@dataclass(frozen=True, slots=True)
class Web:
    """Items in layers and links between neighbouring layers.

    Items are the boxes, then the dummies: places that a trunk goes through.

    Attributes:
        boxes: how many items are boxes.
        layer: of each item.
        tails, heads: of each link, first the one into each dummy, then the last of each near edge.
        trunk: for each box, its first dummy; only used where it has one.
        near, far: the indices of the edges of both kinds, ascending.
        net: for each far edge, which lane it shares, counted from 0.
        is_out: for each far edge, whether its net shares the source (else the target).
        nets: how many there are.
    """

    boxes: int
    layer: Integers
    tails: Integers
    heads: Integers
    trunk: Integers
    near: Integers
    far: Integers
    net: Integers
    is_out: npt.NDArray[np.bool_]
    nets: int


def web_of(layer: Integers, sources: Integers, targets: Integers) -> Web:
    """The items and links of these edges between boxes in these layers.

    Args:
        layer: of each box.
        sources, targets: the ends of each edge, indices of boxes.

    Returns:
        The items and links, the boxes first.
    """
    spans = layer[targets] - layer[sources]
    is_far = _is_far(layer, sources, targets, spans)
    near, far = np.flatnonzero(~is_far), np.flatnonzero(is_far)
    boxes = len(layer)
    lengths = np.zeros(boxes, dtype=np.int64)
    np.maximum.at(lengths, sources[near], spans[near] - 1)
    trunk = boxes + np.cumsum(lengths) - lengths
    owners = np.repeat(np.arange(boxes), lengths)
    dummies = np.arange(boxes, boxes + len(owners))
    steps = dummies - trunk[owners]
    before = np.where(steps == 0, owners, dummies - 1)
    last = np.where(spans[near] == 1, sources[near], trunk[sources[near]] + spans[near] - 2)
    net, is_out, nets = _nets(sources[far], targets[far], boxes)
    return Web(
        boxes=boxes,
        layer=np.concatenate((layer, layer[owners] + 1 + steps)),
        tails=np.concatenate((before, last)),
        heads=np.concatenate((dummies, targets[near])),
        trunk=trunk,
        near=near,
        far=far,
        net=net,
        is_out=is_out,
        nets=nets,
    )


def _is_far(
    layer: Integers, sources: Integers, targets: Integers, spans: Integers
) -> npt.NDArray[np.bool_]:
    """Whether each edge runs on a lane: too long, or one of many from or to the same box."""
    is_far = spans > _longest(len(layer), sources, spans)
    for own, other in ((sources, targets), (targets, sources)):
        pairs = np.unique(np.stack((own, layer[other])), axis=1)[0] if len(own) else own
        often = np.bincount(pairs, minlength=len(layer)) >= _HUB_LAYERS
        longest = np.zeros(len(layer), dtype=np.int64)
        np.maximum.at(longest, own, spans)
        is_far |= (often & (longest > _HUB_SPAN))[own] & (spans > 2)
    return is_far


def _longest(boxes: int, sources: Integers, spans: Integers) -> int:
    """The longest span of a near edge, so that there are a few dummies for each box at most."""
    reach = np.zeros(boxes, dtype=np.int64)
    np.maximum.at(reach, sources, spans)
    for limit in range(_LONGEST, _SHORTEST, -2):
        if np.where(reach <= limit, reach - 1, 0).clip(0).sum() <= _PER_BOX * boxes + 200:
            return limit
    return _SHORTEST


def _nets(
    sources: Integers, targets: Integers, boxes: int
) -> tuple[Integers, npt.NDArray[np.bool_], int]:
    """Which net each far edge belongs to: of its source, or of its target if that has more."""
    leaving = np.bincount(sources, minlength=boxes)[sources]
    arriving = np.bincount(targets, minlength=boxes)[targets]
    is_out = arriving <= leaving
    known, net = np.unique(np.where(is_out, sources, boxes + targets), return_inverse=True)
    return net.astype(np.int64).reshape(-1), is_out, len(known)
