"""Which arguments of an operator a person would call its operands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

__all__ = ["Operator", "operator_of"]

_SHOWN_NUMBERS = frozenset({"self", "other", "exponent", "value", "min", "max", "weight"})
_SHOWN_WHEN_GIVEN = frozenset({"alpha", "beta", "negative_slope"})
_STATISTICS = frozenset({"running_mean", "running_var"})


@dataclass(frozen=True, slots=True)
class Operator:
    """What is read off an operator's schema once.

    Attributes:
        name: without namespace and overload, as in "mul".
        arguments: (name, whether a number there is shown) for each argument in order.
        is_custom: whether it is not torch's own; its autograd then wraps just this operator.
        is_in_place: whether it changes an operand.
        is_view: whether what it gives shows the numbers of its first operand, so that it will be
            of the version of that one; autograd sets it only later.
        is_question: whether it makes no tensor itself, as one that asks for sizes. Torch asks for
            them while it holds a lock on the tensor, so nothing must be looked up then.
        has_statistics: whether it is a normalization, which in training computes its statistics
            instead of using the given ones.
    """

    name: str
    arguments: tuple[tuple[str, bool], ...]
    is_custom: bool
    is_in_place: bool
    is_view: bool
    is_question: bool
    has_statistics: bool = False

    def operands(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """Tensors and shown numbers, in the order of the schema, lists of tensors opened."""
        operands: list[Any] = []
        arguments = list(zip(self.arguments, args, strict=False))
        if kwargs:
            later = self.arguments[len(args) :]
            arguments += [(each, kwargs[each[0]]) for each in later if each[0] in kwargs]
        skipped = _STATISTICS if self.has_statistics and any(arg is True for arg in args) else ()
        for (name, is_shown), value in arguments:
            if isinstance(value, Tensor):
                if name not in skipped:
                    operands.append(value)
            elif isinstance(value, (list, tuple)):
                operands += [item for item in value if isinstance(item, Tensor)]
            elif is_shown and isinstance(value, (int, float, complex)):
                operands.append(value)
        return operands


@lru_cache(4096)
def operator_of(func: Any) -> Operator:
    """Read an operator's schema.

    >>> operator_of(torch.ops.aten.pow.Tensor_Scalar).name
    'pow'
    """
    schema = getattr(func, "_schema", None)
    if schema is None:  # torch.cond and its like, which take functions
        return Operator(str(func), (), True, False, False, is_question=True)
    namespace, _, name = str(schema.name).rpartition("::")
    arguments = tuple((argument.name, _is_shown(argument)) for argument in schema.arguments)
    if name.endswith("_like") or name.startswith("new_"):
        arguments = ()  # only the shape of what is handed over is used
    is_custom = namespace not in ("aten", "prim", "prims")
    is_in_place = bool(schema.is_mutable)
    is_view = any(result.alias_info and not result.alias_info.is_write for result in schema.returns)
    gives_tensors = any("Tensor" in str(result.real_type) for result in schema.returns)
    is_question = not gives_tensors and not is_in_place
    has_statistics = "batch_norm" in name
    return Operator(name, arguments, is_custom, is_in_place, is_view, is_question, has_statistics)


def _is_shown(argument: torch._C.Argument) -> bool:
    """Whether a number there is an operand, as in x * 3, and not a setting, as a dimension is."""
    if argument.name not in _SHOWN_NUMBERS | _SHOWN_WHEN_GIVEN:
        return False
    return any(word in str(argument.real_type) for word in ("Scalar", "number", "Tensor"))
