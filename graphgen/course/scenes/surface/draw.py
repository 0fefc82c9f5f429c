"""Descents on a surface, in 3D and on the map beside it: plain data -> a timeline."""

import math
from collections.abc import Sequence
from itertools import pairwise

from graphgen.course.lessons.curves import thinned
from graphgen.course.scenes.surface.record import Data
from graphgen.course.trajectories import Trajectory, crossings, in_words
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart
from graphgen.draw.contours import Place, levels
from graphgen.draw.elements import arrow, line, text
from graphgen.draw.glyphs import glyph, tints
from graphgen.draw.labels import tag
from graphgen.draw.maps import HeightMap
from graphgen.draw.rooms import columns, rows
from graphgen.draw.surfaces import Surface, View
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Timeline
from graphgen.text.digits import number

__all__ = ["draw"]

_LEVELS = 11
_ALONE, _MOST_BEATS = 10, 51
_BEST_TURN, _ABOVE, _STEEP = 28.0, (40.0, 50.0), 1.5
"""How far the surface is turned, from how far above it may be seen, and what a degree more from
above costs beside one of turning."""
_VIEWS = sorted(
    (View(float(turn), above) for above in _ABOVE for turn in range(-68, 69, 8)),
    key=lambda view: abs(abs(view.turn) - _BEST_TURN) + _STEEP * (view.above - _ABOVE[0]),
)
"""From where it may be seen, the best view first."""
_LEGEND, _RATE, _ROOMY = 50.0, 18.0, 216.0
_ARROW = 64.0
_LARGER = 1.4
"""How much more room than its map the surface has in a square frame, where both are small."""


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The surface, its map, one ball alone, then all of them."""
    return _Drawing(data, TimelineBuilder(title, theme, frame)).timeline()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        size = builder.frame
        lines = 1 if size.is_wide else math.ceil(len(data.walks) / 2)
        is_narrow = size.stage.width * lines / len(data.walks) < _ROOMY
        high = _LEGEND + (_RATE if is_narrow else 0.0)
        stage, low = size.stage, high * lines
        above, below = rows(stage, [stage.height - low - 8, low], 8.0)
        self.legend = _Legend(data.walks, data.result, below, builder, is_narrow)
        is_tall = above.height > 1.2 * above.width
        share = 1.1 if is_tall or size.is_wide else _LARGER
        left, right = (rows if is_tall else columns)(above, [share, 1.0], 20.0)
        levels_ = levels(data.zs, _LEVELS)
        room = Box(left.x, left.y, left.width, left.height - 16)
        self.surface = self._best([
            Surface("surface", room, data.xs, data.ys, data.zs, levels_, self.theme, view)
            for view in _VIEWS
        ])  # fmt: skip
        self.map = Chart(
            "map", self._map_box(right), (data.xs[0], data.xs[-1]), (data.ys[0], data.ys[-1]),
            self.theme, data.names[0], data.names[1],
        )  # fmt: skip

        self.heights = HeightMap(self.map, data.zs, levels_)
        self.exits = [self._exit(walk) for walk in data.walks]
        self.ways = [self._way(at) for at in range(len(data.walks))]

    def _exit(self, walk: Trajectory) -> int:
        """The step with which a walk leaves what is shown for good; its last one if it doesn't."""
        inside = [step for step, point in enumerate(walk.points) if self._is_shown(*point)]
        return min(max(inside, default=0) + 1, walk.steps)

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.start()
        self.alone()
        if len(self.data.walks) > 1:
            self.race()
        self.end()
        return self.builder.build()

    def open(self) -> None:
        """The program, its surface, its map."""
        data, builder = self.data, self.builder
        first, second = data.names
        builder.open("How does one get down a surface when only its slopes are known?")
        builder.step(
            f"Each {first} and {second} give one {data.result}: all of them are a surface.",
            "the surface",
        )
        builder.add(self.surface.floor(), self.surface.sheet(), self._axes())
        builder.animate(1.0)
        builder.add(self.surface.lines())
        builder.animate(1.4)
        builder.step("The same from above, as a map: lines of equal height.", "the map")
        builder.add(self.heights.bands(), self.map.frame(), self.heights.lines())
        builder.animate(1.0)
        builder.animate(1.2)

    def start(self) -> None:
        """Where all begin, and the gradient there."""
        data, builder = self.data, self.builder
        walk = data.walks[0]
        (x, y), z, (dx, dy) = walk.points[0], walk.values[0], walk.gradients[0]
        first, second = data.names
        place = f"{first} = {number(x)} and {second} = {number(y)}"
        told = f"At {place}, {data.result} is {number(z)}"
        builder.step(
            f"{told}, and the gradient is ({number(dx)}, {number(dy)}): that way it rises most.",
            "the gradient",
        )
        builder.add(self._ball(0, 0))
        builder.animate(0.8)
        builder.add(self._gradient(x, y, dx, dy))
        builder.animate(2.0)

    def alone(self) -> None:
        """The first optimizer's first steps."""
        builder, walk = self.builder, self.data.walks[0]
        name, count = TITLES[walk.optimizer], min(_ALONE, walk.steps)
        builder.step(f"{name} steps the other way: {number(walk.rate)} times the gradient.", name)
        builder.add(self.legend.entry(0, 0))
        for step in range(count):
            builder.remove("map/gradient")
            self._go(0, step, step + 1)
            builder.animate(0.6 if step < 4 else 0.4)
        builder.animate(0.4)
        builder.step(crossed(walk, self.data.names, self.data.result, count), name)
        builder.animate(2.4)

    def race(self) -> None:
        """All of them from the same start."""
        data, builder = self.data, self.builder
        names = [TITLES[walk.optimizer] for walk in data.walks]
        builder.step(f"Now {', '.join(names[:-1])} and {names[-1]} from the same start.", "all")
        for at in range(len(data.walks)):
            builder.remove(f"surface/{at}", f"map/{at}")
            builder.add(self._ball(at, 0), self.legend.entry(at, 0))
        builder.animate(1.2)
        longest = max(walk.steps for walk in data.walks)
        shown = thinned(longest + 1, _MOST_BEATS, first=6)
        told = f"{longest:,} steps each" if longest > 1 else "One step each"
        if len(shown) < longest + 1:
            told += f", of which {len(shown) - 1} are shown"
        builder.step(
            f"{told}: all read the same gradients, each in its own way.",
            "all",
            "SGD steps against the gradient as it is. Momentum keeps some of its speed. RMSProp "
            "and Adam divide each direction by how large its gradients were.",
        )
        for step, next_ in pairwise(shown):
            for at in range(len(data.walks)):
                self._go(at, step, next_)
            builder.animate(0.4 if next_ <= 4 else 0.2, easing="linear")
        builder.animate(0.6)

    def end(self) -> None:
        """Who came how far."""
        data, builder = self.data, self.builder
        builder.step(outcome(data.walks, data.result), "all" if len(data.walks) > 1 else "the end")
        if len(data.walks) == 1:
            self._go(0, min(_ALONE, data.walks[0].steps), data.walks[0].steps)
        builder.animate(1.0)
        builder.animate(2.0)

    # What moves

    def _go(self, at: int, step: int, next_: int) -> None:
        """A ball from one step to a later one, and its trail behind it."""
        walk, builder = self.data.walks[at], self.builder
        next_ = min(next_, walk.steps)
        if step >= next_:
            return
        builder.add(self._trail(at, step), self._tip(at, step, next_))
        builder.add(self._ball(at, next_), self.legend.entry(at, next_))

    def _ball(self, at: int, step: int) -> list[Element]:
        above, flat = (way[step] for way in self.ways[at])
        return [
            glyph(f"surface/{at}/ball", at, *above, 6.5, self.theme, layer=8),
            glyph(f"map/{at}/ball", at, *flat, 6.0, self.theme, layer=8),
        ]

    def _trail(self, at: int, step: int) -> list[Element]:
        """Where a ball has been, up to a step."""
        if step < 1:
            return []
        tint = tints(self.theme)[at]
        above, flat = (way[: step + 1] for way in self.ways[at])
        return [
            line(f"surface/{at}/trail", above, tint, 2.2, layer=4),
            line(f"map/{at}/trail", flat, tint, 2.0, layer=4),
        ]

    def _tip(self, at: int, step: int, next_: int) -> list[Element]:
        """The newest piece of a trail, which its ball draws behind it."""
        tint = tints(self.theme)[at]
        above, flat = ([way[step], way[next_]] for way in self.ways[at])
        return [
            line(f"surface/{at}/tip", above, tint, 2.2, layer=4, enter="draw"),
            line(f"map/{at}/tip", flat, tint, 2.0, layer=4, enter="draw"),
        ]

    def _way(self, at: int) -> tuple[list[Place], list[Place]]:
        """Where a ball is after each step, on the surface and on the map."""
        places = [self._place(at, step) for step in range(self.data.walks[at].steps + 1)]
        above = [self.surface.at(*place) for place in places]
        return above, [self.map.held(x, y) for x, y, _ in places]

    def _place(self, at: int, step: int) -> tuple[float, float, float]:
        """Where a ball is; one that has left what is shown waits at its edge."""
        walk = self.data.walks[at]
        step = min(step, self.exits[at], walk.steps)
        (x, y), z = walk.points[step], walk.values[step]
        return x, y, z

    # What stands

    def _best(self, surfaces: Sequence[Surface]) -> Surface:
        """The first in which all of the trails can be seen, or else the most of them."""
        shares = []
        for surface in surfaces:
            shares.append(self._shown(surface))
            if shares[-1] == 1.0:
                return surface
        return surfaces[shares.index(max(shares))]

    def _shown(self, surface: Surface) -> float:
        """How much of the trails can be seen, in tenths."""
        seen = count = 0
        for walk in self.data.walks:
            for step in thinned(walk.steps + 1, 20):
                (x, y), z = walk.points[step], walk.values[step]
                if math.isfinite(z) and self._is_shown(x, y):
                    count += 1
                    seen += surface.sees(x, y, z)
        return round(seen / count, 1) if count else 1.0

    def _is_shown(self, x: float, y: float) -> bool:
        xs, ys = self.data.xs, self.data.ys
        return xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]

    def _map_box(self, room: Box) -> Box:
        """As much of the room as keeps both names on one scale, where neither gets too thin."""
        data = self.data
        ratio = (data.xs[-1] - data.xs[0]) / (data.ys[-1] - data.ys[0])
        ratio = min(max(ratio, 0.8), 1.7)
        wide, high = room.width - 50.0, room.height - 50.0
        wide, high = min(wide, high * ratio), min(high, wide / ratio)
        return Box(
            room.center.x - wide / 2 - 25, room.center.y - high / 2 - 25, wide + 50, high + 50
        )

    def _axes(self) -> list[Element]:
        """The names of what runs along the floor, each at the middle of its near edge."""
        found: list[Element] = []
        for name, (start, end) in zip(self.data.names, self.surface.edges(), strict=True):
            x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            found.append(
                text(f"surface/name/{len(found)}", fitted(name, 15.0, 120.0), x, y + 14, 15.0,
                     self.theme.text)
            )  # fmt: skip
        return found

    def _gradient(self, x: float, y: float, dx: float, dy: float) -> list[Element]:
        """An arrow on the map, uphill."""
        start = self.map.held(x, y)
        inner, (x_low, x_high), (y_low, y_high) = self.map.inner, self.map.xs, self.map.ys
        across = dx * inner.width / (x_high - x_low)
        up = dy * inner.height / (y_high - y_low)
        length = math.hypot(across, up)
        if not (math.isfinite(length) and length > 0):
            return []
        end = start[0] + across / length * _ARROW, start[1] - up / length * _ARROW
        tint, side = self.theme.backward, 1 if start[0] < inner.center.x else -1
        x = max(start[0], end[0]) if side > 0 else min(start[0], end[0])
        place = x + 14 * side, (start[1] + end[1]) / 2
        return [
            *arrow("map/gradient", [start, end], tint, 3.0, 12.0, layer=7),
            *tag("map/gradient/told", "gradient", *place, 15.0, tint, self.theme, inner, -side, 7),
        ]


_SIZE = 16.0
_BOLD = 1.16
"""How much wider bold text is."""


class _Legend:
    """Shows walks beside each other, in tall frames two in a row.

    Args:
        result: what the program's result is called.
        is_narrow: whether rates stand on a line of their own.
    """

    def __init__(
        self,
        walks: Sequence[Trajectory],
        result: str,
        box: Box,
        builder: TimelineBuilder,
        is_narrow: bool,
    ) -> None:
        self.walks, self.result, self.box = walks, result, box
        self.theme, self.is_wide, self.is_narrow = builder.theme, builder.frame.is_wide, is_narrow

    def entry(self, at: int, step: int) -> list[Element]:
        """One walk, after one of its steps."""
        walk, box, theme = self.walks[at], self._rooms()[at], self.theme
        name, rate = TITLES[walk.optimizer], f"rate {number(walk.rate)}"
        z = number(walk.values[min(step, walk.steps)])
        x, y = box.x + 10, box.y + 14
        beside = (x + 26 + _BOLD * width(name, _SIZE), y)
        across, down = (x + 16, y + 42) if self.is_narrow else beside
        told = fitted(f"{self.result} = {z}", _SIZE, box.width - 30)
        return [
            glyph(f"legend/{at}/sign", at, x, y, 6.5, theme),
            text(f"legend/{at}/name", name, x + 16, y, _SIZE, tints(theme)[at], -1, is_bold=True),
            text(f"legend/{at}/rate", rate, across, down, 13.0, theme.quiet, -1),
            text(f"legend/{at}/z", told, x + 16, y + 22, _SIZE, theme.text, -1),
        ]

    def _rooms(self) -> list[Box]:
        count = len(self.walks)
        if self.is_wide:
            return columns(self.box, [1.0] * count, 14.0)
        lines = rows(self.box, [1.0] * math.ceil(count / 2), 0.0)
        return [room for row in lines for room in columns(row, [1.0, 1.0], 14.0)][:count]


TITLES = {"sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSProp", "adam": "Adam"}
"""What each optimizer is called."""


def crossed(walk: Trajectory, names: Sequence[str], result: str, count: int) -> str:
    """Whether a walk's first steps go to and fro.

    Args:
        names: of the two that move; result: what the height is called.
        count: how many steps are spoken of.
    """
    if not any(any(gradient) for gradient in walk.gradients):
        return "The gradient is 0 here: nothing moves."
    seen = walk.gradients[: count + 1]
    turns = [crossings([gradient[axis] for gradient in seen]) for axis in range(len(names))]
    most = max(turns)
    if most >= max(2, count // 2):
        return (
            f"The slope along {names[turns.index(most)]} changes its sign {most} times in "
            f"{in_words(count)}: it goes to and fro across the valley, and slowly along it."
        )
    first, last = number(walk.values[0]), number(walk.values[count])
    return f"{in_words(count).capitalize()} take {result} from {first} to {last}."


def outcome(walks: Sequence[Trajectory], result: str) -> str:
    """Who came how far.

    Args:
        result: what the height is called.
    """
    finite = [walk for walk in walks if walk.is_finite]
    gone = [TITLES[walk.optimizer] for walk in walks if not walk.is_finite]
    if not finite:
        return "All of them have left the numbers: with these rates descent diverges."
    if not any(any(gradient) for walk in walks for gradient in walk.gradients):
        return "The gradient is 0 everywhere here: nothing moves."
    best = min(finite, key=lambda walk: walk.values[-1])
    told = f"After {in_words(best.steps)} {TITLES[best.optimizer]} is"
    told += f"{' lowest,' if len(walks) > 1 else ''} at {result} = {number(best.values[-1])}"
    if best.values[-1] > best.values[0]:
        return f"{told}, higher than at the start: these rates are too large."
    return f"{told}; {' and '.join(gone)} diverged." if gone else f"{told}."
