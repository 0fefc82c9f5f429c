"""Every operator that torch can differentiate on the CPU, its first sample: in float64, in
complex128, and in one of the narrower dtypes.

`make sweep` runs all samples in all dtypes.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from tests.opinfo import DTYPES, IMPOSSIBLE, Outcome, operators, sweep


@pytest.fixture(scope="session")
def database() -> list[object]:
    return operators()


WHOLE = (torch.float64, torch.complex128)
PARTS = tuple(dtype for dtype in DTYPES if dtype not in WHOLE)
"""In these each operator is read in one, turn by turn."""


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_operator_reads_as_torch_differentiates_it(
    database: list[object], dtype: torch.dtype
) -> None:
    """Values as computed, gradients as torch.autograd.grad's, contributions that add up to them."""
    part = database if dtype in WHOLE else database[PARTS.index(dtype) :: len(PARTS)]
    with ThreadPoolExecutor(1) as fresh:  # torch's samples look at the stack, and ours is deep
        outcomes: list[Outcome] = fresh.submit(list, sweep(part, [dtype])).result()
    wrong = [f"{each.name}: {each.reason}" for each in outcomes if each.verdict == "wrong"]
    assert not wrong
    skipped = {each.name for each in outcomes if each.verdict == "skipped"}
    assert skipped <= set(IMPOSSIBLE)
    assert sum(each.verdict == "ok" for each in outcomes) > len(part) * 0.45
