"""Nodes before their index is known, and the order in which they come to stand."""

from dataclasses import dataclass, field

from graphgen.graph import Array, Kind, Node, Port
from graphgen.reading.gradients import Gradients
from graphgen.reading.seen import Place

__all__ = ["NOWHERE", "Draft", "node_of", "ordered", "slot_of"]

NOWHERE = Place()


@dataclass(slots=True, eq=False)
class Draft:
    """A node before its index is known.

    Attributes:
        operands: (draft, which of its outputs, slot, (walked node, slot) of the contribution).
        walked: the index in the walk; None of what autograd doesn't reach.
    """

    kind: Kind
    op: str
    values: tuple[Array, ...]
    operands: list[tuple["Draft", int, int, tuple[int, int] | None]] = field(default_factory=list)
    walked: int | None = None
    place: Place = NOWHERE
    name: str = ""
    label: str = ""


def ordered(drafts: list[Draft]) -> list[Draft]:
    """Operations as they are, and everything that they need just before its first use."""
    placed: dict[int, Draft] = {}
    for draft in drafts:
        if draft.kind != "leaf" or draft is drafts[-1]:
            _place(draft, placed)
    return list(placed.values())


def _place(draft: Draft, placed: dict[int, Draft]) -> None:
    stack = [draft]
    while stack:
        top = stack[-1]
        needed = sorted(top.operands, key=slot_of)
        missing = [source for source, *_ in needed if id(source) not in placed]
        if missing:
            stack.extend(reversed(missing))
        else:
            placed[id(top)] = top
            stack.pop()


def slot_of(operand: tuple[Draft, int, int, tuple[int, int] | None]) -> int:
    return operand[2]


def node_of(draft: Draft, gradients: Gradients) -> Node:
    ports = tuple(
        Port(value, None if draft.walked is None else gradients.sums.get((draft.walked, port)))
        for port, value in enumerate(draft.values)
    )
    place = draft.place
    label = draft.label or place.label
    return Node(draft.kind, draft.op, ports, draft.name, label, place.scope, place.source)
