"""The layers of a network before and after one step of training, as plain data."""

from dataclasses import dataclass

from graphgen.course.checks import check_count, check_lengths, check_range

__all__ = ["Layer", "Parameter", "Sheet"]

_MOST_CELLS, _LONGEST_AXIS = 100, 2**40


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

    def __post_init__(self) -> None:
        check_count("rows of a sheet", self.rows, 1, _MOST_CELLS)
        check_lengths("rows of a sheet", *self.rows)
        check_count("columns of a sheet", self.rows[0], 1, _MOST_CELLS)
        for length in self.shape:
            check_range("an axis of a sheet", length, 1, _LONGEST_AXIS)


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
