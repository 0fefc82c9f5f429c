"""Story -> Looks: what the picture shows after each step, as plain data, for any step at once.

A film that begins in the middle draws the look before its first step; nothing is played forward.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from graphgen.model.graph import Cell
from graphgen.model.story import Step, Story
from graphgen.text.slots import added

__all__ = ["EdgeLook", "Look", "looks", "path_numbers"]

EdgeLook = Literal["fresh", "forward", "backward"]


@dataclass(frozen=True, slots=True)
class Look:
    """What the picture shows while nothing moves.

    Attributes:
        step: the index of the step that has just ended; -1 before the first.
        texts: what each cell shows.
        waiting: for a gradient that isn't summed yet, the contributions that stand side by side.
        arrived: for each node, how many contributions have come to its busiest output.
        edges: for each edge, whether something has gone along it, and which way.
        lit: nodes that acted in this step and act in the next.
    """

    step: int = -1
    texts: Mapping[Cell, str] = field(default_factory=lambda: MappingProxyType({}))
    waiting: Mapping[Cell, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    arrived: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    edges: tuple[EdgeLook, ...] = ()
    lit: frozenset[int] = frozenset()


def looks(story: Story) -> list[Look]:
    """The look before the story, and then after each of its steps: one more than there are steps.

    The look after step i is `looks(story)[i + 1]`.
    """
    return list(_told(story))


def path_numbers(story: Story) -> dict[int, int]:
    """For each edge that brings a contribution to a shared output, which one it is: 0, 1, ..."""
    counts: Counter[tuple[int, int]] = Counter()
    found = {}
    for index in (
        index for step in story.steps if step.move == "send" for index in step.focus.edges
    ):
        edge = story.graph.edges[index]
        found[index] = counts[edge.source, edge.port]
        counts[edge.source, edge.port] += 1
    shared = {key for key, count in counts.items() if count > 1}
    edges = story.graph.edges
    return {i: at for i, at in found.items() if (edges[i].source, edges[i].port) in shared}


def _told(story: Story) -> Iterator[Look]:
    fresh: EdgeLook = "fresh"
    look = Look(edges=(fresh,) * len(story.graph.edges))
    parts: dict[Cell, tuple[str, ...]] = {}
    yield look
    for index, step in enumerate(story.steps):
        following = story.steps[index + 1 : index + 2]
        lit = frozenset(step.focus.nodes) & {n for s in following for n in s.focus.nodes}
        texts = {**look.texts, **{mark.cell: mark.text for mark in step.marks}}
        parts = _parts(story, step, parts)
        look = replace(
            look,
            step=index,
            texts=MappingProxyType(texts),
            waiting=MappingProxyType(_side_by_side(parts, texts)),
            arrived=MappingProxyType(_arrived(parts)),
            edges=_edges(look.edges, step),
            lit=lit,
        )
        yield look


def _parts(
    story: Story, step: Step, known: Mapping[Cell, tuple[str, ...]]
) -> dict[Cell, tuple[str, ...]]:
    """For each gradient, the contributions that have come to it, in the order of arrival."""
    found = dict(known)
    sent = {mark.cell: mark.text for mark in step.marks if mark.cell.part == "contribution"}
    for index in step.focus.edges if step.move == "send" else ():
        edge = story.graph.edges[index]
        cell = Cell("gradient", edge.source, edge.port)
        found[cell] = (*found.get(cell, ()), sent.get(Cell("contribution", index), "?"))
    return found


def _side_by_side(
    parts: Mapping[Cell, tuple[str, ...]], texts: Mapping[Cell, str]
) -> dict[Cell, tuple[str, ...]]:
    """The gradients whose text is the sum of what has come, not yet worked out."""
    return {
        cell: tuple(
            f"{'' if at == 0 or part[0] in '+−' else '+ '}{part}" for at, part in enumerate(own)
        )
        for cell, own in parts.items()
        if len(own) > 1 and texts.get(cell) == added(own)
    }


def _arrived(parts: Mapping[Cell, tuple[str, ...]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for cell, own in parts.items():
        found[cell.index] = max(found.get(cell.index, 0), len(own))
    return found


_TRACES: dict[str, EdgeLook] = {"compute": "forward", "send": "backward"}


def _edges(known: tuple[EdgeLook, ...], step: Step) -> tuple[EdgeLook, ...]:
    trace = _TRACES.get(step.move)
    if trace is None:
        return known
    acting = set(step.focus.edges)
    return tuple(trace if index in acting else old for index, old in enumerate(known))
