"""The recorder: sees each operator under autograd, and keeps numbers, never tensors.

At the moment when an operator runs below autograd, the thread's sequence number less one is that
of the autograd node which this operator makes. That is how a value finds its node.

Source: torch.utils._python_dispatch.TorchDispatchMode.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple
from weakref import ref

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from graphgen.capture.arrays import dtype_name
from graphgen.capture.batches import Slot
from graphgen.capture.bindings import Bindings
from graphgen.capture.frames import Frames, Site, numbers_in, variables_of
from graphgen.capture.memory import Memory, is_differentiable, takes_gradient, version_of
from graphgen.capture.operators import Operator, operator_of
from graphgen.capture.scopes import OUTSIDE, Scope, Scopes
from graphgen.capture.seen import Escape, Given, LeafSeen, Made, Place, Record, Ref
from graphgen.capture.views import Views
from graphgen.model.graph import Array
from graphgen.ops import CAST

__all__ = ["Tape"]

_MOST_ESCAPES = 64
_MAKERS = frozenset({"scalar_tensor", "lift_fresh"})
"""Operators that make a tensor of plain numbers."""
_KEY = torch._C._TorchDispatchModeKey
_mode = torch._C._get_dispatch_mode
_count_modes = torch._C._len_torch_dispatch_stack
_next_number = torch._C._autograd._get_sequence_nr
_NO_CONTEXT = nullcontext()
_NOWHERE = Site()
_OURS = 4
"""So many frames lie at least between the code that calls an operator and who asks for it here."""


class Tape(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """What happens while it is entered.

    Args:
        frames: reads the user's code; None where there is none to read.
        scopes: knows the module that is running.
        keeps_history: whether computed data keep what they were computed from.

    Attributes:
        records: sequence number -> the operator that made this node.
        places: sequence number -> where a node was made that no single operator made.
        memory: what is known of each tensor.
        views: what is known of views.
        escapes: where numbers left torch last.
        bindings: what the user's code calls things; None without frames.
    """

    supports_higher_order_operators = True

    def __init__(
        self, frames: Frames | None, scopes: Scopes | None, keeps_history: bool = False
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.frames, self.scopes, self.keeps_history = frames, scopes, keeps_history
        self.records: dict[int, Record] = {}
        self.places: dict[int, Place] = {}
        self.memory = Memory()
        self.escapes: deque[Escape] = deque(maxlen=_MOST_ESCAPES)
        self._last_number = _next_number()
        self._unsettled: list[tuple[ref[Tensor], int, Slot | None]] = []
        self._is_paused = self._is_inside = self._is_cloned = False
        self.bindings = Bindings(frames, self.memory, scopes) if frames is not None else None
        rename = self.bindings.rename if self.bindings is not None else None
        self.views = Views(self.memory, self.records, rename)
        if scopes is not None and self.bindings is not None:
            scopes.leaving = self.bindings.leave

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if self._is_paused or _is_traced():
            return func(*args, **kwargs)
        operator = operator_of(func)
        if operator.is_question:
            if operator.name == "_local_scalar_dense" and args[0].requires_grad:
                self._note_escape("item", self.memory.operand(args[0]))
            return func(*args, **kwargs)
        if self._is_inside:
            return self._run_inside(operator, func, args, kwargs)
        number = _next_number()
        self.memory.strangers.limit = number - (number > self._last_number)
        if number != self._last_number and (self._unsettled or self.views.is_waiting):
            self._settle()
        base = self.views.base_of(args) if operator.is_in_place else None
        uses = self._uses(operator, args, kwargs, number, base)
        result = func(*args, **kwargs)
        if operator.is_in_place:
            self.memory.batches.reader.forget()  # the version is counted up only later
        if operator.is_view and _is_first(args):
            self.views.note_odd(result, args[0])
        self._note(operator, args, uses, result, number, base)
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
            self.memory.strangers.limit = _next_number()
            self._settle()
            yield
        finally:
            self._is_paused = before

    def note_function(self, function: type, args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        """Take a call of a Function of the user's for one operation, whatever it does inside.

        Args:
            function: the subclass of torch.autograd.Function.
            args: what it is applied to; tensors among them are the operands.
            call: runs it.

        Returns:
            What the call returns.
        """
        if self._is_paused or self._is_inside or _is_traced():
            return call()
        number = self.memory.strangers.limit = _next_number()
        self._settle()
        operands = [value for value in args if isinstance(value, Tensor)]
        uses = self._read(list(map(self.memory.operand, operands)), operands)
        self._is_inside = True
        try:
            result = call()
        finally:
            self._is_inside = False
            self._last_number = self.memory.strangers.limit = _next_number()
        self._note_result(function, uses, result, number)
        return result

    def _run_inside(self, operator: Operator, func: Any, args: Any, kwargs: Any) -> Any:
        """What a Function does is its own; only the leaves that it uses are remembered."""
        for value in operator.operands(args, kwargs):
            if isinstance(value, Tensor) and value.requires_grad and value.is_leaf:
                self.memory.note_hidden(value)
        result = func(*args, **kwargs)
        if operator.is_in_place:
            self.memory.batches.reader.forget()
        return result

    def _note_result(self, function: type, uses: "Uses", result: Any, number: int) -> None:
        """Remember what a Function gave; what it marked as not differentiable is an output too."""
        items = result if isinstance(result, tuple) else (result,)
        outputs = [item for item in items if isinstance(item, Tensor) and item.requires_grad]
        node = outputs[0].grad_fn if outputs else None
        if node is None:
            if uses.take_gradient:
                self._note_cut(function, uses.refs, [i for i in items if isinstance(i, Tensor)])
            return
        number = node._sequence_nr()
        slots = tuple(map(self._slot, items))
        place = self._place(uses, number, outputs, is_function=True)
        self.records[number] = Record(function.__name__, uses.refs, slots, place)
        for port, item in enumerate(items):
            if isinstance(item, Tensor) and not item.requires_grad:
                self.memory.note_plain(item, Made(number, port))
            elif isinstance(item, Tensor) and item.grad_fn is node:
                self.memory.note_made(item, Made(number, port))

    def _slot(self, item: Any) -> Slot:
        """Where the value of an output comes to stand; one that is no tensor has no numbers."""
        if isinstance(item, Tensor):
            return self.memory.batches.add(item)
        slot = Slot()
        slot.filled = Array((0,), "float32", ())
        return slot

    def _note_cut(self, function: type, refs: tuple[Ref, ...], outputs: list[Tensor]) -> None:
        """Remember what a Function gave that takes no gradient at all."""
        op = function.__name__ if torch.is_grad_enabled() else "no_grad"
        for output in outputs:
            self.memory.new_given(output, op, _cut_off(refs), True, source=self._source())

    def _uses(
        self, operator: Operator, args: Any, kwargs: Any, number: int, base: Tensor | None
    ) -> "Uses":
        """What the operands are, a base in the place of the view through which it is changed; data
        that meet a gradient here are read if they were not yet.

        Torch may run a second operator for the same node, as when it first makes a conjugate
        real: what the first one made then stands for what that one used.
        """
        operands = operator.operands(args, kwargs)
        if base is not None:
            operands[0] = base
        before = self.records.get(number - 1) if number == self._last_number else None
        if before is None:
            return self._read(list(map(self._operand, operands)), operands)
        refs: list[Ref] = []
        values: list[Any] = []
        for value in operands:
            if isinstance(value, Tensor) and not value.requires_grad:
                output = self.memory.noted(value)
                if output is not None and output.number == number - 1:
                    refs += before.operands[:1]
                    values += [value] * len(before.operands[:1])
                    self._last_number = number - 1  # this one is the node's operator
                    continue
            refs.append(self._operand(value))
            values.append(value)
        return self._read(refs, values)

    def _operand(self, value: Any) -> Ref:
        """What an operand is; a view that autograd made anew is recorded."""
        each = self.memory.operand(value)
        if type(each) is Made and each[0] not in self.records and _is_view(value):
            self.views.renew(value, each, Place(self._source(), "", self._scope()))
        return each

    def _read(self, refs: list[Ref], values: list[Any]) -> "Uses":
        """What the operands are; data that were not read yet are, where they meet a gradient."""
        newest, take_gradient, are_read = -1, False, True
        for each in refs:
            if type(each) is Made:
                take_gradient = True
                if each[0] > newest:  # its number
                    newest = each[0]
            elif type(each) is LeafSeen:
                take_gradient = True
            elif type(each) is Given:
                take_gradient = take_gradient or each.is_cut
                are_read = are_read and each.value is not None
        if not are_read and (take_gradient or self.keeps_history):
            for each, value in zip(refs, values, strict=True):
                if type(each) is Given and each.value is None:
                    each.value = self.memory.batches.add(value)
        return Uses(tuple(refs), values, take_gradient, newest)

    def _settle(self) -> None:
        """Ask the results of the operator before which outputs of the node they are.

        Where there are several, or where a Function of the user's made the node, that is known
        only when autograd has handed them out.
        """
        self._last_number = max(self._last_number, self.views.settle())
        if not self._unsettled:
            return
        with _disable_current_modes() if _mode(_KEY.FAKE) is not None else _NO_CONTEXT:
            for reference, version, value in self._unsettled:
                tensor = reference()
                if tensor is not None and tensor.requires_grad:
                    is_same = version == version_of(tensor)
                    self.memory.differentiable(tensor, value if is_same else None)
        self._unsettled.clear()

    def _note(
        self,
        operator: Operator,
        args: Any,
        uses: "Uses",
        result: Any,
        number: int,
        base: Tensor | None,
    ) -> None:
        """Remember what came out; of a view with the version that it will have."""
        refs, has_source, last = uses.refs, uses.take_gradient, self._last_number
        outputs = [result] if isinstance(result, Tensor) else _tensors(result)
        version = version_of(args[0]) if operator.is_view and _is_first(args) else None
        maker = number - 1 if uses.newest < number - 1 else _maker(number, refs)
        is_new = number > last and maker >= last and has_source
        if operator.is_in_place and self._is_cloned and number == last and _is_end(refs):
            is_new = True  # its node comes before that of the clone of what it overwrites
            maker -= takes_gradient(refs[0])
        self._is_cloned = operator.name == "clone"
        source = None
        is_maker = is_new and (torch.is_grad_enabled() or operator.is_custom)
        differentiable = list(filter(is_differentiable, outputs)) if is_maker else []
        if (
            differentiable or not is_maker
        ):  # else torch looks at sizes first; the maker is yet to come
            self._last_number = max(number, last)
        if differentiable and base is not None:
            self.views.note_changed(
                base, args[0], operator, refs, self._place(uses, maker, differentiable)
            )
            outputs = []
        elif differentiable:
            self._note_made(operator, uses, differentiable, maker, version)
            if operator.is_view and _is_first(args):
                for port, view in enumerate(differentiable):
                    self.views.note_taken(view, Made(maker, port), args[0])
            if len(differentiable) == 1:
                outputs = _others(outputs, differentiable[0]) if len(outputs) > 1 else []
        elif has_source:
            source = self._note_source(uses, number - 1)
            self._unsettled += [(ref(o), 0, None) for o in outputs if is_differentiable(o)]
        if outputs and (has_source or self.keeps_history or operator.name in _MAKERS):
            self._note_given(operator, uses, outputs, version, source)

    def _note_made(
        self,
        operator: Operator,
        uses: "Uses",
        made: list[Tensor],
        number: int,
        version: int | None,
    ) -> None:
        place = self._place(uses, number, made)
        slots = tuple(map(self.memory.batches.add, made))
        self.records[number] = Record(operator.name, uses.refs, slots, place)
        if len(made) == 1:
            first = Made(number, 0)
            self.memory.note_made(made[0], first, version)
            if operator.is_in_place:
                self.memory.note_changed(made[0], first, slots[0])
                if self.bindings is not None and uses.refs:
                    self.bindings.rename(uses.refs[0], first)
        else:
            self._unsettled += [
                (ref(tensor), version_of(tensor) if version is None else version, slot)
                for tensor, slot in zip(made, slots, strict=True)
            ]

    def _note_source(self, uses: "Uses", number: int) -> str | None:
        """Remember where a node was made that no single operator makes, and what its operands are
        called; the text there may be that of another operation.

        Returns:
            The place, as "file:line"; None where there is no code to read.
        """
        if self.frames is None or self.bindings is None:
            return None
        caller = self.frames.innermost(ours=_OURS)
        source = self.frames.site(caller).source
        if caller.is_direct or caller.is_handed_on or self._scope() is not OUTSIDE:
            # else a layer draws its first weights
            self.bindings.read(caller, _NOWHERE, uses.refs, uses.values)
        if number not in self.places:
            self.places[number] = Place(source, "", self._scope())
        return source

    def _note_given(
        self,
        operator: Operator,
        uses: "Uses",
        outputs: list[Tensor],
        version: int | None,
        here: str | None,
    ) -> None:
        """Remember what takes no gradient; `here` is the place, where that was looked up."""
        if operator.name == "lift_fresh":  # torch.tensor(...) is no operation
            self._note_fresh(outputs)
            return
        if operator.name == "scalar_tensor":
            for output in outputs:
                self.memory.new_constant(output)
            return
        refs, is_cut = uses.refs, uses.take_gradient
        first = next((each for each in refs if isinstance(each, Given) and each.is_cut), None)
        if is_cut and operator.name == "detach" and first is not None:
            self._note_escape("numpy", first)
        sources = refs if self.keeps_history else _cut_off(refs)
        source = ""
        if is_cut:
            is_end = first is None or (self.keeps_history and _is_end(refs))
            if is_end or first is None:
                source = self._source() if here is None else here
            else:
                source = first.source
        for output in outputs:
            op = _cut_name(operator, output) if _is_end(refs) else operator.name
            if first is not None and not self.keeps_history:
                op = first.op
            self.memory.new_given(output, op, sources, is_cut, version, source)

    def _note_escape(self, op: str, operand: Ref) -> None:
        """Remember that numbers leave torch here; `numpy` detaches once more, where it is said."""
        if self.frames is None:
            return
        caller = self.frames.innermost()
        frame, site = caller.frame, self.frames.site(caller)
        if frame is None or (op == "numpy" and not re.search(r"\bnumpy\b|\bnp\.", site.text)):
            return
        self.escapes.append(Escape(op, operand, (id(frame), frame.f_lineno), site.source))

    def _note_fresh(self, outputs: list[Tensor]) -> None:
        """Tell of a tensor made of plain numbers whether these came from what takes a gradient."""
        if self.frames is None:
            return
        caller = self.frames.innermost()
        frame, site = caller.frame, self.frames.site(caller)
        if frame is None:
            return
        line = (id(frame), frame.f_lineno)
        here = [escape for escape in self.escapes if escape.line == line]
        op, refs = (here[-1].op, [escape.operand for escape in here]) if here else ("tensor", [])
        if not here and (names := numbers_in(site.text)):
            variables = variables_of(frame)
            tensors = [variables[name] for name in names if name in variables]
            refs = [
                self.memory.operand(each)
                for each in tensors
                if isinstance(each, Tensor) and each.requires_grad
            ]
        for output in outputs if refs else ():
            sources = _cut_off(tuple(refs))
            self.memory.new_given(output, op, sources, is_cut=True, source=site.source)

    def _source(self) -> str:
        """Where in the user's code we are, as "file:line"."""
        if self.frames is None:
            return ""
        return self.frames.site(self.frames.innermost(ours=_OURS)).source

    def _scope(self) -> Scope:
        return self.scopes.current if self.scopes is not None else OUTSIDE

    def _place(
        self, uses: "Uses", number: int, made: list[Tensor], is_function: bool = False
    ) -> Place:
        """Where an operator was called, with names for what it uses and for what it makes; a
        Function also where torch's checkpoint calls it."""
        if self.frames is None or self.bindings is None:
            return Place("", "", self._scope())
        caller = self.frames.innermost(ours=_OURS)
        if is_function:
            caller = caller._replace(is_direct=caller.is_handed_on)
        site = self.frames.site(caller)
        reads = self.bindings.read(caller, site, uses.refs, uses.values)
        within = self.bindings.assign(caller, site, uses.refs, number, made)
        if within is not None:
            record = self.records[within]  # linear is t, then addmm: the text is the last one's
            record.place = record.place._replace(label="", reads=())
        return Place(site.source, site.text, self._scope(), reads)


class Uses(NamedTuple):
    """The operands of an operator.

    Attributes:
        refs: what each is.
        values: the same as tensors and numbers.
        take_gradient: whether any of them does.
        newest: the largest number among the nodes that made them; -1 where none was made.
    """

    refs: tuple[Ref, ...]
    values: list[Any]
    take_gradient: bool
    newest: int


def _is_first(args: Any) -> bool:
    return bool(args) and isinstance(args[0], Tensor)


def _is_view(tensor: Tensor) -> bool:
    return tensor.requires_grad and tensor._is_view()


def _maker(number: int, refs: tuple[Ref, ...]) -> int:
    """The number of the node that an operator makes: the last one, but before the views among its
    operands that autograd made anew for it."""
    anew = {each.number for each in refs if isinstance(each, Made)}
    maker = number - 1
    while maker in anew:
        maker -= 1
    return maker


def _is_traced() -> bool:
    """Whether torch runs the program only to write down its operators, as to export it: nothing
    is computed then, and to look at a number would end the export."""
    if not _count_modes():  # below this one, which is off while it runs
        return False
    if _mode(_KEY.PROXY) is not None or _mode(_KEY.FUNCTIONAL) is not None:
        return True
    fake = _mode(_KEY.FAKE)
    return fake is not None and fake.shape_env is not None


def _keep_from_compiling(function: Any) -> None:
    """Let torch.compile leave a function and all that it calls alone."""
    inner = torch._C._dynamo.eval_frame  # torch.compiler.disable would import the compiler
    skip = inner._FrameAction.SKIP
    inner.set_code_exec_strategy(function.__code__, inner._FrameExecStrategy(skip, skip))


_keep_from_compiling(Tape.__torch_dispatch__)


def _cut_off(refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
    """What takes a gradient behind these operands, each once."""
    unique: dict[Ref, None] = {}
    for each in refs:
        if isinstance(each, (Made, LeafSeen)):
            unique[each] = None
        elif isinstance(each, Given) and each.is_cut:
            unique.update(dict.fromkeys(each.sources))
    return tuple(unique)


def _is_end(refs: tuple[Ref, ...]) -> bool:
    """Whether something that takes a gradient is among the operands."""
    return any(isinstance(each, (Made, LeafSeen)) for each in refs)


def _cut_name(operator: Operator, output: Tensor) -> str:
    """How a cut is called: after the operator where it has no gradient, else after the mode."""
    if operator.name in ("detach", "detach_", "alias"):
        return "detach"
    if not torch.is_grad_enabled():
        return "inference_mode" if torch.is_inference_mode_enabled() else "no_grad"
    if operator.name == "_to_copy":
        return f"{CAST}{dtype_name(output.dtype)}"
    return operator.name


def _tensors(result: Any) -> list[Tensor]:
    if not isinstance(result, (list, tuple)):
        return []
    tensors = []
    for item in result:
        tensors.extend([item] if isinstance(item, Tensor) else _tensors(item))
    return tensors


def _others(outputs: list[Tensor], made: Tensor) -> list[Tensor]:
    return [output for output in outputs if output is not made]
