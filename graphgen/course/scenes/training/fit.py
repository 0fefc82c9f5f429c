"""What a program learns to answer: its prediction over the range of its input, beside its data."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphgen.course.checks import (
    check_count,
    check_finite,
    check_lengths,
    check_rising,
)
from graphgen.language.syntax import Name, Program, postorder
from graphgen.language.values import Value
from graphgen.model.errors import AutovizError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Fit", "Plan", "fit_of", "plan_of"]

_MOST_PLACES, _MOST_ALONG = 10_000, 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Which of a program's names are the input, what it is to answer, and what it answers."""

    input: str
    target: str
    prediction: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Data points, and the prediction along their range at several moments.

    Attributes:
        plan: the names.
        points: one or two numbers for each; targets: what is to be answered there.
        xs, ys: the places along both axes of the grid; ys is empty for points of one number.
        grids: at each moment the prediction at every place, row by row.
        answers: at each moment the prediction at every point.
    """

    plan: Plan
    points: tuple[tuple[float, ...], ...]
    targets: tuple[float, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    grids: tuple[tuple[float, ...], ...]
    answers: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        check_count("data points", self.points, 1, _MOST_PLACES)
        check_lengths("points and targets", self.points, self.targets, *self.answers)
        check_lengths("numbers of a point", *self.points)
        check_count("numbers of a point", self.points[0], 1, 2)
        is_plane = len(self.points[0]) == 2
        check_count("places along x", self.xs, 2, _MOST_ALONG)
        check_count("places along y", self.ys, 2 * is_plane, _MOST_ALONG * is_plane)
        check_rising("places along x", self.xs)
        check_rising("places along y", self.ys)
        places = range(len(self.xs) * max(1, len(self.ys)))
        check_lengths("places and predictions", places, *self.grids)
        check_finite("data points", *self.targets, *(x for point in self.points for x in point))


_LINE, _FIELD = 81, 18
_ROOM = 0.25
_SAME = 1e-5


def plan_of(program: Program, values: Mapping[str, Value], data: Collection[str]) -> Plan | None:
    """The input, target and prediction of a program, where it has such a triple.

    The input and the target are data of as many rows; the prediction is the last named result of
    as many numbers that is made from the input and a parameter, and not from the target.

    Args:
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.

    Returns:
        The three names, or None.

    >>> from graphgen.language.expression import parse
    >>> values = {"w": 1, "x": [1, 2], "t": [2, 4]}
    >>> plan_of(parse("p = w * x; loss = mse(p, t)"), values, ("x", "t"))
    Plan(input='x', target='t', prediction='p')
    """
    sources, shapes = _sources(program), _shapes(program, values, data)
    data_names = [name for name in program.inputs if name in data]
    for at in data_names:
        for target in data_names:
            rows = _rows(shapes[at])
            if at == target or rows is None or math.prod(shapes[target]) != rows:
                continue
            for statement in reversed(program.statements[:-1]):
                used = sources[statement.name]
                is_learned = at in used and target not in used and used - {*data}
                if is_learned and math.prod(shapes[statement.name]) == rows:
                    return Plan(at, target, statement.name)
    return None


def fit_of(
    program: Program,
    plan: Plan,
    values: Mapping[str, Value],
    states: "Sequence[Mapping[str, Tensor]]",
) -> Fit | None:
    """The prediction at every moment; None where it isn't worked out row by row.

    Args:
        program: with the loss last.
        plan: which of its names is what.
        values: of all inputs.
        states: the parameters at each moment.

    Returns:
        One prediction for each moment, or None.
    """
    import torch

    from graphgen.language.operations import tensor_of

    points = tensor_of(values[plan.input])
    flat = points.reshape(-1, points.shape[-1] if points.dim() == 2 else 1)
    xs, *more = [_range(column, flat.shape[1] == 2) for column in flat.T]
    grid = torch.cartesian_prod(torch.tensor(more[0]), torch.tensor(xs)).flip(1) if more else None
    places = torch.tensor(xs).reshape(-1, *points.shape[1:]) if grid is None else grid
    part = _part(program, plan.prediction)
    try:
        grids = [_predicted(part, plan, values, state, places) for state in states]
        answers = [_predicted(part, plan, values, state, points) for state in states]
    except AutovizError:
        return None  # its shapes only fit the data's own number of rows
    alone = _predicted(part, plan, values, states[0], points[:1]) if points.dim() else answers[0]
    is_by_row = all(len(each) == len(places) for each in grids) and len(alone) == 1
    if not is_by_row or not math.isclose(alone[0], answers[0][0], rel_tol=_SAME, abs_tol=_SAME):
        return None
    return Fit(
        plan,
        tuple(map(tuple, flat.tolist())),
        tuple(tensor_of(values[plan.target]).flatten().tolist()),
        xs,
        more[0] if more else (),
        tuple(grids),
        tuple(answers),
    )


def _predicted(
    part: Program,
    plan: Plan,
    values: Mapping[str, Value],
    state: "Mapping[str, Tensor]",
    places: "Tensor",
) -> tuple[float, ...]:
    import torch

    from graphgen.language.machine import compute
    from graphgen.language.operations import tensor_of

    with torch.no_grad():
        inputs = {
            name: tensor_of(state.get(name, values[name])).to(torch.float64) for name in part.inputs
        }
        computed = compute(part, {**inputs, plan.input: places.to(torch.float64)})
    return tuple(computed.names[-1][1].flatten().tolist())


def _part(program: Program, name: str) -> Program:
    """The statements that a name is made by, and no more."""
    needed, statements = {name}, []
    for statement in reversed(program.statements):
        if statement.name in needed:
            statements.append(statement)
            needed |= _names_in(statement.expression)
    used = tuple(each for each in program.inputs if each in needed)
    return replace(program, statements=tuple(reversed(statements)), inputs=used)


def _sources(program: Program) -> dict[str, set[str]]:
    """For each name the inputs that it is made from."""
    sources = {name: {name} for name in program.inputs}
    for statement in program.statements:
        names = _names_in(statement.expression)
        sources[statement.name] = set().union(*(sources[name] for name in names))
    return sources


def _names_in(expression: object) -> set[str]:
    return {part.name for part in postorder(expression) if isinstance(part, Name)}  # type: ignore[arg-type]


def _shapes(
    program: Program, values: Mapping[str, Value], data: Collection[str]
) -> dict[str, tuple[int, ...]]:
    from graphgen.language.evaluate import run

    return {name: tuple(tensor.shape) for name, tensor in run(program, values, data).names}


def _rows(shape: tuple[int, ...]) -> int | None:
    """How many points an input holds: numbers, or rows of one or two of them."""
    if len(shape) < 2:
        return math.prod(shape)
    return shape[0] if len(shape) == 2 and shape[1] <= 2 else None


def _range(column: "Tensor", is_field: bool) -> tuple[float, ...]:
    """Places along one axis, from a bit before the first point to a bit after the last one."""
    import torch

    low, high = column.min().item(), column.max().item()
    room = (high - low) * _ROOM or max(abs(low), 1.0)
    count = _FIELD if is_field else _LINE
    places: list[float] = torch.linspace(
        low - room, high + room, count, dtype=torch.float64
    ).tolist()
    return tuple(places)
