"""A program of one name and a place -> the functions that it is made of, each with its slope."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from graphgen.course.runs.results import Link
from graphgen.course.runs.sampling import result_of
from graphgen.language.chains import composed, links_of, nested
from graphgen.language.evaluate import run
from graphgen.language.syntax import Program, source
from graphgen.language.values import Value
from graphgen.model.errors import InputError
from graphgen.text.formulas import pretty, shortened

__all__ = ["linked"]

_LONGEST = 48
_STRAIGHT = 0.005
"""How far the longest stretch may be from what the slopes say, as a share of it."""
_STEP, _SMALLEST = 0.01, 1e-4
"""The step that is tried first, beside the place's magnitude, and the smallest, beside that."""
_USUAL = 1e-2
"""Places from here to 10 have the magnitude 1, and 0 has."""


def linked(
    program: Program, name: str, values: Mapping[str, Value], at: float, step: float | None
) -> tuple[float, tuple[Link, ...]]:
    """What a program does to a place and to one a small step further.

    Args:
        step: None for one so small that every function is nearly straight along it.

    Returns:
        The step, and each function, with what it makes of the one before.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.
        InputError: there are fewer than two functions, or something isn't finite.
    """
    chain = composed(program, name, result_of(program))
    found = run(chain, {**values, name: at})
    known = dict(found.names)
    names = [each for each in links_of(chain, name) if known[each].shape == ()]
    if len(names) < 3:
        raise InputError(
            "a composition of two functions or more, such as 'u = 3 * x + 1; y = u ** 2': got one "
            f"function of {name[:60]!r}; name a part of it in a statement of its own"
        )
    tensors = [known[each] for each in names]
    formulas = [pretty(f"{n} = {source(nested(chain, n, names))}") for n in names[1:]]
    slopes = [_slope(after, before) for before, after in pairwise(tensors)]
    grads = [_slope(found.loss, tensor) for tensor in tensors]
    _check(names, tensors, slopes, at)
    size, moved = _moved(chain, names, values, at, step, tensors, grads[0])
    return size, tuple(
        Link(n, shortened(formula, _LONGEST), tensor.item(), slope, grad, there)
        for n, formula, tensor, slope, grad, there in zip(
            names, ["", *formulas], tensors, [1.0, *slopes], grads, moved, strict=True
        )
    )


def _slope(result: Tensor, operand: Tensor) -> float:
    if not result.requires_grad or not operand.requires_grad:
        return 0.0
    (found,) = torch.autograd.grad(result, [operand], retain_graph=True, allow_unused=True)
    return 0.0 if found is None else found.item()


def _check(
    names: Sequence[str], tensors: Sequence[Tensor], slopes: Sequence[float], at: float
) -> None:
    for name, tensor, slope in zip(names, tensors, (1.0, *slopes), strict=True):
        for what, value in (("value", tensor.item()), ("slope", slope)):
            if not math.isfinite(value):
                raise InputError(
                    f"finite values and slopes along the chain: got {what} {value} at "
                    f"{name[:60]!r} for {names[0][:60]} = {at:g}; choose another place with --set"
                )


def _moved(
    chain: Program,
    names: Sequence[str],
    values: Mapping[str, Value],
    at: float,
    step: float | None,
    tensors: Sequence[Tensor],
    slope: float,
) -> tuple[float, list[float]]:
    """How large the step is, and where each name is after it."""
    size = _STEP * _magnitude(at) if step is None else step
    least = _SMALLEST * size
    while True:
        known = dict(run(chain, {**values, names[0]: at + size}).names)
        moved = [known[each].item() for each in names]
        whole = moved[-1] - tensors[-1].item()
        is_straight = abs(whole - slope * size) <= _STRAIGHT * abs(slope * size)
        if step is not None or is_straight or size / 10 < least:
            if not all(map(math.isfinite, moved)):
                raise InputError(
                    f"finite values a step of {size:g} further: got {moved[-1]}; choose another "
                    "with --step"
                )
            return size, moved
        size /= 10


def _magnitude(at: float) -> float:
    """The power of ten of a place.

    >>> _magnitude(2.0), _magnitude(0.3), _magnitude(0.0), _magnitude(-250.0), _magnitude(3e-30)
    (1.0, 1.0, 1.0, 100.0, 1e-30)
    """
    size = abs(at)
    return 1.0 if size == 0.0 or _USUAL <= size < 10 else 10.0 ** math.floor(math.log10(size))
