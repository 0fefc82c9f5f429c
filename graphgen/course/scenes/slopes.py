"""The slopes of activation functions, and what many of them in a row do to a gradient: it vanishes,
or explodes."""

import math
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from graphgen.course.checks import check_count, check_finite, check_lengths, check_rising
from graphgen.course.curves import Curve, calm, check_drawn
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart, padded
from graphgen.draw.elements import line, text
from graphgen.draw.glyphs import MOST, glyph, tints
from graphgen.draw.rooms import grid, rows, split
from graphgen.draw.tables import Table
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.values import Value
from graphgen.layout.measure import fitted
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Timeline
from graphgen.text.catalogue import ByNumber, listed, paragraph
from graphgen.text.catalogue import Table as Sentences
from graphgen.text.digits import number
from graphgen.text.formulas import pretty, shortened

__all__ = [
    "SCENE",
    "Data",
    "Function",
    "Jump",
    "Stack",
    "arrival",
    "draw",
    "jumps_of",
    "record",
    "stacked",
    "title",
]

Along = Callable[[Sequence[float]], Curve]
"""Gives a curve at places."""
Sampled = tuple[float, float, float]
"""A place, the result there, and its slope."""
Arrival = Literal["same", "other", "shrinks", "grows", "nothing", "overflow", "undefined"]

_CHOICES = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "leaky_relu", "softplus")

SENTENCES = Sentences(
    "slopes",
    {
        "title": "Slopes of {names}",
        "question": "How much of a gradient does a function let through?",
        "functions": "The functions themselves.",
        "slopes": "Their slopes: what a gradient is multiplied by on its way back.",
        "slopes.jump": "Their slopes: what a gradient is multiplied by on its way back. Where a "
        "line is broken, the slope jumps.",
        "at": "At {place} the slopes are {slopes}.",
        "at.one": "At {place} the slope of {name} is {slope}.",
        "corner": ByNumber(
            "count",
            one="{names} has a corner there, and no slope: that number is autograd's choice.",
            many="{names} have a corner there, and no slope: those numbers are autograd's choice.",
        ),
        "slope of": "{slope} for {name}",
        "steepest": "The steepest slopes, to three digits: {slopes}.",
        "steepest.one": "The steepest slope of {name}, to three digits, is {slope}.",
        "endless": ByNumber(
            "count",
            one="The slope of {names} has no bound.",
            many="The slopes of {names} have no bound.",
        ),
        "rows": ByNumber(
            "count",
            one="One layer: a gradient of 1 at the end goes back through it.",
            many="{count:,} layers in a row: a gradient of 1 at the end goes back through all of "
            "them.",
        ),
        "rows.why": "Each layer multiplies by its weight and applies the function; on the way back "
        "each multiplies the gradient by its weight and its slope.",
        "back.same": "{name}, times {weight} in each layer: the gradient of 1 arrives unchanged.",
        "back.other": "{name}, times {weight} in each layer: the gradient of 1 arrives as {left}.",
        "back.shrinks": "{name}, times {weight} in each layer: the gradient of 1 shrinks to "
        "{left}.",
        "back.grows": "{name}, times {weight} in each layer: the gradient of 1 grows to {left}.",
        "back.nothing": "{name}, times {weight} in each layer: nothing of the gradient arrives.",
        "back.overflow": "{name}, times {weight} in each layer: the gradient becomes too large to "
        "compute with.",
        "back.undefined": "{name}, times {weight} in each layer: the gradient is no number at the "
        "end.",
        "row": "{name} times {weight}",
        "summary.neither": "Through these rows the gradient neither vanishes nor explodes.",
        "summary.vanishes": "The gradient vanishes in {rows}.",
        "summary.explodes": "The gradient explodes in {rows}.",
        "summary.both": "The gradient vanishes in {small}, and it explodes in {large}.",
        "many rows": ByNumber("count", one="one of the rows", many="{count} of the rows"),
        "slope": "slope {slope}",
        "axis": "gradient, each layer times {weight}",
        "axis.across": "layer",
        "table": "each layer times",
    },
)

_COUNT = 161
_LONGEST = 28
_JUMP, _STAYS = 0.03, 0.5
"""The share of all slopes that a jump is at least, and what is left of it when places are near."""
_HALVINGS = 30
_ENDLESS = 100.0
"""A slope that grows so many times as large between two places of a curve has no bound there."""
_MOST_PLACES, _MOST_WEIGHTS, _MOST_LAYERS = 8, 3, 1_001


@dataclass(frozen=True, slots=True)
class Jump:
    """Where a slope jumps.

    Attributes:
        x, next: two places that are nearly one, between which it jumps.
        before, after: the slopes there.
        is_endless: whether the slopes have no bound there, as at a pole.
    """

    x: float
    next: float
    before: float
    after: float
    is_endless: bool = False

    def __post_init__(self) -> None:
        check_rising("the two places of a jump", (self.x, self.next))
        check_finite("the slopes at a jump", self.before, self.after)


@dataclass(frozen=True, slots=True)
class Function:
    """A function along x.

    Attributes:
        name: "tanh", or a program's text as mathematics is written.
        curve: its values and slopes; told: those at the places that are told.
        jumps: where its slope jumps, as at a corner or a pole.
    """

    name: str
    curve: Curve
    told: Curve
    jumps: tuple[Jump, ...] = ()

    def __post_init__(self) -> None:
        check_drawn(self.curve, _COUNT)
        check_count("places of a function", self.told.xs, 1, _MOST_PLACES)
        check_count("jumps of a slope", self.jumps, 0, _COUNT)

    @property
    def slope_line(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Places and slopes as they are drawn: parted by a nan where the slope jumps."""
        places = list(zip(self.curve.xs, _known_slopes(self.curve), strict=True))
        for jump in self.jumps:
            sides = [(jump.x, jump.before), (jump.x, math.nan), (jump.next, jump.after)]
            places += sides[1:2] if jump.is_endless else sides
        places.sort(key=lambda place: place[0])
        xs, slopes = zip(*places, strict=True)
        return tuple(xs), tuple(slopes)

    def has_corner(self, x: float) -> bool:
        """Whether the slope jumps at a place."""
        return any(jump.x <= x <= jump.next for jump in self.jumps)

    @property
    def is_endless(self) -> bool:
        """Whether the slope has no bound, as at a pole."""
        return any(jump.is_endless for jump in self.jumps)


@dataclass(frozen=True, slots=True)
class Stack:
    """Every function in a row of layers.

    Attributes:
        weight: what each layer multiplies by first.
        grads: for each function d end / d what goes into each layer, and 1 at the end.
    """

    weight: float
    grads: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Data:
    """Functions, and rows of them.

    Attributes:
        start: what goes into the first layer of each row.
    """

    functions: tuple[Function, ...]
    stacks: tuple[Stack, ...]
    start: float

    def __post_init__(self) -> None:
        check_count("functions", self.functions, 1, MOST)
        check_count("weights", self.stacks, 0, _MOST_WEIGHTS)
        check_lengths("the places of all functions", *(each.told.xs for each in self.functions))
        for stack in self.stacks:
            check_lengths("functions and rows of layers", self.functions, stack.grads)
            check_lengths("rows of layers", *stack.grads)
            check_count("layers", stack.grads[0], 2, _MOST_LAYERS)
        check_finite("the start", self.start)


def record(request: Request) -> Data:
    """What torch gives for the functions.

    Raises:
        InputError: too many functions, places or weights, no name is free, or the range is empty.
    """
    from graphgen.course.sampling import free_name, sample, spread

    options = request.options
    programs = {name: f"{name}(x)" for name in options["functions"]}
    if request.text:
        programs[shortened(pretty(request.text), _LONGEST)] = request.text
    _check(programs, options["at"], options["weights"])
    low, high = options["from"], options["to"]
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"a range from a smaller to a larger number: got {low:g} to {high:g}")
    places = sorted(set(options["at"])) or [(low + high) / 2]
    functions, rows = [], []
    for called, source in programs.items():
        program = parse(source)
        name = free_name(program, request.values)
        held = {key: value for key, value in request.values.items() if key in program.inputs}
        xs = spread(low, high, _COUNT)
        curve = sample(program, name, xs, held).checked()
        along = _along(program, name, held)
        words = sample(program, name, places, held)
        functions.append(Function(called, curve, words, tuple(jumps_of(curve, along))))
        rows.append(
            [
                stacked(program, name, held, options["start"], weight, options["layers"])
                for weight in options["weights"]
            ]
        )
    stacks = tuple(
        Stack(weight, tuple(row[at] for row in rows))
        for at, weight in enumerate(options["weights"])
    )
    return Data(tuple(functions), stacks, options["start"])


def _along(program: Program, name: str, values: Mapping[str, Value]) -> Along:
    """A function that gives the curve of a program at places along one name."""
    from graphgen.course.sampling import sample

    def along(places: Sequence[float]) -> Curve:
        return sample(program, name, places, values)

    return along


def _known_slopes(curve: Curve) -> tuple[float, ...]:
    """The slopes of a curve; nan where the curve itself has no value."""
    return tuple(
        slope if math.isfinite(y) else math.nan
        for y, slope in zip(curve.ys, curve.slopes, strict=True)
    )


def jumps_of(curve: Curve, along: Along) -> Iterator[Jump]:
    """Where a slope jumps between two places of a curve: however near they are brought to each
    other, the difference stays; and where it grows beyond all bounds.

    Args:
        curve: with places close enough to see a jump between two of them.
        along: gives the curve at other places.
    """
    slopes = _known_slopes(curve)
    usual = calm([slope for slope in slopes if math.isfinite(slope)])
    least = _JUMP * (max(usual) - min(usual)) if usual else math.inf
    places = [*zip(curve.xs, curve.ys, slopes, strict=True)]
    for low, high in pairwise(places):
        first, last = low[2], high[2]
        known = [abs(slope) for slope in (first, last) if math.isfinite(slope)]
        is_pole = _is_against(low, high)
        if not known or (abs(last - first) <= least and not is_pole):
            continue
        (a, _, before), (b, _, after) = _nearer(low, high, along, is_pole)
        near = [slope for slope in (before, after) if math.isfinite(slope)]
        is_endless = max(map(abs, near)) > _ENDLESS * max(known)
        stays = abs(after - before) >= _STAYS * abs(last - first)
        if is_endless or stays:
            sides = (before, after) if len(near) == 2 else (near[0], near[0])
            yield Jump(a, b, *sides, is_endless)


def _is_against(low: Sampled, high: Sampled) -> bool:
    """Whether a curve falls between two places though it rises at both, or the other way."""
    rise = high[1] - low[1]
    return rise * low[2] < 0 and rise * high[2] < 0


def _nearer(low: Sampled, high: Sampled, along: Along, is_pole: bool) -> tuple[Sampled, Sampled]:
    """Two places brought nearer to each other by bisection.

    Args:
        low, high: the places, with result and slope; one slope at most is nan or infinite.
        along: gives the curve at other places.
        is_pole: whether the half is taken in which the curve goes against its slopes; else that
            in which the slope changes more, or where it ends.

    Returns:
        Two places that are nearly one.
    """
    for _ in range(_HALVINGS):
        x = (low[0] + high[0]) / 2
        if not low[0] < x < high[0]:
            break
        here = along([x])
        (slope,) = _known_slopes(here)
        middle, is_known = (x, here.ys[0], slope), math.isfinite(slope)
        if is_pole and is_known:
            is_before = _is_against(middle, high)
        elif not math.isfinite(low[2]) or not math.isfinite(high[2]):
            is_before = is_known == math.isfinite(low[2])
        elif not is_known:
            break
        else:
            is_before = abs(slope - low[2]) < abs(high[2] - slope)
        low, high = (middle, high) if is_before else (low, middle)
    return low, high


def title(data: Data) -> str:
    """The names of the functions."""
    return SENTENCES.say("title", names=listed([function.name for function in data.functions]))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Each function with its slope, a place that moves along all of them; then the rows.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    builder = TimelineBuilder(title, theme, frame)
    _Functions(data, builder).play()
    if data.stacks:
        _Rows(data, builder).play()
    return builder.build()


def _check(functions: Sized, places: Sized, weights: Sized) -> None:
    for what, items, most in (
        ("functions", functions, MOST), ("places", places, _MOST_PLACES),
        ("weights", weights, _MOST_WEIGHTS),
    ):  # fmt: skip
        count = len(items)
        if count > most:
            raise InputError(f"at most {most} {what}: got {count}; give fewer")
    if not functions:
        raise InputError("at least one function: got none; name one with --functions")


_HEAD, _TOLD = 15.0, 160.0
_BEATS = 4
"""Between two places that are told."""
_LEAST_SHOWN = 1e-30
_VANISHED, _EXPLODED, _MOST_NAMED = 1e-2, 1e2, 4


class _Functions:
    """The functions, each in a room of its own, and one place in all of them."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        xs = data.functions[0].curve.xs
        ys = _range(data)
        rooms = grid(builder.frame, builder.frame.stage, len(data.functions))
        self.charts = [
            Chart(f"function/{at}", room, (xs[0], xs[-1]), ys, self.theme, function.curve.name,
                  fitted(function.name, _HEAD, room.width - _TOLD))
            for at, (function, room) in enumerate(zip(data.functions, rooms, strict=True))
        ]  # fmt: skip

    def play(self) -> None:
        """All its steps."""
        data, builder, theme = self.data, self.builder, self.theme
        builder.open(SENTENCES.say("question"))
        builder.step(SENTENCES.say("functions"), "functions")
        for chart in self.charts:
            builder.add(chart.frame())
        builder.animate(0.6)
        for chart, each in zip(self.charts, data.functions, strict=True):
            builder.add(chart.curve("line", *each.curve.line, theme.forward, 2.6))
        builder.animate(1.4)
        has_jump = any(each.jumps for each in data.functions)
        builder.step(SENTENCES.say("slopes.jump" if has_jump else "slopes"), "slopes")
        for chart, each in zip(self.charts, data.functions, strict=True):
            builder.add(chart.curve("slope", *each.slope_line, theme.backward, 2.6))
        builder.animate(2.0)
        places = data.functions[0].told.xs
        for at, x in enumerate(places):
            builder.step(self._caption(at), "slopes")
            self._go(places[at - 1] if at else None, x)
            self._stand(x, at)
            builder.animate(1.8)
        self._largest()

    def _caption(self, at: int) -> str:
        """The slopes at one of the places that are told."""
        functions = self.data.functions
        slopes = [number(each.told.slopes[at]) for each in functions]
        place = number(functions[0].told.xs[at])
        sentences = [_of_each("at", [each.name for each in functions], slopes, place=place)]
        corners = [each.name for each in functions if each.has_corner(each.told.xs[at])]
        if corners:
            sentences.append(SENTENCES.say("corner", count=len(corners), names=listed(corners)))
        return paragraph(sentences)

    def _go(self, start: float | None, end: float) -> None:
        """On from one place to the next, in small steps."""
        if start is None:
            return
        for beat in range(1, _BEATS):
            self._stand(start + (end - start) * beat / _BEATS, None)
            self.builder.animate(0.2, easing="linear")

    def _stand(self, x: float, at: int | None) -> None:
        """The place in every room; the slope in numbers where it is one that is told."""
        theme = self.theme
        for chart, each in zip(self.charts, self.data.functions, strict=True):
            slope = each.told.slopes[at] if at is not None else _slope_at(each, x)
            y = each.told.ys[at] if at is not None else _value(each, x, each.curve.ys)
            inner = chart.inner
            px = chart.held(x, 0.0)[0]
            ends = [(px, inner.y), (px, inner.y + inner.height)]
            self.builder.add(line(f"{chart.key}/place", ends, theme.text, 1.2, 0.5, layer=2))
            self.builder.add(chart.dot("value", x, y, theme.forward, 5.5))
            self.builder.add(chart.dot("here", x, slope, theme.backward, 6.0))
            self.builder.add(self._slope(chart, slope))

    def _slope(self, chart: Chart, slope: float) -> Element:
        right, y = chart.inner.x + chart.inner.width, chart.box.y + 9
        words = SENTENCES.say("slope", slope=number(slope))
        return text(f"{chart.key}/told", words, right, y, _HEAD, self.theme.backward, 1)

    def _largest(self) -> None:
        """The largest slope of each that has one."""
        data, builder = self.data, self.builder
        largest: list[tuple[str, str]] = []
        for chart, each in zip(self.charts, data.functions, strict=True):
            builder.remove(f"{chart.key}/value", f"{chart.key}/place")
            if each.is_endless:
                builder.remove(f"{chart.key}/here", f"{chart.key}/told")
                continue
            at = max(each.curve.known, key=lambda k: abs(each.curve.slopes[k]))
            x, slope = each.curve.xs[at], each.curve.slopes[at]
            largest.append((each.name, number(float(f"{slope:.3g}"))))
            builder.add(chart.dot("here", x, slope, self.theme.backward, 6.0))
            builder.add(self._slope(chart, slope))
        endless = [each.name for each in data.functions if each.is_endless]
        sentences = [_of_each("steepest", *zip(*largest, strict=True))] if largest else []
        if endless:
            sentences.append(SENTENCES.say("endless", count=len(endless), names=listed(endless)))
        builder.step(paragraph(sentences), "slopes")
        builder.animate(2.4)


class _Rows:
    """Layers in a row, and the gradient on its way back through them."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        self.layers = len(data.stacks[0].grads[0]) - 1
        size = builder.frame
        above, below = rows(size.stage, [2.4 if size.is_wide else 4.0, 1.0], 14.0)
        rooms = split(size, above, [1.0] * len(data.stacks), 22.0)
        across, ys = (0.0, float(self.layers)), _log_range(data)
        self.charts = [
            Chart(f"row/{at}", room, across, ys, self.theme, SENTENCES.say("axis.across"),
                  SENTENCES.say("axis", weight=number(stack.weight)), y_log=True)
            for at, (room, stack) in enumerate(zip(rooms, data.stacks, strict=True))
        ]  # fmt: skip
        names = tuple(fitted(each.name, _HEAD, 110.0) for each in data.functions)
        self.table = Table(
            "left", below, (SENTENCES.say("table"), *names),
            tuple(
                (number(stack.weight), *(number(grads[0]) for grads in stack.grads))
                for stack in data.stacks
            ),
            self.theme, size.smallest, (self.theme.text, *tints(self.theme)[: len(names)]),
        )  # fmt: skip

    def play(self) -> None:
        """All its steps."""
        data, builder = self.data, self.builder
        builder.remove("function")
        builder.step(
            SENTENCES.say("rows", count=self.layers), "in a row", SENTENCES.say("rows.why")
        )
        for chart in self.charts:
            builder.add(chart.frame())
        builder.add(self.table.head())
        builder.animate(1.6)
        for at, stack in enumerate(data.stacks):
            for which, grads in enumerate(stack.grads):
                self._back(at, stack, which, grads)
            builder.add(self.table.row(at, is_lit=True))
            builder.animate(1.2)
        builder.step(_summary(data), "in a row")
        builder.remove("left/light")
        builder.animate(2.4)

    def _back(self, at: int, stack: Stack, which: int, grads: tuple[float, ...]) -> None:
        """One function's gradient, from the last layer to the first."""
        builder, chart = self.builder, self.charts[at]
        name = self.data.functions[which].name
        left = grads[0]
        places = {"name": name, "weight": number(stack.weight)}
        key = arrival(left)
        if key in ("other", "shrinks", "grows"):
            places["left"] = number(left)
        builder.step(SENTENCES.say(f"back.{key}", **places), "in a row")
        layers = range(self.layers, -1, -1)
        tint = tints(self.theme)[which]
        sizes = [abs(grads[layer]) for layer in layers]
        line_ = chart.curve(f"{which}/line", [float(k) for k in layers], sizes, tint, 2.6)
        builder.add(line_)
        builder.animate(1.2)
        x, y = chart.held(0.0, abs(grads[0]))
        builder.add(glyph(f"{chart.key}/{which}/end", which, x, y, 6.0, self.theme))
        builder.animate(0.6)


def _range(data: Data) -> tuple[float, float]:
    """What every room shows: all slopes whole, and of the functions what is near."""
    slopes = calm([slope for each in data.functions for slope in each.curve.slopes])
    low, high = min(slopes), max(slopes)
    room = 1.2 * max(high - low, 0.5)
    near = [
        y
        for each in data.functions
        for y in each.curve.ys
        if math.isfinite(y) and low - room <= y <= high + room
    ]
    return padded([*slopes, *near])


def _log_range(data: Data) -> tuple[float, float]:
    """From the smallest gradient that isn't 0 to the largest."""
    sizes = [
        abs(grad)
        for stack in data.stacks
        for grads in stack.grads
        for grad in grads
        if math.isfinite(grad) and grad
    ]
    low, high = max(min(sizes), _LEAST_SHOWN), max(sizes)
    return min(low / 3, 0.1), max(min(high * 3, sys.float_info.max), 10.0)


def _value(function: Function, x: float, values: tuple[float, ...]) -> float:
    """What a sampled line has at a place between its samples."""
    xs = function.curve.xs
    at = min(max(bisect_left(xs, x), 1), len(xs) - 1)
    share = (x - xs[at - 1]) / (xs[at] - xs[at - 1])
    return values[at - 1] + (values[at] - values[at - 1]) * min(max(share, 0.0), 1.0)


def _slope_at(function: Function, x: float) -> float:
    """A slope between samples; beside a jump that of the place's own side."""
    xs = function.curve.xs
    at = min(max(bisect_left(xs, x), 1), len(xs) - 1)
    for jump in function.jumps:
        if xs[at - 1] <= jump.x and jump.next <= xs[at]:
            return jump.before if x <= jump.x else jump.after
    return _value(function, x, function.curve.slopes)


def arrival(left: float) -> Arrival:
    """What a gradient of 1 has become at the first layer.

    >>> arrival(1.0), arrival(-0.5), arrival(1024.0), arrival(0.0)
    ('same', 'shrinks', 'grows', 'nothing')
    """
    if math.isnan(left):
        return "undefined"
    if math.isinf(left):
        return "overflow"
    if left == 1.0 or left == 0.0:
        return "same" if left else "nothing"
    if abs(left) == 1.0:
        return "other"
    return "grows" if abs(left) > 1.0 else "shrinks"


def _of_each(key: str, names: Sequence[str], slopes: Sequence[str], **places: str) -> str:
    """A sentence that tells a slope for each name.

    Args:
        key: of the sentence; with ".one" that of a single name.
        names: of the functions.
        slopes: in numbers, one for each.
        places: what else the sentence has.
    """
    if len(names) == 1:
        return SENTENCES.say(f"{key}.one", name=names[0], slope=slopes[0], **places)
    each = [
        SENTENCES.say("slope of", slope=slope, name=name)
        for name, slope in zip(names, slopes, strict=True)
    ]
    return SENTENCES.say(key, slopes=listed(each), **places)


def _summary(data: Data) -> str:
    """What the rows did to their gradients."""
    ends = [
        (SENTENCES.say("row", name=each.name, weight=number(stack.weight)), abs(grads[0]))
        for stack in data.stacks
        for each, grads in zip(data.functions, stack.grads, strict=True)
    ]
    small = _rows_named([name for name, end in ends if end < _VANISHED])
    large = _rows_named([name for name, end in ends if end > _EXPLODED])
    if small and large:
        return SENTENCES.say("summary.both", small=small, large=large)
    if small or large:
        key = "summary.vanishes" if small else "summary.explodes"
        return SENTENCES.say(key, rows=small or large)
    return SENTENCES.say("summary.neither")


def _rows_named(names: list[str]) -> str:
    """Rows by their names, or how many they are; "" for none."""
    if not names:
        return ""
    return (
        listed(names) if len(names) <= _MOST_NAMED else SENTENCES.say("many rows", count=len(names))
    )


def stacked(
    program: Program,
    name: str,
    values: Mapping[str, Value],
    start: float,
    weight: float,
    layers: int,
) -> tuple[float, ...]:
    """Applies h ← program(weight × h) again and again, and asks how the end depends on each h.

    Args:
        program: h of the next layer, of one input.
        name: the input of the program that h takes.
        values: of the other inputs.
        start: the first h.
        weight: what each h is multiplied by.
        layers: how often.

    Returns:
        d last h / d h before each layer, from the first to the last, and 1 after it.

    >>> from graphgen.language.expression import parse
    >>> stacked(parse("relu(x)"), "x", {}, 1.0, 2.0, 3)
    (8.0, 4.0, 2.0, 1.0)
    """
    import torch

    from graphgen.language.evaluate import run
    from graphgen.language.machine import compute
    from graphgen.language.operations import tensor_of

    run(program, {**values, name: start})
    with torch.inference_mode(False), torch.enable_grad():
        held = {key: tensor_of(value) for key, value in values.items() if key != name}
        states = [tensor_of(start, requires_grad=True)]
        for _ in range(layers):
            outcome = compute(program, {**held, name: weight * states[-1]})
            states.append(outcome.names[-1][1])
        last = states[-1]
        if not last.requires_grad:
            return (*(0.0,) * layers, 1.0)
        grads = torch.autograd.grad(last, states, allow_unused=True, materialize_grads=True)
    return tuple(grad.item() for grad in grads)


SCENE = Scene(
    name="slopes",
    order=110,
    summary="Slopes of activation functions, and what ten of them in a row do to a gradient.",
    program="",
    values={},
    examples=(
        "slopes -o slopes.mp4",
        "slopes --functions relu --functions tanh --layers 20 --weights 0.5 -o deep.svg",
        'slopes "x / (1 + abs(x))" --functions tanh -o mine.mp4',
    ),
    options=(
        Option("functions", "texts", ("relu", "tanh", "sigmoid", "gelu"), "Functions to show, one "
               "or more; a program of one name is shown beside them.", choices=_CHOICES),
        Option("at", "numbers", (-2.0, -0.5, 0.5, 2.0), "Places at which their slopes are told."),
        Option("layers", "whole", 10, "How many stand in a row.", least=1, most=1000),
        Option("weights", "numbers", (1.0, 2.0), "What each layer multiplies by first, for one "
               "row or for several."),
        Option("start", "number", 1.0, "What goes into the first layer."),
        Option("from", "number", -4.0, "Where the curves begin."),
        Option("to", "number", 4.0, "Where they end."),
    ),
    takes="names of functions, or a program of one name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
