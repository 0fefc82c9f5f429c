"""A program with one or two names let free -> its values and slopes at many places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from graphgen.errors import InputError
from graphgen.evaluate import run
from graphgen.language.syntax import Program
from graphgen.language.values import Value

__all__ = ["Curve", "free_name", "sample", "spread"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A program's result and its slope along one of its inputs, in float64.

    Attributes:
        xs: the input's values, ys the results there, slopes d result / d input.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    slopes: tuple[float, ...]


def free_name(program: Program, values: Mapping[str, Value], wanted: str = "") -> str:
    """The one input of a program that is let free.

    Args:
        values: of the inputs that are held, and perhaps of the free one.
        wanted: its name, where the person says it.

    Raises:
        InputError: there are several, or none, or not the one that is wanted.

    >>> from graphgen.expression import parse
    >>> free_name(parse("y = a * x ** 2"), {"a": 2.0})
    'x'
    """
    if wanted and wanted not in program.inputs:
        names = ", ".join(program.inputs) or "none"
        raise InputError(f"an input of the program: got {wanted!r}; its inputs are {names}")
    free = [wanted] if wanted else [name for name in program.inputs if name not in values]
    if not free and len(program.inputs) == 1:
        free = list(program.inputs)
    if len(free) != 1:
        found = ", ".join(free) or "none"
        raise InputError(
            f"a program with one name that is free: got {found}; give the others a value, "
            f"as in --set {(free or list(program.inputs) or ['a'])[0]}=1"
        )
    return free[0]


def sample(program: Program, name: str, xs: Sequence[float], values: Mapping[str, Value]) -> Curve:
    """The program's result and slope for each value of one of its inputs, by autograd.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.
    """
    ys, slopes = [], []
    for x in xs:
        found = run(program, {**values, name: x})
        (slope,) = torch.autograd.grad(found.loss, [found.inputs[name]], allow_unused=True)
        ys.append(found.loss.item())
        slopes.append(0.0 if slope is None else slope.item())
    return Curve(tuple(map(float, xs)), tuple(ys), tuple(slopes))


def spread(low: float, high: float, count: int) -> tuple[float, ...]:
    """So many places from low to high, evenly, both among them.

    >>> spread(0.0, 1.0, 3)
    (0.0, 0.5, 1.0)
    """
    return tuple(low + (high - low) * at / (count - 1) for at in range(count))
