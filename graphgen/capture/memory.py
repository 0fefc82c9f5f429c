"""What a tape knows of each tensor: which node made it, or what it was made from."""

from collections.abc import Iterable
from typing import Any
from weakref import ref

import torch
from torch import Tensor

from graphgen.capture.arrays import array_of, dtype_name, is_readable, shape_of
from graphgen.capture.batches import Batches, Slot, read_together
from graphgen.capture.seen import Constant, Given, LeafSeen, Made, Ref
from graphgen.capture.strangers import Strangers
from graphgen.model.graph import MAXIMUM_ITEMS, Array

__all__ = [
    "Memory",
    "is_differentiable",
    "read_leaf",
    "read_leaves",
    "takes_gradient",
    "version_of",
]


class Memory:
    """Tensors by identity, held weakly; a tensor that was changed in place is a new one.

    Attributes:
        values: (sequence number, output) -> a value that was read when it was used.
        batches: reads the values; they are there after `batches.flush()`.
        strangers: the nodes that were made elsewhere.
    """

    def __init__(self) -> None:
        self.values: dict[tuple[int, int], Slot] = {}
        self.batches = Batches()
        self.strangers = Strangers()
        self._made: dict[int, tuple[ref[Tensor], int, Made]] = {}
        self._numbered: dict[int, ref[Tensor]] = {}
        self._changed: dict[int, tuple[Made, int, Slot]] = {}
        self._leaves: dict[int, LeafSeen] = {}
        self._givens: dict[int, Given] = {}
        self._plain: dict[int, tuple[ref[Tensor], int, Made]] = {}
        self._hidden: dict[int, ref[Tensor]] = {}

    def operand(self, value: Any) -> Ref:
        """What an operand is; what an autograd node made is read if its value is not known yet."""
        if not isinstance(value, Tensor):
            return Constant(value, _dtype_of_number(value))
        if value.requires_grad:
            cut = None if torch.is_grad_enabled() else self._cut_view(value)
            if cut is not None:
                return cut
            known = self._made.get(id(value))  # as `noted` asks, without the call: most end here
            if known is not None and known[0]() is value and known[1] == version_of(value):
                return known[2]
            return self.differentiable(value)
        return (self.plain(value) if self._plain else None) or self.given(value)

    def find(self, tensor: Tensor) -> Ref | None:
        """What is known of a tensor of the user's; None if it was never seen."""
        if tensor.requires_grad:
            return self.differentiable(tensor)
        output = self.plain(tensor)
        if output is not None:
            return output
        operand = self._givens.get(id(tensor))
        return operand if operand is not None and operand.tensor() is tensor else None

    def seen(self, tensor: Tensor) -> Ref | None:
        """What is known of a tensor as it is now, without asking it; None if nothing is."""
        if not tensor.requires_grad:
            return self.find(tensor)
        return self.noted(tensor) or self.leaf(tensor)

    def leaf(self, tensor: Tensor) -> LeafSeen | None:
        """A leaf as it was when it was last used; None if it was not."""
        seen = self._leaves.get(id(tensor))
        return seen if seen is not None and seen.tensor() is tensor else None

    def differentiable(self, tensor: Tensor, value: Slot | None = None) -> Made | LeafSeen:
        """Which node made a tensor that requires grad; its value, if that was read already.

        What was seen being made is looked up. The others, as after an operation in place, are
        asked: to ask every tensor would make torch crash when it frees a deep graph.
        """
        output = self.noted(tensor)
        if output is not None:
            return output
        node = tensor.grad_fn
        if node is None:
            return self._leaf(tensor)
        seen = self._numbered.get(node._sequence_nr())
        number = self.strangers.number_of(tensor, node, seen() if seen else None)
        new = Made(number, tensor.output_nr)
        self.note_made(tensor, new)
        if (new.number, new.port) not in self.values:
            value = value or self._value_when_changed(tensor, new)
            self.values[new.number, new.port] = value or self.batches.add(tensor)
        return new

    def note_changed(self, tensor: Tensor, made: Made, value: Slot) -> None:
        """Remember what an operation in place left in a tensor; autograd counts it up after.

        Args:
            tensor: the one that is changed, with the version from before.
            made: the node that the operation makes.
            value: what the tensor holds after it.
        """
        self._changed[id(tensor)] = (made, version_of(tensor) + 1, value)

    def _value_when_changed(self, tensor: Tensor, made: Made) -> Slot | None:
        changed = self._changed.pop(id(tensor), None)
        return changed[2] if changed and changed[:2] == (made, version_of(tensor)) else None

    def noted(self, tensor: Tensor) -> Made | None:
        """The node that was seen making a tensor, if it was not changed since."""
        known = self._made.get(id(tensor))
        if known is None or known[0]() is not tensor or known[1] != version_of(tensor):
            return None
        return known[2]

    def note_made(self, tensor: Tensor, made: Made, version: int | None = None) -> None:
        """Remember which node made a tensor, and the version that it is of, or will be.

        Args:
            tensor: the output.
            made: the node that made it, and which of its outputs it is.
            version: torch's version counter of the tensor; by default the one of now.
        """
        reference = ref(tensor)
        version = version_of(tensor) if version is None else version
        self._made[id(tensor)] = (reference, version, made)
        self._numbered.setdefault(made.number, reference)

    def plain(self, tensor: Tensor) -> Made | None:
        """Which output of a Function of the user's a tensor is that takes no gradient."""
        output = self._plain.get(id(tensor))
        if output is None or output[0]() is not tensor or output[1] != version_of(tensor):
            return None
        return output[2]

    def note_plain(self, tensor: Tensor, output: Made) -> None:
        """Remember an output of a Function of the user's that takes no gradient."""
        self._plain[id(tensor)] = (ref(tensor), version_of(tensor), output)

    def is_hidden(self, tensor: Tensor) -> bool:
        """Whether a leaf was used inside a Function of the user's."""
        reference = self._hidden.get(id(tensor))
        return reference is not None and reference() is tensor

    def note_hidden(self, leaf: Tensor) -> None:
        """Remember a leaf that a Function of the user's used without being handed it."""
        self._hidden[id(leaf)] = ref(leaf)

    def given(self, tensor: Tensor) -> Given:
        """What a tensor without a gradient is."""
        version = version_of(tensor)
        operand = self._givens.get(id(tensor))
        if operand is None or operand.tensor() is not tensor or operand.version != version:
            operand = self._givens[id(tensor)] = Given(ref(tensor), version)
        return operand

    def new_given(
        self,
        tensor: Tensor,
        op: str,
        sources: tuple[Ref, ...],
        is_cut: bool,
        version: int | None = None,
        source: str = "",
    ) -> None:
        """Remember a tensor that was just made without a gradient of its own.

        Args:
            tensor: the new one.
            op: the operator's name, or what cut the tensor off; "" is not shown.
            sources: what it was made from.
            is_cut: whether any source takes a gradient.
            version: torch's version counter of the tensor; by default the one of now.
            source: "file:line" of what cut it off; "" where nothing did.
        """
        version = version_of(tensor) if version is None else version
        operand = Given(ref(tensor), version, None, op, sources, is_cut, source=source)
        self._givens[id(tensor)] = operand

    def new_constant(self, tensor: Tensor) -> None:
        """Remember a tensor that torch made of a number."""
        self._givens[id(tensor)] = Given(ref(tensor), version_of(tensor), is_constant=True)

    def _cut_view(self, tensor: Tensor) -> Given | None:
        """A view that was taken while no gradients were recorded, which torch calls a leaf that
        requires grad, as long as none are recorded; it is one as soon as they are again."""
        if not (tensor.is_leaf and tensor._is_view()):
            return None
        operand = self._givens.get(id(tensor))
        return operand if operand is not None and operand.tensor() is tensor else None

    def _leaf(self, tensor: Tensor) -> LeafSeen:
        version = version_of(tensor)
        seen = self._leaves.get(id(tensor))
        if seen is None or seen.tensor() is not tensor or seen.version != version:
            seen = self._leaves[id(tensor)] = LeafSeen(ref(tensor), version)
            if is_readable(tensor) and tensor.numel() <= MAXIMUM_ITEMS:
                seen.value = array_of(tensor)
        return seen


def read_leaves(leaves: Iterable[LeafSeen]) -> None:
    """Read those that lie plainly in memory, are as they were, and were not yet read."""
    waiting = []
    for seen in leaves:
        tensor = seen.tensor()
        if tensor is None or seen.value is not None or version_of(tensor) != seen.version:
            continue
        if tensor.layout == torch.strided and tensor.is_contiguous():
            waiting.append((seen, tensor))
    arrays = read_together([tensor for _, tensor in waiting])
    for (seen, _), array in zip(waiting, arrays, strict=True):
        seen.value = array


def read_leaf(seen: LeafSeen) -> Array:
    """What a leaf held; not known of a large one that was changed since.

    To read all parameters in every forward would take longer than some forwards do.
    """
    tensor = seen.tensor()
    if seen.value is None and tensor is not None:
        is_same = version_of(tensor) == seen.version
        seen.value = array_of(tensor) if is_same else _unread(tensor)
    return seen.value or Array((), "float32")


def _unread(tensor: Tensor) -> Array:
    return Array(shape_of(tensor), dtype_name(tensor.dtype))


def takes_gradient(each: Ref) -> bool:
    """Whether something seen takes a gradient, or was made from something that does."""
    return isinstance(each, (Made, LeafSeen)) or (isinstance(each, Given) and each.is_cut)


def is_differentiable(tensor: Tensor) -> bool:
    """Whether a tensor is of a dtype that can take a gradient."""
    return tensor.is_floating_point() or tensor.is_complex()


def version_of(tensor: Tensor) -> int:
    """How often a tensor was changed in place; a tensor of inference mode doesn't say."""
    try:
        return tensor._version
    except RuntimeError:
        return 0


def _dtype_of_number(value: Any) -> str:
    names = {bool: "bool", int: "int64", complex: "complex128"}
    return names.get(type(value), "float64")
