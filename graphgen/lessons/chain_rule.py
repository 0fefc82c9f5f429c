"""The chain rule: functions one within another, each a stretch of a number line; a small step
becomes longer, or shorter, from line to line, and the local slopes multiply."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.digits import number
from graphgen.errors import InputError
from graphgen.expression import parse
from graphgen.geometry import Box
from graphgen.language.titles import title_of
from graphgen.lessons.lesson import Kind, Option, Request
from graphgen.lessons.links import Link
from graphgen.placing.measure import fitted, width
from graphgen.storyboard.bands import opening
from graphgen.storyboard.board import Size, Storyboard
from graphgen.storyboard.charts import ticks
from graphgen.storyboard.elements import Element, arrow, circle, line, shape, text
from graphgen.storyboard.labels import chip, phrase
from graphgen.storyboard.making import Maker
from graphgen.storyboard.mixing import mix
from graphgen.theme import Theme

__all__ = ["KIND", "Data", "draw", "record", "title"]

KIND = Kind(
    name="chain-rule",
    summary="Functions within functions: along the chain the local slopes multiply.",
    text="u = 3 * x + 1; y = u ** 2",
    values={"x": 2.0},
    examples=(
        'chain-rule "u = 3 * x + 1; y = u ** 2" --set x=2 -o chain-rule.mp4',
        'chain-rule "sin(3 * x + 1) ** 2" --set x=0.5 -o three-links.svg --svg steps',
    ),
    options=(
        Option("step", "number", None, "How far x is moved; without it, a small step by itself."),
        Option("name", "text", "", "The name that is free, where several have no value."),
    ),
)

_MOST_LINKS = 8
_EQUATION = 52.0
_SHORTEST, _VISIBLE = 3.0, 5.0


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


def record(request: Request) -> Data:
    """What torch gives for the composition.

    Raises:
        InputError: no name is free, there are fewer than two functions or too many, or something
            isn't finite.
    """
    from graphgen.runs.chains import linked
    from graphgen.runs.sampling import free_name, number_of

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    at = number_of(request.values.get(name), name)
    step = request.options.get("step")
    if step == 0.0:
        raise InputError("a step that isn't 0: got 0; give another with --step")
    held = {key: value for key, value in request.values.items() if key != name}
    size, links = linked(program, name, held, at, step)
    if len(links) - 1 > _MOST_LINKS:
        raise InputError(
            f"a composition of at most {_MOST_LINKS} functions: got {len(links) - 1}; write some "
            "of them together in one statement"
        )
    return Data(request.text, size, links)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def draw(data: Data, title: str, theme: Theme, size: Size) -> Storyboard:
    """Values go down the lines, a step grows from line to line, gradients come back up."""
    return _Drawing(data, Maker(title, theme, size)).board()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, maker: Maker) -> None:
        self.data, self.maker, self.theme = data, maker, maker.theme
        self.links = data.links
        stage = maker.size.stage
        self.lines = Box(stage.x, stage.y, stage.width, stage.height - _EQUATION)
        self.equation = (stage.center.x, stage.y + stage.height - _EQUATION / 2, stage.width)
        self.pitch = self.lines.height / len(self.links)
        shares = (0.25, 0.25) if maker.size.is_wide else (0.3, 0.24)
        self.left, self.right = (share * stage.width for share in shares)
        self.start = self.lines.x + self.left
        self.room = self.lines.width - self.left - self.right
        self.spans = _spans(self.links, self.room)

    def board(self) -> Storyboard:
        """All steps."""
        self.open()
        self.forward()
        self.stretch()
        self.multiply()
        self.backward()
        return self.maker.board()

    @property
    def ratio(self) -> str:
        """What the gradient of the input is called."""
        return f"d{self.links[-1].name}/d{self.links[0].name}"

    def open(self) -> None:
        """The composition."""
        maker, (first, *_, last) = self.maker, self.links
        maker.step(f"When {first.name} moves a little, how far does {last.name} move?")
        maker.put(opening(maker.title, maker.size, self.theme))
        maker.beat(2.0)
        maker.drop("title")

    def forward(self) -> None:
        """Each function's value, from line to line."""
        maker = self.maker
        for at, link in enumerate(self.links):
            if at == 0:
                told = f"{link.name} is {number(link.value)}: a place on a number line."
            else:
                told = f"{link.formula}: {self.links[at - 1].name} = "
                told += f"{number(self.links[at - 1].value)} becomes {link.name} = "
                told += f"{number(link.value)}."
            maker.step(told, "values")
            if at:
                maker.put(self._formula(at), self._down(at))
                maker.beat(0.8)
            maker.put(self._line(at), self._value(at), self._base(at))
            maker.beat(1.2)

    def stretch(self) -> None:
        """A small step on the first line, and what it becomes on each next one."""
        maker, links = self.maker, self.links
        first = links[0]
        maker.step(
            f"Now {first.name} takes a small step of {number(self.data.step)}.", "a small step"
        )
        maker.put(self._step(0))
        maker.beat(1.6)
        for at, link in enumerate(links[1:], 1):
            before, moved = links[at - 1], link.moved - link.value
            maker.step(
                f"The step makes {link.name} move by {number(moved)}: the slope of {link.name} "
                f"along {before.name} is {number(link.slope)}.",
                "local slopes",
                f"A step of {number(before.moved - before.value)} of {before.name} becomes "
                f"{number(moved)} of {link.name}.",
            )
            maker.put(self._fan(at))
            maker.beat(0.8)
            maker.put(self._step(at))
            maker.put(self._times(at))
            maker.beat(1.4)

    def multiply(self) -> None:
        """All local slopes, one after the other."""
        maker, links = self.maker, self.links
        stretched = _listed([number(link.slope) for link in links[1:]])
        product = " × ".join(_bracketed(link.slope) for link in links[1:])
        maker.step(
            f"Stretched {stretched}: the slopes multiply, {product} = {number(links[0].grad)}.",
            "the chain rule",
        )
        maker.put(self._equation())
        maker.beat(1.2)
        maker.beat(1.6)

    def backward(self) -> None:
        """The same product from the end, as backward() does it."""
        maker, links = self.maker, self.links
        last = links[-1]
        maker.step(
            f"backward() multiplies from the end: d{last.name}/d{last.name} is 1.", "gradients"
        )
        maker.put(self._gradient(len(links) - 1))
        maker.beat(1.4)
        for at in range(len(links) - 2, -1, -1):
            link, after = links[at], links[at + 1]
            maker.step(
                f"d{last.name}/d{link.name} is {_bracketed(after.slope)} × "
                f"{_bracketed(after.grad)} = {number(link.grad)}.",
                "gradients",
            )
            maker.put(self._up(at))
            maker.beat(0.6)
            maker.put(self._gradient(at))
            maker.beat(1.2)
        maker.step(
            f"So {last.name} moves {number(links[0].grad)} times as far as {links[0].name}: "
            f"{self.ratio} = {number(links[0].grad)}, link by link.",
            "the chain rule",
        )
        maker.beat(2.4)

    # What stands

    def _y(self, at: int) -> float:
        return self.lines.y + (at + 0.5) * self.pitch

    def _x(self, at: int, value: float) -> float:
        low, high = self.spans[at]
        return self.start + (value - self.links[at].value - low) / (high - low) * self.room

    def _line(self, at: int) -> list[Element]:
        """A number line with its numbers."""
        theme, link, y = self.theme, self.links[at], self._y(at)
        low, high = (link.value + end for end in self.spans[at])
        ends = [(self.start, y), (self.start + self.room, y)]
        found = [line(f"line/{at}", ends, theme.quiet, 1.6, enter="draw")]
        told = ticks(low, high, max(2, int(self.room / 70)))
        is_told = len({words for _, words in told}) == len(told)
        for index, (value, words) in enumerate(told):
            x = self._x(at, value)
            found.append(line(f"line/{at}/{index}", [(x, y - 4), (x, y + 4)], theme.quiet, 1.2))
            if is_told:
                found.append(text(f"line/{at}/{index}/n", words, x, y + 15, 12.0, theme.quiet))
        return found

    def _base(self, at: int) -> Element:
        x = self._x(at, self.links[at].value)
        return circle(
            f"base/{at}", x, self._y(at), 5.5, self.theme.text, self.theme.page, 1.6, layer=4
        )

    def _value(self, at: int) -> list[Element]:
        link, size = self.links[at], self._size(18.0)
        words = fitted(f"{link.name} = {number(link.value)}", size, self.left - 30)
        x = self.lines.x + self.left / 2 - 10
        fill = mix(self.theme.forward, self.theme.page, 0.84)
        return chip(f"value/{at}", words, x, self._y(at), size, self.theme.forward, fill)

    def _gradient(self, at: int) -> list[Element]:
        link, size = self.links[at], self._size(18.0)
        words = f"d{self.links[-1].name}/d{link.name} = {number(link.grad)}"
        room = self.right - 22
        if width(words, size) > room - 0.9 * size:
            words = f"∂ {number(link.grad)}"
        x = self.lines.x + self.lines.width - self.right / 2 + 6
        fill = mix(self.theme.backward, self.theme.page, 0.84)
        return chip(
            f"gradient/{at}", fitted(words, size, room), x, self._y(at), size, self.theme.backward,
            fill,
        )  # fmt: skip

    def _size(self, points: float) -> float:
        return max(self.maker.size.smallest, min(points, 0.24 * self.pitch))

    def _formula(self, at: int) -> list[Element]:
        size = self._size(15.0)
        x, y = self.lines.x + self.left / 2 + 4, (self._y(at - 1) + self._y(at)) / 2
        words = fitted(self.links[at].formula, size, self.left - 26)
        return [text(f"formula/{at}", words, x, y, size, self.theme.text)]

    def _down(self, at: int) -> list[Element]:
        x, half = self.lines.x + 8, 0.5 * self.pitch - 22
        y = (self._y(at - 1) + self._y(at)) / 2
        return list(
            arrow(
                f"down/{at}", [(x, y - half), (x, y + half)], self.theme.forward, 2.0, enter="draw"
            )
        )

    def _up(self, at: int) -> list[Element]:
        """From the next line's gradient to this one's, with the slope that it is multiplied by."""
        x = self.lines.x + self.lines.width - self.right / 2 + 6
        y, half = (self._y(at) + self._y(at + 1)) / 2, 0.5 * self.pitch - 22
        ends = [(x, y + half), (x, y - half)]
        size = self._size(15.0)
        return [
            *arrow(f"up/{at}", ends, self.theme.backward, 2.0, is_dashed=True),
            text(f"up/{at}/times", f"× {_bracketed(self.links[at + 1].slope)}", x + 10, y, size,
                 self.theme.backward, -1),
        ]  # fmt: skip

    def _step(self, at: int) -> list[Element]:
        link, y, theme = self.links[at], self._y(at), self.theme
        start, end = self._x(at, link.value), self._x(at, link.moved)
        moved = link.moved - link.value
        words = f"+{number(moved)}" if moved >= 0 else number(moved)
        size = self._size(15.0)
        return [
            line(f"step/{at}", [(start, y), (end, y)], theme.forward, 5.0, layer=2, enter="draw"),
            circle(f"moved/{at}", end, y, 4.0, theme.forward, theme.page, 1.2, layer=3),
            text(f"step/{at}/n", words, (start + end) / 2, y - 16, size, theme.forward),
        ]

    def _fan(self, at: int) -> list[Element]:
        """The light between a step and the one that it becomes."""
        before, link = self.links[at - 1], self.links[at]
        top, bottom = self._y(at - 1), self._y(at)
        path = [
            (self._x(at - 1, before.value), top), (self._x(at - 1, before.moved), top),
            (self._x(at, link.moved), bottom), (self._x(at, link.value), bottom),
        ]  # fmt: skip
        return [shape(f"fan/{at}", path, fill=self.theme.forward, opacity=0.16, layer=1)]

    def _times(self, at: int) -> list[Element]:
        """How much a step is stretched from one line to the next."""
        before, link = self.links[at - 1], self.links[at]
        ends = [
            self._x(at - 1, before.value), self._x(at - 1, before.moved),
            self._x(at, link.moved), self._x(at, link.value),
        ]  # fmt: skip
        words, size = f"× {_bracketed(link.slope)}", self._size(17.0)
        x, y = sum(ends) / 4, (self._y(at - 1) + self._y(at)) / 2
        fill = mix(self.theme.backward, self.theme.page, 0.86)
        return chip(f"times/{at}", words, x, y, size, self.theme.backward, fill)

    def _equation(self) -> list[Element]:
        theme, links = self.theme, self.links
        pieces = [(f"{self.ratio} =", theme.quiet)]
        for at, link in enumerate(links[1:]):
            pieces += [("×", theme.quiet)] if at else []
            pieces.append((_bracketed(link.slope), theme.backward))
        pieces += [("=", theme.quiet), (number(links[0].grad), theme.backward)]
        x, y, room = self.equation
        return phrase("equation", pieces, x, y, 26.0, room=room)


def _spans(links: Sequence[Link], room: float) -> list[tuple[float, float]]:
    """What each number line spans, beside its own place: the same for all, so that steps can be
    compared, where every step can be seen then; else each its own."""
    moves = [link.moved - link.value for link in links]
    common = _span(moves)
    shortest = min((abs(move) for move in moves if move), default=0.0)
    if shortest / (common[1] - common[0]) * room >= _SHORTEST:
        return [common] * len(links)
    return [_span([move]) for move in moves]


def _span(moves: Sequence[float]) -> tuple[float, float]:
    low, high = min(0.0, *moves), max(0.0, *moves)
    whole = high - low or 1.0
    return low - 0.14 * whole, high + 0.14 * whole


def _bracketed(value: float) -> str:
    told = number(value)
    return f"({told})" if told.startswith("−") else told


def _listed(texts: Sequence[str]) -> str:
    """Numbers of times, in words."""
    told = [f"{words} times" for words in texts]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]
