"""Engines: one program on a scalar engine, on an array engine and in torch, number by number."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphgen.course.lessons.webs import Web, web_of
from graphgen.course.runs.checks import check_count, check_lengths, check_one_of, check_range
from graphgen.course.scene import Request, Scene
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.graph import Array
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline

if TYPE_CHECKING:
    from graphgen.model.graph import Graph

__all__ = ["ENGINES", "SCENE", "Data", "Engine", "Told", "draw", "record", "title"]

ENGINES = ("scalar engine", "array engine", "torch")
_MOST_NODES = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A name's value and gradient on one engine."""

    value: Array
    grad: Array | None


@dataclass(frozen=True, slots=True)
class Engine:
    """What one engine made of the program.

    Attributes:
        name: one of ENGINES.
        web: its graph.
        told: for each name of the program.
    """

    name: str
    web: Web
    told: tuple[Told, ...]

    def __post_init__(self) -> None:
        check_one_of("an engine", self.name, ENGINES)


@dataclass(frozen=True, slots=True)
class Data:
    """One program on three engines, in float64.

    Attributes:
        names: of inputs and results.
        compared: how many numbers were compared; difference: the largest between any two engines,
            of values and gradients.
    """

    program: str
    names: tuple[str, ...]
    engines: tuple[Engine, ...]
    compared: int
    difference: float

    def __post_init__(self) -> None:
        check_lengths("engines", ENGINES, self.engines)
        check_lengths("names and what the engines say", self.names, *(e.told for e in self.engines))
        check_count("names", self.names, 1, _MOST_NODES)
        check_range("the count of numbers", self.compared, 0, 2**53)


def record(request: Request) -> Data:
    """What the three engines say.

    Raises:
        InputError: a function that an engine from scratch doesn't have, or too many numbers.
        ExpressionError: the program can't be computed.
    """
    from graphgen.capture.engines import graph_of_engine
    from graphgen.capture.recorder import record as recorded
    from graphgen.course.scratch.running import run_on_numbers, run_on_tensors

    program = parse(request.text)
    graph = recorded(program, request.values, request.data)
    _check_size(graph)
    numbers = run_on_numbers(program, request.values, request.data)
    tensors = run_on_tensors(program, request.values, request.data)
    names = tuple(numbers.names)
    with_slopes = [name for name in names if name not in request.data]
    graphs = (
        graph_of_engine(numbers.loss.cells.item()),
        graph_of_engine(tensors.loss, tensors.names),
        graph,
    )
    told = (
        _told_by(numbers.names, with_slopes),
        _told_by(tensors.names, with_slopes),
        _told_by_torch(program, request, names, with_slopes),
    )
    engines = tuple(
        Engine(name, web_of(each), found)
        for name, each, found in zip(ENGINES, graphs, told, strict=True)
    )
    return Data(request.text, names, engines, *_compared(engines))


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Three graphs beside each other, and below each its numbers."""
    from graphgen.course.lessons.engines_board import drawn

    return drawn(data, title, theme, frame)


def _told_by(names: Mapping[str, Any], with_slopes: list[str]) -> tuple[Told, ...]:
    from graphgen.capture.foreign.arrays import array_of

    return tuple(
        Told(array_of(item.data), array_of(item.grad) if name in with_slopes else None)
        for name, item in names.items()
    )


def _told_by_torch(
    program: Program, request: Request, names: tuple[str, ...], with_slopes: list[str]
) -> tuple[Told, ...]:
    import torch

    from graphgen.capture.arrays import array_of
    from graphgen.language.evaluate import run

    done = run(program, request.values, request.data)
    items = {**dict(done.names), names[-1]: done.loss}
    wanted = [name for name in with_slopes if items[name].requires_grad]
    slopes = torch.autograd.grad(done.loss, [items[name] for name in wanted], allow_unused=True)
    found = {
        name: torch.zeros_like(items[name]) if slope is None else slope
        for name, slope in zip(wanted, slopes, strict=True)
    }
    return tuple(
        Told(array_of(items[name].detach()), array_of(found[name]) if name in found else None)
        for name in names
    )


def _compared(engines: tuple[Engine, ...]) -> tuple[int, float]:
    """How many numbers there are, and the largest difference between any two engines."""
    count, largest = 0, 0.0
    for told in zip(*(engine.told for engine in engines), strict=True):
        for arrays in ([one.value for one in told], [one.grad for one in told]):
            known = [array.items for array in arrays if array is not None and array.items]
            for numbers in zip(*known, strict=True):
                count += 1
                largest = max(largest, _spread([float(x.real) for x in numbers]))
    return count, largest


def _spread(numbers: list[float]) -> float:
    """From the smallest to the largest; 0 where all are infinite alike, or nan."""
    if all(map(math.isnan, numbers)) or len(set(numbers)) == 1:
        return 0.0
    spread = max(numbers) - min(numbers)
    return math.inf if math.isnan(spread) else spread


def _check_size(graph: "Graph") -> None:
    count = sum(port.value.count for node in graph.nodes for port in node.ports)
    if count > _MOST_NODES:
        raise InputError(
            f"a program of at most {_MOST_NODES} numbers, each of which is a dot: got {count:,}; "
            "give smaller values"
        )


SCENE = Scene(
    name="engines",
    order=140,
    summary="One program on a scalar engine, on an array engine and in torch: equal numbers.",
    program="z = sum(w * x) + b; y = tanh(z); loss = (y - t) ** 2",
    values={"w": [0.5, -0.25, 0.25], "x": [1.0, 2.0, 3.0], "b": 0.0, "t": 1.0},
    data=("x", "t"),
    examples=(
        'engines "c = (a + b) * b" --set a=2 --set b=3 -o engines.mp4',
        'engines "h = tanh(x @ A); loss = sum(h ** 2)" --set "x=[1, 2]" '
        '--set "A=[[1, 0], [0, 1]]" -o engines.svg --svg steps',
    ),
    takes="a program of the functions that all three have",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
