"""Layout + Theme -> mobjects: cards, ways, chips and texts, each for a look of the story.

What stands still is kept by what it shows, so that a step makes only what it changes.
"""

from functools import cached_property

import numpy as np
from manim import VMobject

from graphgen.layout.cards import path_counts, paths_box, torn
from graphgen.layout.measure import extent
from graphgen.model.geometry import Box
from graphgen.model.graph import Array, Cell
from graphgen.model.kinds import KINDS, Kind
from graphgen.model.picture import Picture
from graphgen.model.theme import Paint, paint_of
from graphgen.text.digits import is_loud
from graphgen.text.mixing import mix

from .lettering import Lettering
from .looks import EdgeLook, Look
from .marks import Bundle, Outlines, filled, stroked
from .pen import Pen
from .shapes import (
    Line,
    along,
    cut_to,
    dashed,
    flattened,
    head,
    line_of,
    polyline,
    rounded,
    track,
)
from .views import View

__all__ = ["Drawing"]

_HEAD = 7.0
_MOST_STEPS = 4
_CHIP_X, _CHIP_Y = 6.0, 2.0
_SHORTEST_DASH = 0.05
"""Manim's units, 7 pixels at 1080p: shorter ones look like a thin line, and there are thousands."""


class Drawing:
    """Draws the parts of one picture.

    Args:
        picture: what is drawn.
        pen: what writes its texts.
    """

    def __init__(self, picture: Picture, pen: Pen) -> None:
        self.picture, self.theme = picture, picture.theme
        self.letters = Lettering(picture, pen)
        self._pen = pen
        self._shared = path_counts(picture.story.graph)
        self._tracks: dict[tuple[int, View], Line] = {}

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """The cells on each node's card."""
        found: list[list[Cell]] = [[] for _ in self.picture.layout.boxes]
        for cell in self.letters.places:
            if cell.part != "contribution":
                found[cell.index].append(cell)
        return found

    def way(self, edge: int, look: EdgeLook, view: View) -> Bundle:
        """An edge at rest: not gone yet, or with a part of the tint of what went along it."""
        page, thin = self.theme.page, 1.2
        line = self._track(edge, view)
        if look == "fresh":
            return self._arrow(line, mix(self.theme.quiet, page, 0.6), thin, view)
        ahead = self._arrow(line, mix(self.theme.forward, page, 0.5), thin, view)
        if look == "forward":
            return ahead
        quiet = self._arrow(line, mix(self.theme.forward, page, 0.78), thin, view)
        back = self._arrow_back(line, mix(self.letters.tint(edge), page, 0.35), 1.5, view)
        return Bundle(*quiet, *back)

    def flow(self, edge: int, look: EdgeLook, view: View) -> Bundle:
        """An edge that acts: bright, solid with the values, dashed with the gradients."""
        line = self._track(edge, view)
        if look == "backward":
            return self._arrow_back(line, self.letters.tint(edge), 2.4, view)
        return self._arrow(line, self.theme.forward, 2.4, view)

    def card(self, node: int, look: Look, view: View, glow: str = "") -> Bundle:
        """A node's card with the texts that a look shows; with a glow, bright and ringed."""
        return Bundle(
            *self.shell(node, look.arrived.get(node, 0), view, glow),
            *(
                self.letters.text(cell, look.texts[cell], look.waiting.get(cell, ()), view)
                for cell in self.cells[node]
                if cell in look.texts
            ),
        )

    def shell(self, node: int, arrived: int, view: View, glow: str = "") -> list[VMobject]:
        """A card without its texts; a shared node's border grows with each path that arrives."""
        graph, box = self.picture.story.graph, self.picture.layout.boxes[node]
        kind, is_loss = graph.nodes[node].kind, node == graph.loss
        paint = paint_of(self.theme, kind, is_loss)
        paths = arrived if self._shared[node] > 1 else 0
        outline = self._outline(kind, box, view)
        fill = paint.fill if glow else mix(paint.fill, self.theme.page, 0.4)
        color = self._border(paint, paths, bool(glow))
        stroke = (1.4 + 0.9 * min(paths, _MOST_STEPS) + (0.4 if glow else 0.0)) * view.scale
        drawn = [filled(outline, fill), *self._frame(kind, is_loss, box, color, stroke, view)]
        if paths > 1:
            drawn.append(self._paths(box, f"{paths} paths", view))
        if glow:
            around = rounded(view.area(_grown(box, 3.5)), KINDS[kind].corner * view.scale)
            drawn[:0] = [
                stroked(around, mix(glow, self.theme.page, 0.72), 6.0 * view.scale),
                stroked(around, glow, 1.6 * view.scale),
            ]
        return drawn

    def pill(self, edge: int, text: str, view: View) -> Bundle:
        """A contribution where it stays on its way."""
        place = self.letters.places[Cell("contribution", edge)]
        page, tint = self.theme.page, self.letters.tint(edge)
        loud = is_loud(self.picture.story.graph.edges[edge].contribution)
        area = view.area(place.box)
        back = filled(rounded(area, 5 * view.scale), mix(tint, page, 0.86))
        border = stroked(rounded(area, 5 * view.scale), mix(tint, page, 0.5), view.scale)
        ink = self.theme.alarm if loud else tint
        return Bundle(back, border, *self.letters.lines(text, place.size, ink, place.box, view))

    def bar(self, edge: int, view: View) -> Bundle:
        """A bar across a way: no gradient comes through."""
        line = self._track(edge, view)
        place, before = along(line, 0.72), along(line, 0.7)
        way = (place - before) / max(float(np.linalg.norm(place - before)), 1e-9)
        side = np.array([-way[1], way[0], 0.0]) * 13 * view.scale
        bars = [
            line_of(np.array([place + shift + side, place + shift - side]))
            for shift in (way * 2 * view.scale, way * -2 * view.scale)
        ]
        return Bundle(stroked(np.concatenate(bars), self.theme.cut.line, 2.2 * view.scale))

    def chip(
        self, text: str, tint: str, center: Outlines, view: View, array: Array | None = None
    ) -> Bundle:
        """A text that travels, around a place in Manim's units."""
        size = self.theme.contribution_size
        room = extent(text, size)
        x, y = (center[0] - view.x) / view.scale, (view.y - center[1]) / view.scale
        wide, high = room.width + 2 * _CHIP_X, room.height + 2 * _CHIP_Y
        box = Box(x - wide / 2, y - high / 2, wide, high)
        page = self.theme.page
        shape = rounded(view.area(box), 8 * view.scale)
        ink = self.theme.alarm if is_loud(array) else tint
        return Bundle(
            filled(shape, mix(tint, page, 0.82)),
            stroked(shape, tint, 1.6 * view.scale),
            *self.letters.lines(text, size, ink, box, view),
        )

    def _track(self, edge: int, view: View) -> Line:
        """The way of an edge; it is drawn in several looks."""
        if (edge, view) not in self._tracks:
            self._tracks[edge, view] = track(self.picture.layout.routes[edge], view)
        return self._tracks[edge, view]

    def _paths(self, box: Box, text: str, view: View) -> VMobject:
        room = paths_box(box, self.theme)
        ink = mix(self.theme.shared, self.theme.text, 0.35)
        at = view.at(room.center.x, room.center.y)
        size = self.theme.contribution_size * 0.86 * view.scale
        return self._pen.write(text, size, ink, at, room=room.width * view.scale * 0.9)

    def _border(self, paint: Paint, paths: int, is_lit: bool) -> str:
        color = self.theme.shared if paths > 1 else paint.line
        return color if is_lit or paths > 1 else mix(color, self.theme.page, 0.25)

    def _frame(
        self, kind: Kind, is_loss: bool, box: Box, color: str, stroke: float, view: View
    ) -> list[VMobject]:
        """The border, which tells the kind without its color: data is dashed, a loss is double."""
        outline = self._outline(kind, box, view)
        if KINDS[kind].border != "solid":
            return [stroked(_dashed(flattened(outline), 5, 3.5, view), color, stroke)]
        drawn: list[VMobject] = [stroked(outline, color, stroke)]
        if is_loss:
            inner = self._outline(kind, _grown(box, -3.0), view)
            drawn.append(stroked(inner, color, 0.8 * view.scale))
        return drawn

    def _outline(self, kind: Kind, box: Box, view: View) -> Outlines:
        """A card's outline: leaves round, operations and data nearly square, cuts torn."""
        if KINDS[kind].is_torn:
            corners = [view.at(*corner) for corner in torn(box, self.picture.layout.direction)]
            return polyline(*corners, corners[0])
        return rounded(view.area(box), KINDS[kind].corner * view.scale)

    def _arrow(self, line: Line, color: str, thick: float, view: View) -> Bundle:
        """A solid line with its head at the target."""
        shaft = line_of(cut_to(line, 0.0, _HEAD * 0.8 * view.scale))
        tip = head(line, _HEAD * view.scale, (4.5 + thick) * view.scale)
        return Bundle(stroked(shaft, color, thick * view.scale), filled(tip, color))

    def _arrow_back(self, line: Line, color: str, thick: float, view: View) -> Bundle:
        """A dashed line with its head at the source."""
        back = line[::-1]
        shaft = cut_to(back, 0.0, _HEAD * 0.8 * view.scale)
        tip = head(back, _HEAD * view.scale, (4.5 + thick) * view.scale)
        dashes = _dashed(shaft, 4.5, 3.5, view)
        return Bundle(stroked(dashes, color, thick * view.scale), filled(tip, color))


def _dashed(line: Line, dash: float, gap: float, view: View) -> Outlines:
    """A line in dashes and gaps of so many points, longer where they couldn't be told apart."""
    length = max(dash * view.scale, _SHORTEST_DASH)
    return dashed(line, length, length * gap / dash)


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)
