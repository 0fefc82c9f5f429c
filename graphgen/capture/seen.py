"""What a recorder has seen, as plain records that hold numbers and never a tensor."""

from dataclasses import dataclass
from typing import NamedTuple
from weakref import ReferenceType

from torch import Tensor

from graphgen.capture.batches import Slot
from graphgen.capture.scopes import OUTSIDE, Scope
from graphgen.model.graph import Array, Number

__all__ = ["Constant", "Escape", "Given", "LeafSeen", "Made", "Place", "Read", "Record", "Ref"]


class Made(NamedTuple):
    """One output of an autograd node, which its sequence number names."""

    number: int
    port: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of Python's that was an operand."""

    value: Number
    dtype: str


@dataclass(slots=True, eq=False)
class LeafSeen:
    """A leaf as it was when it was last used; its value is read when a graph is asked for.

    Attributes:
        name: what the user's code calls it; None until it was used.
    """

    tensor: "ReferenceType[Tensor]"
    version: int
    value: Array | None = None
    name: str | None = None


@dataclass(slots=True, eq=False)
class Given:
    """A tensor without a gradient that was an operand.

    Attributes:
        value: what it held at its first use; None until then.
        op: what made it, where that is shown: the operator's name, or what cut it off.
        sources: what it was made from: of a cut what it cut off, of computed data its operands.
        is_cut: whether any source takes a gradient.
        is_constant: whether torch made it of a number.
        name: what the user's code calls it; None until it was used.
        source: "file:line" of what cut it off.
    """

    tensor: "ReferenceType[Tensor]"
    version: int
    value: Slot | None = None
    op: str = ""
    sources: "tuple[Ref, ...]" = ()
    is_cut: bool = False
    is_constant: bool = False
    name: str | None = None
    source: str = ""


Ref = Made | Constant | LeafSeen | Given


@dataclass(frozen=True, slots=True)
class Escape:
    """Numbers that left torch, and took no gradient with them.

    Attributes:
        op: by which way, "item" or "numpy".
        operand: whose numbers.
        line: the frame and its line, which tell what is made of them at once.
        source: "file:line".
    """

    op: str
    operand: Ref
    line: tuple[int, int]
    source: str


class Read(NamedTuple):
    """What a stretch of an expression's text stands for: `h` of `h * 2`; None where it is a
    tensor that is in no graph, as one of those that torch.func hands to a function."""

    start: int
    end: int
    ref: Ref | None


class Place(NamedTuple):
    """Where in the user's code something was made.

    Attributes:
        source: "file:line".
        label: the text of the expression, where it is this operation's alone.
        scope: the module.
        reads: what the variables in the label stand for.
    """

    source: str = ""
    label: str = ""
    scope: Scope = OUTSIDE
    reads: tuple[Read, ...] = ()


@dataclass(slots=True)
class Record:
    """One operator that made an autograd node."""

    op: str
    operands: tuple[Ref, ...]
    outputs: tuple[Slot, ...]
    place: Place

    @property
    def values(self) -> tuple[Array, ...]:
        """What came out; only after the batches were flushed."""
        return tuple(slot.filled for slot in self.outputs)
