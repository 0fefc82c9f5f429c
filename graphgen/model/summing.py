"""NumPy arrays of any dtype -> Summaries whose numbers are right over the dtype's whole range.

Squares of small numbers vanish and sums of large ones are inf, so everything is added up in
float64, scaled where even that is too narrow, and what nearly cancels is added up without any
rounding: first as Rump, Ogita and Oishi do it (Accurate floating-point summation, part I, 2008:
the leading bits of all numbers above one common bit add up exactly), and where that isn't enough
in integers.
"""

import math
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

import numpy as np

from graphgen.model.arithmetic import mean_of_units, units
from graphgen.model.columns import instances_of
from graphgen.model.graph import BINS, MAXIMUM_RUNS, Histogram, Summary
from graphgen.model.pooling import grids_of, histograms_of, zeros_of

__all__ = ["careful_mean", "is_in_doubt", "is_safe", "run_means", "summaries_of", "summary_of"]

_SMALLEST, _LARGEST = 2.0**-480, 2.0**500
"""Between these, squares and sums of so many float64 as there is memory for are as right as they
are long."""
_CANCELLED = 2.0**-53 * 32 * 1e5
"""A mean so much smaller than the numbers, by which rounding might show in it."""
_BLOCK = 1 << 15


def summaries_of(rows: Any, shape: tuple[int, ...]) -> list[Summary | None]:
    """One Summary for each row.

    Args:
        rows: C-contiguous array of float32 or float64, of shape (how many, elements of one), at
            least one element in each.
        shape: of the tensor that a row is.

    Returns:
        The Summaries; None for a row that `summary_of` has to read: it has nan, inf, or numbers
        whose squares a float64 can't hold.
    """
    count, length = rows.shape
    most = max(1, _BLOCK // length)
    if count > most:
        pieces = (rows[start : start + most] for start in range(0, count, most))
        return [summary for piece in pieces for summary in summaries_of(piece, shape)]
    size = math.ceil(length / MAXIMUM_RUNS)
    lows, highs = rows.min(axis=1), rows.max(axis=1)
    with np.errstate(all="ignore"):
        wide = rows.astype("float64", copy=False)
        sums = np.add.reduceat(wide, np.arange(0, length, size), axis=1)
        means = sums.sum(axis=1) / length
        norms = np.sqrt(np.add.reduce(wide * wide, axis=1))
        largest = np.maximum(np.abs(lows), np.abs(highs)).astype("float64")
    fine = is_safe(largest)
    doubtful = fine & is_in_doubt(means, norms, length)
    if doubtful.any():
        means[doubtful] = _careful_means(wide[doubtful], largest[doubtful])
    if not fine.all():
        summaries: list[Summary | None] = [None] * count
        some = summaries_of(rows[fine], shape) if fine.any() else []
        for row, summary in zip(np.flatnonzero(fine), some, strict=True):
            summaries[row] = summary
        return summaries
    return instances_of(Summary, count, {
        "minimum": lows.tolist(), "maximum": highs.tolist(),
        "mean": means.tolist(), "norm": norms.tolist(), "nan": repeat(0), "inf": repeat(0),
        "strip": map(tuple, run_means(sums, length, size).tolist()), "minus_inf": repeat(0),
        "zeros": zeros_of(rows), "grid": grids_of(wide, shape),
        "histogram": histograms_of(rows, lows, highs),
    })  # fmt: skip


def run_means(sums: Any, length: int, size: int) -> Any:
    """The means of runs from their sums, along the last axis; all runs but the last have one
    size.

    Args:
        sums: of each run, on the last axis.
        length: how many numbers all runs have together.
        size: of each run but the last.

    Returns:
        The means, of the shape of the sums.
    """
    means = sums / size
    if length % size:
        means[..., -1] = sums[..., -1] / (length % size)
    return means


def is_safe(largest: Any) -> Any:
    """Whether the numbers of an array with this largest magnitude can be squared and added up in
    float64 as they are."""
    return (largest == 0) | ((largest >= _SMALLEST) & (largest <= _LARGEST))


def is_in_doubt(mean: Any, norm: Any, count: int) -> Any:
    """Whether so much cancels in a mean that rounding might show in it.

    Args:
        mean: of numbers.
        norm: the square root of the sum of their squares.
        count: how many numbers.

    Returns:
        A bool, or an array of them, of the mean's shape.
    """
    return abs(mean) < _CANCELLED * norm / math.sqrt(count)


def careful_mean(numbers: Any, largest: float) -> float:
    """The mean of finite numbers, right to a relative 1e-5 and better whatever cancels.

    Args:
        numbers: one-dimensional, of float32 or float64.
        largest: their largest magnitude.
    """
    if largest == 0:
        return 0.0
    if is_safe(largest):
        step = 2.0 ** (math.frexp(largest)[1] + numbers.size.bit_length() + 1)
        parts = [_split(block.astype("float64", copy=False), step) for block in _blocks(numbers)]
        upper, lower = math.fsum(p[0] for p in parts), math.fsum(p[1] for p in parts)
        bound = math.fsum(p[2] for p in parts)
        if _is_enough(upper + lower, bound):
            return (upper + lower) / int(numbers.size)
    return _exact_mean(numbers)


def summary_of(numbers: Any) -> Summary:
    """The Summary of at least one number, however large, small, many or odd they are.

    Args:
        numbers: array of bool, integers, floats or complex numbers, of any shape. Of complex ones
            the magnitudes are taken.
    """
    flat = numbers.reshape(-1)
    is_finite = np.isfinite(flat)
    nan = int(np.count_nonzero(np.isnan(flat)))
    inf = flat.size - int(np.count_nonzero(is_finite)) - nan
    minus_inf = int(np.count_nonzero(flat == -math.inf)) if inf else 0
    reals, exponent = _reals(flat)
    finite = reals if nan + inf == 0 else reals[is_finite]
    strip = _strip(reals, is_finite, exponent)
    zeros = flat.size - int(np.count_nonzero(flat))
    if finite.size == 0:
        nothing, norm = math.nan, math.nan if nan else math.inf
        return Summary(
            nothing, nothing, nothing, norm, nan, inf, strip, minus_inf, zeros,
            grids_of(reals.reshape(1, -1), numbers.shape)[0],
            Histogram.of(nothing, nothing, (0,) * BINS),
        )  # fmt: skip
    ends = float(finite.min()), float(finite.max())
    largest = max(map(abs, ends))
    shift = 0 if is_safe(largest) else math.frexp(largest)[1]
    scaled = reals if shift == 0 else np.ldexp(reals.astype("float64", copy=False), -shift)
    lowest, highest = _scaled(ends[0], exponent), _scaled(ends[1], exponent)
    norm = _norm(finite, largest, exponent)
    mean = _whole_mean(flat)
    return Summary(
        minimum=lowest,
        maximum=highest,
        mean=_scaled(careful_mean(finite, largest), exponent) if mean is None else mean,
        norm=math.nan if nan else math.inf if inf else norm,
        nan=nan,
        inf=inf,
        strip=strip,
        minus_inf=minus_inf,
        zeros=zeros,
        grid=grids_of(scaled.reshape(1, -1), numbers.shape, shift + exponent)[0],
        histogram=_histogram(scaled if nan + inf == 0 else scaled[is_finite], lowest, highest),
    )


def _histogram(finite: Any, lowest: float, highest: float) -> Histogram:
    """The histogram of numbers that may have been divided by a power of two."""
    rows = finite.reshape(1, -1)
    scaled = histograms_of(rows, rows.min(axis=1), rows.max(axis=1))[0]
    return Histogram(lowest, highest, scaled.packed)


def _reals(flat: Any) -> tuple[Any, int]:
    """Real numbers in float32 or float64, and the power of two by which they were divided."""
    if flat.dtype.kind != "c":
        is_narrow = flat.dtype.itemsize <= (4 if flat.dtype.kind == "f" else 2)
        return flat.astype("float32" if is_narrow else "float64", copy=False), 0
    parts = flat.astype("complex128", copy=False)
    with np.errstate(all="ignore"):
        magnitudes = np.hypot(parts.real, parts.imag)
        if np.isinf(magnitudes[np.isfinite(flat)]).any():
            return np.hypot(parts.real / 4, parts.imag / 4), 2
    return magnitudes, 0


def _whole_mean(flat: Any) -> float | None:
    """The mean of integers, without rounding; None where there are others."""
    if flat.dtype.kind not in "iu":
        return None
    wide = flat.astype("uint64" if flat.dtype.kind == "u" else "int64", copy=False)
    upper, lower = int((wide >> 32).sum()), int((wide & 0xFFFFFFFF).sum())
    return ((upper << 32) + lower) / int(flat.size)


def _norm(finite: Any, largest: float, exponent: int) -> float:
    shift = 0 if is_safe(largest) else math.frexp(largest)[1]
    squares = []
    for block in _blocks(finite):
        wide = block.astype("float64", copy=False)
        with np.errstate(under="ignore"):
            shifted = np.ldexp(wide, -shift) if shift else wide
            squares.append(float(np.add.reduce(shifted * shifted)))
    return _scaled(math.sqrt(math.fsum(squares)), shift + exponent)


def _strip(reals: Any, is_finite: Any, exponent: int) -> tuple[float, ...]:
    """The means of the runs; nan where a run has nan or inf."""
    size = math.ceil(reals.size / MAXIMUM_RUNS)
    return tuple(
        _scaled(careful_mean(run, float(np.abs(run).max())), exponent)
        if is_finite[start : start + size].all()
        else math.nan
        for start in range(0, reals.size, size)
        for run in [reals[start : start + size]]
    )


def _careful_means(rows: Any, largest: Any) -> Any:
    """`careful_mean` of each row of safe float64."""
    length = rows.shape[1]
    steps = np.ldexp(1.0, np.frexp(largest)[1] + length.bit_length() + 1)
    upper, lower, bounds = _split(rows, steps[:, None])
    means = (upper + lower) / length
    for row in np.flatnonzero(~_is_enough(upper + lower, bounds)):
        means[row] = _exact_mean(rows[row])
    return means


def _split(wide: Any, step: Any) -> tuple[Any, Any, Any]:
    """Sums along the last axis: of the bits above `step` times 2**-53, exactly, and of those
    below, with a bound for its rounding.

    Args:
        step: a power of two, at least twice as large as all the numbers' magnitudes together.
    """
    upper = (wide + step) - step
    lower = wide - upper
    bound = np.add.reduce(np.abs(lower), axis=-1) * (2.0**-53 * 64)
    return np.add.reduce(upper, axis=-1), np.add.reduce(lower, axis=-1), bound


def _is_enough(total: Any, bound: Any) -> Any:
    return (bound == 0) | (abs(total) > bound * 1e5)


def _exact_mean(numbers: Any) -> float:
    try:
        return math.fsum(_each(numbers)) / int(numbers.size)
    except OverflowError:  # of a partial sum
        return mean_of_units(sum(map(units, _each(numbers))), int(numbers.size))


def _each(numbers: Any) -> Iterator[float]:
    return chain.from_iterable(block.tolist() for block in _blocks(numbers))


def _blocks(flat: Any) -> Iterator[Any]:
    """Pieces that fit beside the processor, in order."""
    return (flat[start : start + _BLOCK] for start in range(0, flat.size, _BLOCK))


def _scaled(number: float, exponent: int) -> float:
    """A number times a power of two: inf where it is too large."""
    try:
        return math.ldexp(number, exponent)
    except OverflowError:
        return math.copysign(math.inf, number)
