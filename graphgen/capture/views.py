"""Views that an operation in place changed: as if it had been done out of place.

Autograd makes two nodes of `v.mul_(2)` where v shows a part of h: CopySlices, which is h with its
new part, and AsStridedBackward0, which is v taken anew. It makes a view anew too when it is used
after its base was changed. No operator is seen making these nodes, so they are looked up after.

Source: torch/csrc/autograd/functions/tensor.h (CopySlices), torch/csrc/autograd/variable.cpp
(rebase_history, grad_fn).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import ref

import torch
from torch import Tensor

from graphgen.capture.memory import Memory
from graphgen.capture.operators import Operator
from graphgen.capture.seen import Made, Place, Record, Ref

__all__ = ["Views"]

_ANEW = "AsStridedBackward0"
_PARTIAL = "CopySlices"
_ASSIGNMENTS = frozenset({"copy_", "fill_", "index_put_"})
_SIGNS = frozenset({"add_", "sub_", "mul_", "div_", "pow_"})


@dataclass(slots=True)
class _View:
    """How a view was taken: by what, and whether of its base itself."""

    tensor: "ref[Tensor]"
    made: Made
    record: Record
    is_direct: bool


@dataclass(slots=True)
class _Change:
    """An operation in place on a view, until autograd has told its base."""

    base: "ref[Tensor]"
    view: "ref[Tensor]"
    op: str
    operands: tuple[Ref, ...]
    place: Place


class Views:
    """Knows how views were taken, and records the nodes that stand for them after a change.

    Args:
        memory: what is known of each tensor.
        records: sequence number -> the operator that made this node.
        rename: gives what an operation in place made the name of what was there before.
    """

    def __init__(
        self,
        memory: Memory,
        records: dict[int, Record],
        rename: Callable[[Ref, Made], None] | None = None,
    ) -> None:
        self._memory, self._records = memory, records
        self._rename = rename
        self._odd: set[int] = set()
        self._taken: dict[int, _View] = {}
        self._change: _Change | None = None

    def note_odd(self, view: Any, source: Tensor) -> None:
        """Remember the memory of a view of another dtype, which strides alone don't describe."""
        if isinstance(view, Tensor) and view.dtype != source.dtype:
            self._odd.add(view.untyped_storage().data_ptr())

    @property
    def is_waiting(self) -> bool:
        """Whether there is a change to settle."""
        return self._change is not None

    def base_of(self, args: Any) -> Tensor | None:
        """What an operation in place changes through a view; None if it changes no view, or one
        that nothing may be asked of."""
        base = _base_of(args)
        is_odd = base is not None and self._odd and base.untyped_storage().data_ptr() in self._odd
        return None if is_odd else base

    def note_taken(self, view: Tensor, made: Made, source: Tensor) -> None:
        """Remember how a view was taken, and of what.

        Args:
            view: the new tensor, which shares its storage with the source.
            made: the node that made it.
            source: what it is a view of.
        """
        record = self._records[made.number]
        self._taken[id(view)] = _View(ref(view), made, record, not source._is_view())

    def note_changed(
        self,
        base: Tensor,
        view: Tensor,
        operator: Operator,
        operands: tuple[Ref, ...],
        place: Place,
    ) -> None:
        """Remember that an operation in place is about to change a base through a view.

        Args:
            base: the tensor whose storage it is.
            view: what the operation writes to.
            operator: the operation, with its trailing underscore.
            operands: of the operation, with the base in the place of the view.
            place: where it stands in the user's code.
        """
        is_whole = view.numel() == base.numel() and view.is_contiguous() and base.is_contiguous()
        op = operator.name.removesuffix("_") if is_whole else _PARTIAL
        if place.label.endswith("]") and operator.name in _ASSIGNMENTS:
            place = place._replace(label="", reads=())  # of `h[0] = a` the code has only `h[0]`
        if not is_whole and operator.name in _SIGNS and f"{operator.name}(" not in place.label:
            place = place._replace(label="", reads=())  # `h[0] += a` says what h[0] is, not h
        taken = self._taken_as(view)
        if taken is not None:
            place = _written_out(place, self._memory.noted(view), taken.record.place)
        self._change = _Change(ref(base), ref(view), op, operands, place)

    def settle(self) -> int:
        """Record the nodes that the last change made; the number behind them, 0 if there are
        none."""
        change, self._change = self._change, None
        if change is None:
            return 0
        view = change.view()
        base = change.base() if view is None else view._base
        node = None if base is None else base.grad_fn
        if base is None or node is None:
            return 0
        output = Made(node._sequence_nr(), base.output_nr)
        self._record(base, output, Record(change.op, change.operands, (), change.place))
        if self._rename is not None:
            self._rename(change.operands[0], output)
        if view is None or view.grad_fn is None:
            return output.number + 1
        again = Made(view.grad_fn._sequence_nr(), view.output_nr)
        self._record_anew(view, again, output, change.place)
        return max(output.number, again.number) + 1

    def renew(self, view: Tensor, made: Made, place: Place) -> None:
        """Record a view that autograd made anew because its base was changed.

        Args:
            view: of a base that requires grad.
            made: the node that stands for it now.
            place: where it was used.
        """
        base = view._base
        if made.number not in self._records and base is not None and base.requires_grad:
            self._record_anew(view, made, self._memory.differentiable(base), place)

    def _record_anew(self, view: Tensor, made: Made, base: Ref, place: Place) -> None:
        """Record a view made anew, as it was written when it was taken."""
        if type(view.grad_fn).__name__ != _ANEW:
            return
        taken = self._taken_as(view)
        op = _ANEW
        if taken is not None:
            if self._rename is not None:
                self._rename(taken.made, made)
            op = taken.record.op if taken.is_direct else _ANEW
            written, before = taken.record.place, taken.record.operands[0]
            reads = tuple([r._replace(ref=base) if r.ref == before else r for r in written.reads])
            place = place._replace(label=written.label, reads=reads)
        self._record(view, made, Record(op, (base,), (), place))

    def _taken_as(self, view: Tensor) -> _View | None:
        taken = self._taken.get(id(view))
        return taken if taken is not None and taken.tensor() is view else None

    def _record(self, tensor: Tensor, made: Made, record: Record) -> None:
        slot = self._memory.batches.add(tensor)
        record.outputs = (slot,)
        self._records[made.number] = record
        self._memory.note_made(tensor, made)


def _written_out(place: Place, view: Made | None, taken: Place) -> Place:
    """A text that begins with a variable that holds a view, with how the view was taken in place of
    the variable: `base[0].mul_(2)` of `v.mul_(2)`."""
    first = next((read for read in place.reads if read.start == 0), None)
    if first is None or first.ref != view or not taken.label:
        return place
    shift = len(taken.label) - first.end
    later = [
        read._replace(start=read.start + shift, end=read.end + shift)
        for read in place.reads
        if read.start >= first.end
    ]
    label = taken.label + place.label[first.end :]
    return place._replace(label=label, reads=(*taken.reads, *later))


def _base_of(args: Any) -> Tensor | None:
    """What an operation in place changes through a view; None if it changes no view."""
    if not (args and torch.is_grad_enabled()):
        return None
    view = args[0]
    if not (isinstance(view, Tensor) and view._is_view()) or view.is_inference():
        return None
    base = view._base
    return base if base is not None and _is_strided(view, base) else None


def _is_strided(view: Tensor, base: Tensor) -> bool:
    """Whether autograd makes a view anew by its strides. It takes the others, as of complex numbers
    as real ones, by their operators again, and holds a lock meanwhile: to ask then would hang."""
    is_plain = all(each.layout == torch.strided and not each.is_nested for each in (view, base))
    is_same = (view.is_conj(), view.is_neg()) == (base.is_conj(), base.is_neg())
    return is_plain and is_same and view.dtype == base.dtype
