"""Rows of numbers -> Arrays, all rows at once.

An Array does not depend on which other rows were read with it, so the same tensor gives the same
Array wherever it is read.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from graphgen.columns import made
from graphgen.graph import MAXIMUM_ITEMS, Array, Summary

__all__ = ["STRIP", "arrays_of", "summaries_of", "turned_arrays"]

STRIP = 16
"""The most runs whose means a Summary keeps."""


def arrays_of(rows: Any, shape: tuple[int, ...], dtype: str) -> list[Array | None]:
    """One Array for each row.

    Args:
        rows: NumPy array of float32 or float64, of shape (how many, elements of one).
        shape, dtype: of each Array.

    Returns:
        The Arrays; None for a row that has nan, inf, or squares too large for its dtype.
    """
    count = len(rows)
    if rows.shape[1] <= MAXIMUM_ITEMS:
        if not np.isfinite(rows).all():
            return [Array(shape, dtype, tuple(row)) for row in rows.tolist()]
        columns = {"items": map(tuple, rows.tolist()), "summary": repeat(None)}
        return _arrays(count, shape, dtype, columns)
    summaries = summaries_of(rows)
    found = _arrays(count, shape, dtype, {"items": repeat(None), "summary": summaries})
    if None not in summaries:
        return found
    return [array if array and array.summary else None for array in found]


def turned_arrays(
    rows: Any, shape: tuple[int, ...], dtype: str, arrays: Sequence[Array | None]
) -> list[Array | None]:
    """One Array for the transpose of each row, of which most is known.

    Args:
        rows: as above, each a matrix.
        shape, dtype: of each matrix.
        arrays: of each matrix.

    Returns:
        The Arrays; None where the transpose has to be read.
    """
    height, width = shape
    length, size = height * width, math.ceil(height * width / STRIP)
    summaries = [None if array is None else array.summary for array in arrays]
    if size % height or None in summaries:
        return [None] * len(arrays)
    columns = rows.reshape(-1, height, width).sum(axis=1)
    sums = np.add.reduceat(columns, np.arange(0, width, size // height), axis=1)
    means = sums.sum(axis=1, dtype="float64") / length
    found: list[Any] = made(Summary, len(arrays), {
        **{name: [getattr(summary, name) for summary in summaries] for name in _ANY_ORDER},
        "mean": means.tolist(), "strip": map(tuple, _means(sums, length, size).tolist()),
    })  # fmt: skip
    turned = {"items": repeat(None), "summary": found}
    return _arrays(len(arrays), (width, height), dtype, turned)


def _means(sums: Any, length: int, size: int) -> Any:
    """The means of runs from their sums; all runs but the last have one size."""
    strips = sums / size
    if length % size:
        strips[:, -1] = sums[:, -1] / (length % size)
    return strips


_ANY_ORDER = ("minimum", "maximum", "norm", "nan", "inf")
"""What of a summary is the same in whichever order the numbers come."""


def summaries_of(rows: Any) -> list[Summary | None]:
    """One Summary for each row of at least one number; None for a row as above."""
    count, length = rows.shape
    size = math.ceil(length / STRIP)
    starts = np.arange(0, length, size)
    with np.errstate(all="ignore"):
        squares = np.vecdot(rows, rows)
        sums = np.add.reduceat(rows, starts, axis=1)
        means = sums.sum(axis=1, dtype="float64") / length
        strips = _means(sums, length, size)
    found: list[Any] = made(Summary, count, {
        "minimum": rows.min(axis=1).tolist(), "maximum": rows.max(axis=1).tolist(),
        "mean": means.tolist(), "norm": np.sqrt(squares.astype("float64")).tolist(),
        "nan": repeat(0), "inf": repeat(0), "strip": map(tuple, strips.tolist()),
    })  # fmt: skip
    is_finite = np.isfinite(squares)
    if is_finite.all():
        return found
    return [one if fine else None for one, fine in zip(found, is_finite.tolist(), strict=True)]


def _arrays(
    count: int, shape: tuple[int, ...], dtype: str, columns: Mapping[str, Iterable[Any]]
) -> list[Array | None]:
    return made(Array, count, {"shape": repeat(shape), "dtype": repeat(dtype), **columns})
