"""Views changed in place read as if that had been done out of place: values, names, modules."""

import random
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from graphgen.capture.recorder import recording
from graphgen.model.graph import Graph, Node


def leaf(value: object) -> Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def read(make: Callable[[], Tensor]) -> Graph:
    with recording() as tape:
        loss = make()
    return tape.graph(loss)


def value(node: Node) -> tuple[float | complex, ...] | None:
    return node.ports[0].value.items


def written(graph: Graph) -> list[tuple[str, object]]:
    """How each operation is written, and its value."""
    return [(node.label, value(node)) for node in graph.nodes if node.op]


def operations(graph: Graph, scope: str) -> list[tuple[str, tuple[int, ...]]]:
    """The operations of one module with their shapes."""
    return [
        (node.op, node.ports[0].value.shape)
        for node in graph.nodes
        if node.op and node.scope == scope
    ]


def test_a_view_whose_base_was_changed_has_the_value_that_it_then_shows() -> None:
    def make() -> Tensor:
        a = leaf(2.0)
        base = a * torch.ones(3, dtype=torch.float64)
        v = base[0]
        base.mul_(2)
        return v * 3

    graph = read(make)
    assert written(graph)[1:] == [
        ("base.mul_(2)", (4.0, 4.0, 4.0)),
        ("base₂[0]", (4.0,)),
        ("v * 3", (12.0,)),
    ]
    assert [node.name for node in graph.nodes if node.op] == ["base", "base₂", "v", "loss"]
    assert [node.op for node in graph.nodes if node.name == "v"] == ["select"]
    assert graph.notes == ()


def test_a_base_that_was_changed_through_a_view_shows_its_new_part() -> None:
    def make() -> Tensor:
        a = leaf(2.0)
        base = a * torch.ones(3, dtype=torch.float64)
        v = base[0]
        w = base[1]
        v.mul_(2)
        return v * w

    graph = read(make)
    assert written(graph)[1:] == [
        ("base[0].mul_(2)", (4.0, 2.0, 2.0)),
        ("base₂[0]", (4.0,)),
        ("base₂[1]", (2.0,)),
        ("v * w", (8.0,)),
    ]
    assert graph.notes == ()


def test_data_that_a_value_is_written_into_shows_what_it_was_before() -> None:
    def make() -> Tensor:
        a = leaf(2.0)
        z = torch.zeros(3, dtype=torch.float64)
        z[1] = a
        return (z * z).sum()

    graph = read(make)
    before = graph.nodes[0]
    assert (before.kind, value(before)) == ("data", (0.0, 0.0, 0.0))
    assert written(graph)[0] == ("", (0.0, 2.0, 0.0))
    sources = [edge.source for edge in graph.edges if edge.target == 2]
    assert [graph.nodes[source].kind for source in sources] == ["data", "leaf"]


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Sequential(nn.Linear(3, 2), nn.ReLU(inplace=True)), (2, 4, 3)),
        (nn.Sequential(nn.Flatten(), nn.ReLU(inplace=True)), (2, 2, 3)),
        (nn.Sequential(nn.Flatten(), nn.Hardtanh(inplace=True)), (2, 2, 3)),
    ],
)
def test_an_activation_in_place_stays_in_its_module_under_its_name(
    module: nn.Sequential, shape: tuple[int, ...]
) -> None:
    x = torch.linspace(-1, 1, 2 * 3 * shape[1]).reshape(shape).requires_grad_()
    with recording(module) as tape:
        out = module(x * 1)
        loss = out.sum()
    graph = tape.graph(loss)
    name = type(module[1]).__name__.lower()
    ops = operations(graph, "1")
    assert [op for op, _ in ops] == [name, "view"]
    assert ops[1][1] == tuple(out.shape)
    assert all(port.value.known for node in graph.nodes for port in node.ports)
    assert graph.notes == ()
    assert value(graph.nodes[-2]) == tuple(out.detach().reshape(-1).tolist())


def test_a_view_made_anew_for_an_operation_does_not_take_its_number() -> None:
    def make() -> Tensor:
        a = leaf([1.0, 2.0, 3.0])
        base = a * 1
        v, w = base[:2], base[1:]
        base.add_(1)
        left = v * w
        return left.detach().sum() + (left * v).sum()

    graph = read(make)
    values = dict(written(graph))
    assert values["base.add_(1)"] == (2.0, 3.0, 4.0)
    assert values["base₂[:2]"] == (2.0, 3.0)
    assert values["base₂[1:]"] == (3.0, 4.0)
    assert values["v * w"] == (6.0, 12.0)
    (cut,) = (node for node in graph.nodes if node.kind == "cut")
    assert value(cut) == (18.0,)


def test_what_uses_only_the_shape_is_no_cut() -> None:
    def make() -> Tensor:
        a = leaf([1.0, 2.0])
        mask = torch.full_like(a, -torch.inf)
        return (a + mask.where(a > 5, a)).sum()

    graph = read(make)
    assert not any(node.op == "full_like" for node in graph.nodes)
    assert not any("inf" in note for note in graph.notes)


STEPS: dict[str, Callable[[Tensor, Tensor], Tensor | None]] = {
    "row": lambda x, _: x[0],
    "transposed": lambda x, _: x.t(),
    "flat": lambda x, _: x.reshape(-1),
    "doubled": lambda x, _: x.mul_(2),
    "moved": lambda x, b: x.add_(b.sum()),
    "written": lambda x, b: x.select(0, 0).copy_(b[0]),
    "sine": lambda x, _: x.sin_(),
    "product": lambda x, b: x * b.mean(),
    "cut": lambda x, _: x + x.detach(),
    "scaled row": lambda x, b: x[0].mul_(b[1]),
}


@pytest.mark.parametrize("seed", range(60))
def test_of_random_programs_in_place_every_value_and_gradient_is_right(seed: int) -> None:
    chance = random.Random(seed)
    torch.manual_seed(seed)
    a = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    b = torch.randn(4, dtype=torch.float64, requires_grad=True)
    try:
        with recording() as tape:
            tensors = [a * 1.0]
            for _ in range(chance.randint(2, 9)):
                x = chance.choice(tensors)
                name = chance.choice(list(STEPS))
                if x.dim() == 2 or (x.dim() == 1 and name != "transposed"):
                    step = STEPS[name](x, b)
                    tensors += [step] if step is not None else []
            loss = torch.stack([x.sum() for x in tensors]).sum()
            last = [tuple(x.detach().reshape(-1).tolist()) for x in tensors]
        expected = torch.autograd.grad(loss, [a, b], retain_graph=True, allow_unused=True)
    except RuntimeError:
        return  # torch refuses the program: a gradient needs what was written over
    graph = tape.graph(loss)
    assert all(port.value.known for node in graph.nodes for port in node.ports)
    assert set(last) <= {port.value.items for node in graph.nodes for port in node.ports}
    grads = [node.ports[0].grad for node in graph.nodes if node.kind == "leaf"]
    for grad, wanted in zip(grads, expected, strict=False):
        if grad is not None and wanted is not None:
            assert grad.items == pytest.approx(wanted.reshape(-1).tolist())
    assert not any("?" in note for note in graph.notes)


def test_an_operation_in_place_that_needs_what_it_overwrites_is_recorded_as_itself() -> None:
    """Torch clones the operand first, and the clone's node comes after the operation's own."""

    def make() -> Tensor:
        a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
        h = a * 2
        h.mul_(b).sin_()
        return h.sum()

    graph = read(make)
    product, sine = (
        next(
            i for i, node in enumerate(graph.nodes) if node.op == op and node.label.startswith("h")
        )
        for op in ("MulBackward0", "SinBackward0")
    )
    assert value(graph.nodes[product]) == (6.0, 16.0)
    names = [graph.nodes[edge.source].name for edge in graph.edges if edge.target == product]
    assert names == ["h", "b"]
    assert graph.nodes[sine].source == graph.nodes[product].source != ""


@pytest.mark.parametrize("again", [lambda z: z, torch.view_as_real], ids=["complex", "real"])
def test_a_view_of_another_dtype_that_is_changed_in_place_is_read_without_hanging(
    again: Callable[[Tensor], Tensor],
) -> None:
    def make() -> Tensor:
        h = leaf([[1.0, 2.0], [3.0, 4.0]]) * 1
        again(torch.view_as_complex(h)).mul_(2)
        return h.sum()

    graph = read(make)
    (grad,) = (node.ports[0].grad for node in graph.nodes if node.kind == "leaf")
    assert grad is not None
    assert grad.items == (2.0, 2.0, 2.0, 2.0)
