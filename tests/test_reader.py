"""What is read anew and what is not: the Array is always the one of a plain reading."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

import graphgen.capture.reader as module
from graphgen.capture.arrays import array_of
from graphgen.capture.reader import Reader
from graphgen.capture.recorder import recording
from tests.test_reading import check_laws

VIEWS: dict[str, Callable[[Tensor], Tensor]] = {
    "the same": lambda x: x.detach(),
    "another shape": lambda x: x.view(32, -1),
    "transposed": lambda x: x.t(),
    "split into heads": lambda x: x.view(8, 32, 4, 64).transpose(1, 2),
    "with an axis of one": lambda x: x[:, None],
    "expanded to itself": lambda x: x.expand(256, 256),
    "expanded": lambda x: x[:1].expand(256, 256),
    "a part": lambda x: x[1:],
    "every other": lambda x: x[:, ::2],
    "other numbers": lambda x: x + 1,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.complex64, torch.int64]
)
def test_a_view_is_read_as_if_nothing_was_read_before(
    view: Callable[[Tensor], Tensor], dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    x = (torch.randn(256, 256) * 100).to(dtype)
    reader = Reader()
    assert reader.array_of(x) == array_of(x)
    assert reader.array_of(view(x)) == array_of(view(x))
    assert reader.array_of(view(x).clone()) == array_of(view(x).clone())


def test_what_is_only_shown_anew_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Tensor] = []
    monkeypatch.setattr(module, "array_of", lambda x: (read.append(x), array_of(x))[1])
    x, reader = torch.randn(256, 256), Reader()
    for shown in (x, x.t(), x.view(-1), x.t().view(16, 16, 256)):
        reader.array_of(shown)
    assert len(read) == 1


def test_numbers_that_were_written_meanwhile_are_read() -> None:
    x, reader = torch.ones(256, 256), Reader()
    reader.array_of(x)
    x.mul_(2)
    assert reader.array_of(x.view(-1)) == array_of(x.view(-1))


def test_memory_that_was_given_to_another_tensor_is_read() -> None:
    reader = Reader()
    for value in range(50):
        assert reader.array_of(torch.full((256, 256), float(value))).summary is not None
        made = torch.full((256, 256), -1.0 - value)
        assert reader.array_of(made) == array_of(made)


def test_what_is_written_around_the_version_is_seen_in_a_recording() -> None:
    with recording() as tape:
        x = torch.ones(256, 256, requires_grad=True)
        y = x * 2
        y.data.mul_(3)
        z = y.view(-1)
        loss = z.sum()
    (node,) = [node for node in tape.graph(loss).nodes if node.name == "z"]
    assert node.ports[0].value.summary is not None
    assert node.ports[0].value.summary.mean == 6.0


def test_large_gradients_that_meet_again_and_again_add_up() -> None:
    """Autograd adds up in place where it may."""
    with recording() as tape:
        x = torch.randn(256, 256, dtype=torch.float64, requires_grad=True)
        y = x
        for _ in range(6):
            y = y.t() * 0.7 + y.reshape(-1).view(256, 256) * 0.2 + y
        loss = (y * y).sum()
    graph = tape.graph(loss)
    check_laws(graph)
    arrived: dict[int, float] = {}
    for edge in graph.edges:
        if edge.contribution is not None and edge.contribution.summary is not None:
            mean = edge.contribution.summary.mean
            arrived[edge.source] = arrived.get(edge.source, 0.0) + mean
    assert len(arrived) > 30
    for index, mean in arrived.items():
        total = graph.nodes[index].ports[0].grad
        assert total is not None
        assert total.summary is not None
        assert mean == pytest.approx(total.summary.mean, rel=1e-9, abs=1e-12)
