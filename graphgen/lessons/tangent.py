"""The tangent: a curve of any program of one name, the secant that becomes its tangent, and the
slope along the whole curve."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from graphgen.digits import number
from graphgen.errors import InputError
from graphgen.expression import parse
from graphgen.geometry import Box
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.lessons.curves import Curve
from graphgen.lessons.lesson import Kind, Option, Request
from graphgen.storyboard.bands import opening
from graphgen.storyboard.board import Size, Storyboard
from graphgen.storyboard.charts import Chart, padded
from graphgen.storyboard.elements import Element
from graphgen.storyboard.labels import tag
from graphgen.storyboard.making import Maker
from graphgen.storyboard.rooms import split
from graphgen.storyboard.tables import Table
from graphgen.theme import Theme

__all__ = ["KIND", "Data", "draw", "record", "title"]

KIND = Kind(
    name="tangent",
    summary="A curve, the secant that becomes its tangent, and the slope along it.",
    text="y = 0.5 * (x - 3) ** 2",
    values={"x": 4.5},
    examples=(
        'tangent "y = 0.5 * (x - 3) ** 2" --set x=4.5 -o tangent.mp4',
        'tangent "sin(x) + 0.1 * x ** 2" --from -6 --to 6 -o slope.svg --theme light',
    ),
    options=(
        Option("from", "number", None, "Where the curve begins."),
        Option("to", "number", None, "Where it ends."),
        Option("name", "text", "", "The name that is free, where several have no value."),
    ),
)

_COUNT = 241
_REACH = 4.0
_STEPS = (2.0, 1.0, 0.5, 0.1, 0.01)
_SLIDE = 25
"""Places at which the tangent stands while it slides."""

_EVEN = 1e-3
"""A slope that is so small beside the largest one counts as 0."""


@dataclass(frozen=True, slots=True)
class Secant:
    """The straight line through two places of a curve, `h` apart."""

    h: float
    y: float
    slope: float


@dataclass(frozen=True, slots=True)
class Data:
    """A program along one of its names, by torch in float64.

    Attributes:
        program: as the person wrote it; name and result: what runs along the axes.
        xs, ys, slopes: places, results, and d result / d name there, by autograd.
        at, value, slope: the place where the secant becomes the tangent.
        level: places between which the slope changes its sign, and its value there.
    """

    program: str
    name: str
    result: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    slopes: tuple[float, ...]
    at: float
    value: float
    slope: float
    secants: tuple[Secant, ...]
    level: tuple[tuple[float, float], ...]


def record(request: Request) -> Data:
    """What torch says of the curve.

    Raises:
        InputError: no name is free, the range is empty, or nothing on the curve is finite.
    """
    from graphgen.runs.sampling import free_name, sample, spread

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    held = {key: value for key, value in request.values.items() if key != name}
    at = _number(request.values.get(name, 1.0), name)
    low, high = _range(request, at)
    curve = sample(program, name, spread(low, high, _COUNT), held)
    pairs = zip(curve.ys, curve.slopes, strict=True)
    if not any(math.isfinite(y) and math.isfinite(slope) for y, slope in pairs):
        raise InputError(
            f"a curve with finite values from {low:g} to {high:g}: got none; "
            "choose another range with --from and --to"
        )
    reach = (high - low) / (2 * _REACH)
    steps = [h * reach for h in _STEPS]
    here = sample(program, name, (at, *(at + h for h in steps)), held)
    secants = tuple(
        Secant(h, y, (y - here.ys[0]) / h) for h, y in zip(steps, here.ys[1:], strict=True)
    )
    zeros = _zeros(program, name, held, curve)
    return Data(
        request.text, name, program.statements[-1].name or "y", curve.xs, curve.ys, curve.slopes,
        at, here.ys[0], here.slopes[0], secants, zeros,
    )  # fmt: skip


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def draw(data: Data, title: str, theme: Theme, size: Size) -> Storyboard:
    """The curve, the secant and its table, then the tangent sliding over its slope's own curve."""
    return _Drawing(data, Maker(title, theme, size)).board()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, maker: Maker) -> None:
        self.data, self.maker = data, maker
        self.theme, size = maker.theme, maker.size
        upper, lower = split(size, size.stage, [1.45, 1.0])
        across = (data.xs[0], data.xs[-1])
        self.curve = Chart(
            "curve", upper, across, padded(_calm(data.ys)), self.theme, data.name, data.result
        )
        self.slope = Chart(
            "slope", lower, across, padded((*_calm(data.slopes), 0.0)), self.theme, data.name,
            self.ratio,
        )  # fmt: skip
        rows = tuple((number(each.h), number(each.slope)) for each in data.secants)
        self.table = Table(
            "secants", _middle(lower), ("h", "slope of the secant"), rows, self.theme,
            size.smallest, (self.theme.text, self.theme.shared),
        )  # fmt: skip

    @property
    def ratio(self) -> str:
        """What a slope is called."""
        return f"d{self.data.result}/d{self.data.name}"

    def board(self) -> Storyboard:
        """All steps."""
        self.open()
        self.secants()
        self.tangent()
        self.slide()
        self.level()
        return self.maker.board()

    def open(self) -> None:
        """The program, then its curve."""
        data, maker = self.data, self.maker
        maker.step("How steep is a curve at one place?")
        maker.put(opening(maker.title, maker.size, self.theme))
        maker.beat(1.6)
        maker.drop("title")
        maker.step(f"For each {data.name} the program gives one {data.result}: a curve.")
        maker.put(self.curve.frame())
        maker.beat(0.6)
        maker.put(self.curve.curve("line", data.xs, data.ys, self.theme.forward, 3.0))
        maker.beat(1.8)
        maker.beat(0.6)

    def secants(self) -> None:
        """Two places h apart, and the line through them, for smaller and smaller h."""
        data, maker, theme = self.data, self.maker, self.theme
        at = (data.at, data.value)
        maker.step(
            f"At {data.name} = {number(data.at)}, {data.result} is {number(data.value)}.", "secant"
        )
        maker.put(self.curve.dot("here", *at, theme.text, 6.5), self.table.head())
        maker.beat(1.4)
        for index, secant in enumerate(data.secants):
            maker.step(
                f"A step of h = {number(secant.h)} further: the line through both places has the "
                f"slope {number(secant.slope)}.",
                "secant",
                f"The rise, {number(secant.y - data.value)}, over the step, {number(secant.h)}.",
            )
            there = (data.at + secant.h, secant.y)
            ends = self._through(secant.slope)
            maker.put(self.curve.segment("secant", *ends, theme.shared, 2.4))
            maker.put(self.curve.dot("there", *there, theme.shared, 5.5))
            maker.put(self.table.row(index, is_lit=True))
            maker.beat(1.2)
            maker.beat(0.6 if index else 1.0)

    def tangent(self) -> None:
        """What the secants come to."""
        data, maker, theme = self.data, self.maker, self.theme
        maker.step(
            f"As h goes to 0 the secant becomes the tangent: its slope is {number(data.slope)}, "
            "which is what autograd gives.",
            "tangent",
        )
        maker.drop("curve/there", "curve/secant")
        maker.put(self.curve.tangent("tangent", data.at, data.value, data.slope, theme.backward))
        maker.put(self._slope_tag(data.at, data.value, data.slope))
        maker.beat(1.2)
        maker.beat(1.4)

    def slide(self) -> None:
        """The tangent along the whole curve; its slope draws a curve of its own."""
        data, maker, theme = self.data, self.maker, self.theme
        maker.step(
            f"Slide along the curve: the slope at each {data.name} is a curve, too.", "slope"
        )
        maker.drop("secants")
        maker.put(self.slope.frame())
        start = _first_finite(data)
        maker.put(*self._standing(start))
        maker.beat(1.2)
        places = [round(start + (len(data.xs) - 1 - start) * k / _SLIDE) for k in range(_SLIDE + 1)]
        for index in places[1:]:
            if not (math.isfinite(data.ys[index]) and math.isfinite(data.slopes[index])):
                continue
            maker.put(*self._standing(index))
            so_far = slice(start, index + 1)
            maker.put(
                self.slope.curve("line", data.xs[so_far], data.slopes[so_far], theme.backward, 3.0)
            )
            maker.beat(0.2, ease="even")
        maker.beat(0.8)

    def level(self) -> None:
        """Where the slope is 0."""
        data, maker, theme = self.data, self.maker, self.theme
        where = " and ".join(number(x) for x, _ in data.level)
        if data.level:
            maker.step(
                f"The slope is 0 at {data.name} = {where}: there the curve is level.", "slope"
            )
        else:
            maker.step(f"From {number(data.xs[0])} to {number(data.xs[-1])} the slope is never 0.")
        maker.drop("curve/here", "curve/tangent", "curve/slope")
        for index, (x, y) in enumerate(data.level):
            maker.put(self.curve.tangent(f"level/{index}", x, y, 0.0, theme.backward, 60.0))
            maker.put(self.curve.dot(f"level/{index}/dot", x, y, theme.text, 6.5))
            maker.put(self.slope.dot(f"level/{index}", x, 0.0, theme.text, 6.5))
        maker.beat(1.0)
        maker.beat(2.0)

    def _through(self, slope: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Two places at the edges of the chart on the line of a slope through where we are."""
        data = self.data
        low, high = self.curve.xs
        first, last = (data.value + slope * (x - data.at) for x in (low, high))
        return (low, first), (high, last)

    def _standing(self, index: int) -> list[Element]:
        """The dot, the tangent and its slope at one of the curve's places."""
        data, theme = self.data, self.theme
        x, y, slope = data.xs[index], data.ys[index], data.slopes[index]
        return [
            self.curve.dot("here", x, y, theme.text, 6.5),
            self.curve.tangent("tangent", x, y, slope, theme.backward),
            *self._slope_tag(x, y, slope),
            self.slope.dot("here", x, slope, theme.backward, 6.0),
        ]

    def _slope_tag(self, x: float, y: float, slope: float) -> list[Element]:
        px, py = self.curve.held(x, y)
        inner = self.curve.inner
        above = py - 30 if py > inner.y + 60 else py + 34
        return tag(
            "curve/slope", f"slope {number(slope)}", px, above, 17.0, self.theme.backward,
            self.theme, inner,
        )  # fmt: skip


def _number(value: object, name: str) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise InputError(f"one number for {name!r}, along which the curve runs: got a list")


def _range(request: Request, at: float) -> tuple[float, float]:
    low, high = request.options.get("from"), request.options.get("to")
    low = at - _REACH if low is None else float(low)
    high = max(at, low) + _REACH if high is None else float(high)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"a range from a smaller to a larger number: got {low:g} to {high:g}")
    return low, high


def _zeros(
    program: Program, name: str, held: Mapping[str, Value], curve: Curve
) -> tuple[tuple[float, float], ...]:
    """Where the slope changes its sign, found to float64's precision by halving."""
    from graphgen.runs.sampling import sample

    found: list[float] = []
    pairs = zip(curve.xs, curve.slopes, strict=True)
    points = [(x, slope) for x, slope in pairs if math.isfinite(slope)]
    for (x1, s1), (x2, s2) in pairwise(points):
        if s1 == 0.0 and (not found or found[-1] < x1):
            found.append(x1)
        elif s1 * s2 < 0:
            low, high = x1, x2
            for _ in range(60):
                middle = (low + high) / 2
                slope = sample(program, name, [middle], held).slopes[0]
                low, high = (middle, high) if slope * s1 > 0 else (low, middle)
            found.append((low + high) / 2)
    here = sample(program, name, found[:6], held)
    return tuple(zip(here.xs, here.ys, strict=True))


def _calm(values: tuple[float, ...]) -> list[float]:
    """The finite values, without the few that lie far outside, as at a pole."""
    finite = sorted(value for value in values if math.isfinite(value))
    if not finite:
        return []
    low, high = finite[len(finite) // 20], finite[-1 - len(finite) // 20]
    room = 3 * max(high - low, 1e-300)
    return [value for value in finite if low - room <= value <= high + room]


def _first_finite(data: Data) -> int:
    return next(
        index
        for index, (y, slope) in enumerate(zip(data.ys, data.slopes, strict=True))
        if math.isfinite(y) and math.isfinite(slope)
    )


def _middle(box: Box) -> Box:
    return Box(box.x, box.y + box.height * 0.16, box.width, box.height * 0.68)
