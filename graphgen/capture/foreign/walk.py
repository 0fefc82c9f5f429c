"""Objects of an engine -> what there is to read of each, in forward order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphgen.capture.foreign.arrays import array_of
from graphgen.capture.foreign.closures import uses_of
from graphgen.capture.foreign.shape import Operation, Shape, operation_of, shape_of
from graphgen.model.errors import InputError

__all__ = ["Bare", "Item", "walk"]

_OPEN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Bare:
    """A plain number that stands among an operation's operands."""

    data: Any


@dataclass(slots=True, eq=False)
class Item:
    """One object of an engine.

    Attributes:
        value: the engine's own object, or a Bare.
        shape: under which names it keeps what; None of a Bare.
        operands: the objects that it was made from, one for each use.
        uses: their places in forward order, once all are known.
        back: how it sends a gradient back, or None.
        local: its local derivatives, one for each operand, or None.
        operation: None of leaves.
        is_active: whether it takes a gradient.
    """

    value: Any
    shape: Shape | None
    data: Any
    operands: list[Any] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    back: Any = None
    local: Any = None
    operation: Operation | None = None
    is_active: bool = True

    @property
    def name(self) -> str:
        """What the user called it, or ""."""
        label = getattr(self.value, self.shape.name, "") if self.shape and self.shape.name else ""
        return label if isinstance(label, str) else ""


def walk(root: Any) -> list[Item]:
    """Everything behind an object, operands first, each once; with a stack of its own.

    Raises:
        InputError: something is no object of an engine, or uses itself.
    """
    reader = _Reader()
    items: list[Item] = []
    places: dict[int, int] = {id(root): _OPEN}
    stack = [(reader.read(root), 0)]
    while stack:
        item, slot = stack.pop()
        if slot == len(item.operands):
            places[id(item.value)] = len(items)
            item.uses = [places[id(operand)] for operand in item.operands]
            items.append(item)
            continue
        stack.append((item, slot + 1))
        operand = item.operands[slot]
        if places.get(id(operand)) == _OPEN:
            raise InputError(_cycle(item))
        if id(operand) not in places:
            places[id(operand)] = _OPEN
            stack.append((reader.read(operand), 0))
    return items


class _Reader:
    """Reads one object at a time, and looks at each class once."""

    def __init__(self) -> None:
        self._shapes: dict[type, Shape] = {}

    def read(self, value: Any) -> Item:
        if isinstance(value, Bare):
            return Item(value, None, value.data, is_active=False)
        shape = self._shape(value)
        if shape is None:
            raise InputError(
                "the loss must be an object of an autograd engine, with data, grad and what it "
                f"was made from (_prev): got {type(value).__name__}; give the object that "
                "backward() would be called on"
            )
        item = Item(value, shape, getattr(value, shape.data))
        item.back = getattr(value, shape.back) if shape.back else None
        item.is_active = bool(getattr(value, "requires_grad", True))
        item.operands = list(self._operands(getattr(value, shape.operands), item.back))
        if item.operands:
            item.local = getattr(value, shape.local) if shape.local else None
            text = getattr(value, shape.op) if shape.op else ""
            item.operation = operation_of(text, item.back, len(item.operands))
        return item

    def _operands(self, held: Any, back: Any) -> Iterator[Any]:
        for operand in uses_of(held, back, self._key):
            yield operand if self._shape(operand) else Bare(_plain(operand))

    def _shape(self, value: Any) -> Shape | None:
        known = self._shapes.get(type(value))
        if known is None:
            known = shape_of(value)
            if known is not None:
                self._shapes[type(value)] = known
        return known

    def _key(self, operand: Any) -> tuple[str, str, str]:
        """What orders the operands of a set: how they are called, made, and what they hold."""
        shape = self._shape(operand)
        if shape is None:
            return "", "", repr(operand)
        name, op = (getattr(operand, n, "") if n else "" for n in (shape.name, shape.op))
        return str(name), str(op), repr(getattr(operand, shape.data))


def _plain(operand: Any) -> Any:
    """A number among the operands; anything else is refused."""
    try:
        array_of(operand)
    except InputError as error:
        raise InputError(
            "what an operation was made from must be objects of the engine or numbers: "
            f"got {type(operand).__name__}; keep only operands there"
        ) from error
    return operand


def _cycle(item: Item) -> str:
    op = item.operation.name if item.operation else ""
    what = f"{item.name!r}" if item.name else f"a result of {op!r}"
    return (
        f"an engine's graph must be without cycles: {what} is made from something that is made "
        "from it; make a new object for every result"
    )
