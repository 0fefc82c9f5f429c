"""What a program answers, beside what it is to answer: a line through points, or a field of colours
around them."""

from graphgen.course.runs.results import Fit
from graphgen.draw.charts import Chart, padded
from graphgen.draw.elements import text
from graphgen.draw.fields import field
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element
from graphgen.text.digits import number
from graphgen.text.mixing import ink_on
from graphgen.text.tints import Tints

__all__ = ["FitView"]

_ANSWER = 14.5
_WILD = 3.0
"""Answers that would make the chart so many times as high have no place in it."""


class FitView:
    """What the program answers, beside what it is to answer."""

    def __init__(self, fit: Fit, box: Box, theme: Theme) -> None:
        self.fit, self.theme = fit, theme
        if fit.ys:
            name = fit.plan.input
            self.chart = Chart(
                "fit", box, (fit.xs[0], fit.xs[-1]), (fit.ys[0], fit.ys[-1]), theme, "",
                f"{fit.plan.prediction} over {name}[0] and {name}[1]",
            )  # fmt: skip
        else:
            heights = _heights(fit)
            self.chart = Chart(
                "fit", box, (fit.xs[0], fit.xs[-1]), padded(heights), theme, "",
                f"{fit.plan.prediction} and {fit.plan.target} over {fit.plan.input}",
            )  # fmt: skip
        low, high = min(fit.targets), max(fit.targets)
        self.tints = Tints(low, high, theme.forward, theme.backward, theme)

    def frame(self) -> list[Element]:
        """Axes and data."""
        found = self.chart.frame()
        for index, (point, target) in enumerate(
            zip(self.fit.points, self.fit.targets, strict=True)
        ):
            if self.fit.ys:
                ink = self.theme.backward if target > self.tints.low else self.theme.forward
                found.append(self.chart.dot(f"point/{index}", point[0], point[1], ink, 9.0))
            else:
                found.append(self.chart.dot(f"point/{index}", point[0], target, self.theme.text))
        return found

    def moment(self, at: int) -> list[Element]:
        """The prediction at one moment, and how far it is off at each point."""
        fit, chart, theme = self.fit, self.chart, self.theme
        if fit.ys:
            cells = field(chart, "field", len(fit.xs), fit.grids[at], self.tints)
            return [*cells, *self._answers(at)]
        found = [chart.curve("line", fit.xs, fit.grids[at], theme.forward, 3.0)]
        for index, (point, target, answer) in enumerate(
            zip(fit.points, fit.targets, fit.answers[at], strict=True)
        ):
            ends = (point[0], target), (point[0], answer)
            found.append(chart.segment(f"off/{index}", *ends, theme.backward, 2.0))
        return found

    def _answers(self, at: int) -> list[Element]:
        """What is answered at each point, below it."""
        found = []
        for index, (point, answer) in enumerate(
            zip(self.fit.points, self.fit.answers[at], strict=True)
        ):
            x, y = self.chart.at(*point)
            ink, told = ink_on(self.tints.of(answer)), number(round(answer, 2))
            found.append(text(f"fit/answer/{index}", told, x, y + 19, _ANSWER, ink))
        return found


def _heights(fit: Fit) -> list[float]:
    """The numbers that the chart holds: targets, and all answers that don't leave all bounds."""
    low, high = min(*fit.targets, *fit.answers[0]), max(*fit.targets, *fit.answers[0])
    for grid in (fit.grids[0], fit.grids[-1], *fit.grids):
        lower, higher = min(low, *grid), max(high, *grid)
        if higher - lower <= _WILD * max(high - low, max(abs(low), abs(high)) / _WILD):
            low, high = lower, higher
    return [low, high]
