"""Tensor -> Array: all of a small tensor, a summary of a large one, and none of it kept alive."""

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.parameter import UninitializedTensorMixin  # type: ignore[attr-defined]

from graphgen.graph import MAXIMUM_ITEMS, Array, Summary
from graphgen.reading.rows import STRIP
from graphgen.reading.summaries import strip_of, summary_of

__all__ = ["array_of", "dtype_name", "is_readable", "shape_of"]

_LARGEST_DENSE = 1 << 24
_NARROW = frozenset({torch.bfloat16, torch.float16, torch.bool, torch.int8, torch.uint8})


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
    """The sizes of a tensor; of a nested one those of its packed values."""
    if tensor.is_nested:
        tensor = tensor.values()
    return tuple(map(int, tensor.shape))


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
        return tensor.values(), 0
    if tensor.layout == torch.strided:
        is_zero = tensor._is_zerotensor()
        return (tensor.clone() if is_zero else tensor), 0
    if tensor.numel() <= _LARGEST_DENSE or tensor.layout != torch.sparse_coo:
        return tensor.to_dense(), 0
    values = tensor.coalesce().values()
    return values, tensor.numel() - values.numel()


def _number(value: Any) -> float | complex:
    return value if isinstance(value, complex) else float(value)


def _summary(values: Tensor, zeros: int) -> Summary:
    """The summary of more than 64 elements, and of so many zeros besides."""
    if values.numel() == 0:
        return Summary(0.0, 0.0, 0.0, 0.0, 0, 0)
    wide = _magnitudes(values)
    if zeros == 0 and wide.device.type == "cpu" and type(wide) is Tensor:
        return summary_of(wide.resolve_neg().numpy())
    flat = wide.reshape(-1)
    return _measured(flat, zeros) or _loud_summary(flat.double(), zeros)


def _measured(flat: Tensor, zeros: int) -> Summary | None:
    """The summary by torch, on any device; None where nan, inf or too large squares occur."""
    square = float(torch.dot(flat, flat))
    if not math.isfinite(square):
        return None
    count = flat.numel()
    minimum, maximum = map(float, torch.aminmax(flat))
    sums = _runs(flat)
    mean, norm = math.fsum(sums) / (count + zeros), math.sqrt(square)
    if zeros:
        return Summary(min(minimum, 0.0), max(maximum, 0.0), mean, norm, 0, 0)
    return Summary(minimum, maximum, mean, norm, 0, 0, strip_of(sums, count))


def _magnitudes(values: Tensor) -> Tensor:
    """Real numbers wide enough to add up."""
    if values.is_complex():
        return values.abs()
    if values.dtype in _NARROW:
        return values.float()
    return values if values.is_floating_point() else values.double()


def _runs(flat: Tensor) -> list[float]:
    """The sums of at most 16 runs, all equally long but the last."""
    size = math.ceil(flat.numel() / STRIP)
    whole = flat.numel() // size
    sums: list[float] = flat[: whole * size].view(whole, size).sum(1).tolist()
    if whole * size < flat.numel():
        sums.append(float(flat[whole * size :].sum()))
    return sums


def _loud_summary(flat: Tensor, zeros: int) -> Summary:
    """The summary where nan, inf, or numbers too large to square in their own dtype occur."""
    finite = flat[torch.isfinite(flat)]
    ends = (float(finite.min()), float(finite.max())) if finite.numel() else (math.nan, math.nan)
    return Summary(
        minimum=min(ends[0], 0.0) if zeros else ends[0],
        maximum=max(ends[1], 0.0) if zeros else ends[1],
        mean=float(finite.sum()) / (finite.numel() + zeros) if finite.numel() else math.nan,
        norm=float(torch.linalg.vector_norm(flat)),
        nan=int(torch.isnan(flat).sum()),
        inf=int(torch.isinf(flat).sum()),
        strip=() if zeros else strip_of(_runs(flat), flat.numel()),
    )
