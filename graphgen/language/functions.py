"""The functions that an expression may call: their arguments, and what each one means."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["FUNCTIONS", "Function"]


@dataclass(frozen=True, slots=True)
class Function:
    """What may be written between the brackets of a call, and what comes out.

    Attributes:
        arguments: what the arguments are called in messages, in order.
        meaning: one line for the reference.
        axis: whether an axis may follow: not at all, only as `axis=0`, or also as a plain number.
        literals: how many of the last arguments must be numbers that are written out.
    """

    arguments: tuple[str, ...]
    meaning: str
    axis: Literal["no", "named", "yes"] = "no"
    literals: int = 0

    def signature(self, name: str) -> str:
        """How a call is written.

        >>> FUNCTIONS["sum"].signature("sum")
        'sum(x) or sum(x, axis=0)'
        """
        plain = f"{name}({', '.join(self.arguments)})"
        return plain if self.axis == "no" else f"{plain} or {plain[:-1]}, axis=0)"


def _each(meaning: str) -> Function:
    return Function(("x",), f"{meaning}, element by element")


def _over(meaning: str, axis: Literal["named", "yes"] = "yes") -> Function:
    return Function(("x",), meaning, axis)


FUNCTIONS: dict[str, Function] = {
    "abs": _each("the absolute value"),
    "acos": _each("the angle in radians whose cosine is x"),
    "asin": _each("the angle in radians whose sine is x"),
    "atan": _each("the angle in radians whose tangent is x"),
    "clamp": Function(
        ("x", "low", "high"), "x, but at least low and at most high, element by element", literals=2
    ),
    "cos": _each("the cosine of x in radians"),
    "cosh": _each("the hyperbolic cosine"),
    "cross_entropy": Function(
        ("scores", "probabilities"),
        "-sum(probabilities * log_softmax(scores)) of a vector; the mean over the rows of a matrix",
    ),
    "detach": Function(("x",), "x itself, cut off: no gradient goes back through it"),
    "dot": Function(("a", "b"), "the sum of the products of two vectors, element by element"),
    "elu": _each("x where positive, exp(x) - 1 elsewhere"),
    "erf": _each("the error function"),
    "exp": _each("e ** x"),
    "expm1": _each("exp(x) - 1, exact near 0"),
    "gelu": _each("x times the share of a normal distribution below x"),
    "leaky_relu": _each("x where positive, 0.01 * x elsewhere"),
    "log": _each("the natural logarithm"),
    "log1p": _each("log(1 + x), exact near 0"),
    "log_softmax": _over("log(softmax(x)), along the last axis if none is given"),
    "logsumexp": _over("log(sum(exp(x))), without overflow"),
    "matmul": Function(("a", "b"), "a @ b, the product of matrices and vectors"),
    "max": _over("the largest element", "named"),
    "maximum": Function(("a", "b"), "the larger of two, element by element"),
    "mean": _over("the sum of the elements divided by their number"),
    "min": _over("the smallest element", "named"),
    "minimum": Function(("a", "b"), "the smaller of two, element by element"),
    "mse": Function(("a", "b"), "the mean of (a - b) ** 2; both have one shape"),
    "norm": _over("the square root of the sum of the squares"),
    "outer": Function(("a", "b"), "the matrix of all products of the elements of two vectors"),
    "pow": Function(("x", "power"), "x ** power"),
    "prod": _over("the product of the elements"),
    "relu": _each("x where positive, 0 elsewhere"),
    "sigmoid": _each("1 / (1 + exp(-x))"),
    "silu": _each("x * sigmoid(x)"),
    "sin": _each("the sine of x in radians"),
    "sinh": _each("the hyperbolic sine"),
    "softmax": _over("exp(x) / sum(exp(x)), along the last axis if none is given"),
    "softplus": _each("log(1 + exp(x))"),
    "sqrt": _each("the square root"),
    "square": _each("x ** 2"),
    "std": _over("the square root of var(x)"),
    "sum": _over("the sum of the elements"),
    "tan": _each("the tangent of x in radians"),
    "tanh": _each("the hyperbolic tangent"),
    "transpose": Function(("x",), "the matrix with its rows as columns"),
    "var": _over("the sum of (x - mean(x)) ** 2 divided by the number of elements less one"),
}
