"""An autograd engine over NumPy arrays, with broadcasting that is undone on the way back.

>>> x, b = Tensor([[1.0, 2.0], [3.0, 4.0]], "x"), Tensor([0.5, 0.5], "b")
>>> loss = (x + b).sum()
>>> loss.backward()
>>> b.grad
array([2., 2.])
"""

from collections.abc import Callable

import numpy
from numpy.typing import ArrayLike, NDArray

__all__ = ["Array", "Tensor"]

Array = NDArray[numpy.float64]
Axes = int | tuple[int, ...] | None


class Tensor:
    """An array that remembers how it was made, so that gradients can go back through it.

    Args:
        data: numbers of any shape; kept as float64.
        name: what it is called.
        requires_grad: whether it takes a gradient; data doesn't.
    """

    def __init__(self, data: ArrayLike, name: str = "", requires_grad: bool = True) -> None:
        self.data: Array = numpy.asarray(data, dtype=numpy.float64)
        self.grad: Array = numpy.zeros_like(self.data)
        self.name = name
        self.requires_grad = requires_grad
        self.parents: tuple[Tensor, ...] = ()
        self.op = ""
        self._backward: Callable[[], None] = _nothing

    def __repr__(self) -> str:
        return f"Tensor{self.data.shape}"

    def __add__(self, other: "Tensor | ArrayLike") -> "Tensor":
        right = _tensor(other)
        out = _made(self.data + right.data, (self, right), "add")

        def send() -> None:
            self._take(out.grad)
            right._take(out.grad)

        return out._with(send)

    def __mul__(self, other: "Tensor | ArrayLike") -> "Tensor":
        right = _tensor(other)
        out = _made(self.data * right.data, (self, right), "mul")

        def send() -> None:
            self._take(out.grad * right.data)
            right._take(out.grad * self.data)

        return out._with(send)

    def __sub__(self, other: "Tensor | ArrayLike") -> "Tensor":
        right = _tensor(other)
        out = _made(self.data - right.data, (self, right), "sub")

        def send() -> None:
            self._take(out.grad)
            right._take(-out.grad)

        return out._with(send)

    def __truediv__(self, other: "Tensor | ArrayLike") -> "Tensor":
        right = _tensor(other)
        out = _made(self.data / right.data, (self, right), "div")

        def send() -> None:
            self._take(out.grad / right.data)
            right._take(-out.grad * self.data / right.data**2)

        return out._with(send)

    def __pow__(self, exponent: float) -> "Tensor":
        out = _made(self.data**exponent, (self,), f"**{exponent:g}")
        return out._with(lambda: self._take(out.grad * exponent * self.data ** (exponent - 1)))

    def __neg__(self) -> "Tensor":
        out = _made(-self.data, (self,), "neg")
        return out._with(lambda: self._take(-out.grad))

    def __radd__(self, other: "ArrayLike") -> "Tensor":
        return _tensor(other) + self

    def __rmul__(self, other: "ArrayLike") -> "Tensor":
        return _tensor(other) * self

    def __rsub__(self, other: "ArrayLike") -> "Tensor":
        return _tensor(other) - self

    def __rtruediv__(self, other: "ArrayLike") -> "Tensor":
        return _tensor(other) / self

    def __matmul__(self, right: "Tensor") -> "Tensor":
        out = _made(self.data @ right.data, (self, right), "matmul")

        def send() -> None:
            self._take(out.grad @ right.data.swapaxes(-1, -2))
            right._take(self.data.swapaxes(-1, -2) @ out.grad)

        return out._with(send)

    def relu(self) -> "Tensor":
        """Each number where it is positive, else 0."""
        out = _made(numpy.maximum(self.data, 0.0), (self,), "relu")
        return out._with(lambda: self._take(out.grad * (self.data > 0)))

    def tanh(self) -> "Tensor":
        """The hyperbolic tangent of each number."""
        out = _made(numpy.tanh(self.data), (self,), "tanh")
        return out._with(lambda: self._take(out.grad * (1 - out.data**2)))

    def exp(self) -> "Tensor":
        """e to the power of each number."""
        out = _made(numpy.exp(self.data), (self,), "exp")
        return out._with(lambda: self._take(out.grad * out.data))

    def log(self) -> "Tensor":
        """The natural logarithm of each number."""
        out = _made(numpy.log(self.data), (self,), "log")
        return out._with(lambda: self._take(out.grad / self.data))

    def sin(self) -> "Tensor":
        """The sine of each number in radians."""
        out = _made(numpy.sin(self.data), (self,), "sin")
        return out._with(lambda: self._take(out.grad * numpy.cos(self.data)))

    def cos(self) -> "Tensor":
        """The cosine of each number in radians."""
        out = _made(numpy.cos(self.data), (self,), "cos")
        return out._with(lambda: self._take(-out.grad * numpy.sin(self.data)))

    def transpose(self) -> "Tensor":
        """The matrix with its rows as columns."""
        out = _made(self.data.T, (self,), "t")
        return out._with(lambda: self._take(out.grad.T))

    def sum(self, axis: Axes = None) -> "Tensor":
        """The sum of all numbers, or over some axes."""
        out = _made(self.data.sum(axis=axis), (self,), "sum")
        return out._with(lambda: self._take(_spread(out.grad, self.data.shape, axis)))

    def mean(self, axis: Axes = None) -> "Tensor":
        """The mean of all numbers, or over some axes."""
        out = _made(self.data.mean(axis=axis), (self,), "mean")
        share = out.data.size / self.data.size
        return out._with(lambda: self._take(_spread(out.grad * share, self.data.shape, axis)))

    def backward(self) -> None:
        """Add d self / d tensor to the gradient of every tensor that this scalar was made from."""
        if self.data.size != 1:
            raise ValueError(f"backward starts at a scalar: got shape {self.data.shape}")
        self.grad = numpy.ones_like(self.data)
        for tensor in reversed(_in_forward_order(self)):
            tensor._backward()

    def _take(self, grad: Array) -> None:
        """Add what comes back, summed over the axes along which this tensor was broadcast."""
        if self.requires_grad:
            self.grad += _unbroadcast(grad, self.data.shape)

    def _with(self, send: Callable[[], None]) -> "Tensor":
        self._backward = send
        return self


def _made(data: Array, parents: tuple[Tensor, ...], op: str) -> Tensor:
    out = Tensor(data, requires_grad=any(parent.requires_grad for parent in parents))
    out.parents, out.op = parents, op
    return out


def _tensor(value: Tensor | ArrayLike) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value, requires_grad=False)


def _nothing() -> None:
    """What a leaf sends back."""


def _unbroadcast(grad: Array, shape: tuple[int, ...]) -> Array:
    """A gradient of a broadcast result, summed to the shape of its operand."""
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(i for i, size in enumerate(shape) if size == 1 and grad.shape[i] != 1)
    summed: Array = grad.sum(axis=stretched, keepdims=True)
    return summed


def _spread(grad: Array, shape: tuple[int, ...], axis: Axes) -> Array:
    """A gradient of a sum, given to each number that was added up."""
    if axis is not None:
        grad = numpy.expand_dims(grad, axis)
    return numpy.broadcast_to(grad, shape)


def _in_forward_order(root: Tensor) -> list[Tensor]:
    """Every tensor behind one, operands first; a stack of its own carries any depth."""
    order: list[Tensor] = []
    seen = {id(root)}
    stack = [(root, iter(root.parents))]
    while stack:
        tensor, operands = stack[-1]
        below = next((operand for operand in operands if id(operand) not in seen), None)
        if below is None:
            order.append(tensor)
            stack.pop()
        else:
            seen.add(id(below))
            stack.append((below, iter(below.parents)))
    return order
