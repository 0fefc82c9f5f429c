"""The recorder: sees each operator under autograd, and keeps numbers, never tensors.

At the moment when an operator runs below autograd, the thread's sequence number less one is that
of the autograd node which this operator makes. That is how a value finds its node.

Source: torch.utils._python_dispatch.TorchDispatchMode.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from graphgen.graph import Array
from graphgen.reading.arrays import array_of
from graphgen.reading.frames import Frames
from graphgen.reading.operators import Operator, operator_of
from graphgen.reading.scopes import Scopes
from graphgen.reading.seen import Constant, Given, LeafSeen, Made, Place, Record, Ref

__all__ = ["Tape"]

_next_number = torch._C._autograd._get_sequence_nr


class Tape(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """What happens while it is entered.

    Args:
        frames: reads the user's code; None where there is none to read.
        scopes: knows the module that is running.
        keeps_history: whether computed data keep what they were computed from.

    Attributes:
        records: sequence number -> the operator that made this node.
        values: (sequence number, output) -> a value that was seen when it was used.
        places: sequence number -> where a node was made that no single operator made.
    """

    def __init__(
        self, frames: Frames | None, scopes: Scopes | None, keeps_history: bool = False
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.frames, self.scopes, self.keeps_history = frames, scopes, keeps_history
        self.records: dict[int, Record] = {}
        self.values: dict[tuple[int, int], Array] = {}
        self.places: dict[int, Place] = {}
        self._operators: dict[Any, Operator] = {}
        self._made: dict[int, tuple[ref[Tensor], int, Made]] = {}
        self._leaves: dict[int, LeafSeen] = {}
        self._givens: dict[int, Given] = {}
        self._last_number = _next_number()
        self._is_paused = False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if self._is_paused:
            return func(*args, **kwargs)
        number = _next_number()
        operator = self._operators.get(func)
        if operator is None:
            operator = self._operators[func] = operator_of(func)
        refs = tuple(map(self._operand, operator.operands(args, kwargs)))
        result = func(*args, **kwargs)
        self._note(operator, refs, result, number)
        return result

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """No: to say yes makes torch import its compiler, a second, at the first operator."""
        return False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While in here, nothing is seen."""
        before, self._is_paused = self._is_paused, True
        try:
            yield
        finally:
            self._is_paused = before

    def ref_of(self, tensor: Tensor) -> Ref | None:
        """What is known of a tensor; None if it was never seen."""
        if tensor.requires_grad:
            return self._differentiable(tensor)
        given = self._givens.get(id(tensor))
        return given if given is not None and given.tensor() is tensor else None

    def leaf_value(self, tensor: Tensor) -> Array | None:
        """What a leaf held when it was last used; None if it was not."""
        seen = self._leaves.get(id(tensor))
        return seen.value if seen is not None and seen.tensor() is tensor else None

    def _operand(self, value: Any) -> Ref:
        if not isinstance(value, Tensor):
            return Constant(value, _dtype_of_number(value))
        return self._differentiable(value) if value.requires_grad else self._given(value)

    def _differentiable(self, tensor: Tensor) -> Ref:
        """Which node made a tensor.

        What this tape saw being made is looked up. The others, as after an operation in place,
        are asked; asking every tensor would make a deep graph crash when it is freed.
        """
        found = self._made.get(id(tensor))
        if found is not None and found[0]() is tensor and found[1] == _version(tensor):
            return found[2]
        node = tensor.grad_fn
        if node is None:
            return self._leaf(tensor)
        made = Made(node._sequence_nr(), tensor.output_nr)
        self._made[id(tensor)] = (ref(tensor), _version(tensor), made)
        record = self.records.get(made.number)
        if record is None or made.port >= len(record.outputs):
            key = (made.number, made.port)
            if key not in self.values:
                self.values[key] = array_of(tensor)
        return made

    def _leaf(self, tensor: Tensor) -> LeafSeen:
        version = _version(tensor)
        seen = self._leaves.get(id(tensor))
        if seen is None or seen.tensor() is not tensor or seen.version != version:
            seen = self._leaves[id(tensor)] = LeafSeen(ref(tensor), version, array_of(tensor))
        return seen

    def _given(self, tensor: Tensor) -> Given:
        version = _version(tensor)
        given = self._givens.get(id(tensor))
        if given is None or given.tensor() is not tensor or given.version != version:
            given = self._givens[id(tensor)] = Given(ref(tensor), version)
        if given.value is None:
            given.value = array_of(tensor)
        return given

    def _note(self, operator: Operator, refs: tuple[Ref, ...], result: Any, number: int) -> None:
        outputs = [result] if isinstance(result, Tensor) else _tensors(result)
        has_source = any(_takes_gradient(ref) for ref in refs)
        is_new = number > self._last_number
        if is_new:
            self._last_number = number
        if is_new and has_source and torch.is_grad_enabled():
            self._note_made(operator, refs, outputs, number - 1)
            outputs = [output for output in outputs if not _is_differentiable(output)]
        elif is_new:
            self.places[number - 1] = self._place(None)
        if has_source or self.keeps_history or operator.name == "scalar_tensor":
            self._note_given(operator, refs, outputs)

    def _note_made(
        self, operator: Operator, refs: tuple[Ref, ...], outputs: list[Tensor], number: int
    ) -> None:
        made = [output for output in outputs if _is_differentiable(output)]
        arrays = tuple(map(array_of, made))
        place = self._place(made)
        self.records[number] = Record(operator.name, refs, arrays, place)
        for port, output in enumerate(made):
            self._made[id(output)] = (ref(output), _version(output), Made(number, port))

    def _note_given(self, operator: Operator, refs: tuple[Ref, ...], outputs: list[Tensor]) -> None:
        is_cut = any(_takes_gradient(ref) for ref in refs)
        op = _cut_name(operator) if is_cut and not self._is_data(refs) else operator.name
        sources = refs if self.keeps_history else _cut_off(refs)
        if not self.keeps_history:
            op = next((r.op for r in refs if isinstance(r, Given) and r.is_cut), op)
        for output in outputs:
            given = Given(ref(output), _version(output), None, op, sources, is_cut)
            if operator.name == "scalar_tensor":
                given = Given(ref(output), _version(output), is_constant=True)
            self._givens[id(output)] = given

    def _is_data(self, refs: tuple[Ref, ...]) -> bool:
        """Whether all operands were already cut off: then this is data computed from data."""
        return not any(isinstance(ref, (Made, LeafSeen)) for ref in refs)

    def _place(self, made: list[Tensor] | None) -> Place:
        scope = self.scopes.current if self.scopes is not None else ""
        if self.frames is None:
            return Place(scope=scope)
        return self.frames.place(scope)


def _takes_gradient(ref: Ref) -> bool:
    return isinstance(ref, (Made, LeafSeen)) or (isinstance(ref, Given) and ref.is_cut)


def _cut_off(refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """What takes a gradient behind these operands, each once."""
    found: dict[Ref, None] = {}
    for each in refs:
        if isinstance(each, (Made, LeafSeen)):
            found[each] = None
        elif isinstance(each, Given) and each.is_cut:
            found.update(dict.fromkeys(each.sources))
    return tuple(found)


def _cut_name(operator: Operator) -> str:
    """How a cut is called: after the operator where it has no gradient, else after the mode."""
    if operator.name in ("detach", "detach_", "alias"):
        return "detach"
    return operator.name if torch.is_grad_enabled() else "no_grad"


def _tensors(result: Any) -> list[Tensor]:
    if not isinstance(result, (list, tuple)):
        return []
    found = []
    for item in result:
        found.extend([item] if isinstance(item, Tensor) else _tensors(item))
    return found


def _is_differentiable(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def _version(tensor: Tensor) -> int:
    return 0 if tensor.is_inference() else tensor._version


def _dtype_of_number(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return {int: "int64", float: "float64", complex: "complex128"}.get(type(value), "float64")
