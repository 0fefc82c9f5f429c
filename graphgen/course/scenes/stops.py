"""Stops: detach and no_grad cut the graph. Where gradients end, and what would have flowed on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphgen.course.lessons.graphsteps import listed
from graphgen.course.lessons.lifting import ghosts, lifted
from graphgen.course.lessons.losses import asked_graph, is_address
from graphgen.course.lessons.pictured import Pictured, check_one_graph, pictured, reduced
from graphgen.course.lessons.stopping import NONE, draw_stops
from graphgen.course.runs.checks import check_count, check_indices
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.graph import Array, Cell, Graph, Node
from graphgen.model.kinds import KINDS
from graphgen.model.story import Mark, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.text.digits import brief

__all__ = ["SCENE", "Data", "Leaf", "draw", "record", "title"]


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
    flown = ghosts(graph, whole) if whole else ()
    told = _with_nothing(tell(graph, name))
    story = _with_room(told, [(edge, share) for edge, share in flown if edge not in cuts])
    lean = reduced(story, lambda cell: cell.part in ("title", "gradient"))
    leaves = tuple(_leaves(graph, whole, story.names))
    return Data(pictured(story), pictured(lean), cuts, flown, leaves, whole is not None)


def _recorded(request: Request) -> tuple[Graph, Graph | None, str]:
    """The graph with its cuts; without them, where it isn't a file's; and what stands above it."""
    from graphgen.capture.recorder import record as recorded

    if is_address(request.text):
        graph, name = asked_graph(request)
        return graph, None, name
    program = parse(request.text)
    frozen = _frozen(program, request)
    graph = recorded(program, request.values, request.data, frozen=frozen)
    whole = recorded(lifted(program), request.values, request.data)
    under = f", with no_grad: {listed(list(frozen))}" if frozen else ""
    return graph, whole, title_of(program) + under


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


def title(data: Data) -> str:
    """The program."""
    return data.whole.story.title


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Values flow through the cut; gradients don't, and what would have come is a ghost."""
    return draw_stops(data, TimelineBuilder(title, theme, frame))


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
    marks = tuple(Mark(Cell("gradient", at), NONE) for at in missing)
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
