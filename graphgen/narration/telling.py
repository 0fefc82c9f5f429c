"""Graph -> Story: which steps there are, in which order, and how long each takes.

Small graphs are told one operation at a time; larger ones one generation at a time, as a wave.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from graphgen.capture.doors import as_graph
from graphgen.model.arguments import as_choice, as_seconds, as_text
from graphgen.model.collecting import without_collection
from graphgen.model.graph import Array, Cell, Graph, Port, generations
from graphgen.model.kinds import KINDS
from graphgen.model.story import Focus, Mark, Move, Row, Step, Story
from graphgen.narration.words import Naming, Words
from graphgen.text.catalogue import paragraph
from graphgen.text.digits import brief, flattened, text
from graphgen.text.sentences import KIND_WORDS, STORY
from graphgen.text.slots import added

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["LARGEST_TOLD_SINGLY", "arrivals", "tell"]

LARGEST_TOLD_SINGLY = 12
"""With more operations than this the story goes one generation at a time."""

_GRID = 0.2
_LONGEST_STEP = 60.0
_BREATH = 0.6
_FIRST: dict[Move, float] = {
    "open": 1.6, "place": 1.8, "compute": 1.6, "seed": 1.6, "send": 1.8, "sum": 2.6, "stop": 1.6,
    "close": 4.0,
}  # fmt: skip
_AGAIN: dict[Move, float] = {"compute": 1.0, "send": 1.0, "sum": 1.6, "stop": 1.0}
_WAVE = 0.8
_ROW = 0.4
_ROWS = 8
_WAITING = 3
_OUTPUTS = 3


def tell(
    graph: "Graph | Tensor",
    title: str = "",
    names: Naming = "math",
    seconds_per_step: float | None = None,
) -> Story:
    """The story of a graph's forward values and of its gradients, path by path.

    Args:
        graph: whose story it is, or a loss that a graph is made of.
        title: what stands above the picture; without one, how the loss was made.
        names: "math" writes operations as people do ("×"), "autograd" as torch does.
        seconds_per_step: how long an ordinary step takes in a film, in seconds; without it about
            one second, longer the first time that a pattern comes.

    Returns:
        A Story whose last texts are the graph's numbers, each rounded once.

    Raises:
        InputError: no graph and no loss, other names than these, or seconds below 0.2 or over 60.
    """
    whole = as_graph(graph, sys._getframe(1))
    as_choice("names", names, get_args(Naming))
    seconds = seconds_per_step
    if seconds is not None:
        seconds = as_seconds("seconds_per_step", seconds, _GRID, _LONGEST_STEP)
    return _tell(whole, as_text("title", title), names, seconds)


@without_collection()
def _tell(graph: Graph, title: str, names: Naming, seconds_per_step: float | None) -> Story:
    words = Words.of(graph, names)
    teller = _Teller(graph, words)
    steps = [*teller.opening(), *teller.forward(), *teller.backward()]
    table = tuple(teller.rows())
    steps.append(Step("closing", "close", STORY.say("closing"), 0.0))
    timed = tuple(_timed(steps, len(table), seconds_per_step, teller.is_wave))
    return Story(graph, timed, title or words.headline(), words.names, table)


@dataclass(frozen=True, slots=True)
class _Teller:
    """The steps of one graph, chapter by chapter.

    Attributes:
        sent: for each output, the edges that bring it a contribution, in the order of arrival.
        parts: for each output, these contributions.
        values, grads: for each node the texts of its outputs and of their gradients.
        shares: for each edge the text of its contribution.
    """

    graph: Graph
    words: Words
    sent: dict[tuple[int, int], list[int]] = field(init=False)
    parts: dict[tuple[int, int], list[Array]] = field(init=False)
    values: list[list[str]] = field(init=False)
    grads: list[list[str]] = field(init=False)
    shares: list[str] = field(init=False)
    is_wave: bool = field(init=False)

    def __post_init__(self) -> None:
        nodes, edges = self.graph.nodes, self.graph.edges
        operations = sum(node.op != "" for node in nodes)
        sent = arrivals(self.graph)
        object.__setattr__(self, "sent", sent)
        object.__setattr__(self, "parts", {key: self._parts(sent[key]) for key in list(sent)})
        values = [[text(port.value) for port in node.ports] for node in nodes]
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "grads", [[_shown(p.grad, text) for p in n.ports] for n in nodes])
        shares = [_shown(edge.contribution, brief) for edge in edges]
        object.__setattr__(self, "shares", shares)
        object.__setattr__(self, "is_wave", operations > LARGEST_TOLD_SINGLY)

    def opening(self) -> Iterator[Step]:
        titles = enumerate(self.words.titles)
        marks = tuple(Mark(Cell("title", index), title) for index, title in titles)
        yield Step("opening", "open", STORY.say("opening"), 0.0, marks)

    def forward(self) -> Iterator[Step]:
        nodes = self.graph.nodes
        inputs = tuple(index for index, node in enumerate(nodes) if not node.op)
        if inputs:
            marks = tuple(mark for index in inputs for mark in self._values(index))
            yield Step("forward", "place", self.words.place(), 0.0, marks, Focus(inputs))
        for wave in self._waves():
            edges = tuple(edge for index in wave for edge in self.words.operands[index])
            marks = tuple(mark for index in wave for mark in self._values(index))
            first = self.words.compute(wave[0], self._outputs(wave[0]))
            caption = _several(len(wave), first, "several computed")
            yield Step("forward", "compute", caption, 0.0, marks, Focus(wave, edges))

    def backward(self) -> Iterator[Step]:
        grad = self.graph.nodes[-1].ports[self.graph.loss_port].grad
        if grad is None or not grad.known:
            return
        loss = self.graph.loss
        mark = Mark(Cell("gradient", loss, self.graph.loss_port), text(grad))
        yield Step("backward", "seed", self.words.seed(), 0.0, (mark,), Focus((loss,)))
        arrived: dict[tuple[int, int], int] = defaultdict(int)
        for wave in reversed(list(self._waves())):
            yield from self._wave_back(wave[::-1], arrived)

    def _wave_back(
        self, wave: Sequence[int], arrived: dict[tuple[int, int], int]
    ) -> Iterator[Step]:
        """What one operation, or one generation of them, sends back; then the sums it completes."""
        cuts = [index for index in wave if KINDS[self.graph.nodes[index].kind].stops_gradient]
        edges = [
            edge
            for index in wave
            for edge in self.words.operands[index]
            if self.graph.edges[edge].contribution is not None
        ]
        groups = [edges] if self.is_wave and edges else [[edge] for edge in edges]
        for group in groups:
            yield self._send(group, arrived)
            yield from self._sums(group, arrived)
        for index in cuts:
            yield self._stop(index)

    def _send(self, edges: Sequence[int], arrived: dict[tuple[int, int], int]) -> Step:
        marks: list[Mark] = []
        for index in edges:
            edge = self.graph.edges[index]
            key = (edge.source, edge.port)
            arrived[key] += 1
            if edge.contribution is not None:
                marks.append(Mark(Cell("contribution", index), self.shares[index]))
            marks.append(Mark(Cell("gradient", *key), self._waiting(key, arrived[key])))
        targets = tuple(dict.fromkeys(self.graph.edges[index].target for index in edges))
        first = self.words.send(self.graph.edges[edges[0]])
        caption = _several(len(edges), first, "several sent")
        return Step("backward", "send", caption, 0.0, tuple(marks), Focus(targets, tuple(edges)))

    def _sums(self, edges: Sequence[int], arrived: dict[tuple[int, int], int]) -> Iterator[Step]:
        """The sums that the arrivals along these edges have completed."""
        sources = [(self.graph.edges[i].source, self.graph.edges[i].port) for i in edges]
        whole = [key for key in dict.fromkeys(sources) if 1 < len(self.sent[key]) == arrived[key]]
        groups = [whole] if self.is_wave and whole else [[key] for key in whole]
        for group in groups:
            first = self.words.sum(*group[0], self.parts[group[0]])
            marks = tuple(Mark(Cell("gradient", *key), self._grad(key)) for key in group)
            paths = tuple(edge for key in group for edge in self.sent[key])
            focus = Focus(tuple(node for node, _ in group), paths)
            caption = _several(len(group), first, "several summed")
            yield Step("backward", "sum", caption, 0.0, marks, focus)

    def _stop(self, index: int) -> Step:
        edges = self.words.operands[index]
        caption = self.words.stop(index, [self.graph.edges[edge].source for edge in edges])
        return Step("backward", "stop", caption, 0.0, (), Focus((index,), edges))

    def rows(self) -> Iterator[Row]:
        """The lines of the closing table: constants have none."""
        for index, node in enumerate(self.graph.nodes):
            if KINDS[node.kind].is_literal:
                continue
            for port, output in enumerate(node.ports):
                yield self._row(index, port, output)

    def _row(self, index: int, port: int, output: Port) -> Row:
        key, array = (index, port), output.grad
        edges = [self.graph.edges[edge] for edge in self.sent[key]]
        shares = [self.shares[edge] for edge in self.sent[key]]
        parts = list(map(flattened, self.parts.get(key, ()), shares))
        grad = "" if array is None else flattened(array, self._grad(key))
        value = self._value(index, port)
        name = self.words.output(index, port)
        if parts:
            made_of = self.words.made_of(list(zip(edges, parts, strict=True)), array)
        elif index == self.graph.loss and grad:
            made_of = STORY.say("start")
        elif grad:
            made_of = STORY.say("gradient unknown")
        else:
            kind = KIND_WORDS.say(self.graph.nodes[index].kind)
            made_of = STORY.say("no gradient", kind=kind)
        return Row(index, name, value, grad, made_of, tuple(parts))

    def _waves(self) -> Iterator[tuple[int, ...]]:
        """The operations in forward order: one at a time, or one generation at a time."""
        operations = [index for index, node in enumerate(self.graph.nodes) if node.op]
        if not self.is_wave:
            yield from ((index,) for index in operations)
            return
        levels = generations(self.graph)
        waves: dict[int, list[int]] = defaultdict(list)
        for index in operations:
            waves[levels[index]].append(index)
        yield from (tuple(waves[level]) for level in sorted(waves))

    def _values(self, index: int) -> Iterator[Mark]:
        for port, value in enumerate(self.values[index]):
            yield Mark(Cell("value", index, port), value)

    def _waiting(self, key: tuple[int, int], count: int) -> str:
        """What a gradient's place shows when `count` of its contributions have arrived."""
        parts = self.parts[key]
        if len(parts) == 1:
            return self._grad(key)
        if len(parts) > _WAITING or any(part.shape != () for part in parts):
            return STORY.say("arrived", count=count, paths=len(parts))
        return added([self.shares[edge] for edge in self.sent[key][:count]])

    def _parts(self, edges: Iterable[int]) -> list[Array]:
        contributions = [self.graph.edges[edge].contribution for edge in edges]
        return [part for part in contributions if part is not None]

    def _value(self, index: int, port: int) -> str:
        """The text of a value on one line."""
        return flattened(self.graph.nodes[index].ports[port].value, self.values[index][port])

    def _outputs(self, index: int) -> str:
        """The values of an operation's outputs on one line."""
        count = len(self.values[index])
        values = [self._value(index, port) for port in range(min(count, _OUTPUTS))]
        return ", ".join(values if count <= _OUTPUTS else [*values, "…"])

    def _grad(self, key: tuple[int, int]) -> str:
        return self.grads[key[0]][key[1]]


def _shown(array: Array | None, words: Callable[[Array], str]) -> str:
    return "" if array is None else words(array)


def arrivals(graph: Graph) -> dict[tuple[int, int], list[int]]:
    """For each output, the edges that bring it a contribution, in the order of arrival: the last
    operation sends first, as autograd's own queue has it."""
    edges_into: dict[tuple[int, int], list[int]] = defaultdict(list)
    order = sorted(range(len(graph.edges)), key=lambda i: (-graph.edges[i].target, i))
    for index in order:
        edge = graph.edges[index]
        if edge.contribution is not None:
            edges_into[edge.source, edge.port].append(index)
    return edges_into


def _several(count: int, first: str, key: str) -> str:
    """The caption of a wave: that of its one step, or how many there are, and the first."""
    return first if count == 1 else paragraph([STORY.say(key, count=count), first])


def _timed(steps: Iterable[Step], rows: int, each: float | None, is_wave: bool) -> Iterator[Step]:
    """The steps with their durations, all multiples of 0.2 s."""
    scale = 1.0 if each is None else each / _AGAIN["compute"]
    met: set[Move] = set()
    in_order = list(steps)
    for step, following in zip(in_order, [*in_order[1:], in_order[-1]], strict=True):
        lasts = _FIRST[step.move]
        if step.move in met:
            lasts = min(_WAVE if is_wave else lasts, _AGAIN.get(step.move, lasts))
        met.add(step.move)
        lasts += _ROW * min(rows, _ROWS) if step.move == "close" else 0.0
        lasts += _BREATH if step.chapter != following.chapter else 0.0
        seconds = max(_GRID, round(round(lasts * scale / _GRID) * _GRID, 1))
        yield Step(step.chapter, step.move, step.caption, seconds, step.marks, step.focus)
