"""A story's forward and backward pass as steps of a timeline: what the scene is about one step at
a time, all else as waves."""

from collections.abc import Callable, Iterable

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphview import GraphView
from graphgen.model.story import Step, Story
from graphgen.text.catalogue import Table, listed

__all__ = ["MOST_NAMES", "SENTENCES", "back", "forward", "is_about_leaves"]

SENTENCES = Table(
    "graph-steps",
    {
        "values": "Values flow forward: {name} = {value}.",
        "gradients": "The gradient goes back to {names}.",
    },
)

MOST_NAMES = 3
"""Names that are listed in a sentence; the others are counted."""
_QUICK = 0.5


def forward(
    builder: TimelineBuilder, view: GraphView, caption: str = "", pace: float = _QUICK
) -> None:
    """All values, one generation after the other, in one step.

    Args:
        builder: gets the step.
        view: the graph as it is drawn.
        caption: the sentence; "" for the name and the value of the loss.
        pace: how fast; the seconds that a generation takes are a share of it.
    """
    story = view.story
    steps = [at for at, step in enumerate(story.steps) if step.chapter == "forward"]
    row = next(row for row in story.table if row.node == story.graph.loss)
    values = SENTENCES.say("values", name=row.name, value=row.value)
    builder.step(caption or values, "values")
    view.waves(steps, pace)


def back(
    builder: TimelineBuilder,
    view: GraphView,
    is_about: Callable[[Step], bool],
    after: Callable[[Step], None] = lambda step: None,
    pace: float = 1.0,
) -> None:
    """All gradients: a step for each that the scene is about, and one for what is between two.

    Args:
        builder: gets the steps.
        view: the graph as it is drawn.
        is_about: whether the scene is about a step.
        after: is called at the end of each of these steps, and may add transitions of its own.
        pace: how fast; 1 is the usual.
    """
    run: list[int] = []
    for at, step in enumerate(view.story.steps):
        if step.chapter != "backward":
            continue
        if not is_about(step):
            run.append(at)
            continue
        _between(builder, view, run)
        run = []
        builder.step(step.caption, "gradients")
        view.play(at, pace)
        after(step)
    _between(builder, view, run)


def is_about_leaves(story: Story, leaves: Iterable[int]) -> Callable[[Step], bool]:
    """Whether something happens to one of these leaves in a step."""
    chosen = set(leaves)

    def is_about(step: Step) -> bool:
        sources = {story.graph.edges[edge].source for edge in step.focus.edges}
        return bool(chosen & (set(step.focus.nodes) | sources))

    return is_about


def _between(builder: TimelineBuilder, view: GraphView, run: list[int]) -> None:
    """Steps that the scene isn't about, as waves in one step."""
    if not run:
        return
    story = view.story
    steps = [story.steps[at] for at in run]
    edges = [edge for step in steps for edge in step.focus.edges if step.move == "send"]
    reached = dict.fromkeys(story.names[story.graph.edges[edge].source] for edge in edges)
    is_one = len(run) == 1 or not reached
    caption = (
        steps[0].caption
        if is_one
        else SENTENCES.say("gradients", names=listed([*reached], MOST_NAMES))
    )
    builder.step(caption, "gradients")
    view.waves(run, _QUICK)
