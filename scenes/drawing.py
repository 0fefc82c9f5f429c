"""Layout + Theme -> mobjects: cards, ways, chips and texts, each for a look of the story.

What stands still is kept by what it shows, so that a step makes only what it changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from manim import VGroup, VMobject

from graphgen.cards import GRADIENT_PREFIX, array_of, has_strip, path_counts, paths_box
from graphgen.digits import is_loud, summarize
from graphgen.geometry import Box, Place
from graphgen.graph import Array, Cell, Kind
from graphgen.measure import LINE, extent, fitted, is_grid, spots, width
from graphgen.picture import Picture
from graphgen.theme import Paint, Theme, paint_of
from scenes.ink import mix, stroked
from scenes.looks import EdgeLook, Look, path_numbers
from scenes.pen import Outlines, Pen, filled
from scenes.shapes import (
    Line,
    along,
    beveled,
    cut_to,
    dashed,
    flattened,
    head,
    line_of,
    polyline,
    rectangle,
    rounded,
    track,
)
from scenes.views import Area, View

__all__ = ["Drawing"]

_HEAD = 7.0
_CHIP_X, _CHIP_Y = 6.0, 2.0
_PIECE_SIZE, _PIECE_X, _PIECE_GAP = 0.88, 3.0, 3.0


@dataclass(frozen=True)
class Drawing:
    """Draws the parts of one picture.

    Args:
        picture: what is drawn.
        pen: what writes its texts.
    """

    picture: Picture
    pen: Pen
    numbers: dict[int, int] = field(init=False)
    shared: list[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", path_numbers(self.picture.story))
        object.__setattr__(self, "shared", path_counts(self.picture.story.graph))

    @property
    def theme(self) -> Theme:
        """The picture's colors and sizes."""
        return self.picture.theme

    @cached_property
    def places(self) -> dict[Cell, Place]:
        """Where each cell's text stands."""
        return {place.cell: place for place in self.picture.layout.places}

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """The cells on each node's card."""
        found: list[list[Cell]] = [[] for _ in self.picture.layout.boxes]
        for cell in self.places:
            if cell.part != "contribution":
                found[cell.index].append(cell)
        return found

    def tint(self, edge: int) -> str:
        """The color of what comes back along an edge: paths into one output differ."""
        theme = self.theme
        tints = (theme.backward, theme.shared, theme.loss.text, theme.leaf.text)
        return tints[self.numbers.get(edge, 0) % len(tints)]

    def way(self, edge: int, look: EdgeLook, view: View) -> VGroup:
        """An edge at rest: not gone yet, or with a part of the tint of what went along it."""
        page, thin = self.theme.page, 1.2
        line = track(self.picture.layout.routes[edge], view)
        if look == "fresh":
            return self._arrow(line, mix(self.theme.quiet, page, 0.6), thin, view)
        ahead = self._arrow(line, mix(self.theme.forward, page, 0.5), thin, view)
        if look == "forward":
            return ahead
        quiet = self._arrow(line, mix(self.theme.forward, page, 0.78), thin, view)
        back = self._arrow_back(line, mix(self.tint(edge), page, 0.35), 1.5, view)
        return VGroup(*quiet, *back)

    def flow(self, edge: int, look: EdgeLook, view: View) -> VGroup:
        """An edge that acts: bright, solid with the values, dashed with the gradients."""
        line = track(self.picture.layout.routes[edge], view)
        if look == "backward":
            return self._arrow_back(line, self.tint(edge), 2.4, view)
        return self._arrow(line, self.theme.forward, 2.4, view)

    def card(self, node: int, look: Look, view: View, glow: str = "") -> VGroup:
        """A node's card with the texts that a look shows; with a glow, bright and ringed."""
        return VGroup(
            *self.shell(node, look.arrived.get(node, 0), view, glow),
            *(
                self.text(cell, look.texts[cell], look.waiting.get(cell, ()), view)
                for cell in self.cells[node]
                if cell in look.texts
            ),
        )

    def shell(self, node: int, arrived: int, view: View, glow: str = "") -> list[VMobject]:
        """A card without its texts; a shared node's border grows with each path that arrives."""
        graph, box = self.picture.story.graph, self.picture.layout.boxes[node]
        kind, is_loss = graph.nodes[node].kind, node == graph.loss
        paint = paint_of(self.theme, kind, is_loss)
        paths = arrived if self.shared[node] > 1 else 0
        outline = _outline(kind, is_loss, view.area(box), view.scale)
        fill = paint.fill if glow else mix(paint.fill, self.theme.page, 0.4)
        color = self._border(paint, paths, bool(glow))
        stroke = (1.4 + 0.9 * paths + (0.4 if glow else 0.0)) * view.scale
        drawn = [filled(outline, fill), *self._frame(kind, is_loss, box, color, stroke, view)]
        if paths > 1:
            drawn.append(self._paths(box, f"{paths} paths", view))
        if glow:
            around = _outline(kind, is_loss, view.area(_grown(box, 3.5)), view.scale)
            drawn[:0] = [
                stroked(around, mix(glow, self.theme.page, 0.72), 6.0 * view.scale),
                stroked(around, glow, 1.6 * view.scale),
            ]
        return drawn

    def text(self, cell: Cell, text: str, waiting: Sequence[str], view: View) -> VGroup:
        """A cell's text in its place; contributions that wait stand there as chips."""
        place = self.places[cell]
        if cell.part == "contribution":
            return self.pill(cell.index, text, view)
        color = self._ink(cell)
        if waiting:
            return self._waiting(place, waiting, color, view)
        group = self._written(place, text, color, view)
        if place.strip is not None:
            group.add(*self._strip(cell, place.strip, view))
        return group

    def pill(self, edge: int, text: str, view: View) -> VGroup:
        """A contribution where it stays on its way."""
        place = self.places[Cell("contribution", edge)]
        page, tint = self.theme.page, self.tint(edge)
        loud = is_loud(self.picture.story.graph.edges[edge].contribution)
        area = view.area(place.box)
        back = filled(rounded(area, 5 * view.scale), mix(tint, page, 0.86))
        border = stroked(rounded(area, 5 * view.scale), mix(tint, page, 0.5), view.scale)
        ink = self.theme.alarm if loud else tint
        return VGroup(back, border, *self._lines(text, place.size, ink, place.box, view))

    def bar(self, edge: int, view: View) -> VGroup:
        """A bar across a way: no gradient comes through."""
        line = track(self.picture.layout.routes[edge], view)
        place, before = along(line, 0.72), along(line, 0.7)
        way = (place - before) / max(float(np.linalg.norm(place - before)), 1e-9)
        side = np.array([-way[1], way[0], 0.0]) * 9 * view.scale
        bars = [line_of(np.array([place + shift + side, place + shift - side])) for shift in (way * 2 * view.scale, way * -2 * view.scale)]
        return VGroup(stroked(np.concatenate(bars), self.theme.cut.line, 2.2 * view.scale))

    def chip(
        self, text: str, tint: str, center: tuple[float, float], view: View, array: Array | None = None
    ) -> VGroup:
        """A text that travels; its middle is given in Manim's units."""
        size = self.theme.contribution_size
        room = extent(text, size)
        x, y = (center[0] - view.x) / view.scale, (view.y - center[1]) / view.scale
        wide, high = room.width + 2 * _CHIP_X, room.height + 2 * _CHIP_Y
        box = Box(x - wide / 2, y - high / 2, wide, high)
        page = self.theme.page
        shape = rounded(view.area(box), 8 * view.scale)
        ink = self.theme.alarm if is_loud(array) else tint
        return VGroup(
            filled(shape, mix(tint, page, 0.82)),
            stroked(shape, tint, 1.6 * view.scale),
            *self._lines(text, size, ink, box, view),
        )

    def pieces(self, cell: Cell, waiting: Sequence[str], view: View) -> list[VGroup]:
        """The contributions that wait at a gradient's place, each as a chip of its own."""
        place, tints = self.places[cell], self._tints_into(cell)
        size = _PIECE_SIZE * place.size
        left = place.box.center.x - self._pieces_width(waiting, place.size) / 2
        left += width(GRADIENT_PREFIX, place.size)
        found = []
        for part, tint in zip(waiting, tints, strict=False):
            wide = width(part, size) + 2 * _PIECE_X
            box = Box(left, place.box.y, wide, place.box.height)
            left += wide + _PIECE_GAP
            found.append(self._piece(part, size, tint, box, view))
        return found

    def _pieces_width(self, waiting: Sequence[str], size: float) -> float:
        """The width of the sign and of the chips after it, in points."""
        texts = sum(width(part, _PIECE_SIZE * size) + 2 * _PIECE_X for part in waiting)
        return width(GRADIENT_PREFIX, size) + texts + _PIECE_GAP * (len(waiting) - 1)

    def prefix(self, cell: Cell, content: float, view: View) -> VMobject:
        """The sign that says "gradient", before a content of so many points."""
        place = self.places[cell]
        sign = width(GRADIENT_PREFIX, place.size)
        x, y = view.at(place.box.center.x - (content + sign) / 2, place.box.center.y)
        ink = self._ink(cell)
        return self.pen.write("∂", place.size * view.scale, ink, (x, y), align=-1)

    def _piece(self, text: str, size: float, tint: str, box: Box, view: View) -> VGroup:
        area = view.area(box)
        back = filled(rounded(area, 5 * view.scale), mix(tint, self.theme.page, 0.8))
        border = stroked(rounded(area, 5 * view.scale), tint, 1.2 * view.scale)
        return VGroup(back, border, *self._lines(text, size, tint, box, view))

    def _waiting(self, place: Place, waiting: Sequence[str], ink: str, view: View) -> VGroup:
        content = self._pieces_width(waiting, place.size) - width(GRADIENT_PREFIX, place.size)
        pieces = self.pieces(place.cell, waiting, view)
        return VGroup(self.prefix(place.cell, content, view), *pieces)

    def _tints_into(self, cell: Cell) -> list[str]:
        """The tints of the paths into an output, in the order of arrival."""
        edges = self.picture.story.graph.edges
        own = [
            index
            for index in self.numbers
            if (edges[index].source, edges[index].port) == (cell.index, cell.port)
        ]
        return [self.tint(index) for index in own]

    def _written(self, place: Place, text: str, ink: str, view: View) -> VGroup:
        """A text of lines or of a grid, in the middle of its place."""
        if place.cell.part != "gradient":
            return VGroup(*self._lines(text, place.size, ink, place.box, view))
        sign = width(GRADIENT_PREFIX, place.size)
        content = min(extent(text, place.size).width, place.box.width - sign)
        box = Box(place.box.x + sign, place.box.y, place.box.width - sign, place.box.height)
        shifted = Box(place.box.x + sign / 2, box.y, place.box.width, box.height)
        held = Box(shifted.center.x - box.width / 2, box.y, box.width, box.height)
        lines = self._lines(text, place.size, ink, held, view)
        return VGroup(self.prefix(place.cell, content, view), *lines)

    def _lines(self, text: str, size: float, ink: str, box: Box, view: View) -> list[VMobject]:
        """The words of a text around the middle of a box, and brackets where it is a grid."""
        lines = [fitted(line, size, box.width) if "\t" not in line else line for line in text.split("\n")]
        text = "\n".join(lines)
        whole = extent(text, size).width
        shrink = min(1.0, box.width / whole) if whole else 1.0
        size *= shrink
        middle = box.center
        drawn: list[VMobject] = [
            self.pen.write(
                spot.text,
                size * view.scale,
                ink,
                view.at(middle.x + spot.x, middle.y + spot.y),
                room=box.width * view.scale,
            )
            for spot in spots(text, size)
        ]
        if is_grid(text):
            drawn.append(self._brackets(extent(text, size).width, len(lines), size, ink, box, view))
        return drawn

    def _brackets(
        self, wide: float, rows: int, size: float, ink: str, box: Box, view: View
    ) -> VMobject:
        """Thin brackets around a grid, as one mobject."""
        middle, half, foot = box.center, wide / 2 - 0.5, size * 0.22
        top, bottom = middle.y - rows * size * LINE / 2 + 1, middle.y + rows * size * LINE / 2 - 1
        sides = []
        for sign in (-1, 1):
            x = middle.x + sign * half
            corners = [(x - sign * foot, top), (x, top), (x, bottom), (x - sign * foot, bottom)]
            sides.append(polyline(*(view.at(*corner) for corner in corners)))
        color = mix(ink, self.theme.page, 0.35)
        return stroked(np.concatenate(sides), color, 1.1 * view.scale)

    def _strip(self, cell: Cell, strip: Box, view: View) -> list[VMobject]:
        """A large array's run of colors: pale where it is least, full where it is most."""
        array = array_of(self.picture.story.graph, cell)
        if array is None or not has_strip(array):
            return []
        numbers = summarize(array).strip
        finite = [number for number in numbers if number == number]
        low, high = min(finite, default=0.0), max(finite, default=0.0)
        full = self.theme.backward if cell.part == "gradient" else self.theme.forward
        wide = strip.width / max(1, len(numbers))
        drawn: list[VMobject] = []
        for index, number in enumerate(numbers):
            share = (number - low) / (high - low) if high > low else 0.5
            is_odd = number != number
            color = self.theme.alarm if is_odd else mix(full, self.theme.page, 0.85 * (1 - share))
            box = Box(strip.x + index * wide, strip.y, wide, strip.height)
            drawn.append(filled(rectangle(view.area(box)), color))
        return drawn

    def _paths(self, box: Box, text: str, view: View) -> VMobject:
        room = paths_box(box, self.theme)
        ink = mix(self.theme.shared, self.theme.text, 0.35)
        at = view.at(room.center.x, room.center.y)
        size = self.theme.contribution_size * 0.86 * view.scale
        return self.pen.write(text, size, ink, at, room=room.width * view.scale * 0.9)

    def _ink(self, cell: Cell) -> str:
        theme, graph = self.theme, self.picture.story.graph
        if cell.part == "title":
            node = graph.nodes[cell.index]
            return paint_of(theme, node.kind, cell.index == graph.loss).text
        if is_loud(array_of(graph, cell)):
            return theme.alarm
        return theme.backward if cell.part == "gradient" else theme.text

    def _border(self, paint: Paint, paths: int, is_lit: bool) -> str:
        color = self.theme.shared if paths > 1 else paint.line
        return color if is_lit or paths > 1 else mix(color, self.theme.page, 0.25)

    def _frame(
        self, kind: Kind, is_loss: bool, box: Box, color: str, stroke: float, view: View
    ) -> list[VMobject]:
        """The border, which tells the kind without its color: data is dashed, a loss is double."""
        area = view.area(box)
        outline = _outline(kind, is_loss, area, view.scale)
        if kind in ("data", "constant", "cut"):
            return [stroked(dashed(flattened(outline), 5 * view.scale, 3.5 * view.scale), color, stroke)]
        drawn = [stroked(outline, color, stroke)]
        if is_loss:
            inner = _outline(kind, is_loss, view.area(_grown(box, -3.0)), view.scale)
            drawn.append(stroked(inner, color, 0.8 * view.scale))
        return drawn

    def _arrow(self, line: Line, color: str, thick: float, view: View) -> VGroup:
        """A solid line with its head at the target."""
        shaft = line_of(cut_to(line, 0.0, _HEAD * 0.8 * view.scale))
        tip = head(line, _HEAD * view.scale, (4.5 + thick) * view.scale)
        return VGroup(stroked(shaft, color, thick * view.scale), filled(tip, color))

    def _arrow_back(self, line: Line, color: str, thick: float, view: View) -> VGroup:
        """A dashed line with its head at the source."""
        back = line[::-1]
        shaft = cut_to(back, 0.0, _HEAD * 0.8 * view.scale)
        tip = head(back, _HEAD * view.scale, (4.5 + thick) * view.scale)
        dashes = dashed(shaft, 4.5 * view.scale, 3.5 * view.scale)
        return VGroup(stroked(dashes, color, thick * view.scale), filled(tip, color))


_CORNERS: dict[Kind, float] = {"leaf": 7.0, "op": 16.0, "data": 2.0, "constant": 2.0, "cut": 10.0}


def _outline(kind: Kind, is_loss: bool, area: Area, scale: float) -> Outlines:
    """A card's outline: leaves a little round, operations rounder, data square, cuts beveled."""
    radius = _CORNERS[kind] * scale
    if kind == "cut":
        return beveled(area, radius)
    return rounded(area, 16.0 * scale if is_loss else radius)


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)
