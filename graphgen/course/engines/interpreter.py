"""A program -> the same program on an engine from scratch, of single numbers or of arrays."""

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphgen.course.engines.grid import Grid
from graphgen.course.engines.tensor import Tensor
from graphgen.language.syntax import (
    Binary,
    Call,
    Expression,
    List,
    Name,
    Number,
    Program,
    Unary,
    operands,
    postorder,
)
from graphgen.language.values import Value as Numbers
from graphgen.model.errors import InputError

__all__ = ["FUNCTIONS", "Computed", "run_on_numbers", "run_on_tensors"]

Item: TypeAlias = Any
"""A Grid, a Tensor, or a number that is written out."""


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """What a program gave on an engine, after its backward pass.

    Attributes:
        names: each input and each named result; the loss comes last, as "loss" without a name.
    """

    names: dict[str, Item]

    @property
    def loss(self) -> Item:
        """The last result."""
        return list(self.names.values())[-1]


def run_on_numbers(
    program: Program, values: Mapping[str, Numbers], data: Collection[str] = ()
) -> Computed:
    """Every number of a program as a node of its own.

    Args:
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: unused: single numbers all take a gradient.

    Returns:
        The loss and the named nodes, after the backward pass.

    Raises:
        InputError: a function that the engine doesn't have, or numbers that Python refuses.

    >>> from graphgen.language.expression import parse
    >>> found = run_on_numbers(parse("c = (a + b) * b"), {"a": 2.0, "b": 3.0})
    >>> float(found.loss.data), float(found.names["b"].grad)
    (15.0, 8.0)
    """
    return _run(program, {name: Grid(values[name], name) for name in program.inputs}, Grid)


def run_on_tensors(
    program: Program, values: Mapping[str, Numbers], data: Collection[str] = ()
) -> Computed:
    """Every array of a program as a node of its own.

    Args:
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.

    Returns:
        The loss and the named nodes, after the backward pass.

    Raises:
        InputError: a function that the engine doesn't have.
    """
    inputs = {name: Tensor(values[name], name, name not in data) for name in program.inputs}
    return _run(program, inputs, lambda numbers: Tensor(numbers, requires_grad=False))


def _run(program: Program, inputs: Mapping[str, Item], made: Callable[[Any], Item]) -> Computed:
    known = dict(inputs)
    try:
        for statement in program.statements:
            item = _computed(statement.expression, known, made)
            known[statement.name or "loss"] = item
        item.backward()
    except (ArithmeticError, ValueError, AttributeError) as error:
        raise InputError(
            f"numbers that an engine of Python's own can compute with: got {error}; "
            "give other values"
        ) from error
    return Computed(known)


def _computed(
    expression: Expression, known: Mapping[str, Item], made: Callable[[Any], Item]
) -> Item:
    stack: list[Item] = []
    for part in postorder(expression):
        count = len(operands(part))
        arguments = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_result(part, arguments, known, made))
    return stack[0] if not isinstance(stack[0], float) else made(stack[0])


def _result(
    part: Expression, arguments: list[Item], known: Mapping[str, Item], made: Callable[[Any], Item]
) -> Item:
    match part:
        case Number(value):
            return value
        case Name(name):
            return known[name]
        case List():
            return made(_literal(part))
        case Unary(sign):
            return -arguments[0] if sign == "-" else arguments[0]
        case Binary("@"):
            return _product(*arguments)
        case Binary("**"):
            return _power(*arguments)
        case Binary(sign):
            return _OPERATORS[sign](*arguments)
        case Call(function, _, axis):
            return _called(function, arguments, axis, made)
    raise AssertionError(part)


_OPERATORS: dict[str, Callable[[Item, Item], Item]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _literal(part: Expression) -> Any:
    """The nested numbers of a list that is written out."""
    match part:
        case Number(value):
            return value
        case List(items):
            return list(map(_literal, items))
        case Unary(sign, inner):
            number = _literal(inner)
            return -number if sign == "-" else number
    raise InputError("a list of numbers that are written out: got one with a name in it")


def _product(a: Item, b: Item) -> Item:
    """Matrices and vectors; a vector's numbers are multiplied with each row and added up."""
    if a.data.ndim == 1 and b.data.ndim == 1:
        return (a * b).sum()
    if b.data.ndim == 1:
        return (a * b).sum(axis=1)
    if a.data.ndim == 1:
        return (b.transpose() * a).sum(axis=1)
    return a @ b


def _power(base: Item, exponent: Item) -> Item:
    if not isinstance(exponent, float):
        raise InputError("a power that is a number written out: got a name; write it as in x ** 2")
    return base**exponent


def _called(
    name: str, arguments: list[Item], axis: int | None, made: Callable[[Any], Item]
) -> Item:
    if name not in FUNCTIONS:
        raise InputError(
            f"a function that an engine from scratch has: got {name}; "
            f"take one of {', '.join(FUNCTIONS)}"
        )
    ready = [
        made(each) if isinstance(each, float) and name != "pow" else each for each in arguments
    ]
    if name in ("sum", "mean"):
        return FUNCTIONS[name](*ready, axis)
    if axis is not None:
        raise InputError(f"{name} without an axis: got axis {axis}; leave it out")
    return FUNCTIONS[name](*ready)


def _sigmoid(x: Item) -> Item:
    return 1.0 / ((-x).exp() + 1.0)


FUNCTIONS: dict[str, Callable[..., Item]] = {
    "cos": lambda x: x.cos(),
    "dot": lambda a, b: (a * b).sum(),
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "matmul": _product,
    "mean": lambda x, axis: x.mean(axis),
    "mse": lambda a, b: ((a - b) ** 2.0).mean(),
    "pow": _power,
    "relu": lambda x: x.relu(),
    "sigmoid": _sigmoid,
    "silu": lambda x: x * _sigmoid(x),
    "sin": lambda x: x.sin(),
    "softplus": lambda x: (x.exp() + 1.0).log(),
    "sqrt": lambda x: x**0.5,
    "square": lambda x: x**2.0,
    "sum": lambda x, axis: x.sum(axis),
    "tanh": lambda x: x.tanh(),
    "transpose": lambda x: x.transpose(),
}
"""What the engines compute, in terms of what they have."""
