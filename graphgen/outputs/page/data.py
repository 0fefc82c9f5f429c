"""View -> what the page's script is told of it, as plain values for JSON.

Numbers that JSON doesn't have stand as "NaN", "Infinity" and "-Infinity", as JavaScript reads them.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from graphgen.layout.measure import safe
from graphgen.model.arithmetic import added
from graphgen.model.graph import Array, Graph
from graphgen.model.kinds import KINDS
from graphgen.model.story import Row, Step, Story
from graphgen.narration.telling import arrivals, tell
from graphgen.narration.words import Naming, Words
from graphgen.ops import key_of as operation_of
from graphgen.outputs.page.keyframes import marked
from graphgen.outputs.page.slotting import hindrance, is_told, naming_of, slotted
from graphgen.text.digits import UNKNOWN, inline, number
from graphgen.text.sentences import PAGE

__all__ = ["Telling", "number_at", "telling_of", "told"]

_TOLERANCES = {"float64": 1e-9, "float32": 1e-4}


@dataclass(frozen=True, slots=True)
class Telling:
    """The words of a view.

    Attributes:
        story: as it is shown first.
        slotted: the same with slots for its numbers; None where the page can't compute them.
        naming: how operations are called.
        why: a sentence about why there are no sliders; "" where there are.
    """

    story: Story
    slotted: Story | None
    naming: Naming
    why: str


def telling_of(story: Story) -> Telling:
    """The words of a story, with slots where the page can compute the numbers."""
    naming = naming_of(story)
    why = hindrance(story)
    if not why and not is_told(story, naming):
        why = PAGE.say("older")
    template = None if why else tell(slotted(story.graph), story.title, naming)
    return Telling(story, template, naming, why)


def told(telling: Telling) -> dict[str, Any]:
    """What the script is told of the words and the numbers of a view."""
    story = telling.slotted or telling.story
    graph = telling.story.graph
    words = Words.of(story.graph, telling.naming)
    flows = [edge.contribution is not None for edge in graph.edges]
    sends = [
        marked(words.send(edge)) if is_back else ""
        for edge, is_back in zip(story.graph.edges, flows, strict=True)
    ]
    return {
        "title": safe(story.title),
        "names": list(map(safe, story.names)),
        "kinds": "".join(KINDS[node.kind].letter for node in graph.nodes),
        "edges": [
            [edge.source, edge.target, int(is_back)]
            for edge, is_back in zip(graph.edges, flows, strict=True)
        ],
        "steps": _steps(story),
        "sends": sends,
        "rows": _rows(story, words),
        "tape": _tape(graph) if telling.slotted else None,
        "why": telling.why,
    }


def number_at(graph: Graph) -> Callable[[str], str]:
    """The texts of a graph's numbers, by the keys of their marks."""

    def array_at(key: str) -> Array | None:
        part, index = key[0], int(key[1:])
        if part in "vg":
            port = graph.nodes[index].ports[0]
            return port.value if part == "v" else port.grad
        edge = graph.edges[index]
        return edge.contribution if part == "c" else edge.local

    def text_at(name: str) -> str:
        arrays = [array_at(key) for key in name.split("_")]
        if len(arrays) == 1:
            return inline(arrays[0])
        items = [array.items[0] for array in arrays if array is not None and array.items]
        return number(added(items)) if len(items) == len(arrays) else UNKNOWN

    return text_at


def _steps(story: Story) -> list[dict[str, Any]]:
    """Of each step its chapter, what is said, and the node whose gradient it is about."""
    steps_data = []
    for step in story.steps:
        about = _about(story.graph, step)
        data = {"h": step.chapter, "c": marked(step.caption)}
        steps_data.append(data if about is None else {**data, "w": about})
    return steps_data


def _about(graph: Graph, step: Step) -> int | None:
    """The node whose gradient a step makes up, where it is one."""
    if step.move == "send" and len(step.focus.edges) == 1:
        return graph.edges[step.focus.edges[0]].source
    return step.focus.nodes[0] if step.move == "sum" and len(step.focus.nodes) == 1 else None


def _rows(story: Story, words: Words) -> list[dict[str, Any]]:
    """The table, with the edges along which each gradient comes and the sentence of their sum."""
    sent = arrivals(story.graph)
    ports: Counter[int] = Counter()
    table_rows = []
    for row in story.table:
        output = (row.node, min(ports[row.node], len(story.graph.nodes[row.node].ports) - 1))
        ports[row.node] += 1
        table_rows.append(_row(story.graph, words, row, output, sent[output]))
    return table_rows


def _row(
    graph: Graph, words: Words, row: Row, output: tuple[int, int], edges: list[int]
) -> dict[str, Any]:
    shares = [graph.edges[edge].contribution for edge in edges]
    parts = [share for share in shares if share is not None]
    return {
        "node": row.node,
        "name": safe(row.name),
        "value": marked(row.value),
        "gradient": marked(row.gradient),
        "made_of": marked(row.made_of),
        "edges": edges,
        "sum": marked(words.sum(*output, parts)) if len(parts) > 1 else "",
    }


def _tape(graph: Graph) -> dict[str, Any]:
    """What the script computes with."""
    return {
        "ops": [operation_of(node.op) if node.op else "" for node in graph.nodes],
        "values": [_number(node.ports[0].value) for node in graph.nodes],
        "grads": [_number(node.ports[0].grad) for node in graph.nodes],
        "shares": [edge.contribution and inline(edge.contribution) for edge in graph.edges],
        "slopes": [edge.local and inline(edge.local) for edge in graph.edges],
        "sliders": [
            index
            for index, node in enumerate(graph.nodes)
            if KINDS[node.kind].has_slider and not node.op
        ],
        "tolerance": max(_TOLERANCES.get(node.ports[0].value.dtype, 0.0) for node in graph.nodes),
    }


def _number(array: Array | None) -> float | str | None:
    if array is None or array.items is None:
        return None
    value = float(cast("float", array.items[0]))
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"
