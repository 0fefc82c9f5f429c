"""Many small tensors -> Arrays, those of one shape at once: a tenth of the time of one by one.

The numbers are copied when a tensor comes, so the tensor may be changed or freed at once.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import Parameter

from graphgen.capture.arrays import array_of
from graphgen.capture.reader import Reader
from graphgen.capture.rows import arrays_of, turned_arrays
from graphgen.capture.summaries import LARGEST_ROW
from graphgen.model.graph import Array

__all__ = ["Batches", "Slot", "read_together"]

_WAITING_OF_ONE_SHAPE = 1 << 17
_NUMBERS_AT_HAND = 1 << 17
"""So many are read by several walks over them before the next: they fit beside the processor."""
_PLAIN = (Tensor, Parameter)
_QUICK = {torch.float32: "float32", torch.float64: "float64"}
_READABLE = {"cpu", "cuda"}
"""Devices whose tensors have numbers; from a GPU, many come in one copy."""


class Slot:
    """Where an Array comes to stand.

    Attributes:
        filled: the Array; only after the batches were flushed.
    """

    __slots__ = ("filled",)

    filled: Array


@dataclass(slots=True)
class _Group:
    """Tensors of one shape and dtype that wait to be read, each a row."""

    shape: tuple[int, ...]
    dtype: str
    rows: Any
    slots: list[Slot] = field(default_factory=list)

    def flush(self) -> None:
        """Read all that waits."""
        count = len(self.slots)
        rows = self.rows[:count].reshape(count, -1)
        for row, (slot, array) in enumerate(
            zip(self.slots, arrays_of(rows, self.shape, self.dtype), strict=True)
        ):
            slot.filled = array or array_of(torch.from_numpy(self.rows[row]))
        self.slots.clear()


@dataclass(slots=True)
class Batches:
    """Tensors that wait to be read; of each shape at most 131,072 numbers wait.

    Attributes:
        reader: reads those that are large, at once.
    """

    reader: Reader = field(default_factory=Reader)
    _groups: dict[Any, _Group | None] = field(default_factory=dict)

    def add(self, tensor: Tensor) -> Slot:
        """Have a tensor read."""
        slot = Slot()
        try:
            group = self._groups[tensor.shape, tensor.dtype] if type(tensor) is Tensor else None
        except (KeyError, RuntimeError, TypeError):
            group = self._new_group(tensor)
        if group is None:
            slot.filled = self.reader.array_of(tensor)
            return slot
        slots = group.slots
        try:
            plain = tensor.detach() if tensor.requires_grad else tensor
            group.rows[len(slots)] = plain.numpy()
        except (RuntimeError, TypeError):
            slot.filled = array_of(tensor)  # not on the CPU, or no plain numbers in memory
            return slot
        slots.append(slot)
        if len(slots) == len(group.rows):
            group.flush()
        return slot

    def _new_group(self, tensor: Tensor) -> _Group | None:
        """A group for what is like the first of its kind; None if it is better read alone."""
        try:
            group = self._groups[tensor.shape, tensor.dtype] = _group_for(tensor)
            return group
        except (RuntimeError, TypeError):
            return None  # a nested tensor has no shape, and one in a trace no numbers in it

    def flush(self) -> None:
        """Read all that waits."""
        for group in self._groups.values():
            if group is not None and group.slots:
                group.flush()


def read_together(tensors: Iterable[Tensor]) -> list[Array]:
    """Read tensors that are all there at once."""
    everything = list(tensors)
    arrays: list[Array | None] = [None] * len(everything)
    groups: dict[Any, list[int]] = {}
    turned: dict[int, int] = {}
    for position, tensor in enumerate(everything):
        dtype = tensor.dtype
        is_quick = type(tensor) in _PLAIN and dtype in _QUICK
        if is_quick and 0 < tensor.numel() <= LARGEST_ROW and not tensor.is_nested:
            layout = tensor.layout
            if layout == torch.strided and tensor.dim() == 2 and not tensor.is_contiguous():
                turned[tensor.data_ptr()] = position
            groups.setdefault((dtype, layout, tensor.device, tensor.shape), []).append(position)
    last = set(turned.values())  # after those that they are the transposes of
    for (dtype, layout, device, shape), group in sorted(
        groups.items(), key=lambda item: item[1][0] in last
    ):
        if layout == torch.strided and device.type in _READABLE:
            _read_group(everything, group, tuple(map(int, shape)), _QUICK[dtype], turned, arrays)
    return [array or array_of(each) for array, each in zip(arrays, everything, strict=True)]


def _read_group(
    everything: list[Tensor],
    group: list[int],
    shape: tuple[int, ...],
    dtype: str,
    turned: dict[int, int],
    found: list[Array | None],
) -> None:
    """Read tensors of one shape, and with them those of `turned` that are their transposes."""
    waiting = [position for position in group if found[position] is None]
    step = max(1, _NUMBERS_AT_HAND // math.prod(shape))
    if len(waiting) == 1:
        return
    for start in range(0, len(waiting), step):
        piece = waiting[start : start + step]
        rows = _rows([everything[position] for position in piece])
        arrays = arrays_of(rows, shape, dtype)
        for position, array in zip(piece, arrays, strict=True):
            found[position] = array
        twins = _twins(everything, piece, turned) if turned and len(shape) == 2 else {}
        if twins:
            chosen = list(twins)
            known = [arrays[row] for row in chosen]
            turning = turned_arrays(rows[chosen], shape, dtype, known)
            for position, array in zip(twins.values(), turning, strict=True):
                found[position] = array


def _twins(everything: list[Tensor], piece: list[int], turned: dict[int, int]) -> dict[int, int]:
    """Row -> the position of the transpose of the tensor in that row."""
    twins = {}
    for row, position in enumerate(piece):
        tensor = everything[position]
        twin = turned.get(tensor.data_ptr())
        if twin is not None and tensor.is_contiguous():
            other = everything[twin]
            if other.stride() == (1, tensor.shape[1]) and other.shape == tensor.shape[::-1]:
                twins[row] = twin
    return twins


def _rows(group: list[Tensor]) -> Any:
    with torch.no_grad():
        return torch.stack(group).reshape(len(group), -1).cpu().numpy()


def _group_for(tensor: Tensor) -> _Group | None:
    """An empty group for tensors of this shape; None if they are better read one by one."""
    count = tensor.numel()
    if tensor.dtype not in _QUICK or not 0 < count <= LARGEST_ROW:
        return None
    shape, dtype = tuple(map(int, tensor.shape)), _QUICK[tensor.dtype]
    rows = np.empty((min(_WAITING_OF_ONE_SHAPE // count, 1024), *shape), dtype)
    return _Group(shape, dtype, rows)
