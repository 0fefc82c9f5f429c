"""Gradient descent along a curve of any program of one name: a step against the slope, again and
again, as a ball and as a table; then several learning rates side by side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from graphgen.course.checks import check_count, check_finite, check_lengths
from graphgen.course.curves import (
    RANGE_OPTIONS,
    Curve,
    calm,
    chart_of,
    check_drawn,
    range_of,
    thinned,
)
from graphgen.course.scene import Option, Request, Scene
from graphgen.course.trajectories import (
    Trajectory,
    Verdict,
    check_start,
    descend,
    last_finite,
    overflows,
    rises_each_step,
    verdict_of,
    wide_crossings,
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
from graphgen.text.catalogue import ByNumber
from graphgen.text.catalogue import Table as Sentences
from graphgen.text.digits import number

__all__ = ["SCENE", "Data", "draw", "record", "title"]

_COUNT = 241
_MOST_RATES, _TRIED = 6, 20
_BEYOND = 1.25
_WIDER = 1.6
_FURTHER, _SEARCHED = 1.5, 481
"""How far to either side a lower valley is looked for, beside the width of the curve, and at how
many places."""
_MARGIN = 0.06
_LOWER = 0.05
"""By how much something is lower, as a share of the way down, to be spoken of as lower."""
_LEVEL_END = 0.1
"""A slope is spoken of as small where it is so small beside the first one."""
_SHARES = (
    0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.0,
    1.3, 1.6, 1.8, 1.9, 2.05, 2.1, 2.2, 2.5, 3.0, 5.0, 10.0,
)  # fmt: skip
"""Learning rates to try, as multiples of the one that is best on a parabola: 1 / curvature."""
_SLOW, _SWINGING, _DONE, _GONE = 0.25, 0.8, 0.999, 2.5
"""The shares of the way down at which "too small", "overshooting" and "right" are seen best, and
how many times as high as the start "diverging" is."""


SENTENCES = Sentences(
    "descent",
    {
        "question": "How does one get down a curve when only the slope is known?",
        "goal": "Which {name} gives the lowest {result}?",
        "start": "Start at {name} = {x}: {result} is {y}, and the slope is {slope}.",
        "step.first": "Step against the slope: {name} becomes {x} − {rate} × {slope} = {next}.",
        "step.left": "The slope is {slope}: {length} to the left, to {next}.",
        "step.right": "The slope is {slope}: {length} to the right, to {next}.",
        "step.level": "The slope is 0: {name} stays at {next}.",
        "step.skipped": ByNumber(
            "count",
            one="One more step: {name} is {next}.",
            many="{count:,} more steps: {name} is {next}.",
        ),
        "end.lowest": ByNumber(
            "count",
            one="After one step {name} is {x} and {result} is {y}: near the lowest place of this "
            "curve the slope is small, and so are the steps.",
            many="After {count:,} steps {name} is {x} and {result} is {y}: near the lowest place "
            "of this curve the slope is small, and so are the steps.",
        ),
        "end.valley": ByNumber(
            "count",
            one="After one step {result} is {y}, and the slope is small; but at about {name} = "
            "{lowest_x} the curve goes down to {lowest_y}.",
            many="After {count:,} steps {result} is {y}, and the slope is small; but at about "
            "{name} = {lowest_x} the curve goes down to {lowest_y}.",
        ),
        "end.smaller": ByNumber(
            "count",
            one="After one step {name} is {x} and {result} is {y}: the slope is smaller than at "
            "the start, and so is the next step.",
            many="After {count:,} steps {name} is {x} and {result} is {y}: the slope is smaller "
            "than at the start, and so are the steps.",
        ),
        "end.plain": ByNumber(
            "count",
            one="After one step {name} is {x} and {result} is {y}.",
            many="After {count:,} steps {name} is {x} and {result} is {y}.",
        ),
        "end.overflow": ByNumber(
            "count",
            one="After one step the numbers are too large to compute with: it has diverged.",
            many="After {count:,} steps the numbers are too large to compute with: it has "
            "diverged.",
        ),
        "end.undefined": ByNumber(
            "count",
            one="The first step leads to {name} = {x}, where {result} has no value.",
            many="Step {count:,} leads to {name} = {x}, where {result} has no value.",
        ),
        "rates": ByNumber(
            "count",
            one="The same start with another learning rate.",
            many="The same start with {count} learning rates.",
        ),
        "rates.steps": ByNumber(
            "count", one="One step for each of them.", many="{count:,} steps for each of them."
        ),
        "too small": ByNumber(
            "count",
            one="{rate} is too small: one step takes {result} from {first} to {last} only.",
            many="{rate} is too small: {count:,} steps take {result} from {first} to {last} only.",
        ),
        "right": ByNumber(
            "count",
            one="{rate} is right: one step takes {result} from {first} to {last}.",
            many="{rate} is right: {count:,} steps take {result} from {first} to {last}.",
        ),
        "overshooting": ByNumber(
            "count",
            one="{rate} overshoots: it crosses the valley once on its way from {first} to {last}.",
            many="{rate} overshoots: it crosses the valley {count} times on its way from {first} "
            "to {last}.",
        ),
        "overshooting.wobbles": "{rate} overshoots: it goes to and fro across the valley on its "
        "way from {first} to {last}.",
        "overshooting.higher": ByNumber(
            "count",
            one="{rate} overshoots: after one step {result} is {last}, higher than at the start.",
            many="{rate} overshoots: after {count:,} steps {result} is {last}, higher than at the "
            "start.",
        ),
        "diverging": "{rate} diverges: each step leads further up, from {first} to {last}.",
        "diverging.end": ByNumber(
            "count",
            one="{rate} diverges: one step takes {result} from {first} up to {last}.",
            many="{rate} diverges: {count:,} steps take {result} from {first} up to {last}.",
        ),
        "diverging.climbs": ByNumber(
            "count",
            one="{rate} diverges: {result} climbs from {first} to {last}, and after one step the "
            "numbers are too large to compute with.",
            many="{rate} diverges: {result} climbs from {first} to {last}, and after {count:,} "
            "steps the numbers are too large to compute with.",
        ),
        "diverging.overflow": ByNumber(
            "count",
            one="{rate} diverges: after one step the numbers are too large to compute with.",
            many="{rate} diverges: after {count:,} steps the numbers are too large to compute "
            "with.",
        ),
        "diverging.undefined": ByNumber(
            "count",
            one="{rate} is too large: the first step leads to where {result} has no value.",
            many="{rate} is too large: step {count:,} leads to where {result} has no value.",
        ),
        "at rest": "With {rate} nothing moves: the slope is 0 at the start.",
        "summary": "Too small is slow, too large overshoots or diverges; {best} is right here.",
        "summary.lowest": "Of these learning rates {best} leads furthest down, to {last}.",
        "summary.plain": "The learning rate decides how far each slope carries.",
        "heading": "learning rate {rate}",
        "heading.short": "rate {rate}",
        "off": "{name} = {value}",
    },
)


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
    from graphgen.course.sampling import free_name, number_of, sample, spread

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    start = number_of(request.values.get(name), name, otherwise=0.0)
    held = {key: value for key, value in request.values.items() if key != name}
    steps, asked_rates = int(request.options["steps"]), request.options["rates"]
    if len(asked_rates) > _MOST_RATES:
        raise InputError(
            f"at most {_MOST_RATES} learning rates: got {len(asked_rates)}; give fewer"
        )
    walk = descend(program, {name: start}, held, "sgd", request.options["lr"], steps)
    check_start(walk, (name,))
    middle, reach = _around(walk)
    low, high = range_of(request, middle - reach, middle + reach)
    lower = None
    if not _is_ranged(request):
        far = (high - low) * _FURTHER
        around = sample(program, name, spread(low - far, high + far, _SEARCHED), held)
        lower = _lower_valley(around, walk)
        if lower is not None:
            room = _MARGIN * (max(high, lower) - min(low, lower))
            low, high = min(low, lower - room), max(high, lower + room)
    curve = sample(program, name, spread(low, high, _COUNT), held).checked()
    far = _WIDER * (high - low) / 2
    ends = (low, high) if _is_ranged(request) else ((low + high) / 2 - far, (low + high) / 2 + far)
    wide = sample(program, name, spread(*ends, _COUNT), held)
    tried = [
        descend(
            program, {name: start}, held, "sgd", rate, steps if asked_rates else min(steps, _TRIED)
        )
        for rate in asked_rates or _rates(curve, walk)
    ]
    seen = wide.ys if lower is not None else ()
    met = (curve.ys, seen, *(each.values for each in (walk, *tried)))
    lowest = min(y for ys in met for y in ys if math.isfinite(y))
    rates = tuple(tried) if asked_rates else _instructive(tried, lowest)
    return Data(curve, wide, walk, rates, tuple(verdict_of(w, lowest) for w in rates), lowest)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.curve.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The first descent, ball and table; then the learning rates side by side.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    builder = TimelineBuilder(title, theme, frame)
    _FirstDescent(data, builder).play()
    if data.rates:
        _RateComparison(data, builder).play()
    return builder.build()


def _is_ranged(request: Request) -> bool:
    return request.options.get("from") is not None or request.options.get("to") is not None


def _lower_valley(curve: Curve, walk: Trajectory) -> float | None:
    """Where a curve has its lowest valley, if a descent ended well above that."""
    end = walk.values[-1]
    if not (walk.is_finite and end < walk.values[0]):
        return None
    valleys = [
        (y, x)
        for x, before, y, after in zip(
            curve.xs[1:], curve.ys, curve.ys[1:], curve.ys[2:], strict=False
        )
        if before > y < after
    ]
    y, x = min(valleys, default=(math.inf, 0.0))
    return x if y < end - _LOWER * (walk.values[0] - y) else None


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


def _instructive(tried: list[Trajectory], lowest: float) -> tuple[Trajectory, ...]:
    """One for each thing that can happen, from the smallest learning rate to the largest."""
    by_verdict: dict[Verdict, list[Trajectory]] = {}
    for walk in tried:
        by_verdict.setdefault(verdict_of(walk, lowest), []).append(walk)

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
        for verdict, some in by_verdict.items()
    }
    return tuple(sorted(best.values(), key=lambda walk: walk.rate))


_MOST_SHOWN, _MOST_ROWS = 13, 24
"""So many moments are shown of a long descent; all of one that has no more, where the table has
room for their rows."""
_CAREFUL = 2
"""Steps that are told slowly, part by part."""
_FORMULA = 46.0
_SMALL_ARROW = 7.0
_HEAD, _MOST_HEAD = 20.0, 90.0
_GAP, _TABLE, _MOST_TABLE = 26.0, 0.444, 0.62
"""Between the curve and the table, and the share of the room that the table gets."""
_READABLE = 15.0
_SHORT = 12
"""So many letters of a result's name have room beside an arrow."""


class _FirstDescent:
    """The first descent."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        is_still = not any(slope for (slope,) in data.walk.gradients)
        count = min(2, data.walk.steps + 1) if is_still else data.walk.steps + 1
        self.shown = list(range(count))
        if count > _MOST_SHOWN and (count > _MOST_ROWS or count > self._most_rows()):
            self.shown = thinned(count, _MOST_SHOWN, first=4)
        left, right = self._rooms()
        self.chart = chart_of(data.curve, "curve", left, self.theme)
        self.formula = (right.center.x, right.y + _FORMULA / 2, right.width)
        self.table = self._table(
            Box(right.x, right.y + _FORMULA, right.width, right.height - _FORMULA)
        )

    def _most_rows(self) -> int:
        """How many rows the table has room for, in the smallest letters."""
        right = self._rooms()[1]
        return self._table(
            Box(right.x, right.y + _FORMULA, right.width, right.height - _FORMULA)
        ).most

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
        builder.open(SENTENCES.say("question"))
        builder.step(SENTENCES.say("goal", name=curve.name, result=curve.result))
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
            SENTENCES.say(
                "start",
                name=curve.name,
                x=number(x),
                result=curve.result,
                y=number(y),
                slope=number(slope),
            ),
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
        builder.step(self._caption(step, next_), f"step {next_} of {self.data.walk.steps}")
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
        builder.remove("formula")
        builder.step(_end_caption(data), "end")
        builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        builder.animate(1.0)
        builder.poster()
        builder.animate(1.6)

    def _caption(self, step: int, next_: int) -> str:
        x, _, slope = self._at(step)
        there, name = self._at(next_)[0], self.data.curve.name
        if next_ > step + 1:
            return SENTENCES.say("step.skipped", count=next_ - step, name=name, next=number(there))
        if slope == 0.0:
            return SENTENCES.say("step.level", name=name, next=number(there))
        if step == 0:
            return SENTENCES.say(
                "step.first", name=name, x=number(x), rate=number(self.data.walk.rate),
                slope=bracketed(slope), next=number(there),
            )  # fmt: skip
        return SENTENCES.say(
            "step.right" if there > x else "step.left",
            slope=number(slope), length=number(abs(there - x)), next=number(there),
        )  # fmt: skip

    def _at(self, step: int) -> tuple[float, float, float]:
        walk = self.data.walk
        return walk.points[step][0], walk.values[step], walk.gradients[step][0]

    def _row(self, step: int) -> tuple[str, ...]:
        return (str(step), *map(number, self._at(step)))

    def _ball(self, step: int) -> list[Element]:
        """The ball; where it has left the axes, an arrow there with how high it is."""
        x, y, _ = self._at(step)
        self.builder.remove("curve/off")
        if self.chart.holds(x, y):
            return [self.chart.dot("ball", x, y, self.theme.text, 7.5, layer=6)]
        self.builder.remove("curve/ball")
        words = _off(self.data.curve.result, y)
        before = self._at(max(step - 1, 0))[:2]
        return self.chart.off("off", before, (x, y), self.theme.text, words)

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
        ways = [(words, size) for size in sizes for words in (pieces, pieces[1:])]
        words = next(
            (words for words, size in ways if phrase_width(words, size) <= room), pieces[-1:]
        )
        return phrase("formula", words, middle, y, 22.0, room=room)


_MOST_BEATS = 20
_VERDICT, _BOLD = 15.0, 1.2
"""The font size of a verdict, and how much wider bold text is."""
_MOST_AXIS = 84.0
"""The room that the numbers along an axis take, and a gap."""
_ABOVE = 2.5
"""How high a room reaches, beside the start's height above the lowest place."""


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
        builder.step(SENTENCES.say("rates", count=count), "learning rates")
        for chart in self.charts:
            builder.add(chart.frame())
            line = chart.curve("line", *curve.line, self.theme.forward, 2.2, 0.75)
            builder.add(line)
        builder.animate(1.0)
        for at, walk in enumerate(data.rates):
            builder.add(self._ball(at, walk, 0))
        builder.animate(1.0)
        longest = max(walk.steps for walk in data.rates)
        moments = thinned(longest + 1, _MOST_BEATS, first=4)
        builder.step(SENTENCES.say("rates.steps", count=longest), "learning rates")
        for step, next_ in pairwise(moments):
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

    def _ball(self, at: int, walk: Trajectory, step: int, ink: str = "") -> list[Element]:
        """A ball; where it has left its room, an arrow there with how high it is."""
        chart, (x, y) = self.charts[at], _place(walk, step)
        ink, radius = (ink, 7.0) if ink else (self.theme.text, 6.0)
        self.builder.remove(f"{chart.key}/off")
        if chart.holds(x, y):
            return [chart.dot("ball", x, y, ink, radius, layer=6)]
        self.builder.remove(f"{chart.key}/ball")
        before = _place(walk, max(step - 1, 0))
        return chart.off("off", before, (x, y), ink, _off(self.data.wide.result, walk.values[step]))

    def _judge(self, at: int, walk: Trajectory) -> None:
        data, builder, theme = self.data, self.builder, self.theme
        verdict = data.verdicts[at]
        builder.step(_verdict_caption(walk, verdict, data), verdict)
        chart = self.charts[at]
        ink = {
            "right": theme.loss.text, "diverging": theme.alarm, "overshooting": theme.shared,
        }.get(verdict, theme.backward)  # fmt: skip
        right, y = chart.inner.x + chart.inner.width, chart.box.y + 9
        builder.add(text(f"rate/{at}/verdict", verdict, right, y, _VERDICT, ink, 1, is_bold=True))
        builder.add(self._ball(at, walk, walk.steps, ink))
        builder.animate(2.2)


def _heading(rate: float, verdict: str, room: Box) -> str:
    """A learning rate above its room, shorter where its verdict needs the place."""
    free = room.width - _MOST_AXIS - _BOLD * width(verdict, _VERDICT)
    words = number(rate)
    ways = (SENTENCES.say("heading", rate=words), SENTENCES.say("heading.short", rate=words))
    return next((each for each in ways if width(each, NAME_SIZE) <= free), words)


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


def _end_caption(data: Data) -> str:
    """Where the first descent has come to, and whether that is low."""
    walk, curve = data.walk, data.curve
    (x,), y, (slope,) = walk.points[-1], walk.values[-1], walk.gradients[-1]
    places = {"name": curve.name, "x": number(x), "result": curve.result, "y": number(y)}
    if not walk.is_finite:
        if overflows(walk):
            return SENTENCES.say("end.overflow", count=walk.steps)
        del places["y"]
        return SENTENCES.say("end.undefined", count=walk.steps, **places)
    lowest_x, lowest_y = _lowest_inside(curve)
    less = _LOWER * (walk.values[0] - min(y, lowest_y))
    first = abs(walk.gradients[0][0])
    if abs(slope) >= first:
        return SENTENCES.say("end.plain", count=walk.steps, **places)
    if abs(y - lowest_y) <= less:
        return SENTENCES.say("end.lowest", count=walk.steps, **places)
    if lowest_y < y - less and abs(slope) <= _LEVEL_END * first:
        del places["x"]
        return SENTENCES.say(
            "end.valley", count=walk.steps, **places,
            lowest_x=number(_about(lowest_x)), lowest_y=number(_about(lowest_y)),
        )  # fmt: skip
    return SENTENCES.say("end.smaller", count=walk.steps, **places)


def _lowest_inside(curve: Curve) -> tuple[float, float]:
    """Where a curve is lowest, and how low, if that isn't at one of its ends; else inf."""
    known = curve.known
    at = min(known, key=lambda place: curve.ys[place])
    is_end = at in (known[0], known[-1])
    return curve.xs[at], math.inf if is_end else curve.ys[at]


def _about(value: float) -> float:
    """A number with three digits: a place between samples is not known better."""
    return float(f"{value:.3g}")


def _off(result: str, y: float) -> str:
    """What stands beside an arrow to a ball outside of its room; nothing where it is no number."""
    if not math.isfinite(y):
        return ""
    value = number(y)
    return SENTENCES.say("off", name=result, value=value) if len(result) <= _SHORT else value


def _verdict_caption(walk: Trajectory, verdict: Verdict, data: Data) -> str:
    """What a learning rate turned out to be, with its numbers."""
    rate, result, steps = number(walk.rate), data.wide.result, walk.steps
    first, last = number(walk.values[0]), number(walk.values[-1])
    key, places = verdict_key(walk, verdict), {"rate": rate}
    match key:
        case "at rest":
            return SENTENCES.say(key, **places)
        case "overshooting":
            return SENTENCES.say(key, count=wide_crossings(walk), first=first, last=last, **places)
        case "overshooting.higher":
            return SENTENCES.say(key, count=steps, result=result, last=last, **places)
        case "diverging" | "overshooting.wobbles":
            return SENTENCES.say(key, first=first, last=last, **places)
        case "diverging.undefined":
            return SENTENCES.say(key, count=steps, result=result, **places)
        case "diverging.overflow":
            return SENTENCES.say(key, count=steps, **places)
        case "diverging.climbs":
            last = number(last_finite(walk.values))
    return SENTENCES.say(key, count=steps, result=result, first=first, last=last, **places)


def verdict_key(walk: Trajectory, verdict: Verdict) -> str:
    """Which sentence is true of a learning rate that turned out to be something."""
    if verdict == "overshooting":
        if walk.values[-1] > walk.values[0]:
            return "overshooting.higher"
        return verdict if wide_crossings(walk) else "overshooting.wobbles"
    if verdict != "diverging":
        return verdict
    if not walk.is_finite:
        if not overflows(walk):
            return "diverging.undefined"
        known = [value for value in walk.values if math.isfinite(value)]
        is_climbing = len(known) > 1 and rises_each_step(known)
        return "diverging.climbs" if is_climbing else "diverging.overflow"
    return "diverging" if rises_each_step(walk.values) else "diverging.end"


def _summary(data: Data) -> str:
    """What is to be learned from the learning rates."""
    by_verdict: dict[Verdict, list[Trajectory]] = {}
    for walk, verdict in zip(data.rates, data.verdicts, strict=True):
        by_verdict.setdefault(verdict, []).append(walk)
    right = by_verdict.get("right", [])
    has_all = "too small" in by_verdict and not {"overshooting", "diverging"}.isdisjoint(by_verdict)
    if right and has_all:
        best = min(right, key=lambda walk: walk.values[-1])
        return SENTENCES.say("summary", best=number(best.rate))
    finite = [walk for walk in data.rates if walk.is_finite]
    if len(data.rates) > 1 and finite:
        best = min(finite, key=lambda walk: walk.values[-1])
        if best.values[-1] < best.values[0]:
            last = number(best.values[-1])
            return SENTENCES.say("summary.lowest", best=number(best.rate), last=last)
    return SENTENCES.say("summary.plain")


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
