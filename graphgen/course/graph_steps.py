"""A story's forward and backward pass as steps of a storyboard: what the scene is about one step at
a time, all else as waves."""

from collections.abc import Callable, Iterable

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphview import GraphView
from graphgen.model.story import Step, Story

__all__ = ["back", "forward", "is_about_leaves", "listed"]

_QUICK = 0.5
_LONGEST_LIST = 3


def forward(
    builder: TimelineBuilder, view: GraphView, caption: str = "", pace: float = _QUICK
) -> None:
    """All values, one generation after the other, in one step."""
    story = view.story
    steps = [at for at, step in enumerate(story.steps) if step.chapter == "forward"]
    builder.step(caption or f"Values flow forward: {_result(story)}.", "values")
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
        is_about: whether the scene is about a step.
        after: is called at the end of each of these steps, and may add beats of its own.
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
    told = steps[0].caption if is_one else f"The gradient goes back to {listed(list(reached))}."
    builder.step(told, "gradients")
    view.waves(run, _QUICK)


def listed(names: list[str]) -> str:
    """Names in a sentence; of many the first ones."""
    if len(names) > _LONGEST_LIST:
        return f"{', '.join(names[:_LONGEST_LIST])} and {len(names) - _LONGEST_LIST} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _result(story: Story) -> str:
    row = next(row for row in story.table if row.node == story.graph.loss)
    return f"{row.name} = {row.value}"
