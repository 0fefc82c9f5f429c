"""What a program learned to answer, as plain data."""

from dataclasses import dataclass

__all__ = ["Fit", "Plan"]


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
