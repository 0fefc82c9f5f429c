"""Scissors that cut a way of a graph, and ghosts: what would have come along a way."""

import math
from collections.abc import Sequence
from itertools import combinations

from graphgen.draw.elements import arrow, circle, line
from graphgen.draw.graphview import GraphView
from graphgen.draw.labels import chip, matrix
from graphgen.draw.paths import resampled
from graphgen.model.graph import Array, Cell
from graphgen.model.timeline import Element
from graphgen.text.digits import brief
from graphgen.text.mixing import mix

__all__ = ["Scissors", "ghost", "scissors"]

_LENGTH, _RING, _GAP = 26.0, 6.0, 7.0
_OPEN, _SHUT = 0.5, 0.2
_ROOM, _SMALLEST = 52.0, 0.36
"""How far apart two pairs of whole size stand, and the smallest size."""


class Scissors:
    """Cuts one way of a graph, in its middle.

    Args:
        key: the first part of every element's key.
        edge: whose way.
        scale: how large it is, beside its whole size.
    """

    def __init__(self, key: str, view: GraphView, edge: int, scale: float = 1.0) -> None:
        self.key, self.view, self.edge, self.scale = key, view, edge, scale
        (x1, y1), self.at, (x2, y2) = resampled(view.path(edge), 21)[9:12]
        self.along = math.atan2(y2 - y1, x2 - x1)

    def open(self) -> None:
        """Open blades beside the way."""
        self.view.builder.add(self._drawn(_OPEN, 8.0))

    def snip(self) -> None:
        """Shut blades, and a way in two pieces."""
        view, theme = self.view, self.view.theme
        view.builder.add(self._drawn(_SHUT, 0.0))
        path = view.path(self.edge)
        first = [p for p in path if self._before(p) < -_GAP]
        rest = [p for p in path if self._before(p) > _GAP]
        color = mix(theme.cut.line, theme.page, 0.25)
        view.builder.remove(view.way_key(self.edge))
        if len(first) > 1:
            view.builder.add(line(f"{self.key}/first", first, color, 1.6))
        if len(rest) > 1:
            view.builder.add(arrow(f"{self.key}/rest", rest, color, 1.6))

    def _before(self, point: tuple[float, float]) -> float:
        """How far along the way a point is, seen from the cut."""
        dx, dy = point[0] - self.at[0], point[1] - self.at[1]
        return dx * math.cos(self.along) + dy * math.sin(self.along)

    def _drawn(self, opening: float, away: float) -> list[Element]:
        """Blades that point across the way, and rings."""
        color, up = self.view.theme.cut.text, self.along - math.pi / 2
        long, away = self.scale * _LENGTH, self.scale * away
        px = self.at[0] - math.cos(up) * (away + 1.0)
        py = self.at[1] - math.sin(up) * (away + 1.0)
        elements: list[Element] = []
        for side in (-1, 1):
            blade = up + side * opening
            tip = (px + long * 0.8 * math.cos(blade), py + long * 0.8 * math.sin(blade))
            back = (px - long * 0.55 * math.cos(blade), py - long * 0.55 * math.sin(blade))
            ring = (px - long * 0.8 * math.cos(blade), py - long * 0.8 * math.sin(blade))
            name = f"{self.key}/{'left' if side < 0 else 'right'}"
            elements.append(line(f"{name}/blade", [tip, back], color, 2.4, layer=6))
            elements.append(
                circle(f"{name}/ring", *ring, self.scale * _RING, line=color, width=2.0, layer=6)
            )
        return elements


def scissors(view: GraphView, edges: Sequence[int]) -> list[Scissors]:
    """A pair for each way, all so small that no two of them touch."""
    places = [Scissors("", view, edge).at for edge in edges]
    nearest = min((math.dist(*two) for two in combinations(places, 2)), default=_ROOM)
    scale = min(max(nearest / _ROOM, _SMALLEST), 1.0)
    return [Scissors(f"cut/{edge}", view, edge, scale) for edge in edges]


def ghost(key: str, view: GraphView, edge: int, share: Array | None) -> list[Element]:
    """What would have come back along a way: quiet, dashed, its number at its place on the way.

    Args:
        key: what the keys of the elements begin with.
        view: the graph as it is drawn.
        edge: its index.
        share: None where only the way is shown.

    Returns:
        The arrow, and the number where its place is known.
    """
    theme, path = view.theme, view.path(edge)
    color, ink = (mix(theme.backward, theme.page, part) for part in (0.5, 0.25))
    way = list(arrow(f"{key}/way", path[::-1], color, 1.6, is_dashed=True, layer=1))
    cell = Cell("contribution", edge)
    if share is None or cell not in view.places:
        return way
    (box, size), words = view.room(cell), brief(share)
    if "\n" in words or "\t" in words:
        return [*way, *matrix(f"{key}/grid", words, box.center.x, box.center.y, size, ink)]
    return [*way, *chip(f"{key}/chip", words, box.center.x, box.center.y, size, ink, theme.page)]
