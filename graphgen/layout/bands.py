"""Layers -> columns along the flow, broken into bands below each other like a text into lines."""

import math
from dataclasses import dataclass

import numpy as np

from graphgen.layout.layering import Integers
from graphgen.layout.ordering import Floats
from graphgen.layout.web import Web

__all__ = ["Columns", "columns_of"]

_LONGER = 6.0
_ASPECT = 1.8
_FEWEST_LAYERS = 24
_SLACK = 0.2
_STEEP = 0.12
_WIDEST_TURN = 70.0
_TO_LANES = 200.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the layers stand along the flow.

    Attributes:
        band: of each layer, counted from 0.
        first, last: of each band, its layers.
        left, right: of each layer, its column; every band begins at 0.
    """

    band: Integers
    first: Integers
    last: Integers
    left: Floats
    right: Floats


def columns_of(
    web: Web,
    y: Floats,
    along: Floats,
    across: Floats,
    far: tuple[Integers, Integers],
    gap: float,
    is_wrapped: bool,
) -> Columns:
    """The columns of all layers.

    Args:
        web: items and links.
        y: of each item, its middle across the flow, in points.
        along, across: of each box, its size along and across the flow, in points.
        far: the layers of the sources and of the targets of the far edges.
        gap: the least distance between two columns, in points.
        is_wrapped: whether a picture that is far longer than high is broken into bands.

    Returns:
        The columns, in points; each band begins at 0.
    """
    layers = int(web.layer.max()) + 1
    width = np.zeros(layers)
    np.maximum.at(width, web.layer[: web.boxes], along)
    pace = width + gap + _turns(web, y, layers, far)
    bands = _count(pace, _height(web, y, across, layers)) if is_wrapped else 1
    first = _first_layers(web, pace, bands, layers)
    band = np.zeros(layers, dtype=np.int64)
    band[first[1:]] = 1
    band = np.cumsum(band)
    left = np.cumsum(pace) - pace
    left = left - left[first][band]
    last = np.append(first[1:], layers) - 1
    return Columns(band, first, last, left, left + width)


def _turns(web: Web, y: Floats, layers: int, far: tuple[Integers, Integers]) -> Floats:
    """How much wider than the gap the corridor behind each layer is, for what turns in it."""
    highest = np.zeros(layers)
    highest[far[0]] = highest[far[1] - 1] = _TO_LANES
    np.maximum.at(highest, web.layer[web.tails], np.abs(y[web.heads] - y[web.tails]))
    return np.minimum(highest * _STEEP, _WIDEST_TURN)


def _height(web: Web, y: Floats, across: Floats, layers: int) -> float:
    """How high most layers are."""
    low, high = np.full(layers, np.inf), np.full(layers, -np.inf)
    layer, middle = web.layer[: web.boxes], y[: web.boxes]
    np.minimum.at(low, layer, middle - across / 2)
    np.maximum.at(high, layer, middle + across / 2)
    return float(np.percentile(high - low, 90)) + 40.0


def _count(pace: Floats, height: float) -> int:
    """How many bands make the picture about as wide as a screen."""
    length: float = pace.sum()
    if length < _LONGER * height:
        return 1
    most = max(1, len(pace) // _FEWEST_LAYERS)
    return min(most, max(1, round(math.sqrt(length / (height * _ASPECT)))))


def _first_layers(web: Web, pace: Floats, bands: int, layers: int) -> Integers:
    """The first layer of each band: near the even share, where few trunks go on."""
    is_crossing = np.zeros(len(web.layer), dtype=bool)
    is_crossing[web.tails] = True
    crossing = np.bincount(web.layer[is_crossing], minlength=layers)
    ends = np.cumsum(pace)
    share = float(ends[-1]) / bands
    firsts = [0]
    for index in range(1, bands):
        low, high = np.searchsorted(ends, ((index - _SLACK) * share, (index + _SLACK) * share))
        window = np.arange(max(int(low), firsts[-1] + 1), min(int(high) + 1, layers - 1))
        if len(window):
            off = np.abs(ends[window - 1] - index * share) / share
            firsts.append(int(window[np.argmin(crossing[window - 1] + 2 * off)]))
    return np.array(firsts, dtype=np.int64)
