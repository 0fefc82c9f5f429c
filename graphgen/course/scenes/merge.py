"""Merging: the printed tree, in which what is used twice stands twice, folds into the graph; then
gradients come back along all paths and add up."""

from collections.abc import Callable
from dataclasses import dataclass

from graphgen.course.graph_steps import back, forward, is_about_leaves, listed
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

__all__ = ["SCENE", "Data", "draw", "record", "title"]

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
    """The printed tree, the drawn tree, the graph, and its gradients."""
    builder, stage = TimelineBuilder(title, theme, frame), frame.stage
    story, layout = fitting([data.whole, data.lean], stage)
    view = GraphView(builder, story, layout, stage)
    tree = TreeView(view, unrolled(story.graph, _MOST) or [])
    _open(builder, tree)
    _merge(builder, tree)
    builder.step(
        f"{_leaves(tree.leaves)} in the tree {'has' if tree.leaves == 1 else 'have'} become "
        f"{len(tree.kept_leaves)} in the graph, which is what autograd keeps.",
        "graph",
        "An arrow is one use of one value: a leaf that is used twice has two of them.",
    )
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
    given = {at for at, node in enumerate(graph.nodes) if not node.op}
    has_values = all(node.ports[0].value.shape == () for node in graph.nodes)

    def is_shown(cell: Cell) -> bool:
        if cell.part == "contribution":
            return graph.edges[cell.index].source in shared
        if cell.part == "value":
            return cell.index == graph.loss or (has_values and cell.index in given)
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
    builder.open("A program is printed as a tree: what is used twice stands in it twice.")
    names = listed([tree.names[node] for node in tree.repeated])
    verb = "stands" if len(tree.repeated) == 1 else "stand"
    if tree.can_be_printed:
        builder.step(f"The printed tree, from the loss down: {names} {verb} in it more than once.",
                   "tree")  # fmt: skip
        tree.print()
        builder.animate(1.6)
        builder.step(f"Drawn, it is the same tree, with {_leaves(tree.leaves)}.", "tree")
    else:
        repeated = f"{names} {verb} in it more than once"
        builder.step(f"The tree: {repeated}, among {_leaves(tree.leaves)}.", "tree")
    tree.draw()
    builder.animate(1.0)


def _merge(builder: TimelineBuilder, tree: TreeView) -> None:
    """The copies of one thing after the other slide into each other."""
    for at, group in enumerate(tree.groups):
        name, count = tree.names[group[0].node], len(group) + 1
        builder.step(f"{name} stands here {_times(count)}, but it is one: its copies become one.",
                   "merging")  # fmt: skip
        tree.merge(group, 1.0 if at == 0 else 0.7)


def _close(builder: TimelineBuilder, view: GraphView, shared: list[int]) -> None:
    """Every shared leaf, bright."""
    story = view.story
    kinds = [node.kind for node in story.graph.nodes]
    leaves = [node for node in shared if KINDS[kinds[node]].accumulates_gradient] or shared
    rows = {row.node: row for row in story.table}
    told = [f"{rows[node].name} = {rows[node].gradient}" for node in leaves if node in rows]
    builder.step(f"Every use has sent its part back, and the parts are added: ∂{told[0]}.")
    view.rest()
    view.light(leaves, builder.theme.shared)
    builder.animate(1.0)
    builder.animate(2.0)


def _leaves(count: int) -> str:
    return "one leaf" if count == 1 else f"{count} leaves"


def _times(count: int) -> str:
    return {2: "twice", 3: "three times"}.get(count, f"{count} times")


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
