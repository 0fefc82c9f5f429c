"""The slopes of activation functions, and what many of them in a row do to a gradient: it vanishes,
or explodes."""

import math
import sys
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from graphgen.course.checks import check_count, check_finite, check_lengths
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
from graphgen.text.digits import number
from graphgen.text.formulas import pretty, shortened

__all__ = ["SCENE", "Data", "Function", "Stack", "draw", "record", "stacked", "title"]

_CHOICES = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "leaky_relu", "softplus")

_COUNT = 161
_LONGEST = 28
_MOST_PLACES, _MOST_WEIGHTS, _MOST_LAYERS = 8, 3, 1_001


@dataclass(frozen=True, slots=True)
class Function:
    """A function along x.

    Attributes:
        name: "tanh", or a program's text as mathematics is written.
        curve: its values and slopes; told: those at the places that are told.
    """

    name: str
    curve: Curve
    told: Curve

    def __post_init__(self) -> None:
        check_drawn(self.curve, _COUNT)
        check_count("places of a function", self.told.xs, 1, _MOST_PLACES)


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
        functions.append(Function(called, curve, sample(program, name, places, held)))
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


def title(data: Data) -> str:
    """The names of the functions."""
    names = [function.name for function in data.functions]
    told = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"Slopes of {told}"


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Each function with its slope, a place that moves along all of them; then the rows."""
    return draw_slopes(data, TimelineBuilder(title, theme, frame))


def _check(functions: object, places: object, weights: object) -> None:
    for what, found, most in (
        ("functions", functions, MOST), ("places", places, _MOST_PLACES),
        ("weights", weights, _MOST_WEIGHTS),
    ):  # fmt: skip
        count = len(found)  # type: ignore[arg-type]
        if count > most:
            raise InputError(f"at most {most} {what}: got {count}; give fewer")
    if not functions:
        raise InputError("at least one function: got none; name one with --functions")


_HEAD, _TOLD = 15.0, 160.0
_BEATS = 4
"""Between two places that are told."""
_LEAST_SHOWN = 1e-30
_VANISHED, _EXPLODED, _MOST_NAMED = 1e-2, 1e2, 4


def draw_slopes(data: Data, builder: TimelineBuilder) -> Timeline:
    """Each function with its slope, a place that moves along all of them; then the rows."""
    _Functions(data, builder).play()
    if data.stacks:
        _Rows(data, builder).play()
    return builder.build()


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
        builder.open("How much of a gradient does a function let through?")
        builder.step("The functions themselves.", "functions")
        for chart in self.charts:
            builder.add(chart.frame())
        builder.animate(0.6)
        for chart, each in zip(self.charts, data.functions, strict=True):
            builder.add(chart.curve("line", each.curve.xs, each.curve.ys, theme.forward, 2.6))
        builder.animate(1.4)
        builder.step("Their slopes: what a gradient is multiplied by on its way back.", "slopes")
        for chart, each in zip(self.charts, data.functions, strict=True):
            builder.add(chart.curve("slope", each.curve.xs, each.curve.slopes, theme.backward, 2.6))
        builder.animate(2.0)
        places = data.functions[0].told.xs
        for at, x in enumerate(places):
            builder.step(self._told(at), "slopes")
            self._go(places[at - 1] if at else None, x)
            self._stand(x, at)
            builder.animate(1.8)
        self._largest()

    def _told(self, at: int) -> str:
        x = self.data.functions[0].told.xs[at]
        slopes = [f"{each.name} {number(each.told.slopes[at])}" for each in self.data.functions]
        return f"The slopes at {number(x)}: {', '.join(slopes)}."

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
            slope = each.told.slopes[at] if at is not None else _value(each, x, each.curve.slopes)
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
        told = f"slope {number(slope)}"
        return text(f"{chart.key}/told", told, right, y, _HEAD, self.theme.backward, 1)

    def _largest(self) -> None:
        """The largest slope of each."""
        data, builder = self.data, self.builder
        largest = []
        for chart, each in zip(self.charts, data.functions, strict=True):
            at = max(each.curve.known, key=lambda k: abs(each.curve.slopes[k]))
            x, slope = each.curve.xs[at], each.curve.slopes[at]
            largest.append(f"{each.name} {number(slope)}")
            builder.remove(f"{chart.key}/value", f"{chart.key}/place")
            builder.add(chart.dot("here", x, slope, self.theme.backward, 6.0))
            builder.add(self._slope(chart, slope))
        builder.step(f"The steepest slope of each: {', '.join(largest)}.", "slopes")
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
            Chart(f"row/{at}", room, across, ys, self.theme, "layer",
                  f"gradient, each layer times {number(stack.weight)}", y_log=True)
            for at, (room, stack) in enumerate(zip(rooms, data.stacks, strict=True))
        ]  # fmt: skip
        names = tuple(fitted(each.name, _HEAD, 110.0) for each in data.functions)
        self.table = Table(
            "left", below, ("each layer times", *names),
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
        count = f"{self.layers} layers" if self.layers != 1 else "One layer"
        builder.step(
            f"{count} in a row: a gradient of 1 at the end goes back through all of them.",
            "in a row",
            "Each layer multiplies by its weight and applies the function; on the way back each "
            "multiplies the gradient by its weight and its slope.",
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
        builder.step(f"{name}, times {number(stack.weight)} in each layer: {_left(grads[0])}.",
                   "in a row")  # fmt: skip
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


def _left(grad: float) -> str:
    """What of a gradient of 1 has come to the first layer."""
    told = number(grad)
    if grad == 0.0:
        return "nothing of the gradient of 1 reaches the first layer"
    if not math.isfinite(grad):
        return f"the gradient of 1 becomes {told}"
    if abs(grad) > 1.0:
        return f"the gradient of 1 has grown to {told} at the first layer"
    return f"{told} of the gradient of 1 reaches the first layer"


def _summary(data: Data) -> str:
    """What the rows did to their gradients."""
    ends = [
        (f"{each.name} × {number(stack.weight)}", abs(grads[0]))
        for stack in data.stacks
        for each, grads in zip(data.functions, stack.grads, strict=True)
    ]
    small = [name for name, end in ends if end < _VANISHED]
    large = [name for name, end in ends if end > _EXPLODED]
    if not small and not large:
        return "Through these rows the gradient neither vanishes nor explodes."
    words = [
        f"{verb} in {_named(names)}"
        for verb, names in (("vanishes", small), ("explodes", large))
        if names
    ]
    return f"The gradient {', and '.join(words)}."


def _named(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} of the rows"


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
        name: the input of the program that h takes.
        start: the first h.
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
            found = compute(program, {**held, name: weight * states[-1]})
            states.append(found.names[-1][1])
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
