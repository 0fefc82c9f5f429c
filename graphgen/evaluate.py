"""Program and values -> torch tensors, of float64 unless another is wanted: the loss, and what all
on the way is called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NoReturn

import torch
from torch import Tensor

from graphgen.errors import ExpressionError, InputError
from graphgen.language.machine import MAXIMUM_ELEMENTS, MAXIMUM_WORK, compute, is_operation
from graphgen.language.operations import FUNCTIONS, OPERATORS, tensor_of
from graphgen.language.syntax import Expression, Program
from graphgen.language.values import Value, check_values

__all__ = [
    "FUNCTIONS",
    "MAXIMUM_CHECKS",
    "MAXIMUM_ELEMENTS",
    "MAXIMUM_WORK",
    "OPERATORS",
    "Run",
    "differences",
    "run",
]

MAXIMUM_CHECKS = 100_000
"""Operations on up to 1,000 numbers that one call of `differences` may compute: some seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What evaluating a program gave. Every tensor is on the CPU, and float64 unless asked.

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


def run(
    program: Program,
    values: Mapping[str, Value],
    data: Collection[str] = (),
    dtype: torch.dtype = torch.float64,
    frozen: Collection[str] = (),
) -> Run:
    """Computes a program.

    Args:
        program: see `graphgen.expression.parse`.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.
        dtype: of the inputs.
        frozen: the names of statements that are computed under torch.no_grad.

    Raises:
        ExpressionError: an input without a value, shapes that don't fit, a result that is too
            large, a loss that is not one number or that no gradient can come from.
        InputError: a value or a data name that fits no input.

    >>> from graphgen.expression import parse
    >>> run(parse("c = (a + b) * b"), {"a": 2.0, "b": 3.0}).loss.item()
    15.0
    """
    check_values(program, values, data)
    # Whatever modes the caller is in.
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {name: tensor_of(values[name], name not in data, dtype) for name in program.inputs}
        found = compute(program, inputs, frozen=frozen)
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


def differences(
    program: Program,
    values: Mapping[str, Value],
    data: Collection[str] = (),
    step: float = 6e-6,
) -> dict[str, Tensor]:
    """The gradients of a program's loss by central finite differences, without autograd.

    What a detach gives is held still, so that, as with autograd, nothing comes through it.

    Args:
        step: how far each number is moved to either side, times its size where that is over 1. The
            cube root of float64's precision is about 6e-6, where rounding and curvature balance.

    Returns:
        For each input that takes a gradient, and each statement's name through which one comes, a
        float64 tensor of its shape: d loss / d each of its numbers.

    Raises:
        As `run` does; and InputError: so many numbers that it would take too long.

    >>> from graphgen.expression import parse
    >>> found = differences(parse("s = a + b; c = s * b"), {"a": 2.0, "b": 3.0})
    >>> {name: round(slope.item(), 6) for name, slope in found.items()}
    {'a': 3.0, 'b': 8.0, 's': 3.0, 'c': 1.0}
    """
    base = run(program, values, data)
    aliases = {s.name for s in program.statements if not is_operation(s.expression)}
    points = {
        name: tensor.detach()
        for name, tensor in base.names
        if tensor.requires_grad and name not in aliases
    }
    once = 1 + sum(1 + tensor.numel() // 1000 for _, tensor in base.labels)
    cost = 2 * sum(point.numel() for point in points.values()) * once
    if cost > MAXIMUM_CHECKS:
        raise InputError(f"at most {MAXIMUM_CHECKS:,} operations to check gradients: got {cost:,}; "
                         "give smaller values")  # fmt: skip
    with torch.no_grad():
        cuts = compute(program, base.inputs).cuts
        return {
            name: _slopes(program, base.inputs, cuts, name, point, step)
            for name, point in points.items()
        }


def _slopes(
    program: Program,
    inputs: Mapping[str, Tensor],
    cuts: Mapping[tuple[int, int], Tensor],
    name: str,
    point: Tensor,
    step: float,
) -> Tensor:
    """d loss / d each number of what a name stands for, of the point's shape."""
    slopes = torch.empty(point.numel(), dtype=torch.float64, device="cpu")
    for index, number in enumerate(point.flatten().tolist()):
        ends = []
        for sign in (-1.0, 1.0):
            moved = point.flatten().clone()
            moved[index] += sign * step * max(1.0, abs(number))
            given = {name: moved.reshape(point.shape)}
            losses = compute(
                program, {**inputs, **given} if name in inputs else inputs, given, cuts
            )
            ends.append((moved[index].item(), losses.names[-1][1].item()))
        (low, below), (high, above) = ends
        slopes[index] = (above - below) / (high - low)
    return slopes.reshape(point.shape)


def _fault(program: Program, part: Expression, message: str) -> NoReturn:
    raise ExpressionError(message, program.text, part.line, part.column)
