"""What each operator and each function of an expression computes: one table for each."""

import operator
from collections.abc import Callable

import torch
from torch import Tensor

from graphgen.language.values import Value

__all__ = ["FUNCTIONS", "OPERATORS", "tensor_of"]


def tensor_of(
    value: Value | Tensor, requires_grad: bool = False, dtype: torch.dtype = torch.float64
) -> Tensor:
    """A value as a tensor on the CPU; a tensor is itself."""
    if isinstance(value, Tensor):
        return value
    return torch.tensor(value, dtype=dtype, device="cpu", requires_grad=requires_grad)


def _divide(left: float | Tensor, right: float | Tensor) -> Tensor:
    # As one operation; torch makes a reciprocal and a product of `number / tensor`.
    return torch.div(tensor_of(left), right)


def _product(left: Tensor, right: Tensor) -> Tensor:
    # torch.matmul makes three operations of a vector times a matrix; this is two.
    if left.dim() == 1 and right.dim() == 2:
        return torch.mv(torch.t(right), left)
    return torch.matmul(left, right)


def _of_tensors(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function of tensors, for plain numbers too."""

    def applied(*arguments: float | Tensor) -> Tensor:
        return function(*map(tensor_of, arguments))

    return applied


def _along_axis(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function along an axis, the last one if none is given."""

    def applied(x: Tensor, axis: int = -1) -> Tensor:
        return function(x, dim=axis)

    return applied


def _over_axis(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function over an axis, or over all elements if none is given."""

    def applied(x: Tensor, axis: int | None = None) -> Tensor:
        return function(x) if axis is None else function(x, dim=axis)

    return applied


def _logsumexp(x: Tensor, axis: int | None = None) -> Tensor:
    return torch.logsumexp(x, dim=tuple(range(x.dim())) if axis is None else axis)


def _norm(x: Tensor, axis: int | None = None) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(x, dim=axis)
    return norm


def _clamp(x: Tensor, low: float | Tensor, high: float | Tensor) -> Tensor:
    return torch.clamp(x, float(low), float(high))


OPERATORS: dict[str, Callable[..., Tensor]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "**": operator.pow,
    "@": _product,
}
"""What each operator computes."""

FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "abs": torch.abs,
    "acos": torch.acos,
    "asin": torch.asin,
    "atan": torch.atan,
    "clamp": _clamp,
    "cos": torch.cos,
    "cosh": torch.cosh,
    "cross_entropy": _of_tensors(torch.nn.functional.cross_entropy),
    "detach": torch.Tensor.detach,
    "dot": torch.dot,
    "elu": torch.nn.functional.elu,
    "erf": torch.erf,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "gelu": torch.nn.functional.gelu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "log": torch.log,
    "log1p": torch.log1p,
    "log_softmax": _along_axis(torch.log_softmax),
    "logsumexp": _logsumexp,
    "matmul": _product,
    "max": _over_axis(torch.amax),
    "maximum": _of_tensors(torch.maximum),
    "mean": _over_axis(torch.mean),
    "min": _over_axis(torch.amin),
    "minimum": _of_tensors(torch.minimum),
    "mse": _of_tensors(torch.nn.functional.mse_loss),
    "norm": _norm,
    "outer": torch.outer,
    "pow": operator.pow,
    "prod": _over_axis(torch.prod),
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "silu": torch.nn.functional.silu,
    "sin": torch.sin,
    "sinh": torch.sinh,
    "softmax": _along_axis(torch.softmax),
    "softplus": torch.nn.functional.softplus,
    "sqrt": torch.sqrt,
    "square": torch.square,
    "std": _over_axis(torch.std),
    "sum": _over_axis(torch.sum),
    "tan": torch.tan,
    "tanh": torch.tanh,
    "transpose": torch.t,
    "var": _over_axis(torch.var),
}
"""What each function of `graphgen.language.functions.FUNCTIONS` computes."""
