"""The surface of any program of two names and descents on it, by torch: a request -> plain data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphgen.course.checks import (
    OPTIMIZERS,
    check_count,
    check_finite,
    check_lengths,
    check_rising,
)
from graphgen.course.curves import range_between
from graphgen.course.scene import Request
from graphgen.course.trajectories import Trajectory, check_start, descend
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.model.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Data", "bends", "heights", "record", "title"]

_COUNT = 41
_REACH = 1.25
_LEAST_SHARE = 0.5
_NEAR, _RESTING = 4.0, 0.02
"""How far from the start something is near, beside the start's own size; and beside which share of
the first slope one is so small that a walk rests."""
_LONG = 4.0
_ACROSS, _CALM = 1.8, 0.25
"""Learning rates of plain descent, times the sharpest bend: across a long valley, and elsewhere."""
_MOMENTUM = 0.1
_STRIDES = 25.0
"""Steps in which an optimizer whose steps are all about as long comes from the start to the end."""


@dataclass(frozen=True, slots=True)
class Data:
    """A surface and ways down it, by torch in float64.

    Attributes:
        program: as the person wrote it.
        names: of the two that move; result: of the height.
        xs, ys: the grid's columns and rows; zs: the heights, row by row.
        walks: one for each optimizer, all from one start.
    """

    program: str
    names: tuple[str, str]
    result: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    zs: tuple[tuple[float, ...], ...]
    walks: tuple[Trajectory, ...]

    def __post_init__(self) -> None:
        check_count("columns of the grid", self.xs, 2, _COUNT)
        check_count("rows of the grid", self.ys, 2, _COUNT)
        check_rising("columns of the grid", self.xs)
        check_rising("rows of the grid", self.ys)
        check_lengths("rows and heights", self.ys, self.zs)
        check_lengths("columns and heights", self.xs, *self.zs)
        check_count("walks", self.walks, 1, len(OPTIMIZERS))
        for walk in self.walks:
            check_count("names that move", walk.points[0], 2, 2)
        check_finite("the start", self.walks[0].values[0], *self.walks[0].gradients[0])


def record(request: Request) -> Data:
    """What torch.optim does on the surface.

    Raises:
        InputError: not two names are free, a range is empty, nothing on the surface is finite, or
            the learning rates are not as many as the optimizers.
    """
    from graphgen.course.sampling import free_names, number_of, result_of, spread

    program, options = parse(request.text), request.options
    first, second = free_names(program, request.values, options["names"], 2)
    names = (first, second)
    start = {name: number_of(request.values.get(name), name) for name in names}
    held = {key: value for key, value in request.values.items() if key not in names}
    optimizers = tuple(dict.fromkeys(options["optimizers"])) or ("sgd",)
    rates = options["rates"] or _rates(program, start, held, optimizers)
    if len(rates) != len(optimizers):
        raise InputError(
            f"one learning rate for each of {len(optimizers)} optimizers: got {len(rates)}; give "
            "--rates as often as --optimizers, in the same order"
        )
    walks = tuple(
        descend(program, start, held, optimizer, rate, options["steps"])
        for optimizer, rate in zip(optimizers, rates, strict=True)
    )
    check_start(walks[0], names)
    (x_low, x_high), (y_low, y_high) = _ranges(walks, options)
    xs, ys = spread(x_low, x_high, _COUNT), spread(y_low, y_high, _COUNT)
    zs = heights(program, names, xs, ys, held)
    if not any(math.isfinite(z) for row in zs for z in row):
        raise InputError(
            f"a surface with finite heights for {first} from {x_low:g} to {x_high:g} and {second} "
            f"from {y_low:g} to {y_high:g}: got none; choose other ranges"
        )
    return Data(request.text, names, result_of(program), xs, ys, zs, walks)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def _rates(
    program: Program,
    start: Mapping[str, float],
    held: Mapping[str, Value],
    optimizers: tuple[str, ...],
) -> tuple[float, ...]:
    """Learning rates that suit a surface: plain descent just doesn't diverge across a long valley;
    momentum adds up ten steps, so it has a tenth; the others take steps of about their rate."""

    curvatures = bends(program, start, held) or (1.0,)
    sharpest = max(map(abs, curvatures)) or 1.0
    is_long = curvatures[0] > 0 and curvatures[-1] > _LONG * curvatures[0]
    plain = _rounded((_ACROSS if is_long else _CALM) / sharpest)
    trial = descend(program, start, held, "sgd", plain, 100)
    away = max(abs(a - b) for a, b in zip(_center((trial,)), trial.points[0], strict=True))
    stride = _rounded((away or 1.0) / _STRIDES)
    rates = {"sgd": plain, "momentum": plain * _MOMENTUM if is_long else plain}
    return tuple(_rounded(rates.get(name, stride)) for name in optimizers)


def _rounded(rate: float) -> float:
    return float(f"{rate:.2g}")


def _center(walks: tuple[Trajectory, ...]) -> tuple[float, ...]:
    """The place around which walks are seen best: the lowest, where one comes to rest; else, as at
    a saddle, the most level place not far from the start."""
    start, steepest = walks[0].points[0], math.hypot(*walks[0].gradients[0])
    places = [
        (math.hypot(*gradient), z, point)
        for walk in walks
        for point, z, gradient in zip(walk.points, walk.values, walk.gradients, strict=True)
        if math.isfinite(z) and all(map(math.isfinite, gradient))
    ]
    resting = [(z, point) for slope, z, point in places if slope < _RESTING * steepest]
    lowest = min(places, key=lambda place: place[1], default=(0.0, 0.0, start))
    if resting and lowest[0] < _RESTING * steepest:
        return min(resting)[1]
    close = [(slope, point) for slope, _, point in places if _is_near(point, start)]
    return min(close, default=(0.0, start))[1]


def _is_near(point: tuple[float, ...], start: tuple[float, ...]) -> bool:
    near = _NEAR * max(1.0, *map(abs, start))
    return all(abs(a - b) <= near for a, b in zip(point, start, strict=True))


def _ranges(
    walks: tuple[Trajectory, ...], options: Mapping[str, Any]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """What of both names is shown: around the middle, as far as the start and all ends near it."""
    start, middle = walks[0].points[0], _center(walks)
    seen = [start, *(walk.points[-1] for walk in walks if _is_near(walk.points[-1], start))]
    reaches = [
        _REACH * max(abs(point[axis] - center) for point in seen)
        for axis, center in enumerate(middle)
    ]
    longest = max(reaches) or 2.0 * max(1.0, *map(abs, start))
    reaches = [max(reach, _LEAST_SHARE * longest) for reach in reaches]
    ranges = []
    for axis, (center, reach) in zip("xy", zip(middle, reaches, strict=True), strict=True):
        ends = options[f"{axis}-from"], options[f"{axis}-to"]
        ranges.append(range_between(ends, center - reach, center + reach, axis))
    return ranges[0], ranges[1]


def heights(
    program: Program,
    names: tuple[str, str],
    xs: Sequence[float],
    ys: Sequence[float],
    values: Mapping[str, Value],
) -> tuple[tuple[float, ...], ...]:
    """A program's result for each y, a row, and each x, a column.

    Args:
        program: with its result last.
        names: the inputs along x and y.
        xs, ys: their values.
        values: of the other inputs.

    Returns:
        One row for each y, with one number for each x.

    >>> from graphgen.language.expression import parse
    >>> heights(parse("x + 10 * y"), ("x", "y"), (1.0, 2.0), (0.0, 1.0), {})
    ((1.0, 2.0), (11.0, 12.0))
    """
    from graphgen.course.sampling import sweep

    columns = [x for _ in ys for x in xs], [y for y in ys for _ in xs]
    results, _ = sweep(program, names, columns, values)
    wide = len(xs)
    return tuple(results[row * wide : (row + 1) * wide] for row in range(len(ys)))


def bends(
    program: Program, place: Mapping[str, float], values: Mapping[str, Value]
) -> tuple[float, ...]:
    """How much a program's slope changes along each of its main directions, the least first: the
    eigenvalues of its second derivatives.

    Args:
        program: with its result last.
        place: the inputs that vary, and where they are.
        values: of the other inputs.

    Returns:
        The eigenvalues, ascending, one for each input that varies; () where a second derivative
        isn't finite.

    Source: the eigenvalues of the Hessian matrix, by torch.linalg.eigvalsh.

    >>> from graphgen.language.expression import parse
    >>> bends(parse("x ** 2 + 10 * y ** 2"), {"x": 1.0, "y": 1.0}, {})
    (2.0, 20.0)
    """
    import torch

    from graphgen.language.machine import compute
    from graphgen.language.operations import tensor_of

    names = list(place)
    held = {name: tensor_of(value) for name, value in values.items() if name not in place}

    def result(point: "Tensor") -> "Tensor":
        computed = compute(program, {**held, **dict(zip(names, point.unbind(), strict=True))})
        return computed.names[-1][1]

    with torch.inference_mode(False), torch.enable_grad():
        at = tensor_of(list(place.values()))
        second: Tensor = torch.autograd.functional.hessian(result, at)  # type: ignore[no-untyped-call]
    if not bool(second.isfinite().all()):
        return ()
    # The Hessian is symmetric but for rounding, and eigvalsh reads one half of it only.
    eigenvalues = torch.linalg.eigvalsh((second + second.T) / 2)
    return tuple(eigenvalues.tolist())
