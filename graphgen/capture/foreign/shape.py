"""What an object of a from-scratch autograd engine keeps, found by its attributes' names.

Courses build such engines in many ways, and nearly all keep the same things: the data, the
gradient, what the object was made from, and how a gradient is sent back. One table says under
which names each of these is looked for.
"""

import re
from dataclasses import dataclass

__all__ = ["Operation", "Shape", "is_engine", "operation_of", "shape_of"]

_DATA = ("data", "value", "_data")
_GRAD = ("grad", "gradient", "_grad")
_OPERANDS = (
    "_prev", "prev", "_parents", "parents", "_children", "children", "_inputs", "inputs",
    "_operands", "operands", "_args",
)  # fmt: skip
_BACK = ("_backward", "_backward_fn", "backward_fn", "_grad_fn", "grad_fn", "_vjp", "vjp")
_LOCAL = ("_local_grads", "local_grads")
_OP = ("_op", "op", "op_name", "_op_name", "operation")
_NAME = ("label", "name", "_label", "_name")

_WORDS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "@": "matmul", "truediv": "div",
    "radd": "add", "rmul": "mul", "**": "pow",
}  # fmt: skip
_POWER = re.compile(r"(?:\*\*|\^|pow)\s*\(?\s*(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*\)?$")


@dataclass(frozen=True, slots=True)
class Shape:
    """Under which names the objects of one class keep what is read; "" where they don't.

    Attributes:
        data, grad, operands: every engine has these.
        back: a callable that sends the gradient back.
        local: the local derivatives, one for each operand.
        op, name: texts.
    """

    data: str
    grad: str
    operands: str
    back: str
    local: str
    op: str
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation's name as `ops` knows it, and the exponent that its text carries."""

    name: str
    exponent: float | None = None


def is_engine(value: object) -> bool:
    """Whether an object looks like one of a from-scratch autograd engine.

    >>> is_engine(3.0)
    False
    """
    return shape_of(value) is not None


def shape_of(value: object) -> Shape | None:
    """How an object of an engine is read; None of anything else."""
    if isinstance(value, type) or type(value).__module__.partition(".")[0] in ("torch", "numpy"):
        return None
    data, grad = _first(value, _DATA), _first(value, _GRAD)
    operands = next((name for name in _OPERANDS if _holds_operands(value, name)), "")
    if not (data and grad and operands):
        return None
    others = (_first(value, names) for names in (_BACK, _LOCAL, _OP, _NAME))
    return Shape(data, grad, operands, *others)


def operation_of(text: object, back: object, count: int) -> Operation:
    """What an engine calls an operation, in the words of `ops`.

    Args:
        text: the engine's own text for it, a class or a function, or None.
        back: how it sends gradients back; a closure's qualified name tells who made it.
        count: of operands.

    Returns:
        The operation; "operation" is the name of one that nothing is known of.

    >>> operation_of("**2", None, 1), operation_of("ReLU", None, 1).name
    (Operation(name='pow', exponent=2.0), 'relu')
    """
    written = text if isinstance(text, str) else getattr(text, "__name__", "")
    written = written.strip() or _maker(back)
    power = _POWER.match(written)
    if power and count == 1:
        return Operation("pow", float(power[1]))
    if written == "-" and count == 1:
        return Operation("neg")
    bare = written.split("(")[0].strip().strip("_")
    return Operation(_WORDS.get(bare, bare.lower()) or "operation")


def _first(value: object, names: tuple[str, ...]) -> str:
    return next((name for name in names if hasattr(value, name)), "")


def _holds_operands(value: object, name: str) -> bool:
    missing = object()
    held = getattr(value, name, missing)
    return held is None or isinstance(held, (tuple, list, set, frozenset))


def _maker(back: object) -> str:
    """The method that made a closure: "Value.__mul__.<locals>._backward" says mul."""
    parts = getattr(back, "__qualname__", "").split(".<locals>")
    return parts[-2].rpartition(".")[2].strip("_") if len(parts) > 1 else ""
