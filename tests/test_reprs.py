"""What Python shows of plain data is one short line, however large the data are."""

import dataclasses
import math

import pytest
import torch
from torch import nn

import graphgen
from graphgen.layout import place
from graphgen.model.graph import Array, Edge, Graph, Node, Port, Summary
from graphgen.model.picture import Picture
from graphgen.model.reprs import in_full
from graphgen.model.theme import DARK
from graphgen.narration.telling import tell
from tests.graphs import chain, node, two_paths

LONGEST = 300


def _transformer() -> Graph:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    with graphgen.recording() as tape:
        loss = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)(
            torch.ones(1, 3, 8)
        ).sum()
    return tape.graph(loss)


def test_a_graph_says_how_large_it_is_and_its_loss() -> None:
    assert repr(two_paths()) == "<Graph: 4 nodes, 2 parameters, loss 15.0>"
    assert repr(Graph((node("leaf", "a", -2.5, 1.0),), ())) == (
        "<Graph: 1 node, 1 parameter, loss -2.5>"
    )


def test_the_graph_of_a_transformer_is_one_short_line_as_is_all_that_it_holds() -> None:
    graph = _transformer()
    story = tell(graph)
    for value in (graph, story, *graph.nodes, *graph.edges, *story.steps):
        assert len(repr(value)) <= LONGEST
        assert "\n" not in repr(value)
    assert repr(graph).startswith(f"<Graph: {len(graph.nodes)} nodes, 24 parameters, loss ")


def test_nodes_edges_and_arrays_show_their_numbers_in_full() -> None:
    graph = two_paths()
    assert repr(graph.nodes[1]) == "<Node: leaf 'b', value 3.0, gradient 8.0>"
    assert repr(graph.nodes[3]) == "<Node: op MulBackward0 'c', value 15.0, gradient 1.0>"
    assert repr(graph.edges[3]) == "<Edge: node 1 -> node 3 operand 1, contribution 5.0>"
    assert repr(Array((), "float64", (0.1 + 0.2,))) == "<Array: float64 (), 0.30000000000000004>"
    assert repr(Array((5,), "int64", (1, 2, 3, 4, 5))) == "<Array: int64 (5,), [1, 2, 3, 4, ...]>"
    assert repr(Array((4, 10), "float32")) == "<Array: float32 (4, 10), not known>"


def test_a_large_array_shows_what_is_kept_of_it() -> None:
    summary = Summary(-1.0, 2.0, 0.5, math.inf, 0, 1, tuple(map(float, range(16))))
    known = "-1.0 to 2.0, mean 0.5, norm inf, 1 inf"
    assert repr(Array((70,), "float64", None, summary)) == f"<Array: float64 (70,), {known}>"
    assert repr(summary) == f"<Summary: {known}>"


def test_what_has_no_gradient_says_so() -> None:
    assert repr(node("data", "x", 2.0, None)) == "<Node: data 'x', value 2.0, gradient none>"
    assert (
        repr(Edge(0, 1, 2, 0)) == "<Edge: node 0 output 1 -> node 2 operand 0, contribution none>"
    )


def test_a_loss_that_is_not_there_is_no_error() -> None:
    graph = dataclasses.replace(two_paths(), loss_port=7)
    assert repr(graph) == "<Graph: 4 nodes, 2 parameters, loss not known>"


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31m", "a" * 10_000, "\u202eabc"])
def test_a_name_of_the_users_breaks_no_line(name: str) -> None:
    shown = repr(Node("leaf", "", (Port(Array((), "float64", (1.0,))),), name))
    assert shown.isprintable()
    assert len(shown) <= LONGEST


@pytest.mark.dot
def test_story_layout_and_picture_are_one_line_each() -> None:
    story = tell(two_paths(), "s = a + b; c = s * b")
    layout = place(story)
    size = f"{layout.width} x {layout.height} points"
    steps = f"{len(story.steps)} steps"
    assert repr(story) == f"<Story: 's = a + b; c = s * b', {steps}, {story.seconds} s>"
    assert repr(layout) == f"<Layout: 4 cards, 4 routes, {size}, lr>"
    assert repr(Picture(story, layout, DARK)) == (
        f"<Picture: 's = a + b; c = s * b', {steps}, {size}, dark>"
    )


def test_plain_data_can_be_spelled_in_full_so_that_different_data_differ() -> None:
    one, other = chain(3), chain(4)
    assert in_full(one) == in_full(chain(3))
    assert in_full(one) != in_full(other)
    first = dataclasses.replace(one.nodes[0], source="a.py:1")
    assert in_full(one) != in_full(dataclasses.replace(one, nodes=(first, *one.nodes[1:])))
