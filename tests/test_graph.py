"""Graphs are plain, equal when they say the same, and refuse what can't be."""

import math
import pickle

import pytest

from graphgen.model.graph import (
    Array,
    Edge,
    Graph,
    Node,
    Port,
    Summary,
    generations,
    incoming,
    outgoing,
)
from graphgen.model.reprs import in_full
from tests.graphs import node, scalar, square_by_product, two_paths


def test_arrays_with_nan_compare_equal() -> None:
    assert Array((1,), "float64", (float("nan"),)) == Array((1,), "float64", (float("nan"),))
    assert Summary(float("nan"), 0, 0, 0, 1, 0) == Summary(float("nan"), 0, 0, 0, 1, 0)


def test_an_array_refuses_items_that_do_not_fit_its_shape() -> None:
    with pytest.raises(ValueError, match="got 3 elements"):
        Array((2, 2), "float64", (1.0, 2.0, 3.0))


def test_an_array_without_items_or_summary_is_not_known() -> None:
    assert not Array((2,), "float64").known
    assert Array((), "float64", (math.inf,)).known


@pytest.mark.parametrize(("source", "target"), [(1, 1), (1, 0), (0, 2), (-1, 1)])
def test_every_edge_goes_from_a_lower_to_a_higher_node(source: int, target: int) -> None:
    nodes = (node("leaf", "a", 1.0, 1.0), node("op", "c", 1.0, 1.0, "NegBackward0"))
    with pytest.raises(ValueError, match="lower to a higher"):
        Graph(nodes, (Edge(source, 0, target, 0),))


def test_a_graph_has_a_node() -> None:
    with pytest.raises(ValueError, match="at least one node"):
        Graph((), ())


def test_edges_are_found_by_their_ends() -> None:
    assert incoming(two_paths()) == [[], [], [0, 1], [2, 3]]
    assert outgoing(two_paths()) == [[0], [1, 3], [2], []]


def test_a_square_keeps_both_edges() -> None:
    assert incoming(square_by_product()) == [[], [0, 1]]


def test_a_generation_is_the_longest_way_from_a_leaf() -> None:
    assert generations(two_paths()) == [0, 0, 1, 2]


def test_a_graph_survives_pickling() -> None:
    graph = Graph((Node("leaf", "", (Port(scalar(math.nan)),)),), ())
    assert in_full(pickle.loads(pickle.dumps(graph))) == in_full(graph)
