"""Tensor -> Array: all of a small tensor, a summary of a large one, and none of it kept alive."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.parameter import UninitializedTensorMixin  # type: ignore[attr-defined]

from graphgen.capture.summaries import LARGEST_ROW, summary_of, summary_on_device
from graphgen.model.graph import BINS, MAXIMUM_ITEMS, MIDDLE_BIN, Array, Histogram, Summary

__all__ = ["array_of", "dtype_name", "is_readable", "shape_of"]

_LARGEST_DENSE = 1 << 24
_QUICK = frozenset({torch.float32, torch.float64})
_NARROW = frozenset({
    torch.float16, torch.bfloat16, torch.bool, torch.int8, torch.uint8, torch.float8_e4m3fn,
    torch.float8_e4m3fnuz, torch.float8_e5m2, torch.float8_e5m2fnuz, torch.float8_e8m0fnu,
})  # fmt: skip
"""What float32 holds exactly and NumPy hasn't got, or is slow with."""


def array_of(tensor: Tensor) -> Array:
    """What is kept of a tensor: its elements up to 64 of them, a summary above.

    Args:
        tensor: of any shape, dtype, layout and device.

    Returns:
        An Array that shares nothing with the tensor; without elements where there are none to
        read (meta and fake tensors, subclasses that refuse).
    """
    dtype = dtype_name(tensor.dtype)
    if isinstance(tensor, UninitializedTensorMixin):
        return Array((), dtype)
    shape = shape_of(tensor)
    if not is_readable(tensor):
        return Array(shape, dtype)
    try:
        return _read(tensor, shape, dtype)
    except (RuntimeError, NotImplementedError, TypeError, ValueError, AttributeError):
        return Array(shape, dtype)  # a subclass or a layout that lets nobody look inside


def is_readable(tensor: Tensor) -> bool:
    """Whether a tensor has elements, which meta, fake and not yet initialized ones don't."""
    is_empty = tensor.is_meta or isinstance(tensor, UninitializedTensorMixin)
    return not is_empty and "FakeTensor" not in type(tensor).__name__


def shape_of(tensor: Tensor) -> tuple[int, ...]:
    """The sizes of a tensor; of a nested one those of its values, one part after the other."""
    return tuple(map(int, (_packed(tensor) if tensor.is_nested else tensor).shape))


def dtype_name(dtype: torch.dtype) -> str:
    """Torch's name of a dtype without the prefix.

    >>> dtype_name(torch.float64)
    'float64'
    """
    return str(dtype)[6:]


def _read(tensor: Tensor, shape: tuple[int, ...], dtype: str) -> Array:
    if shape == () and tensor.layout == torch.strided:
        return Array(shape, dtype, (_number(tensor.tolist()),))  # item() forgets a pending conj
    values, zeros = _dense(tensor.detach())
    if zeros == 0 and values.numel() <= MAXIMUM_ITEMS:
        return Array(shape, dtype, tuple(map(_number, values.reshape(-1).tolist())))
    return Array(shape, dtype, None, _summary(values, zeros))


def _dense(tensor: Tensor) -> tuple[Tensor, int]:
    """A plain tensor of the elements, and how many zeros a huge sparse one has besides."""
    if tensor.is_nested:
        return _packed(tensor), 0
    if tensor.layout == torch.strided:
        is_zero = tensor._is_zerotensor()
        return (tensor.clone() if is_zero else tensor), 0
    if tensor.numel() <= _LARGEST_DENSE or tensor.layout != torch.sparse_coo:
        return tensor.to_dense(), 0
    values = tensor.coalesce().values()
    return values, tensor.numel() - values.numel()


def _packed(nested: Tensor) -> Tensor:
    """The values of a nested tensor, one part after the other, each in its own row-major order.

    Its memory may hold them in another order (transposed), and others between them (narrowed).
    """
    if nested.is_contiguous():
        return nested.values()
    parts = nested.detach().unbind()
    if nested.layout != torch.jagged:
        return torch.cat([part.reshape(-1) for part in parts])
    ragged: int = nested._ragged_idx  # type: ignore[attr-defined]
    return torch.cat(list(parts), dim=ragged - 1)


def _number(value: Any) -> float | complex:
    return value if isinstance(value, complex) else float(value)


def _summary(values: Tensor, zeros: int) -> Summary:
    """The summary of more than 64 elements, and of so many zeros besides."""
    if values.numel() == 0:
        counts = [zeros if place == MIDDLE_BIN else 0 for place in range(BINS)]
        only_zeros = Histogram.of(0.0, 0.0, counts)
        return Summary(0.0, 0.0, 0.0, 0.0, 0, 0, zeros=zeros, histogram=only_zeros)
    if values.dtype in _NARROW:
        values = values.float()
    elif values.dtype == torch.complex32:
        values = values.to(torch.complex64)
    plain = values.resolve_conj().resolve_neg()
    if plain.device.type == "cuda" and plain.dtype in _QUICK and plain.numel() > LARGEST_ROW:
        summary = summary_on_device(plain)
    else:
        summary = summary_of(plain.cpu().numpy())
    return _with_zeros(summary, values.numel(), zeros) if zeros else summary


def _with_zeros(summary: Summary, count: int, zeros: int) -> Summary:
    """The summary of as many elements, and of zeros that lie anywhere between them."""
    finite = count - summary.nan - summary.inf
    ends = (summary.minimum, summary.maximum) if finite else (0.0, 0.0)
    lowest, highest = min(ends[0], 0.0), max(ends[1], 0.0)
    return Summary(
        minimum=lowest,
        maximum=highest,
        mean=summary.mean * (finite / (finite + zeros)) if finite else 0.0,
        norm=summary.norm,
        nan=summary.nan,
        inf=summary.inf,
        minus_inf=summary.minus_inf,
        zeros=None if summary.zeros is None else summary.zeros + zeros,
    )
