"""Graph -> Story: the steps that every output tells, with the same numbers and the same words.

A step writes texts into cells (marks) and names who acts in it (focus); what a picture shows after
a step is what all marks up to it have written: `texts_after`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Literal

from graphgen.model.errors import InputError
from graphgen.model.graph import Cell, Graph
from graphgen.model.messages import quoted
from graphgen.model.reprs import counted

__all__ = [
    "Chapter",
    "Focus",
    "Mark",
    "Move",
    "Row",
    "Step",
    "Story",
    "check_step",
    "recaptioned",
    "texts_after",
]

Chapter = Literal["opening", "forward", "backward", "closing"]

Move = Literal["open", "place", "compute", "seed", "send", "sum", "stop", "close"]
"""What happens in a step, for whoever animates it:

open     the empty cards stand there with their titles (marks: every title)
place    leaves, data and constants get their values (marks: their values)
compute  operands travel along the focus edges into the focus nodes, which answer (marks: values)
seed     the loss gets its gradient, 1 (marks: its gradient)
send     a contribution forms at the edge's target and travels back along each focus edge to its
         source (marks: the contributions; the gradients they become or add to)
sum      what has arrived at the focus nodes becomes one number (marks: their gradients)
stop     a cut lets no gradient through (no marks; focus: the cut and the edges into it)
close    everything is there, and the table (no marks)
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """From this step on, the cell shows this text (see digits for rows and columns)."""

    cell: Cell
    text: str


@dataclass(frozen=True, slots=True)
class Focus:
    """Who acts in a step: indices of nodes and of edges. All else is quiet."""

    nodes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens.

    Attributes:
        caption: one sentence that says it, with the numbers in it.
        seconds: how long it takes in a film, a multiple of 0.2.
    """

    chapter: Chapter
    move: Move
    caption: str
    seconds: float
    marks: tuple[Mark, ...] = ()
    focus: Focus = Focus()

    def __repr__(self) -> str:
        return f"<Step: {self.chapter} {self.move}, {quoted(self.caption)}, {self.seconds} s>"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the closing table.

    Attributes:
        node: its index.
        name: how captions call it.
        value, gradient: as the picture shows them, on one line; "" where there is no gradient.
        made_of: how the gradient is made up, as in "5 via c = s × b, plus 3 via s = a + b, is 8".
        parts: the contributions alone, in the order in which they arrive, as in ("5", "3").
    """

    node: int
    name: str
    value: str
    gradient: str
    made_of: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A graph and the steps that tell it.

    Attributes:
        title: the expression as the viewer would write it, or what the person called it.
        names: for each node, how captions and tables call it.
        table: how each gradient is made up, shown at the end.
    """

    graph: Graph
    steps: tuple[Step, ...]
    title: str
    names: tuple[str, ...]
    table: tuple[Row, ...]

    @property
    def seconds(self) -> float:
        """How long the film of it is."""
        return round(sum(step.seconds for step in self.steps), 1)

    def __repr__(self) -> str:
        return (
            f"<Story: {quoted(self.title)}, {counted(len(self.steps), 'step')}, {self.seconds} s>"
        )

    if TYPE_CHECKING:  # graphgen/__init__.py attaches it: what it does belongs to later layers

        def save(self, path: str | PathLike[str]) -> None: ...


def texts_after(story: Story) -> Iterator[dict[Cell, str]]:
    """After each step, what every cell shows; one dictionary, changed in place between steps."""
    texts: dict[Cell, str] = {}
    for step in story.steps:
        texts.update((mark.cell, mark.text) for mark in step.marks)
        yield texts


def recaptioned(story: Story, captions: Iterable[tuple[int, str]]) -> Story:
    """The same story with sentences of one's own.

    Args:
        captions: the number of a step, from 1, and its sentence.

    Raises:
        InputError: there is no such step.
    """
    steps = list(story.steps)
    for number, caption in captions:
        check_step(number, len(steps))
        steps[number - 1] = replace(steps[number - 1], caption=caption)
    return replace(story, steps=tuple(steps))


def check_step(number: int, count: int) -> None:
    """See that there is a step of this number.

    Raises:
        InputError: there is none.
    """
    if not 1 <= number <= count:
        raise InputError(f"captions of steps 1 to {count}: got one of step {number}; take it out")
