"""A node that autograd keeps, and what the tape saw of it: which operand is which."""

from typing import NamedTuple

from graphgen.capture.seen import Record
from graphgen.capture.walk import Operand
from graphgen.model.graph import Array

__all__ = ["Seen", "matched", "slots_of"]


class Seen(NamedTuple):
    """What a tape saw of a walked node.

    Attributes:
        values: of the record.
        operands: of the record, as walked nodes and their outputs; None of what wasn't walked.
        slots: for each of these that takes a gradient, its place in next_functions.
    """

    record: Record
    values: tuple[Array, ...]
    operands: list[Operand | None]
    slots: dict[int, int]


def slots_of(following: list[Operand | None], seen: list[Operand | None]) -> dict[int, int] | None:
    """For each seen operand that takes a gradient, its place; None if they don't agree."""
    slots: dict[int, int] = {}
    left = list(seen)
    for place, operand in enumerate(following):
        if operand is None:
            continue
        if operand not in left:
            return None
        slot = left.index(operand)
        left[slot] = None  # each use of an operand has a slot of its own
        slots[slot] = place
    return slots


def matched(expected: tuple[Array, ...], outputs: tuple[Array, ...]) -> tuple[Array, ...]:
    """The recorded outputs that autograd counts: all of them, or the first that fits.

    Where autograd counts some of several, only those that were used are known for sure.
    """
    if len(expected) == len(outputs):
        return outputs
    if len(expected) != 1:
        return expected
    return (next((o for o in outputs if o.shape == expected[0].shape), expected[0]),)
