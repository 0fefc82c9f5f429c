"""A story's graph in a box of a storyboard, as it moves: each move becomes beats."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphtravelers import GraphMotions
from graphgen.draw.scaled import Scaled
from graphgen.draw.sums import waiting
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Cell, generations
from graphgen.model.story import Focus, Move, Step, Story

__all__ = ["GraphView", "Scaled"]

_MOST_WAITING = 3


class GraphView(GraphMotions):
    """Shows a graph in a box, and plays moves of its story as beats of the builder's current step.

    Whoever acts in a step is bright to its end, and goes quiet as the next one begins.

    Args:
        builder: where elements are put and beats are made.
        layout: where everything stands.
        box: the room for it.
        key: the first part of every element's key, one for each graph of a storyboard.
        largest: the largest scale of the layout.
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
        super().__init__(builder, story, layout, box, key, largest)
        self.parts: dict[Cell, list[tuple[str, str]]] = {}
        self._lit: dict[int, str] = {}
        self._flowing: dict[int, bool] = {}
        self._moves: dict[Move, Callable[[Step, float], None]] = {
            "open": self._open, "place": self._answer, "compute": self._compute,
            "seed": self._answer, "send": self._send, "sum": self._sum, "stop": self._stop,
            "close": self._close,
        }  # fmt: skip

    def play(self, index: int, pace: float = 1.0) -> None:
        """One step of the story, as beats of the builder's current step.

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
            self.builder.remove(f"{self.node_key(node)}/glow")
            self.builder.add(self.card(node, color))
            if color:
                self._lit[node] = color
            else:
                self._lit.pop(node, None)

    def flow(self, edges: Iterable[int], color: str) -> None:
        """Make ways bright, in the direction of what flows."""
        is_back = color != self.theme.forward
        for edge in edges:
            self.builder.remove(self.way_key(edge))
            self.builder.add(self.way(edge, color, 2.6, is_back, layer=1))
            self._flowing[edge] = is_back

    # What each move does

    def _open(self, step: Step, pace: float) -> None:
        self.builder.add(self.ways(), self.shells())
        self.builder.animate(1.0 * pace)

    def _answer(self, step: Step, pace: float) -> None:
        color = self.theme.backward if step.chapter == "backward" else self.theme.forward
        self.light(step.focus.nodes, color)
        self.builder.animate(0.4 * pace)
        self._marks(step)
        self.builder.animate(0.8 * pace)

    def _compute(self, step: Step, pace: float) -> None:
        edges = step.focus.edges
        self.light(step.focus.nodes, self.theme.forward)
        self.flow(edges, self.theme.forward)
        self.builder.animate(0.4 * pace)
        self.builder.animate(0.8 * pace, self.motions(edges, is_back=False))
        self._marks(step)
        self.builder.animate(0.8 * pace)

    def _send(self, step: Step, pace: float) -> None:
        edges, edge_of = step.focus.edges, self.story.graph.edges
        self.light(step.focus.nodes, self.theme.backward)
        for edge in edges:
            self.flow([edge], self.tint(edge))
        product = self.product(edges[0]) if len(edges) == 1 else []
        self.builder.add(product)
        self.builder.animate(0.6 * pace)
        if product:
            self.builder.animate(0.6 * pace)
            self.builder.remove(f"{self.key}/product")
            self.write({m.cell: m.text for m in step.marks if m.cell.part == "contribution"})
            self.builder.animate(0.4 * pace)
        self.builder.animate(0.8 * pace, self.motions(edges, is_back=True))
        shown = {mark.cell: mark.text for mark in step.marks}
        for edge in edges:
            node = edge_of[edge].source
            cell = Cell("gradient", node, edge_of[edge].port)
            told = shown.get(Cell("contribution", edge), "")
            self.parts.setdefault(cell, []).append((told, self.tint(edge)))
            self.arrived[node] = max(self.arrived.get(node, 0), len(self.parts[cell]))
        self._marks(step)
        self.light({edge_of[edge].source for edge in edges}, self.theme.backward)
        self.builder.animate(0.8 * pace)

    def _sum(self, step: Step, pace: float) -> None:
        self.light(step.focus.nodes, self.theme.backward)
        for edge in step.focus.edges:
            self.flow([edge], self.tint(edge))
        self.builder.animate(0.4 * pace)
        self.builder.animate(0.6 * pace)
        sliding = [motion for mark in step.marks for motion in self.coming_together(mark.cell)]
        self.builder.animate(0.6 * pace, sliding)
        self._marks(step)
        self.builder.animate(0.6 * pace)
        self.builder.animate(0.6 * pace)

    def _stop(self, step: Step, pace: float) -> None:
        self.light(step.focus.nodes, self.theme.cut.line)
        self._marks(step)
        self.builder.animate(1.0 * pace)

    def _close(self, step: Step, pace: float) -> None:
        self.builder.animate(1.0 * pace)

    # Short ways to say it

    def _marks(self, step: Step) -> None:
        for mark in step.marks:
            parts = self.parts.get(mark.cell, [])
            if step.move == "send" and self._waits(mark.cell, parts):
                self.builder.remove(self.cell_key(mark.cell))
                place = self.places[mark.cell]
                self.builder.add(
                    waiting(
                        self.cell_key(mark.cell),
                        parts,
                        self._row(mark.cell),
                        place.size * self.scaled.scale,
                        self.builder.frame.smallest,
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
