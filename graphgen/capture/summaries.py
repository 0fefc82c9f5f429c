"""Very many numbers of one tensor -> Summary, in as few walks over memory as there can be."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from graphgen.model.graph import MAXIMUM_RUNS, Summary
from graphgen.model.summing import (
    careful_mean,
    is_in_doubt,
    is_safe,
    run_means,
    summaries_of,
)
from graphgen.model.summing import summary_of as careful_summary_of

__all__ = ["LARGEST_ROW", "summary_anew", "summary_of", "summary_on_device"]

LARGEST_ROW = 1 << 15
"""The most numbers of a tensor that is read as a row among others; a larger one is read alone."""


def summary_of(numbers: Any) -> Summary:
    """The summary of at least one number, in row-major order however they lie in memory.

    Args:
        numbers: NumPy array of any dtype, shape and strides; float32 and float64 are quick.

    >>> import numpy as np
    >>> summary_of(np.array([3.0, -4.0])).norm
    5.0
    """
    if numbers.dtype.name not in ("float32", "float64"):
        return careful_summary_of(numbers)
    if numbers.size <= LARGEST_ROW:
        return summaries_of(numbers.reshape(1, -1))[0] or careful_summary_of(numbers)
    return summary_on_device(torch.from_numpy(_in_order(numbers)))


def summary_anew(known: Summary, numbers: Any) -> Summary:
    """The summary of more than `LARGEST_ROW` numbers that were read before in another order.

    Args:
        known: their summary in the other order, without nan and inf.
        numbers: NumPy array of float32 or float64.

    Returns:
        The summary that `summary_of` gives.
    """
    flat = torch.from_numpy(_in_order(numbers))
    largest = max(abs(known.minimum), abs(known.maximum))
    if not is_safe(largest):
        return careful_summary_of(flat.numpy())
    strip, mean, norm = _added_up(flat, largest)
    return replace(known, strip=strip, mean=mean, norm=norm)


def summary_on_device(flat: torch.Tensor) -> Summary:
    """The summary of many float32 or float64 in a row, added up where they are."""
    lowest, highest = (end.item() for end in torch.aminmax(flat))
    largest = max(abs(lowest), abs(highest))
    if not math.isfinite(largest) or not is_safe(largest):  # aminmax hands nan on
        return careful_summary_of(flat.cpu().numpy())
    strip, mean, norm = _added_up(flat, largest)
    return Summary(lowest, highest, mean, norm, 0, 0, strip)


def _in_order(numbers: Any) -> Any:
    """The numbers in row-major order, in a row."""
    if numbers.flags.c_contiguous:
        return numbers.reshape(-1)
    return torch.from_numpy(numbers).reshape(-1).numpy()  # copies faster than NumPy


def _added_up(flat: torch.Tensor, largest: float) -> tuple[tuple[float, ...], float, float]:
    """Strip, mean and norm, which depend on the order.

    Torch adds up float32 in float64 without a copy. Not by a BLAS: its threads, once awake, keep
    the other cores busy with waiting.
    """
    count = flat.numel()
    size = math.ceil(count / MAXIMUM_RUNS)
    whole = count // size
    pieces = [flat[: whole * size].view(whole, size)]
    if whole * size < count:
        pieces.append(flat[whole * size :].view(1, -1))
    norms: list[float] = []
    sums: list[float] = []
    for piece in pieces:
        norms += torch.linalg.vector_norm(piece, dim=1, dtype=torch.float64).tolist()
        sums += piece.sum(1, dtype=torch.float64).tolist()
    mean, norm = math.fsum(sums) / count, math.hypot(*norms)
    if is_in_doubt(mean, norm, count):
        mean = careful_mean(flat.cpu().numpy(), largest)
    return tuple(run_means(np.array(sums), count, size).tolist()), mean, norm
