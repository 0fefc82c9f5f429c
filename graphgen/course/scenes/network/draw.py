"""A network, layer by layer: forward, then backward, then the update of every parameter;
plain data -> a timeline."""

import math
from dataclasses import dataclass, replace

from graphgen.course.scenes.network.layers import Layer, Parameter, Sheet
from graphgen.course.scenes.network.record import Data
from graphgen.draw import rooms
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import arrow, box_of, moved, rectangle, text
from graphgen.draw.labels import bracketed, chip
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Paint, Theme
from graphgen.model.timeline import Element, Frame, Motion, Timeline
from graphgen.text.catalogue import ByNumber, paragraph
from graphgen.text.catalogue import Table as Sentences
from graphgen.text.digits import number
from graphgen.text.mixing import ink_on, mix
from graphgen.text.tints import Tints, around_zero

__all__ = ["SENTENCES", "draw"]

SENTENCES = Sentences(
    "network",
    {
        "question": ByNumber(
            "count",
            one="One layer with {learned} numbers to learn. What does one step do?",
            many="{count:,} layers with {learned} numbers to learn. What does one step do?",
        ),
        "layers": "The layers, each with its parameters as they are now.",
        "input": ByNumber(
            "count",
            one="One example comes in: {shape} numbers from {low} to {high}.",
            many="{count:,} examples come in: {shape} numbers from {low} to {high}.",
        ),
        "input.number": "One number comes in: {value}.",
        "colours": "Cells are strong where numbers are large; those below 0 have a colour of their "
        "own.",
        "gives": "{layer} gives {shape} numbers from {low} to {high}.",
        "gives.number": "{layer} gives {value}.",
        "loss.mse": "The mean squared error between output and target is {loss}.",
        "loss.cross-entropy": "The cross entropy between output and target is {loss}.",
        "loss.binary-cross-entropy": "The binary cross entropy between output and target is "
        "{loss}.",
        "loss.other": "The loss of output and target is {loss}.",
        "sends.loss": "The loss sends {layer} the gradient of its output, of norm {norm}.",
        "sends": "{sender} sends {layer} the gradient of its output, of norm {norm}.",
        "learned.one": "Its {first} gets one of norm {first_norm}.",
        "learned.two": "Its {first} gets one of norm {first_norm}, its {second} one of norm "
        "{second_norm}.",
        "update.sgd": "Update: {name} becomes {before} − {rate} × {slope} = {after}.",
        "update.other": "Update: {optimizer} moves {name} of {layer} to {after}.",
        "again.fell": "Forward again, with the new parameters: the loss fell from {before} to "
        "{after}.",
        "again.rose": "Forward again, with the new parameters: the loss rose from {before} to "
        "{after}.",
        "again.stayed": "Forward again, with the new parameters: the loss is {after}, as it was.",
        "again.gone": "Forward again, with the new parameters: the loss is no number any more.",
        "chip.sgd": "− {rate} × ∂",
        "chip.other": "step",
        "gradient": "∂ norm {norm}",
        "seed": "∂ 1",
        "target": "target {shape}",
        "parameter": "{name} {shape}",
        "block.input": "input",
        "block.loss": "loss",
        "row.parameters": "parameters",
        "row.gradients": "gradients",
    },
)

_LOSSES = {
    "mse": "loss.mse",
    "cross-entropy": "loss.cross-entropy",
    "binary-cross-entropy": "loss.binary-cross-entropy",
}
"""The sentence of each loss."""
_OPTIMIZERS = {"momentum": "SGD with momentum", "rmsprop": "RMSprop", "adam": "Adam"}

_CHIP = 15.0


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """All steps of the scene.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data, TimelineBuilder(title, theme, frame)).timeline()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        self.blocks = _Blocks(data, builder)
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
        builder.open(SENTENCES.say("question", count=len(data.layers), learned=f"{learned:,}"))
        builder.step(SENTENCES.say("layers"))
        self.blocks.show(_State())
        builder.animate(1.2)

    def forward(self) -> None:
        """Values go from block to block."""
        data, builder = self.data, self.builder
        rows = data.input.shape[0] if data.input.shape else 1
        caption = (
            SENTENCES.say("input.number", value=number(data.input.low))
            if count(data.input) == 1
            else SENTENCES.say("input", count=rows, **_extent(data.input))
        )
        builder.step(caption, "forward", SENTENCES.say("colours"))
        self.blocks.show(_State(forward=1, lit=0))
        builder.animate(1.2)
        for at, layer in enumerate(data.layers, start=1):
            name = f"{layer.kind} {layer.detail}".strip()
            caption = (
                SENTENCES.say("gives.number", layer=name, value=number(layer.output.low))
                if count(layer.output) == 1
                else SENTENCES.say("gives", layer=name, **_extent(layer.output))
            )
            builder.step(caption, "forward")
            self.pass_on(at - 1, at, is_back=False)
            self.blocks.show(_State(forward=at + 1, lit=at))
            builder.animate(0.8)
        key = _LOSSES.get(data.loss, "loss.other")
        builder.step(SENTENCES.say(key, loss=number(data.losses[0])), "forward")
        self.pass_on(self.count - 2, self.count - 1, is_back=False)
        self.blocks.show(_State(forward=self.count, lit=self.count - 1))
        builder.animate(1.2)

    def backward(self) -> None:
        """Gradients come back from block to block."""
        data, builder = self.data, self.builder
        last = self.count - 1
        for at in range(last - 1, 0, -1):
            layer = data.layers[at - 1]
            places = {"layer": layer.kind, "norm": number(layer.slope.norm)}
            caption = (
                SENTENCES.say("sends.loss", **places)
                if at == last - 1
                else SENTENCES.say("sends", sender=data.layers[at].kind, **places)
            )
            builder.step(paragraph([caption, *_learned_captions(layer)]), "backward")
            self.pass_on(at + 1, at, is_back=True)
            self.blocks.show(_State(self.count, at, 0, at))
            builder.animate(1.0)
        builder.poster()

    def update(self) -> None:
        """Every parameter takes its step."""
        data, builder = self.data, self.builder
        layers = [at for at, layer in enumerate(data.layers) if layer.parameters]
        for at in layers:
            layer = data.layers[at]
            builder.step(_update_caption(data, layer), "update")
            self.blocks.show(_State(self.count, 1, at, at + 1))
            builder.animate(0.4)
            builder.animate(0.8, self._steps(at + 1, layer))
            self.blocks.show(_State(self.count, 1, at + 1, at + 1))
            builder.animate(1.0)

    def again(self) -> None:
        """The loss that the changed network has."""
        before, after = self.data.losses
        places = {"after": number(after)}
        if not math.isfinite(after):
            key, places = "gone", {}
        elif after == before:
            key = "stayed"
        else:
            key, places["before"] = "fell" if after < before else "rose", number(before)
        self.builder.step(SENTENCES.say(f"again.{key}", **places), "update")
        self.blocks.show(_State(self.count, 1_000_000, self.count, self.count - 1))
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
        motions = []
        tint = self.theme.backward
        fill = mix(tint, self.theme.page, 0.8)
        words = (
            SENTENCES.say("chip.sgd", rate=number(self.data.rate))
            if self.data.optimizer == "sgd"
            else SENTENCES.say("chip.other")
        )
        for part in layer.parameters:
            keys = [f"net/{slot}/{part.name}/{name}/frame" for name in ("slope", "now")]
            if not all(map(self.builder.has, keys)):
                continue
            start, end = (_middle(self.builder.element(key)) for key in keys)
            label = chip(f"step/{part.name}", words, *start, _CHIP, tint, fill)
            motions.append(Motion(tuple(label), (start, end)))
        return motions


def _middle(element: Element) -> tuple[float, float]:
    center = box_of([element]).center
    return center.x, center.y


_TITLE, _SMALL = 15.0, 12.2
_NARROWEST, _LOWEST = 118.0, 62.0
_LARGEST = 210.0
_GAP = 26.0
_PARTS_WIDE = (46.0, 146.0, 104.0, 104.0)
_PARTS_TALL = (92.0, 140.0, 112.0, 112.0)


@dataclass(frozen=True, slots=True)
class _State:
    """How far the step of training has come.

    Attributes:
        forward: so many slots have their values; the input is the first.
        backward: the slots from this one on have their gradients.
        updated: so many layers from the first have changed their parameters.
        lit: the slot that is spoken of, -1 for none.
    """

    forward: int = 0
    backward: int = 1_000_000
    updated: int = 0
    lit: int = -1

    def is_again(self, count: int) -> bool:
        """Whether values have gone forward a second time, through so many slots: what was before
        the update is gone then."""
        return self.updated >= count


class _Blocks:
    """Shows a state of a network. A slot is the input, a layer, or the loss.

    Args:
        builder: where elements are put.
    """

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme, self.size = data, builder, builder.theme, builder.frame
        self.state = _State()
        self.made: dict[tuple[str, Sheet, Box, str, str], list[Element]] = {}
        self.count = len(data.layers) + 2
        outputs = [data.input, *(layer.output for layer in data.layers), *data.outputs_after]
        self.values = tints_of(outputs, self.theme.forward, self.theme)

    def show(self, state: _State) -> None:
        """The whole picture of a state, in place of what was there."""
        self.state = state
        first, count = self._window(max(state.lit, 0))
        elements: list[Element] = []
        for slot in range(first, first + count):
            elements += self.slot(slot, self.box(slot))
            if slot + 1 < first + count:
                elements += self.between(slot)
        self.builder.remove("net")
        self.builder.add(elements)

    def box(self, slot: int) -> Box:
        """Where a slot stands."""
        stage = self.size.stage
        first, count = self._window(max(self.state.lit, 0))
        if not self.is_wide:
            high = (stage.height - _GAP * (count - 1)) / count
            return Box(stage.x, stage.y + (slot - first) * (high + _GAP), stage.width, high)
        wide = min(_LARGEST, (stage.width - _GAP * (count - 1)) / count)
        left = stage.center.x - (wide * count + _GAP * (count - 1)) / 2
        return Box(left + (slot - first) * (wide + _GAP), stage.y, wide, stage.height)

    @property
    def is_wide(self) -> bool:
        """Whether blocks stand beside each other."""
        return self.size.is_wide

    def parts(self, slot: int) -> list[Box]:
        """The rooms of a slot: its head, its parameters, its values, its gradient."""
        box = self.box(slot)
        if self.is_wide:
            return rooms.rows(box, _PARTS_WIDE, 10.0)
        return rooms.columns(box, _PARTS_TALL, 12.0)

    def slot(self, slot: int, box: Box) -> list[Element]:
        """One block with all that it has now."""
        state, data = self.state, self.data
        _, learned, value, slope = self.parts(slot)
        key, elements = f"net/{slot}", self.head(slot)
        sheet = self.value(slot)
        if sheet is not None:
            elements += self.sheet(f"{key}/value", sheet, value, self.values, shape_words(sheet))
        if slot == self.count - 1:
            elements += self.goal(learned, slope)
        if slot == 0:
            elements += self.row_names(learned, slope)
        if 0 < slot < self.count - 1:
            layer = data.layers[slot - 1]
            if slot >= state.backward:
                words = SENTENCES.say("gradient", norm=number(layer.slope.norm))
                tints = tints_of([layer.slope], self.theme.backward, self.theme)
                elements += self.sheet(f"{key}/slope", layer.slope, slope, tints, words)
            elements += self.learned(slot, layer, learned)
        return elements

    def value(self, slot: int) -> Sheet | None:
        """What the input, or a layer, gives in this state; None where that isn't known."""
        data = self.data
        if slot >= min(self.state.forward, self.count - 1):
            return None
        if slot == 0:
            return data.input
        if not self.state.is_again(self.count):
            return data.layers[slot - 1].output
        return data.outputs_after[slot - 1] if data.outputs_after else None

    def goal(self, room: Box, below: Box) -> list[Element]:
        """What the loss compares with, and the gradient that it begins with."""
        data, state, theme = self.data, self.state, self.theme
        elements: list[Element] = []
        if state.forward == self.count:
            words = SENTENCES.say("target", shape=shape_words(data.target))
            elements += self.sheet(
                "net/target", data.target, room, self.values, words, theme.data.text
            )
        if state.backward < self.count:
            elements.append(
                text(
                    "net/seed",
                    SENTENCES.say("seed"),
                    below.center.x,
                    below.center.y,
                    _TITLE,
                    theme.backward,
                )
            )
        return elements

    def row_names(self, learned: Box, slope: Box) -> list[Element]:
        """What stands beside the input, in the rows that it has no use for."""
        theme, state = self.theme, self.state
        elements = [(learned, "parameters", theme.leaf.text)]
        if state.backward < self.count - 1:
            elements.append((slope, "gradients", theme.backward))
        return [
            text(
                f"net/names/{name}",
                SENTENCES.say(f"row.{name}"),
                box.center.x,
                box.center.y,
                _TITLE,
                ink,
            )
            for box, name, ink in elements
        ]

    def head(self, slot: int) -> list[Element]:
        """The card with a block's name; a bright ring stands around the one that is spoken of."""
        theme = self.theme
        box = self.parts(slot)[0]
        high = min(box.height, 50.0)
        box = Box(box.x, box.center.y - high / 2, box.width, high)
        paint, name, detail = self._told(slot)
        lit = slot == self.state.lit
        tint = theme.backward if self.state.backward <= slot else theme.forward
        if self.state.updated and lit:
            tint = theme.shared
        key = f"net/{slot}/head"
        elements = [
            rectangle(f"{key}/card", box, fill=paint.fill, line=tint if lit else paint.line,
                      width=2.8 if lit else 1.5, radius=10.0, layer=2),
        ]  # fmt: skip
        lines = [(name, _TITLE, paint.text), (detail, _SMALL, theme.text)]
        lines = [line for line in lines if line[0]]
        for at, (words, size, ink) in enumerate(lines):
            y = box.center.y + (at - (len(lines) - 1) / 2) * 19.0
            line = fitted(words, size, box.width - 10)
            elements.append(text(f"{key}/{at}", line, box.center.x, y, size, ink, layer=3))
        return elements

    def learned(self, slot: int, layer: Layer, room: Box) -> list[Element]:
        """The parameters of a layer, each with its gradient once it is there."""
        if not layer.parameters:
            return []
        shares = [min(len(p.before.rows), 8) + 2.2 for p in layer.parameters]
        elements: list[Element] = []
        for part, box in zip(layer.parameters, rooms.rows(room, shares, 6.0), strict=True):
            elements += self.parameter(slot, part, box)
        return elements

    def parameter(self, slot: int, part: Parameter, box: Box) -> list[Element]:
        """One parameter, and its gradient beside it."""
        state, theme = self.state, self.theme
        key = f"net/{slot}/{part.name}"
        is_new = slot - 1 < state.updated
        sheet = part.after if is_new else part.before
        ink = theme.shared if is_new else theme.leaf.text
        words = SENTENCES.say(
            "parameter", name=part.name.rpartition(".")[2], shape=shape_words(sheet)
        )
        left, right = rooms.columns(box, [1, 1], 8.0)
        tints = tints_of([part.before, part.after], theme.leaf.line, theme)
        elements = [*self.sheet(f"{key}/now", sheet, left, tints, words, ink, box.width)]
        if slot >= state.backward:
            slopes = tints_of([part.slope], theme.backward, theme)
            elements += self.sheet(f"{key}/slope", part.slope, right, slopes, "")
        return elements

    def sheet(
        self,
        key: str,
        sheet: Sheet,
        room: Box,
        tints: Tints,
        words: str,
        ink: str = "",
        across: float = 0.0,
    ) -> list[Element]:
        """A sheet below its words; made once for each place."""
        place = (key, sheet, room, words, ink)
        if place not in self.made:
            self.made[place] = self._sheet(*place, tints, across)
        return self.made[place]

    def _sheet(
        self,
        key: str,
        sheet: Sheet,
        room: Box,
        words: str,
        ink: str,
        tints: Tints,
        across: float,
    ) -> list[Element]:
        head = _SMALL * 1.45
        box = Box(room.x, room.y + head, room.width, max(room.height - head, 4.0))
        elements = _SheetView(key, sheet, box, tints).elements()
        if words:
            line = fitted(words, _SMALL, across or room.width)
            x = room.x + (across or room.width) / 2
            elements.append(
                text(f"{key}/words", line, x, room.y + _SMALL * 0.6, _SMALL, ink or tints.above)
            )
        return elements

    def between(self, slot: int) -> list[Element]:
        """The ways from a block to the next one, and back."""
        theme, state = self.theme, self.state
        here, there = self.parts(slot), self.parts(slot + 1)
        is_done = slot + 1 < state.forward
        quiet = mix(theme.quiet, theme.page, 0.5)
        color = mix(theme.forward, theme.page, 0.2) if is_done else quiet
        elements = [*arrow(f"net/way/{slot}", self._gap(here[0], there[0]), color, 2.0)]
        if slot >= state.backward and slot >= 1:
            back = self._gap(here[3], there[3])[::-1]
            tint = mix(theme.backward, theme.page, 0.2)
            elements += arrow(f"net/back/{slot}", back, tint, 2.0, is_dashed=True)
        return elements

    def _gap(self, here: Box, there: Box) -> list[tuple[float, float]]:
        """A straight way over the gap between two rooms."""
        if self.is_wide:
            y = here.center.y
            return [(here.x + here.width + 3, y), (there.x - 3, y)]
        x = here.center.x
        return [(x, here.y + here.height + 2), (x, there.y - 2)]

    def _told(self, slot: int) -> tuple[Paint, str, str]:
        """How a block is painted, and what stands on it."""
        theme, data = self.theme, self.data
        if slot == 0:
            return theme.data, SENTENCES.say("block.input"), ""
        if slot == self.count - 1:
            loss = data.losses[1 if self.state.is_again(self.count) else 0]
            known = number(loss) if slot < self.state.forward else ""
            return theme.loss, SENTENCES.say("block.loss"), known
        layer = data.layers[slot - 1]
        return theme.leaf if layer.parameters else theme.op, layer.kind, layer.detail

    def _window(self, lit: int) -> tuple[int, int]:
        """Which slots are seen: all, or as many as can be read around the one that is lit."""
        stage = self.size.stage
        room = stage.width if self.is_wide else stage.height
        least = _NARROWEST if self.is_wide else _LOWEST
        most = max(2, int((room + _GAP) / (least + _GAP)))
        if self.count <= most:
            return 0, self.count
        return min(max(0, lit - most // 2), self.count - most), most


def tints_of(sheets: list[Sheet], above: str, theme: Theme) -> Tints:
    """Colours for all numbers of sheets: as strong on both sides of 0."""
    return around_zero([end for sheet in sheets for end in (sheet.low, sheet.high)], above, theme)


_WIDEST, _HIGHEST = 46.0, 24.0
_NUMBER = 12.0
_CELL_ROOM = 5.0


@dataclass(frozen=True, slots=True)
class _SheetView:
    """A sheet in the middle of a box, in colours between those of a low and a high number.

    Attributes:
        key: the first part of every element's key.
        tints: the colours; their ends are the same for all that is to be compared.
    """

    key: str
    sheet: Sheet
    box: Box
    tints: Tints

    @property
    def place(self) -> Box:
        """Where the cells stand."""
        rows, columns = len(self.sheet.rows), max(map(len, self.sheet.rows), default=1)
        wide = min(self.box.width / max(columns, 1), _WIDEST) * columns
        high = min(self.box.height / max(rows, 1), _HIGHEST) * rows
        center = self.box.center
        return Box(center.x - wide / 2, center.y - high / 2, wide, high)

    def elements(self) -> list[Element]:
        """The cells, their numbers where all have room, and a frame."""
        theme, place = self.tints.theme, self.place
        rows, has_numbers = self.sheet.rows, self._has_numbers
        high = place.height / max(len(rows), 1)
        elements: list[Element] = []
        for row, numbers in enumerate(rows):
            wide = place.width / len(numbers)
            for column, value in enumerate(numbers):
                x, y = place.x + column * wide, place.y + row * high
                key, box = f"{self.key}/{row}/{column}", Box(x, y, wide, high)
                elements += self._cell(key, box, value, has_numbers)
        frame = rectangle(
            f"{self.key}/frame", place, line=theme.quiet, width=1.0, opacity=0.7, layer=3
        )
        return [*elements, frame]

    def _cell(self, key: str, box: Box, value: float, has_number: bool) -> list[Element]:
        color = self.tints.of(value)
        page = self.tints.theme.page
        elements = [rectangle(key, box, fill=color, line=page, width=0.7, layer=2)]
        if has_number:
            x, y = box.center.x, box.center.y
            ink = ink_on(color)
            elements.append(text(f"{key}/n", number(_short(value)), x, y, _NUMBER, ink, layer=4))
        return elements

    @property
    def _has_numbers(self) -> bool:
        place, rows = self.place, self.sheet.rows
        if not rows or not rows[0]:
            return False
        widest = max(width(number(_short(x)), _NUMBER) for row in rows for x in row)
        is_wide = widest + _CELL_ROOM <= place.width / len(rows[0])
        return is_wide and place.height / len(rows) >= 1.2 * _NUMBER


def shape_words(sheet: Sheet) -> str:
    """A shape in a few letters: "4 × 8", "8", "1" of a single number.

    >>> shape_words(Sheet((4, 8), ((0.0,),), 0.0, 0.0, 0.0))
    '4 × 8'
    """
    return " × ".join(map(str, sheet.shape)) or "1"


def _short(value: float) -> float:
    """A number with two digits after the point, where it is of a middle size."""
    return round(value, 2) if 0.01 <= abs(value) < 1000 else value


def count(sheet: Sheet) -> int:
    """How many numbers a tensor has."""
    return math.prod(sheet.shape)


def _extent(sheet: Sheet) -> dict[str, str]:
    """How many numbers a tensor has, and between which they are."""
    return {"shape": shape_words(sheet), "low": number(sheet.low), "high": number(sheet.high)}


def _learned_captions(layer: Layer) -> list[str]:
    """What a layer keeps of the gradient for its first parameters; nothing where it has none."""
    parts = [
        (part.name.rpartition(".")[2], number(part.slope.norm)) for part in layer.parameters[:2]
    ]
    if not parts:
        return []
    first, first_norm = parts[0]
    if len(parts) == 1:
        return [SENTENCES.say("learned.one", first=first, first_norm=first_norm)]
    second, second_norm = parts[1]
    return [
        SENTENCES.say(
            "learned.two", first=first, first_norm=first_norm, second=second,
            second_norm=second_norm,
        )
    ]  # fmt: skip


def _update_caption(data: Data, layer: Layer) -> str:
    """What an update does to a layer's first number."""
    part = layer.parameters[0]
    before, slope, after = (s.rows[0][0] for s in (part.before, part.slope, part.after))
    name = f"{part.name.rpartition('.')[2]}[0]"
    if len(part.before.shape) > 1:
        name += "[0]"
    if data.optimizer != "sgd":
        optimizer = _OPTIMIZERS.get(data.optimizer, data.optimizer)
        return SENTENCES.say(
            "update.other", optimizer=optimizer, name=name, layer=layer.kind, after=number(after)
        )
    return SENTENCES.say(
        "update.sgd", name=name, before=number(before), rate=number(data.rate),
        slope=bracketed(slope), after=number(after),
    )  # fmt: skip
