"""A program -> every operation in which torch repeats an operand, with what each of the operand's
uses gets before all of it is added."""

from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from graphgen.course.runs.results import Numbers, Repeated
from graphgen.language.evaluate import run
from graphgen.language.machine import compute
from graphgen.language.operations import tensor_of
from graphgen.language.syntax import Program
from graphgen.language.values import Value
from graphgen.text.formulas import pretty

__all__ = ["broadcasts"]

_SYMBOLS = {"add": "+", "sub": "−", "mul": "×", "div": "/", "pow": "power"}


class _Expanding(TorchFunctionMode):
    """Expands operands as broadcasting would, so that autograd shows what each use gets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Tensor, Tensor, Tensor | None, Tensor]] = []

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        name = _name_of(func)
        tensors = [each for each in args if isinstance(each, Tensor)]
        if name not in _ELEMENTWISE or len(args) != 2 or not tensors:
            return func(*args, **(kwargs or {}))
        shape = func(*args, **(kwargs or {})).shape
        given = list(args)
        repeated = [
            at
            for at, each in enumerate(args)
            if isinstance(each, Tensor) and each.shape != shape and each.requires_grad
        ]
        for at in repeated:
            given[at] = args[at].expand(shape)
            given[at].retain_grad()
        result = func(*given, **(kwargs or {}))
        for at in repeated:
            result.retain_grad()
            other = args[1 - at] if isinstance(args[1 - at], Tensor) else None
            self.found.append((name, args[at], given[at], other, result))
        return result


_ELEMENTWISE = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")


def broadcasts(
    program: Program, values: Mapping[str, Value], data: Collection[str]
) -> list[Repeated]:
    """All operations of a program with an operand that is repeated and takes a gradient, in order.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.
    """
    run(program, values, data)
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {name: tensor_of(values[name], name not in data) for name in program.inputs}
        with _Expanding() as mode:
            found = compute(program, inputs)
        torch.autograd.backward(found.names[-1][1])
    names = [(pretty(text), tensor) for text, tensor in found.labels]
    names += [(name, tensor) for name, tensor in found.names if name]
    return [
        _repeated(op, source, uses, other, result, names)
        for op, source, uses, other, result in mode.found
    ]


def _repeated(
    op: str,
    source: Tensor,
    uses: Tensor,
    other: Tensor | None,
    result: Tensor,
    names: list[tuple[str, Tensor]],
) -> Repeated:
    shares = uses.grad if uses.grad is not None else torch.zeros_like(uses)
    above = result.grad if result.grad is not None else torch.zeros_like(result)
    return Repeated(
        _SYMBOLS.get(op, op),
        _called(source, names),
        "" if other is None else _called(other, names),
        _called(result, names),
        _numbers(source),
        None if other is None else _numbers(other),
        _numbers(result),
        _numbers(above),
        _numbers(shares),
        _numbers(shares.sum_to_size(source.shape)),
    )


def _called(tensor: Tensor, names: list[tuple[str, Tensor]]) -> str:
    """The last name that was given to a tensor."""
    return next((name for name, known in reversed(names) if known is tensor), "")


def _name_of(func: Any) -> str:
    name = str(getattr(func, "__name__", "")).strip("_")
    return {"radd": "add", "rsub": "sub", "rmul": "mul", "truediv": "div"}.get(name, name)


def _numbers(tensor: Tensor) -> Numbers:
    plain = tensor.detach()
    return Numbers(tuple(plain.shape), tuple(map(float, plain.flatten().tolist())))
