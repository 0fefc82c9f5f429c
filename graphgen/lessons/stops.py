"""Stops: detach and no_grad cut the graph. Where gradients end, and what would have flowed on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphgen.digits import brief, inline
from graphgen.errors import InputError
from graphgen.expression import parse
from graphgen.geometry import Box, Layout
from graphgen.graph import Array, Cell, Edge, Graph
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.lessons.graphsteps import back, forward, listed
from graphgen.lessons.lesson import Kind, Option, Request
from graphgen.lessons.lifting import ghosts, lifted
from graphgen.lessons.pictured import Pictured, fitting, pictured, reduced
from graphgen.story import Mark, Story
from graphgen.storyboard.board import Size, Storyboard
from graphgen.storyboard.cutting import ghost, scissors
from graphgen.storyboard.graphs import GraphView
from graphgen.storyboard.making import Maker
from graphgen.storyboard.rooms import columns, rows
from graphgen.storyboard.tables import Table
from graphgen.theme import Theme

__all__ = ["KIND", "Data", "Leaf", "draw", "record", "title"]

KIND = Kind(
    name="stops",
    summary="detach and no_grad cut the graph: where gradients end, and what would have flowed.",
    text="s = a + b; c = detach(s) * b",
    values={"a": 2.0, "b": 3.0},
    examples=(
        'stops "s = a + b; c = detach(s) * b" --set a=2 --set b=3 -o stops.mp4',
        'stops "y = w * x; loss = (y - detach(y) + 1) ** 2" --set w=2 --set x=3 --data x '
        "-o cut.svg",
        'stops "s = a + b; c = s * b" --no-grad s --set a=2 --set b=3 -o no-grad.mp4',
    ),
    options=(
        Option("no-grad", "texts", (), "A statement's name: it is computed under torch.no_grad."),
    ),
)

_NONE = "none"
_ROW, _ROOMY = 31.0, 1.15
_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
_MOST_ROWS = 6


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
    """

    whole: Pictured
    lean: Pictured
    cuts: tuple[int, ...]
    ghosts: tuple[tuple[int, Array], ...]
    leaves: tuple[Leaf, ...]


def record(request: Request) -> Data:
    """What torch gives for the program, and for the program without its cuts.

    Raises:
        InputError: nothing is cut.
    """
    from graphgen.recorder import record as recorded
    from graphgen.telling import tell

    program = parse(request.text)
    frozen = _frozen(program, request)
    graph = recorded(program, request.values, request.data, frozen=frozen)
    kinds = [node.kind for node in graph.nodes]
    cuts = tuple(
        at
        for at, edge in enumerate(graph.edges)
        if kinds[edge.target] == "cut" and kinds[edge.source] in ("leaf", "op")
    )
    if not cuts:
        raise InputError(
            "a program with a cut: got none; write detach(...) around a part, as in "
            '"detach(s) * b", or name a statement with --no-grad'
        )
    whole = recorded(lifted(program), request.values, request.data)
    flown = ghosts(graph, whole)
    under = f", with no_grad: {listed(list(frozen))}" if frozen else ""
    told = _with_nothing(tell(graph, title_of(program) + under))
    story = _with_room(told, [(edge, share) for edge, share in flown if edge not in cuts])
    lean = reduced(story, lambda cell: cell.part in ("title", "gradient"))
    leaves = tuple(_leaves(graph, whole, story.names))
    return Data(pictured(story), pictured(lean), cuts, flown, leaves)


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


def title(data: Data) -> str:
    """The program."""
    return data.whole.story.title


def draw(data: Data, title: str, theme: Theme, size: Size) -> Storyboard:
    """Values flow through the cut; gradients don't, and what would have come is a ghost."""
    return _Drawing(data, Maker(title, theme, size)).board()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, maker: Maker) -> None:
        self.data, self.maker, self.theme = data, maker, maker.theme
        told = tuple(
            (leaf.name, _told(leaf.whole), _told(leaf.kept)) for leaf in data.leaves[:_MOST_ROWS]
        )
        heads = ("leaf", "∂ without cut", "∂ with cut")
        inks = (self.theme.leaf.text, self.theme.quiet, self.theme.backward)
        table = Table("table", _NOWHERE, heads, told, self.theme, maker.size.smallest, inks)
        room, self.story, layout, beside = self._arranged(table)
        self.view = GraphView(maker, self.story, layout, room)
        self.table = replace(table, box=beside)
        self.scissors = scissors(self.view, data.cuts)

    def board(self) -> Storyboard:
        """All steps."""
        self.open()
        forward(self.maker, self.view, self._values())
        self.cut()
        self.back()
        self.ghosts()
        self.close()
        return self.maker.board()

    def _arranged(self, table: Table) -> tuple[Box, Story, Layout, Box]:
        """The room for the graph, what is shown in it, and the room for the table below it or
        beside it: where the graph is larger."""
        stage, high = self.maker.size.stage, (len(table.rows) + 1) * _ROW
        wide = _ROOMY * table.least_width
        ways = [rows(stage, [stage.height - high, high], 10.0)]
        if wide < stage.width / 2:
            ways.append(columns(stage, [stage.width - wide, wide], 24.0))
        found = []
        for room, rest in ways:
            story, layout = fitting([self.data.whole, self.data.lean], room)
            scale = min(room.width / layout.width, room.height / layout.height)
            found.append((scale, room, story, layout, rest))
        _, room, story, layout, rest = max(found, key=lambda each: each[0])
        free = max(0.0, rest.height - high) / 2
        return room, story, layout, Box(rest.x, rest.y + free, rest.width, rest.height - free)

    def open(self) -> None:
        """The program; then its graph."""
        maker = self.maker
        maker.open("What happens to the gradient where the graph is cut?")
        maker.step("The graph of the program: a dashed, rounded card is a cut.")
        maker.put(self.view.ways(), self.view.shells())
        maker.beat(1.4)

    def cut(self) -> None:
        """Scissors go through the ways into the cuts."""
        maker, names = self.maker, self._cut_names()
        maker.step(
            f"{names}: the value goes through, but the way back is cut.",
            "the cut",
            "What comes out is a tensor that doesn't know how it was made.",
        )
        self.view.rest()
        for each in self.scissors:
            each.open()
        maker.beat(0.8)
        for each in self.scissors:
            each.snip()
        maker.beat(0.4)
        maker.beat(1.0)

    def back(self) -> None:
        """Gradients as far as they come."""
        cut = {edge for each in self.data.cuts for edge in [each]}
        back(
            self.maker,
            self.view,
            lambda step: step.move != "stop" or not cut & set(step.focus.edges),
            pace=0.8,
        )

    def ghosts(self) -> None:
        """What would have come without the cuts."""
        maker, view = self.maker, self.view
        edges = [edge for edge, _ in self.data.ghosts]
        if not edges:
            return
        order = sorted(edges, key=lambda edge: -self._edge(edge).target)
        sources = (self._edge(edge).source for edge in order)
        kinds = self.story.graph.nodes
        names = dict.fromkeys(
            self.story.names[node] for node in sources if kinds[node].kind != "cut"
        )
        maker.step(
            f"Without the cut the gradient would have gone on to {listed(list(names))}.",
            "without the cut",
            "The same program was run once more, without the cut.",
        )
        view.rest()
        maker.beat(0.4)
        for edge, share in sorted(self.data.ghosts, key=lambda each: -self._edge(each[0]).target):
            is_cut = edge in self.data.cuts
            maker.put(ghost(f"ghost/{edge}", view, edge, None if is_cut else share))
            maker.beat(0.6)
        maker.beat(1.0)

    def close(self) -> None:
        """Both gradients of each leaf."""
        maker = self.maker
        changed = [leaf for leaf in self.data.leaves if leaf.kept != leaf.whole]
        told = "; ".join(
            f"{leaf.name} gets {_in_words(leaf.kept)} instead of {_told(leaf.whole)}"
            for leaf in changed[:2]
        )
        maker.step(f"With the cut {told}." if told else "Here the cut changes no gradient.")
        maker.put(self.table.head())
        for row in range(len(self.table.rows)):
            maker.put(self.table.row(row))
        self.view.light([leaf.node for leaf in changed], self.theme.shared)
        maker.poster()
        maker.beat(1.2)
        maker.beat(2.0)

    def _values(self) -> str:
        story = self.story
        row = next(row for row in story.table if row.node == story.graph.loss)
        return f"Values flow through the cut as through any operation: {row.name} = {row.value}."

    def _cut_names(self) -> str:
        nodes = dict.fromkeys(self._edge(edge).target for edge in self.data.cuts)
        return listed([self.story.names[node] for node in nodes])

    def _edge(self, edge: int) -> Edge:
        return self.story.graph.edges[edge]


def _leaves(graph: Graph, whole: Graph, names: Sequence[str]) -> list[Leaf]:
    grads = {node.name: node.ports[0].grad for node in whole.nodes if node.kind == "leaf"}
    return [
        Leaf(at, names[at], node.ports[0].grad, grads.get(node.name))
        for at, node in enumerate(graph.nodes)
        if node.kind == "leaf"
    ]


def _with_nothing(story: Story) -> Story:
    """A story in which leaves that get no gradient say so at the end of the backward pass."""
    missing = [
        at
        for at, node in enumerate(story.graph.nodes)
        if node.kind == "leaf" and node.ports[0].grad is None
    ]
    marks = tuple(Mark(Cell("gradient", at), _NONE) for at in missing)
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


def _told(array: Array | None) -> str:
    return _NONE if array is None else inline(array)


def _in_words(array: Array | None) -> str:
    return "nothing" if array is None else inline(array)
