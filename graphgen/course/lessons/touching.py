"""The drawing of the tangent: `graphgen.course.scenes.tangent` says what is recorded."""

import sys
from typing import TYPE_CHECKING

from graphgen.course.lessons.curves import calm, chart_of, thinned
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart, padded
from graphgen.draw.elements import line, rectangle, text
from graphgen.draw.labels import tag
from graphgen.draw.rooms import columns, rows, split
from graphgen.draw.tables import Table
from graphgen.layout.measure import width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element, Timeline
from graphgen.text.digits import number

if TYPE_CHECKING:
    from graphgen.course.scenes.tangent import Data, Level, Secant

__all__ = ["draw_tangent"]

_SLIDE = 28
"""Beats in which the tangent slides along the curve."""
_TOLD = 17.0
_LENS_LABEL = 15.0
_MOST_LEVEL = 6


def draw_tangent(data: "Data", builder: TimelineBuilder) -> Timeline:
    """The curve, the secant under a magnifier, then the tangent sliding along."""
    return _Drawing(data, builder).timeline()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: "Data", builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        size, curve = builder.frame, data.curve
        main, self.side = split(size, size.stage, [1.35, 1.0], 24.0)
        self.curve = chart_of(curve, "curve", main, self.theme)
        self.slope = Chart(
            "slope", self.side, self.curve.xs, _slopes(data), self.theme, curve.name, curve.ratio
        )
        upper, self.lens_box = (
            rows(self.side, [1.0, 1.15], 12.0)
            if size.is_wide
            else columns(self.side, [1.0, 1.0], 18.0)
        )
        told = [
            (number(each.h), number(each.y - data.value), number(each.slope))
            for each in data.secants
        ]
        self.table = Table(
            "secants", upper, ("h", "rise", "slope"), (*told, ("→ 0", "→ 0", number(data.slope))),
            self.theme,
            size.smallest, (self.theme.text, self.theme.text, self.theme.shared),
        )  # fmt: skip

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.secants()
        self.tangent()
        self.slide()
        self.signs()
        self.level()
        return self.builder.build()

    def open(self) -> None:
        """The program, then its curve."""
        curve, builder = self.data.curve, self.builder
        builder.open("How steep is a curve at one place?")
        builder.step(f"For each {curve.name} the program gives one {curve.result}: a curve.")
        builder.add(self.curve.frame())
        builder.animate(0.6)
        builder.add(self.curve.curve("line", *curve.line, self.theme.forward, 3.0))
        builder.animate(1.8)

    def secants(self) -> None:
        """Two places h apart, and the line through them, for smaller and smaller h."""
        data, builder, name = self.data, self.builder, self.data.curve.name
        builder.step(f"At {name} = {number(data.at)}, {data.curve.result} is {number(data.value)}.")
        builder.add(self.curve.dot("here", data.at, data.value, self.theme.text, 6.5))
        builder.animate(1.2)
        for index, secant in enumerate(data.secants):
            rise = number(secant.y - data.value)
            builder.step(
                f"The step h = {number(secant.h)} rises by {rise}: the line through both places "
                f"has the slope {number(secant.slope)}.",
                "secant",
                f"{rise} divided by {number(secant.h)} is {number(secant.slope)}.",
            )
            builder.add(self._secant(secant), self._lens(secant))
            builder.add(self.table.head(), self.table.row(index, is_lit=True))
            builder.animate(1.2)
            builder.animate(0.8 if index else 1.4)

    def tangent(self) -> None:
        """What the secants come to."""
        data, builder, theme = self.data, self.builder, self.theme
        builder.step(
            f"As h goes to 0 the secant becomes the tangent: its slope is {number(data.slope)}, "
            "which is what autograd gives.",
            "tangent",
        )
        builder.remove("curve/there", "curve/secant", "curve/frame", "lens/leg", "lens/there")
        builder.add(self.curve.tangent("tangent", data.at, data.value, data.slope, theme.backward))
        builder.add(self._told(data.slope), self.table.row(len(data.secants), is_lit=True))
        builder.add(self._inked(len(data.secants)))
        if data.secants:
            chart = self._magnified(data.secants[-1])
            builder.add(
                chart.tangent("line2", data.at, data.value, data.slope, theme.backward, 999)
            )
        builder.animate(1.2)
        builder.animate(1.6)

    def slide(self) -> None:
        """The tangent along the whole curve; its slope draws a curve of its own."""
        curve, builder, theme = self.data.curve, self.builder, self.theme
        builder.step(
            f"Slide along the curve: the slope at each {curve.name} is a curve, too.", "slope"
        )
        builder.remove("secants", "lens")
        known = curve.known
        builder.add(self.slope.frame(), self._standing(known[0]))
        builder.animate(1.2)
        for place in thinned(len(known), _SLIDE)[1:]:
            index = known[place]
            so_far = slice(known[0], index + 1)
            builder.add(self._standing(index))
            builder.add(
                self.slope.curve(
                    "line", curve.xs[so_far], curve.slopes[so_far], theme.backward, 3.0
                )
            )
            builder.animate(0.2, easing="linear")
        builder.animate(0.8)

    def signs(self) -> None:
        """Where the slope is negative and where it is positive."""
        curve, builder = self.data.curve, self.builder
        slopes = [curve.slopes[at] for at in curve.known]
        if not (min(slopes) < 0 < max(slopes)):
            return
        builder.step(
            "Where the slope is negative the curve falls; where it is positive it rises.", "slope"
        )
        builder.remove("curve/here", "curve/tangent", "curve/told", "curve/guide", "slope/here",
                   "slope/guide")  # fmt: skip
        builder.add(self.slope.area("area", curve.xs, curve.slopes, self.theme.backward))
        builder.animate(2.4)

    def level(self) -> None:
        """Where the slope is 0."""
        data, builder, theme = self.data, self.builder, self.theme
        builder.step(self._level_told(), "slope")
        builder.remove("curve/here", "curve/tangent", "curve/told", "curve/guide", "slope/here",
                   "slope/guide")  # fmt: skip
        for index, each in enumerate(data.level[:_MOST_LEVEL]):
            for x in dict.fromkeys((each.start, each.end)):
                key = f"level/{index}" if x == each.start else f"level/{index}/end"
                builder.add(self.curve.dot(f"{key}/dot", x, each.y, theme.text, 6.5))
                builder.add(self.slope.dot(key, x, 0.0, theme.text, 6.5))
            middle = (each.start + each.end) / 2
            line_ = self.curve.tangent(f"level/{index}", middle, each.y, 0.0, theme.backward, 64.0)
            builder.add(line_)
        builder.animate(1.2)
        builder.animate(2.0)

    # What stands

    def _secant(self, secant: "Secant") -> list[Element]:
        """The line through both places, and the frame of what is magnified."""
        data, theme, curve = self.data, self.theme, self.curve
        ends = [(x, data.value + secant.slope * (x - data.at)) for x in curve.xs]
        return [
            curve.segment("secant", ends[0], ends[1], theme.shared, 2.4),
            curve.dot("there", data.at + secant.h, secant.y, theme.shared, 5.5),
            self._frame(self._magnified(secant)),
        ]

    def _frame(self, lens: Chart) -> Element:
        """What is magnified, in the chart."""
        (left, top), (right, bottom) = (
            self.curve.held(lens.xs[at], lens.ys[1 - at]) for at in (0, 1)
        )
        box = Box(left, top, max(right - left, 1.0), max(bottom - top, 1.0))
        return rectangle("curve/frame", box, line=self.theme.quiet, width=1.2, radius=3.0, layer=2)

    def _magnified(self, secant: "Secant") -> Chart:
        near, ys = secant.near, self._heights(secant)
        times = (self.curve.xs[1] - self.curve.xs[0]) / (near.xs[-1] - near.xs[0])
        times *= self.lens_box.width / self.curve.inner.width
        told = f"{number(float(f'{times:.2g}'))} times as large"
        return Chart("lens", self.lens_box, (near.xs[0], near.xs[-1]), ys, self.theme,
                     y_name=told, is_bare=True)  # fmt: skip

    def _heights(self, secant: "Secant") -> tuple[float, float]:
        """What is magnified of the curve's heights: as much as along the axis, where that shows
        all of it."""
        near, box, whole = secant.near, self.lens_box, self.curve
        low, high = padded([*near.ys, self.data.value, secant.y], 0.12)
        # In halves: the whole heights of a curve may be more than a float holds.
        steep = (whole.ys[1] / 2 - whole.ys[0] / 2) / whole.inner.height
        steep *= whole.inner.width / (whole.xs[1] - whole.xs[0])
        half = steep * (near.xs[-1] - near.xs[0]) * (box.height - 24.0) / box.width
        if half <= high / 2 - low / 2:
            return low, high
        middle = low / 2 + high / 2
        return max(middle - half, -sys.float_info.max), min(middle + half, sys.float_info.max)

    def _lens(self, secant: "Secant") -> list[Element]:
        """Both places under a magnifier, with the step and the rise between them."""
        data, theme, near = self.data, self.theme, secant.near
        lens = self._magnified(secant)
        (x1, y1), (x2, y2) = lens.at(data.at, data.value), lens.at(data.at + secant.h, secant.y)
        rise, step = number(secant.y - data.value), number(secant.h)
        down = 13 if y2 <= y1 else -13
        aside = 1 if x2 >= x1 else -1
        if width(rise, _LENS_LABEL) + 24 > abs(lens.inner.x + lens.inner.width * (aside > 0) - x2):
            aside = -aside
        return [
            *lens.frame(),
            rectangle("lens/border", lens.inner, line=theme.quiet, width=1.2, radius=3.0),
            lens.curve("line", *near.line, theme.forward, 3.0),
            lens.segment("leg/through", (data.at, data.value), (data.at + secant.h, secant.y),
                         theme.shared, 2.4),
            line("lens/leg/step", [(x1, y1), (x2, y1)], theme.text, 1.6, layer=3),
            line("lens/leg/rise", [(x2, y1), (x2, y2)], theme.text, 1.6, layer=3),
            *tag("lens/leg/h", f"h = {step}", (x1 + x2) / 2, y1 + down, _LENS_LABEL, theme.text,
                 theme, lens.inner),
            *tag("lens/leg/up", rise, x2 + 12 * aside, (y1 + y2) / 2, _LENS_LABEL, theme.shared,
                 theme, lens.inner, -aside),
            lens.dot("here", data.at, data.value, theme.text, 6.0),
            lens.dot("there", data.at + secant.h, secant.y, theme.shared, 5.5),
        ]  # fmt: skip

    def _inked(self, row: int) -> Element:
        """The last row's slope in the gradients' colour."""
        (slope,) = [e for e in self.table.row(row) if e.key.endswith(f"/{row}/2")]
        form = slope.form
        return text(slope.key, form.text, form.x, form.y, form.size, self.theme.backward, 1)  # type: ignore[union-attr]

    def _standing(self, index: int) -> list[Element]:
        """The dot, the tangent and its slope at one of the curve's places."""
        curve, theme = self.data.curve, self.theme
        x, y, slope = curve.xs[index], curve.ys[index], curve.slopes[index]
        return [
            self.curve.dot("here", x, y, theme.text, 6.5),
            self.curve.tangent("tangent", x, y, slope, theme.backward),
            self._told(slope),
            self.slope.dot("here", x, slope, theme.backward, 6.0),
            self._guide(self.curve, x, y),
            self._guide(self.slope, x, slope),
        ]

    def _guide(self, chart: Chart, x: float, y: float) -> Element:
        """From a place on the axis up to the curve."""
        px, py = chart.held(x, y)
        _, foot = chart.held(x, 0.0)
        return line(f"{chart.key}/guide", [(px, foot), (px, py)], self.theme.text, 1.2, 0.45, 2)

    def _told(self, slope: float) -> Element:
        """The slope in numbers, above the curve at the right."""
        inner, box = self.curve.inner, self.curve.box
        words, x = f"slope {number(slope)}", inner.x + inner.width
        return text("curve/told", words, x, box.y + 9, _TOLD, self.theme.backward, 1)

    def _level_told(self) -> str:
        data, name = self.data, self.data.curve.name
        places = [_place(each) for each in data.level[:_MOST_LEVEL]]
        if not places:
            first, last = number(data.curve.xs[0]), number(data.curve.xs[-1])
            return f"From {first} to {last} the slope is never 0."
        if data.level[0].start == data.curve.xs[0] and data.level[0].end == data.curve.xs[-1]:
            return "The slope is 0 everywhere: the curve is level."
        if len(data.level) > _MOST_LEVEL:
            places.append("more places")
        told = ", ".join(places[:-1]) + (" and " if len(places) > 1 else "") + places[-1]
        return f"The slope is 0 at {name} = {told}: there the curve is level."


def _slopes(data: "Data") -> tuple[float, float]:
    """What the slope's own chart spans."""
    return padded([*calm(data.curve.slopes), 0.0])


def _place(level: "Level") -> str:
    """Where it is level, in words."""
    start, end = number(level.start), number(level.end)
    return start if start == end else f"{start} to {end}"
