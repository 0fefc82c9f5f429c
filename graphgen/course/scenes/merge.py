"""Merging: the printed tree, in which what is used twice stands twice, folds into the graph; then
gradients come back along all paths and add up."""

from collections.abc import Callable
from dataclasses import dataclass

from graphgen.course.graph_steps import MOST_NAMES, back, forward, is_about_leaves
from graphgen.course.pictured import (
    Pictured,
    check_one_graph,
    fitting,
    pictured,
    reduced,
    relabeled,
)
from graphgen.course.requests import requested_graph
from graphgen.course.scene import Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphview import GraphView
from graphgen.draw.trees import unrolled
from graphgen.draw.treeviews import TreeView
from graphgen.layout.cards import path_counts
from graphgen.model.errors import InputError
from graphgen.model.graph import Cell, Graph
from graphgen.model.kinds import KINDS
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.ops import find
from graphgen.text.catalogue import ByNumber, Table, listed

__all__ = ["SCENE", "Data", "draw", "record", "title"]

SENTENCES = Table(
    "merge",
    {
        "question": "A program is printed as a tree: what is used twice stands in it twice.",
        "printed": ByNumber(
            "count",
            one="The printed tree, from the loss down: {names} stands in it more than once.",
            many="The printed tree, from the loss down: {names} stand in it more than once.",
        ),
        "drawn": ByNumber(
            "count",
            one="Drawn, it is the same tree, with one leaf.",
            many="Drawn, it is the same tree, with {count:,} leaves.",
        ),
        "tree": ByNumber(
            "count",
            one="In the tree, which has {leaves:,} leaves, {names} stands more than once.",
            many="In the tree, which has {leaves:,} leaves, {names} stand more than once.",
        ),
        "twice": "{name} stands here twice, but it is one: its copies become one.",
        "three times": "{name} stands here three times, but it is one: its copies become one.",
        "many times": ("{name} stands here {count:,} times, but it is one: its copies become one."),
        "graph": ByNumber(
            "count",
            one="The one leaf in the tree is the leaf in the graph, which is what autograd keeps.",
            many=(
                "{count:,} leaves in the tree have become {kept:,} in the graph, which is what "
                "autograd keeps."
            ),
        ),
        "uses": "An arrow is one use of one value: a leaf that is used twice has two of them.",
        "sum": "Every use has sent its part back, and the parts are added: ∂{name} = {gradient}.",
        "sums": "Every use has sent its part back, and the parts are added.",
    },
)

_MOST = 40
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class Data:
    """A program's story.

    Attributes:
        whole: with the contributions on their ways; lean: without, for narrow frames.
    """

    whole: Pictured
    lean: Pictured

    def __post_init__(self) -> None:
        check_one_graph(self.whole, self.lean)


def record(request: Request) -> Data:
    """What torch gives for the program, or for the loss at FILE.py:NAME.

    Raises:
        InputError: nothing is used more than once, or the tree is too large to be read.
    """
    from graphgen.narration.telling import tell

    graph, name = requested_graph(request, _LONGEST)
    tree = unrolled(graph, _MOST)
    if tree is None:
        raise InputError(
            f"a program whose tree has at most {_MOST} lines: got more; shorten it, or take "
            "the scene backprop, which folds what is large"
        )
    if all(branch.is_first for branch in tree):
        raise InputError(
            'a name that is used more than once: got none; use one twice, as in "c = a * a"'
        )
    story = relabeled(tell(graph, name), _labels(graph))
    whole = reduced(story, _is_shown(graph))
    lean = reduced(whole, lambda cell: cell.part != "contribution")
    return Data(pictured(whole), pictured(lean))


def title(data: Data) -> str:
    """The program."""
    return data.whole.story.title


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The printed tree, the drawn tree, the graph, and its gradients.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    builder, stage = TimelineBuilder(title, theme, frame), frame.stage
    story, layout = fitting([data.whole, data.lean], stage)
    view = GraphView(builder, story, layout, stage)
    tree = TreeView(view, unrolled(story.graph, _MOST) or [])
    _open(builder, tree)
    _merge(builder, tree)
    merged = SENTENCES.say("graph", count=tree.leaves, kept=len(tree.kept_leaves))
    builder.step(merged, "graph", SENTENCES.say("uses"))
    tree.unfold()
    forward(builder, view, pace=0.4)
    shared = [node for node, count in enumerate(view.counts) if count > 1]
    about = is_about_leaves(story, shared)
    back(builder, view, about, lambda step: builder.poster() if step.move == "sum" else None)
    _close(builder, view, shared)
    return builder.build()


def _is_shown(graph: Graph) -> Callable[[Cell], bool]:
    """Whether a cell shows anything: of operations their titles, and all of what is shared."""
    shared = {node for node, count in enumerate(path_counts(graph)) if count > 1}
    inputs = {at for at, node in enumerate(graph.nodes) if not node.op}
    has_values = all(node.ports[0].value.shape == () for node in graph.nodes)

    def is_shown(cell: Cell) -> bool:
        if cell.part == "contribution":
            return graph.edges[cell.index].source in shared
        if cell.part == "value":
            return cell.index == graph.loss or (has_values and cell.index in inputs)
        return cell.part == "title" or cell.index in (*shared, graph.loss)

    return is_shown


def _labels(graph: Graph) -> dict[int, str]:
    """What operations are called in a tree: their names and symbols, as in "h: +"."""
    return {
        at: f"{node.name}: {find(node.op).symbol}" if node.name else find(node.op).symbol
        for at, node in enumerate(graph.nodes)
        if node.op
    }


def _open(builder: TimelineBuilder, tree: TreeView) -> None:
    """The program, the printed tree, and the same tree drawn."""
    builder.open(SENTENCES.say("question"))
    names = listed([tree.names[node] for node in tree.repeated], MOST_NAMES)
    count = len(tree.repeated)
    if tree.can_be_printed:
        builder.step(SENTENCES.say("printed", names=names, count=count), "tree")
        tree.print()
        builder.animate(1.6)
        builder.step(SENTENCES.say("drawn", count=tree.leaves), "tree")
    else:
        sentence = SENTENCES.say("tree", names=names, leaves=tree.leaves, count=count)
        builder.step(sentence, "tree")
    tree.draw()
    builder.animate(1.0)


def _merge(builder: TimelineBuilder, tree: TreeView) -> None:
    """The copies of one thing after the other slide into each other."""
    for at, group in enumerate(tree.groups):
        name, count = tree.names[group[0].node], len(group) + 1
        builder.step(_copies(name, count), "merging")
        tree.merge(group, 1.0 if at == 0 else 0.7)


def _close(builder: TimelineBuilder, view: GraphView, shared: list[int]) -> None:
    """Every shared leaf, bright."""
    story = view.story
    kinds = [node.kind for node in story.graph.nodes]
    leaves = [node for node in shared if KINDS[kinds[node]].accumulates_gradient] or shared
    rows = {row.node: row for row in story.table}
    row = next((rows[node] for node in leaves if node in rows), None)
    if row is None:
        builder.step(SENTENCES.say("sums"))
    else:
        builder.step(SENTENCES.say("sum", name=row.name, gradient=row.gradient))
    view.rest()
    view.light(leaves, builder.theme.shared)
    builder.animate(1.0)
    builder.animate(2.0)


def _copies(name: str, count: int) -> str:
    """How often a node stands in the tree."""
    if count in (2, 3):
        return SENTENCES.say("twice" if count == 2 else "three times", name=name)
    return SENTENCES.say("many times", name=name, count=count)


SCENE = Scene(
    name="merge",
    order=50,
    summary="The printed tree with its repeated leaves folds into the graph, where paths add up.",
    program="e = a + b @ x; f = c + d * x; g = e + f @ x + d; h = a + g; loss = sum(h)",
    values={
        "a": ((1.0, 2.0), (3.0, 4.0)),
        "b": ((1.0, 0.0), (2.0, 1.0)),
        "c": ((0.0, 1.0), (1.0, 0.0)),
        "d": ((2.0, 1.0), (1.0, 2.0)),
        "x": ((1.0, 2.0), (0.0, 1.0)),
    },
    data=("x",),
    takes_files=True,
    examples=(
        'merge "e = a + b @ x; f = c + d * x; g = e + f @ x + d; h = a + g; loss = sum(h)" '
        '--set "a=[[1,2],[3,4]]" --set "b=[[1,0],[2,1]]" --set "c=[[0,1],[1,0]]" '
        '--set "d=[[2,1],[1,2]]" --set "x=[[1,2],[0,1]]" --data x -o merge.mp4',
        'merge "s = a + b; c = s * b" --set a=2 --set b=3 -o merged.svg --svg steps',
    ),
    takes="a program that uses a name twice, or FILE.py:NAME",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
