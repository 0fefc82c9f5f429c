"""Stops: detach and no_grad cut the graph. Where gradients end, and what would have flowed on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphgen.course.checks import check_count, check_indices
from graphgen.course.graph_steps import MOST_NAMES, back, forward
from graphgen.course.pictured import Pictured, check_one_graph, fitting, pictured, reduced
from graphgen.course.requests import is_address, requested_graph
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.cutting import ghost, scissors
from graphgen.draw.graphview import GraphView
from graphgen.draw.rooms import columns, rows
from graphgen.draw.tables import Table as TableView
from graphgen.language.expression import parse
from graphgen.language.syntax import Call, Expression, Number, Program, Unary, mapped, rebuilt
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Array, Cell, Edge, Graph, Node
from graphgen.model.kinds import KINDS
from graphgen.model.story import Mark, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.text.catalogue import ByNumber, Table, listed, paragraph
from graphgen.text.digits import brief, inline

__all__ = ["SCENE", "Data", "Leaf", "draw", "record", "title", "without_cuts"]

SENTENCES = Table(
    "stops",
    {
        "title": "{program}, with no_grad: {names}",
        "question": "What happens to the gradient where the graph is cut?",
        "graph": "The graph of the program: a dashed card with its corners cut off is a cut.",
        "values": "Values flow through the cut as through any operation: {name} = {value}.",
        "cut": "{names}: the value goes through, but the way back is cut.",
        "cut tensor": "What comes out is a tensor that doesn't know how it was made.",
        "without": "Without the cut the gradient would have gone on to {names}.",
        "run again": "The same program was run once more, without the cut.",
        "no change": "Here the cut changes no gradient.",
        "changed": "With the cut {name} gets {gradient} instead of {whole}.",
        "changed to nothing": "With the cut {name} gets nothing instead of {whole}.",
        "changed, too": "And {name} gets {gradient} instead of {whole}.",
        "changed to nothing, too": "And {name} gets nothing instead of {whole}.",
        "cut off": ByNumber(
            "count",
            one="{names} gets nothing: every way back to it is cut.",
            many="{names} get nothing: every way back to them is cut.",
        ),
        "none cut off": "Every leaf still has a way that isn't cut.",
        "none": "none",
        "column leaf": "leaf",
        "column without": "∂ without cut",
        "column with": "∂ with cut",
    },
)


_ROW, _ROOMY = 31.0, 1.15
_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
_MOST_ROWS = 6
_LARGER = 1.1
"""How much larger a graph has to be for its table to stand beside it rather than below."""
_WIDEST = 0.55
"""Of the stage: what a table beside the graph may take."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf gets with the cuts, and what it would get without; None is nothing at all."""

    node: int
    name: str
    kept: Array | None
    whole: Array | None


@dataclass(frozen=True, slots=True)
class Data:
    """A program with cuts, and the same program without them, both by torch.

    Attributes:
        whole, lean: the program's story with cuts; lean shows no values and no contributions.
        cuts: the edges that end at a cut.
        ghosts: by edge what would come back along it without the cuts, where nothing does.
        is_compared: whether it is known what comes without the cuts; a loss in a file only runs
            as it is.
    """

    whole: Pictured
    lean: Pictured
    cuts: tuple[int, ...]
    ghosts: tuple[tuple[int, Array], ...]
    leaves: tuple[Leaf, ...]
    is_compared: bool = True

    def __post_init__(self) -> None:
        check_one_graph(self.whole, self.lean)
        graph = self.whole.story.graph
        check_indices("cuts", self.cuts, len(graph.edges))
        check_indices("ghosts", (edge for edge, _ in self.ghosts), len(graph.edges))
        check_indices("leaves", (leaf.node for leaf in self.leaves), len(graph.nodes))
        check_count("cuts", self.cuts, 1, len(graph.edges))


def record(request: Request) -> Data:
    """What torch gives for the program, and for the program without its cuts.

    Raises:
        InputError: nothing is cut.
    """
    from graphgen.narration.telling import tell

    graph, whole, name = _recorded(request)
    cuts = _cuts(graph)
    if not cuts:
        raise InputError(
            "a program with a cut: got none; write detach(...) around a part, as in "
            '"detach(s) * b", or name a statement with --no-grad'
        )
    missing = _missing_contributions(graph, whole) if whole else ()
    story = _with_nothing(tell(graph, name))
    story = _with_room(story, [(edge, share) for edge, share in missing if edge not in cuts])
    lean = reduced(story, lambda cell: cell.part in ("title", "gradient"))
    leaves = tuple(_leaves(graph, whole, story.names))
    return Data(pictured(story), pictured(lean), cuts, missing, leaves, whole is not None)


def title(data: Data) -> str:
    """The program."""
    return data.whole.story.title


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Values flow through the cut; gradients don't, and what would have come is a ghost.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data, TimelineBuilder(title, theme, frame)).timeline()


# Drawing


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        numbers = tuple(
            (leaf.name, *([_shown(leaf.whole)] * data.is_compared), _shown(leaf.kept))
            for leaf in data.leaves[:_MOST_ROWS]
        )
        columns_shown = ("leaf", *(["without"] * data.is_compared), "with")
        heads = tuple(SENTENCES.say(f"column {each}") for each in columns_shown)
        quiet = [self.theme.quiet] * data.is_compared
        inks = (self.theme.leaf.text, *quiet, self.theme.backward)
        table = TableView(
            "table", _NOWHERE, heads, numbers, self.theme, builder.frame.smallest, inks
        )
        room, self.story, layout, beside = self._arranged(table)
        self.view = GraphView(builder, self.story, layout, room)
        self.table = replace(table, box=beside)
        self.scissors = scissors(self.view, data.cuts)

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        forward(self.builder, self.view, self._values())
        self.cut()
        self.back()
        self.ghosts()
        self.close()
        return self.builder.build()

    def _arranged(self, table: TableView) -> tuple[Box, Story, Layout, Box]:
        """The room for the graph, what is shown in it, and the room for the table below it or
        beside it: where the graph is larger."""
        stage, high = self.builder.frame.stage, (len(table.rows) + 1) * _ROW
        wide = _ROOMY * table.least_width
        ways = [rows(stage, [stage.height - high, high], 10.0)]
        if wide < _WIDEST * stage.width:
            ways.append(columns(stage, [stage.width - wide, wide], 24.0))
        arrangements = []
        for room, rest in ways:
            story, layout = fitting([self.data.whole, self.data.lean], room)
            scale = min(room.width / layout.width, room.height / layout.height)
            arrangements.append((scale, room, story, layout, rest))
        below, *beside = arrangements
        is_larger = beside and beside[0][0] > _LARGER * below[0]
        _, room, story, layout, rest = beside[0] if is_larger else below
        free = max(0.0, rest.height - high) / 2
        return room, story, layout, Box(rest.x, rest.y + free, rest.width, rest.height - free)

    def open(self) -> None:
        """The program; then its graph."""
        builder = self.builder
        builder.open(SENTENCES.say("question"))
        builder.step(SENTENCES.say("graph"))
        builder.add(self.view.ways(), self.view.shells())
        builder.animate(1.4)

    def cut(self) -> None:
        """Scissors go through the ways into the cuts."""
        builder, names = self.builder, self._cut_names()
        builder.step(SENTENCES.say("cut", names=names), "the cut", SENTENCES.say("cut tensor"))
        self.view.rest()
        for each in self.scissors:
            each.open()
        builder.animate(0.8)
        for each in self.scissors:
            each.snip()
        builder.animate(0.4)
        builder.animate(1.0)

    def back(self) -> None:
        """Gradients as far as they come."""
        cut = set(self.data.cuts)
        back(
            self.builder,
            self.view,
            lambda step: step.move != "stop" or not cut & set(step.focus.edges),
            pace=0.8,
        )

    def ghosts(self) -> None:
        """What would have come without the cuts."""
        builder, view = self.builder, self.view
        edges = [edge for edge, _ in self.data.ghosts]
        if not edges:
            return
        order = sorted(edges, key=lambda edge: -self._edge(edge).target)
        sources = (self._edge(edge).source for edge in order)
        nodes = self.story.graph.nodes
        names = dict.fromkeys(
            self.story.names[node] for node in sources if not KINDS[nodes[node].kind].stops_gradient
        )
        without = SENTENCES.say("without", names=listed([*names], MOST_NAMES))
        builder.step(without, "without the cut", SENTENCES.say("run again"))
        view.rest()
        builder.animate(0.4)
        for edge, share in sorted(self.data.ghosts, key=lambda each: -self._edge(each[0]).target):
            is_cut = edge in self.data.cuts
            builder.add(ghost(f"ghost/{edge}", view, edge, None if is_cut else share))
            builder.animate(0.6)
        builder.animate(1.0)

    def close(self) -> None:
        """Both gradients of each leaf."""
        builder, data = self.builder, self.data
        changed = [leaf for leaf in data.leaves if leaf.kept != leaf.whole]
        if not data.is_compared:
            changed = [leaf for leaf in data.leaves if leaf.kept is None]
        builder.step(_outcome(data, changed))
        builder.add(self.table.head())
        for row in range(len(self.table.rows)):
            builder.add(self.table.row(row))
        self.view.light([leaf.node for leaf in changed], self.theme.shared)
        builder.poster()
        builder.animate(1.2)
        builder.animate(2.0)

    def _values(self) -> str:
        story = self.story
        row = next(row for row in story.table if row.node == story.graph.loss)
        return SENTENCES.say("values", name=row.name, value=row.value)

    def _cut_names(self) -> str:
        nodes = dict.fromkeys(self._edge(edge).target for edge in self.data.cuts)
        return listed([self.story.names[node] for node in nodes], MOST_NAMES)

    def _edge(self, edge: int) -> Edge:
        return self.story.graph.edges[edge]


def _outcome(data: Data, changed: Sequence[Leaf]) -> str:
    """What the cuts have changed, in a sentence or two."""
    if not data.is_compared:
        names = [leaf.name for leaf in changed]
        if not names:
            return SENTENCES.say("none cut off")
        return SENTENCES.say("cut off", names=listed(names, MOST_NAMES), count=len(names))
    if not changed:
        return SENTENCES.say("no change")
    return paragraph([_change(leaf, ", too" if at else "") for at, leaf in enumerate(changed[:2])])


def _change(leaf: Leaf, ending: str) -> str:
    """What one leaf gets with the cuts; the ending is that of the sentence's key."""
    places = {"name": leaf.name, "whole": _shown(leaf.whole)}
    if leaf.kept is None:
        return SENTENCES.say(f"changed to nothing{ending}", **places)
    return SENTENCES.say(f"changed{ending}", gradient=inline(leaf.kept), **places)


def _shown(array: Array | None) -> str:
    return SENTENCES.say("none") if array is None else inline(array)


# What torch gives, with the cuts and without


def _recorded(request: Request) -> tuple[Graph, Graph | None, str]:
    """The graph with its cuts; without them, where it isn't a file's; and what stands above it."""
    from graphgen.capture.recorder import record as recorded

    if is_address(request.text):
        graph, name = requested_graph(request)
        return graph, None, name
    program = parse(request.text)
    frozen = _frozen(program, request)
    graph = recorded(program, request.values, request.data, frozen=frozen)
    whole = recorded(without_cuts(program), request.values, request.data)
    title = title_of(program)
    if frozen:
        title = SENTENCES.say("title", program=title, names=listed(frozen, MOST_NAMES))
    return graph, whole, title


def _cuts(graph: Graph) -> tuple[int, ...]:
    """The edges from what could have a gradient into a cut."""
    kinds = [KINDS[node.kind] for node in graph.nodes]
    return tuple(
        at
        for at, edge in enumerate(graph.edges)
        if kinds[edge.target].stops_gradient and kinds[edge.source].takes_gradient
    )


def _frozen(program: Program, request: Request) -> tuple[str, ...]:
    """The statements that are computed under no_grad."""
    frozen = tuple(request.options.get("no-grad") or ())
    names = [statement.name for statement in program.statements if statement.name]
    for name in frozen:
        if name not in names:
            raise InputError(
                f"the name of a statement for --no-grad: got {name!r}; there are "
                f"{', '.join(names) or 'none'}"
            )
    return frozen


def _leaves(graph: Graph, whole: Graph | None, names: Sequence[str]) -> list[Leaf]:
    nodes = whole.nodes if whole else ()
    grads = {node.name: node.ports[0].grad for node in nodes if _is_leaf(node)}
    return [
        Leaf(at, names[at], node.ports[0].grad, grads.get(node.name))
        for at, node in enumerate(graph.nodes)
        if _is_leaf(node)
    ]


def _is_leaf(node: Node) -> bool:
    return KINDS[node.kind].accumulates_gradient


def _with_nothing(story: Story) -> Story:
    """A story in which leaves that get no gradient say so at the end of the backward pass."""
    missing = [
        at
        for at, node in enumerate(story.graph.nodes)
        if _is_leaf(node) and node.ports[0].grad is None
    ]
    marks = tuple(Mark(Cell("gradient", at), SENTENCES.say("none")) for at in missing)
    steps = [
        replace(step, marks=(*step.marks, *marks)) if step.move == "stop" else step
        for step in story.steps
    ]
    return replace(story, steps=tuple(steps))


def _with_room(story: Story, ghosts: Sequence[tuple[int, Array]]) -> Story:
    """A story in which there is room for what would have come back along the ways."""
    marks = tuple(Mark(Cell("contribution", edge), brief(share)) for edge, share in ghosts)
    last = story.steps[-1]
    return replace(story, steps=(*story.steps[:-1], replace(last, marks=(*last.marks, *marks))))


def without_cuts(program: Program) -> Program:
    """A program without its cuts: detach gives what it is given, and lets gradients through."""
    statements = tuple(
        replace(statement, expression=mapped(statement.expression, _uncut))
        for statement in program.statements
    )
    return replace(program, statements=statements)


def _uncut(part: Expression, parts: Sequence[Expression]) -> Expression:
    """A part with other operands; detach becomes a clamp that clamps nothing, so that the graph
    has a node in its place."""
    if isinstance(part, Call) and part.function == "detach":
        endless = Number(float("inf"))
        return Call("clamp", (*parts, Unary("-", endless), endless))
    return rebuilt(part, parts)


def _missing_contributions(graph: Graph, whole: Graph) -> tuple[tuple[int, Array], ...]:
    """For each edge along which nothing comes back, what does without the cuts, where the graphs
    can be laid over each other."""
    nodes = [at for at, node in enumerate(whole.nodes) if not _is_bound(whole, at)]
    places = {node: at for at, node in enumerate(nodes)}
    edges = [edge for edge in whole.edges if edge.source in places]
    ways = [(places[edge.source], places[edge.target]) for edge in edges]
    if ways != [(edge.source, edge.target) for edge in graph.edges]:
        return ()
    return tuple(
        (at, other.contribution)
        for at, (edge, other) in enumerate(zip(graph.edges, edges, strict=True))
        if edge.contribution is None and other.contribution is not None
    )


def _is_bound(graph: Graph, node: int) -> bool:
    """Whether a node is one of the bounds of a clamp that stands for a cut."""
    value = graph.nodes[node].ports[0].value
    return (
        KINDS[graph.nodes[node].kind].is_literal
        and value.items is not None
        and set(value.items) <= {float("inf"), float("-inf")}
    )


SCENE = Scene(
    name="stops",
    order=70,
    summary="detach and no_grad cut the graph: where gradients end, and what would have flowed.",
    program="s = a + b; c = detach(s) * b",
    values={"a": 2.0, "b": 3.0},
    examples=(
        'stops "s = a + b; c = detach(s) * b" --set a=2 --set b=3 -o stops.mp4',
        'stops "y = w * x; loss = (y - detach(y) + 1) ** 2" --set w=2 --set x=3 --data x '
        "-o cut.svg",
        'stops "s = a + b; c = s * b" --no-grad s --set a=2 --set b=3 -o no-grad.mp4',
        "stops train.py:compute_loss -o loss.mp4",
    ),
    takes_files=True,
    options=(
        Option("no-grad", "texts", (), "A statement's name: it is computed under torch.no_grad."),
    ),
    takes="a program with detach(...) in it, or FILE.py:NAME",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
