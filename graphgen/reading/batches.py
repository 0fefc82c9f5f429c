"""Many small tensors -> Arrays, those of one shape at once: a tenth of the time of one by one."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from graphgen.graph import MAXIMUM_ITEMS, Array, Summary
from graphgen.reading.arrays import array_of, dtype_name

__all__ = ["Batches", "Slot"]

_LARGEST_WAITING = 1 << 13
_MOST_WAITING = 1 << 20
_STRIP = 16
_QUICK = frozenset({torch.float32, torch.float64})


@dataclass(slots=True, eq=False)
class Slot:
    """Where an Array comes to stand."""

    array: Array | None = None

    @property
    def filled(self) -> Array:
        """The Array; only after the batches were flushed."""
        assert self.array is not None
        return self.array


@dataclass(slots=True)
class Batches:
    """Tensors that wait to be read; at most a million numbers wait, large ones never do."""

    _waiting: dict[Any, list[tuple[Slot, Tensor]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, tensor: Tensor) -> Slot:
        """Have a tensor read that nobody changes any more."""
        count = tensor.numel()
        if count > _LARGEST_WAITING or not _is_quick(tensor):
            return Slot(array_of(tensor))
        slot = Slot()
        self._waiting.setdefault((tensor.shape, tensor.dtype), []).append((slot, tensor))
        self._count += count + 16
        if self._count > _MOST_WAITING:
            self.flush()
        return slot

    def flush(self) -> None:
        """Read all that waits."""
        for (shape, dtype), pairs in self._waiting.items():
            numbers = torch.stack([tensor.detach() for _, tensor in pairs]).numpy()
            arrays = _arrays(numbers.reshape(len(pairs), -1), tuple(shape), dtype_name(dtype))
            for (slot, tensor), array in zip(pairs, arrays, strict=True):
                slot.array = array or array_of(tensor)
        self._waiting.clear()
        self._count = 0


def _is_quick(tensor: Tensor) -> bool:
    is_plain = type(tensor) is Tensor and tensor.layout == torch.strided
    return (
        is_plain
        and tensor.dtype in _QUICK
        and tensor.device.type == "cpu"
        and not tensor._is_zerotensor()
        and tensor.numel() > 0
    )


def _arrays(numbers: Any, shape: tuple[int, ...], dtype: str) -> list[Array | None]:
    """One Array for each row; None for a row with nan, inf, or squares too large."""
    count = numbers.shape[1]
    if count <= MAXIMUM_ITEMS:
        return [Array(shape, dtype, tuple(row)) for row in numbers.tolist()]
    size = math.ceil(count / _STRIP)
    with np.errstate(all="ignore"):
        sums = np.add.reduceat(numbers, range(0, count, size), axis=1)
        squares = np.einsum("ij,ij->i", numbers, numbers).tolist()
    sizes = np.diff([*range(0, count, size), count])
    columns = zip(
        numbers.min(axis=1).tolist(), numbers.max(axis=1).tolist(),
        sums.sum(axis=1, dtype="float64").tolist(), squares, (sums / sizes).tolist(), strict=True,
    )  # fmt: skip
    found: list[Array | None] = []
    for low, high, total, square, strip in columns:
        if not math.isfinite(square):
            found.append(None)
            continue
        made = Summary(low, high, total / count, math.sqrt(square), 0, 0, tuple(strip))
        found.append(Array(shape, dtype, None, made))
    return found
