"""A story's graph in a box of a storyboard: cards and ways as elements, and each move as beats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphgen.digits import inline, shape
from graphgen.geometry import Box, Layout, Point, Route
from graphgen.graph import Cell
from graphgen.placing.cards import path_counts
from graphgen.placing.measure import width
from graphgen.story import Step, Story, texts_after
from graphgen.storyboard.board import Traveler
from graphgen.storyboard.cardparts import shell, waiting, written
from graphgen.storyboard.elements import Element, Path, arrow
from graphgen.storyboard.labels import chip
from graphgen.storyboard.making import Maker
from graphgen.storyboard.mixing import mix

__all__ = ["GraphView", "Scaled"]

_SAMPLES = 12
_MOST_TRAVELING = 5
_LONGEST = 14
_HEAD = 8.0


@dataclass(frozen=True, slots=True)
class Scaled:
    """A layout shown in a box: points of the layout to points of the frame."""

    scale: float
    x: float
    y: float

    @classmethod
    def of(cls, layout: Layout, box: Box, largest: float = 1.9) -> "Scaled":
        """As large as fits, in the middle."""
        scale = min(box.width / layout.width, box.height / layout.height, largest)
        x = box.center.x - layout.width * scale / 2
        return cls(scale, x, box.center.y - layout.height * scale / 2)

    def at(self, point: Point) -> tuple[float, float]:
        """Where a place of the layout stands."""
        return self.x + point.x * self.scale, self.y + point.y * self.scale

    def box(self, box: Box) -> Box:
        """Where a box of the layout stands."""
        scale = self.scale
        return Box(
            self.x + box.x * scale, self.y + box.y * scale, box.width * scale, box.height * scale
        )

    def path(self, route: Route) -> Path:
        """A way as corners."""
        points = [self.at(point) for point in route.points]
        found = [points[0]]
        for at in range(0, len(points) - 1, 3):
            a, b, c, d = points[at : at + 4]
            for k in range(1, _SAMPLES + 1):
                t = k / _SAMPLES
                u = 1 - t
                found.append(
                    (
                        u**3 * a[0] + 3 * u * u * t * b[0] + 3 * u * t * t * c[0] + t**3 * d[0],
                        u**3 * a[1] + 3 * u * u * t * b[1] + 3 * u * t * t * c[1] + t**3 * d[1],
                    )
                )
        return tuple(found)


class GraphView:
    """Shows a graph in a box, and plays moves of its story as beats of the maker's current step.

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
        self.maker, self.story, self.layout, self.key = maker, story, layout, key
        self.theme = maker.theme
        self.scaled = Scaled.of(layout, box, largest)
        self.places = {place.cell: place for place in layout.places}
        self.counts = path_counts(story.graph)
        self.arrived: dict[int, int] = {}
        self.parts: dict[Cell, list[tuple[str, str]]] = {}
        self._paths = [self.scaled.path(route) for route in layout.routes]
        self._texts = [dict(texts) for texts in texts_after(story)]

    # What stands

    def ways(self, tint: str = "") -> list[Element]:
        """Every edge, quiet."""
        color = tint or mix(self.theme.quiet, self.theme.page, 0.55)
        return [
            element for edge in range(len(self._paths)) for element in self._way(edge, color, 1.3)
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
            f"{self.key}/node/{node}",
            self.box(node),
            graph.nodes[node].kind,
            node == graph.loss,
            self.theme,
            self.scaled.scale,
            self.arrived.get(node, 0) if self.counts[node] > 1 else 0,
            glow,
        )

    def text(self, cell: Cell, shown: str) -> list[Element]:
        """What a cell shows."""
        place = self.places[cell]
        return written(
            self._cell_key(cell), cell, shown, self.scaled.box(place.box),
            place.size * self.scaled.scale, self.story.graph, self.theme,
        )  # fmt: skip

    def box(self, node: int) -> Box:
        """Where a node's card stands."""
        return self.scaled.box(self.layout.boxes[node])

    def path(self, edge: int) -> Path:
        """The way of an edge, from its source to its target."""
        return self._paths[edge]

    def write(self, texts: Mapping[Cell, str]) -> None:
        """Show these texts from the next beat on."""
        for cell, shown in texts.items():
            if cell in self.places:
                key = self._cell_key(cell)
                self.maker.drop(key)
                self.maker.put(self.text(cell, shown))

    def finish(self) -> None:
        """Show everything that the story ever tells, with every way's gradient."""
        self.write(self._texts[-1])
        for edge in range(len(self._paths)):
            self._settle_way(edge, is_back=self.story.graph.edges[edge].contribution is not None)
        for node, count in enumerate(self.counts):
            self.arrived[node] = count
            self.maker.put(self.card(node))

    # What happens

    def play(self, index: int, pace: float = 1.0) -> None:
        """One step of the story, as beats of the maker's current step.

        Args:
            pace: how long, beside the usual time.
        """
        step = self.story.steps[index]
        moves = {
            "open": self._open, "place": self._answer, "compute": self._compute,
            "seed": self._answer, "send": self._send, "sum": self._sum, "stop": self._stop,
        }  # fmt: skip
        if step.move in moves:
            moves[step.move](step, pace)

    def light(self, nodes: Iterable[int], color: str) -> None:
        """Make cards bright; "" makes them quiet again."""
        for node in nodes:
            self.maker.drop(f"{self.key}/node/{node}/glow")
            self.maker.put(self.card(node, color))

    def flow(self, edges: Iterable[int], color: str) -> None:
        """Make ways bright, in the direction of what flows."""
        is_back = color != self.theme.forward
        for edge in edges:
            self.maker.drop(self._way_key(edge))
            self.maker.put(self._way(edge, color, 2.6, is_back, layer=1))

    def _open(self, step: Step, pace: float) -> None:
        self.maker.put(self.ways(), self.shells())
        self.maker.beat(1.0 * pace)

    def _answer(self, step: Step, pace: float) -> None:
        color = self.theme.backward if step.chapter == "backward" else self.theme.forward
        self.light(step.focus.nodes, color)
        self.maker.beat(0.4 * pace)
        self._marks(step)
        self.maker.beat(0.6 * pace)
        self.light(step.focus.nodes, "")

    def _compute(self, step: Step, pace: float) -> None:
        edges = step.focus.edges
        self.light(step.focus.nodes, self.theme.forward)
        self.flow(edges, self.theme.forward)
        self.maker.beat(0.4 * pace)
        self.maker.beat(0.8 * pace, self.travelers(edges, is_back=False))
        self._marks(step)
        self.maker.beat(0.6 * pace)
        self.light(step.focus.nodes, "")
        for edge in edges:
            self._settle_way(edge, is_back=False)

    def _send(self, step: Step, pace: float) -> None:
        edges, edge_of = step.focus.edges, self.story.graph.edges
        self.light(step.focus.nodes, self.theme.backward)
        for edge in edges:
            self.flow([edge], self.tint(edge))
        self.maker.beat(0.4 * pace)
        product = self._product(edges[0]) if len(edges) == 1 else []
        if product:
            self.maker.put(product)
            self.maker.beat(0.8 * pace)
            self.maker.drop(f"{self.key}/product")
        shown = {mark.cell: mark.text for mark in step.marks}
        self.maker.beat(0.8 * pace, self.travelers(edges, is_back=True))
        for edge in edges:
            node = edge_of[edge].source
            cell = Cell("gradient", node, edge_of[edge].port)
            told = shown.get(Cell("contribution", edge), "")
            self.parts.setdefault(cell, []).append((told, self.tint(edge)))
            self.arrived[node] = max(self.arrived.get(node, 0), len(self.parts[cell]))
            self._settle_way(edge, is_back=True)
        self._marks(step)
        self.light(step.focus.nodes, "")
        self.light({edge_of[edge].source for edge in edges}, "")
        self.maker.beat(0.6 * pace)

    def _sum(self, step: Step, pace: float) -> None:
        self.light(step.focus.nodes, self.theme.backward)
        self.maker.beat(0.6 * pace)
        travelers = []
        for mark in step.marks:
            key = self._cell_key(mark.cell)
            if self.maker.has(f"{key}/part/0"):
                travelers += self._sliding(mark.cell)
                self.maker.drop(f"{key}/part")
        if travelers:
            self.maker.beat(0.6 * pace, travelers)
        self._marks(step)
        self.maker.beat(1.0 * pace)
        self.light(step.focus.nodes, "")

    def _stop(self, step: Step, pace: float) -> None:
        self.light(step.focus.nodes, self.theme.cut.line)
        self.maker.beat(1.0 * pace)
        self.light(step.focus.nodes, "")

    # The things that travel

    def travelers(self, edges: Sequence[int], is_back: bool) -> list[Traveler]:
        """Values on their way into operations, or contributions on their way back."""
        chosen = list(edges)[:_MOST_TRAVELING]
        lag = min(0.12, 0.5 / max(1, len(chosen)))
        return [
            Traveler(
                tuple(self._chip(edge, is_back)),
                self._paths[edge][::-1] if is_back else self._paths[edge],
                at * lag,
                1.0 - (len(chosen) - 1 - at) * lag,
            )
            for at, edge in enumerate(chosen)
        ]

    def tint(self, edge: int) -> str:
        """The colour of what comes back along an edge: the paths into one output differ."""
        graph = self.story.graph
        told = graph.edges[edge]
        if self.counts[told.source] < 2:
            return self.theme.backward
        mine = [
            index
            for index, other in enumerate(graph.edges)
            if (other.source, other.port) == (told.source, told.port)
            and other.contribution is not None
        ]
        order = sorted(mine, key=lambda index: (-graph.edges[index].target, index))
        tints = (
            self.theme.backward, self.theme.shared, self.theme.loss.text, self.theme.leaf.text
        )  # fmt: skip
        return tints[order.index(edge) % len(tints)] if edge in order else self.theme.backward

    def _chip(self, edge: int, is_back: bool) -> list[Element]:
        told = self.story.graph.edges[edge]
        value = self.story.graph.nodes[told.source].ports[told.port].value
        array = told.contribution if is_back else value
        tint = self.tint(edge) if is_back else self.theme.forward
        words = inline(array)
        if array is not None and (len(words) > _LONGEST or "\n" in words):
            words = shape(array.shape)
        x, y = self._paths[edge][-1 if is_back else 0]
        size = self.theme.contribution_size * self.scaled.scale
        fill = mix(tint, self.theme.page, 0.82)
        return chip(f"{self.key}/chip/{edge}", words or "·", x, y, size, tint, fill)

    def _product(self, edge: int) -> list[Element]:
        """Slope × gradient from above, where both are numbers, beside the operation."""
        told = self.story.graph.edges[edge]
        ports = self.story.graph.nodes[told.target].ports
        above, local = (ports[0].grad if len(ports) == 1 else None), told.local
        if above is None or local is None or above.shape or local.shape:
            return []
        words = f"{_bracketed(inline(local))} × {_bracketed(inline(above))}"
        size = self.theme.contribution_size * self.scaled.scale
        path = self._paths[edge][::-1]
        at = path[min(len(path) - 1, max(1, round(len(path) * 0.3)))]
        tint = self.tint(edge)
        fill = mix(tint, self.theme.page, 0.82)
        return chip(f"{self.key}/product", words, *at, size, tint, fill, layer=7)

    def _sliding(self, cell: Cell) -> list[Traveler]:
        """The parts that wait at a gradient's place, on their way into each other."""
        key, found = self._cell_key(cell), []
        center = self.scaled.box(self.places[cell].box).center
        at = 0
        while self.maker.has(f"{key}/part/{at}"):
            element = self.maker.shown(f"{key}/part/{at}")
            form = element.form
            start = (getattr(form, "x", center.x), getattr(form, "y", center.y))
            found.append(Traveler((element,), (start, (center.x, start[1])), stays=True))
            at += 1
        return found

    # Short ways to say it

    def _marks(self, step: Step) -> None:
        for mark in step.marks:
            if mark.cell.part == "contribution":
                self._pill(mark.cell, mark.text)
                continue
            self.maker.drop(self._cell_key(mark.cell))
            parts = self.parts.get(mark.cell, [])
            is_waiting = step.move == "send" and len(parts) > 1 and "paths" not in mark.text
            if is_waiting and any(s in mark.text for s in (" + ", " − ")):
                place = self.places[mark.cell]
                size = place.size * self.scaled.scale
                self.maker.put(
                    waiting(
                        self._cell_key(mark.cell),
                        parts,
                        self.scaled.box(place.box),
                        size,
                        self.theme,
                    )
                )
            else:
                self.maker.put(self.text(mark.cell, mark.text))

    def _pill(self, cell: Cell, shown: str) -> None:
        """A contribution where it stays, on its way."""
        place = self.places.get(cell)
        if place is None:
            return
        box, tint = self.scaled.box(place.box), self.tint(cell.index)
        size = place.size * self.scaled.scale
        words = "" if "\t" in shown or "\n" in shown else shown
        key = self._cell_key(cell)
        if words and width(words, size) <= box.width + 8:
            fill = mix(tint, self.theme.page, 0.86)
            self.maker.put(chip(key, words, box.center.x, box.center.y, size, tint, fill, layer=3))
        else:
            self.maker.put(written(key, cell, shown, box, size, self.story.graph, self.theme, tint))

    def _settle_way(self, edge: int, is_back: bool) -> None:
        """A way that something has gone along keeps some of its tint."""
        color = self.tint(edge) if is_back else self.theme.forward
        self.maker.drop(self._way_key(edge))
        self.maker.put(self._way(edge, mix(color, self.theme.page, 0.45), 1.5, is_back))

    def _way(
        self, edge: int, color: str, thick: float, is_back: bool = False, layer: int = 0
    ) -> tuple[Element, Element]:
        path = self._paths[edge][::-1] if is_back else self._paths[edge]
        scale = max(0.8, self.scaled.scale)
        return arrow(
            self._way_key(edge), path, color, thick, _HEAD * scale, is_dashed=is_back, layer=layer
        )

    def _way_key(self, edge: int) -> str:
        return f"{self.key}/edge/{edge}/way"

    def _cell_key(self, cell: Cell) -> str:
        if cell.part == "contribution":
            return f"{self.key}/edge/{cell.index}/pill"
        return f"{self.key}/node/{cell.index}/{cell.part}/{cell.port}"


def _bracketed(words: str) -> str:
    return f"({words})" if words.startswith("−") or " " in words else words
