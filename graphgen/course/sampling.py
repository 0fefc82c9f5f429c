"""A program with one or two names let free -> its values and slopes at many places."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from graphgen.course.curves import Curve
from graphgen.language.evaluate import run
from graphgen.language.machine import compute
from graphgen.language.operations import tensor_of
from graphgen.language.syntax import Program
from graphgen.language.values import Value
from graphgen.model.errors import InputError

__all__ = ["free_name", "free_names", "number_of", "result_of", "sample", "spread", "sweep"]

_MOST_AT_ONCE = 4_000_000
"""Numbers that a sweep holds at one time: 32 MB."""

_COUNTS = {1: "one name", 2: "two names"}


def free_name(program: Program, values: Mapping[str, Value], wanted: str = "") -> str:
    """The one input of a program that is let free.

    Args:
        program: whose inputs they are.
        values: of the inputs that are held, and perhaps of the free one.
        wanted: its name, where the person says it.

    Returns:
        The name.

    Raises:
        InputError: there are several, or none, or not the one that is wanted.

    >>> from graphgen.language.expression import parse
    >>> free_name(parse("y = a * x ** 2"), {"a": 2.0})
    'x'
    """
    return free_names(program, values, (wanted,) if wanted else (), 1)[0]


def free_names(
    program: Program, values: Mapping[str, Value], wanted: Sequence[str], count: int
) -> tuple[str, ...]:
    """The inputs of a program that are let free: so many, in the order of the program.

    Args:
        program: whose inputs they are.
        values: of the inputs that are held, and perhaps of free ones.
        wanted: their names, where the person says them; () for all where the program has just so
            many, else for those without a value.
        count: how many are free.

    Returns:
        The names.

    Raises:
        InputError: there are more, or fewer, or not those that are wanted.
    """
    for name in wanted:
        if name not in program.inputs:
            names = ", ".join(program.inputs) or "none"
            raise InputError(f"an input of the program: got {name[:60]!r}; its inputs are {names}")
    free = tuple(wanted) or tuple(name for name in program.inputs if name not in values)
    if len(program.inputs) == count:
        free = program.inputs
    if len(set(free)) != count:
        names = ", ".join(free) or "none"
        first = (free or program.inputs or ("a",))[-1]
        hint = (
            f"give the others a value, as in --set {first}=1"
            if len(free) > count
            else f"its inputs are {', '.join(program.inputs) or 'none'}; write it with more of them"
            if len(program.inputs) < count
            else "leave the value out of those that are to be free, or name them with "
            + ("--name" if count == 1 else "--names")
        )
        raise InputError(f"a program with {_COUNTS[count]} free: got {names}; {hint}")
    return free


def number_of(value: Value | None, name: str, otherwise: float = 1.0) -> float:
    """The number that a free name has; one without a value has another.

    Args:
        value: None where the name has none.
        name: for the message.
        otherwise: the number of a name without a value.

    Returns:
        The number.

    Raises:
        InputError: it is a list.
    """
    if value is None:
        return otherwise
    if isinstance(value, int | float):
        return float(value)
    raise InputError(f"one number for {name[:60]!r}, which is let free: got a list")


def sample(program: Program, name: str, xs: Sequence[float], values: Mapping[str, Value]) -> Curve:
    """The program's result and slope for each value of one of its inputs, by autograd.

    Args:
        program: with its result last.
        name: of the input that varies.
        xs: its values.
        values: of the other inputs.

    Returns:
        The curve, with y and dy/dx for each x.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.
    """
    ys, (slopes,) = sweep(program, (name,), (xs,), values)
    return Curve(program.text, name, result_of(program), tuple(map(float, xs)), ys, slopes)


def result_of(program: Program) -> str:
    """What a program's result is called; without a name, by a letter that is free.

    >>> from graphgen.language.expression import parse
    >>> result_of(parse("f = x ** 2")), result_of(parse("x * y"))
    ('f', 'z')
    """
    taken = set(program.inputs) | {statement.name for statement in program.statements}
    return program.statements[-1].name or next(n for n in (*"yzfg", "result") if n not in taken)


def sweep(
    program: Program,
    names: Sequence[str],
    columns: Sequence[Sequence[float]],
    values: Mapping[str, Value],
) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """The program's result at many places, and for each free name its slope there, by autograd.

    Args:
        program: with its result last.
        names: the inputs that vary.
        columns: for each name its value at every place.
        values: of the other inputs.

    Returns:
        The result at each place; and for each name its slope at each place.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.

    >>> from graphgen.language.expression import parse
    >>> sweep(parse("x * y"), ("x", "y"), ((1.0, 2.0), (5.0, 7.0)), {})
    ((5.0, 14.0), ((5.0, 7.0), (1.0, 2.0)))
    """
    if not columns[0]:
        return (), tuple(() for _ in names)
    held = {key: value for key, value in values.items() if key not in names}
    first = run(program, {**held, **{n: c[0] for n, c in zip(names, columns, strict=True)}})
    each = sum(tensor.numel() for _, tensor in (*first.labels, *first.names)) + 1
    most = max(1, _MOST_AT_ONCE // each)
    ys: list[float] = []
    slopes: list[list[float]] = [[] for _ in names]
    for start in range(0, len(columns[0]), most):
        pieces = [column[start : start + most] for column in columns]
        results, gradients = _at_once(program, names, pieces, held)
        ys += results.tolist()
        for known, gradient in zip(slopes, gradients, strict=True):
            known += gradient.tolist()
    return tuple(ys), tuple(map(tuple, slopes))


def _at_once(
    program: Program,
    names: Sequence[str],
    columns: Sequence[Sequence[float]],
    values: Mapping[str, Value],
) -> tuple[Tensor, list[Tensor]]:
    """Results and slopes at places that torch computes together."""
    with torch.inference_mode(False), torch.enable_grad():
        held = {name: tensor_of(value) for name, value in values.items()}
        free = [tensor_of(list(column), requires_grad=True) for column in columns]

        def result(*places: Tensor) -> Tensor:
            computed = compute(program, {**held, **dict(zip(names, places, strict=True))})
            return computed.names[-1][1]

        results: Tensor = torch.vmap(result)(*free)
        gradients = torch.autograd.grad(
            results.sum(), free, allow_unused=True, materialize_grads=True
        )
    return results.detach(), list(gradients)


def spread(low: float, high: float, count: int) -> tuple[float, ...]:
    """So many places from low to high, evenly, both among them.

    Args:
        low, high: the ends.
        count: how many; at least 2.

    Returns:
        The places, ascending where low is below high.

    >>> spread(0.0, 1.0, 3)
    (0.0, 0.5, 1.0)
    """
    return tuple(low + (high - low) * at / (count - 1) for at in range(count))
