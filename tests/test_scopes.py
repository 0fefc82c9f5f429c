"""Which module ran: a single layer of torch's goes by its name, and folds into one node."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from graphgen.capture.recorder import recording
from graphgen.folding import fold


def packed() -> Any:
    x = torch.linspace(-1, 1, 45).reshape(5, 3, 3)
    return nn.utils.rnn.pack_padded_sequence(x, torch.tensor([5, 3, 2]))


@pytest.mark.parametrize("layer", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_packed_sequence_through_a_single_layer_is_one_node(layer: Any) -> None:
    net = layer(3, 4)
    sequence = packed()
    with recording() as tape:
        loss = net(sequence)[0].data.sum()
    graph = tape.graph(loss)
    assert {node.scope for node in graph.nodes if node.op} == {"net", ""}
    small = fold(graph, most=30)
    assert [(node.op, node.name) for node in small.nodes if node.op] == [
        ("module", "net"),
        ("SumBackward0", "loss"),
    ]
    leaves = {node.name: node.ports[0].grad for node in small.nodes if node.kind == "leaf"}
    assert set(leaves) == {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}
    parameters = dict(net.named_parameters())
    grads = torch.autograd.grad(loss, list(parameters.values()))
    for name, expected in zip(parameters, grads, strict=True):
        grad = leaves[name]
        assert grad is not None
        assert grad.items is not None
        assert grad.items == pytest.approx(expected.reshape(-1).tolist(), rel=1e-5, abs=1e-6)


def test_the_operations_of_a_module_with_modules_inside_keep_their_paths() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm, self.head = nn.LSTM(3, 4), nn.Linear(4, 1)

        def forward(self, sequence: Any) -> Tensor:
            made: Tensor = self.head(self.lstm(sequence)[0].data).sum()
            return made

    net, sequence = Net(), packed()
    with recording() as tape:
        loss = net(sequence)
    scopes = {node.scope for node in tape.graph(loss).nodes if node.op}
    assert scopes == {"lstm", "head", ""}
