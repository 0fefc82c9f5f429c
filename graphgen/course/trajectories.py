"""A program and a start -> where an optimizer of torch.optim goes from there, step by step, and
what can be said of its way."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from graphgen.course.checks import OPTIMIZERS, check_count, check_lengths, check_one_of
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
    "last_finite",
    "optimizer_of",
    "overflows",
    "rises_each_step",
    "settles",
    "verdict_of",
    "wide_crossings",
]

_MOST_STEPS = 200_000

Verdict = Literal["right", "too small", "overshooting", "diverging", "at rest"]
"""What a learning rate turns out to be."""

_SETTLED = 0.8
"""The share of the way down that a learning rate which is right has come."""
_LEVEL = 0.02
"""A slope that is so small beside the first one has nearly gone."""
_WIDE = 0.05
"""The share of all that is walked through that a step across a valley takes, to be seen as one."""
_HUGE = 1e60
"""From places so far away, a power or an exponential leaves the numbers."""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Where an optimizer went, by torch.optim in float64.

    Attributes:
        optimizer: one of graphgen.course.checks.OPTIMIZERS.
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
        name: one of graphgen.course.checks.OPTIMIZERS.
        parameters: what it moves.
        rate: its learning rate.

    Returns:
        The optimizer, of which no step was done.
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
        program: with its result last.
        start: the names that it moves, each with where it begins.
        values: of the other inputs.
        optimizer: one of graphgen.course.checks.OPTIMIZERS.
        rate: its learning rate.
        steps: how many updates at most.

    Returns:
        The places, results and slopes, the start among them.

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
    numbers = (walk.values[0], *walk.gradients[0])
    odd = next((value for value in numbers if not math.isfinite(value)), None)
    if odd is None:
        return
    place = ", ".join(f"{n[:60]} = {x:g}" for n, x in zip(names, walk.points[0], strict=True))
    what = "the result" if odd is numbers[0] else "the slope"
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


def wide_crossings(trajectory: Trajectory) -> int:
    """How often a step along one name went across a valley, and far enough for a picture: by at
    least a twentieth of all that was walked through; wobbles don't count."""
    xs = [x for (x,) in trajectory.points]
    slopes = [slope for (slope,) in trajectory.gradients]
    finite = [x for x in xs if math.isfinite(x)]
    least = _WIDE * (max(finite) - min(finite))
    steps = zip(pairwise(xs), pairwise(slopes), strict=True)
    return sum(1 for (a, b), (one, next_) in steps if one * next_ < 0 and abs(b - a) >= least)


def settles(trajectory: Trajectory) -> bool:
    """Whether the slope has nearly gone at the end, and the result is lower than at the start."""
    first, last = (math.hypot(*trajectory.gradients[at]) for at in (0, -1))
    return last <= _LEVEL * first and trajectory.values[-1] < trajectory.values[0]


def rises_each_step(values: Sequence[float]) -> bool:
    """Whether each number is higher than the one before.

    >>> rises_each_step([1.0, 2.0, 4.0]), rises_each_step([1.0, 4.0, 2.0])
    (True, False)
    """
    return all(one < next_ for one, next_ in pairwise(values))


def overflows(trajectory: Trajectory) -> bool:
    """Whether it ended as its numbers became too large; else, where it isn't finite, the program
    has no value where it came to."""
    last = (*trajectory.points[-1], trajectory.values[-1], *trajectory.gradients[-1])
    size = max((abs(x) for x in trajectory.points[-1] if not math.isnan(x)), default=math.inf)
    return not trajectory.is_finite and (any(map(math.isinf, last)) or size > _HUGE)


def last_finite(values: Sequence[float]) -> float:
    """The last number of a list that is finite.

    >>> last_finite([1.0, 3.0, float("inf")])
    3.0
    """
    return next(value for value in reversed(values) if math.isfinite(value))


def verdict_of(trajectory: Trajectory, lowest: float) -> Verdict:
    """What a learning rate turned out to be on a curve of one name.

    Args:
        trajectory: where it led.
        lowest: the lowest result that is known.
    """
    values = trajectory.values
    first, last = values[0], values[-1]
    if not any(slope for (slope,) in trajectory.gradients):
        return "at rest"
    if not trajectory.is_finite or (last > first and last == max(values)):
        return "diverging"
    if last > first or wide_crossings(trajectory) >= max(2, trajectory.steps // 2):
        return "overshooting"
    is_down = first - last >= _SETTLED * (first - lowest)
    return "right" if is_down or settles(trajectory) else "too small"
