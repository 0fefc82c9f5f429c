"""The chain rule: functions one within another, each a stretch of a number line; a small step
becomes longer, or shorter, from line to line, and the local slopes multiply."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from graphgen.course.checks import check_count, check_finite
from graphgen.course.curves import ratio_of
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import arrow, shape, text
from graphgen.draw.labels import bracketed, chip, phrase, phrase_width
from graphgen.draw.numberlines import NumberLine, reaches, signed
from graphgen.language.chains import composed, links_of, nested
from graphgen.language.expression import parse
from graphgen.language.syntax import Program, source
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.layout.measure import fitted, width
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Motion, Timeline
from graphgen.text.catalogue import Table
from graphgen.text.digits import number
from graphgen.text.formulas import pretty, shortened
from graphgen.text.mixing import mix

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["SCENE", "Data", "Link", "draw", "record", "title"]

SENTENCES = Table(
    "chain-rule",
    {
        "question": "When {name} moves a little, how far does {result} move?",
        "place": "{name} is {value}: a place on a number line.",
        "value": "{formula}: where {before} is {number}, {name} is {value}.",
        "step": "Now {name} takes a small step of {step}.",
        "step, own scales": (
            "Now {name} takes a small step of {step}. Each line has a scale of its own."
        ),
        "moved": (
            "It makes {name} move by {moved}: the slope of {name} with respect to {before} is "
            "{slope}."
        ),
        "not moved": (
            "It doesn't move {name}: the slope of {name} with respect to {before} is {slope}."
        ),
        "stretched": "A step of {step} in {before} becomes a step of {moved} in {name}.",
        "product": "Along the chain the slopes multiply: {product} = {gradient}.",
        "in turn": "A small step in {name} is stretched by each function in turn.",
        "seed": "backward() multiplies from the end: d{result}/d{result} is 1.",
        "link": "d{result}/d{name} is {slope} × {above} = {gradient}.",
        "still": "{result} stays where it is when {name} moves a little: {ratio} = {gradient}.",
        "as far": (
            "For each bit that {name} moves, {result} moves just as far: {ratio} = {gradient}."
        ),
        "as far, the other way": (
            "For each bit that {name} moves, {result} moves just as far, the other way: {ratio} = "
            "{gradient}."
        ),
        "times as far": (
            "For each bit that {name} moves, {result} moves {times} times as far: {ratio} = "
            "{gradient}."
        ),
        "times as far, the other way": (
            "For each bit that {name} moves, {result} moves {times} times as far, the other way: "
            "{ratio} = {gradient}."
        ),
    },
)


_MOST_LINKS = 8
_EQUATION = 56.0
_STEP_SIZE = 17.0
_BEFORE = 20.0
_ROOMY = 70.0
"""The distance of lines from which on there is room for the numbers along them."""
_LONGEST = 48
_STRAIGHT = 0.005
"""How far the longest stretch may be from what the slopes say, as a share of it."""
_FIRST_STEP, _SMALLEST = 0.01, 1e-4
"""The step that is tried first, beside the place's magnitude, and the smallest, beside that."""
_USUAL = 1e-2
"""Places from here to 10 have the magnitude 1, and 0 has."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a function makes of the one before, by torch in float64; the first is the input itself.

    Attributes:
        name: of what comes out.
        formula: "u = 3 × x + 1"; "" for the input.
        value: what comes out; slope: how much it moves for each bit that the one before moves.
        grad: d result / d this, all later slopes multiplied, by autograd.
        moved: what comes out where the input is a small step further.
    """

    name: str
    formula: str
    value: float
    slope: float
    grad: float
    moved: float


@dataclass(frozen=True, slots=True)
class Data:
    """A composition at one place.

    Attributes:
        program: as the person wrote it.
        step: how far the input was moved.
        links: the input, then each function's result.
    """

    program: str
    step: float
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        check_count("links", self.links, 2, _MOST_LINKS + 1)
        check_finite("a step", self.step)
        for link in self.links:
            check_finite(f"the link {link.name[:60]!r}", link.value, link.slope, link.moved)


def record(request: Request) -> Data:
    """What torch gives for the composition.

    Raises:
        InputError: no name is free, there are fewer than two functions or too many, or something
            isn't finite.
    """
    from graphgen.course.sampling import free_name, number_of

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    at = number_of(request.values.get(name), name)
    step = request.options.get("step")
    if step == 0.0:
        raise InputError("a step that isn't 0: got 0; give another with --step")
    held = {key: value for key, value in request.values.items() if key != name}
    size, links = _linked(program, name, held, at, step)
    if len(links) - 1 > _MOST_LINKS:
        raise InputError(
            f"a composition of at most {_MOST_LINKS} functions: got {len(links) - 1}; write some "
            "of them together in one statement"
        )
    return Data(request.text, size, links)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Values go down the lines, a step grows from line to line, gradients come back up.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data, TimelineBuilder(title, theme, frame)).timeline()


# Drawing


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        self.links = data.links
        stage = builder.frame.stage
        self.box = Box(stage.x, stage.y, stage.width, stage.height - _EQUATION)
        self.equation = (stage.center.x, stage.y + stage.height - _EQUATION / 2, stage.width)
        self.pitch = self.box.height / len(self.links)
        shares = (0.25, 0.24) if builder.frame.is_wide else (0.32, 0.22)
        self.left, self.right = (share * stage.width for share in shares)
        self.lines = self._lines()

    def _lines(self) -> list[NumberLine]:
        """A line for each link, below each other."""
        wide = self.box.width - self.left - self.right - 12.0
        moves = [link.moved - link.value for link in self.links]
        self.is_above = not self.builder.frame.is_wide and self.pitch >= 1.2 * _ROOMY
        size = self._size(_STEP_SIZE)
        label = _BEFORE + max(0.0 if self.is_above else width(signed(m), size) for m in moves)
        return [
            NumberLine(f"line/{at}", self.box.x + self.left, self._y(at), wide, link.value, reach,
                       self.theme)
            for at, (link, reach) in enumerate(
                zip(self.links, reaches(moves, wide, label), strict=True)
            )
        ]  # fmt: skip

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.forward()
        self.stretch()
        self.multiply()
        self.backward()
        return self.builder.build()

    @property
    def ratio(self) -> str:
        """What the gradient of the input is called."""
        return ratio_of(self.links[-1].name, self.links[0].name)

    def open(self) -> None:
        """The composition."""
        first, *_, last = self.links
        self.builder.open(SENTENCES.say("question", name=first.name, result=last.name))

    def forward(self) -> None:
        """Each function's value, from line to line."""
        builder, links = self.builder, self.links
        first = links[0]
        place = SENTENCES.say("place", name=first.name, value=number(first.value))
        builder.step(place, "values")
        builder.add(self._line(0), self._value(0))
        builder.animate(1.4)
        for at, link in enumerate(links[1:], 1):
            before = links[at - 1]
            value = SENTENCES.say(
                "value", formula=link.formula, before=before.name, number=number(before.value),
                name=link.name, value=number(link.value),
            )  # fmt: skip
            builder.step(value, "values")
            builder.add(self._formula(at), self._down(at))
            builder.animate(0.4)
            builder.animate(0.8, [self._falling(at)])
            builder.add(self._line(at), self._value(at))
            builder.animate(1.2)

    def stretch(self) -> None:
        """A small step on the first line, and what it becomes on each next one."""
        builder, links = self.builder, self.links
        key = "step" if self._is_common else "step, own scales"
        step = SENTENCES.say(key, name=links[0].name, step=number(self.data.step))
        builder.step(step, "a small step")
        builder.add(self._step(0), self._fan(1, is_shut=True))
        builder.animate(1.8)
        for at, link in enumerate(links[1:], 1):
            builder.step(*_moved_sentences(links[at - 1], link))
            builder.add(self._fan(at))
            builder.animate(0.8)
            builder.add(self._step(at))
            builder.animate(0.8)
            builder.add(self._times(at))
            if at + 1 < len(links):
                builder.add(self._fan(at + 1, is_shut=True))
            builder.animate(1.2)

    def multiply(self) -> None:
        """All local slopes, one after the other."""
        builder, links = self.builder, self.links
        product = " × ".join(bracketed(link.slope) for link in links[1:])
        gradient = number(links[0].grad)
        builder.step(
            SENTENCES.say("product", product=product, gradient=gradient),
            "the chain rule",
            SENTENCES.say("in turn", name=links[0].name),
        )
        builder.add(self._equation())
        builder.animate(1.2)
        builder.animate(1.6)

    def backward(self) -> None:
        """The same product from the end, as backward() does it."""
        builder, links = self.builder, self.links
        last = links[-1]
        builder.step(SENTENCES.say("seed", result=last.name), "gradients")
        builder.add(self._gradient(len(links) - 1))
        builder.animate(1.6)
        for at in range(len(links) - 2, -1, -1):
            link, after = links[at], links[at + 1]
            sentence = SENTENCES.say(
                "link", result=last.name, name=link.name, slope=bracketed(after.slope),
                above=bracketed(after.grad), gradient=number(link.grad),
            )  # fmt: skip
            builder.step(sentence, "gradients")
            builder.add(self._up(at))
            builder.animate(0.4)
            builder.animate(0.8, [self._rising(at)])
            builder.add(self._gradient(at))
            builder.animate(1.2)
        builder.step(self._closing(), "the chain rule")
        builder.animate(2.6)

    def _closing(self) -> str:
        first, last, grad = self.links[0].name, self.links[-1].name, self.links[0].grad
        places = {
            "name": first, "result": last, "ratio": self.ratio, "gradient": number(grad)
        }  # fmt: skip
        if grad == 0.0:
            return SENTENCES.say("still", **places)
        way = ", the other way" if grad < 0 else ""
        if abs(grad) == 1.0:
            return SENTENCES.say(f"as far{way}", **places)
        return SENTENCES.say(f"times as far{way}", times=number(abs(grad)), **places)

    # Where things stand

    def _y(self, at: int) -> float:
        return self.box.y + (at + 0.5) * self.pitch

    def _size(self, points: float) -> float:
        return max(self.builder.frame.smallest, min(points, 0.24 * self.pitch))

    @property
    def _is_common(self) -> bool:
        return len({each.reach for each in self.lines}) == 1

    # Lines and steps

    def _line(self, at: int) -> list[Element]:
        """A number line, and the place on it."""
        return self.lines[at].frame(is_told=self.pitch >= _ROOMY)

    def _step(self, at: int) -> list[Element]:
        """How far a line's place moves."""
        link, color = self.links[at], self.theme.forward
        return self.lines[at].step(link.moved, color, self._size(_STEP_SIZE), self.is_above)

    def _fan(self, at: int, is_shut: bool = False) -> list[Element]:
        """The light between a step and the one that it becomes; shut, where it begins."""
        before, link = self.links[at - 1], self.links[at]
        upper, lower, top, bottom = *self.lines[at - 1 : at + 1], self._y(at - 1), self._y(at)
        left, right = upper.at(before.value), upper.at(before.moved)
        below = (lower.at(link.moved), bottom), (lower.at(link.value), bottom)
        ends = ((right, top), (left, top)) if is_shut else below
        path = [(left, top), (right, top), *ends, (left, top)]
        return [shape(f"fan/{at}", path, fill=self.theme.forward, opacity=0.18, layer=1)]

    def _times(self, at: int) -> list[Element]:
        """How much a step is stretched from one line to the next."""
        before, link = self.links[at - 1], self.links[at]
        upper, lower = self.lines[at - 1 : at + 1]
        ends = [upper.at(before.value), upper.at(before.moved)]
        ends += [lower.at(link.value), lower.at(link.moved)]
        words, size = f"× {bracketed(link.slope)}", self._size(18.0)
        x, y = sum(ends) / 4, (self._y(at - 1) + self._y(at)) / 2
        return self._chip(f"times/{at}", words, x, y, size, self.theme.backward)

    # Values down the left side, gradients up the right

    def _chip(
        self, key: str, words: str, x: float, y: float, size: float, tint: str
    ) -> list[Element]:
        return chip(key, words, x, y, size, tint, mix(tint, self.theme.page, 0.86))

    def _value(self, at: int) -> list[Element]:
        link, size = self.links[at], self._size(20.0)
        words = fitted(f"{link.name} = {number(link.value)}", size, self.left - 1.4 * size)
        x = self.box.x + (width(words, size) + 0.9 * size) / 2
        return self._chip(f"value/{at}", words, x, self._y(at), size, self.theme.forward)

    def _formula(self, at: int) -> list[Element]:
        room, y = self.left - 38, (self._y(at - 1) + self._y(at)) / 2
        words, size = self.links[at].formula, self._size(17.0)
        size = max(self.builder.frame.smallest, min(size, size * room / width(words, size)))
        words = fitted(words, size, room)
        return [text(f"formula/{at}", words, self.box.x + 30, y, size, self.theme.text, -1)]

    def _down(self, at: int) -> list[Element]:
        """From one value to the next."""
        (x, top), (_, bottom) = self._way(at, self.box.x + 16)
        ends = [(x, top), (x, bottom)]
        return list(arrow(f"down/{at}", ends, self.theme.forward, 2.2, enter="draw"))

    def _falling(self, at: int) -> Motion:
        """A value on its way to what a function makes of it."""
        size, way = self._size(18.0), self._way(at, self.box.x + 16)
        words = number(self.links[at - 1].value)
        return Motion(
            tuple(self._chip(f"falling/{at}", words, *way[0], size, self.theme.forward)), way
        )

    def _gradient(self, at: int) -> list[Element]:
        link, size = self.links[at], self._size(20.0)
        room = self.right - 0.9 * size
        words = f"d{self.links[-1].name}/d{link.name} = {number(link.grad)}"
        if width(words, size) > room:
            words = f"∂ {number(link.grad)}"
        words = fitted(words, size, room)
        right = self.box.x + self.box.width
        x = right - (width(words, size) + 0.9 * size) / 2
        return self._chip(f"gradient/{at}", words, x, self._y(at), size, self.theme.backward)

    def _up(self, at: int) -> list[Element]:
        """From the next line's gradient to this one's, with the slope that it is multiplied by."""
        x = self.box.x + self.box.width - 16
        (_, top), (_, bottom) = self._way(at + 1, x)
        words, size = f"× {bracketed(self.links[at + 1].slope)}", self._size(17.0)
        color = self.theme.backward
        return [
            *arrow(f"up/{at}", [(x, bottom), (x, top)], color, 2.2, is_dashed=True),
            text(f"up/{at}/times", words, x - 12, (top + bottom) / 2, size, color, 1),
        ]

    def _rising(self, at: int) -> Motion:
        """A gradient on its way back through a function."""
        way = self._way(at + 1, self.box.x + self.box.width - 16)[::-1]
        size, words = self._size(18.0), number(self.links[at + 1].grad)
        elements = self._chip(f"rising/{at}", words, *way[0], size, self.theme.backward)
        return Motion(tuple(elements), way)

    def _way(self, at: int, x: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """From below one line's chip to above the next one's."""
        free = 0.8 * self._size(20.0) + 5
        return (x, self._y(at - 1) + free), (x, self._y(at) - free)

    def _equation(self) -> list[Element]:
        theme, links = self.theme, self.links
        pieces = [(f"{self.ratio} =", theme.quiet)]
        for at, link in enumerate(links[1:]):
            pieces += [("×", theme.quiet)] if at else []
            pieces.append((bracketed(link.slope), theme.backward))
        pieces += [("=", theme.quiet), (number(links[0].grad), theme.backward)]
        x, y, room = self.equation
        if phrase_width(pieces, self.builder.frame.smallest) > room:
            pieces = [pieces[0], pieces[-1]]
        return phrase("equation", pieces, x, y, 28.0, room=room)


def _moved_sentences(before: Link, link: Link) -> tuple[str, str, str]:
    """How far a function moves: the caption, its chapter, and the narration beside it."""
    moved = link.moved - link.value
    places = {"name": link.name, "before": before.name}
    slope, step = number(link.slope), number(before.moved - before.value)
    caption = (
        SENTENCES.say("moved", moved=number(moved), slope=slope, **places)
        if moved
        else SENTENCES.say("not moved", slope=slope, **places)
    )
    narration = SENTENCES.say("stretched", step=step, moved=number(moved), **places)
    return caption, "local slopes", narration


# What torch gives


def _linked(
    program: Program, name: str, values: Mapping[str, Value], at: float, step: float | None
) -> tuple[float, tuple[Link, ...]]:
    """What a program does to a place and to one a small step further.

    Args:
        step: None for one so small that every function is nearly straight along it.

    Returns:
        The step, and each function, with what it makes of the one before.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.
        InputError: there are fewer than two functions, or something isn't finite.
    """
    from graphgen.course.sampling import result_of
    from graphgen.language.evaluate import run

    chain = composed(program, name, result_of(program))
    values_of = run(chain, {**values, name: at})
    known = dict(values_of.names)
    names = [each for each in links_of(chain, name) if known[each].shape == ()]
    if len(names) < 3:
        raise InputError(
            "a composition of two functions or more, such as 'u = 3 * x + 1; y = u ** 2': got one "
            f"function of {name[:60]!r}; name a part of it in a statement of its own"
        )
    tensors = [known[each] for each in names]
    formulas = [pretty(f"{n} = {source(nested(chain, n, names))}") for n in names[1:]]
    slopes = [_slope(after, before) for before, after in pairwise(tensors)]
    grads = [_slope(values_of.loss, tensor) for tensor in tensors]
    _check(names, tensors, slopes, at)
    size, moved = _moved(chain, names, values, at, step, tensors, grads[0])
    return size, tuple(
        Link(n, shortened(formula, _LONGEST), tensor.item(), slope, grad, there)
        for n, formula, tensor, slope, grad, there in zip(
            names, ["", *formulas], tensors, [1.0, *slopes], grads, moved, strict=True
        )
    )


def _slope(result: "Tensor", operand: "Tensor") -> float:
    """d result / d operand, by autograd; 0 where the result doesn't depend on it."""
    import torch

    if not result.requires_grad or not operand.requires_grad:
        return 0.0
    (slope,) = torch.autograd.grad(result, [operand], retain_graph=True, allow_unused=True)
    return 0.0 if slope is None else slope.item()


def _check(
    names: Sequence[str], tensors: "Sequence[Tensor]", slopes: Sequence[float], at: float
) -> None:
    for name, tensor, slope in zip(names, tensors, (1.0, *slopes), strict=True):
        for what, value in (("value", tensor.item()), ("slope", slope)):
            if not math.isfinite(value):
                raise InputError(
                    f"finite values and slopes along the chain: got {what} {value} at "
                    f"{name[:60]!r} for {names[0][:60]} = {at:g}; choose another place with --set"
                )


def _moved(
    chain: Program,
    names: Sequence[str],
    values: Mapping[str, Value],
    at: float,
    step: float | None,
    tensors: "Sequence[Tensor]",
    slope: float,
) -> tuple[float, list[float]]:
    """How large the step is, and where each name is after it."""
    from graphgen.language.evaluate import run

    size = _FIRST_STEP * _magnitude(at) if step is None else step
    least = _SMALLEST * size
    while True:
        known = dict(run(chain, {**values, names[0]: at + size}).names)
        moved = [known[each].item() for each in names]
        whole = moved[-1] - tensors[-1].item()
        is_straight = abs(whole - slope * size) <= _STRAIGHT * abs(slope * size)
        if step is not None or is_straight or size / 10 < least:
            if not all(map(math.isfinite, moved)):
                raise InputError(
                    f"finite values a step of {size:g} further: got {moved[-1]}; choose another "
                    "with --step"
                )
            return size, moved
        size /= 10


def _magnitude(at: float) -> float:
    """The power of ten of a place.

    >>> _magnitude(2.0), _magnitude(0.3), _magnitude(0.0), _magnitude(-250.0), _magnitude(3e-30)
    (1.0, 1.0, 1.0, 100.0, 1e-30)
    """
    size = abs(at)
    return 1.0 if size == 0.0 or _USUAL <= size < 10 else 10.0 ** math.floor(math.log10(size))


SCENE = Scene(
    name="chain-rule",
    order=20,
    summary="Functions within functions: along the chain the local slopes multiply.",
    program="u = 3 * x + 1; y = u ** 2",
    values={"x": 2.0},
    examples=(
        'chain-rule "u = 3 * x + 1; y = u ** 2" --set x=2 -o chain-rule.mp4',
        'chain-rule "sin(3 * x + 1) ** 2" --set x=0.5 -o three-links.svg --svg steps',
    ),
    options=(
        Option(
            "step",
            "number",
            None,
            "How far the input is moved; without it, so little that "
            "every function is nearly straight along it.",
        ),
        Option("name", "text", "", "The name that is free, where several have no value."),
    ),
    takes="a composition of one name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
