"""What is kept of very many numbers, against NumPy's plain words for it, in every layout."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from graphgen.graph import Summary
from graphgen.reading.arrays import array_of
from graphgen.reading.reader import Reader
from graphgen.reading.rows import STRIP

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

PRECISION = {torch.float16: 1e-3, torch.bool: 1e-7}
"""Of what is added up in float32, or comes rounded."""


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
    size = math.ceil(numbers.size / STRIP)
    runs = [numbers[start : start + size].mean() for start in range(0, numbers.size, size)]
    found, precision = summary(tensor), PRECISION.get(tensor.dtype, 1e-12)
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
        tensor[math.ceil(size / STRIP) * (len(found.strip) - 1) :].double().mean().item()
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
