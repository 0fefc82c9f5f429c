"""A scalar autograd engine, small enough to read at one sitting.

>>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
>>> c = (a + b) * b
>>> c.backward()
>>> a.grad, b.grad
(3.0, 8.0)
"""

import math
from collections.abc import Callable

__all__ = ["Value"]


class Value:
    """A number that remembers how it was made, so that gradients can go back through it.

    Args:
        data: the number.
        parents: the values it was made from, in order.
        op: what made it: "+", "tanh".
        label: what it is called.
    """

    def __init__(
        self, data: float, parents: tuple["Value", ...] = (), op: str = "", label: str = ""
    ) -> None:
        self.data = data
        self.grad = 0.0
        self.label = label
        self._prev = parents
        self._op = op
        self._backward: Callable[[], None] = _nothing

    def __repr__(self) -> str:
        return f"Value({self.data:.4g}, grad={self.grad:.4g})"

    def __add__(self, other: "Value | float") -> "Value":
        right = _value(other)
        out = Value(self.data + right.data, (self, right), "+")

        def send() -> None:
            self.grad += out.grad
            right.grad += out.grad

        return out._with(send)

    def __mul__(self, other: "Value | float") -> "Value":
        right = _value(other)
        out = Value(self.data * right.data, (self, right), "*")

        def send() -> None:
            self.grad += right.data * out.grad
            right.grad += self.data * out.grad

        return out._with(send)

    def __pow__(self, exponent: float) -> "Value":
        out = Value(self.data**exponent, (self,), f"**{exponent:g}")

        def send() -> None:
            self.grad += exponent * self.data ** (exponent - 1) * out.grad

        return out._with(send)

    def __neg__(self) -> "Value":
        return self._of_one(-self.data, "neg", -1.0)

    def __sub__(self, other: "Value | float") -> "Value":
        right = _value(other)
        out = Value(self.data - right.data, (self, right), "-")

        def send() -> None:
            self.grad += out.grad
            right.grad -= out.grad

        return out._with(send)

    def __truediv__(self, other: "Value | float") -> "Value":
        right = _value(other)
        out = Value(self.data / right.data, (self, right), "/")

        def send() -> None:
            self.grad += out.grad / right.data
            right.grad -= self.data / right.data**2 * out.grad

        return out._with(send)

    def __radd__(self, other: float) -> "Value":
        return _value(other) + self

    def __rmul__(self, other: float) -> "Value":
        return _value(other) * self

    def __rsub__(self, other: float) -> "Value":
        return _value(other) - self

    def __rtruediv__(self, other: float) -> "Value":
        return _value(other) / self

    def tanh(self) -> "Value":
        """The hyperbolic tangent."""
        t = math.tanh(self.data)
        return self._of_one(t, "tanh", 1 - t * t)

    def relu(self) -> "Value":
        """The number where it is positive, else 0."""
        return self._of_one(max(0.0, self.data), "relu", float(self.data > 0))

    def exp(self) -> "Value":
        """e to the power of the number."""
        e = math.exp(self.data)
        return self._of_one(e, "exp", e)

    def log(self) -> "Value":
        """The natural logarithm."""
        return self._of_one(math.log(self.data), "log", 1 / self.data)

    def sin(self) -> "Value":
        """The sine of the number in radians."""
        return self._of_one(math.sin(self.data), "sin", math.cos(self.data))

    def cos(self) -> "Value":
        """The cosine of the number in radians."""
        return self._of_one(math.cos(self.data), "cos", -math.sin(self.data))

    def backward(self) -> None:
        """Add d self / d value to the gradient of every value that this one was made from."""
        self.grad = 1.0
        for value in reversed(_in_forward_order(self)):
            value._backward()

    def _of_one(self, data: float, op: str, slope: float) -> "Value":
        """A function of this value alone, whose derivative here is `slope`."""
        out = Value(data, (self,), op)

        def send() -> None:
            self.grad += slope * out.grad

        return out._with(send)

    def _with(self, send: Callable[[], None]) -> "Value":
        self._backward = send
        return self


def _value(number: "Value | float") -> Value:
    return number if isinstance(number, Value) else Value(number, label=f"{number:g}")


def _nothing() -> None:
    """What a leaf sends back."""


def _in_forward_order(root: Value) -> list[Value]:
    """Every value behind one, operands first; a stack of its own carries any depth."""
    order: list[Value] = []
    seen = {id(root)}
    stack = [(root, iter(root._prev))]
    while stack:
        value, operands = stack[-1]
        below = next((operand for operand in operands if id(operand) not in seen), None)
        if below is None:
            order.append(value)
            stack.pop()
        else:
            seen.add(id(below))
            stack.append((below, iter(below._prev)))
    return order
