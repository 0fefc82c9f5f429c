"""Very many numbers of one tensor -> Summary, in as few walks over memory as there can be."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from graphgen.graph import Summary
from graphgen.reading.rows import STRIP, summaries_of

__all__ = ["LARGEST_ROW", "strip_of", "summary_anew", "summary_of"]

LARGEST_ROW = 1 << 15
"""The most numbers of a tensor that is read as a row among others; a larger one is read alone."""


def summary_of(numbers: Any) -> Summary:
    """The summary of at least one number, in row-major order however they lie in memory.

    Args:
        numbers: NumPy array of float32 or float64, of any shape and strides.

    >>> summary_of(np.array([3.0, -4.0])).norm
    5.0
    """
    if numbers.size <= LARGEST_ROW:
        found = summaries_of(numbers.reshape(1, -1))[0]
    else:
        found = _measured(_in_order(numbers))
    return found or _loud(numbers.reshape(-1))


def summary_anew(known: Summary, numbers: Any) -> Summary | None:
    """The summary of more than `LARGEST_ROW` numbers that were read before in another order.

    Args:
        known: their summary in the other order, without nan and inf.
        numbers: as above.

    Returns:
        The summary that `summary_of` gives; None where squares became too large.
    """
    found = _added_up(_in_order(numbers))
    if found is None:
        return None
    strip, mean, norm = found
    return replace(known, strip=strip, mean=mean, norm=norm)


def strip_of(sums: list[float], count: int) -> tuple[float, ...]:
    """The means of the runs, which are all equally long but the last."""
    size = math.ceil(count / STRIP)
    last = count - size * (len(sums) - 1)
    return (*(total / size for total in sums[:-1]), sums[-1] / last)


def _measured(flat: Any) -> Summary | None:
    """The summary; None where nan, inf or too large squares occur."""
    found = _added_up(flat)
    if found is None:
        return None
    strip, mean, norm = found
    return Summary(float(flat.min()), float(flat.max()), mean, norm, 0, 0, strip)


def _in_order(numbers: Any) -> Any:
    """The numbers in row-major order, in a row."""
    if numbers.flags.c_contiguous:
        return numbers.reshape(-1)
    return torch.from_numpy(numbers).reshape(-1).numpy()  # copies faster than NumPy


def _added_up(flat: Any) -> tuple[tuple[float, ...], float, float] | None:
    """Strip, mean and norm, which depend on the order; None as above.

    Not by a BLAS: its threads, once awake, keep the other cores busy with waiting.
    """
    size = math.ceil(flat.size / STRIP)
    whole = flat.size // size
    numbers = torch.from_numpy(flat)
    pieces = [numbers[: whole * size].view(whole, size)]
    if whole * size < flat.size:
        pieces.append(numbers[whole * size :].view(1, -1))
    norms = [norm for piece in pieces for norm in torch.linalg.vector_norm(piece, dim=1).tolist()]
    norm = math.hypot(*norms)
    if not math.isfinite(norm):
        return None
    sums = [total for piece in pieces for total in piece.sum(1).tolist()]
    return strip_of(sums, flat.size), math.fsum(sums) / flat.size, norm


def _loud(flat: Any) -> Summary:
    """The summary where nan, inf, or numbers too large to square in their own dtype occur."""
    finite = flat[np.isfinite(flat)]
    nan = int(np.count_nonzero(np.isnan(flat)))
    inf = flat.size - finite.size - nan
    with np.errstate(all="ignore"):
        total = float(finite.sum(dtype="f8"))
        starts = np.arange(0, flat.size, math.ceil(flat.size / STRIP))
        sums = np.add.reduceat(flat, starts, dtype="f8").tolist()
    return Summary(
        minimum=float(finite.min()) if finite.size else math.nan,
        maximum=float(finite.max()) if finite.size else math.nan,
        mean=total / finite.size if finite.size else math.nan,
        norm=math.nan if nan else math.inf if inf else _wide_norm(flat),
        nan=nan,
        inf=inf,
        strip=strip_of(sums, flat.size),
    )


def _wide_norm(flat: Any) -> float:
    return float(torch.linalg.vector_norm(torch.from_numpy(flat), dtype=torch.float64))
