"""The tangent: a curve of any program of one name, the secant that becomes its tangent, and the
slope along the whole curve."""

import math
from dataclasses import dataclass

from graphgen.course.lessons.curves import RANGE_OPTIONS, check_drawn, range_of
from graphgen.course.lessons.touching import draw_tangent
from graphgen.course.runs.checks import check_count, check_finite
from graphgen.course.runs.results import Curve
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.text.digits import number

__all__ = ["SCENE", "Data", "Level", "Secant", "draw", "record", "title"]

_COUNT, _NEAR = 241, 41
_REACH = 4.0
_STEPS = (0.5, 0.25, 0.125, 0.025, 0.0025)
"""How far the second place is, beside the way from the middle of the curve to its end."""
_MOST_STEPS = 8
_BEFORE, _AFTER = 0.5, 1.4
"""What is magnified: from how far before the place to how far after it, in steps."""


@dataclass(frozen=True, slots=True)
class Secant:
    """The straight line through two places of a curve, `h` apart.

    Attributes:
        y: the result at the second place.
        near: the curve around both places.
    """

    h: float
    y: float
    slope: float
    near: Curve

    def __post_init__(self) -> None:
        check_finite("a secant", self.h, self.y, self.slope)
        if not self.h:
            raise ValueError("a step that isn't 0: got 0")


@dataclass(frozen=True, slots=True)
class Level:
    """Where a slope is 0: from one place to another, mostly the same, and the result there."""

    start: float
    end: float
    y: float

    def __post_init__(self) -> None:
        check_finite("a level", self.start, self.end, self.y)


@dataclass(frozen=True, slots=True)
class Data:
    """A program along one of its names, by torch in float64.

    Attributes:
        at, value, slope: the place where the secant becomes the tangent.
        level: where the slope is 0.
    """

    curve: Curve
    at: float
    value: float
    slope: float
    secants: tuple[Secant, ...]
    level: tuple[Level, ...]

    def __post_init__(self) -> None:
        check_finite("the place of the tangent", self.at, self.value, self.slope)
        check_count("secants", self.secants, 1, _MOST_STEPS)
        check_count("levels", self.level, 0, _COUNT)
        check_drawn(self.curve, _COUNT)
        for secant in self.secants:
            check_drawn(secant.near, _COUNT)


def record(request: Request) -> Data:
    """What torch says of the curve.

    Raises:
        InputError: no name is free, the range is empty, a step is 0, or nothing is finite on the
            curve or at its place.
    """
    from graphgen.course.runs.sampling import free_name, number_of, sample, spread
    from graphgen.course.runs.stationary import stationary

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    at = number_of(request.values.get(name), name)
    held = {key: value for key, value in request.values.items() if key != name}
    reach = max(_REACH, 2.0 * abs(at)) if abs(at) > 1e3 else _REACH
    low, high = range_of(request, at - reach, at + reach)
    curve = sample(program, name, spread(low, high, _COUNT), held).checked()
    steps = _steps(request, (high - low) / 2)
    here = sample(program, name, (at, *(at + h for h in steps)), held)
    _check(here, name)
    secants = []
    for h, y in zip(steps, here.ys[1:], strict=True):
        first, last = sorted((at - _BEFORE * h, at + _AFTER * h))
        near = sample(program, name, spread(first, last, _NEAR), held)
        secants.append(Secant(h, y, (y - here.ys[0]) / h, near))
    level = tuple(Level(*each) for each in stationary(program, held, curve))
    return Data(curve, at, here.ys[0], here.slopes[0], tuple(secants), level)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.curve.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The curve, the secant under a magnifier, then the tangent sliding along."""
    return draw_tangent(data, TimelineBuilder(title, theme, frame))


def _steps(request: Request, reach: float) -> list[float]:
    """How far the second place is, from wide to narrow."""
    given = request.options["h"]
    if not given:
        return [float(f"{share * reach:.3g}") for share in _STEPS]
    if len(given) > _MOST_STEPS or not all(h and math.isfinite(h) for h in given):
        raise InputError(
            f"up to {_MOST_STEPS} steps that aren't 0: got {', '.join(map(number, given))}; give "
            "others with --h"
        )
    return list(given)


def _check(here: Curve, name: str) -> None:
    """Nothing, where the result and the slope at a place are finite."""
    for what, value in (("result", here.ys[0]), ("slope", here.slopes[0])):
        if not math.isfinite(value):
            raise InputError(
                f"a place with a finite slope: got the {what} {value} at {name[:60]} = "
                f"{here.xs[0]:g}; choose another with --set"
            )


SCENE = Scene(
    name="tangent",
    order=10,
    summary="A curve, the secant that becomes its tangent, and the slope along it.",
    program="y = 0.5 * (x - 3) ** 2",
    values={"x": 4.5},
    examples=(
        'tangent "y = 0.5 * (x - 3) ** 2" --set x=4.5 -o tangent.mp4',
        'tangent "sin(x) + 0.1 * x ** 2" --from -6 --to 6 -o slope.svg --theme light',
        'tangent "x ** 3 - 3 * x" --set x=-0.5 --h 1 --h 0.1 --h 0.001 -o cubic.mp4',
    ),
    options=(
        Option("h", "numbers", (), "How far the second place is from the first, one or more; "
               "without any, five from wide to narrow."),
        *RANGE_OPTIONS,
    ),
    takes="a program with one free name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
