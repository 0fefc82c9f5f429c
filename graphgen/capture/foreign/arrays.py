"""What an engine computes with (Python's numbers, NumPy's arrays) -> Array.

NumPy is only imported where an array is one of its own.
"""

import math
from typing import Any

from graphgen.model.errors import InputError
from graphgen.model.graph import MAXIMUM_ITEMS, Array, Number

__all__ = ["array_of", "fill_like", "is_array", "shape_of_data"]


def array_of(data: Any) -> Array:
    """An Array of a number or of a NumPy array.

    >>> array_of(2)
    <Array: float64 (), 2.0>

    Raises:
        InputError: it is neither.
    """
    if isinstance(data, complex):
        return Array((), "complex128", (data,))
    if isinstance(data, (int, float)) and not hasattr(data, "dtype"):
        return Array((), "float64", (_number(data),))
    if not is_array(data) or data.dtype.kind not in "fciub":
        raise InputError(
            f"an engine's data must be a number or a NumPy array of numbers: "
            f"got {_said(data)}; convert it with float() or numpy.array()"
        )
    shape, dtype = tuple(map(int, data.shape)), str(data.dtype)
    if data.size <= MAXIMUM_ITEMS:
        return Array(shape, dtype, tuple(map(_number, data.reshape(-1).tolist())))
    from graphgen.model.summing import summary_of

    return Array(shape, dtype, None, summary_of(data))


def is_array(data: Any) -> bool:
    """Whether something is a NumPy array or one of NumPy's numbers."""
    return type(data).__module__.partition(".")[0] == "numpy" and hasattr(data, "dtype")


def shape_of_data(data: Any) -> tuple[int, ...]:
    """The shape of a number or of a NumPy array."""
    return tuple(map(int, getattr(data, "shape", ())))


def fill_like(data: Any, number: float) -> Any:
    """The same number in the shape of some data, in an array that nobody else holds."""
    if not is_array(data):
        return number
    import numpy

    dtype = data.dtype if data.dtype.kind in "fc" else numpy.dtype("float64")
    filled = numpy.full(data.shape, number, dtype)
    return filled if isinstance(data, numpy.ndarray) else filled[()]


def _number(value: Any) -> Number:
    if isinstance(value, complex):
        return value
    try:
        return float(value)
    except OverflowError:  # an integer beyond the largest float
        return math.copysign(math.inf, value)


def _said(data: Any) -> str:
    dtype = getattr(data, "dtype", None)
    return type(data).__name__ + (f" of {dtype}" if dtype is not None else "")
