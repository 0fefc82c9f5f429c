"""Arrays of single numbers: what a scalar engine computes with where a program has vectors."""

from collections.abc import Callable
from typing import Any

import numpy
from numpy.typing import NDArray

from graphgen.course.engines.scalar import Value

__all__ = ["Grid"]

Cells = NDArray[numpy.object_]


class Grid:
    """An array, every number of which is a Value of its own.

    Args:
        data: numbers of any shape, or Values.
        name: what they are called; each by its place too where there are several.

    >>> w = Grid([1.0, 2.0], "w")
    >>> loss = (w * w).sum()
    >>> loss.backward()
    >>> w.grad.tolist()
    [2.0, 4.0]
    """

    def __init__(self, data: Any, name: str = "") -> None:
        items = numpy.asarray(data, dtype=object)
        self.cells: Cells = numpy.empty(items.shape, dtype=object)
        for place, item in numpy.ndenumerate(items):
            own = f"{name}{list(place) if place else ''}"
            is_value = isinstance(item, Value)
            self.cells[place] = item if is_value else Value(float(item), label=own)

    @property
    def data(self) -> NDArray[numpy.float64]:
        """Every number."""
        return self._read(lambda value: value.data)

    @property
    def grad(self) -> NDArray[numpy.float64]:
        """Every gradient."""
        return self._read(lambda value: value.grad)

    def __add__(self, other: Any) -> "Grid":
        return Grid(self.cells + _cells(other))

    def __sub__(self, other: Any) -> "Grid":
        return Grid(self.cells - _cells(other))

    def __mul__(self, other: Any) -> "Grid":
        return Grid(self.cells * _cells(other))

    def __truediv__(self, other: Any) -> "Grid":
        return Grid(self.cells / _cells(other))

    def __radd__(self, other: Any) -> "Grid":
        return Grid(other) + self

    def __rsub__(self, other: Any) -> "Grid":
        return Grid(other) - self

    def __rmul__(self, other: Any) -> "Grid":
        return Grid(other) * self

    def __rtruediv__(self, other: Any) -> "Grid":
        return Grid(other) / self

    def __pow__(self, exponent: float) -> "Grid":
        return self._each(lambda value: value**exponent)

    def __neg__(self) -> "Grid":
        return self._each(lambda value: -value)

    def __matmul__(self, other: "Grid") -> "Grid":
        return Grid(self.cells @ other.cells)

    def exp(self) -> "Grid":
        """e to the power of each number."""
        return self._each(Value.exp)

    def log(self) -> "Grid":
        """The natural logarithm of each number."""
        return self._each(Value.log)

    def sin(self) -> "Grid":
        """The sine of each number."""
        return self._each(Value.sin)

    def cos(self) -> "Grid":
        """The cosine of each number."""
        return self._each(Value.cos)

    def tanh(self) -> "Grid":
        """The hyperbolic tangent of each number."""
        return self._each(Value.tanh)

    def relu(self) -> "Grid":
        """Each number where it is positive, else 0."""
        return self._each(Value.relu)

    def transpose(self) -> "Grid":
        """The matrix with its rows as columns."""
        return Grid(self.cells.T)

    def sum(self, axis: int | None = None) -> "Grid":
        """The sum of all numbers, or along an axis."""
        return Grid(self.cells.sum(axis=axis))

    def mean(self, axis: int | None = None) -> "Grid":
        """The mean of all numbers, or along an axis."""
        count = self.cells.size if axis is None else self.cells.shape[axis]
        return self.sum(axis) * (1 / count)

    def backward(self) -> None:
        """Add the gradients of this single number to all that it was made from."""
        self.cells.item().backward()

    def _each(self, function: Callable[[Value], Value]) -> "Grid":
        return Grid(numpy.frompyfunc(function, 1, 1)(self.cells))

    def _read(self, part: Callable[[Value], float]) -> NDArray[numpy.float64]:
        flat = [part(value) for value in self.cells.reshape(-1).tolist()]
        return numpy.array(flat, dtype=numpy.float64).reshape(self.cells.shape)


def _cells(other: Any) -> Any:
    return other.cells if isinstance(other, Grid) else other
