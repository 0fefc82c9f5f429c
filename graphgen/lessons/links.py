"""One function of a composition, as plain data."""

from dataclasses import dataclass

__all__ = ["Link"]


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
