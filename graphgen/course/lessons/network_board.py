"""The pictures of a network: a block for each layer, in the order in which they are called."""

from dataclasses import replace

from graphgen.course.lessons.network_blocks import Blocks, State
from graphgen.course.lessons.network_words import count, kept, loss_words, numbers, update
from graphgen.course.runs.results import Layer
from graphgen.course.scenes.network import Data
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import box_of, moved
from graphgen.draw.labels import chip
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Motion, Timeline
from graphgen.text.digits import number
from graphgen.text.mixing import mix

__all__ = ["drawn"]

_CHIP = 15.0


def drawn(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """All steps of the scene."""
    return _Drawing(data, TimelineBuilder(title, theme, frame)).timeline()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        self.blocks = Blocks(data, builder)
        self.count = self.blocks.count

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.forward()
        self.backward()
        self.update()
        self.again()
        return self.builder.build()

    def open(self) -> None:
        """The blocks, empty."""
        data, builder = self.data, self.builder
        learned = sum(count(p.before) for layer in data.layers for p in layer.parameters)
        builder.open(
            f"{len(data.layers)} layers with {learned} numbers to learn. What does one step do?"
        )
        builder.step("The layers, each with its parameters as they are now.")
        self.blocks.show(State())
        builder.animate(1.2)

    def forward(self) -> None:
        """Values go from block to block."""
        data, builder = self.data, self.builder
        rows = data.input.shape[0] if data.input.shape else 1
        builder.step(
            f"{rows} examples come in: {numbers(data.input)}.",
            "forward",
            "Cells are strong where numbers are large; those below 0 have a colour of their own.",
        )
        self.blocks.show(State(forward=1, lit=0))
        builder.animate(1.2)
        for at, layer in enumerate(data.layers, start=1):
            builder.step(
                f"{layer.kind} {layer.detail}".strip() + f" gives {numbers(layer.output)}.",
                "forward",
            )
            self.pass_on(at - 1, at, is_back=False)
            self.blocks.show(State(forward=at + 1, lit=at))
            builder.animate(0.8)
        builder.step(
            f"The {loss_words(data.loss)} to the target is {number(data.losses[0])}.", "forward"
        )
        self.pass_on(self.count - 2, self.count - 1, is_back=False)
        self.blocks.show(State(forward=self.count, lit=self.count - 1))
        builder.animate(1.2)

    def backward(self) -> None:
        """Gradients come back from block to block."""
        data, builder = self.data, self.builder
        last = self.count - 1
        for at in range(last - 1, 0, -1):
            layer = data.layers[at - 1]
            told = f"norm {number(layer.slope.norm)}"
            who = "The loss" if at == last - 1 else data.layers[at].kind
            builder.step(
                f"{who} sends {layer.kind} the gradient of its output, {told}{kept(layer)}.",
                "backward",
            )
            self.pass_on(at + 1, at, is_back=True)
            self.blocks.show(State(self.count, at, 0, at))
            builder.animate(1.0)
        builder.poster()

    def update(self) -> None:
        """Every parameter takes its step."""
        data, builder = self.data, self.builder
        layers = [at for at, layer in enumerate(data.layers) if layer.parameters]
        for at in layers:
            layer = data.layers[at]
            builder.step(f"Update: {update(data, layer)}.", "update")
            self.blocks.show(State(self.count, 1, at, at + 1))
            builder.animate(0.4)
            builder.animate(0.8, self._steps(at + 1, layer))
            self.blocks.show(State(self.count, 1, at + 1, at + 1))
            builder.animate(1.0)

    def again(self) -> None:
        """The loss that the changed network has."""
        before, after = self.data.losses
        word = "fell" if after < before else "rose" if after > before else "stayed"
        told = f"from {number(before)} to {number(after)}" if word != "stayed" else "as it was"
        self.builder.step(f"Forward again: the loss {word} {told}.", "update")
        self.blocks.show(State(self.count, 1, self.count, self.count - 1))
        self.builder.animate(1.2)
        self.builder.animate(1.8)

    def pass_on(self, source: int, target: int, is_back: bool) -> None:
        """A sheet goes from one block into the next."""
        self.blocks.show(replace(self.blocks.state, lit=target))
        part = 3 if is_back else 2
        key = f"net/{source}/{'slope' if is_back else 'value'}"
        elements = [
            moved(self.builder.element(name), 0, 0, f"going/{name}")
            for name in self.builder.keys(key)
            if not name.endswith("/words")
        ]
        start, end = self.blocks.parts(source)[part].center, self.blocks.parts(target)[part].center
        if not elements:
            self.builder.animate(0.4)
            return
        going = Motion(tuple(elements), ((start.x, start.y), (end.x, end.y)))
        self.builder.animate(0.8, [going])

    def _steps(self, slot: int, layer: Layer) -> list[Motion]:
        """The gradients of a layer's parameters, on their way to what they change."""
        found = []
        tint = self.theme.backward
        fill = mix(tint, self.theme.page, 0.8)
        words = f"− {number(self.data.rate)} × ∂" if self.data.optimizer == "sgd" else "step"
        for part in layer.parameters:
            keys = [f"net/{slot}/{part.name}/{name}/frame" for name in ("slope", "now")]
            if not all(map(self.builder.has, keys)):
                continue
            start, end = (_middle(self.builder.element(key)) for key in keys)
            made = chip(f"step/{part.name}", words, *start, _CHIP, tint, fill)
            found.append(Motion(tuple(made), (start, end)))
        return found


def _middle(element: Element) -> tuple[float, float]:
    center = box_of([element]).center
    return center.x, center.y
