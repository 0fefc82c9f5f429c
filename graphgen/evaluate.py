"""Program and values -> float64 torch tensors: the loss, and what everything on the way is called.

Numbers that are written out stay plain floats, so that `a ** 2` is one operation on `a`. What is
made of such numbers only is worked out in float64 at once and is a number again: 9**9**9 is inf.
"""

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import torch
from torch import Tensor

from graphgen.errors import ExpressionError
from graphgen.shapes import Misfit, Shape, result_shape, work
from graphgen.syntax import (
    Binary,
    Call,
    Expression,
    List,
    Name,
    Number,
    Program,
    Statement,
    Unary,
    operands,
    sources,
)
from graphgen.values import Value, check_values, shape_of

__all__ = ["FUNCTIONS", "MAXIMUM_ELEMENTS", "MAXIMUM_WORK", "OPERATORS", "Run", "run"]

MAXIMUM_ELEMENTS = 2_000_000
"""Numbers in all results of one program together: 16 MB."""
MAXIMUM_WORK = 500_000_000
"""Numbers that one program may make or read, the products inside of `@` included."""
_LONGEST_LABEL = 200

Constant = float | tuple[Any, ...]
"""A number, or nested lists of numbers of one shape, that are written out."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What evaluating a program gave. Every tensor is float64, on the CPU.

    Attributes:
        loss: of shape ().
        names: the inputs in order of first use, then each named statement in order.
        labels: for each operation its text and its result, in the order of evaluation.
        inputs: the leaves; those that are data require no gradient.
    """

    loss: Tensor
    names: list[tuple[str, Tensor]]
    labels: list[tuple[str, Tensor]]
    inputs: dict[str, Tensor]


def run(program: Program, values: Mapping[str, Value], data: Collection[str] = ()) -> Run:
    """Computes a program.

    Args:
        program: see `graphgen.expression.parse`.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.

    Raises:
        ExpressionError: an input without a value, shapes that don't fit, a result that is too
            large, a loss that is not one number or that no gradient can come from.
        InputError: a value or a data name that fits no input.

    >>> from graphgen.expression import parse
    >>> run(parse("c = (a + b) * b"), {"a": 2.0, "b": 3.0}).loss.item()
    15.0
    """
    check_values(program, values, data)
    inputs = {name: _tensor(values[name], name not in data) for name in program.inputs}
    with torch.inference_mode(False), torch.enable_grad():
        found = compute(program, inputs)
    last = program.statements[-1]
    loss = found.names[-1][1]
    if loss.shape != ():
        _fault(program, last.expression, f"loss must be one number: got shape {tuple(loss.shape)}; "
               "reduce it with sum(...) or mean(...)")  # fmt: skip
    if not loss.requires_grad:
        _fault(program, last.expression, "a loss that depends on an input which takes a gradient: "
               "got one that doesn't; take a detach or a data name out")  # fmt: skip
    names = [(name, tensor) for name, tensor in found.names if name]
    return Run(loss, names, found.labels, inputs)


@dataclass(slots=True)
class Computed:
    """What a walk over a program found, in order of evaluation.

    Attributes:
        names: the inputs, then each statement, "" for an unnamed one.
        labels: for each operation its text and its result.
        cuts: the result of each detach, by its place in the text.
    """

    names: list[tuple[str, Tensor]]
    labels: list[tuple[str, Tensor]]
    cuts: dict[tuple[int, int], Tensor]
    elements: int = 0
    work: int = 0


def compute(
    program: Program,
    inputs: Mapping[str, Tensor],
    replaced: Mapping[str, Tensor] | None = None,
    cuts: Mapping[tuple[int, int], Tensor] | None = None,
) -> Computed:
    """Evaluates every statement.

    Args:
        inputs: a float64 tensor for each input.
        replaced: tensors that take the place of what the statements of these names give.
        cuts: tensors that take the place of what each detach gives, by its place in the text.

    Raises:
        ExpressionError: shapes that don't fit, or too much to compute.
    """
    found = Computed(list(inputs.items()), [], {})
    known = dict(inputs)
    for statement in program.statements:
        tensor = _statement(program, statement, known, found, cuts or {})
        tensor = (replaced or {}).get(statement.name, tensor)
        known[statement.name] = tensor
        found.names.append((statement.name, tensor))
    return found


def _statement(
    program: Program,
    statement: Statement,
    known: Mapping[str, Tensor],
    found: Computed,
    cuts: Mapping[tuple[int, int], Tensor],
) -> Tensor:
    stack: list[Constant | Tensor] = []
    for part, text in sources(statement.expression, _LONGEST_LABEL):
        count = len(operands(part))
        arguments = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        _check(program, part, arguments, text, found)
        result = known[part.name] if isinstance(part, Name) else _result(part, arguments)
        if isinstance(part, Call) and part.function == "detach" and isinstance(result, Tensor):
            result = found.cuts[part.line, part.column] = cuts.get((part.line, part.column), result)
        if isinstance(result, Tensor) and _is_operation(part):
            found.labels.append((text, result))
        stack.append(result)
    return _tensor(stack[0])


def _check(
    program: Program,
    part: Expression,
    arguments: Sequence[Constant | Tensor],
    text: str,
    found: Computed,
) -> None:
    """Refuses what doesn't fit and what is too much, before it is computed."""
    if not arguments:
        return
    shapes = [_shape(argument) for argument in arguments]
    try:
        shape = result_shape(part, shapes)
    except Misfit as error:
        raise ExpressionError(
            f"{text} needs {error}", program.text, part.line, part.column
        ) from error
    found.work += work(part, shapes, shape)
    found.elements += torch.Size(shape).numel()
    if found.elements > MAXIMUM_ELEMENTS or found.work > MAXIMUM_WORK:
        _fault(program, part, f"at most {MAXIMUM_ELEMENTS:,} numbers in all results together: got "
               f"more with {text}, of shape {shape}; give smaller values")  # fmt: skip


def _is_operation(part: Expression) -> bool:
    return not isinstance(part, Name) and not (isinstance(part, Unary) and part.operator == "+")


def _result(part: Expression, arguments: Sequence[Constant | Tensor]) -> Constant | Tensor:
    """What one part gives, from what its operands gave."""
    match part:
        case Number(value):
            return value
        case List():
            if all(not isinstance(argument, Tensor) for argument in arguments):
                return tuple(arguments)
            return torch.stack([_tensor(argument) for argument in arguments])
        case Unary("+"):
            return arguments[0]
        case Unary():
            return _applied(torch.neg, arguments)
        case Binary(sign):
            return _applied(OPERATORS[sign], arguments)
        case Call(function, _, axis):
            given = () if axis is None else (axis,)
            return _applied(FUNCTIONS[function], arguments, given)
    raise AssertionError(part)


def _applied(
    function: Callable[..., Tensor],
    arguments: Sequence[Constant | Tensor],
    given: tuple[int, ...] = (),
) -> float | Tensor:
    """A function of operands; of numbers only it is a number again."""
    if all(isinstance(argument, float) for argument in arguments):
        return function(*map(_tensor, arguments), *given).item()
    ready = [_tensor(item) if isinstance(item, tuple) else item for item in arguments]
    return function(*ready, *given)


def _shape(value: Constant | Tensor) -> Shape:
    return tuple(value.shape) if isinstance(value, Tensor) else shape_of_constant(value)


def shape_of_constant(value: Constant) -> Shape:
    """The shape of nested lists that are known to be even."""
    return (len(value), *shape_of_constant(value[0])) if isinstance(value, tuple) else ()


def _tensor(value: Value | Tensor, requires_grad: bool = False) -> Tensor:
    if isinstance(value, Tensor):
        return value
    return torch.tensor(value, dtype=torch.float64, device="cpu", requires_grad=requires_grad)


def _fault(program: Program, part: Expression, message: str) -> NoReturn:
    raise ExpressionError(message, program.text, part.line, part.column)


def _divide(left: float | Tensor, right: float | Tensor) -> Tensor:
    # As one operation; torch makes a reciprocal and a product of `number / tensor`.
    return torch.div(_tensor(left), right)


def _of_tensors(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function of tensors, for plain numbers too."""

    def applied(*arguments: float | Tensor) -> Tensor:
        return function(*map(_tensor, arguments))

    return applied


def _along_axis(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function along an axis, the last one if none is given."""

    def applied(x: Tensor, axis: int = -1) -> Tensor:
        return function(x, dim=axis)

    return applied


def _over_axis(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function over an axis, or over all elements if none is given."""

    def applied(x: Tensor, axis: int | None = None) -> Tensor:
        return function(x) if axis is None else function(x, dim=axis)

    return applied


def _logsumexp(x: Tensor, axis: int | None = None) -> Tensor:
    return torch.logsumexp(x, dim=tuple(range(x.dim())) if axis is None else axis)


def _norm(x: Tensor, axis: int | None = None) -> Tensor:
    return torch.linalg.vector_norm(x, dim=axis)


def _clamp(x: Tensor, low: float | Tensor, high: float | Tensor) -> Tensor:
    return torch.clamp(x, float(low), float(high))


OPERATORS: dict[str, Callable[..., Tensor]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "**": operator.pow,
    "@": torch.matmul,
}
"""What each operator computes."""

FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "abs": torch.abs,
    "acos": torch.acos,
    "asin": torch.asin,
    "atan": torch.atan,
    "clamp": _clamp,
    "cos": torch.cos,
    "cosh": torch.cosh,
    "cross_entropy": _of_tensors(torch.nn.functional.cross_entropy),
    "detach": torch.Tensor.detach,
    "dot": torch.dot,
    "elu": torch.nn.functional.elu,
    "erf": torch.erf,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "gelu": torch.nn.functional.gelu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "log": torch.log,
    "log1p": torch.log1p,
    "log_softmax": _along_axis(torch.log_softmax),
    "logsumexp": _logsumexp,
    "matmul": torch.matmul,
    "max": _over_axis(torch.amax),
    "maximum": _of_tensors(torch.maximum),
    "mean": _over_axis(torch.mean),
    "min": _over_axis(torch.amin),
    "minimum": _of_tensors(torch.minimum),
    "mse": _of_tensors(torch.nn.functional.mse_loss),
    "norm": _norm,
    "outer": torch.outer,
    "pow": operator.pow,
    "prod": _over_axis(torch.prod),
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "silu": torch.nn.functional.silu,
    "sin": torch.sin,
    "sinh": torch.sinh,
    "softmax": _along_axis(torch.softmax),
    "softplus": torch.nn.functional.softplus,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "std": _over_axis(torch.std),
    "sum": _over_axis(torch.sum),
    "tan": torch.tan,
    "tanh": torch.tanh,
    "transpose": torch.t,
    "var": _over_axis(torch.var),
}
"""What each function of `graphgen.functions.FUNCTIONS` computes."""
