"""Accumulation: a leaf that is used several times gets one contribution along each of its ways, one
after the other, and its gradient is their sum."""

from dataclasses import dataclass

from graphgen.digits import inline
from graphgen.errors import InputError
from graphgen.expression import parse
from graphgen.language.titles import title_of
from graphgen.lessons.lesson import Kind, Option, Request
from graphgen.lessons.pictured import Pictured, pictured
from graphgen.placing.cards import path_counts
from graphgen.storyboard.bands import opening
from graphgen.storyboard.board import Size, Storyboard
from graphgen.storyboard.graphs import GraphView
from graphgen.storyboard.making import Maker
from graphgen.theme import Theme

__all__ = ["KIND", "Data", "draw", "record", "title"]

KIND = Kind(
    name="accumulate",
    summary="One shared leaf, several paths: their contributions arrive one by one and add up.",
    text="a = x * y; b = x ** 2; z = a + b",
    values={"x": 2.0, "y": 3.0},
    examples=(
        'accumulate "a = x * y; b = x ** 2; z = a + b" --set x=2 --set y=3 -o accumulate.mp4',
        'accumulate "c = a * a" --set a=3 -o square.svg --svg steps',
    ),
    options=(Option("leaf", "text", "", "The leaf to look at; without it the most shared one."),),
)


@dataclass(frozen=True, slots=True)
class Data:
    """A program's story, and the shared leaf that it is about.

    Attributes:
        leaf: the index of its node.
    """

    picture: Pictured
    leaf: int


def record(request: Request) -> Data:
    """What torch gives for the program.

    Raises:
        InputError: no leaf is used more than once, or not the one that is wanted.
    """
    from graphgen.recorder import record as recorded
    from graphgen.telling import tell

    program = parse(request.text)
    graph = recorded(program, request.values, request.data)
    counts = path_counts(graph)
    wanted = request.options.get("leaf") or ""
    shared = [
        index
        for index, node in enumerate(graph.nodes)
        if node.kind == "leaf" and counts[index] > 1 and wanted in ("", node.name)
    ]
    if not shared:
        names = ", ".join(node.name for node in graph.nodes if node.kind == "leaf")
        what = f"the leaf {wanted!r} used" if wanted else "a leaf that is used"
        raise InputError(
            f'{what} more than once: got none among {names}; use one twice, as in "c = a * a"'
        )
    return Data(
        pictured(tell(graph, title_of(program))), max(shared, key=lambda index: counts[index])
    )


def title(data: Data) -> str:
    """The program."""
    return data.picture.story.title


def draw(data: Data, title: str, theme: Theme, size: Size) -> Storyboard:
    """The graph with its values; then each contribution to the leaf; then their sum."""
    maker, story = Maker(title, theme, size), data.picture.story
    stage = size.stage
    layout = data.picture.fitting(stage.width, stage.height)
    view = GraphView(maker, story, layout, stage)
    name = story.names[data.leaf]
    maker.step(f"{name} is used more than once. Which gradient does it get?")
    maker.put(opening(title, size, theme))
    maker.beat(1.6)
    maker.drop("title")
    for index, step in enumerate(story.steps):
        if step.move == "close":
            continue
        chapter = {"forward": "values", "backward": "gradients"}.get(step.chapter, "")
        maker.step(step.caption, chapter)
        about = data.leaf in step.focus.nodes or any(
            story.graph.edges[edge].source == data.leaf for edge in step.focus.edges
        )
        view.play(index, 1.0 if about or step.move == "sum" else 0.6)
        if step.move == "sum" and data.leaf in step.focus.nodes:
            maker.poster()
    grad = story.graph.nodes[data.leaf].ports[0].grad
    row = next(row for row in story.table if row.node == data.leaf)
    maker.step(f"{name}: {row.made_of}." if grad is not None else inline(grad))
    view.light([data.leaf], theme.shared)
    maker.beat(1.0)
    maker.beat(1.6)
    return maker.board()
