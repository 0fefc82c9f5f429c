"""What was walked, seen and measured -> Graph."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from graphgen.graph import Array, Edge, Graph, Kind, Node, Port
from graphgen.reading.arrays import array_of, is_readable
from graphgen.reading.gradients import Gradients
from graphgen.reading.memory import read_leaf
from graphgen.reading.seen import Constant, Given, LeafSeen, Made, Place, Record, Ref
from graphgen.reading.tape import Tape
from graphgen.reading.walk import Walk, is_leaf, operation_name, output_arrays

__all__ = ["Builder", "Draft"]

_NOWHERE = Place()


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
    place: Place = _NOWHERE
    name: str = ""
    label: str = ""


class Builder:
    """Puts one graph together.

    Args:
        walked: the nodes behind the loss.
        tape: what was recorded; None for a loss that nobody watched.
        known: (walked node, output) -> values that are known without a tape.
    """

    def __init__(
        self, walked: Walk, tape: Tape | None, known: Mapping[tuple[int, int], Array]
    ) -> None:
        self.walked, self.tape, self.known = walked, tape, known
        self.numbers: dict[int, int] = {}
        self.leaves: dict[int, int] = {}
        for index, node in enumerate(walked.nodes):
            if is_leaf(node):
                self.leaves[id(node.variable)] = index
            else:
                self.numbers[node._sequence_nr()] = index
        self.drafts = [self._draft(index, node) for index, node in enumerate(walked.nodes)]
        self.others: dict[Any, Draft] = {}
        self.is_abstract = any(
            not is_readable(node.variable) for node in walked.nodes if is_leaf(node)
        )
        self.kept: list[Ref] = []
        for index in range(len(walked.nodes)):
            self._connect(index)

    def draft_of(self, tensor: Tensor) -> tuple[Draft, int] | None:
        """The draft that stands for a tensor of the user's, and which output it is."""
        if not tensor.requires_grad:
            ref = self.tape.memory.find(tensor) if self.tape else None
            found = self.others.get(id(ref)) if ref is not None else None
            return (found, 0) if found is not None else None
        if tensor.grad_fn is None:
            index = self.leaves.get(id(tensor))
            if index is None and self.tape:
                found = self.others.get(id(self.tape.memory.find(tensor)))
                return (found, 0) if found is not None else None
        else:
            index = self._index_of(tensor.grad_fn)
            if index is None:
                found = self.others.get(("made", tensor.grad_fn._sequence_nr()))
                return (found, tensor.output_nr) if found is not None else None
        return None if index is None else (self.drafts[index], tensor.output_nr)

    def all_drafts(self) -> Iterator[Draft]:
        """Every draft: what autograd reaches in forward order, then the others."""
        yield from self.drafts
        yield from self.others.values()

    def graph(
        self, gradients: Gradients, notes: Iterable[str] = (), locals_: "Locals | None" = None
    ) -> Graph:
        """The graph, each node behind what it uses and the loss last."""
        order = _ordered(self.drafts)
        index = {id(draft): position for position, draft in enumerate(order)}
        nodes = tuple(_node(draft, gradients) for draft in order)
        edges = tuple(
            Edge(
                index[id(source)],
                port,
                target,
                slot,
                None if share is None else gradients.contributions.get(share),
                None if share is None or locals_ is None else locals_(*share),
            )
            for target, draft in enumerate(order)
            for source, port, slot, share in sorted(draft.operands, key=_slot)
        )
        return Graph(nodes, edges, self.walked.loss_port, tuple(notes))

    def _index_of(self, node: Any) -> int | None:
        index = self.numbers.get(node._sequence_nr())
        return index if index is not None and self.walked.nodes[index] is node else None

    def _draft(self, index: int, node: Any) -> Draft:
        if is_leaf(node):
            seen = self.tape.memory.leaf_value(node.variable) if self.tape else None
            return Draft("leaf", "", (seen or array_of(node.variable),), walked=index)
        draft = Draft("op", operation_name(node), output_arrays(node), walked=index)
        record = self._record(index)
        number = node._sequence_nr()
        if record is not None:
            draft.values = _matched(draft.values, record.outputs)
            draft.place = record.place
        elif self.tape:
            draft.place = self.tape.places.get(number, _NOWHERE)
        draft.values = tuple(
            self._known(index, number, port) or value for port, value in enumerate(draft.values)
        ) or (Array((), "float32"),)
        return draft

    def _known(self, index: int, number: int, port: int) -> Array | None:
        seen = self.tape.memory.values.get((number, port)) if self.tape else None
        return seen or self.known.get((index, port))

    def _record(self, index: int) -> Record | None:
        """What the tape saw of a walked node, where both agree on its shapes and operands."""
        if self.tape is None:
            return None
        node = self.walked.nodes[index]
        record = self.tape.records.get(node._sequence_nr())
        if record is None or self._slots(index, record) is None:
            return None
        shapes = [value.shape for value in record.outputs]
        return record if all(a.shape in shapes for a in output_arrays(node)[:1]) else None

    def _slots(self, index: int, record: Record) -> dict[int, int] | None:
        """For each operand of the record that takes a gradient, its place in next_functions."""
        found: dict[int, int] = {}
        for place, operand in enumerate(self.walked.operands[index]):
            if operand is None:
                continue
            fitting = (
                slot
                for slot, ref in enumerate(record.operands)
                if slot not in found and self._walked(ref) == operand
            )
            slot = next(fitting, None)
            if slot is None:
                return None
            found[slot] = place
        return found

    def _walked(self, ref: Ref) -> tuple[int, int] | None:
        """The walked node and output that a seen operand is."""
        if isinstance(ref, Made):
            index = self.numbers.get(ref.number)
            return None if index is None else (index, ref.port)
        if isinstance(ref, LeafSeen):
            tensor = ref.tensor()
            index = None if tensor is None else self.leaves.get(id(tensor))
            return None if index is None else (index, 0)
        return None

    def _connect(self, index: int) -> None:
        draft = self.drafts[index]
        record = self._record(index) if draft.kind == "op" else None
        if record is not None:
            slots = self._slots(index, record) or {}
            for slot, ref in enumerate(record.operands):
                share = (index, slots[slot]) if slot in slots else None
                self._use(draft, ref, slot, share)
            return
        for place, operand in enumerate(self.walked.operands[index]):
            if operand is not None:
                source = (self.drafts[operand[0]], operand[1])
                draft.operands.append((*source, place, (index, place)))

    def _use(self, draft: Draft, ref: Ref, slot: int, share: tuple[int, int] | None) -> None:
        """Let a draft use what was seen; what that was made of follows, with an explicit stack."""
        source, port, is_new = self._other(ref)
        draft.operands.append((source, port, slot, share))
        stack = [(source, ref)] if is_new else []
        while stack:
            target, made = stack.pop()
            for position, below in enumerate(self._below(made)):
                source, port, is_new = self._other(below)
                target.operands.append((source, port, position, None))
                if is_new:
                    stack.append((source, below))

    def _below(self, ref: Ref) -> tuple[Ref, ...]:
        if isinstance(ref, Given):
            return ref.sources
        record = self._tape_record(ref)
        return record.operands if record is not None else ()

    def _tape_record(self, ref: Ref) -> Record | None:
        return self.tape.records.get(ref.number) if self.tape and isinstance(ref, Made) else None

    def _other(self, ref: Ref) -> tuple[Draft, int, bool]:
        """The draft of something seen, which output it is, and whether it is a new one."""
        walked = self._walked(ref)
        if walked is not None:
            return self.drafts[walked[0]], walked[1], False
        port = ref.port if isinstance(ref, Made) else 0
        key = ("made", ref.number) if isinstance(ref, Made) else id(ref)
        found = self.others.get(key) if not isinstance(ref, Constant) else None
        if found is not None:
            return found, port, False
        self.kept.append(ref)  # so that no other gets its id
        draft = self.others[key] = self._unreached(ref)
        return draft, port, True

    def _unreached(self, ref: Ref) -> Draft:
        """A draft for what the loss has no gradient for."""
        if isinstance(ref, Constant):
            return Draft("constant", "", (Array((), ref.dtype, (ref.value,)),))
        if isinstance(ref, LeafSeen):
            return Draft("leaf", "", (read_leaf(ref),))
        if isinstance(ref, Given):
            value = ref.value or Array((), "float32")
            return Draft(_kind_of(ref), ref.op, (value,), place=ref.place or _NOWHERE)
        return self._unreached_made(ref)

    def _unreached_made(self, ref: Made) -> Draft:
        record = self._tape_record(ref)
        if record is not None:
            return Draft("op", record.op, record.outputs, place=record.place)
        seen = self.tape.memory.values if self.tape else {}
        values = [
            seen.get((ref.number, port), Array((), "float32")) for port in range(ref.port + 1)
        ]
        return Draft("op", "not seen", tuple(values))


Locals = Callable[[int, int], Array | None]


def _kind_of(given: Given) -> Kind:
    """A cut ends a gradient; data computed from cut data, where history is kept, is data."""
    if given.is_constant:
        return "constant"
    ends = any(isinstance(source, (Made, LeafSeen)) for source in given.sources)
    return "cut" if given.is_cut and ends else "data"


def _matched(expected: tuple[Array, ...], outputs: tuple[Array, ...]) -> tuple[Array, ...]:
    """The recorded outputs that autograd counts: all of them, or the first that fits.

    Where autograd counts some of several, only those that were used are known for sure.
    """
    if len(expected) == len(outputs):
        return outputs
    if len(expected) != 1:
        return expected
    return (next((o for o in outputs if o.shape == expected[0].shape), expected[0]),)


def _ordered(drafts: list[Draft]) -> list[Draft]:
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
        needed = sorted(top.operands, key=_slot)
        missing = [source for source, *_ in needed if id(source) not in placed]
        if missing:
            stack.extend(reversed(missing))
        else:
            placed[id(top)] = top
            stack.pop()


def _slot(operand: tuple[Draft, int, int, tuple[int, int] | None]) -> int:
    return operand[2]


def _node(draft: Draft, gradients: Gradients) -> Node:
    ports = tuple(
        Port(value, None if draft.walked is None else gradients.sums.get((draft.walked, port)))
        for port, value in enumerate(draft.values)
    )
    place = draft.place
    label = draft.label or place.label
    return Node(draft.kind, draft.op, ports, draft.name, label, place.scope, place.source)
