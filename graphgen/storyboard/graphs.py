"""A story's graph in a box of a storyboard, as it moves: each move becomes beats."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from graphgen.digits import inline, shape
from graphgen.geometry import Box, Layout
from graphgen.graph import Cell, generations
from graphgen.story import Focus, Move, Step, Story
from graphgen.storyboard.board import Traveler
from graphgen.storyboard.elements import Element, Path, box_of, moved
from graphgen.storyboard.graphstills import GraphStill
from graphgen.storyboard.labels import chip
from graphgen.storyboard.making import Maker
from graphgen.storyboard.mixing import mix
from graphgen.storyboard.scaled import Scaled
from graphgen.storyboard.sums import gathering, waiting

__all__ = ["GraphView", "Scaled"]

_MOST_TRAVELING = 5
_LONGEST = 14
_MOST_WAITING = 3
_SHIFTS = (0.0, -1.8, 1.8, -3.2, 3.2)
"""How far from its way a product may stand, in font sizes, to be clear of all cards."""


class GraphView(GraphStill):
    """Shows a graph in a box, and plays moves of its story as beats of the maker's current step.

    Whoever acts in a step is bright to its end, and goes quiet as the next one begins.

    Args:
        maker: where elements are put and beats are made.
        layout: where everything stands.
        box: the room for it.
        key: the first part of every element's key, one for each graph of a storyboard.
        largest: the largest scale of the layout.
    """

    def __init__(
        self,
        maker: Maker,
        story: Story,
        layout: Layout,
        box: Box,
        key: str = "graph",
        largest: float = 1.9,
    ) -> None:
        super().__init__(maker, story, layout, box, key, largest)
        self.parts: dict[Cell, list[tuple[str, str]]] = {}
        self._lit: dict[int, str] = {}
        self._flowing: dict[int, bool] = {}
        self._moves: dict[Move, Callable[[Step, float], None]] = {
            "open": self._open, "place": self._answer, "compute": self._compute,
            "seed": self._answer, "send": self._send, "sum": self._sum, "stop": self._stop,
            "close": self._close,
        }  # fmt: skip

    def play(self, index: int, pace: float = 1.0) -> None:
        """One step of the story, as beats of the maker's current step.

        Args:
            pace: how long, beside the usual time.
        """
        self._wave([self.story.steps[index]], pace)

    def waves(self, indices: Iterable[int], pace: float = 1.0) -> None:
        """Steps of one direction, one generation of operations after the other."""
        levels = generations(self.story.graph)
        last: tuple[str, int] | None = None
        run: list[Step] = []
        for index in indices:
            step = self.story.steps[index]
            here = step.move, max((levels[node] for node in step.focus.nodes), default=0)
            if run and (here != last or step.move not in ("compute", "send")):
                self._wave(run, pace)
                run = []
            run.append(step)
            last = here
        if run:
            self._wave(run, pace)

    def _wave(self, steps: Sequence[Step], pace: float) -> None:
        """Steps of the same move, at once."""
        self.rest()
        nodes = tuple(dict.fromkeys(node for step in steps for node in step.focus.nodes))
        edges = tuple(edge for step in steps for edge in step.focus.edges)
        marks = tuple(mark for step in steps for mark in step.marks)
        whole = replace(steps[0], marks=marks, focus=Focus(nodes, edges))
        self._moves[whole.move](whole, pace)

    def rest(self) -> None:
        """Whoever acted goes quiet from the next beat on."""
        self.light(list(self._lit), "")
        for edge, is_back in self._flowing.items():
            self.settle(edge, is_back)
        self._flowing = {}

    def light(self, nodes: Iterable[int], color: str) -> None:
        """Make cards bright; "" makes them quiet again."""
        for node in nodes:
            self.maker.drop(f"{self.node_key(node)}/glow")
            self.maker.put(self.card(node, color))
            if color:
                self._lit[node] = color
            else:
                self._lit.pop(node, None)

    def flow(self, edges: Iterable[int], color: str) -> None:
        """Make ways bright, in the direction of what flows."""
        is_back = color != self.theme.forward
        for edge in edges:
            self.maker.drop(self.way_key(edge))
            self.maker.put(self.way(edge, color, 2.6, is_back, layer=1))
            self._flowing[edge] = is_back

    # What each move does

    def _open(self, step: Step, pace: float) -> None:
        self.maker.put(self.ways(), self.shells())
        self.maker.beat(1.0 * pace)

    def _answer(self, step: Step, pace: float) -> None:
        color = self.theme.backward if step.chapter == "backward" else self.theme.forward
        self.light(step.focus.nodes, color)
        self.maker.beat(0.4 * pace)
        self._marks(step)
        self.maker.beat(0.8 * pace)

    def _compute(self, step: Step, pace: float) -> None:
        edges = step.focus.edges
        self.light(step.focus.nodes, self.theme.forward)
        self.flow(edges, self.theme.forward)
        self.maker.beat(0.4 * pace)
        self.maker.beat(0.8 * pace, self.travelers(edges, is_back=False))
        self._marks(step)
        self.maker.beat(0.8 * pace)

    def _send(self, step: Step, pace: float) -> None:
        edges, edge_of = step.focus.edges, self.story.graph.edges
        self.light(step.focus.nodes, self.theme.backward)
        for edge in edges:
            self.flow([edge], self.tint(edge))
        product = self._product(edges[0]) if len(edges) == 1 else []
        self.maker.put(product)
        self.maker.beat(0.6 * pace)
        if product:
            self.maker.beat(0.6 * pace)
            self.maker.drop(f"{self.key}/product")
            self.write({m.cell: m.text for m in step.marks if m.cell.part == "contribution"})
            self.maker.beat(0.4 * pace)
        self.maker.beat(0.8 * pace, self.travelers(edges, is_back=True))
        shown = {mark.cell: mark.text for mark in step.marks}
        for edge in edges:
            node = edge_of[edge].source
            cell = Cell("gradient", node, edge_of[edge].port)
            told = shown.get(Cell("contribution", edge), "")
            self.parts.setdefault(cell, []).append((told, self.tint(edge)))
            self.arrived[node] = max(self.arrived.get(node, 0), len(self.parts[cell]))
        self._marks(step)
        self.light({edge_of[edge].source for edge in edges}, self.theme.backward)
        self.maker.beat(0.8 * pace)

    def _sum(self, step: Step, pace: float) -> None:
        self.light(step.focus.nodes, self.theme.backward)
        for edge in step.focus.edges:
            self.flow([edge], self.tint(edge))
        self.maker.beat(0.4 * pace)
        self.maker.beat(0.6 * pace)
        sliding = [traveler for mark in step.marks for traveler in self._coming_together(mark.cell)]
        self.maker.beat(0.6 * pace, sliding)
        self._marks(step)
        self.maker.beat(0.6 * pace)
        self.maker.beat(0.6 * pace)

    def _stop(self, step: Step, pace: float) -> None:
        self.light(step.focus.nodes, self.theme.cut.line)
        self._marks(step)
        self.maker.beat(1.0 * pace)

    def _close(self, step: Step, pace: float) -> None:
        self.maker.beat(1.0 * pace)

    # The things that travel

    def travelers(self, edges: Sequence[int], is_back: bool) -> list[Traveler]:
        """Values on their way into operations, or contributions on their way back."""
        chosen = list(edges)[:_MOST_TRAVELING]
        lag = min(0.12, 0.5 / max(1, len(chosen)))
        return [
            Traveler(
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

    def _product(self, edge: int) -> list[Element]:
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
        stage = self.maker.size.stage
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

    def _coming_together(self, cell: Cell) -> list[Traveler]:
        """What has come to a gradient, sliding into one place: chips that wait on the card, or
        copies of what stands on the ways."""
        center = self.scaled.box(self.places[cell].box).center
        own = self.maker.family(f"{self.cell_key(cell)}/part")
        if own:
            self.maker.drop(self.cell_key(cell))
            return gathering(own, center)
        edges = self.story.graph.edges
        into = [
            index
            for index, edge in enumerate(edges)
            if (edge.source, edge.port) == (cell.index, cell.port) and edge.contribution is not None
        ]
        return [
            traveler for index in into[:_MOST_TRAVELING] for traveler in self._leaving(index, cell)
        ]

    def _leaving(self, edge: int, cell: Cell) -> list[Traveler]:
        """A copy of what stands on a way, going on to a gradient's place."""
        end = self.scaled.box(self.places[cell].box).center
        pill = self.maker.family(self.cell_key(Cell("contribution", edge)))
        copies = tuple(moved(each, 0, 0, f"{each.key}/copy") for each in pill)
        way = (self._middle(edge), (end.x, end.y))
        return [Traveler(copies, way)] if copies else []

    # Short ways to say it

    @property
    def _chip_size(self) -> float:
        return max(self.theme.contribution_size * self.scaled.scale, self.maker.size.smallest)

    def _marks(self, step: Step) -> None:
        for mark in step.marks:
            parts = self.parts.get(mark.cell, [])
            if step.move == "send" and self._waits(mark.cell, parts):
                self.maker.drop(self.cell_key(mark.cell))
                place = self.places[mark.cell]
                self.maker.put(
                    waiting(
                        self.cell_key(mark.cell),
                        parts,
                        self._row(mark.cell),
                        place.size * self.scaled.scale,
                        self.maker.size.smallest,
                        self.theme,
                        sign="∂",
                    )
                )
            else:
                self.write({mark.cell: mark.text})

    def _row(self, cell: Cell) -> Box:
        """The place of a gradient, as wide as its card."""
        place, card = self.room(cell)[0], self.box(cell.index)
        inset = 5.0 * self.scaled.scale
        return Box(card.x + inset, place.y, card.width - 2 * inset, place.height)

    def _waits(self, cell: Cell, parts: Sequence[tuple[str, str]]) -> bool:
        """Whether contributions wait on the card as chips: a few numbers that are to be added."""
        if not parts or self.counts[cell.index] < 2:
            return False
        value = self.story.graph.nodes[cell.index].ports[cell.port].value
        return value.shape == () and self._whole(cell) <= _MOST_WAITING

    def _whole(self, cell: Cell) -> int:
        """How many contributions a gradient adds up."""
        return sum(
            (edge.source, edge.port) == (cell.index, cell.port) and edge.contribution is not None
            for edge in self.story.graph.edges
        )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _bracketed(words: str) -> str:
    return f"({words})" if words.startswith("−") or " " in words else words
