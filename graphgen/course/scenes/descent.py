"""Gradient descent along a curve of any program of one name: a step against the slope, again and
again, as a ball and as a table; then several learning rates side by side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from graphgen.course.lessons.comparing import compare_rates
from graphgen.course.lessons.curves import RANGE_OPTIONS, check_drawn, range_of
from graphgen.course.lessons.descending import draw_walk
from graphgen.course.lessons.walks import Verdict, check_start, verdict_of
from graphgen.course.runs.checks import check_count, check_finite, check_lengths
from graphgen.course.runs.results import Curve, Walk
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline

__all__ = ["SCENE", "Data", "draw", "record", "title"]

_COUNT = 241
_MOST_RATES, _TRIED = 6, 20
_BEYOND = 1.25
_WIDER = 1.6
_SHARES = (
    0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.0,
    1.3, 1.6, 1.8, 1.9, 2.05, 2.1, 2.2, 2.5, 3.0, 5.0, 10.0,
)  # fmt: skip
"""Learning rates to try, as multiples of the one that is best on a parabola: 1 / curvature."""
_SLOW, _SWINGING, _DONE, _GONE = 0.25, 0.8, 0.999, 2.5
"""The shares of the way down at which "too small", "overshooting" and "right" are seen best, and
how many times as high as the start "diverging" is."""


@dataclass(frozen=True, slots=True)
class Data:
    """Descents along a curve.

    Attributes:
        curve: around the first descent; wide: around those that are compared.
        walk: the first descent.
        rates: one descent for each learning rate, from the same start.
        verdicts: what each of them turned out to be.
        lowest: the lowest result that was met anywhere.
    """

    curve: Curve
    wide: Curve
    walk: Walk
    rates: tuple[Walk, ...]
    verdicts: tuple[Verdict, ...]
    lowest: float

    def __post_init__(self) -> None:
        check_lengths("rates and verdicts", self.rates, self.verdicts)
        check_count("learning rates", self.rates, 0, _MOST_RATES)
        check_finite("the lowest result", self.lowest)
        for walk in (self.walk, *self.rates):
            check_count("names that move", walk.points[0], 1, 1)
        for curve in (self.curve, self.wide):
            check_drawn(curve, _COUNT)
        check_finite("the start", self.walk.values[0], *self.walk.gradients[0])


def record(request: Request) -> Data:
    """What torch.optim.SGD does with the program.

    Raises:
        InputError: no name is free, the range is empty, nothing on the curve is finite, or there
            are too many learning rates.
    """
    from graphgen.course.runs.descents import descend
    from graphgen.course.runs.sampling import free_name, number_of, sample, spread

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    start = number_of(request.values.get(name), name, otherwise=0.0)
    held = {key: value for key, value in request.values.items() if key != name}
    steps, given = int(request.options["steps"]), request.options["rates"]
    if len(given) > _MOST_RATES:
        raise InputError(f"at most {_MOST_RATES} learning rates: got {len(given)}; give fewer")
    walk = descend(program, {name: start}, held, "sgd", request.options["lr"], steps)
    check_start(walk, (name,))
    middle, reach = _around(walk)
    low, high = range_of(request, middle - reach, middle + reach)
    curve = sample(program, name, spread(low, high, _COUNT), held).checked()
    far = _WIDER * (high - low) / 2
    ends = (low, high) if _is_ranged(request) else ((low + high) / 2 - far, (low + high) / 2 + far)
    wide = sample(program, name, spread(*ends, _COUNT), held)
    tried = [
        descend(program, {name: start}, held, "sgd", rate, steps if given else min(steps, _TRIED))
        for rate in given or _rates(curve, walk)
    ]
    met = (curve.ys, *(each.values for each in (walk, *tried)))
    lowest = min(y for ys in met for y in ys if math.isfinite(y))
    rates = tuple(tried) if given else _telling(tried, lowest)
    return Data(curve, wide, walk, rates, tuple(verdict_of(w, lowest) for w in rates), lowest)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.curve.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The first descent, ball and table; then the learning rates side by side."""
    builder = TimelineBuilder(title, theme, frame)
    draw_walk(data, builder)
    if data.rates:
        compare_rates(data, builder)
    return builder.build()


def _is_ranged(request: Request) -> bool:
    return request.options.get("from") is not None or request.options.get("to") is not None


def _around(walk: Walk) -> tuple[float, float]:
    """The middle of what a descent needs to be seen, and how far that reaches to either side."""
    start = walk.points[0][0]
    pairs = [(y, x) for (x,), y in zip(walk.points, walk.values, strict=True) if math.isfinite(y)]
    middle = min(pairs, default=(0.0, start))[1]
    away = abs(middle - start)
    if away > 1e-6 * abs(start):
        return middle, _BEYOND * away
    return start, _BEYOND * max(4.0, abs(start))


def _rates(curve: Curve, walk: Walk) -> list[float]:
    """Learning rates among which those that are too small, right and too large are."""
    known = curve.known
    bends = sorted(
        abs((curve.slopes[b] - curve.slopes[a]) / (curve.xs[b] - curve.xs[a]))
        for a, b in pairwise(known)
    )
    bend = bends[len(bends) // 2] if bends else 0.0
    if not (math.isfinite(bend) and bend > 1e-300):
        bend = 1.0
    rates = [float(f"{share / bend:.3g}") for share in _SHARES]
    return [rate for rate in rates if math.isfinite(rate)]


def _away(walk: Walk) -> float:
    """How far the end of a descent is from where "diverging" is seen best."""
    first, last = walk.values[0], walk.values[-1]
    if not walk.is_finite or first <= 0 or last <= 0:
        return math.inf
    return abs(math.log(last / first / _GONE))


def _telling(tried: list[Walk], lowest: float) -> tuple[Walk, ...]:
    """One for each thing that can happen, from the smallest learning rate to the largest."""
    found: dict[Verdict, list[Walk]] = {}
    for walk in tried:
        found.setdefault(verdict_of(walk, lowest), []).append(walk)

    def come(walk: Walk) -> float:
        whole = walk.values[0] - lowest
        return (walk.values[0] - walk.values[-1]) / whole if whole > 0 else 0.0

    best: Mapping[Verdict, Walk] = {
        verdict: {
            "too small": lambda some: min(some, key=lambda walk: abs(come(walk) - _SLOW)),
            "right": lambda some: next((w for w in some if come(w) >= _DONE), max(some, key=come)),
            "overshooting": lambda some: min(some, key=lambda walk: abs(come(walk) - _SWINGING)),
            "diverging": lambda some: min(some, key=_away),
            "at rest": lambda some: some[0],
        }[verdict](some)
        for verdict, some in found.items()
    }
    return tuple(sorted(best.values(), key=lambda walk: walk.rate))


SCENE = Scene(
    name="descent",
    order=90,
    summary="Gradient descent along a curve, its table, and learning rates side by side.",
    program="f = (x - 3) ** 2",
    values={"x": 0.0},
    examples=(
        'descent "f = (x - 3) ** 2" --set x=0 --lr 0.1 -o descent.mp4',
        'descent "x ** 4 - 3 * x ** 2 + x" --set x=2 --lr 0.02 --steps 15 -o two-valleys.mp4',
        'descent "f = x ** 2" --set x=4 --rates 0.05 --rates 0.5 --rates 1.01 -o rates.svg',
    ),
    options=(
        Option("lr", "number", 0.1, "The learning rate of the first descent.", least=0.0),
        Option("steps", "whole", 10, "How many steps are taken.", least=1, most=100_000),
        Option("rates", "numbers", (), "Learning rates to compare, one or more; without any, some "
               "that show what can happen, for up to 20 steps.", least=0.0),
        *RANGE_OPTIONS,
    ),
    takes="a program with one free name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
