"""Recording a loss: every value, every gradient, and nothing of the user's changed."""

import gc

import pytest
import torch

from graphgen import graph_of
from graphgen.capture.recorder import recording
from graphgen.model.collecting import without_collection
from graphgen.model.errors import LossError
from graphgen.model.graph import Graph, Node


def leaf(value: object, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.tensor(value, dtype=dtype, requires_grad=True)


def named(graph: Graph, name: str) -> Node:
    (found,) = [node for node in graph.nodes if node.name == name]
    return found


def items(node: Node) -> tuple[object, object]:
    port = node.ports[0]
    return port.value.items, port.grad.items if port.grad else None


def contributions_to(graph: Graph, name: str) -> list[object]:
    index = [node.name for node in graph.nodes].index(name)
    return [
        edge.contribution.items
        for edge in graph.edges
        if edge.source == index and edge.contribution
    ]


def test_a_shared_leaf_gets_the_sum_of_its_paths() -> None:
    with recording() as tape:
        a, b = leaf(2.0), leaf(3.0)
        s = a + b
        c = s * b
    graph = tape.graph(c)
    assert [node.name for node in graph.nodes] == ["a", "b", "s", "c"]
    assert items(named(graph, "s")) == ((5.0,), (3.0,))
    assert items(named(graph, "b")) == ((3.0,), (8.0,))
    assert sorted(contributions_to(graph, "b")) == [(3.0,), (5.0,)]
    assert c.grad_fn is not None
    assert a.grad is None
    assert s.grad_fn is not None


def test_variables_of_a_function_that_has_returned_name_leaves_data_and_cuts() -> None:
    def make() -> torch.Tensor:
        weight, inputs = leaf([1.0, 2.0]), torch.ones(2).double()
        scale = (weight * 2).detach()
        return (weight * inputs / scale).sum()

    with recording() as tape:
        loss = make()
    kinds = {node.name: node.kind for node in tape.graph(loss).nodes}
    assert {"weight": "leaf", "inputs": "data", "scale": "cut"}.items() <= kinds.items()


def test_a_leaf_used_twice_by_one_operation_has_two_edges() -> None:
    with recording() as tape:
        a = leaf(3.0)
        c = a * a
    graph = tape.graph(c)
    assert [(edge.source, edge.slot) for edge in graph.edges] == [(0, 0), (0, 1)]
    assert contributions_to(graph, "a") == [(3.0,), (3.0,)]
    assert items(named(graph, "a")) == ((3.0,), (6.0,))


def test_numbers_of_the_program_are_constants() -> None:
    with recording() as tape:
        x = leaf(2.0)
        y = x**2 + 3 * x + 2
    graph = tape.graph(y)
    constants = [node.ports[0].value.items for node in graph.nodes if node.kind == "constant"]
    assert constants == [(2.0,), (3.0,), (2.0,)]
    assert items(named(graph, "x")) == ((2.0,), (7.0,))


def test_a_detached_value_is_a_cut_and_what_it_was_cut_off_stays_visible() -> None:
    with recording() as tape:
        a, b = leaf(2.0), leaf(3.0)
        h = a * a
        loss = h.detach() * b
    graph = tape.graph(loss)
    (cut,) = [i for i, node in enumerate(graph.nodes) if node.kind == "cut"]
    assert graph.nodes[cut].op == "detach"
    (edge,) = [edge for edge in graph.edges if edge.target == cut]
    assert graph.nodes[edge.source].ports[0].value.items == (4.0,)
    assert edge.contribution is None
    assert items(named(graph, "a")) == ((2.0,), None)
    assert items(named(graph, "b")) == ((3.0,), (4.0,))


def test_recording_twice_gives_equal_graphs() -> None:
    def once() -> Graph:
        torch.manual_seed(0)
        with recording() as tape:
            a = leaf([[1.0, 2.0], [3.0, 4.0]])
            loss = torch.softmax(a @ a + torch.randn(2, 2, dtype=a.dtype), 1).amax()
        return tape.graph(loss)

    assert once() == once()


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (torch.ones(3, requires_grad=True) * 2, r"got shape \(3,\); reduce it with .sum\(\)"),
        (torch.ones(()), "loss must require grad"),
        (3.0, "loss must be a torch tensor: got float"),
    ],
)
def test_what_is_no_loss_gets_an_error_that_says_what_to_do(loss: object, message: str) -> None:
    with pytest.raises(LossError, match=message):
        graph_of(loss)  # type: ignore[arg-type]


def test_a_freed_graph_names_retain_graph() -> None:
    a = leaf(3.0)
    loss = a.exp()
    loss.backward()
    with pytest.raises(LossError, match="retain_graph=True"):
        graph_of(loss)


def test_a_recording_that_is_dropped_leaves_no_garbage() -> None:
    """Nothing of it waits for a search, which takes longer than a short program."""
    net = torch.nn.Linear(3, 1)
    gc.collect()
    with without_collection():
        with recording(net) as tape:
            loss = net(torch.ones(3)).sum()
        tape.graph(loss)
        del tape, loss
        assert gc.collect() == 0
