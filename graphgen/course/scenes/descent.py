"""Gradient descent along a curve of any program of one name: a step against the slope, again and
again, as a ball and as a table; then several learning rates side by side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from graphgen.course.lessons.curves import (
    RANGE_OPTIONS,
    calm,
    chart_of,
    check_drawn,
    range_of,
    thinned,
)
from graphgen.course.runs.checks import check_count, check_finite, check_lengths
from graphgen.course.runs.results import Curve
from graphgen.course.scene import Option, Request, Scene
from graphgen.course.trajectories import (
    Trajectory,
    Verdict,
    check_start,
    crossings,
    descend,
    in_words,
    verdict_of,
    word_of,
)
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import NAME_SIZE, Chart, padded
from graphgen.draw.elements import arrow, text
from graphgen.draw.labels import bracketed, phrase, phrase_width
from graphgen.draw.rooms import columns, grid, rows
from graphgen.draw.tables import Table
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.layout.measure import fitted, width
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Timeline
from graphgen.text.digits import number

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
    walk: Trajectory
    rates: tuple[Trajectory, ...]
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
    _draw_descent(data, builder)
    if data.rates:
        _draw_comparison(data, builder)
    return builder.build()


def _is_ranged(request: Request) -> bool:
    return request.options.get("from") is not None or request.options.get("to") is not None


def _around(walk: Trajectory) -> tuple[float, float]:
    """The middle of what a descent needs to be seen, and how far that reaches to either side."""
    start = walk.points[0][0]
    pairs = [(y, x) for (x,), y in zip(walk.points, walk.values, strict=True) if math.isfinite(y)]
    middle = min(pairs, default=(0.0, start))[1]
    away = abs(middle - start)
    if away > 1e-6 * abs(start):
        return middle, _BEYOND * away
    return start, _BEYOND * max(4.0, abs(start))


def _rates(curve: Curve, walk: Trajectory) -> list[float]:
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


def _away(walk: Trajectory) -> float:
    """How far the end of a descent is from where "diverging" is seen best."""
    first, last = walk.values[0], walk.values[-1]
    if not walk.is_finite or first <= 0 or last <= 0:
        return math.inf
    return abs(math.log(last / first / _GONE))


def _telling(tried: list[Trajectory], lowest: float) -> tuple[Trajectory, ...]:
    """One for each thing that can happen, from the smallest learning rate to the largest."""
    found: dict[Verdict, list[Trajectory]] = {}
    for walk in tried:
        found.setdefault(verdict_of(walk, lowest), []).append(walk)

    def come(walk: Trajectory) -> float:
        whole = walk.values[0] - lowest
        return (walk.values[0] - walk.values[-1]) / whole if whole > 0 else 0.0

    best: Mapping[Verdict, Trajectory] = {
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


_MOST_SHOWN = 13
_CAREFUL = 2
"""Steps that are told slowly, part by part."""
_FORMULA = 46.0
_SMALL_ARROW = 7.0
_HEAD, _MOST_HEAD = 20.0, 90.0
_GAP, _TABLE, _MOST_TABLE = 26.0, 0.444, 0.62
"""Between the curve and the table, and the share of the room that the table gets."""
_READABLE = 15.0


def _draw_descent(data: Data, builder: TimelineBuilder) -> None:
    """The curve, then the first descent along it, a step a row."""
    _FirstDescent(data, builder).play()


class _FirstDescent:
    """The first descent."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        is_still = not any(slope for (slope,) in data.walk.gradients)
        count = min(2, data.walk.steps + 1) if is_still else data.walk.steps + 1
        self.shown = thinned(count, _MOST_SHOWN, first=4)
        left, right = self._rooms()
        self.chart = chart_of(data.curve, "curve", left, self.theme)
        self.formula = (right.center.x, right.y + _FORMULA / 2, right.width)
        self.table = self._table(
            Box(right.x, right.y + _FORMULA, right.width, right.height - _FORMULA)
        )

    def _rooms(self) -> list[Box]:
        """For the curve, and for the formula with the table; as wide as the table needs it."""
        size, stage = self.builder.frame, self.builder.frame.stage
        if size.height > 1.2 * size.width:
            return rows(stage, [1.0, 1.15], 20.0)
        least = self._table(stage).least_width + _GAP
        share = min(max(least / (stage.width - _GAP), _TABLE), _MOST_TABLE)
        return columns(stage, [1 - share, share], _GAP)

    def _table(self, room: Box) -> Table:
        data, theme = self.data, self.theme
        names = (fitted(each, _HEAD, _MOST_HEAD) for each in (data.curve.name, data.curve.result))
        return Table(
            "steps", room, ("step", *names, "slope"),
            tuple(self._row(step) for step in self.shown), theme, self.builder.frame.smallest,
            (theme.quiet, theme.text, theme.forward, theme.backward),
        )  # fmt: skip

    def play(self) -> None:
        """All its steps."""
        self.open()
        self.start()
        for place, (step, next_) in enumerate(pairwise(self.shown)):
            self.go(place, step, next_)
        self.rest()

    def open(self) -> None:
        """The program, then its curve."""
        curve, builder, theme = self.data.curve, self.builder, self.theme
        builder.open("How does one get down a curve when only the slope is known?")
        builder.step(f"Which {curve.name} gives the lowest {curve.result}?")
        builder.add(self.chart.frame())
        builder.animate(0.6)
        builder.add(self.chart.curve("line", *curve.line, theme.forward, 3.0))
        builder.animate(1.6)
        builder.animate(0.6)

    def start(self) -> None:
        """Where the ball lies first."""
        x, y, slope = self._at(0)
        curve, builder = self.data.curve, self.builder
        builder.step(
            f"Start at {curve.name} = {number(x)}: {curve.result} is {number(y)}, and the slope is "
            f"{number(slope)}.",
            "start",
        )
        builder.add(self._ball(0), self.table.head(), self.table.row(0, is_lit=True))
        builder.animate(1.0)
        builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        builder.animate(1.4)

    def go(self, place: int, step: int, next_: int) -> None:
        """From one row of the table to the next."""
        builder, is_careful = self.builder, place < _CAREFUL
        x, y, slope = self._at(step)
        there = self._at(next_)[0]
        builder.step(self._told(step, next_), f"step {next_} of {self.data.walk.steps}")
        if next_ == step + 1:
            builder.add(self._formula(x, slope, there))
            builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        else:
            builder.remove("formula", "curve/tangent")
        builder.add(self._arrow(x, there, y))
        builder.animate(1.2 if is_careful else 0.4)
        builder.remove("curve/tangent")
        builder.add(self._ball(next_), self._trail(step, next_))
        builder.add(self.table.row(place + 1, is_lit=True))
        builder.animate(0.8 if is_careful else 0.6)
        builder.remove("curve/arrow")
        builder.animate(0.6 if is_careful else 0.4)

    def rest(self) -> None:
        """Where it has come to."""
        data, builder = self.data, self.builder
        x, y, slope = self._at(data.walk.steps)
        curve = data.curve
        builder.remove("formula")
        if data.walk.is_finite:
            told = (
                f"After {in_words(data.walk.steps)} {curve.name} is {number(x)} and {curve.result} "
                f"{number(y)}: near the lowest place the slope is small, and so are the steps."
                if abs(slope) < abs(data.walk.gradients[0][0])
                else f"After {in_words(data.walk.steps)} {curve.name} is {number(x)} and "
                f"{curve.result} {number(y)}."
            )
        else:
            told = f"After {in_words(data.walk.steps)} the numbers are too large: it has diverged."
        builder.step(told, "end")
        builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        builder.animate(1.0)
        builder.poster()
        builder.animate(1.6)

    def _told(self, step: int, next_: int) -> str:
        x, _, slope = self._at(step)
        there = self._at(next_)[0]
        name, rate = self.data.curve.name, number(self.data.walk.rate)
        if next_ > step + 1:
            return f"{next_ - step} steps more: {name} is {number(there)}."
        if slope == 0.0:
            return f"The slope is 0: {name} stays at {number(there)}."
        if step == 0:
            return (
                f"Step against the slope: {name} becomes {number(x)} − {rate} × "
                f"{bracketed(slope)} = {number(there)}."
            )
        way = "right" if there > x else "left"
        return (
            f"The slope is {number(slope)}: {number(abs(there - x))} to the {way}, "
            f"to {number(there)}."
        )

    def _at(self, step: int) -> tuple[float, float, float]:
        walk = self.data.walk
        return walk.points[step][0], walk.values[step], walk.gradients[step][0]

    def _row(self, step: int) -> tuple[str, ...]:
        return (str(step), *map(number, self._at(step)))

    def _ball(self, step: int) -> Element:
        x, y, _ = self._at(step)
        return self.chart.dot("ball", x, y, self.theme.text, 7.5, layer=6)

    def _trail(self, step: int, next_: int) -> Element:
        (x1, y1, _), (x2, y2, _) = self._at(step), self._at(next_)
        return self.chart.segment(
            f"trail/{next_}", (x1, y1), (x2, y2), self.theme.text, 1.4, layer=3
        )

    def _arrow(self, x: float, there: float, y: float) -> list[Element]:
        """How far it goes, along the axis."""
        start, end = self.chart.held(x, y), self.chart.held(there, y)
        if abs(end[0] - start[0]) < _SMALL_ARROW:
            return []
        return list(arrow("curve/arrow", [start, end], self.theme.shared, 2.6, 10.0, layer=4))

    def _formula(self, x: float, slope: float, there: float) -> list[Element]:
        """The update, in numbers."""
        theme, (middle, y, room) = self.theme, self.formula
        pieces = [
            (f"{self.data.curve.name} ←", theme.quiet),
            (number(x), theme.text),
            (f"− {number(self.data.walk.rate)} ×", theme.quiet),
            (bracketed(slope), theme.backward),
            ("=", theme.quiet),
            (number(there), theme.text),
        ]
        self.builder.remove("formula")
        sizes = (_READABLE, self.builder.frame.smallest)
        ways = [(told, size) for size in sizes for told in (pieces, pieces[1:])]
        told = next((told for told, size in ways if phrase_width(told, size) <= room), pieces[-1:])
        return phrase("formula", told, middle, y, 22.0, room=room)


_MOST_BEATS = 20
_VERDICT, _BOLD = 15.0, 1.2
"""The font size of a verdict, and how much wider bold text is."""
_MOST_AXIS = 84.0
"""The room that the numbers along an axis take, and a gap."""
_ABOVE = 2.5
"""How high a room reaches, beside the start's height above the lowest place."""


def _draw_comparison(data: Data, builder: TimelineBuilder) -> None:
    """A descent for each learning rate, all at once; then what each turned out to be."""
    _RateComparison(data, builder).play()


class _RateComparison:
    """Several learning rates from one start, each in a room of its own."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        rooms = grid(builder.frame, builder.frame.stage, len(data.rates))
        self.charts = [
            Chart(
                f"rate/{at}", room, (data.wide.xs[0], data.wide.xs[-1]), _seen(data), self.theme,
                data.wide.name, _heading(walk.rate, verdict, room),
            )
            for at, (room, walk, verdict) in enumerate(
                zip(rooms, data.rates, data.verdicts, strict=True)
            )
        ]  # fmt: skip

    def play(self) -> None:
        """All its steps."""
        data, builder, curve = self.data, self.builder, self.data.wide
        builder.remove("curve", "steps", "formula")
        count = len(data.rates)
        told = {1: "another learning rate"}.get(count, f"{word_of(count)} learning rates")
        builder.step(f"The same start with {told}.", "learning rates")
        for chart in self.charts:
            builder.add(chart.frame())
            line = chart.curve("line", *curve.line, self.theme.forward, 2.2, 0.75)
            builder.add(line)
        builder.animate(1.0)
        for at, walk in enumerate(data.rates):
            builder.add(self._ball(at, walk, 0))
        builder.animate(1.0)
        longest = max(walk.steps for walk in data.rates)
        shown = thinned(longest + 1, _MOST_BEATS, first=4)
        builder.step(f"{in_words(longest).capitalize()} for each of them.", "learning rates")
        for step, next_ in pairwise(shown):
            for at, walk in enumerate(data.rates):
                self._go(at, walk, step, next_)
            builder.animate(0.6 if next_ <= 3 else 0.4)
        builder.animate(0.4)
        for at, walk in enumerate(data.rates):
            self._judge(at, walk)
        builder.step(_summary(data), "learning rates")
        builder.animate(2.4)

    def _go(self, at: int, walk: Trajectory, step: int, next_: int) -> None:
        last = walk.steps
        if step >= last:
            return
        chart, builder = self.charts[at], self.builder
        next_ = min(next_, last)
        start, end = ((walk.points[k][0], walk.values[k]) for k in (step, next_))
        builder.add(self._ball(at, walk, next_))
        builder.add(chart.segment(f"trail/{next_}", start, end, self.theme.text, 1.2, layer=3))

    def _ball(self, at: int, walk: Trajectory, step: int) -> Element:
        return self.charts[at].dot("ball", *_place(walk, step), self.theme.text, 6.0, layer=6)

    def _judge(self, at: int, walk: Trajectory) -> None:
        data, builder, theme = self.data, self.builder, self.theme
        verdict = data.verdicts[at]
        builder.step(_judged(walk, verdict, data), verdict)
        chart = self.charts[at]
        ink = {
            "right": theme.loss.text, "diverging": theme.alarm, "overshooting": theme.shared,
        }.get(verdict, theme.backward)  # fmt: skip
        right, y = chart.inner.x + chart.inner.width, chart.box.y + 9
        builder.add(text(f"rate/{at}/verdict", verdict, right, y, _VERDICT, ink, 1, is_bold=True))
        builder.add(chart.dot("ball", *_place(walk, walk.steps), ink, 7.0, layer=6))
        builder.animate(2.2)


def _heading(rate: float, verdict: str, room: Box) -> str:
    """A learning rate above its room, shorter where its verdict needs the place."""
    free = room.width - _MOST_AXIS - _BOLD * width(verdict, _VERDICT)
    told = number(rate)
    ways = (f"learning rate {told}", f"rate {told}")
    return next((each for each in ways if width(each, NAME_SIZE) <= free), told)


def _place(walk: Trajectory, step: int) -> tuple[float, float]:
    """Where a ball lies; where it has no height any more, above everything."""
    x, y = walk.points[step][0], walk.values[step]
    return x, math.inf if math.isnan(y) else y


def _seen(data: Data) -> tuple[float, float]:
    """The results that every room shows: from the lowest to above the common start."""
    first = data.walk.values[0]
    high = data.lowest + _ABOVE * (first - data.lowest) if math.isfinite(first) else 0.0
    ys = [y for y in calm(data.wide.ys) if y <= high] or calm(data.wide.ys)
    return padded([*ys, data.lowest, *([high] if high > data.lowest else [])])


def _judged(walk: Trajectory, verdict: Verdict, data: Data) -> str:
    """What a learning rate turned out to be, with its numbers."""
    rate, steps = number(walk.rate), in_words(walk.steps)
    first, last = number(walk.values[0]), number(walk.values[-1])
    result = data.wide.result
    slopes = [slope for (slope,) in walk.gradients]
    return {
        "too small": f"{rate} is too small: {steps} take {result} from {first} to {last} only.",
        "right": f"{rate} is right: {steps} take {result} from {first} to {last}.",
        "overshooting": f"{rate} overshoots: it crosses the valley {crossings(slopes)} times on "
        f"its way from {first} to {last}.",
        "diverging": f"{rate} diverges: each step goes further away, from {first} to {last}.",
        "at rest": f"With {rate} nothing moves: the slope is 0 at the start.",
    }[verdict]


def _summary(data: Data) -> str:
    right = [
        walk for walk, verdict in zip(data.rates, data.verdicts, strict=True) if verdict == "right"
    ]
    if right and len(data.rates) > 1:
        best = number(min(right, key=lambda walk: walk.values[-1]).rate)
        return f"Too small is slow, too large overshoots or diverges; {best} is right here."
    return "The learning rate decides how far each slope carries."


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
