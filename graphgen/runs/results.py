"""What runs give: curves, walks, fits, layers and passes as plain data, without torch."""

import math
from dataclasses import dataclass

from graphgen.errors import InputError
from graphgen.graph import Array

__all__ = [
    "Curve",
    "Fit",
    "Layer",
    "Link",
    "Numbers",
    "Parameter",
    "Pass",
    "Plan",
    "Repeated",
    "Sheet",
    "Walk",
    "ratio_of",
]

_LONGEST_RATIO = 20


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


@dataclass(frozen=True, slots=True)
class Walk:
    """Where an optimizer went, by torch.optim in float64.

    Attributes:
        optimizer: a name of graphgen.runs.descents.OPTIMIZERS.
        rate: its learning rate.
        points: the start, then the place after each step; a number for each name that moved.
        values: the program's result at each point.
        gradients: d result / d each name, at each point.
    """

    optimizer: str
    rate: float
    points: tuple[tuple[float, ...], ...]
    values: tuple[float, ...]
    gradients: tuple[tuple[float, ...], ...]

    @property
    def steps(self) -> int:
        """How many steps were gone."""
        return len(self.points) - 1

    @property
    def is_finite(self) -> bool:
        """Whether it never left the numbers."""
        return math.isfinite(self.values[-1]) and all(map(math.isfinite, self.points[-1]))


@dataclass(frozen=True, slots=True)
class Link:
    """What a function makes of the one before, by torch in float64; the first is the input itself.

    Attributes:
        name: of what comes out.
        formula: "u = 3 × x + 1"; "" for the input.
        value: what comes out; slope: how much it moves for each bit that the one before moves.
        grad: d result / d this, all later slopes multiplied, by autograd.
        moved: what comes out where the input is a small step further.
    """

    name: str
    formula: str
    value: float
    slope: float
    grad: float
    moved: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The numbers of a tensor as rows of cells, as many as a picture has room for.

    Attributes:
        shape: of the tensor.
        rows: its first rows, each with its first numbers.
        low, high: the smallest and the largest finite number of all.
        norm: of all of them.
    """

    shape: tuple[int, ...]
    rows: tuple[tuple[float, ...], ...]
    low: float
    high: float
    norm: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter before and after one step, and its gradient."""

    name: str
    before: Sheet
    slope: Sheet
    after: Sheet


@dataclass(frozen=True, slots=True)
class Layer:
    """One module of a chain.

    Attributes:
        path: where it stands in the network: "0", "body.2".
        kind, detail: "Linear", "2 → 8".
        output: what it gives; slope: d loss / d that.
    """

    path: str
    kind: str
    detail: str
    output: Sheet
    slope: Sheet
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A program's result and its slope along one of its inputs, by torch in float64.

    Attributes:
        program: as the person wrote it.
        name, result: what runs along the axes.
        xs, ys, slopes: places, results, and d result / d name there, by autograd.
    """

    program: str
    name: str
    result: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    slopes: tuple[float, ...]

    @property
    def ratio(self) -> str:
        """What a slope is called."""
        return ratio_of(self.result, self.name)

    @property
    def known(self) -> list[int]:
        """The places at which result and slope are finite."""
        pairs = enumerate(zip(self.ys, self.slopes, strict=True))
        return [at for at, (y, slope) in pairs if math.isfinite(y) and math.isfinite(slope)]

    @property
    def line(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Places and results as they are drawn: parted by a nan where the curve falls though it
        rises at both places, or the other way, as at a pole."""
        xs: list[float] = []
        ys: list[float] = []
        for at, (x, y, slope) in enumerate(zip(self.xs, self.ys, self.slopes, strict=True)):
            if at and (y - ys[-1]) * slope < 0 and (y - ys[-1]) * self.slopes[at - 1] < 0:
                xs.append(x)
                ys.append(math.nan)
            xs.append(x)
            ys.append(y)
        return tuple(xs), tuple(ys)

    def checked(self) -> "Curve":
        """The curve itself.

        Raises:
            InputError: nothing on it is finite.
        """
        if not self.known:
            raise InputError(
                f"a curve with finite values from {self.xs[0]:g} to {self.xs[-1]:g}: got none; "
                "choose another range with --from and --to"
            )
        return self


def ratio_of(result: str, name: str) -> str:
    """What the slope of a result along a name is called; with long names just "slope".

    >>> ratio_of("y", "x")
    'dy/dx'
    """
    told = f"d{result}/d{name}"
    return told if len(told) <= _LONGEST_RATIO else "slope"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor: its shape and its elements, row-major."""

    shape: tuple[int, ...]
    items: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """An operation of two operands, one of which is repeated.

    Attributes:
        op: its symbol.
        source, other, result: what they are called; "" where they have no name.
        value, against, outcome: their values; against is None where the other is a plain number.
        above: the gradient of the result; shares: what each use of the source gets.
        total: the shares added up, of the source's shape.
    """

    op: str
    source: str
    other: str
    result: str
    value: Numbers
    against: Numbers | None
    outcome: Numbers
    above: Numbers
    shares: Numbers
    total: Numbers


@dataclass(frozen=True, slots=True)
class Pass:
    """One call of backward, in both loops.

    Attributes:
        number: the first is 1.
        loss: how the loss is made, as mathematics is written; value is what it comes to.
        sent: for each leaf what this pass alone gives; None where the loss doesn't depend on it.
        kept: what stands in each leaf's .grad before it where nothing is zeroed.
        forgets: the same after it; zeroes: after it where zero_grad goes before.
    """

    number: int
    loss: str
    value: Array
    sent: tuple[Array | None, ...]
    kept: tuple[Array | None, ...]
    forgets: tuple[Array | None, ...]
    zeroes: tuple[Array | None, ...]
