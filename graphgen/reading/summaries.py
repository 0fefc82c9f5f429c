"""Very many numbers of one tensor -> Summary, in as few walks over memory as there can be."""

import math
from typing import Any

import numpy as np
import torch

from graphgen.graph import Summary
from graphgen.reading.rows import STRIP, summaries_of

__all__ = ["LARGEST_ROW", "strip_and_mean", "strip_of", "summary_of"]

LARGEST_ROW = 1 << 15
"""The most numbers of a tensor that is read as a row among others; a larger one is read alone."""


def summary_of(numbers: Any) -> Summary:
    """The summary of at least one number.

    Args:
        numbers: NumPy array of float32 or float64, of any shape and strides.

    >>> summary_of(np.array([3.0, -4.0])).norm
    5.0
    """
    if numbers.size <= LARGEST_ROW:
        found = summaries_of(numbers.reshape(1, -1))[0]
    else:
        found = _measured(numbers)
    return found or _loud(numbers.reshape(-1))


def strip_of(sums: list[float], count: int) -> tuple[float, ...]:
    """The means of the runs, which are all equally long but the last."""
    size = math.ceil(count / STRIP)
    last = count - size * (len(sums) - 1)
    return (*(total / size for total in sums[:-1]), sums[-1] / last)


def _measured(numbers: Any) -> Summary | None:
    """The summary; None where nan, inf or too large squares occur."""
    flat = _as_it_lies(numbers)
    with np.errstate(all="ignore"):
        square = float(np.dot(flat, flat))
    if not math.isfinite(square):
        return None
    strip, mean = strip_and_mean(numbers)
    return Summary(float(flat.min()), float(flat.max()), mean, math.sqrt(square), 0, 0, strip)


def strip_and_mean(numbers: Any) -> tuple[tuple[float, ...], float]:
    """The part of a summary that is not the same in any order; of more than `LARGEST_ROW`."""
    sums = _runs(numbers)
    return strip_of(sums, numbers.size), math.fsum(sums) / numbers.size


def _as_it_lies(numbers: Any) -> Any:
    """All numbers in the order in which they lie in memory: no copy is made of a transpose."""
    order = sorted(range(numbers.ndim), key=lambda axis: -numbers.strides[axis])
    return numbers.transpose(order).reshape(-1)


def _runs(numbers: Any) -> list[float]:
    """The sums of at most 16 runs in row-major order, all equally long but the last.

    Where the runs are whole slices, these are summed as they lie.
    """
    size = math.ceil(numbers.size / STRIP)
    axis, inner = numbers.ndim, 1
    if not numbers.flags.c_contiguous:
        while axis and size % (inner * numbers.shape[axis - 1]) == 0:
            axis -= 1
            inner *= numbers.shape[axis]
    parts = torch.from_numpy(numbers if inner > 1 else np.ascontiguousarray(numbers))
    if inner > 1:
        parts = parts.sum(dim=tuple(range(axis, numbers.ndim)))
    parts, size = parts.reshape(-1), size // inner
    whole = len(parts) // size
    sums: list[float] = parts[: whole * size].view(whole, size).sum(1).tolist()
    if whole * size < len(parts):
        sums.append(float(parts[whole * size :].sum()))
    return sums


def _loud(flat: Any) -> Summary:
    """The summary where nan, inf, or numbers too large to square in their own dtype occur."""
    finite = flat[np.isfinite(flat)]
    nan = int(np.count_nonzero(np.isnan(flat)))
    with np.errstate(all="ignore"):
        total = float(finite.sum(dtype="f8"))
        starts = np.arange(0, flat.size, math.ceil(flat.size / STRIP))
        sums = np.add.reduceat(flat, starts, dtype="f8").tolist()
        norm = float(np.linalg.norm(flat.astype("f8")))
    inf = flat.size - finite.size - nan
    return Summary(
        minimum=float(finite.min()) if finite.size else math.nan,
        maximum=float(finite.max()) if finite.size else math.nan,
        mean=total / finite.size if finite.size else math.nan,
        norm=math.nan if nan else math.inf if inf else norm,
        nan=nan,
        inf=inf,
        strip=strip_of(sums, flat.size),
    )
