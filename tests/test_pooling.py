"""What is kept of a large tensor beside its summary: a grid of block means, a histogram, and how
many elements are zero."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import avg_pool2d

from graphgen import recording
from graphgen.capture import summaries
from graphgen.capture.arrays import array_of
from graphgen.capture.batches import Batches, read_together
from graphgen.capture.foreign.arrays import array_of as foreign_array_of
from graphgen.model.graph import (
    BINS,
    MAXIMUM_SIDE,
    MIDDLE_BIN,
    Grid,
    Histogram,
    Summary,
    blocks_of,
    matrix_of,
)

PRECISION = 2.0**-11
SHAPES = [
    (70,), (1000,), (40_001,), (8, 9), (32, 32), (33, 32), (50, 70), (300, 2), (2, 300), (1, 90),
    (90, 1), (200, 331), (20_000, 3), (3, 20_000), (5, 6, 7), (2, 3, 40, 50), (1, 1, 9, 9),
    (64, 3, 3, 3), (1 << 17,),
]  # fmt: skip


def summary(tensor: Tensor) -> Summary:
    found = array_of(tensor).summary
    assert found is not None
    return found


def grid(tensor: Tensor) -> Grid:
    found = summary(tensor).grid
    assert found is not None
    return found


def histogram(tensor: Tensor) -> Histogram:
    found = summary(tensor).histogram
    assert found is not None
    return found


def pooled(tensor: Tensor) -> Tensor:
    """The means of the blocks, as torch pools pictures."""
    matrix = tensor.double().reshape(1, *matrix_of(tuple(tensor.shape)))
    block = blocks_of((matrix.shape[1], matrix.shape[2]))
    return avg_pool2d(matrix, block, ceil_mode=True)[0]


def assert_is_pooled(found: Grid, tensor: Tensor) -> None:
    """Each number is the block's mean, to 11 bits, and beside the largest one."""
    expected = pooled(tensor)
    assert (found.rows, found.columns) == tuple(expected.shape)
    assert found.block == blocks_of(matrix_of(tuple(tensor.shape)))
    largest = float(expected.abs().max())
    for number, mean in zip(found.numbers, expected.reshape(-1).tolist(), strict=True):
        assert number == pytest.approx(mean, rel=PRECISION, abs=largest * 2.0**-38)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int32])
def test_a_grid_holds_the_means_of_blocks(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    tensor = (torch.randn(shape) * 50).to(dtype)
    found = grid(tensor)
    assert max(found.rows, found.columns) <= MAXIMUM_SIDE
    assert found.pooling == "mean"
    assert_is_pooled(found, tensor)


def test_a_grid_of_at_most_32_rows_and_columns_holds_each_element() -> None:
    tensor = torch.arange(30.0 * 20).reshape(30, 20)
    found = grid(tensor)
    assert found.block == (1, 1)
    assert found.numbers == tuple(tensor.reshape(-1).tolist())


def test_a_tensor_of_many_axes_is_split_nearest_to_a_square() -> None:
    assert matrix_of((2, 3, 4, 100)) == (24, 100)
    assert matrix_of((64, 32, 3, 3)) == (64, 288)
    assert matrix_of((32, 64, 1, 1)) == (32, 64)
    assert matrix_of((500, 2)) == (500, 2)


@pytest.mark.parametrize("size", [10, 300])
def test_nan_and_inf_stand_in_their_block_alone(size: int) -> None:
    tensor = torch.ones(size, size)
    tensor[0, 0], tensor[-1, 0], tensor[0, -1], tensor[-1, -1] = math.nan, math.inf, -math.inf, 5.0
    found = grid(tensor)
    numbers = found.numbers
    corner = found.rows * (found.columns - 1) if found.columns == 1 else found.columns - 1
    assert math.isnan(numbers[0])
    assert (numbers[-found.columns], numbers[corner]) == (math.inf, -math.inf)
    assert numbers[-1] == pytest.approx(pooled(tensor)[-1, -1].item(), rel=PRECISION)
    assert sum(map(math.isfinite, numbers)) == len(numbers) - 3
    assert found == grid(tensor.clone())


@pytest.mark.parametrize("size", [100, 40_000])
@pytest.mark.parametrize("scale", [1e308, 1e-308, 5e-324, 3e-39, 1e30])
def test_a_grid_and_a_histogram_of_very_large_and_small_numbers(size: int, scale: float) -> None:
    torch.manual_seed(0)
    signs = torch.randint(-1, 2, (size,), dtype=torch.float64)
    signs[:2] = torch.tensor([1.0, -1.0])
    tensor = signs * scale
    for number, mean in zip(grid(tensor).numbers, pooled(signs).reshape(-1).tolist(), strict=True):
        assert number == pytest.approx(mean * scale, rel=PRECISION, abs=5e-324)
    counts = histogram(tensor).counts
    expected = [int((tensor == number).sum()) for number in (-scale, 0.0, scale)]
    assert [counts[0], counts[MIDDLE_BIN], counts[-1]] == expected
    assert sum(counts) == size


@pytest.mark.parametrize("size", [100, 40_000])
def test_so_large_float32_that_their_distance_is_none(size: int) -> None:
    tensor = torch.full((size,), 3e38)
    tensor[::4] = -3e38
    counts = histogram(tensor).counts
    assert (counts[0], counts[-1], sum(counts)) == (size // 4, size - size // 4, size)


def counts_near(tensor: Tensor, found: Histogram) -> None:
    """Up to each edge lie as many as say the numbers; those that rounding moves over it may lie
    on either side."""
    numbers = tensor.double().sort().values
    slack = (found.high - found.low) * 1e-6
    below = 0
    for place in range(1, BINS):
        edge = found.low + (found.high - found.low) * (place / BINS)
        below += found.counts[place - 1]
        assert int((numbers < edge - slack).sum()) <= below <= int((numbers < edge + slack).sum())


@pytest.mark.parametrize("shape", [(70,), (30, 40), (500, 300)], ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.int64])
def test_a_histogram_counts_as_numpy_and_torch_do(
    shape: tuple[int, ...], dtype: torch.dtype
) -> None:
    torch.manual_seed(1)
    tensor = (torch.randn(shape) * 1000).to(dtype)
    found, numbers = histogram(tensor), tensor.double()
    assert (found.low, found.high) == (numbers.min().item(), numbers.max().item())
    assert sum(found.counts) == tensor.numel()
    counts_near(tensor, found)
    expected, _ = np.histogram(numbers.numpy(), BINS)
    assert np.abs(np.cumsum(found.counts) - np.cumsum(expected)).max() <= 3
    if dtype == torch.float64:
        assert list(found.counts) == torch.histc(numbers, BINS).tolist()


def test_whole_numbers_that_are_edges_are_counted_in_the_bin_above() -> None:
    assert histogram(torch.arange(97.0)).counts == (3,) * 31 + (4,)
    assert histogram(torch.arange(97)).counts == (3,) * 31 + (4,)
    assert histogram(torch.arange(96_001.0)).counts == (3000,) * 31 + (3001,)


@pytest.mark.parametrize("size", [100, 40_000])
def test_equal_numbers_are_counted_in_the_middle(size: int) -> None:
    found = histogram(torch.full((size,), -3.5))
    assert (found.low, found.high) == (-3.5, -3.5)
    assert found.counts[MIDDLE_BIN] == sum(found.counts) == size


@pytest.mark.parametrize("size", [100, 40_000])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.complex64])
def test_only_finite_elements_are_in_the_histogram(size: int, dtype: torch.dtype) -> None:
    tensor = torch.ones(size, dtype=dtype)
    tensor[3], tensor[40], tensor[41], tensor[-1] = math.nan, -math.inf, 0.0, 4.0
    found = histogram(tensor)
    assert (found.low, found.high) == (0.0, 4.0)
    assert (found.counts[0], found.counts[8], found.counts[-1]) == (1, size - 4, 1)
    nothing = histogram(torch.full((size,), math.nan, dtype=dtype))
    assert math.isnan(nothing.low)
    assert sum(nothing.counts) == 0


@pytest.mark.parametrize("size", [100, 40_000])
@pytest.mark.parametrize(
    "dtype",
    [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.complex128, torch.complex64,
     torch.bool, torch.int8, torch.uint8, torch.int64, torch.float8_e4m3fn, torch.uint16],
    ids=str,
)  # fmt: skip
def test_zeros_are_counted_exactly(size: int, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    tensor = torch.randint(0, 3, (size,)).to(dtype)
    zeros = int((tensor.to(torch.complex128) == 0).sum())
    assert summary(tensor).zeros == zeros
    assert array_of(tensor).share_of_zeros == zeros / size


def test_zeros_of_small_tensors_are_those_of_their_elements() -> None:
    assert array_of(torch.tensor([0.0, -0.0, 1.0, math.nan])).share_of_zeros == 0.5
    assert array_of(torch.zeros(0)).share_of_zeros is None
    assert array_of(torch.zeros(3, device="meta")).share_of_zeros is None


def test_of_complex_elements_the_magnitudes_are_taken() -> None:
    torch.manual_seed(0)
    tensor = torch.randn(50, 70, dtype=torch.complex128)
    assert_is_pooled(grid(tensor), tensor.abs())
    counts_near(tensor.abs().reshape(-1), histogram(tensor))


def test_a_huge_sparse_tensor_has_no_grid_but_its_zeros() -> None:
    places, size = torch.tensor([[3, 70_000_000]]), 1 << 27
    sparse = torch.sparse_coo_tensor(
        places, torch.tensor([1.0, 2.0]), (size,), check_invariants=True
    )
    assert (summary(sparse).zeros, summary(sparse).grid) == (size - 2, None)
    empty = torch.sparse_coo_tensor(places[:, :0], torch.zeros(0), (size,))
    assert (summary(empty).zeros, sum(histogram(empty).counts)) == (size, size)


def make_every_layout() -> dict[str, Callable[[Tensor], Tensor]]:
    return {
        "transposed": lambda x: x.t(),
        "another shape": lambda x: x.reshape(-1, 25),
        "every other": lambda x: x[::2],
        "negated": lambda x: torch.complex(x, x).conj().imag,
        "sparse": lambda x: x.to_sparse(),
    }


@pytest.mark.parametrize("layout", make_every_layout().values(), ids=make_every_layout())
@pytest.mark.parametrize("shape", [(40, 50), (400, 200)], ids=str)
def test_grid_and_histogram_are_those_of_the_numbers_however_they_lie(
    layout: Callable[[Tensor], Tensor], shape: tuple[int, int]
) -> None:
    torch.manual_seed(0)
    tensor = layout(torch.randn(shape))
    plain = tensor.to_dense() if tensor.is_sparse else tensor.contiguous().resolve_neg()
    assert_is_pooled(grid(tensor), plain)
    counts_near(plain.reshape(-1), histogram(tensor))


def test_what_is_read_in_batches_has_the_same_grid_and_histogram() -> None:
    torch.manual_seed(0)
    tensors = [torch.randn(40, 30) * 10.0**power for power in (-44, -20, 0, 37, 38)]
    tensors += [matrix.t() for matrix in tensors] + [torch.full((40, 30), math.nan)]
    tensors += [torch.zeros(40, 30), torch.eye(40)[:, :30].contiguous()]
    batches = Batches()
    slots = [batches.add(tensor) for tensor in tensors]
    batches.flush()
    for tensor, slot, together in zip(tensors, slots, read_together(tensors), strict=True):
        alone = summary(tensor)
        for other in (slot.filled.summary, together.summary):
            assert other is not None
            assert (other.grid, other.histogram) == (alone.grid, alone.histogram)
            assert other.zeros == alone.zeros


def test_an_engine_s_arrays_have_them_too() -> None:
    numbers = np.random.default_rng(0).normal(size=(50, 70))
    numbers[0, :5] = 0.0
    found = foreign_array_of(numbers).summary
    assert found is not None
    assert found.zeros == 5
    assert found.grid is not None
    assert found.histogram is not None
    assert_is_pooled(found.grid, torch.from_numpy(numbers))
    counts_near(torch.from_numpy(numbers).reshape(-1), found.histogram)


def test_values_gradients_and_contributions_of_a_recording_have_them() -> None:
    torch.manual_seed(0)
    with recording() as tape:
        w = torch.randn(40, 50, requires_grad=True)
        h = w.relu()
        loss = (h * h).sum()
    graph = tape.graph(loss)
    arrays = [port.value for node in graph.nodes for port in node.ports]
    arrays += [edge.contribution for edge in graph.edges if edge.contribution]
    large = [array.summary for array in arrays if array.count > 64]
    assert len(large) >= 6
    assert all(each and each.grid and each.histogram for each in large)
    relu = next(node for node in graph.nodes if node.op == "ReluBackward0")
    assert relu.ports[0].value.share_of_zeros == int((h == 0).sum()) / 2000


@settings(max_examples=60)
@given(
    shape=st.lists(st.integers(1, 40), min_size=1, max_size=4).filter(
        lambda shape: 64 < math.prod(shape) < 50_000
    ),
    seed=st.integers(0, 2**32 - 1),
    odd=st.integers(0, 3),
    dtype=st.sampled_from([torch.float32, torch.float64, torch.float16]),
)
def test_counts_add_up_and_grids_fit(
    shape: list[int], seed: int, odd: int, dtype: torch.dtype
) -> None:
    generator = torch.Generator().manual_seed(seed)
    tensor = torch.randn(shape, generator=generator).mul(2).round().to(dtype)
    flat = tensor.view(-1)
    flat[:odd] = torch.tensor([math.nan, math.inf, -math.inf], dtype=dtype)[:odd]
    found = summary(tensor)
    assert found.histogram is not None
    assert sum(found.histogram.counts) == tensor.numel() - odd
    assert found.zeros == int((tensor == 0).sum())
    assert found.grid is not None
    numbers, expected = found.grid.numbers, pooled(tensor).reshape(-1).tolist()
    assert numbers == pytest.approx(expected, rel=PRECISION, abs=1e-6, nan_ok=True)


@given(
    st.integers(1, 6),
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=6),
)
def test_a_grid_made_of_numbers_holds_them(rows: int, row: list[float]) -> None:
    found = Grid.of(rows, len(row), row * rows)
    largest = max(map(abs, row))
    assert found.numbers == pytest.approx(tuple(row * rows), rel=PRECISION, abs=largest * 2.0**-38)
    assert len({found, Grid.of(rows, len(row), row * rows)}) == 1


def test_a_grid_or_a_histogram_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 32 rows"):
        Grid.of(33, 1, (0.0,) * 33)
    with pytest.raises(ValueError, match="2 × 2 numbers"):
        Grid.of(2, 2, (0.0,) * 3)
    with pytest.raises(ValueError, match="32 bins"):
        Histogram.of(0.0, 1.0, (1, 2, 3))


def test_what_lies_on_another_device_is_counted_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole tensor at once, as on a GPU, gives what pieces of it give."""
    torch.manual_seed(0)
    tensor = torch.randn(300, 301)
    in_pieces = summary(tensor)
    monkeypatch.setattr(summaries, "_pieces", lambda flat: iter((flat,)))
    assert summary(tensor) == in_pieces
