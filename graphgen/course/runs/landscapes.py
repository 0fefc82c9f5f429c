"""A program of two names -> its heights on a grid, and how it bends."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from graphgen.course.runs.sampling import sweep
from graphgen.language.machine import compute
from graphgen.language.operations import tensor_of
from graphgen.language.syntax import Program
from graphgen.language.values import Value

__all__ = ["bends", "heights"]


def heights(
    program: Program,
    names: tuple[str, str],
    xs: Sequence[float],
    ys: Sequence[float],
    values: Mapping[str, Value],
) -> tuple[tuple[float, ...], ...]:
    """A program's result for each y, a row, and each x, a column.

    >>> from graphgen.language.expression import parse
    >>> heights(parse("x + 10 * y"), ("x", "y"), (1.0, 2.0), (0.0, 1.0), {})
    ((1.0, 2.0), (11.0, 12.0))
    """
    columns = [x for _ in ys for x in xs], [y for y in ys for _ in xs]
    found, _ = sweep(program, names, columns, values)
    wide = len(xs)
    return tuple(found[row * wide : (row + 1) * wide] for row in range(len(ys)))


def bends(
    program: Program, place: Mapping[str, float], values: Mapping[str, Value]
) -> tuple[float, ...]:
    """How much a program's slope changes along each of its main directions, the least first: the
    eigenvalues of its second derivatives.

    >>> from graphgen.language.expression import parse
    >>> bends(parse("x ** 2 + 10 * y ** 2"), {"x": 1.0, "y": 1.0}, {})
    (2.0, 20.0)
    """
    names = list(place)
    held = {name: tensor_of(value) for name, value in values.items() if name not in place}

    def result(point: Tensor) -> Tensor:
        found = compute(program, {**held, **dict(zip(names, point.unbind(), strict=True))})
        return found.names[-1][1]

    with torch.inference_mode(False), torch.enable_grad():
        at = tensor_of(list(place.values()))
        second: Tensor = torch.autograd.functional.hessian(result, at)  # type: ignore[no-untyped-call]
    if not bool(second.isfinite().all()):
        return ()
    found = torch.linalg.eigvalsh((second + second.T) / 2)
    return tuple(found.tolist())
