"""A program and a start -> where an optimizer of torch.optim goes from there, step by step, and
what can be said of its way."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from graphgen.course.runs.checks import OPTIMIZERS, check_count, check_lengths, check_one_of
from graphgen.language.syntax import Program
from graphgen.language.values import Value
from graphgen.model.errors import InputError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = [
    "Trajectory",
    "Verdict",
    "check_start",
    "crossings",
    "descend",
    "in_words",
    "optimizer_of",
    "verdict_of",
    "word_of",
]

_MOST_STEPS = 200_000

Verdict = Literal["right", "too small", "overshooting", "diverging", "at rest"]
"""What a learning rate turns out to be."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SETTLED = 0.8
"""The share of the way down that a learning rate which is right has come."""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Where an optimizer went, by torch.optim in float64.

    Attributes:
        optimizer: one of graphgen.course.runs.checks.OPTIMIZERS.
        rate: its learning rate.
        points: the start, then the place after each step; a number for each name that moved.
        values: the program's result at each point.
        gradients: d result / d each name, at each point.
    """

    optimizer: str
    rate: float
    points: tuple[tuple[float, ...], ...]
    values: tuple[float, ...]
    gradients: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        check_one_of("an optimizer", self.optimizer, OPTIMIZERS)
        check_count("places of a walk", self.points, 1, _MOST_STEPS)
        check_lengths(
            "points, values and gradients of a walk", self.points, self.values, self.gradients
        )
        check_lengths("places and slopes of a walk", *self.points, *self.gradients)

    @property
    def steps(self) -> int:
        """How many steps were gone."""
        return len(self.points) - 1

    @property
    def is_finite(self) -> bool:
        """Whether it never left the numbers."""
        return math.isfinite(self.values[-1]) and all(map(math.isfinite, self.points[-1]))


def optimizer_of(name: str, parameters: "Sequence[Tensor]", rate: float) -> "torch.optim.Optimizer":
    """One of torch's optimizers.

    Args:
        name: one of graphgen.course.runs.checks.OPTIMIZERS.
        parameters: what it moves.
        rate: its learning rate.
    """
    from torch import optim

    moved = list(parameters)
    match name:
        case "momentum":
            return optim.SGD(moved, lr=rate, momentum=0.9)
        case "rmsprop":
            return optim.RMSprop(moved, lr=rate)
        case "adam":
            return optim.Adam(moved, lr=rate)
        case _:
            return optim.SGD(moved, lr=rate)


def descend(
    program: Program,
    start: Mapping[str, float],
    values: Mapping[str, Value],
    optimizer: str,
    rate: float,
    steps: int,
) -> Trajectory:
    """Runs an optimizer; it ends early where its place, the result or the slope isn't finite.

    Args:
        start: the names that it moves, each with where it begins.
        values: of the other inputs.
        optimizer: one of graphgen.course.runs.checks.OPTIMIZERS.
        rate: its learning rate.
        steps: how many updates at most.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.

    >>> from graphgen.language.expression import parse
    >>> way = descend(parse("(x - 3) ** 2"), {"x": 0.0}, {}, "sgd", 0.1, 2)
    >>> [round(x, 4) for (x,) in way.points], [round(y, 4) for y in way.values]
    ([0.0, 0.6, 1.08], [9.0, 5.76, 3.6864])
    """
    import torch

    from graphgen.language.evaluate import run
    from graphgen.language.operations import tensor_of

    held = {name: value for name, value in values.items() if name not in start}
    run(program, {**held, **start})
    points, results, gradients = [], [], []
    # Whatever modes the caller is in.
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {name: tensor_of(value) for name, value in held.items()}
        free = {name: tensor_of(at, requires_grad=True) for name, at in start.items()}
        moving = optimizer_of(optimizer, list(free.values()), rate)
        for step in range(steps + 1):
            moving.zero_grad()
            result = _backpropagated(program, {**inputs, **free})
            points.append(_numbers(list(free.values())))
            results.append(result.item())
            grads = [tensor.grad for tensor in free.values()]
            gradients.append(tuple(0.0 if grad is None else grad.item() for grad in grads))
            if step == steps or not _all_finite(points[-1], results[-1:], gradients[-1]):
                break
            moving.step()
    return Trajectory(optimizer, rate, tuple(points), tuple(results), tuple(gradients))


def _backpropagated(program: Program, inputs: "Mapping[str, Tensor]") -> "Tensor":
    """The program's result, once its gradients have come back."""
    from graphgen.language.machine import compute

    result = compute(program, inputs).names[-1][1]
    if result.requires_grad:
        result.backward()  # type: ignore[no-untyped-call]
    return result


def _numbers(tensors: "Sequence[Tensor]") -> tuple[float, ...]:
    return tuple(tensor.item() for tensor in tensors)


def _all_finite(*numbers: Sequence[float]) -> bool:
    return all(math.isfinite(number) for some in numbers for number in some)


def check_start(walk: Trajectory, names: Sequence[str]) -> None:
    """Nothing, where result and slopes are finite at the start.

    Raises:
        InputError: they aren't.
    """
    found = (walk.values[0], *walk.gradients[0])
    odd = next((value for value in found if not math.isfinite(value)), None)
    if odd is None:
        return
    place = ", ".join(f"{n[:60]} = {x:g}" for n, x in zip(names, walk.points[0], strict=True))
    what = "the result" if odd is found[0] else "the slope"
    raise InputError(
        f"a start with a finite result and slope: got {what} {odd} at {place}; choose another with "
        "--set"
    )


def crossings(slopes: Sequence[float]) -> int:
    """How often a slope changed its sign from one step to the next: how often a valley was crossed.

    >>> crossings([-6.0, 4.8, -3.8, -3.0])
    2
    """
    return sum(1 for one, next_ in pairwise(slopes) if one * next_ < 0)


def verdict_of(walk: Trajectory, lowest: float) -> Verdict:
    """What a learning rate turned out to be on a curve of one name.

    Args:
        lowest: the lowest result that is known.
    """
    first, last = walk.values[0], walk.values[-1]
    slopes = [slope for (slope,) in walk.gradients]
    if all(slope == 0.0 for slope in slopes):
        return "at rest"
    if not walk.is_finite or last > first:
        return "diverging"
    if crossings(slopes) >= max(2, walk.steps // 2):
        return "overshooting"
    return "right" if first - last >= _SETTLED * (first - lowest) else "too small"


def word_of(count: int) -> str:
    """A number in a sentence: a word up to ten.

    >>> word_of(4), word_of(1000)
    ('four', '1,000')
    """
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


def in_words(steps: int) -> str:
    """So many steps.

    >>> in_words(1), in_words(10)
    ('one step', 'ten steps')
    """
    return f"{word_of(steps)} step{'' if steps == 1 else 's'}"
