"""A story's graph in a box of a storyboard, as it stands: cards, ways and texts as elements."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.cardparts import shell, written
from graphgen.draw.elements import arrow, rectangle
from graphgen.draw.labels import chip
from graphgen.draw.paths import resampled
from graphgen.draw.scaled import Scaled, around
from graphgen.layout.cards import array_of, path_counts
from graphgen.layout.measure import width
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Cell
from graphgen.model.story import Story, texts_after
from graphgen.model.timeline import Element, Path, Shape
from graphgen.text.digits import text as text_of
from graphgen.text.mixing import mix
from graphgen.text.tints import strip_cells

__all__ = ["WAY_POINTS", "GraphKeyframe"]

WAY_POINTS = 25
"""Corners of every solid way, so that one can turn into another."""

_HEAD = 8.0


class GraphKeyframe:
    """Shows a graph in a box.

    Args:
        builder: where elements are put.
        layout: where everything stands.
        box: the room for it.
        key: the first part of every element's key, one for each graph of a storyboard.
        largest: the largest scale of the layout.

    Attributes:
        counts: for each node, how many contributions it adds up.
        arrived: for each node, how many of them have come.
    """

    def __init__(
        self,
        builder: TimelineBuilder,
        story: Story,
        layout: Layout,
        box: Box,
        key: str = "graph",
        largest: float = 1.9,
    ) -> None:
        self.builder, self.story, self.layout, self.key = builder, story, layout, key
        self.theme = builder.theme
        self.scaled = Scaled.of(layout, box, largest)
        self.places = {place.cell: place for place in layout.places}
        self.counts = path_counts(story.graph)
        self.arrived: dict[int, int] = {}
        self._paths = [self.scaled.path(route) for route in layout.routes]
        self._texts = [dict(texts) for texts in texts_after(story)]

    def ways(self, tint: str = "") -> list[Element]:
        """Every edge, quiet."""
        color = tint or mix(self.theme.quiet, self.theme.page, 0.55)
        return [
            element for edge in range(len(self._paths)) for element in self.way(edge, color, 1.3)
        ]

    def shells(self, nodes: Iterable[int] | None = None) -> list[Element]:
        """Cards with their titles and without numbers."""
        chosen = range(len(self.story.graph.nodes)) if nodes is None else nodes
        titles = self._texts[0]
        found: list[Element] = []
        for node in chosen:
            found += self.card(node)
            cell = Cell("title", node)
            if cell in titles:
                found += self.text(cell, titles[cell])
        return found

    def card(self, node: int, glow: str = "") -> list[Element]:
        """A card's frame; with a glow, bright."""
        graph = self.story.graph
        return shell(
            self.node_key(node),
            self.box(node),
            graph.nodes[node].kind,
            node == graph.loss,
            self.theme,
            self.scaled.scale,
            self.arrived.get(node, 0) if self.counts[node] > 1 else 0,
            glow,
            self.builder.frame.smallest,
            self.layout.direction,
        )

    def text(self, cell: Cell, shown: str) -> list[Element]:
        """What a cell shows."""
        box, size = self.room(cell)
        key, graph = self.cell_key(cell), self.story.graph
        letters = written(key, cell, shown, box, size, graph, self.theme)
        return [*letters, *self._strip(cell, shown)]

    def _strip(self, cell: Cell, shown: str) -> list[Element]:
        """The strip of a large array, once its numbers are told."""
        strip, array = self.places[cell].strip, array_of(self.story.graph, cell)
        if strip is None or array is None or shown != text_of(array):
            return []
        cells = strip_cells(array, cell.part, self.scaled.box(strip), self.theme)
        key = f"{self.cell_key(cell)}/strip"
        return [
            rectangle(f"{key}/{at}", box, fill=color, layer=3)
            for at, (box, color) in enumerate(cells)
        ]

    def room(self, cell: Cell) -> tuple[Box, float]:
        """Where a cell's text stands, and its font size: never too small to read, though it may
        come closer to its card's border than the layout has it."""
        place = self.places[cell]
        box, size = self.scaled.box(place.box), place.size * self.scaled.scale
        grown = max(1.0, self.builder.frame.smallest / size)
        return around(box, grown), size * grown

    def box(self, node: int) -> Box:
        """Where a node's card stands."""
        return self.scaled.box(self.layout.boxes[node])

    def path(self, edge: int) -> Path:
        """The way of an edge, from its source to its target."""
        return self._paths[edge]

    def way(
        self,
        edge: int,
        color: str,
        thick: float,
        is_back: bool = False,
        layer: int = 0,
        path: Path | None = None,
    ) -> tuple[Element, Element]:
        """An edge: solid with the values, dashed with the gradients.

        Args:
            path: where it runs, from its source to its target, while it isn't in its place.
        """
        own = self._paths[edge] if path is None else path
        head = _HEAD * max(0.8, self.scaled.scale)
        key = self.way_key(edge)
        stem, tip = arrow(
            key, own[::-1] if is_back else own, color, thick, head, is_dashed=is_back, layer=layer
        )
        if not is_back and isinstance(stem.form, Shape):
            line = resampled(stem.form.paths[0], WAY_POINTS)
            stem = replace(stem, form=replace(stem.form, paths=(line,)))
        return stem, tip

    def pill(self, cell: Cell, shown: str) -> list[Element]:
        """A contribution where it stays, on its way."""
        if cell not in self.places:
            return []
        (box, size), tint = self.room(cell), self.tint(cell.index)
        words = "" if "\t" in shown or "\n" in shown else shown
        key = self.cell_key(cell)
        if words and width(words, size) <= box.width + 8:
            fill = mix(tint, self.theme.page, 0.86)
            return chip(key, words, box.center.x, box.center.y, size, tint, fill, layer=3)
        return written(key, cell, shown, box, size, self.story.graph, self.theme, tint)

    def write(self, texts: Mapping[Cell, str]) -> None:
        """Show these texts from the next beat on."""
        for cell, shown in texts.items():
            if cell in self.places:
                self.builder.remove(self.cell_key(cell))
                is_pill = cell.part == "contribution"
                self.builder.add((self.pill if is_pill else self.text)(cell, shown))

    def finish(self) -> None:
        """Show everything that the story ever tells, with every way's gradient."""
        self.write(self._texts[-1])
        for edge in range(len(self._paths)):
            self.settle(edge, is_back=self.story.graph.edges[edge].contribution is not None)
        for node, count in enumerate(self.counts):
            self.arrived[node] = count
            self.builder.add(self.card(node))

    def settle(self, edge: int, is_back: bool) -> None:
        """A way that something has gone along keeps some of its tint."""
        color = self.tint(edge) if is_back else self.theme.forward
        self.builder.remove(self.way_key(edge))
        self.builder.add(self.way(edge, mix(color, self.theme.page, 0.45), 1.5, is_back))

    def tint(self, edge: int) -> str:
        """The colour of what comes back along an edge: the paths into one output differ."""
        number = self._numbers.get(edge)
        theme = self.theme
        tints = theme.backward, theme.shared, theme.loss.text, theme.leaf.text
        return theme.backward if number is None else tints[number % len(tints)]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """For each edge into an output that adds up several, which of them it is, as they come."""
        found, counts = {}, dict[tuple[int, int], int]()
        edges = self.story.graph.edges
        for index in sorted(range(len(edges)), key=lambda at: (-edges[at].target, at)):
            edge = edges[index]
            if edge.contribution is not None and self.counts[edge.source] > 1:
                found[index] = counts.get((edge.source, edge.port), 0)
                counts[edge.source, edge.port] = found[index] + 1
        return found

    def node_key(self, node: int) -> str:
        """The first part of the keys of a card."""
        return f"{self.key}/node/{node}"

    def way_key(self, edge: int) -> str:
        """The first part of the keys of an edge's line and its head."""
        return f"{self.key}/edge/{edge}/way"

    def cell_key(self, cell: Cell) -> str:
        """The first part of the keys of what a cell shows."""
        if cell.part == "contribution":
            return f"{self.key}/edge/{cell.index}/pill"
        return f"{self.node_key(cell.index)}/{cell.part}/{cell.port}"
