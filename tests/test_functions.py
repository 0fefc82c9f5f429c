"""A Function of the user's (torch.autograd.Function) is one operation with all its outputs."""

from typing import Any

import torch
from torch import Tensor

from graphgen.capture.recorder import recording
from graphgen.model.graph import Graph


class Masked(torch.autograd.Function):
    """Twice x, where x is positive as numbers that take no gradient, and three times x."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mask = (x > 0).to(x.dtype)
        ctx.mark_non_differentiable(mask)
        return x * 2, mask, x * 3

    @staticmethod
    def backward(ctx: Any, twice: Tensor, _: Tensor, thrice: Tensor) -> Tensor:
        return twice * 2 + thrice * 3


class Cube(torch.autograd.Function):
    """x³, which counts how often its backward runs."""

    runs = 0

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        Cube.runs += 1
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad


class Threshold(torch.autograd.Function):
    """Whether x is positive: no output takes a gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        positive = (x > 0).to(x.dtype)
        ctx.mark_non_differentiable(positive)
        return positive

    @staticmethod
    def backward(ctx: Any, _: Tensor) -> None:
        raise AssertionError("nothing comes back here")


cube_bound_before = Cube.apply


def leaf(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def index_of(graph: Graph, op: str) -> int:
    (index,) = (i for i, node in enumerate(graph.nodes) if node.op == op)
    return index


def test_a_middle_output_that_takes_no_gradient_has_its_value() -> None:
    a = leaf(-1.0, 2.0)
    with recording() as tape:
        twice, _, thrice = Masked.apply(a)
        loss = (twice * thrice).sum()
    graph = tape.graph(loss)
    ports = graph.nodes[index_of(graph, "MaskedBackward")].ports
    assert [port.value.items for port in ports] == [(-2.0, 4.0), (0.0, 1.0), (-3.0, 6.0)]
    assert [port.grad is None for port in ports] == [False, True, False]
    assert graph.notes == ()


def test_what_uses_such_an_output_is_joined_to_it() -> None:
    a = leaf(-1.0, 2.0)
    with recording() as tape:
        twice, mask, _ = Masked.apply(a)
        loss = (twice * mask).sum()
    graph = tape.graph(loss)
    product = index_of(graph, "MulBackward0")
    edges = [edge for edge in graph.edges if edge.target == product]
    assert [(edge.port, edge.contribution is None) for edge in edges] == [(0, False), (1, True)]
    (expected,) = torch.autograd.grad(loss, a)
    assert graph.nodes[0].ports[0].grad is not None
    assert graph.nodes[0].ports[0].grad.items == tuple(expected.tolist())


def test_an_unused_last_output_is_known_too() -> None:
    a = leaf(-1.0, 2.0)
    with recording() as tape:
        twice, _, _ = Masked.apply(a)
        loss = twice.sum()
    graph = tape.graph(loss)
    values = [port.value for port in graph.nodes[index_of(graph, "MaskedBackward")].ports]
    assert values[0].items == (-2.0, 4.0)
    assert all(value.known for value in values)


def test_its_backward_runs_once_for_a_graph() -> None:
    a = leaf(1.0, 2.0, 3.0)
    with recording() as tape:
        loss = Cube.apply(a).sum()
    Cube.runs = 0
    graph = tape.graph(loss)
    assert Cube.runs == 1
    assert graph.nodes[0].ports[0].grad is not None
    assert graph.nodes[0].ports[0].grad.items == (3.0, 12.0, 27.0)


def test_its_local_derivatives_are_there_when_they_are_asked_for() -> None:
    a = leaf(1.0, 2.0)
    with recording() as tape:
        loss = Cube.apply(a).sum()
    graph = tape.graph(loss, local=True)
    (edge,) = (edge for edge in graph.edges if edge.source == 0)
    assert edge.local is not None
    assert edge.local.items == (3.0, 0.0, 0.0, 12.0)


def test_nothing_of_its_inside_shows_even_where_apply_was_bound_before() -> None:
    a = leaf(2.0)
    with recording() as tape:
        loss = cube_bound_before(a).sum()
    graph = tape.graph(loss)
    assert [node.op for node in graph.nodes] == ["", "CubeBackward", "SumBackward0"]
    assert graph.nodes[1].label == "cube_bound_before(a)"


def test_an_output_without_any_gradient_is_a_cut_with_the_functions_name() -> None:
    a = leaf(-1.0, 2.0)
    with recording() as tape:
        gate = Threshold.apply(a)
        loss = (a * gate).sum()
    graph = tape.graph(loss)
    (cut,) = (node for node in graph.nodes if node.kind == "cut")
    assert (cut.op, cut.name, cut.ports[0].value.items) == ("Threshold", "gate", (0.0, 1.0))
    assert cut.source.startswith("tests/test_functions.py:")


def test_torch_is_as_it_was_after_recordings_end_in_any_order() -> None:
    before = dict(vars(torch.autograd.function._SingleLevelFunction))
    first, second = recording(), recording()
    first.__enter__()
    second.__enter__()
    second.__exit__(None, None, None)
    first.__exit__(None, None, None)
    assert dict(vars(torch.autograd.function._SingleLevelFunction)) == before


def test_under_transforms_of_torch_func_it_is_left_alone() -> None:
    class Square(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x: Tensor) -> Tensor:
            return x * x

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> Tensor:
            made: Tensor = 2 * ctx.saved_tensors[0] * grad
            return made

    a = leaf(1.0, 2.0, 3.0)
    with recording() as tape:
        loss = torch.func.vmap(Square.apply)(a).sum()
    (expected,) = torch.autograd.grad(loss, a, retain_graph=True)
    graph = tape.graph(loss)
    assert graph.nodes[0].ports[0].grad is not None
    assert graph.nodes[0].ports[0].grad.items == tuple(expected.tolist()) == (2.0, 4.0, 6.0)
