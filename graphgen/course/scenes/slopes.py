"""The slopes of activation functions, and what many of them in a row do to a gradient: it vanishes,
or explodes."""

import math
from dataclasses import dataclass

from graphgen.course.lessons.curves import check_drawn
from graphgen.course.lessons.sloping import draw_slopes
from graphgen.course.runs.checks import check_count, check_finite, check_lengths
from graphgen.course.runs.results import Curve
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.glyphs import MOST
from graphgen.language.expression import parse
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.text.formulas import pretty, shortened

__all__ = ["SCENE", "Data", "Function", "Stack", "draw", "record", "title"]

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
    from graphgen.course.runs.sampling import free_name, sample, spread
    from graphgen.course.runs.stacks import stacked

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
    for called, text in programs.items():
        program = parse(text)
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
