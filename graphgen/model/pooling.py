"""NumPy rows of numbers -> grids of block means and histograms: what a heat map shows of a tensor
too large to keep."""

import math
from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np

from graphgen.model.columns import instances_of
from graphgen.model.graph import BINS, MIDDLE_BIN, Grid, Histogram, blocks_of, matrix_of

__all__ = [
    "block_sizes",
    "grids_of",
    "grids_of_means",
    "histograms_of",
    "histograms_of_counts",
    "is_narrow_enough",
    "turned",
    "zeros_of",
]

_HALF_BITS = 15
"""A float16 holds numbers below 2**16, so the largest number is scaled to below 2**15."""
_LEAST_EXPONENT = -1000
_FEW = 8
"""So many slices are added one by one; NumPy is slow at many short sums."""


def grids_of(rows: Any, shape: tuple[int, ...], exponent: int = 0) -> list[Grid]:
    """One Grid for each row.

    Args:
        rows: float32 or float64, of shape (how many, elements of one); nan and inf may stand in
            it, but no two finite numbers whose sum is infinite.
        shape: of the tensor that a row is.
        exponent: the power of two by which the numbers were divided.

    Returns:
        The grids, of at most 32 × 32 means.
    """
    matrix = matrix_of(shape)
    block = blocks_of(matrix)
    with np.errstate(all="ignore"):
        tall = _sums(rows.reshape(len(rows), *matrix), block[0], 1)
        sums = _sums(tall, block[1], 2).astype("float64", copy=False)
    means = sums / np.multiply.outer(*block_sizes(matrix)) if block != (1, 1) else sums
    return grids_of_means(means, block, exponent)


def block_sizes(matrix: tuple[int, int]) -> tuple[Any, Any]:
    """How many rows each row of blocks has, and how many columns each column; the last may have
    fewer than the others."""
    lengths = []
    for count, size in zip(matrix, blocks_of(matrix), strict=True):
        starts = np.arange(0, count, size)
        lengths.append(np.minimum(starts + size, count) - starts)
    return lengths[0], lengths[1]


def grids_of_means(means: Any, block: tuple[int, int], exponent: int = 0) -> list[Grid]:
    """Grids of the means that they hold.

    Args:
        means: float64, of shape (how many, rows, columns).
        block: of how many rows and columns each is the mean.
        exponent: the power of two by which the means were divided.

    Returns:
        The grids, whose means are kept as float16 with a shared exponent.
    """
    count, rows, columns = means.shape
    flat = means.reshape(count, rows * columns)
    with np.errstate(all="ignore"):
        largest = np.maximum(flat.max(axis=1), -flat.min(axis=1))
        if not np.isfinite(largest).all():
            largest = np.where(np.isfinite(flat), np.abs(flat), 0.0).max(axis=1)
            flat = np.where(np.isnan(flat), math.nan, flat)  # one nan, whatever its bits were
        exponents = np.frexp(largest)[1] - _HALF_BITS
        if exponents.min() < _LEAST_EXPONENT:
            scaled = np.ldexp(flat, -exponents[:, None])
        else:
            scaled = flat * np.ldexp(1.0, -exponents)[:, None]
        scaled += 0.0  # no -0.0
        halves = scaled.astype("<f2")
    exponents[largest == 0] = -exponent  # of zeros alone there is no scale
    return instances_of(Grid, count, {
        "rows": repeat(rows), "columns": repeat(columns), "block": repeat(block),
        "exponent": (exponents + exponent).tolist(), "halves": [row.tobytes() for row in halves],
        "pooling": repeat("mean"),
    })  # fmt: skip


def turned(grids: Sequence[Grid]) -> list[Grid]:
    """The grids of the transposed matrices; all have one shape."""
    first, count = grids[0], len(grids)
    halves = np.frombuffer(b"".join(grid.halves for grid in grids), "<u2")
    matrices = halves.reshape(count, first.rows, first.columns).transpose(0, 2, 1)
    return instances_of(Grid, count, {
        "rows": repeat(first.columns), "columns": repeat(first.rows),
        "block": repeat(first.block[::-1]), "exponent": [grid.exponent for grid in grids],
        "halves": [matrix.tobytes() for matrix in matrices], "pooling": repeat(first.pooling),
    })  # fmt: skip


def histograms_of(rows: Any, lows: Any, highs: Any) -> list[Histogram]:
    """One Histogram for each row.

    Args:
        rows: float32 or float64 that are all finite, of shape (how many, elements of one).
        lows, highs: the smallest and the largest number of each row; no two of them are further
            apart than a float64 can say.

    Returns:
        The histograms, each of BINS bins.
    """
    counts = np.zeros((len(rows), BINS), "int64")
    are_equal = lows == highs
    counts[are_equal, MIDDLE_BIN] = rows.shape[1]
    narrow = is_narrow_enough(lows, highs) if rows.dtype == np.float32 else ~are_equal
    for chosen, dtype in ((narrow, rows.dtype), (~(narrow | are_equal), "float64")):
        if chosen.any():
            some = slice(None) if chosen.all() else chosen
            parts = (each[some].astype(dtype, copy=False) for each in (rows, lows, highs))
            counts[some] = _counts(*parts)
    return histograms_of_counts(counts, lows.tolist(), highs.tolist())


def histograms_of_counts(counts: Any, lows: list[float], highs: list[float]) -> list[Histogram]:
    """Histograms of whole numbers in an array of shape (how many, BINS).

    Args:
        counts: int64, of shape (how many, BINS).
        lows, highs: of each, the ends of the first and of the last bin.

    Returns:
        The histograms.
    """
    packed = [row.tobytes() for row in counts.astype("<i8", copy=False)]
    return instances_of(Histogram, len(packed), {"low": lows, "high": highs, "packed": packed})


def is_narrow_enough(low: Any, high: Any) -> Any:
    """Whether the distance of two float32, and a bin's share of it, are float32 of full length."""
    distance = np.subtract(high, low, dtype="float64")
    return (distance >= 2.0**-110) & (distance <= 2.0**127)


def zeros_of(rows: Any) -> list[int]:
    """How many elements of each row are zero."""
    are_zero = rows == 0
    if not are_zero.any():
        return [0] * len(rows)
    return [int(np.count_nonzero(row)) for row in are_zero]


def _counts(rows: Any, lows: Any, highs: Any) -> Any:
    """How many numbers lie in each bin of their row.

    That of x is (x - low) / width, rounded down; so numbers that aren't further from an edge than
    rounding may be counted on its other side. The largest number itself is in bin 32, which is
    added to the last.
    """
    count, room = len(rows), BINS + 1
    places = rows - lows[:, None]
    places /= ((highs - lows) / BINS)[:, None]
    bins = places.astype("uint16" if count * room < 1 << 16 else "int64")
    bins += np.arange(0, count * room, room, dtype=bins.dtype)[:, None]
    counts = np.bincount(bins.reshape(-1), minlength=count * room).reshape(count, room)
    counts[:, BINS - 1] += counts[:, BINS]
    return counts[:, :BINS]


def _sums(rows: Any, size: int, axis: int) -> Any:
    """Sums of so many neighbours along an axis, in float64; the last may be of fewer."""
    if size == 1:
        return rows
    if size > _FEW:
        starts = np.arange(0, rows.shape[axis], size)
        return np.add.reduceat(rows, starts, axis=axis, dtype="float64")
    ahead = (slice(None),) * axis
    sums = rows[(*ahead, slice(0, None, size))].astype("float64")
    for first in range(1, size):
        part = rows[(*ahead, slice(first, None, size))]
        sums[(*ahead, slice(0, part.shape[axis]))] += part
    return sums
