"""Axes, curves, dots and tangents: numbers -> elements in a box."""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphgen.draw.classes import drawn_as
from graphgen.draw.clipping import clipped
from graphgen.draw.elements import arrow, circle, line, rectangle, shape, text
from graphgen.draw.labels import tag
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element
from graphgen.text.digits import number

__all__ = ["NAME_SIZE", "Chart", "padded", "ticks"]

_TICK_SIZE = 13.0
_LEAST_TICKS, _FINEST = 2, 8
_MOST_PLACES = 6
_OFF = 24.0
"""The length of an arrow towards what is outside, in points."""
_LARGEST = sys.float_info.max
_UPRIGHT = 1e9
"""So many points up for a thousandth of the box across can't be told from upright."""
NAME_SIZE = 15.0
"""The font size of the names of axes."""

Range = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """A pair of axes in a box.

    Attributes:
        key: the first part of every element's key.
        box: with the numbers along the axes in it.
        xs, ys: what they span; finite, the lower first.
        x_name, y_name: what is counted along them.
        y_log: whether equal ways up are equal factors.
        is_bare: without numbers and grid, as a magnifier shows things.
    """

    key: str
    box: Box
    xs: Range
    ys: Range
    theme: Theme
    x_name: str = ""
    y_name: str = ""
    y_log: bool = False
    is_bare: bool = False

    @cached_property
    def inner(self) -> Box:
        """Where curves are drawn."""
        box = self.box
        if self.is_bare:
            top = NAME_SIZE * 1.5 if self.y_name else 0.0
            return Box(box.x, box.y + top, box.width, box.height - top)
        left = max((width(each, _TICK_SIZE) for _, each in self._y_ticks()), default=0.0) + 10.0
        top = NAME_SIZE * 1.5 if self.y_name else 6.0
        below = _TICK_SIZE * 1.9
        return Box(box.x + left, box.y + top, box.width - left - 8.0, box.height - top - below)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a pair of numbers stands, in points; also outside of the box."""
        inner = self.inner
        across = _share(x, *self.xs)
        up = _share(self._scaled(y), self._low, self._high)
        return inner.x + across * inner.width, inner.y + (1 - up) * inner.height

    @drawn_as("chart")
    def frame(self) -> list[Element]:
        """The axes with their numbers and names, and a quiet grid."""
        inner, theme, key = self.inner, self.theme, self.key
        bottom, right = inner.y + inner.height, inner.x + inner.width
        elements = [rectangle(f"{key}/ground", inner, fill=theme.data.fill, opacity=0.45)]
        for at, (x, words) in enumerate(self._x_ticks()):
            px, _ = self.at(x, self.ys[0])
            elements.append(
                line(f"{key}/x/{at}", [(px, inner.y), (px, bottom)], theme.quiet, 0.8, 0.28)
            )
            y = bottom + _TICK_SIZE * 1.05
            elements.append(text(f"{key}/x/{at}/n", words, px, y, _TICK_SIZE, theme.quiet))
        for at, (y, words) in enumerate(self._y_ticks()):
            _, py = self.at(self.xs[0], y)
            elements.append(
                line(f"{key}/y/{at}", [(inner.x, py), (right, py)], theme.quiet, 0.8, 0.28)
            )
            elements.append(
                text(f"{key}/y/{at}/n", words, inner.x - 7, py, _TICK_SIZE, theme.quiet, 1)
            )
        elements += [] if self.is_bare else self._zero_lines()
        return [*elements, *self._names()]

    def _names(self) -> Iterator[Element]:
        """What is counted along the axes."""
        inner, key, ink = self.inner, self.key, self.theme.text
        if self.y_name:
            name, y = fitted(self.y_name, NAME_SIZE, inner.width), self.box.y + NAME_SIZE * 0.6
            yield text(f"{key}/y/name", name, inner.x, y, NAME_SIZE, ink, -1)
        if self.x_name:
            name = fitted(self.x_name, NAME_SIZE, 0.7 * inner.width)
            x, y = inner.x + inner.width - 6, inner.y + inner.height - NAME_SIZE * 0.75
            yield text(f"{key}/x/name", name, x, y, NAME_SIZE, ink, 1)

    @drawn_as("chart")
    def area(
        self, name: str, xs: Sequence[float], ys: Sequence[float], color: str, base: float = 0.0
    ) -> Element:
        """What lies between a curve and a height, lightly filled.

        Args:
            name: what its key ends with, after the owner's.
            xs, ys: the curve, in the chart's numbers; as many of each.
            color: of the line, as "#rrggbb".
            base: the height, in the chart's numbers; 0 by default.

        Returns:
            One element.
        """
        _, floor = self.held(self.xs[0], base)
        paths = [
            ((run[0][0], floor), *run, (run[-1][0], floor), (run[0][0], floor))
            for run in self._runs(xs, ys)
        ]
        return shape(f"{self.key}/{name}", *paths, fill=color, opacity=0.2, layer=1)

    @drawn_as("chart")
    def curve(
        self,
        name: str,
        xs: Sequence[float],
        ys: Sequence[float],
        color: str,
        width: float = 2.6,
        opacity: float = 1.0,
        layer: int = 1,
    ) -> Element:
        """A curve through pairs of numbers, cut where it leaves the box or isn't finite.

        Args:
            name: what its key ends with, after the owner's.
            xs, ys: the curve, in the chart's numbers; as many of each.
            color: of the line, as "#rrggbb".
            width: of the line, in points.
            opacity: from 0 to 1, which is opaque.
            layer: a higher one is painted above a lower one.

        Returns:
            One element, with an outline for each piece.
        """
        paths = tuple(self._runs(xs, ys))
        return shape(
            f"{self.key}/{name}", *paths, line=color, width=width, opacity=opacity, layer=layer,
            enter="draw",
        )  # fmt: skip

    @drawn_as("chart")
    def grown(
        self,
        name: str,
        xs: Sequence[float],
        ys: Sequence[float],
        count: int,
        color: str,
        width: float = 2.6,
        opacity: float = 1.0,
    ) -> Element:
        """The first `count` pairs of a curve, with as many corners as all of it: it grows evenly
        from still to still.

        Args:
            name: what its key ends with, after the owner's.
            xs, ys: the whole curve, in the chart's numbers; as many of each.
            count: how many pairs are drawn; at least 1.
            color: of the line, as "#rrggbb".
            width: of the line, in points.
            opacity: from 0 to 1, which is opaque.

        Returns:
            One element.
        """
        upto = [min(at, count - 1) for at in range(len(xs))]
        here, there = [xs[at] for at in upto], [ys[at] for at in upto]
        return self.curve(name, here, there, color, width, opacity)

    @drawn_as("chart")
    def dot(
        self, name: str, x: float, y: float, color: str, radius: float = 6.0, layer: int = 4
    ) -> Element:
        """A dot with a rim of the page's colour; at the edge of the box where it is outside.

        Args:
            name: what its key ends with, after the owner's.
            x, y: in the chart's numbers.
            color: of the line, as "#rrggbb".
            radius: in points.
            layer: a higher one is painted above a lower one.

        Returns:
            One element.
        """
        px, py = self.held(x, y)
        rim = self.theme.page
        return circle(f"{self.key}/{name}", px, py, radius, color, rim, 1.6, layer=layer)

    def held(self, x: float, y: float) -> tuple[float, float]:
        """Where a pair of numbers stands, moved into the box; nan stands at its bottom."""
        px, py = self.at(_within(x, self.xs), _within(y, self.ys))
        return px, py

    def holds(self, x: float, y: float) -> bool:
        """Whether a pair of numbers is inside the box."""
        return self.xs[0] <= x <= self.xs[1] and self.ys[0] <= y <= self.ys[1]

    @drawn_as("chart")
    def off(
        self,
        name: str,
        start: tuple[float, float],
        end: tuple[float, float],
        color: str,
        words: str = "",
    ) -> list[Element]:
        """An arrow where a straight way leaves the box; nothing where it doesn't.

        Args:
            name: of the arrow among the chart's elements.
            start: where the way begins, as a pair of numbers; it may be outside as well.
            end: where it leads; a pair with a nan has no place.
            color: of the arrow and the words.
            words: beside the arrow, such as "y = 64".

        Returns:
            The arrow, and the words where there are any.
        """
        if math.isnan(end[0]) or math.isnan(end[1]) or self.holds(*end):
            return []
        inner = self.inner
        (x1, y1), (x2, y2) = self.held(*start), self.held(*end)
        if self.holds(*start) and all(map(math.isfinite, end)):
            piece = clipped(self.at(*start), self.at(*end), inner)
            (x1, y1), (x2, y2) = piece if piece else ((x1, y1), (x2, y2))
        dx, dy = x2 - x1, y2 - y1
        if math.hypot(dx, dy) < 1.0:
            dx = (end[0] > self.xs[1]) - (end[0] < self.xs[0])
            dy = (end[1] < self.ys[0]) - (end[1] > self.ys[1])
        length = math.hypot(dx, dy)
        tail = x2 - dx / length * _OFF, y2 - dy / length * _OFF
        key = f"{self.key}/{name}"
        elements = [*arrow(key, [tail, (x2, y2)], color, 3.0, 11.0, layer=6)]
        if words:
            side = -1 if tail[0] > inner.center.x else 1
            elements += tag(f"{key}/told", words, tail[0] + 12.0 * side, tail[1], _TICK_SIZE + 0.5,
                            color, self.theme, inner, -side, 6)  # fmt: skip
        return elements

    @drawn_as("chart")
    def segment(
        self,
        name: str,
        start: tuple[float, float],
        end: tuple[float, float],
        color: str,
        width: float = 2.2,
        layer: int = 3,
    ) -> Element:
        """A straight line between two pairs of numbers, cut at the box.

        Args:
            name: what its key ends with, after the owner's.
            start, end: pairs of the chart's numbers.
            color: of the line, as "#rrggbb".
            width: in points.
            layer: a higher one is painted above a lower one.

        Returns:
            One element; its line has no corners where it lies outside of the box.

        Source: clipping after Liang and Barsky, see `clipping.clipped`.
        """
        ends = clipped(self.at(*start), self.at(*end), self.inner)
        return shape(f"{self.key}/{name}", ends, line=color, width=width, layer=layer, enter="draw")

    @drawn_as("chart")
    def tangent(
        self, name: str, x: float, y: float, slope: float, color: str, reach: float = 0.0
    ) -> Element:
        """The straight line of a slope through a place, `reach` points long to either side.

        Args:
            name: what its key ends with, after the owner's.
            x, y: the place, in the chart's numbers.
            slope: in the chart's numbers.
            color: of the line, as "#rrggbb".
            reach: in points; 0 for about a quarter of the chart's width.

        Returns:
            One element, cut at the box.
        """
        px, py = self.at(x, y)
        step = min(self.xs[1] - self.xs[0], _LARGEST) * 1e-3
        further = min(max(y + slope * step, -_LARGEST), _LARGEST)
        qx, qy = self.at(x + step, further)
        qy = min(max(qy, py - _UPRIGHT), py + _UPRIGHT)
        length = math.hypot(qx - px, qy - py) or 1.0
        reach = reach or 0.24 * self.inner.width
        dx, dy = (qx - px) / length * reach, (qy - py) / length * reach
        ends = clipped((px - dx, py - dy), (px + dx, py + dy), self.inner)
        return shape(f"{self.key}/{name}", ends, line=color, width=2.8, layer=3)

    @property
    def _low(self) -> float:
        return self._scaled(self.ys[0])

    @property
    def _high(self) -> float:
        return self._scaled(self.ys[1])

    def _scaled(self, y: float) -> float:
        return math.log10(max(y, 1e-300)) if self.y_log else y

    def _x_ticks(self) -> list[tuple[float, str]]:
        if self.is_bare:
            return []
        room = 62.0 + width(number(self.xs[1]), _TICK_SIZE) * 0.5
        return ticks(*self.xs, most=max(2, int(self.box.width / room)))

    def _y_ticks(self) -> list[tuple[float, str]]:
        if self.is_bare:
            return []
        most = max(2, int(self.box.height / 46.0))
        if self.y_log:
            low, high = math.ceil(self._low - 1e-9), math.floor(self._high + 1e-9)
            every = max(1, math.ceil((high - low + 1) / most))
            return [(10.0**k, number(10.0**k)) for k in range(low, high + 1, every)]
        return ticks(*self.ys, most=most)

    def _zero_lines(self) -> Iterator[Element]:
        inner, quiet = self.inner, self.theme.quiet
        (left, bottom), (right, top) = self.at(0.0, self.ys[0]), self.at(self.xs[1], self.ys[1])
        if self.xs[0] < 0 < self.xs[1]:
            yield line(f"{self.key}/zero/x", [(left, top), (left, bottom)], quiet, 1.2, 0.7)
        if not self.y_log and self.ys[0] < 0 < self.ys[1]:
            _, y = self.at(0.0, 0.0)
            yield line(f"{self.key}/zero/y", [(inner.x, y), (right, y)], quiet, 1.2, 0.7)

    def _runs(
        self, xs: Sequence[float], ys: Sequence[float]
    ) -> Iterator[tuple[tuple[float, float], ...]]:
        """The stretches of a curve inside the box, each as corners."""
        run: list[tuple[float, float]] = []
        inner = self.inner
        last: tuple[float, float] | None = None
        for x, y in zip(xs, ys, strict=True):
            here = self.at(x, y) if math.isfinite(x) and math.isfinite(y) else None
            piece = clipped(last, here, inner) if last is not None and here is not None else ()
            if piece and run and piece[0] == run[-1]:
                run.append(piece[1])
            elif piece:
                if len(run) > 1:
                    yield tuple(run)
                run = list(piece)
            elif len(run) > 1:
                yield tuple(run)
                run = []
            last = here
        if len(run) > 1:
            yield tuple(run)


def ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Round numbers in a range, at most so many but at least two, each with its text.

    Args:
        low, high: the ends of the range.
        most: how many there may be; more where fewer than two would be left.

    Returns:
        (number, text) of each, ascending; none where the range is empty or not finite.

    Source: nice numbers, Heckbert, "Nice Numbers for Graph Labels" (Graphics Gems, 1990).

    >>> [told for _, told in ticks(-1.0, 3.2, 5)]
    ['−1', '0', '1', '2', '3']
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return []
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    places = [round(k * step, 12 - math.floor(math.log10(step))) for k in range(first, last + 1)]
    if len(places) < _LEAST_TICKS and most < _FINEST:
        return ticks(low, high, most + 1)
    return [(value, _tick(value, step)) for value in places]


def _tick(value: float, step: float) -> str:
    """A tick's number with all digits that tell it from the next one, where four don't.

    >>> _tick(2.4975, 0.0025), _tick(2.5, 0.0025)
    ('2.4975', '2.5')
    """
    words = number(value)
    places = math.ceil(-math.log10(step)) + 1
    if not (0 < places <= _MOST_PLACES and abs(value) < 1e4) or abs(step) < 1e-4:
        return words
    exact = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return exact.replace("-", "−") if len(exact) > len(words) and "e" not in words else words


def padded(values: Sequence[float], share: float = 0.08) -> Range:
    """A range with some room around all finite values; never empty.

    >>> padded([0.0, 10.0], 0.1)
    (-1.0, 11.0)
    """
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        room = max(abs(low), 1.0) * 0.5
        return low - room, high + room
    room = min((high - low) * share, _LARGEST)
    return max(low - room, -_LARGEST), min(high + room, _LARGEST)


def _share(value: float, low: float, high: float) -> float:
    """How far a number is from a lower one to a higher one, from 0 to 1 between them; also where
    their difference is more than a float holds."""
    if math.isinf(high - low) or math.isinf(value - low):
        value, low, high = value / 4, low / 4, high / 4
    return (value - low) / (high - low)


def _within(value: float, span: Range) -> float:
    return span[0] if math.isnan(value) else min(max(value, span[0]), span[1])
