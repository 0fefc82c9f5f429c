"""Layout + Theme -> what is written: texts in their places, grids, waiting chips, color strips."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from manim import VMobject

from graphgen.layout.cards import GRADIENT_PREFIX, array_of, has_strip
from graphgen.layout.measure import LINE, extent, fitted, is_grid, spots, width
from graphgen.model.geometry import Box, Place
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.theme import paint_of
from graphgen.text.digits import is_loud
from graphgen.text.digits import text as text_of
from graphgen.text.mixing import mix
from graphgen.text.tints import strip_cells

from .looks import path_numbers
from .marks import Bundle, filled, stroked
from .pen import Pen
from .shapes import polyline, rectangle, rounded
from .views import View

__all__ = ["Lettering"]

_PIECE_SIZE, _PIECE_X, _PIECE_GAP = 0.88, 3.0, 3.0


class Lettering:
    """Writes the texts of one picture.

    Args:
        picture: whose texts, and where they stand.
        pen: what writes them.
    """

    def __init__(self, picture: Picture, pen: Pen) -> None:
        self.picture, self.pen, self.theme = picture, pen, picture.theme
        self.numbers = path_numbers(picture.story)

    def tint(self, edge: int) -> str:
        """The color of what comes back along an edge: paths into one output differ."""
        theme = self.theme
        tints = (theme.backward, theme.shared, theme.loss.text, theme.leaf.text)
        return tints[self.numbers.get(edge, 0) % len(tints)]

    def text(self, cell: Cell, shown: str, waiting: Sequence[str], view: View) -> Bundle:
        """A node's text in its place; contributions that wait stand there as chips."""
        place, color = self.places[cell], self._ink(cell)
        if waiting:
            return self._waiting(place, waiting, view)
        group = self._written(place, shown, color, view)
        if place.strip is not None:
            group.add(*self._strip(cell, shown, place.strip, view))
        return group

    @cached_property
    def places(self) -> dict[Cell, Place]:
        """Where each cell's text stands."""
        return {place.cell: place for place in self.picture.layout.places}

    def pieces(self, cell: Cell, waiting: Sequence[str], view: View) -> list[Bundle]:
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

    def prefix(self, cell: Cell, content: float, view: View) -> VMobject:
        """The sign that says "gradient", before a content of so many points."""
        place = self.places[cell]
        sign = width(GRADIENT_PREFIX, place.size)
        x, y = view.at(place.box.center.x - (content + sign) / 2, place.box.center.y)
        ink = self._ink(cell)
        return self.pen.write("∂", place.size * view.scale, ink, (x, y), align=-1)

    def lines(self, text: str, size: float, ink: str, box: Box, view: View) -> list[VMobject]:
        """The words of a text around the middle of a box, and brackets where it is a grid."""
        lines = [
            fitted(line, size, box.width) if "\t" not in line else line for line in text.split("\n")
        ]
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

    def _pieces_width(self, waiting: Sequence[str], size: float) -> float:
        """The width of the sign and of the chips after it, in points."""
        texts = sum(width(part, _PIECE_SIZE * size) + 2 * _PIECE_X for part in waiting)
        return width(GRADIENT_PREFIX, size) + texts + _PIECE_GAP * (len(waiting) - 1)

    def _piece(self, text: str, size: float, tint: str, box: Box, view: View) -> Bundle:
        area = view.area(box)
        back = filled(rounded(area, 5 * view.scale), mix(tint, self.theme.page, 0.8))
        border = stroked(rounded(area, 5 * view.scale), tint, 1.2 * view.scale)
        return Bundle(back, border, *self.lines(text, size, tint, box, view))

    def _waiting(self, place: Place, waiting: Sequence[str], view: View) -> Bundle:
        content = self._pieces_width(waiting, place.size) - width(GRADIENT_PREFIX, place.size)
        pieces = self.pieces(place.cell, waiting, view)
        return Bundle(self.prefix(place.cell, content, view), *pieces)

    def _tints_into(self, cell: Cell) -> list[str]:
        """The tints of the paths into an output, in the order of arrival."""
        edges = self.picture.story.graph.edges
        own = [
            index
            for index in self.numbers
            if (edges[index].source, edges[index].port) == (cell.index, cell.port)
        ]
        return [self.tint(index) for index in own]

    def _written(self, place: Place, text: str, ink: str, view: View) -> Bundle:
        """A text of lines or of a grid, in the middle of its place."""
        if place.cell.part != "gradient":
            return Bundle(*self.lines(text, place.size, ink, place.box, view))
        sign = width(GRADIENT_PREFIX, place.size)
        content = min(extent(text, place.size).width, place.box.width - sign)
        box = Box(place.box.x + sign, place.box.y, place.box.width - sign, place.box.height)
        shifted = Box(place.box.x + sign / 2, box.y, place.box.width, box.height)
        held = Box(shifted.center.x - box.width / 2, box.y, box.width, box.height)
        lines = self.lines(text, place.size, ink, held, view)
        return Bundle(self.prefix(place.cell, content, view), *lines)

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

    def _strip(self, cell: Cell, shown: str, strip: Box, view: View) -> list[VMobject]:
        """A large array's strip of colors."""
        array = array_of(self.picture.story.graph, cell)
        if array is None or not has_strip(array) or shown != text_of(array):
            return []
        cells = strip_cells(array, cell.part, strip, self.theme)
        return [filled(rectangle(view.area(box)), color) for box, color in cells]

    def _ink(self, cell: Cell) -> str:
        theme, graph = self.theme, self.picture.story.graph
        if cell.part == "title":
            node = graph.nodes[cell.index]
            return paint_of(theme, node.kind, cell.index == graph.loss).text
        if is_loud(array_of(graph, cell)):
            return theme.alarm
        return theme.backward if cell.part == "gradient" else theme.text
