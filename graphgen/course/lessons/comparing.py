"""The drawing of learning rates side by side: `descent` says what is recorded."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from graphgen.course.lessons.curves import calm, thinned
from graphgen.course.lessons.walks import Verdict, crossings, in_words, word_of
from graphgen.course.runs.results import Walk
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import NAME_SIZE, Chart, padded
from graphgen.draw.elements import text
from graphgen.draw.rooms import grid
from graphgen.layout.measure import width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element
from graphgen.text.digits import number

if TYPE_CHECKING:
    from graphgen.course.scenes.descent import Data

__all__ = ["compare_rates"]

_MOST_BEATS = 20
_VERDICT, _BOLD = 15.0, 1.2
"""The font size of a verdict, and how much wider bold text is."""
_MOST_AXIS = 84.0
"""The room that the numbers along an axis take, and a gap."""
_ABOVE = 2.5
"""How high a room reaches, beside the start's height above the lowest place."""


def compare_rates(data: "Data", builder: TimelineBuilder) -> None:
    """A descent for each learning rate, all at once; then what each turned out to be."""
    _Comparing(data, builder).play()


class _Comparing:
    """Several learning rates from one start, each in a room of its own."""

    def __init__(self, data: "Data", builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        rooms = grid(builder.frame, builder.frame.stage, len(data.rates))
        self.charts = [
            Chart(
                f"rate/{at}", room, (data.wide.xs[0], data.wide.xs[-1]), _seen(data), self.theme,
                data.wide.name, _heading(walk.rate, verdict, room),
            )
            for at, (room, walk, verdict) in enumerate(
                zip(rooms, data.rates, data.verdicts, strict=True)
            )
        ]  # fmt: skip

    def play(self) -> None:
        """All its steps."""
        data, builder, curve = self.data, self.builder, self.data.wide
        builder.remove("curve", "steps", "formula")
        count = len(data.rates)
        told = {1: "another learning rate"}.get(count, f"{word_of(count)} learning rates")
        builder.step(f"The same start with {told}.", "learning rates")
        for chart in self.charts:
            builder.add(chart.frame())
            line = chart.curve("line", *curve.line, self.theme.forward, 2.2, 0.75)
            builder.add(line)
        builder.animate(1.0)
        for at, walk in enumerate(data.rates):
            builder.add(self._ball(at, walk, 0))
        builder.animate(1.0)
        longest = max(walk.steps for walk in data.rates)
        shown = thinned(longest + 1, _MOST_BEATS, first=4)
        builder.step(f"{in_words(longest).capitalize()} for each of them.", "learning rates")
        for step, next_ in pairwise(shown):
            for at, walk in enumerate(data.rates):
                self._go(at, walk, step, next_)
            builder.animate(0.6 if next_ <= 3 else 0.4)
        builder.animate(0.4)
        for at, walk in enumerate(data.rates):
            self._judge(at, walk)
        builder.step(_summary(data), "learning rates")
        builder.animate(2.4)

    def _go(self, at: int, walk: Walk, step: int, next_: int) -> None:
        last = walk.steps
        if step >= last:
            return
        chart, builder = self.charts[at], self.builder
        next_ = min(next_, last)
        start, end = ((walk.points[k][0], walk.values[k]) for k in (step, next_))
        builder.add(self._ball(at, walk, next_))
        builder.add(chart.segment(f"trail/{next_}", start, end, self.theme.text, 1.2, layer=3))

    def _ball(self, at: int, walk: Walk, step: int) -> Element:
        return self.charts[at].dot("ball", *_place(walk, step), self.theme.text, 6.0, layer=6)

    def _judge(self, at: int, walk: Walk) -> None:
        data, builder, theme = self.data, self.builder, self.theme
        verdict = data.verdicts[at]
        builder.step(_judged(walk, verdict, data), verdict)
        chart = self.charts[at]
        ink = {
            "right": theme.loss.text, "diverging": theme.alarm, "overshooting": theme.shared,
        }.get(verdict, theme.backward)  # fmt: skip
        right, y = chart.inner.x + chart.inner.width, chart.box.y + 9
        builder.add(text(f"rate/{at}/verdict", verdict, right, y, _VERDICT, ink, 1, is_bold=True))
        builder.add(chart.dot("ball", *_place(walk, walk.steps), ink, 7.0, layer=6))
        builder.animate(2.2)


def _heading(rate: float, verdict: str, room: Box) -> str:
    """A learning rate above its room, shorter where its verdict needs the place."""
    free = room.width - _MOST_AXIS - _BOLD * width(verdict, _VERDICT)
    told = number(rate)
    ways = (f"learning rate {told}", f"rate {told}")
    return next((each for each in ways if width(each, NAME_SIZE) <= free), told)


def _place(walk: Walk, step: int) -> tuple[float, float]:
    """Where a ball lies; where it has no height any more, above everything."""
    x, y = walk.points[step][0], walk.values[step]
    return x, math.inf if math.isnan(y) else y


def _seen(data: "Data") -> tuple[float, float]:
    """The results that every room shows: from the lowest to above the common start."""
    first = data.walk.values[0]
    high = data.lowest + _ABOVE * (first - data.lowest) if math.isfinite(first) else 0.0
    ys = [y for y in calm(data.wide.ys) if y <= high] or calm(data.wide.ys)
    return padded([*ys, data.lowest, *([high] if high > data.lowest else [])])


def _judged(walk: Walk, verdict: Verdict, data: "Data") -> str:
    """What a learning rate turned out to be, with its numbers."""
    rate, steps = number(walk.rate), in_words(walk.steps)
    first, last = number(walk.values[0]), number(walk.values[-1])
    result = data.wide.result
    slopes = [slope for (slope,) in walk.gradients]
    return {
        "too small": f"{rate} is too small: {steps} take {result} from {first} to {last} only.",
        "right": f"{rate} is right: {steps} take {result} from {first} to {last}.",
        "overshooting": f"{rate} overshoots: it crosses the valley {crossings(slopes)} times on "
        f"its way from {first} to {last}.",
        "diverging": f"{rate} diverges: each step goes further away, from {first} to {last}.",
        "at rest": f"With {rate} nothing moves: the slope is 0 at the start.",
    }[verdict]


def _summary(data: "Data") -> str:
    right = [
        walk for walk, verdict in zip(data.rates, data.verdicts, strict=True) if verdict == "right"
    ]
    if right and len(data.rates) > 1:
        best = number(min(right, key=lambda walk: walk.values[-1]).rate)
        return f"Too small is slow, too large overshoots or diverges; {best} is right here."
    return "The learning rate decides how far each slope carries."
