"""Items of an engine -> every gradient and every contribution, without a trace left behind.

Each operation's own `_backward` is run alone: its result gets the gradient, its operands get
zeros, and what it adds to each is the contribution. All gradients of the user's are put back.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphgen.capture.foreign.arrays import array_of, fill_like, is_array, shape_of_data
from graphgen.capture.foreign.closures import cells_of, contents_of, wants_grad, with_stand_ins
from graphgen.capture.foreign.shape import Shape, shape_of
from graphgen.capture.foreign.walk import Item
from graphgen.model.errors import InputError
from graphgen.model.graph import Array
from graphgen.text.sentences import NOTES

__all__ = ["Sent", "backward"]


@dataclass(slots=True)
class Sent:
    """What came back.

    Attributes:
        grads: for each item the sum of its contributions; None where none came.
        contributions, locals: by (item, slot).
        notes: what could not be told apart.
    """

    grads: list[Array | None]
    contributions: dict[tuple[int, int], Array] = field(default_factory=dict)
    locals: dict[tuple[int, int], Array] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Plan:
    """How one operation is run alone.

    Attributes:
        back: the callable; of an operand that is used twice, with stand-ins in place of it.
        holders: for each slot, whose gradient holds the contribution after the run.
        bystanders: whose gradients the callable might touch besides.
    """

    back: Callable[..., Any]
    holders: list[Any]
    bystanders: list[Any]
    wants_grad: bool


def backward(items: Sequence[Item]) -> Sent:
    """Every gradient behind the last item, which is the loss.

    Args:
        items: in forward order. Where a use can't be told apart from another one of the same
            operand, it is taken out of the item.

    Raises:
        InputError: an operation doesn't say how its gradient goes back, fails, or sends a
            gradient of another shape than its operand's.
    """
    runner = _Runner(items)
    try:
        return runner.run()
    finally:
        runner.restore()


class _Runner:
    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._shapes: dict[type, Shape] = {type(i.value): i.shape for i in items if i.shape}
        self._saved: dict[int, tuple[Any, str, Any]] = {}
        self._sent = Sent([None] * len(items))
        self._grads: list[Any] = [None] * len(items)

    def run(self) -> Sent:
        if self._items[-1].is_active:
            self._grads[-1] = fill_like(self._items[-1].data, 1.0)
        for index in reversed(range(len(self._items))):
            item, grad = self._items[index], self._grads[index]
            if grad is None:
                continue
            if item.operation is not None:
                self._run_alone(index, item, grad)
            self._sent.grads[index] = array_of(grad)
            self._grads[index] = None  # only what is shown of it is kept
        return self._sent

    def restore(self) -> None:
        """Every gradient as the user left it."""
        for value, name, grad in self._saved.values():
            setattr(value, name, grad)

    def _run_alone(self, index: int, item: Item, grad: Any) -> None:
        plan = self._plan(item) if item.local is None else None
        shares = self._send(item, plan, grad)
        self._add(index, item, shares)
        if shape_of_data(item.data) != ():
            return
        slopes = item.local if plan is None else shares
        if plan is not None and grad != 1.0:
            slopes = self._send(item, plan, fill_like(item.data, 1.0))
        for slot, source in enumerate(item.uses):
            operand = self._items[source]
            if operand.is_active and shape_of_data(operand.data) == ():
                self._sent.locals[index, slot] = array_of(slopes[slot])

    def _add(self, index: int, item: Item, shares: Sequence[Any]) -> None:
        for slot, source in enumerate(item.uses):
            operand, share = self._items[source], shares[slot]
            if not operand.is_active or share is None:
                continue
            if shape_of_data(share) != shape_of_data(operand.data):
                raise InputError(_misshapen(item, operand, share))
            self._sent.contributions[index, slot] = array_of(share)
            known = self._grads[source]
            self._grads[source] = share if known is None else known + share

    def _send(self, item: Item, plan: _Plan | None, grad: Any) -> Sequence[Any]:
        """What one operation sends to each of its operands."""
        if plan is None:
            return [slope * grad for slope in item.local]
        for value in (*plan.holders, *plan.bystanders):
            self._lend(value)
        self._lend(item.value, grad.copy() if is_array(grad) else grad)
        answer = _called(item, plan, grad)
        if answer is None:
            return [self._grad_of(holder) for holder in plan.holders]
        return answer if isinstance(answer, (tuple, list)) else [answer]

    def _plan(self, item: Item) -> _Plan:
        if not callable(item.back):
            raise InputError(
                "an engine's operation must keep how its gradient goes back (_backward): "
                f"got {item.back!r} in a result of {_said(item)}; set it where the result is made"
            )
        cells = [content for _, cell in cells_of(item.back) for content in contents_of(cell)]
        own = {id(item.value), *map(id, item.operands)}
        others = [v for v in cells if id(v) not in own and shape_of(v)]
        plan = _Plan(item.back, list(item.operands), others, wants_grad(item.back))
        if len({id(operand) for operand in item.operands}) < len(item.operands):
            self._tell_apart(item, plan)
        elif _may_have_lost(item, cells):
            self._note_one(item)
        return plan

    def _tell_apart(self, item: Item, plan: _Plan) -> None:
        """Operands that are used twice: by stand-ins in the closure, else as one use."""
        self._lend(item.value, fill_like(item.data, 1.0))
        for value in (*plan.holders, *plan.bystanders):
            self._lend(value)
        if _called(item, plan, fill_like(item.data, 1.0)) is not None:
            return  # it answers with a gradient for each operand
        apart = with_stand_ins(item.back, item.operands, self._copy)
        if apart is not None:
            plan.back, plan.holders = apart
            self._send(item, plan, fill_like(item.data, 1.0))
            keep = _touched(plan.holders, self._is_touched)
        else:
            keep = _first_uses(item.operands)
            self._note_one(item)
        plan.holders = [plan.holders[slot] for slot in keep]
        item.operands = [item.operands[slot] for slot in keep]
        item.uses = [item.uses[slot] for slot in keep]

    def _note_one(self, item: Item) -> None:
        self._sent.notes.append(NOTES.say("one share", operation=_said(item)))

    def _copy(self, operand: Any) -> Any:
        twin = copy.copy(operand)
        self._lend(twin)
        return twin

    def _is_touched(self, holder: Any) -> bool:
        grad = self._grad_of(holder)
        return bool(grad.any()) if is_array(grad) else grad is not _UNTOUCHED

    def _lend(self, value: Any, grad: Any = None) -> None:
        """A gradient of ours in place of the user's, which is kept: zeros if none is given."""
        shape = self._shapes.get(type(value)) or shape_of(value)
        if shape is None:  # a plain number
            return
        if id(value) not in self._saved:
            self._saved[id(value)] = (value, shape.grad, getattr(value, shape.grad))
        if grad is None:
            grad = fill_like(getattr(value, shape.data), _UNTOUCHED)
        try:
            setattr(value, shape.grad, grad)
        except AttributeError as error:
            raise InputError(
                f"an engine's objects must let their {shape.grad} be set: got "
                f"{type(value).__name__}, which doesn't; make it a plain attribute"
            ) from error

    def _grad_of(self, value: Any) -> Any:
        shape = self._shapes.get(type(value))
        return getattr(value, shape.grad) if shape else None


_UNTOUCHED = 0.0


_OF_TWO = frozenset({"add", "sub", "mul", "div", "matmul"})


def _may_have_lost(item: Item, cells: Sequence[Any]) -> bool:
    """Whether a set has kept one operand where the operation has two, and no closure knows."""
    held = getattr(item.value, item.shape.operands) if item.shape else None
    if not isinstance(held, (set, frozenset)) or len(item.operands) != 1:
        return False
    is_of_two = item.operation is not None and item.operation.name in _OF_TWO
    return is_of_two and not any(content is item.operands[0] for content in cells)


def _called(item: Item, plan: _Plan, grad: Any) -> Any:
    """What the user's own function answers; a fault in it is told as one."""
    try:
        answer = plan.back(grad) if plan.wants_grad else plan.back()
    except Exception as error:
        raise InputError(
            f"the backward of an engine's operation must run: that of {_said(item)} raised "
            f"{type(error).__name__}: {error}; mend it there"
        ) from error
    if isinstance(answer, (tuple, list)) and len(answer) != len(item.operands):
        raise InputError(
            f"the backward of {_said(item)} must answer with a gradient for each of its "
            f"{len(item.operands)} operands: got {len(answer)}; return one for each"
        )
    return answer


def _touched(holders: Sequence[Any], is_touched: Callable[[Any], bool]) -> list[int]:
    """The slots that got something; a variable that merely holds an operand is no use of it."""
    slots = [slot for slot, holder in enumerate(holders) if is_touched(holder)]
    return slots or list(range(len(holders)))


def _first_uses(operands: Iterable[Any]) -> list[int]:
    seen: set[int] = set()
    slots = []
    for slot, operand in enumerate(operands):
        if id(operand) not in seen:
            slots.append(slot)
        seen.add(id(operand))
    return slots


def _said(item: Item) -> str:
    op = item.operation.name if item.operation else "a leaf"
    return f"{item.name} ({op})" if item.name else op


def _misshapen(item: Item, operand: Item, share: Any) -> str:
    name = f" {operand.name}" if operand.name else ""
    return (
        f"the gradient that {_said(item)} sends to its operand{name} must have the operand's "
        f"shape {shape_of_data(operand.data)}: got {shape_of_data(share)}; sum it over the axes "
        "that were broadcast"
    )
