"""A program and a start -> where an optimizer of torch.optim goes from there, step by step."""

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from graphgen.course.runs.results import Walk
from graphgen.language.evaluate import run
from graphgen.language.machine import compute
from graphgen.language.operations import tensor_of
from graphgen.language.syntax import Program
from graphgen.language.values import Value

__all__ = ["OPTIMIZERS", "descend"]

OPTIMIZERS: dict[str, Callable[[list[Tensor], float], torch.optim.Optimizer]] = {
    "sgd": lambda free, rate: torch.optim.SGD(free, lr=rate),
    "momentum": lambda free, rate: torch.optim.SGD(free, lr=rate, momentum=0.9),
    "rmsprop": lambda free, rate: torch.optim.RMSprop(free, lr=rate),
    "adam": lambda free, rate: torch.optim.Adam(free, lr=rate),
}
"""How each is made, for what it moves and its learning rate."""


def descend(
    program: Program,
    start: Mapping[str, float],
    values: Mapping[str, Value],
    optimizer: str,
    rate: float,
    steps: int,
) -> Walk:
    """Runs an optimizer; it ends early where its place, the result or the slope isn't finite.

    Args:
        start: the names that it moves, each with where it begins.
        values: of the other inputs.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.

    >>> from graphgen.language.expression import parse
    >>> found = descend(parse("(x - 3) ** 2"), {"x": 0.0}, {}, "sgd", 0.1, 2)
    >>> [round(x, 4) for (x,) in found.points], [round(y, 4) for y in found.values]
    ([0.0, 0.6, 1.08], [9.0, 5.76, 3.6864])
    """
    held = {name: value for name, value in values.items() if name not in start}
    run(program, {**held, **start})
    points, results, gradients = [], [], []
    # Whatever modes the caller is in.
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {name: tensor_of(value) for name, value in held.items()}
        free = {name: tensor_of(at, requires_grad=True) for name, at in start.items()}
        moving = OPTIMIZERS[optimizer](list(free.values()), rate)
        for step in range(steps + 1):
            moving.zero_grad()
            result = _answered(program, {**inputs, **free})
            points.append(_numbers(list(free.values())))
            results.append(result.item())
            gradients.append(_numbers([_gradient(tensor) for tensor in free.values()]))
            if step == steps or not _all_finite(points[-1], results[-1:], gradients[-1]):
                break
            moving.step()
    return Walk(optimizer, rate, tuple(points), tuple(results), tuple(gradients))


def _answered(program: Program, inputs: Mapping[str, Tensor]) -> Tensor:
    """The program's result, once its gradients have come back."""
    result = compute(program, inputs).names[-1][1]
    if result.requires_grad:
        result.backward()  # type: ignore[no-untyped-call]
    return result


def _gradient(tensor: Tensor) -> Tensor:
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad


def _numbers(tensors: Sequence[Tensor]) -> tuple[float, ...]:
    return tuple(tensor.item() for tensor in tensors)


def _all_finite(*numbers: Sequence[float]) -> bool:
    return all(math.isfinite(number) for some in numbers for number in some)
