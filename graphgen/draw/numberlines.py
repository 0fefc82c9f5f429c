"""Number lines below each other, on which a place moves: how far each reaches, and its elements."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.draw.charts import ticks
from graphgen.draw.classes import drawn_as
from graphgen.draw.elements import line, text
from graphgen.draw.labels import tag
from graphgen.layout.measure import width
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element
from graphgen.text.digits import number

__all__ = ["NumberLine", "reaches", "signed"]

_NUMBER = 13.0
_BETWEEN = 78.0
_SHORTEST = 2.5
"""The shortest step that can be seen; lines on which one is shorter get scales of their own."""
_BEFORE = 24.0


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One line.

    Attributes:
        key: the first part of every element's key.
        left, y: where it begins, in points; width: how long it is.
        value: the place on it.
        reach: from how far below that place to how far above it the line goes.
    """

    key: str
    left: float
    y: float
    width: float
    value: float
    reach: tuple[float, float]
    theme: Theme

    def at(self, value: float) -> float:
        """Where a number stands on it."""
        low, high = self.reach
        return self.left + (value - self.value - low) / (high - low) * self.width

    @drawn_as("chart")
    def frame(self, is_told: bool) -> list[Element]:
        """The line, with numbers along it where they are told, and the place on it."""
        theme, y = self.theme, self.y
        low, high = (self.value + end for end in self.reach)
        ends = [(self.left, y), (self.left + self.width, y)]
        elements = [line(self.key, ends, theme.quiet, 1.6, enter="draw")]
        marks = ticks(low, high, max(3, int(self.width / _BETWEEN)))
        is_told = is_told and len({words for _, words in marks}) == len(marks)
        for index, (value, words) in enumerate(marks):
            x, key = self.at(value), f"{self.key}/{index}"
            elements.append(line(key, [(x, y - 4), (x, y + 4)], theme.quiet, 1.2))
            if is_told:
                elements.append(text(f"{key}/n", words, x, y + 18, _NUMBER, theme.quiet))
        return [*elements, self.notch("base", self.value, theme.text)]

    @drawn_as("chart")
    def notch(self, name: str, value: float, color: str) -> Element:
        """A mark across the line at a number.

        Args:
            name: what its key ends with, after the owner's.
            value: on the line.
            color: of the line, as "#rrggbb".

        Returns:
            One element.
        """
        x = self.at(value)
        return line(f"{self.key}/{name}", [(x, self.y - 9), (x, self.y + 9)], color, 2.6, layer=3)

    @drawn_as("chart")
    def step(self, moved: float, color: str, size: float, is_above: bool) -> list[Element]:
        """How far the place moves, and that in numbers: above the step, or where it ends.

        Args:
            moved: where it comes to.
            color: of the line, as "#rrggbb".
            size: the font size of the numbers.
            is_above: whether the numbers stand above the step.

        Returns:
            The line of the step, the mark at its end, and the numbers on their plate.
        """
        start, end, y = self.at(self.value), self.at(moved), self.y
        words = signed(moved - self.value)
        wide, right = width(words, size), self.left + self.width
        x = end + (1 if end >= start else -1) * (10 + wide / 2)
        if is_above:
            x = min(max((start + end) / 2, self.left + wide / 2), right - wide / 2)
        return [
            line(f"{self.key}/step", [(start, y), (end, y)], color, 6.0, layer=2, enter="draw"),
            self.notch("moved", moved, color),
            *tag(f"{self.key}/told", words, x, y - 22.0 * is_above, size, color, self.theme),
        ]


def reaches(moves: Sequence[float], width: float, label: float) -> list[tuple[float, float]]:
    """How far each line reaches around its place: the same for all, so that their moves can be
    compared, where each move can be seen then; else each as its own move needs it.

    Args:
        moves: one for each line, with its sign.
        width: of the lines, in points.
        label: how much stays free at the ends of the longest moves, in points.

    Returns:
        (from, to) of each line, relative to its place.

    >>> alike, own = reaches([1.0, 4.0], 124.0, 20.0), reaches([1.0, 4e6], 124.0, 20.0)[0]
    >>> alike[0] == alike[1], [round(end, 2) for end in (*alike[0], *own)]
    (True, [-1.2, 5.0, -0.3, 1.25])
    """
    common = _reach(moves, width, label)
    shortest = min((abs(move) for move in moves if move), default=0.0)
    if shortest / (common[1] - common[0]) * width >= _SHORTEST:
        return [common] * len(moves)
    return [_reach([move], width, label) for move in moves]


def _reach(moves: Sequence[float], width: float, label: float) -> tuple[float, float]:
    low, high = min(0.0, *moves), max(0.0, *moves)
    left = label if low < 0 else _BEFORE
    right = label if high > 0 or low == 0 else _BEFORE
    point = (high - low or 1.0) / max(width - left - right, 0.3 * width)
    return low - left * point, high + right * point


def signed(value: float) -> str:
    """A number with its sign.

    >>> signed(0.5), signed(-0.5)
    ('+0.5', '−0.5')
    """
    words = number(value)
    return words if words.startswith("−") else f"+{words}"
