"""The statements of a program, computed one part after the other on float64 torch tensors.

Numbers that are written out stay plain floats, so that `a ** 2` is one operation on `a`. What is
made of such numbers only is worked out in float64 at once and stays numbers: 9**9**9 is inf.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NoReturn

import torch
from torch import Tensor

from graphgen.language.operations import FUNCTIONS, OPERATORS, tensor_of
from graphgen.language.shapes import MisfitError, Shape, result_shape, work
from graphgen.language.syntax import (
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
from graphgen.model.errors import ExpressionError

__all__ = ["MAXIMUM_ELEMENTS", "MAXIMUM_WORK", "Computed", "compute", "is_operation"]

MAXIMUM_ELEMENTS = 2_000_000
"""Numbers in all results of one program together: 16 MB."""
MAXIMUM_WORK = 500_000_000
"""Numbers that one program may make or read, the products inside of `@` included."""
_LONGEST_LABEL = 200
_LONGEST_IN_MESSAGE = 60

Constant = float | tuple[Any, ...]
"""A number, or nested lists of numbers of one shape, that are written out."""


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
    frozen: Collection[str] = (),
    rounded: Callable[[Tensor], Tensor] | None = None,
) -> Computed:
    """Evaluates every statement.

    Args:
        program: from `graphgen.language.expression.parse`.
        inputs: a float64 tensor for each input.
        replaced: tensors that take the place of what the statements of these names give.
        cuts: tensors that take the place of what each detach gives, by its place in the text.
        frozen: the names of statements that are computed under torch.no_grad.
        rounded: puts numbers that rounding may have given in place of each result on the way; so
            are the operands of functions, which may add up, and rounded inside.

    Returns:
        The tensors of all inputs and statements in order, the results of the operations on the
        way, and those of each detach.

    Raises:
        ExpressionError: shapes that don't fit, or too much to compute.
    """
    computed = Computed(list(inputs.items()), [], {})
    known = dict(inputs)
    for statement in program.statements:
        with torch.no_grad() if statement.name in frozen else nullcontext():
            tensor = _statement(program, statement, known, computed, cuts or {}, rounded)
        tensor = (replaced or {}).get(statement.name, tensor)
        known[statement.name] = tensor
        computed.names.append((statement.name, tensor))
    return computed


def _statement(
    program: Program,
    statement: Statement,
    known: Mapping[str, Tensor],
    found: Computed,
    cuts: Mapping[tuple[int, int], Tensor],
    rounded: Callable[[Tensor], Tensor] | None,
) -> Tensor:
    stack: list[Constant | Tensor] = []
    for part, text in sources(statement.expression, _LONGEST_LABEL):
        count = len(operands(part))
        arguments = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        _check(program, part, arguments, text, found)
        if rounded is not None and _adds_up(part):
            arguments = [_if_many(rounded, argument) for argument in arguments]
        result = known[part.name] if isinstance(part, Name) else _result(part, arguments)
        if rounded is not None and isinstance(result, Tensor) and is_operation(part):
            result = rounded(result)
        if isinstance(part, Call) and part.function == "detach" and isinstance(result, Tensor):
            result = found.cuts[part.line, part.column] = cuts.get((part.line, part.column), result)
        if isinstance(result, Tensor) and is_operation(part):
            found.labels.append((text, result))
        stack.append(result)
    return tensor_of(stack[0])


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
    except MisfitError as error:
        message = f"{_short(part, text)} needs {error}"
        raise ExpressionError(message, program.text, part.line, part.column) from error
    found.work += work(part, shapes, shape)
    found.elements += torch.Size(shape).numel()
    for total, cap, what in (
        (found.elements, MAXIMUM_ELEMENTS, "numbers in all results together"),
        (found.work, MAXIMUM_WORK, "numbers to go through"),
    ):
        if total > cap:
            _fault(program, part, f"at most {cap:,} {what}: got {total:,} with "
                   f"{_short(part, text)}, of shape {shape}; give smaller values")  # fmt: skip


def _short(part: Expression, text: str) -> str:
    """What a message calls a part: its text, or what it does if that is long."""
    if len(text) <= _LONGEST_IN_MESSAGE:
        return text
    names = {Binary: "operator", Unary: "operator", Call: "function"}
    return repr(getattr(part, names[type(part)])) if type(part) in names else "the list"


def _adds_up(part: Expression) -> bool:
    """Whether a part may be rounded inside, as what adds up many products is."""
    return isinstance(part, Call) or (isinstance(part, Binary) and part.operator == "@")


def _if_many(rounded: Callable[[Tensor], Tensor], argument: Constant | Tensor) -> Constant | Tensor:
    return rounded(argument) if isinstance(argument, Tensor) and argument.dim() else argument


def is_operation(part: Expression) -> bool:
    """Whether a part computes something: a name, and a + before it, don't."""
    return not isinstance(part, Name) and not (isinstance(part, Unary) and part.operator == "+")


def _result(part: Expression, arguments: Sequence[Constant | Tensor]) -> Constant | Tensor:
    """What one part gives, from what its operands gave."""
    match part:
        case Number(value):
            return value
        case List():
            if all(not isinstance(argument, Tensor) for argument in arguments):
                return tuple(arguments)
            return torch.stack([tensor_of(argument) for argument in arguments])
        case Unary("+"):
            return arguments[0]
        case Unary():
            return _applied(torch.neg, arguments)
        case Binary(sign):
            return _applied(OPERATORS[sign], arguments)
        case Call(function, _, axis):
            axes = () if axis is None else (axis,)
            return _applied(FUNCTIONS[function], arguments, axes)
    raise AssertionError(part)


def _applied(
    function: Callable[..., Tensor],
    arguments: Sequence[Constant | Tensor],
    given: tuple[int, ...] = (),
) -> Constant | Tensor:
    """A function of operands; of what is written out only, it is as if it were written out."""
    ready = [tensor_of(item) if isinstance(item, tuple) else item for item in arguments]
    if any(isinstance(argument, Tensor) for argument in arguments):
        return function(*ready, *given)
    return _constant(function(*map(tensor_of, ready), *given).tolist())


def _constant(numbers: Any) -> Constant:
    """Nested lists as nested tuples; a number is itself."""
    return tuple(map(_constant, numbers)) if isinstance(numbers, list) else float(numbers)


def _shape(value: Constant | Tensor) -> Shape:
    return tuple(value.shape) if isinstance(value, Tensor) else _shape_of_constant(value)


def _shape_of_constant(value: Constant) -> Shape:
    """The shape of nested lists that are known to be even."""
    return (len(value), *_shape_of_constant(value[0])) if isinstance(value, tuple) else ()


def _fault(program: Program, part: Expression, message: str) -> NoReturn:
    raise ExpressionError(message, program.text, part.line, part.column)
