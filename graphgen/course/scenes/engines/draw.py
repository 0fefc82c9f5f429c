"""Three engines, each a web of dots that lights up, above its table of numbers; plain data ->
a timeline."""

from graphgen.course.scenes.engines.record import Data, Engine, GridNode
from graphgen.draw import rooms
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import panel, text
from graphgen.draw.elements import shape as outline
from graphgen.draw.tables import Table
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.graph import Array
from graphgen.model.kinds import KINDS
from graphgen.model.theme import Theme, paint_of
from graphgen.model.timeline import Element, Frame, Path, Timeline
from graphgen.text.catalogue import ByNumber, listed
from graphgen.text.catalogue import Table as Sentences
from graphgen.text.digits import inline, norm_of, number, shape
from graphgen.text.mixing import mix

__all__ = ["SENTENCES", "draw"]

SENTENCES = Sentences(
    "engines",
    {
        "question": "One program. Does it matter who computes it?",
        "graphs": "With single numbers the graph has {scalar} nodes, with arrays {array}, and in "
        "torch {torch}.",
        "forward": "Forward: all three come to {loss}.",
        "forward.differ": "Forward: torch comes to {loss}, and the others to {others}.",
        "backward": "Backward: the gradients come back through each of the three graphs.",
        "equal": ByNumber(
            "count",
            one="One number on each engine: all three are equal, to the last digit.",
            many="{count:,} numbers on each engine: all are equal, to the last digit.",
        ),
        "differ": ByNumber(
            "count",
            one="One number on each engine: the largest difference is {difference}.",
            many="{count:,} numbers on each engine: the largest difference is {difference}.",
        ),
        "nodes": ByNumber("count", one="one node", many="{count:,} nodes"),
        "value": "value",
        "gradient": "gradient",
    },
)

_HEAD, _SMALL = 18.0, 12.5
_WAVES = 10
_LARGEST, _GAP = 11.0, 2.4
_SHARES = (0.25, 0.44, 0.32)
"""The most of a table that a name, a value and a gradient may take."""


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """All steps of the scene.

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
        frame = builder.frame
        self.panels = [
            _Panel(engine, f"engine/{at}", room, data.names, builder)
            for at, (engine, room) in enumerate(
                zip(data.engines, rooms.split(frame, frame.stage, [1, 1, 1], 28.0), strict=True)
            )
        ]

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.forward()
        self.backward()
        self.compare()
        return self.builder.build()

    def open(self) -> None:
        """The program, and the three graphs that it becomes."""
        builder = self.builder
        builder.open(SENTENCES.say("question"))
        scalar, array, torch = (f"{len(engine.web.dots):,}" for engine in self.data.engines)
        builder.step(SENTENCES.say("graphs", scalar=scalar, array=array, torch=torch))
        for part in self.panels:
            builder.add(part.head(), part.web(), part.table.head())
        builder.animate(1.6)
        builder.animate(0.8)

    def forward(self) -> None:
        """Values go through all three at once, and into the tables."""
        *others, loss = (inline(engine.told[-1].value) for engine in self.data.engines)
        caption = (
            SENTENCES.say("forward", loss=loss)
            if set(others) == {loss}
            else SENTENCES.say("forward.differ", loss=loss, others=listed(others))
        )
        self.builder.step(caption, "forward")
        for wave in range(1, _WAVES + 1):
            share = wave / _WAVES
            for part in self.panels:
                self.builder.add(part.web(forward=share), part.values(share))
            self.builder.animate(0.2, easing="linear")
        self.builder.animate(1.2)

    def backward(self) -> None:
        """Gradients come back through all three."""
        self.builder.step(SENTENCES.say("backward"), "backward")
        for wave in range(1, _WAVES + 1):
            share = wave / _WAVES
            for part in self.panels:
                self.builder.add(part.web(1.0, share), part.slopes(share))
            self.builder.animate(0.2, easing="linear")
        self.builder.animate(1.2)

    def compare(self) -> None:
        """The largest difference."""
        data, builder = self.data, self.builder
        caption = (
            SENTENCES.say("equal", count=data.compared)
            if data.difference == 0
            else SENTENCES.say("differ", count=data.compared, difference=number(data.difference))
        )
        builder.step(caption, "compared")
        names = len(self.panels[0].shown)
        for place in range(names):
            for part in self.panels:
                builder.add(part.table.light(place))
            builder.animate(0.4)
        builder.poster()
        builder.animate(1.6)


class _Panel:
    """One engine's part of the picture."""

    def __init__(
        self, engine: Engine, key: str, room: Box, names: tuple[str, ...], builder: TimelineBuilder
    ) -> None:
        self.engine, self.key, self.theme = engine, key, builder.theme
        frame = builder.frame
        if frame.is_wide:
            upper, lower = rooms.rows(room, [1.0, 1.25], 14.0)
        else:
            upper, lower = rooms.columns(room, [1.0, 1.15], 16.0)
        self.top = upper
        for_name, for_value, for_slope = (share * lower.width for share in _SHARES)
        heads = ("", SENTENCES.say("value"), SENTENCES.say("gradient"))
        words = [
            (
                fitted(name, frame.smallest, for_name),
                _short(one.value, for_value, frame.smallest),
                "" if one.grad is None else _short(one.grad, for_slope, frame.smallest),
            )
            for name, one in zip(names, engine.told, strict=True)
        ]
        table = Table(
            f"{key}/table", lower, heads, tuple(words), self.theme, frame.smallest,
            (self.theme.text, self.theme.forward, self.theme.backward),
        )  # fmt: skip
        most = table.most
        self.shown = words if len(words) <= most else [*words[: most - 1], words[-1]]
        self.table = Table(
            f"{key}/table", lower, heads, tuple(self.shown), self.theme, frame.smallest,
            (self.theme.text, self.theme.forward, self.theme.backward),
        )  # fmt: skip
        head = _HEAD * 2.6
        self.place = Box(upper.x, upper.y + head, upper.width, upper.height - head)

    def head(self) -> list[Element]:
        """The engine's name, and how many dots its graph has."""
        x, y = self.top.center.x, self.top.y + _HEAD * 0.7
        count = len(self.engine.web.dots)
        return [
            text(f"{self.key}/name", self.engine.name, x, y, _HEAD, self.theme.text),
            text(
                f"{self.key}/count",
                SENTENCES.say("nodes", count=count),
                x,
                y + 21,
                _SMALL,
                self.theme.quiet,
            ),
        ]

    def values(self, share: float) -> list[Element]:
        """The names and values that have come: a share of the rows, from the top."""
        rows = range(round(share * len(self.shown)))
        return [each for at in rows for each in self.table.row(at) if not _is_slope(each)]

    def slopes(self, share: float) -> list[Element]:
        """The gradients that have come: a share of the rows, from the bottom."""
        count = len(self.shown)
        rows = range(count - round(share * count), count)
        return [each for at in rows for each in self.table.row(at) if _is_slope(each)]

    def web(self, forward: float = 0.0, backward: float = 0.0) -> list[Element]:
        """Dots and ways, lit as far as values and gradients have come."""
        web, last = self.engine.web, self.engine.web.columns - 1
        elements: list[Element] = []
        for column in range(last + 1):
            has_value = forward > 0 and column <= forward * last
            has_slope = backward > 0 and column >= last - backward * last
            for takes in (True, False):
                ink = self._ink(has_value, has_slope and takes)
                key = f"{self.key}/{'active' if takes else 'still'}/{column}"
                ways = [
                    (self.at(web.dots[a]), self.at(web.dots[b]))
                    for a, b in web.ways
                    if web.dots[b].column == column and _takes(web.dots[a]) == takes
                ]
                if ways:
                    elements.append(outline(f"{key}/ways", *ways, line=ink, width=1.2, layer=0))
                elements += self._dots(key, column, takes, ink if has_value else "")
        return elements

    def _dots(self, key: str, column: int, takes: bool, rim: str) -> list[Element]:
        """The dots of one column that take a gradient, or that don't."""
        web, theme, radius = self.engine.web, self.theme, self.radius
        groups: dict[str, list[Path]] = {}
        for index, dot in enumerate(web.dots):
            if dot.column == column and _takes(dot) == takes:
                x, y = self.at(dot)
                box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
                paint = paint_of(theme, dot.kind, index == len(web.dots) - 1)
                groups.setdefault(paint.line, []).append(panel(box, radius))
        thick = max(1.2, radius * 0.4)
        return [
            outline(
                f"{key}/{color}", *paths, fill=color, line=rim or color, width=thick,
                is_curved=True, layer=2,
            )
            for color, paths in groups.items()
        ]  # fmt: skip

    def _ink(self, has_value: bool, has_slope: bool) -> str:
        """The colour of what has come so far."""
        theme = self.theme
        if has_slope:
            return mix(theme.backward, theme.page, 0.25)
        if has_value:
            return mix(theme.forward, theme.page, 0.3)
        return mix(theme.quiet, theme.page, 0.6)

    @property
    def radius(self) -> float:
        """So large that the dots of the fullest column don't touch."""
        web, place = self.engine.web, self.place
        down = place.height / max(1, web.tallest)
        across = place.width / max(1, web.columns)
        return max(1.2, min(_LARGEST, down / _GAP, across / _GAP))

    def at(self, dot: GridNode) -> tuple[float, float]:
        """Where a dot stands."""
        web, place = self.engine.web, self.place
        across = min(place.width / web.columns, 70.0)
        x = place.center.x + (dot.column - (web.columns - 1) / 2) * across
        count = sum(other.column == dot.column for other in web.dots)
        down = min(place.height / max(count, 1), 40.0)
        return x, place.center.y + (dot.row - (count - 1) / 2) * down


def _is_slope(element: Element) -> bool:
    return element.key.endswith("/2")


def _takes(dot: GridNode) -> bool:
    """Whether a gradient comes to a dot."""
    return KINDS[dot.kind].takes_gradient


def _short(array: Array, room: float, size: float) -> str:
    """A number, or numbers where there is room for them, else how large they are."""
    words = inline(array)
    if array.items is None:
        return shape(array.shape)
    if not array.shape or width(words, size) <= room:
        return words
    return norm_of(array)
