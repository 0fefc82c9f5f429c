"""Program and values -> torch tensors, of float64 unless another is wanted: the loss, and what all
on the way is called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NoReturn

import torch
from torch import Tensor

from graphgen.language.machine import MAXIMUM_ELEMENTS, MAXIMUM_WORK, compute
from graphgen.language.operations import FUNCTIONS, OPERATORS, tensor_of
from graphgen.language.syntax import Expression, Program
from graphgen.language.values import Value, check_values
from graphgen.model.errors import ExpressionError

__all__ = [
    "FUNCTIONS",
    "MAXIMUM_ELEMENTS",
    "MAXIMUM_WORK",
    "OPERATORS",
    "Run",
    "run",
]


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
        program: see `graphgen.language.expression.parse`.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.
        dtype: of the inputs.
        frozen: the names of statements that are computed under torch.no_grad.

    Returns:
        The loss, and the inputs and statements that led to it, as tensors of this dtype.

    Raises:
        ExpressionError: an input without a value, shapes that don't fit, a result that is too
            large, a loss that is not one number or that no gradient can come from.
        InputError: a value or a data name that fits no input.

    >>> from graphgen.language.expression import parse
    >>> run(parse("c = (a + b) * b"), {"a": 2.0, "b": 3.0}).loss.item()
    15.0
    """
    check_values(program, values, data)
    # Whatever modes the caller is in.
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {name: tensor_of(values[name], name not in data, dtype) for name in program.inputs}
        computed = compute(program, inputs, frozen=frozen)
    last = program.statements[-1]
    loss = computed.names[-1][1]
    if loss.shape != ():
        _fault(program, last.expression, f"loss must be one number: got shape {tuple(loss.shape)}; "
               "reduce it with sum(...) or mean(...)")  # fmt: skip
    if not loss.requires_grad:
        _fault(program, last.expression, "a loss that depends on an input which takes a gradient: "
               "got one that doesn't; take a detach or a data name out")  # fmt: skip
    names = [(name, tensor) for name, tensor in computed.names if name]
    return Run(loss, names, computed.labels, inputs)


def _fault(program: Program, part: Expression, message: str) -> NoReturn:
    raise ExpressionError(message, program.text, part.line, part.column)
