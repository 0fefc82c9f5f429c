"""The laws that hold for the graph and the story of every program, each tried on random ones."""

import math
from collections import defaultdict

import pytest
import torch
from hypothesis import HealthCheck, given, settings

import graphgen
from graphgen.draw.story_file import dumps, loads
from graphgen.language.evaluate import run
from graphgen.model.graph import Array, Cell, Graph, Node
from graphgen.model.story import texts_after
from graphgen.model.theme import DARK
from graphgen.text.digits import text
from tests import strategies
from tests.seed_cases import Case, Numbers, agrees, cases

every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
some_programs = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def recorded(case: Case) -> Graph:
    return graphgen.record(graphgen.parse(case.program), case.inputs, case.data)


def graph_of(made: strategies.Made) -> Graph:
    return graphgen.record(made.program, made.values)


def named(graph: Graph) -> dict[str, Node]:
    return {node.name: node for node in graph.nodes if node.name}


def lists(array: Array) -> Numbers:
    """The elements as nested lists, of a scalar as a number."""
    assert array.items is not None
    return torch.tensor(array.items, dtype=torch.float64).reshape(array.shape).tolist()


def item(array: Array | None) -> float:
    assert array is not None
    assert array.items is not None
    return complex(array.items[0]).real


@every_case
def test_a_graph_shows_the_values_of_a_case(case: Case) -> None:
    found = named(recorded(case))
    for name, value in case.values.items():
        assert agrees(value, lists(found[name].ports[0].value)), name


@every_case
def test_a_graph_shows_the_gradients_of_a_case(case: Case) -> None:
    found = named(recorded(case))
    for name, value in case.grads.items():
        grad = found[name].ports[0].grad
        assert grad is not None, name
        assert agrees(value, lists(grad)), name


@every_case
def test_a_graph_shows_every_path_of_a_case(case: Case) -> None:
    graph = recorded(case)
    for name, parts in case.paths.items():
        found = [
            item(edge.contribution)
            for edge in graph.edges
            if graph.nodes[edge.source].name == name and edge.contribution is not None
        ]
        assert sorted(found) == pytest.approx(sorted(parts)), name


@every_case
def test_data_get_no_gradient(case: Case) -> None:
    found = named(recorded(case))
    assert all(found[name].ports[0].grad is None for name in case.data)


@some_programs
@given(strategies.programs())
def test_gradients_and_values_are_torchs_own(made: strategies.Made) -> None:
    graph = graph_of(made)
    plain = run(made.program, made.values)
    leaves = [tensor for tensor in plain.inputs.values() if tensor.requires_grad]
    grads = torch.autograd.grad(plain.loss, leaves, allow_unused=True)
    expected = dict(zip(plain.inputs, grads, strict=True))
    assert item(graph.nodes[-1].ports[0].value) == plain.loss.item()
    for name, node in named(graph).items():
        if node.kind == "leaf" and expected[name] is not None:
            assert item(node.ports[0].grad) == expected[name].item()


@some_programs
@given(strategies.programs())
def test_contributions_add_up_and_are_slope_times_gradient(made: strategies.Made) -> None:
    graph = graph_of(made)
    sums: dict[tuple[int, int], list[float]] = defaultdict(list)
    for edge in graph.edges:
        if edge.contribution is None:
            continue
        share = item(edge.contribution)
        sums[edge.source, edge.port].append(share)
        above = item(graph.nodes[edge.target].ports[0].grad)
        assert share == pytest.approx(item(edge.local) * above, rel=1e-9, abs=1e-12)
    for (source, port), shares in sums.items():
        grad = item(graph.nodes[source].ports[port].grad)
        largest = max(map(abs, shares))
        assert grad == pytest.approx(math.fsum(shares), rel=1e-9, abs=1e-12 * (1 + largest))


@some_programs
@given(strategies.programs())
def test_each_leaf_is_one_node_and_the_order_is_forward(made: strategies.Made) -> None:
    graph = graph_of(made)
    leaves = [node.name for node in graph.nodes if node.kind == "leaf"]
    assert len(leaves) == len(set(leaves))
    assert all(edge.source < edge.target for edge in graph.edges)


@some_programs
@given(strategies.programs())
def test_recording_twice_gives_the_same_graph(made: strategies.Made) -> None:
    assert graph_of(made) == graph_of(made)


@some_programs
@given(strategies.programs())
def test_the_last_text_of_each_cell_is_the_graphs_number(made: strategies.Made) -> None:
    graph = graph_of(made)
    *_, shown = texts_after(graphgen.tell(graph))
    for index, node in enumerate(graph.nodes):
        port = node.ports[0]
        assert shown[Cell("value", index)] == text(port.value)
        if port.grad is not None:
            assert shown[Cell("gradient", index)] == text(port.grad)


@pytest.mark.dot
@every_case
def test_a_picture_is_the_same_twice_and_after_a_file(case: Case) -> None:
    story = graphgen.tell(recorded(case))
    picture = graphgen.Picture(story, graphgen.place(story), DARK)
    again = loads(dumps(picture))
    assert again == picture
    for format in ("svg", "dot", "txt"):
        first = graphgen.write(picture, None, format=format)
        assert first == graphgen.write(again, None, format=format)
        story = graphgen.tell(recorded(case))
        twice = graphgen.Picture(story, graphgen.place(story), DARK)
        assert first == graphgen.write(twice, None, format=format)


@pytest.mark.parametrize("case", [c for c in cases() if c.dag_leaves], ids=lambda case: case.id)
def test_what_a_tree_repeats_is_one_leaf(case: Case) -> None:
    graph = recorded(case)
    leaves = {index for index, node in enumerate(graph.nodes) if node.kind == "leaf"}
    assert len(leaves) == case.dag_leaves
    assert sum(edge.source in leaves for edge in graph.edges) == case.tree_leaves
