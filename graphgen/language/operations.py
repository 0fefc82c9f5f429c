"""What computes each operator and each function of an expression; `graphgen.ops` lists them."""

import operator
from collections.abc import Callable

import torch
from torch import Tensor

from graphgen import ops
from graphgen.language.values import Value
from graphgen.ops import Function

__all__ = ["FUNCTIONS", "OPERATORS", "tensor_of"]


def tensor_of(
    value: Value | Tensor, requires_grad: bool = False, dtype: torch.dtype = torch.float64
) -> Tensor:
    """A value as a tensor on the CPU; a tensor is itself.

    Args:
        value: a number, a nested list of numbers, or a tensor.
        requires_grad: whether a new tensor takes a gradient.
        dtype: of a new tensor; float64 by default.

    Returns:
        The tensor; a number's has the shape ().
    """
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

_OWN: dict[str, Callable[..., Tensor]] = {
    "clamp": _clamp,
    "logsumexp": _logsumexp,
    "matmul": _product,
    "norm": _norm,
    "pow": operator.pow,
}
"""What isn't torch's own function as it is."""


def _computed(name: str, function: Function) -> Callable[..., Tensor]:
    """What computes a function: torch's own, with the language's arguments."""
    if name in _OWN:
        return _OWN[name]
    function_of_torch: Callable[..., Tensor] = operator.attrgetter(function.torch or name)(torch)
    if function.axis != "no":
        return (
            _along_axis(function_of_torch)
            if function.shape == "along"
            else _over_axis(function_of_torch)
        )
    return _of_tensors(function_of_torch) if len(function.arguments) > 1 else function_of_torch


FUNCTIONS = {name: _computed(name, function) for name, function in ops.FUNCTIONS.items()}
"""What computes each function of an expression."""
