"""Nodes before their index is known, and the order in which they come to stand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate, repeat

from graphgen.capture.gradients import Gradients
from graphgen.capture.seen import Place
from graphgen.model.columns import instances_of
from graphgen.model.graph import Array, Edge, Kind, Node, Port

__all__ = ["NOWHERE", "Draft", "Locals", "edges_of", "nodes_of", "ordered"]

Locals = Callable[[int, int], Array | None]
"""Tells the local derivative of (walked node, slot)."""

NOWHERE = Place()


@dataclass(slots=True, eq=False)
class Draft:
    """A node before its index is known.

    Attributes:
        operands: (draft, which of its outputs, slot, (walked node, slot) of the contribution).
        walked: the index in the walk; None of what autograd doesn't reach.
        names: of outputs that have one of their own, where there are several.
        label: how it is written, if otherwise than at its place.
        scope: the path of its module.
    """

    kind: Kind
    op: str
    values: tuple[Array, ...]
    operands: list[tuple["Draft", int, int, tuple[int, int] | None]] = field(default_factory=list)
    walked: int | None = None
    place: Place = NOWHERE
    name: str = ""
    names: dict[int, str] = field(default_factory=dict)
    label: str | None = None
    scope: str = ""

    @property
    def text(self) -> str:
        """How the user wrote it; "" where that isn't known."""
        return self.place.label if self.label is None else self.label

    def output(self, port: int) -> str:
        """The name of an output; "" where it has none."""
        return self.name if len(self.values) == 1 else self.names.get(port, "")


def ordered(drafts: list[Draft]) -> dict[Draft, int]:
    """Operations as they are, and everything that they need just before its first use; each with
    its index."""
    placed: dict[Draft, int] = {}
    for draft in drafts:
        if draft.kind != "leaf" or draft is drafts[-1]:
            _place(draft, placed)
    return placed


def _place(draft: Draft, placed: dict[Draft, int]) -> None:
    stack = [draft]
    while stack:
        top = stack[-1]
        missing = [operand for operand in top.operands if operand[0] not in placed]
        if missing:
            missing.sort(key=_slot)
            stack.extend([operand[0] for operand in reversed(missing)])
        else:
            placed.setdefault(top, len(placed))
            stack.pop()


def nodes_of(placed: dict[Draft, int], gradients: Gradients) -> tuple[Node, ...]:
    """The drafts as nodes, each output with its gradient."""
    drafts, sums = list(placed), gradients.sums
    values = [value for draft in drafts for value in draft.values]
    grads = [
        None if draft.walked is None else sums.get((draft.walked, port))
        for draft in drafts
        for port in range(len(draft.values))
    ]
    names = [
        draft.names.get(port, "") if draft.names else ""
        for draft in drafts
        for port in range(len(draft.values))
    ]
    ports = instances_of(Port, len(values), {"value": values, "grad": grads, "name": names})
    ends = list(accumulate([len(draft.values) for draft in drafts]))
    places = [draft.place for draft in drafts]
    return tuple(instances_of(Node, len(drafts), {
        "kind": [draft.kind for draft in drafts],
        "op": [draft.op for draft in drafts],
        "ports": [tuple(ports[start:end]) for start, end in zip([0, *ends], ends, strict=False)],
        "name": [draft.name for draft in drafts],
        "label": [draft.text for draft in drafts],
        "scope": [draft.scope for draft in drafts],
        "source": [place.source for place in places],
    }))  # fmt: skip


def edges_of(
    placed: dict[Draft, int], gradients: Gradients, locals_: Locals | None
) -> tuple[Edge, ...]:
    """The uses of the drafts as edges, each with its contribution.

    Args:
        placed: the drafts in topological order, each with its index.
        gradients: has the contribution of each use.
        locals_: gives the local Jacobian of (walked node, slot); None leaves it out of every edge.

    Returns:
        One edge for each use, sorted by target and slot.
    """
    uses = [
        (target, *use)
        for target, draft in enumerate(placed)
        for use in sorted(draft.operands, key=_slot)
    ]
    shares = [use[4] for use in uses]
    contributions = gradients.contributions
    jacobians = (
        [None if share is None else locals_(*share) for share in shares] if locals_ else None
    )
    return tuple(instances_of(Edge, len(uses), {
        "source": [placed[use[1]] for use in uses],
        "port": [use[2] for use in uses],
        "target": [use[0] for use in uses],
        "slot": [use[3] for use in uses],
        "contribution": [None if share is None else contributions.get(share) for share in shares],
        "local": jacobians or repeat(None),
    }))  # fmt: skip


def _slot(operand: tuple[Draft, int, int, tuple[int, int] | None]) -> int:
    return operand[2]
