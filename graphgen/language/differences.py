"""Program and values -> the gradients of its loss by finite differences, without autograd, each
with how far it may be off.

A difference is off by what the loss bends between its ends, more the farther they are apart, and by
how the loss is rounded, more the nearer they are. How the loss is rounded is measured, as in Monte
Carlo arithmetic (Parker, 1997): each number on the way is moved by its own rounding, at random, and
the loss moves by what it is uncertain. How it bends is what differences over the whole way, half of
it and a quarter disagree by. The way is then made longer or shorter until both are small. How far
autograd's own gradient is moved by rounding is measured at the same draws.
"""

import math
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor

from graphgen.language.evaluate import Run, run
from graphgen.language.machine import compute, is_operation
from graphgen.language.syntax import Program
from graphgen.language.values import Value
from graphgen.model.errors import InputError

__all__ = ["MAXIMUM_CHECKS", "Difference", "Doubt", "differences"]

MAXIMUM_CHECKS = 100_000
"""Operations on up to 1,000 numbers that the differences between two ends each may take: some
seconds. Looking for a better way takes at most three times as many again."""

Doubt = Literal["", "kink", "edge"]

_START = 6e-6
"""The cube root of float64's precision, where rounding and bending mostly balance."""
_FARTHEST, _NEAREST = 2.0**20, 2.0**-40
"""The longest and the shortest way, times the number's size (and at least 1 for the longest)."""
_AIM = 1e-7
_SETTLED = 0.1
_SURE = 1e-3
_FAR_SHORTER = 37
_PLACES = (1.0, -0.618, 0.271, -0.0577, 0.0141)
"""Where within a way slopes are compared, as shares of it that no wave has in common."""
_MOST_WAYS = 12
_DRAWS = 6
_PRECISION = sys.float_info.epsilon
_SMALLEST, _VANISHING = 5e-324, 1e-307


@dataclass(frozen=True, slots=True)
class Difference:
    """d loss / d one number.

    Attributes:
        slope: nan where the loss is no number beside the point.
        error: how far the slope may be from the true one.
        rounding: how far rounding may have moved the gradient that autograd gives; where it isn't
            this slope, also how far it moves within the way of the difference.
        doubt: "kink" where the slopes to either side stay apart, "edge" where the loss is no number
            beside the point.
    """

    slope: float
    error: float
    rounding: float = 0.0
    doubt: Doubt = ""


def differences(
    program: Program, values: Mapping[str, Value], data: Collection[str] = ()
) -> dict[str, tuple[Difference, ...]]:
    """The gradients of a program's loss by central finite differences.

    What a detach gives is held still, so that, as with autograd, nothing comes through it.

    Args:
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.

    Returns:
        For each input that takes a gradient, and each statement's name through which one comes,
        a Difference for each of its numbers, row-major.

    Raises:
        As `run` does; and InputError: so many numbers that it would take too long.

    >>> from graphgen.language.expression import parse
    >>> slopes = differences(parse("s = a + b; c = s * b"), {"a": 2.0, "b": 3.0})
    >>> {name: round(slope.slope, 6) for name, (slope,) in slopes.items()}
    {'a': 3.0, 'b': 8.0, 's': 3.0, 'c': 1.0}
    """
    base = run(program, values, data)
    points = _points(program, base)
    once = 1 + sum(1 + tensor.numel() // 1000 for _, tensor in base.labels)
    count = sum(point.numel() for point in points.values())
    if 2 * count * once > MAXIMUM_CHECKS:
        raise InputError(f"at most {MAXIMUM_CHECKS:,} operations to check gradients: got "
                         f"{2 * count * once:,}; give smaller values")  # fmt: skip
    budget = _Budget(3 * MAXIMUM_CHECKS // (2 * once) - count)
    with torch.no_grad():
        cuts = compute(program, base.inputs).cuts
    noise, gradients = _rounding(program, base, cuts, points)
    with torch.no_grad():
        return {
            name: tuple(
                _Line(
                    partial(_moved, program, base, cuts, name, point, place),
                    partial(_moved_gradient, program, base, cuts, name, point, place),
                    number, base.loss.item(), noise,
                ).difference(gradient, spread, budget)
                for place, (number, gradient, spread) in enumerate(
                    zip(point.flatten().tolist(), *gradients[name], strict=True)
                )
            )
            for name, point in points.items()
        }  # fmt: skip


def _points(program: Program, base: Run) -> dict[str, Tensor]:
    """What is moved: every name through which a gradient comes."""
    aliases = {s.name for s in program.statements if not is_operation(s.expression)}
    return {
        name: tensor.detach()
        for name, tensor in base.names
        if tensor.requires_grad and name not in aliases
    }


def _moved(
    program: Program,
    base: Run,
    cuts: Mapping[tuple[int, int], Tensor],
    name: str,
    point: Tensor,
    place: int,
    number: float,
) -> float:
    """The loss where one number of what a name stands for is another."""
    return _replaced(program, base, cuts, name, _with(point, place, number)).item()


def _moved_gradient(
    program: Program,
    base: Run,
    cuts: Mapping[tuple[int, int], Tensor],
    name: str,
    point: Tensor,
    place: int,
    number: float,
) -> float:
    """Autograd's slope there."""
    with torch.inference_mode(False), torch.enable_grad():
        moved = _with(point, place, number).requires_grad_()
        loss = _replaced(program, base, cuts, name, moved)
        (gradient,) = torch.autograd.grad(loss, moved, allow_unused=True, materialize_grads=True)
    return gradient.flatten()[place].item()


def _with(point: Tensor, place: int, number: float) -> Tensor:
    """A tensor with another number in one place."""
    moved = point.flatten().clone()
    moved[place] = number
    return moved.reshape(point.shape)


def _replaced(
    program: Program,
    base: Run,
    cuts: Mapping[tuple[int, int], Tensor],
    name: str,
    tensor: Tensor,
) -> Tensor:
    """The loss where a name stands for another tensor."""
    inputs = {**base.inputs, name: tensor} if name in base.inputs else base.inputs
    return compute(program, inputs, {name: tensor}, cuts).names[-1][1]


def _rounding(
    program: Program,
    base: Run,
    cuts: Mapping[tuple[int, int], Tensor],
    points: Mapping[str, Tensor],
) -> tuple[float, dict[str, tuple[list[float], list[float]]]]:
    """How far rounding may have moved the loss, inf where nothing can be said; and for each name
    autograd's gradient, and how far rounding may have moved it."""
    stream = torch.Generator().manual_seed(0)

    def rounded(tensor: Tensor) -> Tensor:
        signs = torch.randint(0, 2, tensor.shape, generator=stream).double() * 2 - 1
        moved = tensor * (1 + _PRECISION * signs)
        is_small = tensor.abs() < _VANISHING  # what vanished may have been as large as the smallest
        return moved + is_small * (signs > 0) * _SMALLEST

    draws = [_drawn(program, base, cuts, points, rounded) for _ in range(_DRAWS)]
    loss, gradients = _gradients(base.loss, base.names, points)
    spreads = {
        name: 2 * torch.stack([abs(drawn[name] - gradient) for _, drawn in draws]).amax(0)
        for name, gradient in gradients.items()
    }
    moves = [move for move in (abs(drawn - loss) for drawn, _ in draws) if math.isfinite(move)]
    noise = 2 * max(moves) + _PRECISION * abs(loss) + _SMALLEST if moves else math.inf
    return noise, {
        name: (gradient.flatten().tolist(), spreads[name].flatten().tolist())
        for name, gradient in gradients.items()
    }


def _drawn(
    program: Program,
    base: Run,
    cuts: Mapping[tuple[int, int], Tensor],
    points: Mapping[str, Tensor],
    rounded: Callable[[Tensor], Tensor],
) -> tuple[float, dict[str, Tensor]]:
    """The loss and its gradients where all on the way is rounded otherwise."""
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {
            name: tensor.detach().requires_grad_(tensor.requires_grad)
            for name, tensor in base.inputs.items()
        }
        names = compute(program, inputs, cuts=cuts, rounded=rounded).names
        return _gradients(names[-1][1], names, points)


def _gradients(
    loss: Tensor, names: list[tuple[str, Tensor]], points: Mapping[str, Tensor]
) -> tuple[float, dict[str, Tensor]]:
    chosen = {name: tensor for name, tensor in names if name in points}
    gradients = torch.autograd.grad(
        loss, list(chosen.values()), retain_graph=True, allow_unused=True, materialize_grads=True
    )
    return loss.item(), dict(zip(chosen, gradients, strict=True))


@dataclass(slots=True)
class _Budget:
    """How many more ways may be tried, over all numbers."""

    ways: int


@dataclass(frozen=True, slots=True)
class _Probe:
    """What one way tells: the slope, its errors by bending and by rounding, the steepest slope to
    either side, and whether these stay apart."""

    way: float
    slope: float
    bending: float
    rounding: float
    steepest: float
    is_kink: bool

    @property
    def is_settled(self) -> bool:
        """Whether shorter ways change so little that the rest of the change can be told."""
        return self.bending <= max(_SETTLED * abs(self.slope), self.rounding)

    @property
    def bound(self) -> float:
        """How far the slope may be from the true one."""
        return self.bending + self.rounding if self.is_settled else math.inf

    @property
    def is_enough(self) -> bool:
        return not self.is_kink and self.bound <= _AIM * max(abs(self.slope), _AIM)

    def is_sure(self, scale: float) -> bool:
        """Whether the loss is smooth here, as far as slopes of this size can tell."""
        return not self.is_kink and self.bound <= _SURE * scale


@dataclass(frozen=True, slots=True)
class _Line:
    """The loss along one number.

    Attributes:
        loss_at, gradient_at: the loss, and autograd's slope, at another number.
        number, loss: where the slope is wanted.
        noise: how far rounding moves the loss there.
    """

    loss_at: Callable[[float], float]
    gradient_at: Callable[[float], float]
    number: float
    loss: float
    noise: float

    def difference(self, gradient: float, rounding: float, budget: _Budget) -> Difference:
        """The best that a few ways tell.

        Args:
            gradient: what autograd gives.
            rounding: how far rounding may have moved autograd's gradient.
            budget: how many ways may be tried besides the first.
        """
        probes = list(self._probes(budget))
        if not probes:
            return Difference(math.nan, math.inf, rounding, "edge")
        scale = max(probe.steepest for probe in probes)
        best = min(probes, key=lambda probe: (not probe.is_sure(scale), probe.bound))
        doubt: Doubt = "kink" if best.is_kink and best.is_settled else ""
        if not doubt and abs(gradient - best.slope) > best.bound:
            rounding += self._moves(gradient, best.way)
        return Difference(best.slope, best.bound, rounding, doubt)

    def _moves(self, gradient: float, way: float) -> float:
        """How far autograd's slope moves within a way: a difference is the mean of slopes, and
        says nothing of one that waves too quickly for it."""
        places = (self.number + share * way for share in _PLACES)
        return max(abs(self.gradient_at(place) - gradient) for place in places)

    def _probes(self, budget: _Budget) -> Iterator[_Probe]:
        """What one way after the other tells, until one tells enough or a longer one is worse."""
        way, former = _START * max(1.0, abs(self.number)), 0
        for attempt in range(_MOST_WAYS):
            budget.ways -= attempt > 0
            if (attempt and budget.ways < 0) or not self._is_fit(way):
                return
            probe = self.probe(way)
            turn = -1
            if probe is not None:
                yield probe
                if probe.is_enough:
                    return
                turn = 1 if probe.bending < probe.rounding and not probe.is_kink else -1
                if turn == -former:
                    return
                former = turn
            way = self._next(way, turn, probe)

    def _is_fit(self, way: float) -> bool:
        size = abs(self.number)
        return max(_NEAREST * size, sys.float_info.min) <= way <= _FARTHEST * max(1.0, size)

    def _next(self, way: float, turn: int, probe: _Probe | None) -> float:
        """A longer or a shorter way; far from settled, one that fits a number that is small."""
        if turn > 0:
            return way * 8
        if probe is not None and probe.is_settled and not probe.is_kink:
            return way / 8
        near = _START * abs(self.number)
        return near if 0 < near < way / 64 else way / 64

    def probe(self, way: float) -> _Probe | None:
        """Differences over a way, a half and a quarter of it, and over a far shorter one; None
        where one is no number."""
        ways = (way, way / 2, way / 4, way / _FAR_SHORTER)
        ends = [(self.number - part, self.number + part) for part in ways]
        losses = [(self.loss_at(low), self.loss_at(high)) for low, high in ends]
        sides = [
            ((self.loss - under) / (self.number - low), (over - self.loss) / (high - self.number))
            for (low, high), (under, over) in zip(ends, losses, strict=True)
        ]
        central = [
            (over - under) / (high - low)
            for (low, high), (under, over) in zip(ends, losses, strict=True)
        ]
        # Richardson: what bends evenly falls out of 4/3 of the half less 1/3 of the whole.
        coarse, fine = (half + (half - whole) / 3 for whole, half in pairwise(central[:3]))
        largest = max(abs(loss) for pair in losses for loss in pair)
        noise = max(self.noise, 2 * _PRECISION * largest)
        # What waves within the way is seen over a far shorter one, through more rounding.
        hidden = abs(central[3] - fine) - 2 * _FAR_SHORTER * noise / way
        bending = max(abs(fine - coarse) + abs(central[2] - central[1]) / 8, hidden)
        if not all(map(math.isfinite, (*sides[0], *sides[2], fine, bending))):
            return None
        is_kink = self._is_kink(sides[0], sides[2], 32 * noise / way)
        return _Probe(way, fine, bending, 8 * noise / way, max(map(abs, sides[2])), is_kink)

    def _is_kink(
        self, far: tuple[float, float], near: tuple[float, float], rounding: float
    ) -> bool:
        """Whether the slopes to either side stay apart: where the loss is smooth, they come nearer
        to each other as the way gets shorter."""
        gap, former = abs(near[1] - near[0]), abs(far[1] - far[0])
        return gap > former / 2 and gap > rounding + 1e-6 * max(map(abs, near))
