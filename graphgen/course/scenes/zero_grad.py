"""Zeroing: two loops beside each other, one that forgets zero_grad and one that doesn't, and what
backward leaves in .grad, pass after pass."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphgen.course.checks import check_count, check_indices, check_lengths, check_range
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.code import Code
from graphgen.draw.elements import text
from graphgen.draw.labels import sentence
from graphgen.draw.rooms import columns, rows, split
from graphgen.draw.stores import Store
from graphgen.draw.tables import Table as TableView
from graphgen.language.expression import parse
from graphgen.language.syntax import Program, source
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.graph import Array
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Timeline
from graphgen.text.catalogue import ByNumber, Table, listed
from graphgen.text.digits import inline, is_small, number, terse
from graphgen.text.slots import added

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["SCENE", "Data", "Pass", "draw", "record", "title"]

SENTENCES = Table(
    "zero-grad",
    {
        "title": "Does backward start from zero?",
        "question": "Two training loops that differ by one line.",
        "before": ByNumber(
            "count",
            one="Before the first pass {names} is None: nothing has come back yet.",
            many="Before the first pass {names} are None: nothing has come back yet.",
        ),
        "watch left": "The left loop has no zero_grad. Watch what is left over in .grad.",
        "watch upper": "The upper loop has no zero_grad. Watch what is left over in .grad.",
        "chapter": "pass {number} of {passes}",
        "pass": "Pass {number}: {loss} = {value}.",
        "skipped": ByNumber(
            "count",
            one="Pass {first} goes the same way; it is not shown.",
            many="Passes {first} to {last} go the same way; they are not shown.",
        ),
        "nothing yet": "zero_grad comes first: there is nothing to forget yet.",
        "zeroed left": ByNumber(
            "count",
            one="zero_grad empties .grad; the left loop has no such line: {grads} stays.",
            many="zero_grad empties .grad; the left loop has no such line: {grads} stay.",
        ),
        "zeroed upper": ByNumber(
            "count",
            one="zero_grad empties .grad; the upper loop has no such line: {grads} stays.",
            many="zero_grad empties .grad; the upper loop has no such line: {grads} stay.",
        ),
        "none": "Since torch 2.0 zero_grad sets .grad to None, which counts as 0.",
        "put": "backward puts {gradient} into {name}.grad, in both loops.",
        "added": (
            "backward adds {gradient} to {name}.grad: {sum} = {added} without zero_grad, {fresh} "
            "with it."
        ),
        "added array": (
            "backward adds {gradient} to {name}.grad: {added} without zero_grad, {fresh} with it."
        ),
        "nothing sent": "backward sends nothing to these leaves.",
        "closing": (
            "{name}.grad is {added} in the loop that forgets, and {fresh}, the slope of the last "
            "loss, in the loop that zeroes."
        ),
        "why": (
            "backward adds to .grad, so that several paths, or several batches, can add up. "
            "Whoever wants one gradient zeroes first."
        ),
        "without": "without zero_grad",
        "with": "with zero_grad",
        "column pass": "pass",
        "column sent": "backward sends",
        "column without": ".grad without",
        "column with": "with zero_grad",
    },
)


_THEN = ("second = x ** 3",)
_REPEATED = 3
_MOST_LEAVES = 3
_MOST_SHOWN = 4
_MOST_LOSSES, _MOST_PASSES = 6, 1_000
_LONGEST_LOOP = 36
_HEADING = 0.036
_LABEL = 0.044
_ROW = 26.0
_STACKED = 180.0
"""With so much height a box stands below its code rather than beside it."""
_FOR, _ZERO, _BACKWARD = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Pass:
    """One call of backward, in both loops.

    Attributes:
        number: the first is 1.
        loss: how the loss is made, as mathematics is written; value is what it comes to.
        sent: for each leaf what this pass alone gives; None where the loss doesn't depend on it.
        kept: what stands in each leaf's .grad before it where nothing is zeroed.
        forgets: the same after it; zeroes: after it where zero_grad goes before.
    """

    number: int
    loss: str
    value: Array
    sent: tuple[Array | None, ...]
    kept: tuple[Array | None, ...]
    forgets: tuple[Array | None, ...]
    zeroes: tuple[Array | None, ...]

    def __post_init__(self) -> None:
        check_lengths(
            "sent, kept, forgets and zeroes", self.sent, self.kept, self.forgets, self.zeroes
        )


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
    is_own_example = request.text == SCENE.program and not request.options.get("then")
    then = _THEN if is_own_example else tuple(request.options.get("then") or ())
    programs = [parse(text) for text in (request.text, *then)]
    leaves = _leaves(programs, request)
    count = request.options.get("passes") or (_REPEATED if len(programs) == 1 else len(programs))
    passes = _passes(programs, request.values, request.data, leaves, count)
    moments = range(count) if count <= _MOST_SHOWN else (*range(_MOST_SHOWN - 1), count - 1)
    losses = tuple(_in_code(programs[at % len(programs)]) for at in range(min(count, 6)))
    return Data(losses, tuple(leaves[:_MOST_LEAVES]), count, tuple(passes[at] for at in moments))


def title(data: Data) -> str:
    """What it is about."""
    return SENTENCES.say("title")


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Both loops, line by line.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data, title, theme, frame).timeline()


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


# Drawing


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two loops: its name, its code, and a store for each leaf."""

    name: str
    head: Box
    code: Code
    stores: tuple[Store, ...]


@dataclass(frozen=True, slots=True)
class _Adding:
    """What backward sends into one box in a pass, beside what stands there before and after."""

    store: Store
    start: tuple[float, float]
    sent: Array
    kept: Array | None
    after: Array


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, title: str, theme: Theme, frame: Frame) -> None:
        self.data, self.builder, self.theme, self.size = (
            data,
            TimelineBuilder(title, theme, frame),
            theme,
            frame,
        )
        stage, base = frame.stage, min(frame.height, 1.3 * frame.width)
        self.label_size, self.head_size = _LABEL * base, _HEADING * base
        label, rest = rows(stage, [1, 9.6], 6.0)
        self.label = label
        table = (len(data.passes) + 1) * _ROW if self._has_table(rest) else 0.0
        both, *below = rows(rest, [rest.height - table, table][: 2 if table else 1], 12.0)
        self.table = self._table(below[0]) if below else None
        left, right = split(frame, both, [1, 1], 28.0 if frame.is_wide else 14.0)
        self.forgets = self._side("forgets", left, is_forgetting=True)
        self.zeroes = self._side("zeroes", right, is_forgetting=False)

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        for at, each in enumerate(self.data.passes):
            self.play(at, each)
        self.close()
        return self.builder.build()

    def open(self) -> None:
        """The question; then both loops with nothing in .grad."""
        builder, names = self.builder, [f"{name}.grad" for name in self.data.leaves]
        builder.open(SENTENCES.say("question"))
        builder.step(
            SENTENCES.say("before", names=listed(names), count=len(names)),
            narration=SENTENCES.say(f"watch {self._first}"),
        )
        for side in (self.forgets, self.zeroes):
            builder.add(self._heading(side), side.code.panel())
            for store in side.stores:
                store.show()
                store.hold("None", self.theme.quiet)
        if self.table:
            builder.add(self.table.head())
        builder.animate(1.2)
        builder.animate(1.2)

    def play(self, at: int, each: Pass) -> None:
        """One pass, line by line, in both loops."""
        builder, pass_number, value = self.builder, number(each.number), inline(each.value)
        chapter = SENTENCES.say("chapter", number=pass_number, passes=number(self.data.count))
        before = self.data.passes[at - 1] if at else None
        pace = 1.0 if at < 2 else 0.6
        if before is not None and each.number > before.number + 1:
            self._skip(before.number + 1, each, chapter)
        builder.step(
            SENTENCES.say("pass", number=pass_number, loss=each.loss, value=value), chapter
        )
        builder.add(self._label(f"{each.loss} = {value}"))
        for side in (self.forgets, self.zeroes):
            builder.add(side.code.light(_FOR))
        builder.animate(0.8 * pace)
        builder.animate(0.6 * pace)
        self._zero(each, before, chapter, pace)
        self._backward(at, each, chapter, pace)

    def _skip(self, first: int, each: Pass, chapter: str) -> None:
        last = each.number - 1
        skipped = SENTENCES.say(
            "skipped", first=number(first), last=number(last), count=last - first + 1
        )
        self.builder.step(skipped, chapter)
        for store, gradient in zip(self.forgets.stores, each.kept, strict=False):
            store.hold(_shown(gradient), self.theme.shared)
        self.builder.animate(1.6)

    def _zero(self, each: Pass, before: Pass | None, chapter: str, pace: float) -> None:
        """Only the right loop has this line."""
        builder = self.builder
        grads = [
            f"{name}.grad = {terse(array)}"
            for name, array in zip(self.data.leaves, each.kept, strict=False)
            if array is not None
        ]
        if before is None or not grads:
            builder.step(SENTENCES.say("nothing yet"), chapter)
        else:
            zeroed = SENTENCES.say(f"zeroed {self._first}", grads=listed(grads), count=len(grads))
            builder.step(zeroed, chapter, SENTENCES.say("none"))
        builder.add(self.zeroes.code.light(_ZERO))
        builder.animate(0.6 * pace)
        for store in self.zeroes.stores:
            store.hold("None", self.theme.quiet)
        builder.animate(0.6 * pace)
        builder.animate(0.4 * pace)

    def _backward(self, at: int, each: Pass, chapter: str, pace: float) -> None:
        """What backward sends comes into each box; where something stands, both wait, then add."""
        builder, color = self.builder, self.theme.backward
        builder.step(self._backward_sentence(each), chapter)
        for side in (self.forgets, self.zeroes):
            builder.add(side.code.light(_BACKWARD, color))
        builder.animate(0.6 * pace)
        adding = [*self._adding(each)]
        builder.animate(
            0.8 * pace, [one.store.coming(terse(one.sent), one.start) for one in adding]
        )
        summing = [one for one in adding if one.kept is not None]
        for one in summing:
            one.store.wait([terse(one.kept), terse(one.sent)])
        if summing:
            builder.animate(0.4 * pace)
            builder.animate(0.8 * pace)
            sliding = [motion for one in summing for motion in one.store.gather()]
            builder.animate(0.6 * pace, sliding)
        for one in adding:
            one.store.hold(terse(one.after), self.theme.shared if one.kept is not None else color)
        if self.table:
            builder.add(self.table.row(at, is_lit=True))
        builder.animate(0.6 * pace)
        builder.animate(1.0 * pace)

    def _adding(self, each: Pass) -> Iterator[_Adding]:
        """What comes into which box in a pass."""
        nothing = (None,) * len(each.sent)
        for side, old, after in (
            (self.forgets, each.kept, each.forgets),
            (self.zeroes, nothing, each.zeroes),
        ):
            start = side.code.place(_BACKWARD)
            for store, sent, before, now in zip(side.stores, each.sent, old, after, strict=False):
                if sent is not None and now is not None:
                    yield _Adding(store, start, sent, before, now)

    def close(self) -> None:
        """Both results beside each other."""
        last, builder = self.data.passes[-1], self.builder
        name = self.data.leaves[0]
        wrong, right = terse(last.forgets[0]), terse(last.zeroes[0])
        closing = SENTENCES.say("closing", name=name, added=wrong, fresh=right)
        builder.step(closing, narration=SENTENCES.say("why"))
        for side in (self.forgets, self.zeroes):
            builder.remove(f"{side.code.key}/light")
        builder.remove("table/light")
        for store in self.forgets.stores:
            store.show(self.theme.shared)
        for store in self.zeroes.stores:
            store.show(self.theme.forward)
        builder.poster()
        builder.animate(1.0)
        builder.animate(2.4)

    # What stands

    def _side(self, key: str, room: Box, is_forgetting: bool) -> _Side:
        """A heading; below it the code, and below or beside that the boxes."""
        head_high = 1.7 * self.head_size
        head = Box(room.x, room.y, room.width, head_high)
        below = Box(room.x, room.y + head_high, room.width, room.height - head_high)
        is_stacked = self.size.is_wide or below.height > _STACKED
        upper, lower = (
            rows(below, [1.3, 1.0], 12.0) if is_stacked else columns(below, [1.5, 1.0], 12.0)
        )
        zeroing = "    " if is_forgetting else "    optimizer.zero_grad()"
        lines = (f"for loss in {self._loop()}:", zeroing, "    loss.backward()")
        code = Code(f"{key}/code", upper, lines, self.theme, self.size.smallest)
        if is_stacked:
            top = upper.y + code.height + 14.0
            lower = Box(lower.x, top, lower.width, below.y + below.height - top)
        boxes = columns(lower, [1.0] * len(self.data.leaves), 12.0)
        names = self.data.leaves
        stores = tuple(
            Store(self.builder, f"{key}/{name}", box, f"{name}.grad")
            for name, box in zip(names, boxes, strict=True)
        )
        heading = SENTENCES.say("without" if is_forgetting else "with")
        return _Side(heading, head, code, stores)

    def _loop(self) -> str:
        """What the loop runs over, as Python has it."""
        losses = self.data.losses
        loop = f"({', '.join(losses)})"
        is_whole = all(losses) and len(losses) == self.data.count
        return loop if is_whole and len(loop) <= _LONGEST_LOOP else "losses"

    def _heading(self, side: _Side) -> Element:
        box = side.head
        return text(f"{side.code.key}/head", side.name, box.x, box.center.y, self.head_size,
                    self.theme.quiet, -1)  # fmt: skip

    def _label(self, words: str) -> Element:
        box = self.label
        smallest = self.size.smallest
        return sentence("label", words, box, self.label_size, smallest, self.theme.text)

    def _backward_sentence(self, each: Pass) -> str:
        """What backward does in this pass, for the first leaf that gets anything."""
        for at, name in enumerate(self.data.leaves):
            sent, before = each.sent[at], each.kept[at]
            if sent is None:
                continue
            if before is None:
                return SENTENCES.say("put", gradient=terse(sent), name=name)
            places = {
                "gradient": terse(sent),
                "name": name,
                "added": _shown(each.forgets[at]),
                "fresh": _shown(each.zeroes[at]),
            }
            if not is_small(sent.shape):
                return SENTENCES.say("added array", **places)
            return SENTENCES.say("added", sum=added([terse(before), terse(sent)]), **places)
        return SENTENCES.say("nothing sent")

    @property
    def _first(self) -> str:
        """Where the loop that forgets stands."""
        return "left" if self.size.is_wide else "upper"

    def _table(self, room: Box) -> TableView:
        numbers = tuple(
            (
                number(each.number),
                _shown(each.sent[0]),
                _shown(each.forgets[0]),
                _shown(each.zeroes[0]),
            )
            for each in self.data.passes
        )
        heads = tuple(SENTENCES.say(f"column {key}") for key in ("pass", "sent", "without", "with"))
        theme = self.theme
        inks = (theme.quiet, theme.backward, theme.text, theme.text)
        return TableView("table", room, heads, numbers, theme, self.size.smallest, inks)

    def _has_table(self, room: Box) -> bool:
        arrays: Sequence[Array | None] = [a for each in self.data.passes for a in each.sent]
        is_plain = len(self.data.leaves) == 1 and all(a is None or a.shape == () for a in arrays)
        return is_plain and room.height > 300 and self.size.width != self.size.height


def _shown(array: Array | None) -> str:
    return "None" if array is None else terse(array)


# What torch gives


def _passes(
    programs: Sequence[Program],
    values: Mapping[str, Value],
    data: Collection[str],
    leaves: Sequence[str],
    count: int,
) -> list[Pass]:
    """So many passes, the programs in turn, each by torch's own backward.

    Args:
        values: of the inputs of all programs.
        leaves: the inputs that take a gradient.

    Raises:
        ExpressionError: a program can't be computed, or its result is no number.
    """
    import torch

    from graphgen.capture.arrays import array_of
    from graphgen.language.evaluate import run
    from graphgen.language.operations import tensor_of

    for program in programs:
        run(program, *_own(program, values, data))
    with torch.inference_mode(False), torch.enable_grad():
        plain = {name: tensor_of(values[name], name not in data) for name in values}
        zeroed = {name: tensor_of(values[name], name not in data) for name in values}
        optimizer = torch.optim.SGD([zeroed[name] for name in leaves])
        result = []
        for at in range(count):
            program = programs[at % len(programs)]
            loss = _loss(program, plain)
            own = [plain[name] for name in leaves]
            before = _grads(plain, leaves)
            sent = torch.autograd.grad(loss, own, retain_graph=True, allow_unused=True)
            torch.autograd.backward(loss)
            optimizer.zero_grad()
            torch.autograd.backward(_loss(program, zeroed))
            grown, fresh = (_grads(inputs, leaves) for inputs in (plain, zeroed))
            gradients = tuple(map(_array, sent))
            result.append(
                Pass(at + 1, title_of(program), array_of(loss), gradients, before, grown, fresh)
            )
    return result


def _grads(inputs: Mapping[str, "Tensor"], leaves: Sequence[str]) -> tuple[Array | None, ...]:
    """What the leaves hold in .grad."""
    return tuple(_array(inputs[name].grad) for name in leaves)


def _own(
    program: Program, values: Mapping[str, Value], data: Collection[str]
) -> tuple[dict[str, Value], list[str]]:
    """The values and the data that one of several programs has."""
    return (
        {name: values[name] for name in program.inputs if name in values},
        [name for name in data if name in program.inputs],
    )


def _loss(program: Program, inputs: Mapping[str, "Tensor"]) -> "Tensor":
    from graphgen.language.machine import compute

    results = compute(program, {name: inputs[name] for name in program.inputs})
    return results.names[-1][1]


def _array(tensor: "Tensor | None") -> Array | None:
    from graphgen.capture.arrays import array_of

    return None if tensor is None else array_of(tensor)


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
