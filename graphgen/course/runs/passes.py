"""Losses of the same inputs -> what backward leaves in .grad, pass after pass: with zero_grad
before each, and without."""

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor

from graphgen.capture.arrays import array_of
from graphgen.course.runs.results import Pass
from graphgen.language.evaluate import run
from graphgen.language.machine import compute
from graphgen.language.operations import tensor_of
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.model.graph import Array

__all__ = ["passes"]


def passes(
    programs: Sequence[Program],
    values: Mapping[str, Value],
    data: Collection[str],
    leaves: Sequence[str],
    count: int,
) -> list[Pass]:
    """So many passes, the programs in turn, each by torch's own backward.

    Args:
        values: of the inputs of all programs.
        leaves: the inputs that take a gradient.

    Raises:
        ExpressionError: a program can't be computed, or its result is no number.
    """
    for program in programs:
        run(program, *_own(program, values, data))
    with torch.inference_mode(False), torch.enable_grad():
        plain = {name: tensor_of(values[name], name not in data) for name in values}
        zeroed = {name: tensor_of(values[name], name not in data) for name in values}
        optimizer = torch.optim.SGD([zeroed[name] for name in leaves])
        found = []
        for at in range(count):
            program = programs[at % len(programs)]
            loss = _loss(program, plain)
            own = [plain[name] for name in leaves]
            kept = _grads(plain, leaves)
            sent = torch.autograd.grad(loss, own, retain_graph=True, allow_unused=True)
            torch.autograd.backward(loss)
            optimizer.zero_grad()
            torch.autograd.backward(_loss(program, zeroed))
            added, fresh = (_grads(inputs, leaves) for inputs in (plain, zeroed))
            told, gradients = title_of(program), tuple(map(_array, sent))
            found.append(Pass(at + 1, told, array_of(loss), gradients, kept, added, fresh))
    return found


def _grads(inputs: Mapping[str, Tensor], leaves: Sequence[str]) -> tuple[Array | None, ...]:
    """What the leaves hold in .grad."""
    return tuple(_array(inputs[name].grad) for name in leaves)


def _own(
    program: Program, values: Mapping[str, Value], data: Collection[str]
) -> tuple[dict[str, Value], list[str]]:
    """The values and the data that one of several programs has."""
    return (
        {name: values[name] for name in program.inputs if name in values},
        [name for name in data if name in program.inputs],
    )


def _loss(program: Program, inputs: Mapping[str, Tensor]) -> Tensor:
    found = compute(program, {name: inputs[name] for name in program.inputs})
    return found.names[-1][1]


def _array(tensor: Tensor | None) -> Array | None:
    return None if tensor is None else array_of(tensor)
