"""Tensors that are read together have the Arrays of tensors that are read one by one."""

import pytest
import torch
from torch import Tensor

from graphgen import graph_of
from graphgen.capture.arrays import array_of
from graphgen.capture.batches import read_together
from graphgen.capture.rows import turned_arrays
from graphgen.model.graph import Array


def mixed() -> list[Tensor]:
    torch.manual_seed(0)
    matrices = [torch.randn(64, 48) for _ in range(5)]
    return [
        *(matrix.t() for matrix in matrices),
        *matrices,
        *(torch.randn(3, 5).t() for _ in range(3)),
        *(torch.randn(64, 64, dtype=torch.float64).t() for _ in range(3)),
        *(torch.full((100,), float("inf")) for _ in range(2)),
        torch.randn(30, 50)[:, ::2],
        torch.randn(9, dtype=torch.bfloat16),
        torch.randn(9, dtype=torch.complex64),
        torch.arange(70),
        torch.zeros(0, 3),
        torch.tensor(3.0),
        torch.randn(4, 4).to_sparse(),
        torch.randn(200, 200),
        *(torch.randn(7, 13) for _ in range(4)),
    ]


def test_tensors_of_every_kind_are_read_as_if_alone() -> None:
    tensors = mixed()
    for found, tensor in zip(read_together(tensors), tensors, strict=True):
        assert_alike(found, array_of(tensor))


def test_the_transpose_of_what_is_read_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    turned: list[Array | None] = []

    def watched(*arguments: object) -> list[Array | None]:
        found = turned_arrays(*arguments)  # type: ignore[arg-type]
        turned.extend(found)
        return found

    monkeypatch.setattr("graphgen.capture.batches.turned_arrays", watched)
    matrices = [torch.randn(64, 48) for _ in range(5)]
    found = read_together([*(matrix.t() for matrix in matrices), *matrices])
    assert len(turned) == 5
    for array, matrix in zip(found, matrices, strict=False):
        assert array.shape == (48, 64)
        assert_alike(array, array_of(matrix.t()))


@pytest.mark.parametrize("size", [3, 1000, 100_000])
def test_a_hook_that_changes_a_gradient_is_told_of_whatever_its_size(size: int) -> None:
    x = torch.randn(size, dtype=torch.float64, requires_grad=True)
    h = x * 3
    h.register_hook(lambda grad: grad * 1.01)
    assert any("hook of yours" in note for note in graph_of((h * x).sum()).notes)
    untouched = x * 3
    assert not any("hook of yours" in note for note in graph_of((untouched * x).sum()).notes)


def assert_alike(found: Array, expected: Array) -> None:
    """Equal but for how a mean was rounded."""
    assert (found.shape, found.dtype, found.items) == (
        expected.shape,
        expected.dtype,
        expected.items,
    )
    one, other = found.summary, expected.summary
    if one is None or other is None:
        assert one is other
        return
    assert (one.minimum, one.maximum, one.nan, one.inf) == (
        other.minimum, other.maximum, other.nan, other.inf,
    ) or one.nan + one.inf  # fmt: skip
    assert one.norm == pytest.approx(other.norm, rel=1e-5)
    assert one.mean == pytest.approx(other.mean, rel=1e-4, abs=1e-6, nan_ok=True)
    assert one.strip == pytest.approx(other.strip, rel=1e-4, abs=1e-5, nan_ok=True)
