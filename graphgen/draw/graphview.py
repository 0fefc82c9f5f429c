"""A story's graph -> elements, and each move of the story -> transitions: the one way in which
graphs are drawn.

A view stands in a box of a scene, or draws in a world of its own, which a camera looks at.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from graphgen.draw.builder import MOST_MOTIONS, TimelineBuilder
from graphgen.draw.cardparts import MOST_FORMULAS, MUTED, lettered, shell, written
from graphgen.draw.classes import MOST_PATHS, classed, path_class
from graphgen.draw.elements import box_of, curved_arrow, moved, overlap, rectangle, shape, text
from graphgen.draw.paths import corners_of, curves_along
from graphgen.draw.scaled import Scaled, around
from graphgen.draw.sums import side_by_side
from graphgen.layout.cards import array_of, has_strip, is_bracketed, path_counts
from graphgen.layout.measure import extent, is_grid, width
from graphgen.layout.routes import beside
from graphgen.model.arithmetic import added
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Array, Cell, generations
from graphgen.model.story import Focus, Move, Step, Story, texts_after
from graphgen.model.timeline import Element, Motion, Path, Text
from graphgen.text.digits import brief, inline, is_loud
from graphgen.text.digits import shape as shape_words
from graphgen.text.digits import text as text_of
from graphgen.text.lettering import prepare as prepare_formulas
from graphgen.text.mixing import mix
from graphgen.text.slots import Slot, bracketed, is_mark, summed
from graphgen.text.tints import strip_cells

__all__ = ["Beats", "GraphView"]

Beats = Mapping[str, float]
"""How long each part of a move takes, in seconds; a part of 0 s is left out."""

_LANE = 2.6
"""How far each direction of an edge stands beside its route, in points of the layout."""

_HEAD = 8.0
_DASH = (6.0, 4.0)
_FRESH, _GONE_ALONG, _CAME_BACK = (0.55, 1.3), (0.5, 1.6), (0.35, 1.6)
"""How much of the page is mixed into the colour of an edge at rest, and how thick it is."""
_UNDER = 0.72
_ACTS, _WHOLE = 2.6, 2.0
_CHIP_X, _CHIP_Y = 0.42, 0.16
_FLYING, _LANDED = 6, 2
"""The layers of a chip's plate on its way, and on the card where its number stays."""
_LAG = 0.1
_LONGEST = 14
_MOST_WAITING = 3
_SHIFTS = (0.0, -1.8, 1.8, -2.6, 2.6, -3.4, 3.4)
"""How far from its way a product may stand, in font sizes, to be clear of all cards."""

_SCENE: dict[Move, Beats] = {
    "open": {"answer": 1.0},
    "place": {"light": 0.4, "answer": 0.8},
    "compute": {"light": 0.4, "travel": 0.8, "answer": 0.8},
    "seed": {"light": 0.4, "answer": 0.8},
    "send": {"light": 0.6, "form": 0.6, "contract": 0.4, "travel": 0.8, "settle": 0.8},
    "sum": {"light": 0.4, "hold": 0.6, "slide": 0.6, "become": 0.6, "rest": 0.6},
    "stop": {"answer": 1.0},
    "close": {"answer": 1.0},
}
"""How a scene times moves that it shows in passing."""


class GraphView:
    """Shows a graph, and plays moves of its story as transitions of the builder's current step.

    Whoever acts in a step is bright to its end, and goes quiet as the next one begins.

    Args:
        builder: where elements are added and transitions are made.
        story: whose graph.
        layout: where everything stands.
        box: the room for it, or where points of the layout go.
        key: the first part of every element's key, one for each graph of a timeline.
        largest: the largest scale of the layout.
        smallest: the smallest font size; by default the frame's.

    Attributes:
        counts: for each node, how many contributions it adds up.
        arrived: for each node, how many of them have come.
        parts: for each gradient, the texts of the contributions that have come, with their tints.
    """

    def __init__(
        self,
        builder: TimelineBuilder,
        story: Story,
        layout: Layout,
        box: Box | Scaled,
        key: str = "graph",
        largest: float = 1.9,
        smallest: float | None = None,
    ) -> None:
        self.builder, self.story, self.layout, self.key = builder, story, layout, key
        self.theme = builder.theme
        self.scaled = box if isinstance(box, Scaled) else Scaled.of(layout, box, largest)
        self.smallest = builder.frame.smallest if smallest is None else smallest
        self.places = {place.cell: place for place in layout.places}
        self.counts = path_counts(story.graph)
        if len(story.graph.nodes) <= MOST_FORMULAS:
            titles = (text for cell, text in self._texts[0].items() if cell.part == "title")
            prepare_formulas(line for title in titles for line in title.split("\n"))
        self.arrived: dict[int, int] = {}
        self.parts: dict[Cell, list[tuple[str, str]]] = {}
        self._came: dict[Cell, list[Array]] = {}
        self._lit: dict[int, str] = {}
        self._flowing: dict[int, bool] = {}
        self._written: dict[Cell, str] = {}
        self._paths: dict[int, Path] = {}
        self._lanes: dict[tuple[int, bool], Path] = {}
        self._cards: dict[tuple[int, int, str, bool], list[Element]] = {}
        self._is_whole = False
        self._moves: dict[Move, Callable[[Step, Beats], None]] = {
            "open": self._open, "place": self._answer, "compute": self._compute,
            "seed": self._answer, "send": self._send, "sum": self._sum, "stop": self._stop,
            "close": self._close,
        }  # fmt: skip

    # What it plays

    def play(self, index: int, pace: float = 1.0, beats: Beats | None = None) -> None:
        """One step of the story, as transitions of the builder's current step.

        Args:
            index: of the step.
            pace: how long, beside the usual time.
            beats: how long each part takes, in seconds; by default as scenes have it.
        """
        self._wave([self.story.steps[index]], pace, beats)

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

    def _wave(self, steps: Sequence[Step], pace: float, beats: Beats | None = None) -> None:
        """Steps of the same move, at once."""
        self.rest()
        nodes = tuple(dict.fromkeys(node for step in steps for node in step.focus.nodes))
        edges = tuple(edge for step in steps for edge in step.focus.edges)
        marks = tuple(mark for step in steps for mark in step.marks)
        whole = replace(steps[0], marks=marks, focus=Focus(nodes, edges))
        if beats is None:
            beats = {part: seconds * pace for part, seconds in _SCENE[whole.move].items()}
        self._moves[whole.move](whole, beats)

    def rest(self) -> None:
        """Whoever acted goes quiet from the next transition on."""
        self.light(list(self._lit), "")
        for edge, is_back in self._flowing.items():
            self.settle(edge, is_back)
        self._flowing = {}

    def light(self, nodes: Iterable[int], color: str) -> None:
        """Make cards bright; "" makes them quiet again."""
        for node in nodes:
            if color:
                self._lit[node] = color
            else:
                self._lit.pop(node, None)
            self._show_card(node, color)

    def flow(self, edges: Iterable[int], color: str) -> None:
        """Make edges bright, in the direction of what flows."""
        is_back = color != self.theme.forward
        for edge in edges:
            key = self.way_key(edge)
            if is_back:
                self._put_under(edge)
                self._put_lane(edge, color, _ACTS, True, "active")
            else:
                self.builder.change(key, self.way(edge, color, _ACTS, layer=1, state="active"))
            self._flowing[edge] = is_back

    def settle(self, edge: int, is_back: bool) -> None:
        """An edge that something has gone along keeps some of its tint."""
        color = self.tint(edge) if is_back else self.theme.forward
        mixed, thick = _CAME_BACK if is_back else _GONE_ALONG
        if self._is_whole:
            mixed, thick = 0.0, _WHOLE
        color = mix(color, self.theme.page, mixed)
        if is_back:
            self._put_lane(edge, color, thick, True, "done")
            self._put_pill(edge, is_bright=False)
        else:
            own = self.way(edge, color, thick, state="done")
            self.builder.change(self.way_key(edge), own)

    def finish(self) -> None:
        """Show everything that the story ever tells, whole and in full colour."""
        self._is_whole = True
        last = self._texts[-1]
        for cell in [cell for cell in last if self._written.get(cell) != last[cell]]:
            self.write({cell: last[cell]})
        for edge, each in enumerate(self.story.graph.edges):
            self.settle(edge, is_back=False)
            if each.contribution is not None and edge in self._sent:
                self.settle(edge, is_back=True)
        for node, count in enumerate(self.counts):
            self.arrived[node] = count
            self._show_card(node, self._lit.get(node, ""))

    # What each move does

    def _open(self, step: Step, beats: Beats) -> None:
        self.builder.add(self.ways(), self.shells())
        self._animate(beats, "answer")
        self._animate(beats, "rest")

    def _answer(self, step: Step, beats: Beats) -> None:
        color = self.theme.backward if step.chapter == "backward" else self.theme.forward
        self.light(step.focus.nodes, color)
        self._animate(beats, "light")
        self._marks(step)
        self._animate(beats, "answer")
        self._animate(beats, "rest")

    def _compute(self, step: Step, beats: Beats) -> None:
        edges = step.focus.edges
        self.light(step.focus.nodes, self.theme.forward)
        self.flow(edges, self.theme.forward)
        self._animate(beats, "light")
        self._animate(beats, "travel", self._operands(edges, beats.get("travel", 0.0)))
        self._marks(step)
        self._animate(beats, "answer")
        self._animate(beats, "rest")

    def _send(self, step: Step, beats: Beats) -> None:
        edges, edge_of = step.focus.edges, self.story.graph.edges
        sources = {edge_of[edge].source for edge in edges}
        texts = {mark.cell: mark.text for mark in step.marks}
        self.light(step.focus.nodes, self.theme.backward)
        for edge in edges:
            self.flow([edge], self.tint(edge))
        if len(edges) == 1 and self._form_product(edges[0], texts, beats):
            pass
        else:
            self._animate(beats, "light")
            for edge in edges:
                self._write_pill(edge, texts)
            self._animate({"form": beats.get("form", 0.0) + beats.get("contract", 0.0)}, "form")
        for edge in edges:
            self._receive(edge, texts)
        arriving = self._arrivals(edges, beats.get("travel", 0.0))
        for edge in edges:
            self._write_pill(edge, texts, is_bright=False)
        self._animate(beats, "travel", arriving)
        self._marks(step)
        for edge in edges:
            use = edge_of[edge]
            came = len(self.parts[Cell("gradient", use.source, use.port)])
            self.arrived[use.source] = max(self.arrived.get(use.source, 0), came)
        self.light(sources, self.theme.backward)
        self._animate(beats, "settle")
        self._animate(beats, "rest")

    def _sum(self, step: Step, beats: Beats) -> None:
        builder = self.builder
        self.light(step.focus.nodes, self.theme.backward)
        for edge in step.focus.edges:
            self.flow([edge], self.tint(edge))
        self._animate(beats, "light")
        self._animate(beats, "hold")
        cells = [mark.cell for mark in step.marks if mark.cell.part == "gradient"]
        together = [cell for cell in cells if builder.keys(f"{self.cell_key(cell)}/part")]
        for cell in together:
            self._show_parts(cell, is_together=True)
        others = [cell for cell in cells if cell not in together]
        sliding = [motion for cell in others for motion in self._from_edges(cell)]
        self._animate(beats, "slide", sliding[:MOST_MOTIONS])
        for mark in step.marks:
            self._become(mark.cell, mark.text)
        self._animate(beats, "become")
        for mark in step.marks:
            builder.remove(f"{self.cell_key(mark.cell)}/plate")
        self._animate(beats, "rest")

    def _stop(self, step: Step, beats: Beats) -> None:
        self.light(step.focus.nodes, self.theme.cut.line)
        self._animate(beats, "light")
        self.builder.add(*(self.bar(edge) for edge in step.focus.edges))
        self._marks(step)
        self._animate(beats, "answer")
        self._animate(beats, "rest")

    def _close(self, step: Step, beats: Beats) -> None:
        self.finish()
        self._animate(beats, "answer")
        self._animate(beats, "rest")

    def _animate(self, beats: Beats, part: str, motions: Sequence[Motion] = ()) -> None:
        if beats.get(part, 0.0) > 0.0:
            self.builder.animate(beats[part], motions)

    # Numbers that become what they arrive as

    def _form_product(self, edge: int, told: Mapping[Cell, str], beats: Beats) -> bool:
        """Slope × gradient from above, which contracts to what it comes to: a chip on the edge.

        Returns:
            Whether both are numbers, and there is room for them.
        """
        product = self.product(edge) if beats.get("form") else []
        words = told.get(Cell("contribution", edge), "")
        if not product or not words:
            return False
        self.builder.add(product)
        self._animate(beats, "light")
        self._animate(beats, "form")
        middle = box_of(product[:1]).center
        pieces = [each for each in product if isinstance(each.form, Text)]
        gathering = [
            Motion((each,), ((each.form.x, each.form.y), (middle.x, middle.y)),
                   starts_visible=True)
            for each in pieces
            if isinstance(each.form, Text) and abs(each.form.x - middle.x) > 0.5
        ]  # fmt: skip
        self.builder.remove(*(each.key for each in pieces))
        self.builder.add(self._chip(self._landing_key(edge), words, (middle.x, middle.y), edge))
        self._animate(beats, "contract", gathering)
        return True

    def _landing_key(self, edge: int) -> str:
        """What the number is known by that forms on an edge: as it will be on its card."""
        use = self.story.graph.edges[edge]
        cell = Cell("gradient", use.source, use.port)
        if cell not in self.places:
            return self._chip_key(edge)
        at = self._numbers.get(edge)
        if at is None:
            return self.cell_key(cell)
        return f"{self.cell_key(cell)}/part/{at}" if self._can_wait(cell) else self._chip_key(edge)

    def _receive(self, edge: int, told: Mapping[Cell, str]) -> None:
        """A contribution is one more of those that have come to its source."""
        use = self.story.graph.edges[edge]
        cell = Cell("gradient", use.source, use.port)
        words = told.get(Cell("contribution", edge), "")
        self.parts.setdefault(cell, []).append((words, self.tint(edge)))
        if use.contribution is not None:
            self._came.setdefault(cell, []).append(use.contribution)

    def _arrivals(self, edges: Sequence[int], seconds: float) -> list[Motion]:
        """Contributions on their way back, each until it stands on its card as what it is there."""
        chosen = list(edges)[:MOST_MOTIONS]
        lag = _lag(len(chosen), seconds)
        motions = []
        for at, edge in enumerate(chosen):
            use = self.story.graph.edges[edge]
            cell = Cell("gradient", use.source, use.port)
            key = self._landing_key(edge)
            start, is_formed = self._middle(edge), self.builder.has(f"{key}/plate")
            if is_formed:
                center = box_of([self.builder.element(f"{key}/plate")]).center
                start = (center.x, center.y)
                self.builder.remove(f"{key}/plate", f"{key}/0")
            own = self._landing(edge, cell) if cell in self.places else []
            end = box_of([own[0]]).center if own else None
            way = self._way_back(edge, start, (end.x, end.y) if end else None)
            if own and end:
                self.builder.add(own)
                elements = tuple(moved(each, start[0] - end.x, start[1] - end.y) for each in own)
            else:
                words = self._short(use.contribution, brief)
                elements = tuple(self._chip(key, words, start, edge))
            motions.append(
                Motion(elements, way, at * lag, 1.0 - (len(chosen) - 1 - at) * lag,
                       ends_visible=bool(own), starts_visible=is_formed)
            )  # fmt: skip
        return motions

    def _landing(self, edge: int, cell: Cell) -> list[Element]:
        """What a contribution is as it arrives on its card: one of the numbers that wait there, or
        the number that the gradient becomes."""
        parts, key = self.parts[cell], self.cell_key(cell)
        words = parts[-1][0]
        if self._waits(cell):
            row = self._row_of(cell)
            name = f"{key}/part/{len(parts) - 1}"
            own = [each for each in row if each.key in (f"{name}/plate", f"{name}/0")]
            self.builder.change(key, [each for each in row if each not in own])
            return own
        place = self.places[cell]
        if len(parts) > 1 or not words:
            return []
        center = self.scaled.box(place.box).center
        lead = width("∂ ", self.room(cell)[1]) / 2 if not is_grid(words) else 0.0
        # behind the number that stays: the plate fades away and never covers it
        return self._chip(key, words, (center.x + lead, center.y), edge, layer=_LANDED)

    def _become(self, cell: Cell, words: str) -> None:
        """What has come together is one number from here on; it grows out of its plate."""
        key = self.cell_key(cell)
        own = self.text(cell, words)
        numbers = [each for each in own if isinstance(each.form, Text)]
        if self.builder.keys(f"{key}/part"):
            size = self.room(cell)[1]
            room = around_by(box_of(numbers), 0.3 * size, 0.1 * size)
            fill = mix(self.theme.backward, self.theme.page, 0.8)
            plate = rectangle(f"{key}/plate", room, fill=fill, line=self.theme.backward,
                              width=1.3, radius=0.35 * size, layer=2)  # fmt: skip
            own += classed([plate], "chip gradient")
        self.builder.change(key, own)
        self._written[cell] = words

    def _from_edges(self, cell: Cell) -> list[Motion]:
        """Copies of what stands on the edges, on their way into a gradient's place."""
        end = self.scaled.box(self.places[cell].box).center
        motions = []
        into = self._into.get((cell.index, cell.port), [])
        # a running total has all but the last already
        for index in into[-1:] if self._running(cell) else into[:MOST_MOTIONS]:
            pill = self.builder.group(self.cell_key(Cell("contribution", index)))
            copies = tuple(moved(each, 0, 0, f"{each.key}/copy") for each in pill)
            if copies:
                motions.append(Motion(copies, (self._middle(index), (end.x, end.y))))
        return motions

    def _operands(self, edges: Sequence[int], seconds: float) -> list[Motion]:
        """Values on their way into operations."""
        chosen = list(edges)[:MOST_MOTIONS]
        lag = _lag(len(chosen), seconds)
        motions = []
        for at, edge in enumerate(chosen):
            use = self.story.graph.edges[edge]
            value = self.story.graph.nodes[use.source].ports[use.port].value
            path = self._lane_path(edge, is_back=False)
            words = self._short(value, text_of)
            chip = self._chip(self._chip_key(edge), words, path[0], edge, is_back=False)
            end = 1.0 - (len(chosen) - 1 - at) * lag
            motions.append(Motion(tuple(chip), path, at * lag, end))
        return motions

    def product(self, edge: int) -> list[Element]:
        """Slope × gradient from above, where both are numbers, beside the operation."""
        use = self.story.graph.edges[edge]
        ports = self.story.graph.nodes[use.target].ports
        above, local = (ports[0].grad if len(ports) == 1 else None), use.local
        if above is None or local is None or above.shape or local.shape:
            return []
        words = [_bracketed(inline(local)), "×", _bracketed(inline(above))]
        tint, (x, y), size = self.tint(edge), self._middle(edge), self._chip_size
        tried = [self._product(edge, words, x, y + up * size, size, tint) for up in _SHIFTS]
        cards = [self.box(node) for node in range(len(self.story.graph.nodes))]
        for rooms in (cards, self._rooms):
            for pieces in tried:
                if self._is_free(box_of(pieces), rooms):
                    return pieces
        return []

    def _product(
        self, edge: int, words: Sequence[str], x: float, y: float, size: float, tint: str
    ) -> list[Element]:
        key, factors = self._landing_key(edge), self._chip_key(edge)
        widths, gap = [width(word, size) for word in words], width(" ", size)
        wide, high = sum(widths) + 2 * gap + 2 * _CHIP_X * size, (1.3 + 2 * _CHIP_Y) * size
        plate = rectangle(
            f"{key}/plate", Box(x - wide / 2, y - high / 2, wide, high),
            fill=mix(tint, self.theme.page, 0.82), line=tint, width=1.6, radius=0.45 * size,
            layer=_FLYING,
        )  # fmt: skip
        classes = f"contribution product{self._path(edge)}"
        elements = classed([plate], f"chip {classes}")
        left = x - wide / 2 + _CHIP_X * size
        for at, (word, room) in enumerate(zip(words, widths, strict=True)):
            what = f"{'sign ' if word == '×' else ''}{classes}"
            letters = text(
                f"{factors}/factor/{at}", word, left + room / 2, y, size, tint, layer=_FLYING + 1
            )
            elements += classed([letters], what)
            left += room + gap
        return elements

    def _chip(
        self,
        key: str,
        words: str,
        at: tuple[float, float],
        edge: int,
        is_back: bool = True,
        layer: int = _FLYING,
    ) -> list[Element]:
        """A number on a plate, around a place: `key/plate`, `key/0` and so on.

        Args:
            key: what the keys of the elements begin with.
            words: the number.
            at: (x, y) of its middle, in points.
            edge: which it goes along.
            is_back: whether it is a contribution; a value otherwise.
            layer: of the plate; the number is one above it.

        Returns:
            The plate, then the number.
        """
        use, size = self.story.graph.edges[edge], self._chip_size
        value = self.story.graph.nodes[use.source].ports[use.port].value
        array = use.contribution if is_back else value
        tint = self.tint(edge) if is_back else self.theme.forward
        ink = self.theme.alarm if is_loud(array) else tint
        room = extent(words, size)
        wide, high = room.width + 2 * _CHIP_X * size, room.height + 2 * _CHIP_Y * size
        box = Box(at[0] - wide / 2, at[1] - high / 2, wide, high)
        plate = rectangle(
            f"{key}/plate", box, fill=mix(tint, self.theme.page, 0.82), line=tint, width=1.6,
            radius=0.45 * size, layer=layer,
        )  # fmt: skip
        cell = Cell("contribution", edge) if is_back else Cell("value", use.source, use.port)
        brackets = is_bracketed(self.story.graph, cell, words)
        letters = lettered(key, words, box, size, ink, "", brackets, layer=layer + 1)
        what = f"contribution{self._path(edge)}" if is_back else "value forward"
        return classed([plate, *letters], f"chip {what}")

    def _short(self, array: Array | None, words: Callable[[Array], str]) -> str:
        """An array's text, short enough to travel: of a large one its shape."""
        if array is None:
            return "·"
        text = words(array)
        if has_strip(array) or not array.known:
            return text if len(text) <= _LONGEST and "\n" not in text else shape_words(array.shape)
        return text

    # What waits on a card

    def _waits(self, cell: Cell) -> bool:
        """Whether contributions wait on the card as chips: a few numbers that are to be added."""
        return bool(self.parts.get(cell)) and self._can_wait(cell)

    def _can_wait(self, cell: Cell) -> bool:
        if cell not in self.places:
            return False
        value = self.story.graph.nodes[cell.index].ports[cell.port].value
        whole = len(self._into.get((cell.index, cell.port), ()))
        return value.shape == () and 1 < whole <= _MOST_WAITING

    def _row_of(self, cell: Cell, is_together: bool = False) -> list[Element]:
        place, card = self.room(cell)[0], self.box(cell.index)
        inset = 5.0 * self.scaled.scale
        room = Box(card.x + inset, place.y, card.width - 2 * inset, place.height)
        row = side_by_side(
            self.cell_key(cell), self.parts[cell], room, self._chip_size, self.theme, "∂",
            is_together,
        )  # fmt: skip
        numbers = self._into.get((cell.index, cell.port), ())
        return [replace(each, classes=self._part_classes(each, numbers)) for each in row]

    def _part_classes(self, element: Element, edges: Sequence[int]) -> str:
        at = element.key.partition("/part/")[2].split("/")[0]
        if not at.isdecimal() or element.key.endswith("/plus"):
            return "sign gradient"
        edge = edges[int(at)] if int(at) < len(edges) else None
        return "chip contribution" + ("" if edge is None else self._path(edge))

    def _show_parts(self, cell: Cell, is_together: bool = False) -> None:
        self.builder.change(self.cell_key(cell), self._row_of(cell, is_together))

    def _marks(self, step: Step) -> None:
        for mark in step.marks:
            if mark.cell.part == "contribution" and step.move == "send":
                continue
            if step.move == "send" and self._waits(mark.cell):
                self._show_parts(mark.cell)
                self._written[mark.cell] = mark.text
            elif step.move == "send" and self._running(mark.cell):
                self._write_running(mark.cell, self._running(mark.cell))
                self._written[mark.cell] = mark.text
            else:
                self.write({mark.cell: mark.text})

    def _running(self, cell: Cell) -> str:
        """What the contributions that have come add up to so far, of more than can wait side by
        side; "" where they can't be added, or are all."""
        came, whole = self._came.get(cell, []), self._into.get((cell.index, cell.port), ())
        if len(whole) < 2:
            return ""
        came = came[: len(whole) - 1]  # the last one stands on its edge until all are added
        if not came or any(each.items is None for each in came):
            return ""
        columns = zip(*(each.items or () for each in came), strict=False)
        try:
            items = tuple(map(_sum_of, columns))
            return text_of(Array(came[0].shape, came[0].dtype, items))
        except (ValueError, OverflowError):
            return ""

    def _write_running(self, cell: Cell, words: str) -> None:
        """A sum that isn't whole yet has the tint of the last that is in it."""
        whole = len(self._into.get((cell.index, cell.port), ()))
        last = min(len(self.parts[cell]), whole - 1) - 1
        tint, key = self.parts[cell][last][1], self.cell_key(cell)
        box, size = self.room(cell)
        letters = written(key, cell, words, box, size, self.story.graph, self.theme, tint)
        self.builder.change(key, classed(letters, "gradient"))

    # What stands there

    def ways(self, tint: str = "") -> list[Element]:
        """Every edge, quiet."""
        color = tint or mix(self.theme.quiet, self.theme.page, _FRESH[0])
        return [
            element
            for edge in range(len(self.layout.routes))
            for element in self.way(edge, color, _FRESH[1])
        ]

    def shells(self, nodes: Iterable[int] | None = None) -> list[Element]:
        """Cards with their titles and without numbers."""
        chosen = range(len(self.story.graph.nodes)) if nodes is None else nodes
        titles = self._texts[0]
        elements: list[Element] = []
        for node in chosen:
            elements += self.card(node)
            cell = Cell("title", node)
            if cell in titles and cell in self.places:
                elements += self.text(cell, titles[cell])
                self._written[cell] = titles[cell]
        return elements

    def leaf_titles(self) -> dict[int, Element]:
        """For each leaf and each input whose title is one text, that text on its card."""
        titles = self._texts[0]
        texts = {}
        for node, each in enumerate(self.story.graph.nodes):
            cell = Cell("title", node)
            if not each.op and cell in titles and cell in self.places:
                elements = self.text(cell, titles[cell])
                if len(elements) == 1:
                    texts[node] = elements[0]
        return texts

    def card(self, node: int, glow: str = "") -> list[Element]:
        """A card's frame; with a glow, bright."""
        graph = self.story.graph
        paths = self.arrived.get(node, 0) if self.counts[node] > 1 else 0
        key = node, paths, glow, self._is_whole
        if key not in self._cards:
            self._cards[key] = shell(
                self.node_key(node),
                self.box(node),
                graph.nodes[node].kind,
                node == graph.loss,
                self.theme,
                self.scaled.scale,
                paths,
                glow,
                self.smallest,
                self.layout.direction,
                0.0 if self._is_whole else MUTED,
            )
        return self._cards[key]

    def _show_card(self, node: int, glow: str) -> None:
        key = self.node_key(node)
        if not glow:
            self.builder.remove(f"{key}/glow")
        self.builder.add(self.card(node, glow))

    def text(self, cell: Cell, shown: str) -> list[Element]:
        """What a cell shows."""
        box, size = self.room(cell)
        key, graph = self.cell_key(cell), self.story.graph
        letters = written(key, cell, shown, box, size, graph, self.theme)
        what = "label" if cell.part == "title" else cell.part
        return [*classed(letters, what), *self._strip(cell, shown)]

    def _strip(self, cell: Cell, shown: str) -> list[Element]:
        """The strip of a large array, once its numbers are told."""
        strip, array = self.places[cell].strip, array_of(self.story.graph, cell)
        if strip is None or array is None or shown != text_of(array) or not has_strip(array):
            return []
        key = f"{self.cell_key(cell)}/strip"
        cells = [
            shape(f"{key}/{at}", _corners(box), fill=color, layer=3)
            for at, (box, color) in enumerate(
                strip_cells(array, cell.part, self.scaled.box(strip), self.theme)
            )
        ]
        return classed(cells, f"strip {cell.part}")

    def room(self, cell: Cell) -> tuple[Box, float]:
        """Where a cell's text stands, and its font size: never too small to read, though it may
        come closer to its card's border than the layout has it."""
        place = self.places[cell]
        box, size = self.scaled.box(place.box), place.size * self.scaled.scale
        grown = max(1.0, self.smallest / size)
        return around(box, grown), size * grown

    def box(self, node: int) -> Box:
        """Where a node's card stands."""
        return self.scaled.box(self.layout.boxes[node])

    def path(self, edge: int) -> Path:
        """The way of an edge as corners, from its source to its target."""
        if edge not in self._paths:
            self._paths[edge] = self.scaled.path(self.layout.routes[edge])
        return self._paths[edge]

    def way(
        self,
        edge: int,
        color: str,
        thick: float,
        is_back: bool = False,
        layer: int = 0,
        path: Path | None = None,
        state: str = "",
    ) -> tuple[Element, Element]:
        """An edge: solid with the values, dashed with the gradients.

        Args:
            edge: its index.
            color: of the line, as "#rrggbb".
            thick: the width of the line, in points.
            is_back: whether it is a gradient's way, which is dashed and leads to the source.
            layer: a higher one is painted above a lower one.
            path: the corners along which it runs, from its source to its target, while it isn't in
                its place.
            state: "active", "done", or "" before anything has gone along it.

        Returns:
            The line and the head.
        """
        curves = self._lane(edge, is_back)
        if path is not None:
            curves = curves_along(path, (len(curves) - 1) // 3)
        if is_back:
            curves = curves[::-1]
        key = self._back_key(edge) if is_back else self.way_key(edge)
        head = _HEAD * max(0.8, self.scaled.scale)
        stem, tip = curved_arrow(key, curves, color, thick, head, _DASH if is_back else (), layer)
        what = f"{'backward' + self._path(edge) if is_back else 'forward'}"
        what += f" {state}" if state else ""
        return replace(stem, classes=f"edge {what}"), replace(tip, classes=f"edge head {what}")

    def bar(self, edge: int) -> Element:
        """A bar across an edge: no gradient comes through."""
        path = self.path(edge)
        at = max(1, round(0.72 * (len(path) - 1)))
        (x1, y1), (x2, y2) = path[at - 1], path[at]
        long = math.hypot(x2 - x1, y2 - y1) or 1.0
        dx, dy = (x2 - x1) / long, (y2 - y1) / long
        half, apart = 13.0 * self.scaled.scale, 2.5 * self.scaled.scale
        strokes = [
            ((x2 + dx * by - dy * half, y2 + dy * by + dx * half),
             (x2 + dx * by + dy * half, y2 + dy * by - dx * half))
            for by in (-apart, apart)
        ]  # fmt: skip
        key = f"{self.key}/edge/{edge}/bar"
        form = shape(key, *strokes, line=self.theme.cut.line, width=2.2, layer=2)
        return replace(form, classes="edge bar")

    def pill(self, cell: Cell, shown: str, is_bright: bool = False) -> list[Element]:
        """A contribution where it stays, on its edge: quiet, once it has gone on.

        Args:
            cell: of the contribution.
            shown: its text.
            is_bright: whether its border is as bright as its text.

        Returns:
            The plate and its text; nothing where the picture has no place for it.
        """
        if cell not in self.places:
            return []
        (box, size), tint, page = self.room(cell), self.tint(cell.index), self.theme.page
        array = self.story.graph.edges[cell.index].contribution
        ink = self.theme.alarm if is_loud(array) else tint
        key = self.cell_key(cell)
        quiet = 0.0 if is_bright or self._is_whole else 0.5
        plate = rectangle(
            f"{key}/plate", box, fill=mix(tint, page, 0.9), line=mix(tint, page, quiet), width=1.4,
            radius=min(box.height / 2, 9.0 * self.scaled.scale), layer=3,
        )  # fmt: skip
        brackets = is_bracketed(self.story.graph, cell, shown)
        inner = around_by(box, -3.0 * self.scaled.scale, 0.0)
        letters = lettered(key, shown, inner, size, ink, "", brackets)
        return classed([plate, *letters], f"contribution{self._path(cell.index)}")

    def write(self, texts: Mapping[Cell, str]) -> None:
        """Show these texts from the next transition on."""
        for cell, words in texts.items():
            if cell in self.places:
                is_pill = cell.part == "contribution"
                elements = self.pill(cell, words) if is_pill else self.text(cell, words)
                self.builder.change(self.cell_key(cell), elements)
                self._written[cell] = words

    def _write_pill(self, edge: int, told: Mapping[Cell, str], is_bright: bool = True) -> None:
        cell = Cell("contribution", edge)
        if cell in told and cell in self.places:
            self.builder.change(self.cell_key(cell), self.pill(cell, told[cell], is_bright))
            self._written[cell] = told[cell]

    def _put_pill(self, edge: int, is_bright: bool) -> None:
        cell = Cell("contribution", edge)
        if cell in self._written and cell in self.places:
            own = self.pill(cell, self._written[cell], is_bright)
            self.builder.change(self.cell_key(cell), own)

    def _put_lane(self, edge: int, color: str, thick: float, is_back: bool, state: str) -> None:
        layer = 1 if state == "active" else 0
        own = self.way(edge, color, thick, is_back, layer, state=state)
        self.builder.change(self._back_key(edge), own)

    def _put_under(self, edge: int) -> None:
        """The values' lane goes quiet while gradients come back beside it."""
        color = mix(self.theme.forward, self.theme.page, _UNDER)
        if self.builder.has(self.way_key(edge)):
            own = self.way(edge, color, _FRESH[1], state="done")
            self.builder.change(self.way_key(edge), own)

    # Where things stand

    def _lane(self, edge: int, is_back: bool) -> Path:
        """The curves along which an edge runs: each direction on its own side, if it has both."""
        key = edge, is_back
        if key not in self._lanes:
            route = self.layout.routes[edge]
            if edge in self._sent:
                route = beside(route, _LANE if is_back else -_LANE)
            self._lanes[key] = tuple(map(self.scaled.at, route.points))
        return self._lanes[key]

    def _lane_path(self, edge: int, is_back: bool) -> Path:
        return corners_of(self._lane(edge, is_back), 6)

    def _way_back(
        self, edge: int, start: tuple[float, float], end: tuple[float, float] | None
    ) -> Path:
        """From where a contribution forms on its edge back to its source, and on to its place."""
        path = self._lane_path(edge, is_back=True)
        nearest = min(range(len(path)), key=lambda at: math.dist(path[at], start))
        back = (start, *path[: max(nearest, 1)][::-1])
        return (*back, end) if end else back

    def _middle(self, edge: int) -> tuple[float, float]:
        """Where a contribution stands on its edge."""
        place = self.places.get(Cell("contribution", edge))
        if place is None:
            return self.path(edge)[len(self.path(edge)) // 2]
        center = self.scaled.box(place.box).center
        return center.x, center.y

    @cached_property
    def _rooms(self) -> list[Box]:
        """Where texts stand on cards."""
        return [self.room(cell)[0] for cell in self.places if cell.part != "contribution"]

    def _is_free(self, box: Box, rooms: Sequence[Box]) -> bool:
        """Whether none of these rooms, and no border of the stage, is in a box."""
        stage = self._whole
        if box.x < stage.x or box.x + box.width > stage.x + stage.width:
            return False
        if box.y < stage.y or box.y + box.height > stage.y + stage.height:
            return False
        return not any(overlap(box, room) for room in rooms)

    @cached_property
    def _whole(self) -> Box:
        """What may be drawn on: the stage, or in a world the picture."""
        own = self.scaled.box(Box(0.0, 0.0, self.layout.width, self.layout.height))
        if self.smallest == self.builder.frame.smallest and self.smallest:
            return self.builder.frame.stage
        return around_by(own, 12.0, 12.0)

    @property
    def _chip_size(self) -> float:
        return max(self.theme.contribution_size * self.scaled.scale, self.smallest)

    # Which of the paths

    def tint(self, edge: int) -> str:
        """The colour of what comes back along an edge: the paths into one output differ."""
        at = self._numbers.get(edge)
        theme = self.theme
        tints = theme.backward, theme.shared, theme.loss.text, theme.leaf.text
        return theme.backward if at is None else tints[at % MOST_PATHS]

    def _path(self, edge: int) -> str:
        return path_class(self._numbers.get(edge))

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """For each edge into an output that adds up several, which of them it is, as they come."""
        return {
            edge: at
            for edges in self._into.values()
            if len(edges) > 1
            for at, edge in enumerate(edges)
        }

    @cached_property
    def _into(self) -> dict[tuple[int, int], list[int]]:
        """For each output, the edges that bring it a contribution, as they come."""
        incoming: dict[tuple[int, int], list[int]] = {}
        edges = self.story.graph.edges
        for index in sorted(range(len(edges)), key=lambda at: (-edges[at].target, at)):
            if edges[index].contribution is not None:
                incoming.setdefault((edges[index].source, edges[index].port), []).append(index)
        return incoming

    @cached_property
    def _sent(self) -> frozenset[int]:
        """The edges along which something ever comes back."""
        steps = (step for step in self.story.steps if step.move == "send")
        return frozenset(edge for step in steps for edge in step.focus.edges)

    @cached_property
    def _texts(self) -> tuple[dict[Cell, str], dict[Cell, str]]:
        """What the cells show after the first step, and at the end."""
        first: dict[Cell, str] = {}
        last: dict[Cell, str] = {}
        for at, texts in enumerate(texts_after(self.story)):
            first = first if at else dict(texts)
            last = texts
        return first, dict(last)

    # Keys

    def node_key(self, node: int) -> str:
        """The first part of the keys of a card."""
        return f"{self.key}/node/{node}"

    def way_key(self, edge: int) -> str:
        """The first part of the keys of an edge's line and its head."""
        return f"{self.key}/edge/{edge}/way"

    def _back_key(self, edge: int) -> str:
        return f"{self.key}/edge/{edge}/back"

    def _chip_key(self, edge: int) -> str:
        return f"{self.key}/chip/{edge}"

    def cell_key(self, cell: Cell) -> str:
        """The first part of the keys of what a cell shows."""
        if cell.part == "contribution":
            return f"{self.key}/edge/{cell.index}/pill"
        return f"{self.node_key(cell.index)}/{cell.part}/{cell.port}"


def around_by(box: Box, across: float, down: float) -> Box:
    """A box with so much more on each side."""
    return Box(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down)


def _corners(box: Box) -> Path:
    right, low = box.x + box.width, box.y + box.height
    return (box.x, box.y), (right, box.y), (right, low), (box.x, low)


def _lag(count: int, seconds: float) -> float:
    """How far apart things set out, as a share of their time."""
    return min(_LAG / max(seconds, _LAG), 0.5 / max(1, count))


def _sum_of(numbers: Sequence[float | complex]) -> float | complex:
    """The sum of numbers; of those that a page works out, a slot."""
    slots = [number for number in numbers if isinstance(number, Slot)]
    return summed(slots, float(sum(slots))) if slots else added(numbers)


def _bracketed(words: str) -> str:
    if is_mark(words):
        return bracketed(words)
    return f"({words})" if words.startswith("−") or " " in words else words
