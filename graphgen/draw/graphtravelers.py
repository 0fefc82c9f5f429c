"""What travels in a graph of a storyboard: values, contributions, products, and parts of a sum."""

import math
from collections.abc import Sequence

from graphgen.draw.builder import MOST_MOTIONS
from graphgen.draw.elements import box_of, moved
from graphgen.draw.graphstills import GraphKeyframe
from graphgen.draw.labels import chip
from graphgen.draw.sums import gathering
from graphgen.model.geometry import Box
from graphgen.model.graph import Cell
from graphgen.model.timeline import Element, Motion, Path
from graphgen.text.digits import inline, shape
from graphgen.text.mixing import mix

__all__ = ["GraphMotions"]

_LONGEST = 14
_SHIFTS = (0.0, -1.8, 1.8, -3.2, 3.2)
"""How far from its way a product may stand, in font sizes, to be clear of all cards."""


class GraphMotions(GraphKeyframe):
    """A graph whose values and gradients can set out."""

    def motions(self, edges: Sequence[int], is_back: bool) -> list[Motion]:
        """Values on their way into operations, or contributions on their way back."""
        chosen = list(edges)[:MOST_MOTIONS]
        lag = min(0.12, 0.5 / max(1, len(chosen)))
        return [
            Motion(
                tuple(self._chip(edge, is_back, path[0])),
                path,
                at * lag,
                1.0 - (len(chosen) - 1 - at) * lag,
            )
            for at, edge in enumerate(chosen)
            for path in [self._way_back(edge) if is_back else self._paths[edge]]
        ]

    def _way_back(self, edge: int) -> Path:
        """From where a contribution stands on its way to where it belongs."""
        path, (x, y) = self._paths[edge], self._middle(edge)
        nearest = min(range(len(path)), key=lambda at: math.hypot(path[at][0] - x, path[at][1] - y))
        return ((x, y), *path[: max(nearest, 1)][::-1])

    def _chip(self, edge: int, is_back: bool, at: tuple[float, float]) -> list[Element]:
        told = self.story.graph.edges[edge]
        value = self.story.graph.nodes[told.source].ports[told.port].value
        array = told.contribution if is_back else value
        tint = self.tint(edge) if is_back else self.theme.forward
        words = inline(array)
        if array is not None and (len(words) > _LONGEST or "\n" in words):
            words = shape(array.shape)
        fill = mix(tint, self.theme.page, 0.82)
        return chip(f"{self.key}/chip/{edge}", words or "·", *at, self._chip_size, tint, fill)

    def product(self, edge: int) -> list[Element]:
        """Slope × gradient from above, where both are numbers, beside the operation."""
        told = self.story.graph.edges[edge]
        ports = self.story.graph.nodes[told.target].ports
        above, local = (ports[0].grad if len(ports) == 1 else None), told.local
        if above is None or local is None or above.shape or local.shape:
            return []
        words = f"{_bracketed(inline(local))} × {_bracketed(inline(above))}"
        tint, (x, y) = self.tint(edge), self._middle(edge)
        fill, size = mix(tint, self.theme.page, 0.82), self._chip_size
        for up in _SHIFTS:
            found = chip(f"{self.key}/product", words, x, y + up * size, size, tint, fill, layer=7)
            if self._is_free(box_of(found)):
                return found
        return []

    def _is_free(self, box: Box) -> bool:
        """Whether nothing that stands on a card, and no border of the stage, is in a box."""
        stage = self.builder.frame.stage
        if box.x < stage.x or box.x + box.width > stage.x + stage.width:
            return False
        texts = (self.room(cell)[0] for cell in self.places if cell.part != "contribution")
        return not any(_overlap(box, text) for text in texts)

    def _middle(self, edge: int) -> tuple[float, float]:
        """Where a contribution stands on its way."""
        place = self.places.get(Cell("contribution", edge))
        if place is None:
            return self._paths[edge][len(self._paths[edge]) // 2]
        center = self.scaled.box(place.box).center
        return center.x, center.y

    def coming_together(self, cell: Cell) -> list[Motion]:
        """What has come to a gradient, sliding into one place: chips that wait on the card, or
        copies of what stands on the ways."""
        center = self.scaled.box(self.places[cell].box).center
        own = self.builder.group(f"{self.cell_key(cell)}/part")
        if own:
            self.builder.remove(self.cell_key(cell))
            return gathering(own, center)
        edges = self.story.graph.edges
        into = [
            index
            for index, edge in enumerate(edges)
            if (edge.source, edge.port) == (cell.index, cell.port) and edge.contribution is not None
        ]
        return [motion for index in into[:MOST_MOTIONS] for motion in self._leaving(index, cell)]

    def _leaving(self, edge: int, cell: Cell) -> list[Motion]:
        """A copy of what stands on a way, going on to a gradient's place."""
        end = self.scaled.box(self.places[cell].box).center
        pill = self.builder.group(self.cell_key(Cell("contribution", edge)))
        copies = tuple(moved(each, 0, 0, f"{each.key}/copy") for each in pill)
        way = (self._middle(edge), (end.x, end.y))
        return [Motion(copies, way)] if copies else []

    @property
    def _chip_size(self) -> float:
        return max(self.theme.contribution_size * self.scaled.scale, self.builder.frame.smallest)


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _bracketed(words: str) -> str:
    return f"({words})" if words.startswith("−") or " " in words else words
