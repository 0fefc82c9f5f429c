"""Zeroing: two loops beside each other, one that forgets zero_grad and one that doesn't, and what
backward leaves in .grad, pass after pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.course.runs.checks import check_count, check_indices, check_range
from graphgen.course.runs.results import Pass
from graphgen.course.scene import Option, Request, Scene
from graphgen.language.expression import parse
from graphgen.language.syntax import Program, source
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline

__all__ = ["SCENE", "Data", "draw", "record", "title"]

_THEN = ("second = x ** 3",)
_REPEATED = 3
_MOST_LEAVES = 3
_MOST_SHOWN = 4
_MOST_LOSSES, _MOST_PASSES = 6, 1_000


@dataclass(frozen=True, slots=True)
class Data:
    """Two loops, by torch's own backward and zero_grad, in float64.

    Attributes:
        losses: the programs of the passes, as they are written in code.
        leaves: whose .grad is shown.
        count: of all passes.
        passes: those that are shown: all, or where there are many the first ones and the last.
    """

    losses: tuple[str, ...]
    leaves: tuple[str, ...]
    count: int
    passes: tuple[Pass, ...]

    def __post_init__(self) -> None:
        check_count("leaves", self.leaves, 1, _MOST_LEAVES)
        check_count("passes", self.passes, 1, _MOST_SHOWN)
        check_range("the count of passes", self.count, len(self.passes), _MOST_PASSES)
        check_count("losses", self.losses, *(min(self.count, _MOST_LOSSES),) * 2)
        check_indices("numbers of passes", (each.number - 1 for each in self.passes), self.count)
        for each in self.passes:
            check_count("gradients in a pass", each.sent, len(self.leaves), len(self.leaves))


def record(request: Request) -> Data:
    """What torch leaves in .grad.

    Raises:
        InputError: a program, a value or an option doesn't fit.
    """
    from graphgen.course.runs.passes import passes

    is_own_example = request.text == SCENE.program and not request.options.get("then")
    then = _THEN if is_own_example else tuple(request.options.get("then") or ())
    programs = [parse(text) for text in (request.text, *then)]
    leaves = _leaves(programs, request)
    count = request.options.get("passes") or (_REPEATED if len(programs) == 1 else len(programs))
    found = passes(programs, request.values, request.data, leaves, count)
    shown = range(count) if count <= _MOST_SHOWN else (*range(_MOST_SHOWN - 1), count - 1)
    losses = tuple(_in_code(programs[at % len(programs)]) for at in range(min(count, 6)))
    return Data(losses, tuple(leaves[:_MOST_LEAVES]), count, tuple(found[at] for at in shown))


def title(data: Data) -> str:
    """What it is about."""
    return "Does backward start from zero?"


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Both loops, line by line."""
    from graphgen.course.lessons.loops import Loops

    return Loops(data, title, theme, frame).timeline()


def _leaves(programs: Sequence[Program], request: Request) -> list[str]:
    """The inputs that take a gradient, in the order in which they are met."""
    known = dict.fromkeys(name for program in programs for name in program.inputs)
    for name in (*request.values, *request.data):
        if name not in known:
            raise InputError(
                f"an input of the losses: got {name!r}; their inputs are {', '.join(known)}"
            )
    return [name for name in known if name not in request.data]


def _in_code(program: Program) -> str:
    """A program's loss as Python has it; "" where it takes several lines."""
    if len(program.statements) > 1:
        return ""
    return source(program.statements[0].expression)


SCENE = Scene(
    name="zero-grad",
    order=80,
    summary="backward adds to .grad: a loop that forgets to zero it beside one that doesn't.",
    program="first = x ** 2",
    values={"x": 3.0},
    examples=(
        'zero-grad "x ** 2" --then "x ** 3" --set x=3 -o zero-grad.mp4',
        'zero-grad "(w * x - 1) ** 2" --passes 4 --set w=2 --set x=3 --data x -o forgotten.svg',
    ),
    options=(
        Option("then", "texts", (), "The loss of the next pass; may be given several times."),
        Option("passes", "whole", None, "How many passes; the losses come in turn.",
               least=2, most=1000),
    ),
    takes="two programs, or one several times",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
