"""The drawing of the chain rule: `graphgen.course.scenes.chain_rule` says what is recorded."""

from typing import TYPE_CHECKING

from graphgen.course.runs.results import ratio_of
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import arrow, shape, text
from graphgen.draw.labels import bracketed, chip, phrase, phrase_width
from graphgen.draw.numberlines import NumberLine, reaches, signed
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element, Motion, Timeline
from graphgen.text.digits import number
from graphgen.text.mixing import mix

if TYPE_CHECKING:
    from graphgen.course.scenes.chain_rule import Data

__all__ = ["draw_chain"]

_EQUATION = 56.0
_STEP = 17.0
_BEFORE = 20.0
_ROOMY = 70.0
"""The distance of lines from which on there is room for the numbers along them."""


def draw_chain(data: "Data", builder: TimelineBuilder) -> Timeline:
    """Values go down the lines, a step grows from line to line, gradients come back up."""
    return _Drawing(data, builder).timeline()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: "Data", builder: TimelineBuilder) -> None:
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
        size = self._size(_STEP)
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
        builder, (first, *_, last) = self.builder, self.links
        builder.open(f"When {first.name} moves a little, how far does {last.name} move?")

    def forward(self) -> None:
        """Each function's value, from line to line."""
        builder, links = self.builder, self.links
        first = links[0]
        builder.step(f"{first.name} is {number(first.value)}: a place on a number line.", "values")
        builder.add(self._line(0), self._value(0))
        builder.animate(1.4)
        for at, link in enumerate(links[1:], 1):
            before = links[at - 1]
            builder.step(
                f"{link.formula}: {before.name} = {number(before.value)} becomes {link.name} = "
                f"{number(link.value)}.",
                "values",
            )
            builder.add(self._formula(at), self._down(at))
            builder.animate(0.4)
            builder.animate(0.8, [self._falling(at)])
            builder.add(self._line(at), self._value(at))
            builder.animate(1.2)

    def stretch(self) -> None:
        """A small step on the first line, and what it becomes on each next one."""
        builder, links = self.builder, self.links
        own = "" if self._is_common else " Each line has a scale of its own."
        builder.step(
            f"Now {links[0].name} takes a small step of {number(self.data.step)}.{own}",
            "a small step",
        )
        builder.add(self._step(0), self._fan(1, is_shut=True))
        builder.animate(1.8)
        for at, link in enumerate(links[1:], 1):
            before, moved = links[at - 1], link.moved - link.value
            builder.step(
                f"It makes {link.name} move by {number(moved)}: the slope of {link.name} along "
                f"{before.name} is {number(link.slope)}.",
                "local slopes",
                f"A step of {number(before.moved - before.value)} of {before.name} becomes "
                f"{number(moved)} of {link.name}.",
            )
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
        told = " × ".join(bracketed(link.slope) for link in links[1:])
        builder.step(
            f"Along the chain the slopes multiply: {told} = {number(links[0].grad)}.",
            "the chain rule",
            f"A small step of {links[0].name} is stretched by each function in turn.",
        )
        builder.add(self._equation())
        builder.animate(1.2)
        builder.animate(1.6)

    def backward(self) -> None:
        """The same product from the end, as backward() does it."""
        builder, links = self.builder, self.links
        last = links[-1]
        builder.step(
            f"backward() multiplies from the end: d{last.name}/d{last.name} is 1.", "gradients"
        )
        builder.add(self._gradient(len(links) - 1))
        builder.animate(1.6)
        for at in range(len(links) - 2, -1, -1):
            link, after = links[at], links[at + 1]
            builder.step(
                f"d{last.name}/d{link.name} is {bracketed(after.slope)} × "
                f"{bracketed(after.grad)} = {number(link.grad)}.",
                "gradients",
            )
            builder.add(self._up(at))
            builder.animate(0.4)
            builder.animate(0.8, [self._rising(at)])
            builder.add(self._gradient(at))
            builder.animate(1.2)
        builder.step(self._closing(), "the chain rule")
        builder.animate(2.6)

    def _closing(self) -> str:
        first, last, grad = self.links[0].name, self.links[-1].name, self.links[0].grad
        told = f"{self.ratio} = {number(grad)}"
        if grad == 0.0:
            return f"{last} stays where it is when {first} moves a little: {told}."
        way = ", the other way" if grad < 0 else ""
        far = "just as far" if abs(grad) == 1.0 else f"{number(abs(grad))} times as far"
        return f"For each bit that {first} moves, {last} moves {far}{way}: {told}."

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
        return self.lines[at].step(link.moved, color, self._size(_STEP), self.is_above)

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
