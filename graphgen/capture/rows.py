"""Rows of numbers -> Arrays, all rows at once.

An Array does not depend on which other rows were read with it, so the same tensor gives the same
Array wherever it is read.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from graphgen.model.columns import instances_of
from graphgen.model.graph import MAXIMUM_ITEMS, MAXIMUM_RUNS, Array, Summary
from graphgen.model.pooling import turned
from graphgen.model.summing import run_means, summaries_of

__all__ = ["arrays_of", "turned_arrays"]


def arrays_of(rows: Any, shape: tuple[int, ...], dtype: str) -> list[Array | None]:
    """One Array for each row.

    Args:
        rows: NumPy array of float32 or float64, of shape (how many, elements of one).
        shape, dtype: of each Array.

    Returns:
        The Arrays; None for a row that has to be read alone, as `summaries_of` says.
    """
    count = len(rows)
    if rows.shape[1] <= MAXIMUM_ITEMS:
        if not np.isfinite(rows).all():
            return [Array(shape, dtype, tuple(row)) for row in rows.tolist()]
        columns = {"items": map(tuple, rows.tolist()), "summary": repeat(None)}
        return _arrays(count, shape, dtype, columns)
    summaries = summaries_of(rows, shape)
    arrays = _arrays(count, shape, dtype, {"items": repeat(None), "summary": summaries})
    if None not in summaries:
        return arrays
    return [array if array and array.summary else None for array in arrays]


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
    length, size = height * width, math.ceil(height * width / MAXIMUM_RUNS)
    summaries = [array.summary for array in arrays if array is not None and array.summary]
    grids = [summary.grid for summary in summaries if summary.grid is not None]
    if size % height or len(grids) < len(arrays):
        return [None] * len(arrays)
    added = rows.reshape(-1, height, width).sum(axis=1, dtype="float64")
    sums = np.add.reduceat(added, np.arange(0, width, size // height), axis=1)
    turned_summaries: list[Any] = instances_of(Summary, len(arrays), {
        **{name: [getattr(summary, name) for summary in summaries] for name in _ANY_ORDER},
        "strip": map(tuple, run_means(sums, length, size).tolist()),
        "grid": turned(grids),
    })  # fmt: skip
    columns = {"items": repeat(None), "summary": turned_summaries}
    return _arrays(len(arrays), (width, height), dtype, columns)


_ANY_ORDER = (
    "minimum", "maximum", "mean", "norm", "nan", "inf", "minus_inf", "zeros", "histogram",
)  # fmt: skip
"""What of a summary is the same in whichever order the numbers come."""


def _arrays(
    count: int, shape: tuple[int, ...], dtype: str, columns: Mapping[str, Iterable[Any]]
) -> list[Array | None]:
    return instances_of(Array, count, {"shape": repeat(shape), "dtype": repeat(dtype), **columns})
