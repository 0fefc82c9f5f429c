"""A training loop over a program, by torch: a request -> plain data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphgen.course.checks import (
    OPTIMIZERS,
    check_count,
    check_lengths,
    check_one_of,
    check_rising,
)
from graphgen.course.pictured import Pictured
from graphgen.course.scene import Request
from graphgen.course.scenes.training.fit import Fit
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.layout.cards import array_of
from graphgen.model.errors import InputError
from graphgen.model.graph import Cell, Graph
from graphgen.model.kinds import KINDS
from graphgen.model.story import Mark, Step, Story
from graphgen.model.theme import DARK, Theme
from graphgen.text.digits import brief, is_small, shape, summarize

if TYPE_CHECKING:
    from torch import Tensor

    from graphgen.course.scenes.training.loop import Recipe, Training

__all__ = ["PROGRAM", "Data", "Track", "even", "record", "title"]

PROGRAM = "y = tanh(w * x + b); loss = (y - target) ** 2"
"""The program where none is given: a neuron."""

_RATE, _STEPS = 0.1, 50
_MOST_KEPT = 250
_MOST_CURVES = 64
_MOST_MOMENTS = 400
_BEND = 1.7
"""The moments that are shown lie closer at the beginning, where most happens."""


@dataclass(frozen=True, slots=True)
class Track:
    """How one parameter went.

    Attributes:
        rows: its numbers, flattened, at each moment that is kept; its norm alone where it has
            many.
    """

    name: str
    shape: tuple[int, ...]
    rows: tuple[tuple[float, ...], ...]
    is_norm: bool

    def __post_init__(self) -> None:
        check_count("moments of a parameter", self.rows, 1, _MOST_MOMENTS)
        check_lengths("numbers of a parameter", *self.rows)
        check_count("numbers of a parameter", self.rows[0], 1, _MOST_CURVES)


@dataclass(frozen=True, slots=True)
class Data:
    """A loop, by torch.

    Attributes:
        program: as the person wrote it.
        optimizer, rate, dtype: how it was trained.
        wanted: how many updates were asked for; fewer were done where the loss left all bounds.
        kept: the moments whose numbers are kept: before update 0, 1, ..., and after the last one.
        losses: at these moments.
        shown: which moments are shown, all of them kept.
        first: the graph at the first moment, with every contribution.
        loop: the same with values and gradients alone; a step of its story for each shown moment.
        fit: what the program answers beside what it is to answer, at the shown moments.
    """

    program: str
    optimizer: str
    rate: float
    dtype: str
    wanted: int
    kept: tuple[int, ...]
    losses: tuple[float, ...]
    tracks: tuple[Track, ...]
    shown: tuple[int, ...]
    first: Pictured
    loop: Pictured
    fit: Fit | None

    def __post_init__(self) -> None:
        check_one_of("an optimizer", self.optimizer, OPTIMIZERS)
        check_rising("the kept moments", self.kept)
        check_rising("the shown moments", self.shown)
        check_count("shown moments", self.shown, 1, len(self.kept))
        check_count("parameters", self.tracks, 1, _MOST_CURVES)
        check_lengths("moments", self.kept, self.losses, *(track.rows for track in self.tracks))
        for moment in self.shown:
            check_one_of("a shown moment", moment, self.kept)
        check_lengths("shown moments and steps", self.shown, self.loop.story.steps[1:])
        if self.fit is not None:
            check_lengths("shown moments and answers", self.shown, self.fit.grids, self.fit.answers)


def record(request: Request) -> Data:
    """What torch does with the program.

    Raises:
        InputError: there is nothing to train, or an example and a program are both given.
        ExpressionError: the program can't be computed.
    """
    from graphgen.course.scenes.training.fit import fit_of, plan_of
    from graphgen.course.scenes.training.loop import train

    text, values, names, recipe = _task(request)
    program = parse(text)
    done = train(program, values, names, recipe)
    last = len(done.losses) - 1
    drawn = _shown(last, request.options["shown"])
    moments = sorted({*_even(last, _MOST_KEPT), *drawn, min(1, last)})
    plan = plan_of(program, values, names)
    states = [done.states[at] for at in drawn]
    fit = fit_of(program, plan, values, states) if plan else None
    stories = [_told(program, {**values, **_numbers(state)}, names, recipe) for state in states]
    return Data(
        text, recipe.optimizer, recipe.rate, recipe.dtype, recipe.steps, tuple(moments),
        tuple(done.losses[at] for at in moments), tuple(_tracks(done, moments)), tuple(drawn),
        _placed(stories[0]), _placed(_looped(stories)), fit,
    )  # fmt: skip


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def _placed(story: Story) -> Pictured:
    """A story where it stands, with texts of one size, so that small graphs can be read."""
    from graphgen.layout import place

    theme = even(DARK)
    return Pictured(story, place(story, theme, "lr"), place(story, theme, "tb"))


def even(theme: Theme) -> Theme:
    """The theme with titles and contributions as large as numbers."""
    size = theme.number_size
    return replace(theme, title_size=size, contribution_size=size)


def _task(request: Request) -> tuple[str, Mapping[str, Value], tuple[str, ...], "Recipe"]:
    """The program, its values, its data and its recipe: a person's own, or an example's."""
    from graphgen.course.scenes.training.examples import EXAMPLES
    from graphgen.course.scenes.training.loop import Recipe

    options = request.options
    recipe = Recipe(options["optimizer"], _RATE, _STEPS)
    text, values, data = request.text, request.values, request.data
    name = options["example"] or ("neuron" if text == PROGRAM else "")
    if name:
        example = EXAMPLES[name](options["seed"])
        if text != PROGRAM:
            raise InputError(f"a program or an example: got both; leave --example {name} out")
        recipe = replace(example.recipe, optimizer=options["optimizer"])
        if options["example"]:
            text, values, data = example.text, example.values, example.data
    rate = recipe.rate if options["lr"] is None else options["lr"]
    steps = recipe.steps if options["steps"] is None else options["steps"]
    dtype = options["dtype"] or recipe.dtype
    return text, values, data, replace(recipe, rate=rate, steps=steps, dtype=dtype)


def _shown(last: int, most: int) -> list[int]:
    """At most so many moments from 0 to the last one, round ones, the first ones closer."""
    if last < most:
        return list(range(last + 1))
    exact = [last * (at / (most - 1)) ** _BEND for at in range(most)]
    gaps = [after - before for before, after in pairwise(exact)]
    rounded = [_rounded(at, gap) for at, gap in zip(exact, [*gaps, gaps[-1]], strict=True)]
    return sorted({*(at for at in rounded if at < last), last})


def _rounded(step: float, gap: float) -> int:
    """The step to a multiple of 1, 2, 5, 10, ..., the largest that is no more than the gap."""
    grain = max((nice * 10**power for power in range(6) for nice in (1, 2, 5)
                 if nice * 10**power <= gap), default=1)  # fmt: skip
    return round(step / grain) * grain


def _even(last: int, most: int) -> list[int]:
    """At most so many moments from 0 to the last one, all as far from each other."""
    if last < most:
        return list(range(last + 1))
    return [round(last * at / (most - 1)) for at in range(most)]


def _numbers(state: Mapping[str, "Tensor"]) -> dict[str, Any]:
    return {name: tensor.tolist() for name, tensor in state.items()}


def _tracks(done: "Training", kept: Sequence[int]) -> Iterator[Track]:
    from graphgen.capture.arrays import array_of as read

    is_norm = sum(leaf.numel() for leaf in done.states[0].values()) > _MOST_CURVES
    for name, leaf in done.states[0].items():
        tensors = [done.states[at][name] for at in kept]
        rows = [
            [summarize(read(each)).norm] if is_norm else each.flatten().tolist() for each in tensors
        ]
        yield Track(name, tuple(leaf.shape), tuple(map(tuple, rows)), is_norm)


def _told(
    program: Any, values: Mapping[str, Any], data: tuple[str, ...], recipe: "Recipe"
) -> Story:
    """The story of one moment, a node for each input and each statement."""
    from graphgen.capture.recorder import record as recorded
    from graphgen.folding.statements import by_statement
    from graphgen.narration.telling import tell

    graph = by_statement(recorded(program, values, data, recipe.torch_dtype))
    story = tell(graph, title_of(program))
    steps = [
        replace(step, marks=tuple(_worded(graph, mark) for mark in step.marks))
        for step in story.steps
    ]
    return replace(story, steps=tuple(steps))


def _worded(graph: Graph, mark: Mark) -> Mark:
    """A mark in as few words as there are: what is large is its shape, or its norm."""
    array = array_of(graph, mark.cell)
    if array is None or is_small(array.shape):
        return mark
    is_parameter = KINDS[graph.nodes[mark.cell.index].kind].accumulates_gradient
    if mark.cell.part == "value" and not is_parameter:
        return Mark(mark.cell, shape(array.shape))
    return Mark(mark.cell, brief(array))


def _looped(stories: Sequence[Story]) -> Story:
    """The first story, with a step for each moment in place of its own ones."""
    first = stories[0]
    steps = [replace(first.steps[0], marks=_titles(first))]
    for story in stories:
        texts: dict[Cell, str] = {}
        for step in story.steps[1:]:
            texts |= {mark.cell: mark.text for mark in step.marks}
        marks = [Mark(c, text) for c, text in texts.items() if c.part in ("value", "gradient")]
        steps.append(Step("closing", "close", story.steps[-1].caption, 1.0, tuple(marks)))
    return replace(first, steps=tuple(steps), table=())


def _titles(story: Story) -> tuple[Mark, ...]:
    """What each card of the loop is called: by its name alone, which takes little room."""
    nodes = story.graph.nodes
    return tuple(
        replace(mark, text=nodes[mark.cell.index].name or mark.text)
        for mark in story.steps[0].marks
    )
