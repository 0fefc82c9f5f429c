"""Folding makes a graph smaller; what crosses a border keeps its numbers."""

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from graphgen import graph_of
from graphgen.capture.recorder import recording
from graphgen.folding import fold
from graphgen.folding.contracting import contracted, without_views
from graphgen.folding.modules import by_module, paths_of
from graphgen.folding.sequence import Piece, count_of, folded, sequenced, singles
from graphgen.model.errors import InputError
from graphgen.model.graph import Array, Edge, Graph, Node, Port
from graphgen.narration.telling import tell
from tests.graphs import chain, edge, graphs, node, scalar, two_paths

_SCOPES = ("", "a", "a.x", "a.y", "b", "b.0", "b.1", "b.1.z")


@st.composite
def scoped_graphs(draw: st.DrawFn) -> Graph:
    """Graphs whose operations lie in modules, anyhow."""
    graph = draw(graphs())
    scopes = draw(
        st.lists(st.sampled_from(_SCOPES), min_size=len(graph.nodes), max_size=len(graph.nodes))
    )
    nodes = (
        replace(n, scope=scope if n.op else "")
        for n, scope in zip(graph.nodes, scopes, strict=True)
    )
    return replace(graph, nodes=tuple(nodes))


def number(array: Array | None) -> float:
    assert array is not None
    assert array.items is not None
    return float(array.items[0].real)


def sent_by_output(graph: Graph) -> dict[tuple[int, int], float]:
    """For each output, the sum of what comes back to it."""
    found: dict[tuple[int, int], float] = defaultdict(float)
    for e in graph.edges:
        found[e.source, e.port] += number(e.contribution)
    return found


def crossing(graph: Graph) -> list[float]:
    return sorted(number(e.contribution) for e in graph.edges)


@given(scoped_graphs(), st.integers(1, 3))
def test_leaves_that_remain_still_add_up_to_their_gradients(graph: Graph, depth: int) -> None:
    small = fold(graph, depth)
    sums = sent_by_output(small)
    for index, n in enumerate(small.nodes[:-1]):
        if n.kind == "leaf":
            assert sums[index, 0] == number(n.ports[0].grad)


@given(scoped_graphs(), st.integers(1, 3))
def test_every_edge_that_remains_keeps_its_contribution_and_its_gradient(
    graph: Graph, depth: int
) -> None:
    small = fold(graph, depth)
    known = defaultdict(list)
    for e in graph.edges:
        grads = (graph.nodes[e.source].ports[0].grad, graph.nodes[e.source].ports[0].value)
        known[e.contribution].append(grads)
    for e in small.edges:
        port = small.nodes[e.source].ports[e.port]
        assert (port.grad, port.value) in known[e.contribution]


@given(scoped_graphs(), st.integers(1, 3))
def test_what_crosses_a_border_adds_up_to_what_crossed_it_before(graph: Graph, depth: int) -> None:
    line = sequenced(graph)
    pieces = by_module(line, paths_of(line), depth)
    small = folded(line, pieces)
    home = [-1] * len(graph.nodes)
    for index, piece in enumerate(pieces):
        for place in range(piece.start, piece.end):
            home[line.operations[place]] = index
    inside = [e for e in graph.edges if home[e.source] == home[e.target] != -1]
    owned = len(graph.edges) - len(small.edges) - len(inside)
    leaves = [e for e in graph.edges if home[e.source] == -1]
    assert 0 <= owned <= len(leaves)
    between = [number(e.contribution) for e in graph.edges
               if home[e.source] not in (-1, home[e.target])]  # fmt: skip
    shown = [number(e.contribution) for e in small.edges if small.nodes[e.source].op]
    assert sorted(shown) == sorted(between)


@given(scoped_graphs(), st.integers(1, 3))
def test_the_loss_and_its_value_stay_last(graph: Graph, depth: int) -> None:
    small = fold(graph, depth)
    assert small.nodes[-1].ports[small.loss_port] == graph.nodes[-1].ports[graph.loss_port]
    assert all(e.port < len(small.nodes[e.source].ports) for e in small.edges)
    keys = [(e.target, e.slot) for e in small.edges]
    assert keys == sorted(set(keys))


@given(scoped_graphs(), st.integers(5, 12))
def test_any_graph_can_be_told_with_few_nodes(graph: Graph, most: int) -> None:
    small = fold(graph, most=most)
    assert len(small.nodes) <= max(most, 8) or small is graph
    assert tell(small).steps


@given(graphs())
def test_folding_nothing_changes_nothing(graph: Graph) -> None:
    assert fold(graph) is graph
    line = sequenced(graph)
    assert folded(line, singles(line)) == graph
    assert contracted(graph, range(len(graph.nodes)), {}) == graph
    assert fold(graph, depth=1) == graph


@given(scoped_graphs(), st.integers(1, 3))
def test_counting_agrees_with_folding(graph: Graph, depth: int) -> None:
    line = sequenced(graph)
    pieces = by_module(line, paths_of(line), depth)
    assert len(folded(line, pieces).nodes) == count_of(line, pieces)


def test_two_operations_become_one_with_its_operands_in_order() -> None:
    graph = two_paths()
    graph = replace(graph, nodes=(*graph.nodes[:2], replace(graph.nodes[2], scope="m"),
                                  replace(graph.nodes[3], scope="m"),
                                  node("op", "loss", 15.0, 1.0, "NegBackward0")),
                    edges=(*graph.edges, edge(3, 4, 0, 1.0, 1.0)))  # fmt: skip
    small = fold(graph, depth=1)
    assert [n.name for n in small.nodes] == ["a", "b", "m", "loss"]
    assert [(e.source, e.target, e.slot, number(e.contribution)) for e in small.edges] == [
        (0, 2, 0, 3.0),
        (1, 2, 1, 3.0),
        (1, 2, 2, 5.0),
        (2, 3, 0, 1.0),
    ]
    assert small.nodes[2].ports == graph.nodes[3].ports
    assert "modules to depth 1" in small.notes[-1]


def test_every_output_that_leaves_a_module_is_a_port() -> None:
    nodes = (
        node("leaf", "x", 2.0, 5.0),
        Node(
            "op", "SplitBackward0", (Port(scalar(1.0), scalar(3.0)), Port(scalar(9.0))), scope="m"
        ),
        node("op", "u", 4.0, 1.0, "ExpBackward0"),
        node("op", "loss", 6.0, 1.0, "MulBackward0"),
    )
    nodes = (nodes[0], nodes[1], replace(nodes[2], scope="m"), nodes[3])
    edges = (edge(0, 1, 0, 5.0, 1.0), edge(1, 2, 0, 1.0, 1.0), edge(1, 3, 0, 2.0, 1.0),
             Edge(2, 0, 3, 1, scalar(4.0)))  # fmt: skip
    small = fold(Graph(nodes, edges), depth=1)
    assert [n.name for n in small.nodes] == ["x", "m", "loss"]
    assert small.nodes[1].ports == (nodes[1].ports[0], nodes[2].ports[0])
    assert [(e.source, e.port, e.target) for e in small.edges] == [(0, 0, 1), (1, 0, 2), (1, 1, 2)]


def test_modules_that_depend_on_each_other_in_a_circle_are_shown_in_pieces() -> None:
    graph = chain(5)
    scopes = ("", "m", "n", "m", "n", "")
    nodes = tuple(replace(n, scope=s) for n, s in zip(graph.nodes, scopes, strict=True))
    small = fold(replace(graph, nodes=nodes), depth=1)
    assert names(small) == ["x", *["AddBackward0"] * 5]


def test_views_are_skipped_and_their_sources_keep_the_contribution() -> None:
    nodes = (
        node("leaf", "w", 2.0, 7.0),
        node("op", "", 2.0, 7.0, "TBackward0"),
        node("op", "", 2.0, 7.0, "ToCopyBackward0"),
        node("leaf", "x", 3.0, 2.0),
        node("op", "loss", 6.0, 1.0, "MulBackward0"),
    )
    edges = (edge(0, 1, 0, 7.5, 1.0), edge(1, 2, 0, 7.25, 1.0),
             edge(3, 4, 0, 2.0, 2.0), edge(2, 4, 1, 7.0, 7.0))  # fmt: skip
    small = without_views(Graph(nodes, edges))
    assert [n.name for n in small.nodes] == ["w", "x", "loss"]
    assert small.edges == (edge(1, 2, 0, 2.0, 2.0), Edge(0, 0, 2, 1, scalar(7.5)))


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside: torch.Tensor = self.down(nn.functional.gelu(self.up(self.norm(x))))
        return x + inside


class Net(nn.Module):
    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.layers = nn.ModuleList(Block(4) for _ in range(blocks))
        self.head = nn.Linear(4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        for layer in self.layers:
            x = layer(x)
        y: torch.Tensor = self.head(x)
        return y


def recorded(blocks: int) -> tuple[Net, Graph]:
    torch.manual_seed(0)
    net, x = Net(blocks), torch.randn(5, 3)
    with recording(net) as tape:
        loss = net(x).pow(2).mean()
    return net, tape.graph(loss)


def names(graph: Graph) -> list[str]:
    return [n.name or n.op for n in graph.nodes]


def test_equal_blocks_in_a_row_are_one_node_with_their_number() -> None:
    _, graph = recorded(12)
    small = fold(graph)
    assert "layers.0–11 (12 times)" in names(small)
    assert len(small.nodes) <= 60
    assert f"from {len(graph.nodes)} nodes to {len(small.nodes)}" in small.notes[-1]


def test_a_block_is_shown_open_on_request_and_the_rest_stays() -> None:
    _, graph = recorded(12)
    small = fold(graph, unfold=["layers.0"])
    assert {"layers.0.norm", "layers.0.up", "layers.0.down", "layers.1–11 (11 times)"} <= {
        *names(small)
    }
    small = fold(graph, unfold=["layers.5.up"])
    assert {"layers.0–4 (5 times)", "layers.5.norm", "layers.5.down", "layers.6–11 (6 times)"} <= {
        *names(small)
    }
    assert "layers.5.up" not in names(small)


def test_the_deepest_depth_that_fits_is_taken() -> None:
    _, graph = recorded(6)
    assert "layers.5.down" in names(fold(graph))
    assert "layers.0–5 (6 times)" in names(fold(graph, most=20))


def test_blocks_that_differ_are_not_taken_together() -> None:
    net = nn.Sequential(*(nn.Sequential(nn.Linear(i, i + 1), nn.Tanh()) for i in range(3, 30)))
    with recording(net) as tape:
        loss = net(torch.randn(2, 3)).sum()
    small = fold(tape.graph(loss))
    assert not any("×" in name for name in names(small))
    assert len(small.nodes) <= 60


def test_the_gradient_of_a_module_s_output_is_torchs() -> None:
    net, graph = recorded(12)
    small = fold(graph)
    x = torch.randn(5, 3)
    block = small.nodes[names(small).index("layers.0–11 (12 times)")]
    torch.manual_seed(0)
    net, x = Net(12), torch.randn(5, 3)
    h = net.first(x)
    for layer in net.layers:
        h = layer(h)
    expected = torch.autograd.grad(net.head(h).pow(2).mean(), h)[0]
    assert block.ports[0].grad is not None
    assert block.ports[0].grad.items == pytest.approx(expected.reshape(-1).tolist())


def test_without_recorded_modules_the_names_of_parameters_tell() -> None:
    net = Net(20)
    graph = graph_of(net(torch.randn(5, 3)).pow(2).mean(), model=net)
    small = fold(graph)
    assert len(small.nodes) <= 60
    assert any(name.startswith("layers.0–") for name in names(small))


def test_a_recurrent_loop_without_modules_is_one_step_many_times() -> None:
    torch.manual_seed(0)
    w, u, h = (
        torch.randn(4, 4, requires_grad=True),
        torch.randn(3, 4, requires_grad=True),
        torch.zeros(2, 4),
    )
    for x in torch.randn(500, 2, 3):
        h = torch.tanh(x @ u + h @ w)
    graph = graph_of(h.sum())
    small = fold(graph)
    assert len(small.nodes) <= 10
    assert any(name.endswith(" (500 times)") for name in names(small))
    assert {"w", "u"} <= {*names(small)}


def test_very_many_edges_to_one_folded_node_are_one_with_their_sum() -> None:
    a = torch.tensor(0.9, dtype=torch.float64, requires_grad=True)
    c = a
    for _ in range(300):
        c = torch.sin(c) * a
    small = fold(graph_of(c))
    assert len(small.edges) < 10
    expected = torch.autograd.grad(c, a)[0].item()
    assert sent_by_output(small)[0, 0] == pytest.approx(expected, rel=1e-12)
    assert "it has their sum" in small.notes[-1]


def test_the_sum_of_large_arrays_is_the_gradient_where_all_of_it_comes_that_way() -> None:
    w, h = torch.randn(9, 9, requires_grad=True), torch.randn(2, 9, requires_grad=True)
    for _ in range(100):
        h = torch.tanh(h @ w)
    small = fold(graph_of(h.sum()))
    leaf = names(small).index("w")
    sent = [e.contribution for e in small.edges if e.source == leaf]
    assert sent == [small.nodes[leaf].ports[0].grad]


def test_a_stack_of_all_states_goes_into_the_steps_that_made_them() -> None:
    w, h, states = torch.randn(4, 4, requires_grad=True), torch.randn(2, 4), []
    for _ in range(100):
        h = torch.tanh(h @ w)
        states.append(h)
    graph = graph_of(torch.stack(states).pow(2).mean())
    small = fold(graph)
    assert max(len(n.ports) for n in small.nodes) == 1
    assert "PowBackward0" in names(small)


def test_a_cell_that_is_called_again_and_again_says_how_often() -> None:
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.LSTMCell(3, 4)

        def forward(self, xs: torch.Tensor) -> torch.Tensor:
            h = c = torch.zeros(2, 4)
            for x in xs:
                h, c = self.cell(x, (h, c))
            return h.sum()

    net = Loop()
    with recording(net) as tape:
        loss = net(torch.randn(50, 2, 3))
    assert "cell (50 times)" in names(fold(tape.graph(loss)))


def test_an_operation_of_very_many_leaves_takes_them_in() -> None:
    leaves = [torch.randn(i % 7 + 1, requires_grad=True) for i in range(200)]
    small = fold(graph_of(torch.cat(leaves).pow(2).sum()))
    assert names(small)[0] == "cat of 200"
    assert len(small.nodes) < 6


def test_irregular_graphs_are_cut_into_stretches() -> None:
    ops = ["Exp", "Sin", "Tanh", "Neg", "Cos", "Abs", "Log"]
    graph = chain(4000)
    nodes = [replace(n, op=f"{ops[(i * i * i + i // 7) % 7]}{i % 97}Backward0" if n.op else "")
             for i, n in enumerate(graph.nodes)]  # fmt: skip
    small = fold(replace(graph, nodes=tuple(nodes)))
    assert len(small.nodes) <= 60
    assert any(name.startswith("operations 1 to ") for name in names(small))
    assert crossing(small) == [1.0] * len(small.edges)


@pytest.mark.parametrize("length", [100_000])
def test_a_hundred_thousand_nodes_fold_in_seconds(length: int) -> None:
    graph = chain(length)
    start = time.process_time()
    small = fold(graph)
    assert time.process_time() - start < 8  # about a second on an idle machine
    assert names(small) == ["x", f"[+] ({length - 1:,} times)", "AddBackward0"]


def test_unknown_modules_and_depths_are_refused_with_what_there_is() -> None:
    _, graph = recorded(12)
    with pytest.raises(InputError, match=r"got 'layer\.0'; there are .*layers\.0"):
        fold(graph, unfold=["layer.0"])
    with pytest.raises(InputError, match=r"depth as a whole number of 1 or more: got 0"):
        fold(graph, depth=0)
    with pytest.raises(InputError, match="this graph knows no modules"):
        fold(chain(3), unfold=["x"])


def test_a_named_input_stays_outside_and_parameters_go_in() -> None:
    x = node("leaf", "x", 1.0, 1.0)
    w = node("leaf", "m.weight", 1.0, 1.0)
    ops = (node("op", "", 1.0, 1.0, "MulBackward0"), node("op", "", 1.0, 1.0, "ExpBackward0"))
    nodes: Sequence[Node] = (
        x,
        w,
        *(replace(n, scope="m") for n in ops),
        node("op", "loss", 1, 1, "Neg"),
    )
    edges = (edge(0, 2, 0, 1, 1), edge(1, 2, 1, 1, 1), edge(2, 3, 0, 1, 1), edge(3, 4, 0, 1, 1))
    assert names(fold(Graph(tuple(nodes), edges), depth=1)) == ["x", "m", "loss"]


def test_a_piece_is_a_stretch_so_that_nothing_can_depend_on_itself() -> None:
    line = sequenced(chain(10))
    small = folded(line, [Piece(0, 4, "part", "p"), Piece(4, 9, "part", "q"), Piece(9, 10)])
    assert names(small) == ["x", "p", "q", "AddBackward0"]
    assert math.isclose(sum(crossing(small)), 3.0)
