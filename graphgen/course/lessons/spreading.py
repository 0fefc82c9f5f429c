"""An operand that is repeated -> a storyboard: it spreads, and its gradient is added up."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from graphgen.course.runs.results import Numbers, Repeated
from graphgen.course.scenes.broadcast import Sheet, shape_told
from graphgen.draw.builder import MOST_MOTIONS, TimelineBuilder
from graphgen.draw.elements import arrow
from graphgen.draw.grids import Grid, thinned
from graphgen.draw.labels import sentence
from graphgen.draw.rooms import columns, rows
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Motion, Timeline
from graphgen.text.digits import number

__all__ = ["Spreading"]

_HEAD, _SIGN = 19.0, 28.0
_FEW = 6


class Spreading:
    """The scene's pictures, step by step."""

    def __init__(self, told: Repeated, title: str, theme: Theme, frame: Frame) -> None:
        self.told, self.builder, self.theme, self.size = (
            told,
            TimelineBuilder(title, theme, frame),
            theme,
            frame,
        )
        sheet = self.sheet = Sheet.of(told.value.shape, told.outcome.shape)
        source, result = told.source or "operand", told.result or "result"
        names = ([told.other or "other"] if told.against else []) + [source, result]
        self.names = dict(zip(("other", "source", "result")[-len(names) :], names, strict=True))
        rooms = self._rooms(len(names))
        values = {"source": sheet.spread(told.value), "result": sheet.texts(told.outcome)}
        if told.against:
            against = told.against
            same = against.shape == told.outcome.shape
            other = sheet if same else Sheet.of(against.shape, told.outcome.shape)
            values["other"] = sheet.texts(against) if same else other.spread(against)
        shares, above = sheet.texts(told.shares), sheet.texts(told.above)
        total = sheet.spread(told.total)
        grids = (*values.values(), shares, above, total)
        like = tuple(shown for grid in grids for row in grid for shown in row)
        self.rooms = rooms
        self.values = {
            key: self._grid(key, rooms[key, "value"], shown, theme.forward, like)
            for key, shown in values.items()
        }
        self.above = self._grid("above", rooms["result", "grad"], above, theme.backward, like)
        self.shares = self._grid("shares", rooms["source", "grad"], shares, theme.backward, like)
        self.total = self._grid("total", rooms["source", "grad"], total, theme.shared, like)

        self._standing = {
            **{(key, "value"): grid for key, grid in self.values.items()},
            ("result", "grad"): self.above,
            ("source", "grad"): self.shares,
        }

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.spread()
        self.answer()
        self.back()
        self.add()
        return self.builder.build()

    def open(self) -> None:
        """The program; then both operands in their own shapes."""
        builder, told, names = self.builder, self.told, self.names
        builder.open("Two operands of different shapes: which gradient does the smaller one get?")
        if told.against:
            words = f"{names['other']} is {shape_told(told.against)}, {names['source']} is only "
            builder.add(self._head("other", "value", names["other"], told.against))
            builder.add(self.values["other"].all())
        else:
            words = f"{names['source']} is "
        builder.step(f"{words}{shape_told(told.value)}.", "shapes")
        builder.add(self._head("source", "value", names["source"], told.value))
        builder.add(self._gathered(self.values["source"]))
        if self.size.is_wide:
            builder.add(self._between())
        builder.animate(1.2)
        builder.animate(1.0)

    def spread(self) -> None:
        """The operand is repeated until it fits."""
        builder, grid = self.builder, self.values["source"]
        builder.step(
            f"So {self.names['source']} is repeated: all {self.sheet.uses} use the same numbers.",
            "values",
            "Torch keeps one copy; it only reads it again for each use.",
        )
        builder.add(grid.all())
        builder.animate(1.4, self._moves(grid, outward=True))
        builder.animate(0.8)

    def answer(self) -> None:
        """The result, row by row."""
        builder, told, names = self.builder, self.told, self.names
        builder.step(f"{names['result']} is {shape_told(told.outcome)}.", "values")
        builder.add(self._head("result", "value", names["result"], told.outcome))
        grid = self.values["result"]
        for row in range(len(grid.rows)):
            builder.add(grid.row(row))
            builder.animate(0.4)
        builder.animate(1.0)

    def back(self) -> None:
        """The gradient of the result; each use gets its share of it."""
        builder, told, names = self.builder, self.told, self.names
        builder.step(
            f"The gradient of {names['result']} has its shape: {shape_told(told.above)}.",
            "gradients",
        )
        builder.add(
            self._head("result", "grad", _partial(names["result"]), told.above, is_back=True)
        )
        builder.add(self.above.all())
        builder.animate(1.2)
        builder.animate(0.8)
        how = "as it is" if told.above.items == told.shares.items else "times its slope"
        builder.step(
            f"{told.op} sends it back, {how}: each of the {self.sheet.uses} has its own share.",
            "gradients",
        )
        builder.add(self._arrow())
        builder.animate(0.6)
        builder.animate(1.2, list(self._sent()))
        builder.add(self.shares.all())
        builder.animate(0.8)
        builder.animate(0.6)

    def add(self) -> None:
        """All shares slide into one."""
        builder, told, names = self.builder, self.told, self.names
        name = names["source"]
        builder.step(
            f"But {name} is one thing that was used again and again: its {self.sheet.uses} are "
            "added.",
            "gradients",
        )
        builder.animate(0.8)
        moves = self._moves(self.shares, outward=False)
        builder.remove("shares")
        builder.animate(1.2, moves)
        builder.add(self._gathered(self.total))
        builder.add(self._head("source", "grad", _partial(name), told.total, is_back=True))
        builder.animate(1.0)
        builder.animate(0.6)
        builder.step(
            f"{_partial(name)}{self._total()} is the sum over the {self.sheet.uses}, and has the "
            f"shape of {name}: {shape_told(told.total)}.",
            "gradients",
        )
        builder.add(self._gathered(self.values["source"], self.values["source"].key))
        self._keep_one()
        builder.poster()
        builder.animate(1.0)
        builder.animate(2.0)

    # What stands

    def _rooms(self, count: int) -> dict[tuple[str, str], Box]:
        """A room for each tensor's value and gradient."""
        stage, wide = self.size.stage, self.size.is_wide
        keys = ("other", "source", "result")[-count:]
        gap = 46.0
        outer = (columns if wide else rows)(stage, [1.0] * count, gap if wide else 30.0)
        found = {}
        for key, room in zip(keys, outer, strict=True):
            pair = (rows if wide else columns)(room, [1.0, 1.0], 14.0 if wide else 30.0)
            found[key, "value"], found[key, "grad"] = pair
        return found

    def _grid(
        self,
        key: str,
        room: Box,
        shown: tuple[tuple[str, ...], ...],
        tint: str,
        like: tuple[str, ...],
    ) -> Grid:
        high = 1.7 * _HEAD
        box = Box(room.x, room.y + high, room.width, room.height - high)
        thin = thinned(shown, *Grid.fitting(box, like, self.size.smallest))
        return Grid(key, box, thin, self.theme, tint, self.size.smallest, like)

    def _head(
        self, key: str, part: str, name: str, numbers: Numbers, is_back: bool = False
    ) -> Element:
        """A tensor's name and shape, above its grid."""
        room, grid = self.rooms[key, part], self._standing[key, part]
        top = grid.place(0, 0)[1] - grid.cell[1] / 2
        box = Box(room.x, top - 1.75 * _HEAD, room.width, 1.5 * _HEAD)
        ink = self.theme.backward if is_back else self.theme.text
        sign = "" if self.size.is_wide or part == "grad" else self._signs.get(key, "")
        told = f"{sign} {name}: {shape_told(numbers)}".strip()
        return sentence(f"head/{key}/{part}", told, box, _HEAD, self.size.smallest, ink)

    @cached_property
    def _signs(self) -> dict[str, str]:
        """What stands before the source and before the result."""
        op = {"power": "^"}.get(self.told.op, self.told.op)
        return {"source": op, "result": "="} if "other" in self.names else {"result": "="}

    def _between(self) -> list[Element]:
        """The operation between its operands, and "=" before the result."""
        found = []
        for one, other in pairwise(self.names):
            a, b = self.rooms[one, "value"], self.rooms[other, "value"]
            gap = b.x - a.x - a.width
            y = self._standing[one, "value"].box.center.y
            room = Box(a.x + a.width, y - 20, gap, 40)
            told, smallest = self._signs[other], self.size.smallest
            key = f"sign/{one}"
            found.append(sentence(key, told, room, _SIGN, smallest, self.theme.quiet))
        return found

    def _arrow(self) -> tuple[Element, Element]:
        """From the result's gradient to the source's."""
        here, there = self.rooms["result", "grad"], self.rooms["source", "grad"]
        if self.size.is_wide:
            y = here.center.y + 0.85 * _HEAD
            ends = [(here.x - 6, y), (there.x + there.width + 6, y)]
        else:
            x = here.center.x
            ends = [(x, here.y - 2), (x, there.y + there.height + 2)]
        return arrow("arrow", ends, self.theme.backward, 2.4, is_dashed=True)

    def _gathered(self, grid: Grid, key: str = "") -> list[Element]:
        """The one copy of what is repeated, in the middle of where all its uses stand."""
        across, down = self._middle(grid)
        grid = replace(grid, key=f"{key or grid.key}")
        if self.sheet.is_tall and self.sheet.is_broad:
            return grid.one(0, 0, (down, across))
        if self.sheet.is_tall:
            return grid.row(0, down)
        return grid.column(0, across)

    def _total(self) -> str:
        """The gradient in numbers, where they are few."""
        total = self.told.total
        told = [number(item) for item in total.items[: _FEW + 1]]
        if len(total.shape) > 1 or len(told) > _FEW:
            return ""
        return f" = [{', '.join(told)}]" if total.shape else f" = {told[0]}"

    def _keep_one(self) -> None:
        """Of the operand's copies only the one is left."""
        grid = self.values["source"]
        kept = {element.key for element in self._gathered(grid)}
        for element in grid.all():
            if element.key not in kept:
                self.builder.remove(element.key)

    def _middle(self, grid: Grid) -> tuple[float, float]:
        return (len(grid.rows[0]) - 1) / 2, (len(grid.rows) - 1) / 2

    # What moves

    def _moves(self, grid: Grid, outward: bool) -> list[Motion]:
        """Rows, columns or cells on their way out of the middle, or into it."""
        across, down = self._middle(grid)
        found = []
        for (row, column), own in self._groups(grid):
            here, middle = grid.place(row, column), grid.place(down, across)
            if not (self.sheet.is_tall and self.sheet.is_broad):
                middle = (here[0], middle[1]) if self.sheet.is_tall else (middle[0], here[1])
            if not outward:
                found.append(Motion(tuple(own), (here, middle), starts_visible=True))
            elif (row, column) != (0, across) and (row, column) != (down, 0):
                found.append(Motion(tuple(own), (middle, here), ends_visible=True))
        return found[:MOST_MOTIONS]

    def _groups(self, grid: Grid) -> Iterator[tuple[tuple[float, float], list[Element]]]:
        """What moves together, with its middle as row and column."""
        across, down = self._middle(grid)
        if self.sheet.is_tall:
            for row in range(len(grid.rows)):
                yield (row, across), grid.row(row)
        else:
            for column in range(len(grid.rows[0])):
                yield (down, column), grid.column(column)

    def _sent(self) -> Iterator[Motion]:
        """The rows of the result's gradient, on their way to the source's uses."""
        lag = 0.1
        groups = list(self._groups(self.above))[:MOST_MOTIONS]
        for at, ((row, column), own) in enumerate(groups):
            copies = tuple(replace(each, key=f"sent/{each.key}", layer=7) for each in own)
            way = (self.above.place(row, column), self.shares.place(row, column))
            yield Motion(
                copies, way, at * lag, 1.0 - (len(groups) - 1 - at) * lag, ends_visible=True
            )


def _partial(name: str) -> str:
    return f"∂({name})" if " " in name else f"∂{name}"
