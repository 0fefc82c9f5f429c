"""Accumulation: a leaf that is used several times gets one contribution along each of its ways, one
after the other, and its gradient is their sum."""

from dataclasses import dataclass

from graphgen.course.checks import check_indices
from graphgen.course.graph_steps import back, forward, is_about_leaves
from graphgen.course.pictured import Pictured, check_one_graph, fitting, pictured, reduced
from graphgen.course.requests import requested_graph
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphview import GraphView
from graphgen.draw.ledgers import Entry, Ledger
from graphgen.draw.rooms import split
from graphgen.layout.cards import path_counts
from graphgen.model.errors import InputError
from graphgen.model.graph import Cell, Edge, Graph
from graphgen.model.kinds import KINDS
from graphgen.model.story import Step, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.text.catalogue import ByNumber, Table
from graphgen.text.digits import terse

__all__ = ["SCENE", "Data", "draw", "record", "title"]

SENTENCES = Table(
    "accumulate",
    {
        "question": "{name} is used more than once. Which gradient does it get?",
        "paths": ByNumber(
            "count",
            one="One path leads from {name} to the result.",
            many="{count:,} paths lead from {name} to the result: one for each use.",
        ),
        "sum": "{name}: {sum}.",
    },
)


@dataclass(frozen=True, slots=True)
class Data:
    """A program's story, and the shared leaf that it is about.

    Attributes:
        whole: everything; lean: titles, and all that has to do with the leaf, for small frames.
        leaf: the index of its node.
    """

    whole: Pictured
    lean: Pictured
    leaf: int

    def __post_init__(self) -> None:
        check_one_graph(self.whole, self.lean)
        check_indices("the leaf", [self.leaf], len(self.whole.story.graph.nodes))


def record(request: Request) -> Data:
    """What torch gives for the program, or for the loss at FILE.py:NAME.

    Raises:
        LossError, RunError: what the person's file has gives no loss.
        InputError: no leaf is used more than once, or not the one that is wanted.
    """
    from graphgen.narration.telling import tell

    graph, name = requested_graph(request)
    counts = path_counts(graph)
    wanted = request.options.get("leaf") or ""
    shared = [
        index
        for index, node in enumerate(graph.nodes)
        if KINDS[node.kind].accumulates_gradient and counts[index] > 1 and wanted in ("", node.name)
    ]
    if not shared:
        leaves = [node for node in graph.nodes if KINDS[node.kind].accumulates_gradient]
        names = ", ".join(leaf.name for leaf in leaves)
        what = f"the leaf {wanted!r} used" if wanted else "a leaf that is used"
        raise InputError(
            f'{what} more than once: got none among {names}; use one twice, as in "c = a * a"'
        )
    leaf = max(shared, key=lambda index: counts[index])
    story = tell(graph, name)
    lean = reduced(story, lambda cell: cell.part == "title" or _has_to_do(graph, cell, leaf))
    return Data(pictured(story), pictured(lean), leaf)


def title(data: Data) -> str:
    """The program."""
    return data.whole.story.title


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The graph with its values; then each contribution to the leaf; then their sum.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    builder, stage = TimelineBuilder(title, theme, frame), frame.stage
    entries = _parts(data.whole.story, data.leaf)
    main, side = split(frame, stage, [2.5, 1.0] if frame.is_wide else [2.4, 1.0], 26.0)
    story, layout = fitting([data.whole, data.lean], main)
    view = GraphView(builder, story, layout, main)
    node = story.graph.nodes[data.leaf]
    rows = (
        Entry(terse(story.graph.edges[edge].contribution), view.tint(edge), way)
        for edge, way in entries
    )
    name, loss = story.names[data.leaf], story.names[story.graph.loss]
    total = terse(node.ports[0].grad)
    ledger = Ledger(builder, "ledger", side, f"∂{loss}/∂{name}", tuple(rows), total)
    _open(builder, view, name, len(entries))
    forward(builder, view)
    ledger.show()
    edges = [edge for edge, _ in entries]

    def after(step: Step) -> None:
        if step.move == "sum" and data.leaf in step.focus.nodes:
            builder.animate(0.8, ledger.add_up())
            builder.animate(1.0)
            builder.poster()
        arrived = [edges.index(edge) for edge in step.focus.edges if edge in edges]
        if step.move == "send" and arrived:
            for at in arrived:
                ledger.add(at)
            builder.animate(0.8)

    back(builder, view, is_about_leaves(story, [data.leaf]), after)
    row = next(row for row in story.table if row.node == data.leaf)
    builder.step(SENTENCES.say("sum", name=name, sum=row.made_of))
    view.rest()
    view.light([data.leaf], theme.shared)
    builder.animate(1.0)
    builder.animate(1.6)
    return builder.build()


def _open(builder: TimelineBuilder, view: GraphView, name: str, count: int) -> None:
    """The question; then the graph without numbers."""
    builder.open(SENTENCES.say("question", name=name))
    builder.step(SENTENCES.say("paths", name=name, count=count))
    builder.add(view.ways(), view.shells())
    builder.animate(1.0)
    uses = [at for at, edge in enumerate(view.story.graph.edges) if _is_use(view, edge, name)]
    for edge in uses:
        builder.add(view.way(edge, view.tint(edge), 2.6))
    builder.animate(1.2)
    builder.add(view.ways())


def _is_use(view: GraphView, edge: Edge, name: str) -> bool:
    return view.story.names[edge.source] == name and edge.contribution is not None


def _parts(story: Story, leaf: int) -> list[tuple[int, str]]:
    """The edges that bring a leaf its contributions, in the order in which they come, each with
    what its operation is called."""
    titles = {mark.cell.index: mark.text for mark in story.steps[0].marks}
    return [
        (at, titles[story.graph.edges[at].target])
        for step in story.steps
        if step.move == "send"
        for at in step.focus.edges
        if story.graph.edges[at].source == leaf
    ]


def _has_to_do(graph: Graph, cell: Cell, leaf: int) -> bool:
    if cell.part == "contribution":
        return graph.edges[cell.index].source == leaf
    return cell.index in (leaf, graph.loss)


SCENE = Scene(
    name="accumulate",
    order=40,
    summary="One shared leaf, several paths: their contributions arrive one by one and add up.",
    program="a = x * y; b = x ** 2; z = a + b",
    values={"x": 2.0, "y": 3.0},
    examples=(
        'accumulate "a = x * y; b = x ** 2; z = a + b" --set x=2 --set y=3 -o accumulate.mp4',
        'accumulate "c = a * a" --set a=3 -o square.svg --svg steps',
    ),
    options=(Option("leaf", "text", "", "The leaf to look at; without it the most shared one."),),
    takes_files=True,
    takes="a program that uses a leaf twice, or FILE.py:NAME",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
