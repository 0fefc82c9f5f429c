"""What is kept of very many numbers, against NumPy's plain words for it, in every layout, and
against fractions over the whole range of every dtype."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from graphgen.capture.arrays import array_of
from graphgen.capture.reader import Reader
from graphgen.model.graph import MAXIMUM_RUNS, Summary

LAYOUTS: dict[str, Callable[[], Tensor]] = {
    "small": lambda: torch.randn(70, dtype=torch.float64),
    "transposed small": lambda: torch.randn(9, 11, dtype=torch.float64).t(),
    "in a row": lambda: torch.randn(40_001, dtype=torch.float64),
    "transposed": lambda: torch.randn(512, 96, dtype=torch.float64).t(),
    "transposed, no whole slices": lambda: torch.randn(251, 163, dtype=torch.float64).t(),
    "permuted": lambda: torch.randn(4, 64, 3, 8, 8, dtype=torch.float64).permute(2, 0, 3, 1, 4),
    "every other": lambda: torch.randn(90_000, dtype=torch.float64)[::2],
    "cut out": lambda: torch.randn(300, 300, dtype=torch.float64)[5:250, 7:240],
    "expanded": lambda: torch.randn(1, 400, dtype=torch.float64).expand(100, 400),
    "flipped": lambda: torch.randn(200, 200, dtype=torch.float64).flip(0),
    "negated": lambda: torch.randn(200, 200, dtype=torch.complex128).conj().imag,
    "half": lambda: torch.randn(200, 200, dtype=torch.float16).t(),
    "counted": lambda: torch.arange(40_000).reshape(200, 200).t(),
    "true or not": lambda: torch.randn(200, 200).t() > 0,
    "complex": lambda: torch.randn(200, 200, dtype=torch.complex128).t(),
}


def summary(tensor: Tensor) -> Summary:
    found = array_of(tensor).summary
    assert found is not None
    return found


@pytest.mark.parametrize("make", LAYOUTS.values(), ids=LAYOUTS)
def test_a_summary_is_that_of_the_numbers_however_they_lie(make: Callable[[], Tensor]) -> None:
    torch.manual_seed(0)
    tensor = make()
    wide = tensor.abs() if tensor.is_complex() else tensor
    numbers = wide.resolve_neg().double().numpy().reshape(-1)
    size = math.ceil(numbers.size / MAXIMUM_RUNS)
    runs = [numbers[start : start + size].mean() for start in range(0, numbers.size, size)]
    found, precision = summary(tensor), 1e-12
    assert (found.minimum, found.maximum) == (numbers.min(), numbers.max())
    assert found.mean == pytest.approx(numbers.mean(), rel=precision, abs=precision)
    assert found.norm == pytest.approx(np.linalg.norm(numbers), rel=precision)
    assert found.strip == pytest.approx(runs, rel=precision, abs=precision)
    assert (found.nan, found.inf) == (0, 0)


def test_the_numbers_alone_count_and_not_how_they_lie() -> None:
    tensor = torch.randn(4, 64, 3, 8, 9).permute(2, 0, 3, 1, 4)
    assert array_of(tensor) == array_of(tensor.contiguous())
    reader = Reader()
    reader.array_of(tensor)
    assert reader.array_of(tensor.transpose(0, 1)) == array_of(tensor.transpose(0, 1).contiguous())


@pytest.mark.parametrize("size", [100, 50_000])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_nan_and_inf_are_counted_and_the_rest_is_measured(size: int, dtype: torch.dtype) -> None:
    tensor = torch.ones(size, dtype=dtype)
    tensor[3], tensor[40], tensor[41], tensor[-1] = math.inf, -math.inf, -2.0, 4.0
    found = summary(tensor)
    assert (found.nan, found.inf, found.norm) == (0, 2, math.inf)
    assert (found.minimum, found.maximum) == (-2.0, 4.0)
    assert found.mean == pytest.approx((size - 4 - 2 + 4) / (size - 2))
    assert found.strip[-1] == pytest.approx(
        tensor[math.ceil(size / MAXIMUM_RUNS) * (len(found.strip) - 1) :].double().mean().item()
    )
    tensor[7] = math.nan
    found = summary(tensor)
    assert (found.nan, found.inf) == (1, 2)
    assert math.isnan(found.norm)


@pytest.mark.parametrize("size", [100, 50_000])
def test_numbers_whose_squares_are_too_large_are_measured(size: int) -> None:
    found = summary(torch.full((size,), 1e30))
    assert found.norm == pytest.approx(1e30 * math.sqrt(size))
    assert found.mean == pytest.approx(1e30)
    assert (found.nan, found.inf) == (0, 0)


def test_nothing_but_nan_has_no_ends() -> None:
    found = summary(torch.full((200, 200), math.nan).t())
    assert found.nan == 40_000
    assert all(math.isnan(x) for x in (found.minimum, found.maximum, found.mean, found.norm))


FLOATS = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn,
    torch.float8_e5m2,
]  # fmt: skip
COMPLEX = [torch.complex128, torch.complex64, torch.complex32]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]
UNSIGNED = [torch.uint16, torch.uint32, torch.uint64]
SIZES = st.sampled_from([65, 300, 2000, 33_000])


def bits(seed: int, size: int, dtype: torch.dtype) -> Tensor:
    """Numbers of a dtype as any bits may be: of every exponent, subnormals and the largest."""
    wide = torch.zeros(1, dtype=dtype).element_size() * size
    numbers = np.random.default_rng(seed).integers(0, 256, wide, dtype=np.uint8)
    if dtype == torch.bool:
        return torch.from_numpy(numbers % 2 == 1)
    tensor = torch.from_numpy(numbers).view(dtype)
    if not dtype.is_floating_point:
        return tensor
    numbers_ = tensor.double()
    return numbers_.where(numbers_.isfinite(), 0).to(dtype)


def narrowed(tensor: Tensor, low: int, high: int) -> Tensor:
    """The same numbers, those outside of a range of exponents zero."""
    numbers = tensor.double()
    size = numbers.abs()
    return numbers.where((size >= 2.0**low) & (size < 2.0**high), 0).to(tensor.dtype)


UNIT = 2**1074
"""Every float64 is a whole number of 1 / UNIT, so sums in it are exact, and quicker than those of
fractions."""


def exact(tensor: Tensor) -> list[int]:
    """The numbers in such units."""
    is_whole = not (tensor.dtype.is_floating_point or tensor.is_complex())
    ratios = (
        n.as_integer_ratio() for n in (tensor if is_whole else tensor.double()).reshape(-1).tolist()
    )
    return [numerator * (UNIT // denominator) for numerator, denominator in ratios]


def assert_near(found: float, expected: Fraction, relative: float = 2e-5) -> None:
    """As near as is shown; inf only where a float is too small for it."""
    if math.isinf(found):
        assert abs(expected) >= Fraction(np.finfo(float).max) * UNIT * (1 - Fraction(1, 2**40))
        return
    error = abs(Fraction(found) * UNIT - expected)
    assert error <= abs(expected) * Fraction(relative) + 1, found


def assert_exact(tensor: Tensor) -> None:
    summary_, numbers = summary(tensor), exact(tensor)
    assert (summary_.nan, summary_.inf) == (0, 0)
    assert_near(summary_.minimum, Fraction(min(numbers)), 1e-15)
    assert_near(summary_.maximum, Fraction(max(numbers)), 1e-15)
    assert_near(summary_.mean, Fraction(sum(numbers), len(numbers)))
    assert_root(summary_.norm, sum(number**2 for number in numbers))
    size = math.ceil(len(numbers) / MAXIMUM_RUNS)
    largest = max(map(abs, numbers))
    for start, mean in zip(range(0, len(numbers), size), summary_.strip, strict=True):
        run = numbers[start : start + size]
        error = abs(Fraction(mean) * UNIT - Fraction(sum(run), len(run)))
        assert error <= largest * Fraction(1e-12) + 1


def assert_root(found: float, square: int) -> None:
    if math.isinf(found):
        assert square >= (Fraction(np.finfo(float).max) * UNIT) ** 2 * (1 - Fraction(1, 2**30))
        return
    size = Fraction(found) * UNIT
    near = size * Fraction(1e-12) + 1
    assert max(size - near, Fraction()) ** 2 <= square <= (size + near) ** 2


@pytest.mark.parametrize("dtype", [*FLOATS, *INTEGERS, *UNSIGNED], ids=str)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), size=SIZES, turned=st.booleans())
def test_a_summary_is_right_over_the_whole_range_of_its_dtype(
    dtype: torch.dtype, seed: int, size: int, turned: bool
) -> None:
    tensor = bits(seed, size, dtype)
    assert_exact(tensor.reshape(-1, 5).t() if turned and size % 5 == 0 else tensor)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=SIZES,
    low=st.integers(-1074, 1000),
    span=st.integers(1, 90),
)
def test_a_summary_is_right_where_all_are_alike_small_or_large_and_where_they_cancel(
    dtype: torch.dtype, seed: int, size: int, low: int, span: int
) -> None:
    kind = torch.finfo(dtype)
    lowest = math.frexp(kind.smallest_normal * kind.eps)[1]
    low = lowest + low % (math.frexp(kind.max)[1] - lowest)
    tensor = narrowed(bits(seed, size, dtype), low, min(low + span, 1023))
    assert_exact(tensor)
    wide = tensor.double()
    assert_exact(torch.cat([wide, wide.flip(0).neg(), wide[:1]]).to(dtype))


@pytest.mark.parametrize("dtype", COMPLEX, ids=str)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([65, 300, 5000]))
def test_magnitudes_of_complex_numbers_are_right_over_the_whole_range(
    dtype: torch.dtype, seed: int, size: int
) -> None:
    parts = {torch.complex128: torch.float64, torch.complex64: torch.float32}
    flat = bits(seed, 2 * size, parts.get(dtype, torch.float16))
    tensor = torch.view_as_complex(flat.reshape(-1, 2))
    found, numbers = summary(tensor), exact(flat)
    squares = [a * a + b * b for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
    assert (found.nan, found.inf) == (0, 0)
    assert_root(found.minimum, min(squares))
    assert_root(found.maximum, max(squares))
    assert_root(found.norm, sum(squares))


@pytest.mark.parametrize("size", [100, 50_000])
def test_nothing_overflows_where_the_largest_numbers_are_alike(size: int) -> None:
    largest = torch.finfo(torch.float64).max
    found = summary(torch.full((size,), largest, dtype=torch.float64))
    assert found.mean == found.minimum == found.maximum == largest
    assert found.norm == math.inf  # larger than any float
    assert found.inf == 0
    assert set(found.strip) == {largest}


def test_so_many_equal_float32_have_their_own_mean() -> None:
    tenth = torch.tensor(0.1)
    found = summary(tenth.expand(900, 1000))
    assert found.mean == pytest.approx(tenth.item(), rel=1e-15)
    assert found.norm == pytest.approx(tenth.item() * math.sqrt(900_000), rel=1e-12)


def test_a_sparse_tensor_counts_its_zeros() -> None:
    huge = torch.sparse_coo_tensor(
        torch.tensor([[3, 70_000_000]]),
        torch.tensor([-1e-30, -3e-30]),
        (1 << 27,),
        check_invariants=True,
    )
    found = summary(huge)
    assert (found.minimum, found.maximum) == (torch.tensor(-3e-30).item(), 0.0)
    assert found.norm == pytest.approx(math.sqrt(10) * 1e-30)
    assert found.mean == pytest.approx(-4e-30 / (1 << 27))
