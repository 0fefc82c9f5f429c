"""Large tensors -> Arrays; what only shows anew the numbers that were just read isn't read again.

Half of what a transformer makes are views: reshaped, transposed, split into heads.
"""

from typing import Any
from weakref import ref

import torch
from torch import Tensor

from graphgen.capture.arrays import array_of, dtype_name
from graphgen.capture.summaries import LARGEST_ROW, summary_anew, summary_of_shape
from graphgen.model.graph import Array, matrix_of

__all__ = ["Reader"]

_KEPT = 8
_WIDE = frozenset({torch.float32, torch.float64})

Layout = tuple[tuple[int, ...], tuple[int, ...]]


class Reader:
    """Reads tensors and remembers the last few, held weakly.

    Numbers that were written meanwhile are told by the tensor's version; who writes around it must
    call `forget`.
    """

    def __init__(self) -> None:
        self._recent: dict[Any, tuple[ref[Tensor], int, Layout, Array]] = {}

    def forget(self) -> None:
        """Take every tensor for a new one."""
        self._recent.clear()

    def array_of(self, tensor: Tensor) -> Array:
        """What `array_of` gives."""
        if not _lies_plainly(tensor):
            return array_of(tensor)
        key = (tensor.data_ptr(), tensor.numel(), tensor.dtype)
        layout = (tuple(tensor.shape), tensor.stride())
        known = self._recent.get(key)
        if known is not None:
            reference, version, other, array = known
            before = reference()
            if before is not None and before._version == version == tensor._version:
                again = _shown_anew(tensor, layout, array, other)
                if again is not None:
                    return again
        fresh = array_of(tensor)
        if len(self._recent) >= _KEPT:
            del self._recent[next(iter(self._recent))]
        self._recent[key] = (ref(tensor), tensor._version, layout, fresh)
        return fresh


def _lies_plainly(tensor: Tensor) -> bool:
    """Whether a tensor is nothing but numbers in memory."""
    return (
        type(tensor) is Tensor
        and tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not (tensor.is_nested or tensor.is_neg() or tensor.is_conj())
        and not (tensor._is_zerotensor() or tensor.is_inference())
        and tensor.numel() > LARGEST_ROW
    )


def _shown_anew(tensor: Tensor, layout: Layout, array: Array, other: Layout) -> Array | None:
    """The Array of numbers whose Array in another layout is known; None if it must be read."""
    summary, shape = array.summary, layout[0]
    if summary is None:
        return None
    if layout == other:
        return array
    is_quiet = summary.nan == summary.inf == 0 and tensor.dtype in _WIDE
    if _is_in_a_row(layout) and _is_in_a_row(other):
        if matrix_of(shape) == matrix_of(other[0]):
            return Array(shape, array.dtype, None, summary)
        if is_quiet:
            again = summary_of_shape(summary, tensor.detach().numpy())
            return Array(shape, array.dtype, None, again)
        return None
    if is_quiet and _is_dense(layout) and _is_dense(other):
        again = summary_anew(summary, tensor.detach().numpy())
        return Array(shape, dtype_name(tensor.dtype), None, again)
    return None


def _is_in_a_row(layout: Layout) -> bool:
    """Whether the numbers lie in row-major order."""
    expected = 1
    for size, stride in zip(*map(reversed, layout), strict=True):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def _is_dense(layout: Layout) -> bool:
    """Whether the numbers fill one stretch of memory, each once."""
    axes = sorted(zip(layout[1], layout[0], strict=True))
    return _is_in_a_row((tuple(s for _, s in reversed(axes)), tuple(s for s, _ in reversed(axes))))
