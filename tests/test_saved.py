"""Values of a loss that nobody watched: those of a recording, or not shown at all."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from graphgen import graph_of
from graphgen.capture.notes import HINT
from graphgen.capture.recorder import recording
from graphgen.model.graph import Graph


def leaf(*shape: int) -> Tensor:
    return torch.rand(*shape, requires_grad=True)


def matrix_example() -> Tensor:
    x, a, b, c, d = torch.rand(2, 2), leaf(2, 2), leaf(2, 2), leaf(2, 2), leaf(2, 2)
    e = a + b @ x
    f = c + d * x
    return (a + (e + f @ x + d)).sum()


def convolutions() -> Tensor:
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
        nn.MaxPool2d(2), nn.Conv2d(4, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3),
    )  # fmt: skip
    return functional.cross_entropy(net(torch.rand(2, 3, 16, 16)), torch.tensor([0, 2]))


def cells() -> Tensor:
    cell = nn.LSTMCell(3, 4)
    state = torch.zeros(2, 4), torch.zeros(2, 4)
    for _ in range(5):
        state = cell(torch.rand(2, 3), state)
    return state[0].sum() + state[1].mean()


def attention() -> Tensor:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    table = nn.Embedding(11, 8)
    made = layer(table(torch.randint(0, 11, (2, 5))))
    return functional.mse_loss(functional.gelu(made), torch.zeros(2, 5, 8))


def both(make: Callable[[], Tensor]) -> tuple[Graph, Graph]:
    torch.manual_seed(0)
    with recording() as tape:
        loss = make()
    return tape.graph(loss), graph_of(loss)


@pytest.mark.parametrize("make", [matrix_example, convolutions, cells, attention])
def test_what_is_shown_is_bit_equal_to_what_was_recorded(make: Callable[[], Tensor]) -> None:
    seen, read = both(make)
    reached = [node for node in seen.nodes if node.op.endswith(("Backward0", "Backward1"))]
    after = [node for node in read.nodes if node.op]
    assert [node.op for node in after] == [node.op for node in reached]
    for one, other in zip(after, reached, strict=True):
        for port, recorded in zip(one.ports, other.ports, strict=True):
            assert not port.value.known or port.value == recorded.value
            assert port.grad == recorded.grad


@pytest.mark.parametrize("make", [matrix_example, convolutions, cells])
def test_every_value_is_known_after_the_fact(make: Callable[[], Tensor]) -> None:
    _, read = both(make)
    assert all(port.value.known for node in read.nodes for port in node.ports)
    assert HINT not in read.notes


def test_what_was_not_saved_is_not_guessed() -> None:
    x = leaf(3)
    graph = graph_of(((x + 1.0) + 2.0).sum())
    known = {node.op: node.ports[0].value.known for node in graph.nodes}
    assert known["AddBackward0"] is False
    assert known["SumBackward0"] is True
    assert HINT in graph.notes


def test_a_rounded_quotient_is_not_taken_for_a_quotient() -> None:
    x, y = leaf(3), leaf(3)
    graph = graph_of(torch.div(x, y, rounding_mode="floor").exp().sum())
    seen = [node for node in graph.nodes if node.op.startswith("Div")]
    assert not seen[0].ports[0].value.known or seen[0].ports[0].value.items == tuple(
        torch.div(x, y, rounding_mode="floor").tolist()
    )


def test_running_statistics_and_random_numbers_stay_as_they_are() -> None:
    norm = nn.BatchNorm1d(3)
    loss = functional.dropout(norm(torch.rand(4, 3)) * 2, 0.5).sum()
    assert norm.running_mean is not None
    before = norm.running_mean.clone()
    state = torch.get_rng_state()
    graph_of(loss)
    assert torch.equal(norm.running_mean, before)
    assert torch.equal(torch.get_rng_state(), state)


def test_operands_that_were_saved_are_data_with_their_names() -> None:
    inputs, weight = torch.ones(2, 3), leaf(3, 1)
    loss = (3.0 * (inputs @ weight)).sum()
    graph = graph_of(loss)
    assert [(n.kind, n.name) for n in graph.nodes if not n.op] == [
        ("data", "inputs"),
        ("leaf", "weight"),
        ("constant", ""),
    ]
    (edge,) = [edge for edge in graph.edges if graph.nodes[edge.source].name == "inputs"]
    assert (edge.slot, edge.contribution) == (0, None)
