"""The blocks of a network, each with its parameters, values and gradients so far."""

from dataclasses import dataclass

from graphgen.course.lessons.sheet_view import SheetView, shape_words
from graphgen.course.runs.results import Layer, Parameter, Sheet
from graphgen.course.scenes.network import Data
from graphgen.draw import rooms
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import arrow, rectangle, text
from graphgen.layout.measure import fitted
from graphgen.model.geometry import Box
from graphgen.model.theme import Paint, Theme
from graphgen.model.timeline import Element
from graphgen.text.digits import number
from graphgen.text.mixing import mix
from graphgen.text.tints import Tints, around_zero

__all__ = ["Blocks", "State"]

_TITLE, _SMALL = 15.0, 12.2
_NARROWEST, _LOWEST = 118.0, 62.0
_LARGEST = 210.0
_GAP = 26.0
_PARTS_WIDE = (46.0, 146.0, 104.0, 104.0)
_PARTS_TALL = (92.0, 140.0, 112.0, 112.0)


@dataclass(frozen=True, slots=True)
class State:
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


class Blocks:
    """Shows a state of a network. A slot is the input, a layer, or the loss.

    Args:
        builder: where elements are put.
    """

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme, self.size = data, builder, builder.theme, builder.frame
        self.state = State()
        self.made: dict[tuple[str, Sheet, Box, str, str], list[Element]] = {}
        self.count = len(data.layers) + 2
        outputs = [data.input, *(layer.output for layer in data.layers)]
        self.values = tints_of(outputs, self.theme.forward, self.theme)

    def show(self, state: State) -> None:
        """The whole picture of a state, in place of what was there."""
        self.state = state
        first, count = self._window(max(state.lit, 0))
        found: list[Element] = []
        for slot in range(first, first + count):
            found += self.slot(slot, self.box(slot))
            if slot + 1 < first + count:
                found += self.between(slot)
        self.builder.remove("net")
        self.builder.add(found)

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
        key, found = f"net/{slot}", self.head(slot)
        if slot < state.forward and slot < self.count - 1:
            sheet = data.input if slot == 0 else data.layers[slot - 1].output
            found += self.sheet(f"{key}/value", sheet, value, self.values, shape_words(sheet))
        if slot == self.count - 1:
            found += self.goal(learned, slope)
        if slot == 0:
            found += self.row_names(learned, slope)
        if 0 < slot < self.count - 1:
            layer = data.layers[slot - 1]
            if slot >= state.backward:
                words = f"∂ norm {number(layer.slope.norm)}"
                tints = tints_of([layer.slope], self.theme.backward, self.theme)
                found += self.sheet(f"{key}/slope", layer.slope, slope, tints, words)
            found += self.learned(slot, layer, learned)
        return found

    def goal(self, room: Box, below: Box) -> list[Element]:
        """What the loss compares with, and the gradient that it begins with."""
        data, state, theme = self.data, self.state, self.theme
        found: list[Element] = []
        if state.forward == self.count:
            words = f"target {shape_words(data.target)}"
            found += self.sheet(
                "net/target", data.target, room, self.values, words, theme.data.text
            )
        if state.backward < self.count:
            found.append(
                text("net/seed", "∂ 1", below.center.x, below.center.y, _TITLE, theme.backward)
            )
        return found

    def row_names(self, learned: Box, slope: Box) -> list[Element]:
        """What stands beside the input, in the rows that it has no use for."""
        theme, state = self.theme, self.state
        found = [(learned, "parameters", theme.leaf.text)]
        if state.backward < self.count - 1:
            found.append((slope, "gradients", theme.backward))
        return [
            text(f"net/names/{name}", name, box.center.x, box.center.y, _TITLE, ink)
            for box, name, ink in found
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
        found = [
            rectangle(f"{key}/card", box, fill=paint.fill, line=tint if lit else paint.line,
                      width=2.8 if lit else 1.5, radius=10.0, layer=2),
        ]  # fmt: skip
        lines = [(name, _TITLE, paint.text), (detail, _SMALL, theme.text)]
        lines = [line for line in lines if line[0]]
        for at, (words, size, ink) in enumerate(lines):
            y = box.center.y + (at - (len(lines) - 1) / 2) * 19.0
            told = fitted(words, size, box.width - 10)
            found.append(text(f"{key}/{at}", told, box.center.x, y, size, ink, layer=3))
        return found

    def learned(self, slot: int, layer: Layer, room: Box) -> list[Element]:
        """The parameters of a layer, each with its gradient once it is there."""
        if not layer.parameters:
            return []
        shares = [min(len(p.before.rows), 8) + 2.2 for p in layer.parameters]
        found: list[Element] = []
        for part, box in zip(layer.parameters, rooms.rows(room, shares, 6.0), strict=True):
            found += self.parameter(slot, part, box)
        return found

    def parameter(self, slot: int, part: Parameter, box: Box) -> list[Element]:
        """One parameter, and its gradient beside it."""
        state, theme = self.state, self.theme
        key = f"net/{slot}/{part.name}"
        is_new = slot - 1 < state.updated
        sheet = part.after if is_new else part.before
        ink = theme.shared if is_new else theme.leaf.text
        words = f"{part.name.rpartition('.')[2]} {shape_words(sheet)}"
        left, right = rooms.columns(box, [1, 1], 8.0)
        tints = tints_of([part.before, part.after], theme.leaf.line, theme)
        found = self.sheet(f"{key}/now", sheet, left, tints, words, ink, box.width)
        if slot >= state.backward:
            slopes = tints_of([part.slope], theme.backward, theme)
            found += self.sheet(f"{key}/slope", part.slope, right, slopes, "")
        return found

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
        found = SheetView(key, sheet, box, tints).elements()
        if words:
            told = fitted(words, _SMALL, across or room.width)
            x = room.x + (across or room.width) / 2
            found.append(
                text(f"{key}/words", told, x, room.y + _SMALL * 0.6, _SMALL, ink or tints.above)
            )
        return found

    def between(self, slot: int) -> list[Element]:
        """The ways from a block to the next one, and back."""
        theme, state = self.theme, self.state
        here, there = self.parts(slot), self.parts(slot + 1)
        is_done = slot + 1 < state.forward
        quiet = mix(theme.quiet, theme.page, 0.5)
        color = mix(theme.forward, theme.page, 0.2) if is_done else quiet
        found = [*arrow(f"net/way/{slot}", self._gap(here[0], there[0]), color, 2.0)]
        if slot >= state.backward and slot >= 1:
            back = self._gap(here[3], there[3])[::-1]
            tint = mix(theme.backward, theme.page, 0.2)
            found += arrow(f"net/back/{slot}", back, tint, 2.0, is_dashed=True)
        return found

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
            return theme.data, "input", ""
        if slot == self.count - 1:
            loss = data.losses[1 if self.state.updated >= self.count else 0]
            known = number(loss) if slot < self.state.forward else ""
            return theme.loss, "loss", known
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
