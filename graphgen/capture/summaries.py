"""Very many numbers of one tensor -> Summary, in as few walks over memory as there can be."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from graphgen.model.graph import (
    BINS,
    MAXIMUM_RUNS,
    MIDDLE_BIN,
    Grid,
    Summary,
    blocks_of,
    matrix_of,
)
from graphgen.model.pooling import (
    block_sizes,
    grids_of_means,
    histograms_of_counts,
    is_narrow_enough,
)
from graphgen.model.summing import (
    careful_mean,
    is_in_doubt,
    is_safe,
    run_means,
    summaries_of,
)
from graphgen.model.summing import summary_of as careful_summary_of

__all__ = [
    "LARGEST_ROW",
    "summary_anew",
    "summary_of",
    "summary_of_shape",
    "summary_on_device",
]

LARGEST_ROW = 1 << 15
"""The most numbers of a tensor that is read as a row among others; a larger one is read alone."""
_BLOCK = 1 << 15
"""So many numbers fit beside a processor."""


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
        quick = summaries_of(numbers.reshape(1, -1), numbers.shape)[0]
        return quick or careful_summary_of(numbers)
    return summary_on_device(torch.from_numpy(_in_order(numbers)))


def summary_anew(known: Summary, numbers: Any) -> Summary:
    """The summary of more than `LARGEST_ROW` numbers that were read before in another order.

    Args:
        known: their summary in the other order, without nan and inf.
        numbers: NumPy array of float32 or float64.

    Returns:
        The summary that `summary_of` gives.
    """
    values = torch.from_numpy(_in_order(numbers))
    largest = max(abs(known.minimum), abs(known.maximum))
    if not is_safe(largest):
        return careful_summary_of(values.numpy())
    strip, mean, norm = _added_up(values.view(-1), largest)
    return replace(known, strip=strip, mean=mean, norm=norm, grid=_grid(values))


def summary_of_shape(known: Summary, numbers: Any) -> Summary:
    """The summary of more than `LARGEST_ROW` numbers that were read before in another shape.

    Args:
        known: their summary in the other shape, without nan and inf.
        numbers: NumPy array of float32 or float64, in row-major order.

    Returns:
        The summary that `summary_of` gives.
    """
    if not is_safe(max(abs(known.minimum), abs(known.maximum))):
        return careful_summary_of(numbers)
    return replace(known, grid=_grid(torch.from_numpy(numbers)))


def summary_on_device(values: Tensor) -> Summary:
    """The summary of many float32 or float64 in row-major order, added up where they are."""
    flat = values.reshape(-1)
    lowest, highest = torch.stack(torch.aminmax(flat)).tolist()
    largest = max(abs(lowest), abs(highest))
    if not math.isfinite(largest) or not is_safe(largest):  # aminmax hands nan on
        return careful_summary_of(values.cpu().numpy())
    strip, mean, norm = _added_up(flat, largest)
    zeros, counts = _counted(flat, lowest, highest)
    histogram = histograms_of_counts(np.array([counts]), [lowest], [highest])[0]
    return Summary(lowest, highest, mean, norm, 0, 0, strip, 0, zeros, _grid(values), histogram)


def _in_order(numbers: Any) -> Any:
    """The numbers in row-major order."""
    if numbers.flags.c_contiguous:
        return numbers
    return torch.from_numpy(numbers).contiguous().numpy()  # copies faster than NumPy


def _grid(values: Tensor) -> Grid:
    """Means of the blocks, added up in float64; from a GPU they come in one copy."""
    matrix = matrix_of(tuple(values.shape))
    block = blocks_of(matrix)
    sums = _sums(_sums(values.reshape(matrix), block[0], 0), block[1], 1).double().cpu().numpy()
    means = sums / np.multiply.outer(*block_sizes(matrix))
    return grids_of_means(means[None], block)[0]


def _sums(values: Tensor, size: int, axis: int) -> Tensor:
    """Sums of so many neighbours along an axis, in float64; the last may be of fewer."""
    count = values.shape[axis]
    whole = count // size
    if size == 1:
        return values
    shape = (*values.shape[:axis], whole, size, *values.shape[axis + 1 :])
    pieces = values.narrow(axis, 0, whole * size).view(shape)
    sums = pieces.sum(axis + 1, dtype=torch.float64)
    if whole * size == count:
        return sums
    rest = values.narrow(axis, whole * size, count - whole * size)
    return torch.cat([sums, rest.sum(axis, keepdim=True, dtype=torch.float64)], axis)


def _counted(flat: Tensor, lowest: float, highest: float) -> tuple[int, list[int]]:
    """How many numbers are zero, and how many lie in each bin of a histogram.

    Which bin a number is in says `histograms_of`. From a GPU all comes in one copy.
    """
    zeros = torch.zeros((), dtype=torch.int64, device=flat.device)
    counts = torch.zeros(BINS + 1, dtype=torch.int64, device=flat.device)
    if lowest == highest:
        counts[MIDDLE_BIN] = flat.numel()
    is_narrow = flat.dtype == torch.float64 or is_narrow_enough(lowest, highest)
    width = (highest - lowest) / BINS
    for piece in _pieces(flat):
        zeros += piece.numel() - piece.count_nonzero()
        if width:
            places = (piece if is_narrow else piece.double()).sub(lowest).div_(width)
            counts += torch.bincount(places.to(torch.uint8), minlength=BINS + 1)
    counted: list[int] = torch.cat([zeros.view(1), counts]).tolist()
    counted[BINS] += counted.pop()  # the highest number itself
    return counted[0], counted[1:]


def _pieces(flat: Tensor) -> Iterator[Tensor]:
    """All at once on a GPU, on a processor what fits beside it."""
    return iter((flat,) if flat.device.type != "cpu" else torch.split(flat, _BLOCK))


def _added_up(flat: Tensor, largest: float) -> tuple[tuple[float, ...], float, float]:
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
