"""Story and layout, read from a file -> what of them doesn't fit together, as a sentence's part."""

from collections.abc import Iterator, Sequence
from itertools import chain

from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Array, Cell, Graph, Node
from graphgen.model.story import Story

__all__ = ["misfit"]

_FARTHEST = 1e7
"""Points."""
_LARGEST_FONT = 1000.0
_LONGEST_STRIP = 64
_LONGEST_STEP = 600


def misfit(story: Story, layout: Layout) -> str:
    """What a story and its layout lack to speak of one graph, to be drawn and to have an end.

    Returns:
        What is wanted, as in "one box for each node"; "" where all is well.
    """
    graph = story.graph
    nodes, edges = len(graph.nodes), len(graph.edges)
    marked = [mark.cell for step in story.steps for mark in step.marks]
    placed = [place.cell for place in layout.places]
    focused = [step.focus for step in story.steps]
    holds = {
        "at least one output for each node": all(node.ports for node in graph.nodes),
        "gradients of the shape of their values": all(map(_has_one_shape, graph.nodes)),
        "an output of the last node as its loss": _within(
            [graph.loss_port], len(graph.nodes[-1].ports)
        ),
        "edges from outputs that there are": all(
            _within([edge.port], len(graph.nodes[edge.source].ports)) for edge in graph.edges
        ),
        "operands from 0 on": all(edge.slot >= 0 for edge in graph.edges),
        f"strips of up to {_LONGEST_STRIP} colors": all(map(_has_short_strip, _arrays(graph))),
        "one box for each node": len(layout.boxes) == nodes,
        "one name for each node": len(story.names) == nodes,
        "one route for each edge": len(layout.routes) == edges,
        "routes of 1 + 3n points": all(len(route.points) % 3 == 1 for route in layout.routes),
        "cells of its own graph": all(_is_in(cell, graph) for cell in chain(marked, placed)),
        "a place for each cell": set(marked) <= set(placed),
        "steps about its own graph": all(
            _within(focus.nodes, nodes) and _within(focus.edges, edges) for focus in focused
        ),
        "a table about its own graph": _within([row.node for row in story.table], nodes),
        "at least one step": len(story.steps) > 0,
        f"steps of 0 to {_LONGEST_STEP} seconds": all(
            0 < step.seconds <= _LONGEST_STEP for step in story.steps
        ),
        "a size above 0": 0 < layout.width <= _FARTHEST and 0 < layout.height <= _FARTHEST,
        f"boxes within {_FARTHEST:,.0f} points": all(map(_is_near, _boxes(layout))),
        f"routes within {_FARTHEST:,.0f} points": all(
            abs(point.x) <= _FARTHEST and abs(point.y) <= _FARTHEST
            for route in layout.routes
            for point in route.points
        ),
        f"texts of 0 to {_LARGEST_FONT:,.0f} points": all(
            0 < place.size <= _LARGEST_FONT for place in layout.places
        ),
    }
    return next((what for what, is_so in holds.items() if not is_so), "")


def _within(indices: Sequence[int], count: int) -> bool:
    return all(0 <= index < count for index in indices)


def _is_in(cell: Cell, graph: Graph) -> bool:
    """Whether a cell is one of a graph's."""
    if cell.part == "contribution":
        return _within([cell.index], len(graph.edges)) and cell.port == 0
    if not _within([cell.index], len(graph.nodes)):
        return False
    return _within([cell.port], len(graph.nodes[cell.index].ports))


def _has_one_shape(node: Node) -> bool:
    return all(port.grad is None or port.grad.shape == port.value.shape for port in node.ports)


def _arrays(graph: Graph) -> Iterator[Array]:
    for node in graph.nodes:
        for port in node.ports:
            yield port.value
            if port.grad is not None:
                yield port.grad
    for edge in graph.edges:
        if edge.contribution is not None:
            yield edge.contribution


def _has_short_strip(array: Array) -> bool:
    return array.summary is None or len(array.summary.strip) <= _LONGEST_STRIP


def _boxes(layout: Layout) -> Iterator[Box]:
    yield from layout.boxes
    for place in layout.places:
        yield place.box
        if place.strip is not None:
            yield place.strip


def _is_near(box: Box) -> bool:
    """Whether a box is finite and not far away; nan is neither."""
    is_in_place = abs(box.x) <= _FARTHEST and abs(box.y) <= _FARTHEST
    return is_in_place and 0 <= box.width <= _FARTHEST and 0 <= box.height <= _FARTHEST
