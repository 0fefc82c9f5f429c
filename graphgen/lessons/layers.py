"""A network's layers as plain data: what each has, gives, and gets back."""

from dataclasses import dataclass

__all__ = ["Layer", "Parameter", "Sheet"]


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
