"""The drawing of a descent along a curve: `descent` says what is recorded."""

from itertools import pairwise
from typing import TYPE_CHECKING

from graphgen.course.lessons.curves import chart_of, thinned
from graphgen.course.lessons.walks import in_words
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import arrow
from graphgen.draw.labels import bracketed, phrase, phrase_width
from graphgen.draw.rooms import columns, rows
from graphgen.draw.tables import Table
from graphgen.layout.measure import fitted
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element
from graphgen.text.digits import number

if TYPE_CHECKING:
    from graphgen.course.scenes.descent import Data

__all__ = ["draw_walk"]

_MOST_SHOWN = 13
_CAREFUL = 2
"""Steps that are told slowly, part by part."""
_FORMULA = 46.0
_SMALL_ARROW = 7.0
_HEAD, _MOST_HEAD = 20.0, 90.0
_GAP, _TABLE, _MOST_TABLE = 26.0, 0.444, 0.62
"""Between the curve and the table, and the share of the room that the table gets."""
_READABLE = 15.0


def draw_walk(data: "Data", builder: TimelineBuilder) -> None:
    """The curve, then the first descent along it, a step a row."""
    _Walking(data, builder).play()


class _Walking:
    """The first descent."""

    def __init__(self, data: "Data", builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        is_still = not any(slope for (slope,) in data.walk.gradients)
        count = min(2, data.walk.steps + 1) if is_still else data.walk.steps + 1
        self.shown = thinned(count, _MOST_SHOWN, first=4)
        left, right = self._rooms()
        self.chart = chart_of(data.curve, "curve", left, self.theme)
        self.formula = (right.center.x, right.y + _FORMULA / 2, right.width)
        self.table = self._table(
            Box(right.x, right.y + _FORMULA, right.width, right.height - _FORMULA)
        )

    def _rooms(self) -> list[Box]:
        """For the curve, and for the formula with the table; as wide as the table needs it."""
        size, stage = self.builder.frame, self.builder.frame.stage
        if size.height > 1.2 * size.width:
            return rows(stage, [1.0, 1.15], 20.0)
        least = self._table(stage).least_width + _GAP
        share = min(max(least / (stage.width - _GAP), _TABLE), _MOST_TABLE)
        return columns(stage, [1 - share, share], _GAP)

    def _table(self, room: Box) -> Table:
        data, theme = self.data, self.theme
        names = (fitted(each, _HEAD, _MOST_HEAD) for each in (data.curve.name, data.curve.result))
        return Table(
            "steps", room, ("step", *names, "slope"),
            tuple(self._row(step) for step in self.shown), theme, self.builder.frame.smallest,
            (theme.quiet, theme.text, theme.forward, theme.backward),
        )  # fmt: skip

    def play(self) -> None:
        """All its steps."""
        self.open()
        self.start()
        for place, (step, next_) in enumerate(pairwise(self.shown)):
            self.go(place, step, next_)
        self.rest()

    def open(self) -> None:
        """The program, then its curve."""
        curve, builder, theme = self.data.curve, self.builder, self.theme
        builder.open("How does one get down a curve when only the slope is known?")
        builder.step(f"Which {curve.name} gives the lowest {curve.result}?")
        builder.add(self.chart.frame())
        builder.animate(0.6)
        builder.add(self.chart.curve("line", *curve.line, theme.forward, 3.0))
        builder.animate(1.6)
        builder.animate(0.6)

    def start(self) -> None:
        """Where the ball lies first."""
        x, y, slope = self._at(0)
        curve, builder = self.data.curve, self.builder
        builder.step(
            f"Start at {curve.name} = {number(x)}: {curve.result} is {number(y)}, and the slope is "
            f"{number(slope)}.",
            "start",
        )
        builder.add(self._ball(0), self.table.head(), self.table.row(0, is_lit=True))
        builder.animate(1.0)
        builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        builder.animate(1.4)

    def go(self, place: int, step: int, next_: int) -> None:
        """From one row of the table to the next."""
        builder, is_careful = self.builder, place < _CAREFUL
        x, y, slope = self._at(step)
        there = self._at(next_)[0]
        builder.step(self._told(step, next_), f"step {next_} of {self.data.walk.steps}")
        if next_ == step + 1:
            builder.add(self._formula(x, slope, there))
            builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        else:
            builder.remove("formula", "curve/tangent")
        builder.add(self._arrow(x, there, y))
        builder.animate(1.2 if is_careful else 0.4)
        builder.remove("curve/tangent")
        builder.add(self._ball(next_), self._trail(step, next_))
        builder.add(self.table.row(place + 1, is_lit=True))
        builder.animate(0.8 if is_careful else 0.6)
        builder.remove("curve/arrow")
        builder.animate(0.6 if is_careful else 0.4)

    def rest(self) -> None:
        """Where it has come to."""
        data, builder = self.data, self.builder
        x, y, slope = self._at(data.walk.steps)
        curve = data.curve
        builder.remove("formula")
        if data.walk.is_finite:
            told = (
                f"After {in_words(data.walk.steps)} {curve.name} is {number(x)} and {curve.result} "
                f"{number(y)}: near the lowest place the slope is small, and so are the steps."
                if abs(slope) < abs(data.walk.gradients[0][0])
                else f"After {in_words(data.walk.steps)} {curve.name} is {number(x)} and "
                f"{curve.result} {number(y)}."
            )
        else:
            told = f"After {in_words(data.walk.steps)} the numbers are too large: it has diverged."
        builder.step(told, "end")
        builder.add(self.chart.tangent("tangent", x, y, slope, self.theme.backward))
        builder.animate(1.0)
        builder.poster()
        builder.animate(1.6)

    def _told(self, step: int, next_: int) -> str:
        x, _, slope = self._at(step)
        there = self._at(next_)[0]
        name, rate = self.data.curve.name, number(self.data.walk.rate)
        if next_ > step + 1:
            return f"{next_ - step} steps more: {name} is {number(there)}."
        if slope == 0.0:
            return f"The slope is 0: {name} stays at {number(there)}."
        if step == 0:
            return (
                f"Step against the slope: {name} becomes {number(x)} − {rate} × "
                f"{bracketed(slope)} = {number(there)}."
            )
        way = "right" if there > x else "left"
        return (
            f"The slope is {number(slope)}: {number(abs(there - x))} to the {way}, "
            f"to {number(there)}."
        )

    def _at(self, step: int) -> tuple[float, float, float]:
        walk = self.data.walk
        return walk.points[step][0], walk.values[step], walk.gradients[step][0]

    def _row(self, step: int) -> tuple[str, ...]:
        return (str(step), *map(number, self._at(step)))

    def _ball(self, step: int) -> Element:
        x, y, _ = self._at(step)
        return self.chart.dot("ball", x, y, self.theme.text, 7.5, layer=6)

    def _trail(self, step: int, next_: int) -> Element:
        (x1, y1, _), (x2, y2, _) = self._at(step), self._at(next_)
        return self.chart.segment(
            f"trail/{next_}", (x1, y1), (x2, y2), self.theme.text, 1.4, layer=3
        )

    def _arrow(self, x: float, there: float, y: float) -> list[Element]:
        """How far it goes, along the axis."""
        start, end = self.chart.held(x, y), self.chart.held(there, y)
        if abs(end[0] - start[0]) < _SMALL_ARROW:
            return []
        return list(arrow("curve/arrow", [start, end], self.theme.shared, 2.6, 10.0, layer=4))

    def _formula(self, x: float, slope: float, there: float) -> list[Element]:
        """The update, in numbers."""
        theme, (middle, y, room) = self.theme, self.formula
        pieces = [
            (f"{self.data.curve.name} ←", theme.quiet),
            (number(x), theme.text),
            (f"− {number(self.data.walk.rate)} ×", theme.quiet),
            (bracketed(slope), theme.backward),
            ("=", theme.quiet),
            (number(there), theme.text),
        ]
        self.builder.remove("formula")
        sizes = (_READABLE, self.builder.frame.smallest)
        ways = [(told, size) for size in sizes for told in (pieces, pieces[1:])]
        told = next((told for told, size in ways if phrase_width(told, size) <= room), pieces[-1:])
        return phrase("formula", told, middle, y, 22.0, room=room)
