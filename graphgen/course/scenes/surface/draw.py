"""Descents on a surface, in 3D and on the map beside it: plain data -> a timeline."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from graphgen.course.curves import thinned
from graphgen.course.scenes.surface.record import Data
from graphgen.course.trajectories import Trajectory, crossings
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart
from graphgen.draw.clipping import clipped
from graphgen.draw.contours import Place, levels
from graphgen.draw.elements import arrow, shape, text
from graphgen.draw.glyphs import glyph, tints
from graphgen.draw.labels import tag
from graphgen.draw.maps import HeightMap
from graphgen.draw.rooms import columns, rows
from graphgen.draw.surfaces import Surface, View
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Enter, Frame, Timeline
from graphgen.text.catalogue import ByNumber, listed, paragraph
from graphgen.text.catalogue import Table as Sentences
from graphgen.text.digits import number

__all__ = ["SENTENCES", "draw"]

SENTENCES = Sentences(
    "surface",
    {
        "question": "How does one get down a surface when only its slopes are known?",
        "surface": "Each {first} and {second} give one {result}: all of them are a surface.",
        "map": "The same from above, as a map: lines of equal height.",
        "gradient": "At {first} = {x} and {second} = {y}, {result} is {z}, and the gradient is "
        "({dx}, {dy}): that way it rises most.",
        "gradient.level": "At {first} = {x} and {second} = {y}, {result} is {z}, and the gradient "
        "is 0: it rises in no direction.",
        "alone.sgd": "SGD steps the other way: {rate} times the gradient.",
        "alone": "{optimizer} goes first, with a learning rate of {rate}.",
        "still": "The gradient is 0 here: nothing moves.",
        "crosses": ByNumber(
            "count",
            one="The slope along {name} changes its sign once in {steps} steps: it goes across "
            "the valley.",
            many="The slope along {name} changes its sign {count} times in {steps} steps: it goes "
            "to and fro across the valley.",
        ),
        "crosses.slow": ByNumber(
            "count",
            one="The slope along {name} changes its sign once in {steps} steps: it goes across "
            "the valley, and slowly along it.",
            many="The slope along {name} changes its sign {count} times in {steps} steps: it goes "
            "to and fro across the valley, and slowly along it.",
        ),
        "steps": ByNumber(
            "count",
            one="One step takes {result} from {first} to {last}.",
            many="{count:,} steps take {result} from {first} to {last}.",
        ),
        "race": "Now {optimizers} from the same start.",
        "race.steps": ByNumber(
            "count",
            one="One step each: all use the gradient, each in its own way.",
            many="{count:,} steps each: all use the gradient, each in its own way.",
        ),
        "race.some": ByNumber(
            "count",
            one="One step each: all use the gradient, each in its own way.",
            many="{count:,} steps each, of which {moments} are shown: all use the gradient, each "
            "in its own way.",
        ),
        "race.why": "SGD steps against the gradient as it is. Momentum keeps some of its speed. "
        "RMSProp and Adam divide each direction by how large its gradients were.",
        "end": ByNumber(
            "count",
            one="After one step {optimizer} is at {result} = {z}.",
            many="After {count:,} steps {optimizer} is at {result} = {z}.",
        ),
        "end.off": ByNumber(
            "count",
            one="After one step {optimizer} is at {result} = {z}, off the map.",
            many="After {count:,} steps {optimizer} is at {result} = {z}, off the map.",
        ),
        "end.lowest": ByNumber(
            "count",
            one="After one step {optimizer} is lowest, at {result} = {z}.",
            many="After {count:,} steps {optimizer} is lowest, at {result} = {z}.",
        ),
        "end.lowest.off": ByNumber(
            "count",
            one="After one step {optimizer} is lowest, at {result} = {z}, off the map.",
            many="After {count:,} steps {optimizer} is lowest, at {result} = {z}, off the map.",
        ),
        "end.higher": "All of them are higher than at the start: these rates are too large.",
        "end.higher.one": "That is higher than at the start: this rate is too large.",
        "end.gone": ByNumber(
            "count",
            one="{optimizers} has come to where {result} is no number any more.",
            many="{optimizers} have come to where {result} is no number any more.",
        ),
        "end.all gone": "All of them have come to where {result} is no number any more: these "
        "rates are too large.",
        "off": "off the map: {result} = {z}",
        "height": "{result} = {z}",
        "rate": "rate {rate}",
        "arrow": "gradient",
    },
)

Corner = tuple[float, float, float]
"""Where a walk is on the surface: x, y and z."""

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
    """The surface, its map, one ball alone, then all of them.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
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
        self.corners = _Corners(data)
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
        builder.open(SENTENCES.say("question"))
        builder.step(
            SENTENCES.say("surface", first=first, second=second, result=data.result),
            "the surface",
        )
        builder.add(self.surface.floor(), self.surface.sheet(), self._axes())
        builder.animate(1.0)
        builder.add(self.surface.lines())
        builder.animate(1.4)
        builder.step(SENTENCES.say("map"), "the map")
        builder.add(self.heights.bands(), self.map.frame(), self.heights.lines())
        builder.animate(1.0)
        builder.animate(1.2)

    def start(self) -> None:
        """Where all begin, and the gradient there."""
        data, builder = self.data, self.builder
        walk = data.walks[0]
        (x, y), z, (dx, dy) = walk.points[0], walk.values[0], walk.gradients[0]
        first, second = data.names
        places = {
            "first": first, "x": number(x), "second": second, "y": number(y),
            "result": data.result, "z": number(z),
        }  # fmt: skip
        caption = (
            SENTENCES.say("gradient", dx=number(dx), dy=number(dy), **places)
            if dx or dy
            else SENTENCES.say("gradient.level", **places)
        )
        builder.step(caption, "the gradient")
        builder.add(self._ball(0, 0))
        builder.animate(0.8)
        builder.add(self._gradient(x, y, dx, dy))
        builder.animate(2.0)

    def alone(self) -> None:
        """The first optimizer's first steps."""
        builder, walk = self.builder, self.data.walks[0]
        name, count = TITLES[walk.optimizer], min(_ALONE, walk.steps)
        rate = number(walk.rate)
        builder.step(
            SENTENCES.say("alone.sgd", rate=rate)
            if walk.optimizer == "sgd"
            else SENTENCES.say("alone", optimizer=name, rate=rate),
            name,
        )
        builder.add(self.legend.entry(0, 0))
        for step in range(count):
            builder.remove("map/gradient")
            self._go(0, step, step + 1)
            builder.animate(0.6 if step < 4 else 0.4)
        builder.animate(0.4)
        builder.step(_alone_caption(walk, self.data, count), name)
        builder.animate(2.4)

    def race(self) -> None:
        """All of them from the same start."""
        data, builder = self.data, self.builder
        names = [TITLES[walk.optimizer] for walk in data.walks]
        builder.step(SENTENCES.say("race", optimizers=listed(names)), "all")
        for at in range(len(data.walks)):
            builder.remove(f"surface/{at}", f"map/{at}")
            builder.add(self._ball(at, 0), self.legend.entry(at, 0))
        builder.animate(1.2)
        longest = max(walk.steps for walk in data.walks)
        moments = thinned(longest + 1, _MOST_BEATS, first=6)
        caption = (
            SENTENCES.say("race.some", count=longest, moments=str(len(moments) - 1))
            if len(moments) < longest + 1
            else SENTENCES.say("race.steps", count=longest)
        )
        builder.step(caption, "all", SENTENCES.say("race.why"))
        for step, next_ in pairwise(moments):
            for at in range(len(data.walks)):
                self._go(at, step, next_)
            builder.animate(0.4 if next_ <= 4 else 0.2, easing="linear")
        builder.animate(0.6)

    def end(self) -> None:
        """Who came how far."""
        data, builder = self.data, self.builder
        builder.step(_end_caption(data), "all" if len(data.walks) > 1 else "the end")
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
        builder.add(self._ball(at, next_), self._entry(at, next_))

    def _entry(self, at: int, step: int) -> list[Element]:
        """The legend's line of a walk, after one of its steps."""
        is_on_map = self.corners.is_inside(*self.data.walks[at].points[step])
        return self.legend.entry(at, step, is_on_map)

    def _ball(self, at: int, step: int) -> list[Element]:
        """A ball in both pictures; an arrow at the border where it has left the map."""
        walk, map_ = self.data.walks[at], self.map
        self.builder.remove(f"map/{at}/off")
        (x, y), z = walk.points[step], walk.values[step]
        if self.corners.is_inside(x, y):
            above = self.surface.at(x, y, z)
            return [
                glyph(f"surface/{at}/ball", at, *above, 6.5, self.theme, layer=8),
                glyph(f"map/{at}/ball", at, *map_.at(x, y), 6.0, self.theme, layer=8),
            ]
        self.builder.remove(f"surface/{at}/ball", f"map/{at}/ball")
        before = self.corners.last_inside(walk, step)
        return map_.off(f"{at}/off", *before, tints(self.theme)[at])

    def _trail(self, at: int, step: int) -> list[Element]:
        """Where a ball has been, up to a step."""
        return self._paths("trail", at, 0, step, "fade") if step >= 1 else []

    def _tip(self, at: int, step: int, next_: int) -> list[Element]:
        """The newest piece of a trail, which its ball draws behind it."""
        return self._paths("tip", at, step, next_, "draw")

    def _paths(self, name: str, at: int, start: int, end: int, enter: Enter) -> list[Element]:
        """What of a walk is on the map, from one step to a later one, in both pictures."""
        tint = tints(self.theme)[at]
        runs = self.corners.runs(self.data.walks[at], start, end)
        above = [[self.surface.at(*place) for place in run] for run in runs]
        flat = [[self.map.at(x, y) for x, y, _ in run] for run in runs]
        return [
            shape(f"surface/{at}/{name}", *above, line=tint, width=2.2, layer=4, enter=enter),
            shape(f"map/{at}/{name}", *flat, line=tint, width=2.0, layer=4, enter=enter),
        ]

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
                if math.isfinite(z) and self.corners.is_inside(x, y):
                    count += 1
                    seen += surface.sees(x, y, z)
        return round(seen / count, 1) if count else 1.0

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
        elements: list[Element] = []
        for name, (start, end) in zip(self.data.names, self.surface.edges(), strict=True):
            x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
            elements.append(
                text(f"surface/name/{len(elements)}", fitted(name, 15.0, 120.0), x, y + 14, 15.0,
                     self.theme.text)
            )  # fmt: skip
        return elements

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
            *tag(
                "map/gradient/told",
                SENTENCES.say("arrow"),
                *place,
                15.0,
                tint,
                self.theme,
                inner,
                -side,
                7,
            ),
        ]


_SIZE, _SMALL = 16.0, 13.5
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

    def entry(self, at: int, step: int, is_on_map: bool = True) -> list[Element]:
        """One walk, after one of its steps.

        Args:
            at: which walk.
            step: how far it has come; its last one where it has fewer.
            is_on_map: whether its ball can be seen; else the entry says that it is gone.
        """
        walk, box, theme = self.walks[at], self._rooms()[at], self.theme
        name, rate = TITLES[walk.optimizer], SENTENCES.say("rate", rate=number(walk.rate))
        z = number(walk.values[min(step, walk.steps)])
        x, y = box.x + 10, box.y + 14
        beside = (x + 26 + _BOLD * width(name, _SIZE), y)
        across, down = (x + 16, y + 42) if self.is_narrow else beside
        key, room = "height" if is_on_map else "off", box.width - 30
        words = SENTENCES.say(key, result=self.result, z=z)
        size = _SIZE if width(words, _SIZE) <= room else _SMALL
        words = fitted(words, size, room)
        return [
            glyph(f"legend/{at}/sign", at, x, y, 6.5, theme),
            text(f"legend/{at}/name", name, x + 16, y, _SIZE, tints(theme)[at], -1, is_bold=True),
            text(f"legend/{at}/rate", rate, across, down, 13.0, theme.quiet, -1),
            text(f"legend/{at}/z", words, x + 16, y + 22, size, theme.text, -1),
        ]

    def _rooms(self) -> list[Box]:
        count = len(self.walks)
        if self.is_wide:
            return columns(self.box, [1.0] * count, 14.0)
        lines = rows(self.box, [1.0] * math.ceil(count / 2), 0.0)
        return [room for row in lines for room in columns(row, [1.0, 1.0], 14.0)][:count]


TITLES = {"sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSProp", "adam": "Adam"}
"""What each optimizer is called."""


def _alone_caption(walk: Trajectory, data: Data, count: int) -> str:
    """What the first optimizer's first steps were like.

    Args:
        walk: its way.
        data: what was recorded.
        count: how many steps are spoken of.
    """
    if not any(any(gradient) for gradient in walk.gradients):
        return SENTENCES.say("still")
    seen = walk.gradients[: count + 1]
    turns = [crossings([gradient[axis] for gradient in seen]) for axis in range(2)]
    most = max(turns)
    if most >= max(2, count // 2):
        axis = turns.index(most)
        key = "crosses.slow" if goes_slowly_along(walk, axis, count) else "crosses"
        return SENTENCES.say(key, count=most, name=data.names[axis], steps=str(count))
    first, last = number(walk.values[0]), number(walk.values[count])
    return SENTENCES.say("steps", count=count, result=data.result, first=first, last=last)


def goes_slowly_along(walk: Trajectory, axis: int, count: int) -> bool:
    """Whether steps go far to and fro along one axis, and by less, and one way only, along the
    other: down a long valley.

    Args:
        walk: where an optimizer of two names went.
        axis: 0 or 1, the one along which it goes to and fro.
        count: how many steps are looked at.
    """
    along = [point[1 - axis] for point in walk.points[: count + 1]]
    across = [point[axis] for point in walk.points[: count + 1]]
    steps = [b - a for a, b in pairwise(along)]
    is_one_way = all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
    wide = sum(abs(b - a) for a, b in pairwise(across))
    return is_one_way and sum(map(abs, steps)) < wide


def _end_caption(data: Data) -> str:
    """Who came how far, and who is off the map or no number any more."""
    walks, result = data.walks, data.result
    finite = [walk for walk in walks if walk.is_finite]
    gone = [TITLES[walk.optimizer] for walk in walks if not walk.is_finite]
    if not finite:
        return SENTENCES.say("end.all gone", result=result)
    if not any(any(gradient) for walk in walks for gradient in walk.gradients):
        return SENTENCES.say("still")
    best = min(finite, key=lambda walk: walk.values[-1])
    is_on_map = _Corners(data).is_inside(*best.points[-1])
    key = ("end.lowest" if len(walks) > 1 else "end") + ("" if is_on_map else ".off")
    sentences = [
        SENTENCES.say(
            key, count=best.steps, optimizer=TITLES[best.optimizer], result=result,
            z=number(best.values[-1]),
        )
    ]  # fmt: skip
    if best.values[-1] > best.values[0]:
        sentences.append(SENTENCES.say("end.higher" if len(walks) > 1 else "end.higher.one"))
    elif gone:
        sentences.append(
            SENTENCES.say("end.gone", count=len(gone), optimizers=listed(gone), result=result)
        )
    return paragraph(sentences)


class _Corners:
    """What of walks is on the map: their corners, cut where they leave it."""

    def __init__(self, data: Data) -> None:
        self.data = data
        xs, ys = data.xs, data.ys
        self.box = Box(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0])

    def is_inside(self, x: float, y: float) -> bool:
        """Whether a place is on the map."""
        xs, ys = self.data.xs, self.data.ys
        return xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]

    def last_inside(self, walk: Trajectory, step: int) -> tuple[Place, Place]:
        """Where a walk left the map last, up to a step: the corner before, and the one after."""
        at = max((k for k in range(step + 1) if self.is_inside(*walk.points[k])), default=0)
        return _pair(walk.points[at]), _pair(walk.points[min(at + 1, walk.steps)])

    def runs(
        self, walk: Trajectory, start: int, end: int
    ) -> list[list[tuple[float, float, float]]]:
        """The stretches of a walk that are on the map, as corners with their heights; what is cut
        has the surface's own height at the border.

        Args:
            walk: where an optimizer went.
            start, end: from which step to which.
        """
        runs: list[list[Corner]] = []
        for k in range(start, end):
            a, b = _pair(walk.points[k]), _pair(walk.points[k + 1])
            if not all(map(math.isfinite, (*a, *b))):
                continue
            piece = clipped(a, b, self.box)
            if not piece:
                continue
            first, last = (
                (*place, walk.values[at] if self.is_inside(*corner) else self.height(*place))
                for place, corner, at in ((piece[0], a, k), (piece[1], b, k + 1))
            )
            if runs and runs[-1][-1][:2] == first[:2]:
                runs[-1].append(last)
            else:
                runs.append([first, last])
        return runs

    def height(self, x: float, y: float) -> float:
        """The surface's height at a place of the map, from the four corners around it."""
        (row, down), (column, across) = _cell(self.data.ys, y), _cell(self.data.xs, x)
        near, far = self.data.zs[row], self.data.zs[row + 1]
        low = near[column] + across * (near[column + 1] - near[column])
        high = far[column] + across * (far[column + 1] - far[column])
        return low + down * (high - low)


def _cell(places: Sequence[float], value: float) -> tuple[int, float]:
    """Between which two places of a grid a number is, and which share of the way."""
    at = min(max(bisect_right(places, value) - 1, 0), len(places) - 2)
    return at, (value - places[at]) / (places[at + 1] - places[at])


def _pair(point: tuple[float, ...]) -> Place:
    return point[0], point[1]
