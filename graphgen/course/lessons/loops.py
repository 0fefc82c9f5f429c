"""The loop that forgets zero_grad and the loop that doesn't -> a storyboard: the line that runs is
lit, and .grad is a box that fills."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.code import Code
from graphgen.draw.elements import text
from graphgen.draw.labels import sentence
from graphgen.draw.rooms import columns, rows, split
from graphgen.draw.stores import Store
from graphgen.draw.tables import Table
from graphgen.model.geometry import Box
from graphgen.model.graph import Array
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Timeline
from graphgen.text.digits import inline, is_small, number, terse

if TYPE_CHECKING:
    from graphgen.course.runs.results import Pass
    from graphgen.course.scenes.zero_grad import Data

__all__ = ["Loops"]

_LONGEST_LOOP = 36
_HEADING = 0.036
_LABEL = 0.044
_ROW = 26.0
_STACKED = 180.0
"""With so much height a box stands below its code rather than beside it."""
_FOR, _ZERO, _BACKWARD = 0, 1, 2


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


class Loops:
    """The scene's pictures, step by step."""

    def __init__(self, data: "Data", title: str, theme: Theme, frame: Frame) -> None:
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
        builder, names = self.builder, self._names()
        builder.open("Two training loops that differ by one line.")
        builder.step(
            f"Before the first pass {names} is None: nothing has come back yet.",
            narration=f"The {self._first} loop has no zero_grad. Watch what is left over in .grad.",
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

    def play(self, at: int, each: "Pass") -> None:
        """One pass, line by line, in both loops."""
        builder, chapter = self.builder, f"pass {each.number} of {self.data.count}"
        before = self.data.passes[at - 1] if at else None
        pace = 1.0 if at < 2 else 0.6
        if before is not None and each.number > before.number + 1:
            self._skip(before.number + 1, each, chapter)
        builder.step(f"Pass {each.number}: {each.loss} = {inline(each.value)}.", chapter)
        words = f"{each.loss} = {inline(each.value)}"
        builder.add(self._label(words))
        for side in (self.forgets, self.zeroes):
            builder.add(side.code.light(_FOR))
        builder.animate(0.8 * pace)
        builder.animate(0.6 * pace)
        self._zero(each, before, chapter, pace)
        self._backward(at, each, chapter, pace)

    def _skip(self, first: int, each: "Pass", chapter: str) -> None:
        last = each.number - 1
        self.builder.step(f"Passes {first} to {last} go the same way; they are not shown.", chapter)
        for store, kept in zip(self.forgets.stores, each.kept, strict=False):
            store.hold(_shown(kept), self.theme.shared)
        self.builder.animate(1.6)

    def _zero(self, each: "Pass", before: "Pass | None", chapter: str, pace: float) -> None:
        """Only the right loop has this line."""
        builder = self.builder
        kept = "; ".join(
            f"{name}.grad = {terse(array)}"
            for name, array in zip(self.data.leaves, each.kept, strict=False)
            if array is not None
        )
        if before is None:
            builder.step("zero_grad comes first: there is nothing to forget yet.", chapter)
        else:
            builder.step(
                f"zero_grad empties .grad; the {self._first} loop has no such line: {kept} stays.",
                chapter,
                "Since torch 2.0 zero_grad sets .grad to None, which counts as 0.",
            )
        builder.add(self.zeroes.code.light(_ZERO))
        builder.animate(0.6 * pace)
        for store in self.zeroes.stores:
            store.hold("None", self.theme.quiet)
        builder.animate(0.6 * pace)
        builder.animate(0.4 * pace)

    def _backward(self, at: int, each: "Pass", chapter: str, pace: float) -> None:
        """What backward sends comes into each box; where something stands, both wait, then add."""
        builder, color = self.builder, self.theme.backward
        builder.step(self._told(each), chapter)
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

    def _adding(self, each: "Pass") -> Iterator[_Adding]:
        """What comes into which box in a pass."""
        nothing = (None,) * len(each.sent)
        for side, kept, after in (
            (self.forgets, each.kept, each.forgets),
            (self.zeroes, nothing, each.zeroes),
        ):
            start = side.code.place(_BACKWARD)
            for store, sent, before, now in zip(side.stores, each.sent, kept, after, strict=False):
                if sent is not None and now is not None:
                    yield _Adding(store, start, sent, before, now)

    def close(self) -> None:
        """Both results beside each other."""
        last, builder = self.data.passes[-1], self.builder
        name = self.data.leaves[0]
        wrong, right = terse(last.forgets[0]), terse(last.zeroes[0])
        builder.step(
            f"{name}.grad is {wrong} in the loop that forgets, and {right}, the slope of the last "
            "loss, in the loop that zeroes.",
            narration="backward adds to .grad, so that several paths, or several batches, can add "
            "up. Whoever wants one gradient zeroes first.",
        )
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
        name = "without zero_grad" if is_forgetting else "with zero_grad"
        return _Side(name, head, code, stores)

    def _loop(self) -> str:
        """What the loop runs over, as Python has it."""
        losses = self.data.losses
        told = f"({', '.join(losses)})"
        is_whole = all(losses) and len(losses) == self.data.count
        return told if is_whole and len(told) <= _LONGEST_LOOP else "losses"

    def _heading(self, side: _Side) -> Element:
        box = side.head
        return text(f"{side.code.key}/head", side.name, box.x, box.center.y, self.head_size,
                    self.theme.quiet, -1)  # fmt: skip

    def _label(self, words: str) -> Element:
        box = self.label
        smallest = self.size.smallest
        return sentence("label", words, box, self.label_size, smallest, self.theme.text)

    def _told(self, each: "Pass") -> str:
        """What backward does in this pass, for the first leaf that gets anything."""
        for at, name in enumerate(self.data.leaves):
            sent, kept = each.sent[at], each.kept[at]
            if sent is None:
                continue
            if kept is None:
                return f"backward puts {terse(sent)} into {name}.grad, in both loops."
            sums = f"{terse(kept)} + {terse(sent)} = " if is_small(sent.shape) else ""
            return (
                f"backward adds {terse(sent)} to {name}.grad: {sums}{_shown(each.forgets[at])} "
                f"without zero_grad, {_shown(each.zeroes[at])} with it."
            )
        return "backward sends nothing to these leaves."

    @property
    def _first(self) -> str:
        """Where the loop that forgets stands."""
        return "left" if self.size.is_wide else "upper"

    def _names(self) -> str:
        return " and ".join(f"{name}.grad" for name in self.data.leaves)

    def _table(self, room: Box) -> Table:
        told = tuple(
            (
                number(each.number),
                _shown(each.sent[0]),
                _shown(each.forgets[0]),
                _shown(each.zeroes[0]),
            )
            for each in self.data.passes
        )
        heads = ("pass", "backward sends", ".grad without", "with zero_grad")
        theme = self.theme
        inks = (theme.quiet, theme.backward, theme.text, theme.text)
        return Table("table", room, heads, told, theme, self.size.smallest, inks)

    def _has_table(self, room: Box) -> bool:
        arrays: Sequence[Array | None] = [a for each in self.data.passes for a in each.sent]
        is_plain = len(self.data.leaves) == 1 and all(a is None or a.shape == () for a in arrays)
        return is_plain and room.height > 300 and self.size.width != self.size.height


def _shown(array: Array | None) -> str:
    return "None" if array is None else terse(array)
