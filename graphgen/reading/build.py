"""What was walked, seen and measured -> Graph."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from graphgen.graph import Array, Edge, Graph, Kind
from graphgen.reading.arrays import array_of, is_readable
from graphgen.reading.drafts import NOWHERE, Draft, node_of, ordered, slot_of
from graphgen.reading.gradients import Gradients
from graphgen.reading.memory import read_leaf
from graphgen.reading.seen import Constant, Given, LeafSeen, Made, Place, Record, Ref
from graphgen.reading.tape import Tape
from graphgen.reading.walk import Outputs, Walk, is_leaf, is_nested, operation_name

__all__ = ["Builder"]


class Builder:
    """Puts one graph together.

    Args:
        walked: the nodes behind the loss.
        tape: what was recorded; None for a loss that nobody watched.
        known: (walked node, output) -> values that are known without a tape.
        data: (walked node, slot) -> operands without a gradient that are known without a tape.
    """

    def __init__(
        self,
        walked: Walk,
        tape: Tape | None,
        known: Mapping[tuple[int, int], Array],
        data: Mapping[tuple[int, int], Tensor] | None = None,
    ) -> None:
        self.data = data or {}
        if tape is not None:
            tape.memory.batches.flush()
        self.walked, self.tape, self.known = walked, tape, known
        self._number_of = tape.memory.strangers.numbers(walked) if tape is not None else []
        self._numbered = {number: index for index, number in enumerate(self._number_of)}
        self._positions = {id(node): index for index, node in enumerate(walked.nodes)}
        self.leaves = {
            id(node.variable): index for index, node in enumerate(walked.nodes) if is_leaf(node)
        }
        self._abstract = Outputs()
        self._seen: list[tuple[Record, dict[int, int]] | None] = []
        self.drafts = [self._draft(index, node) for index, node in enumerate(walked.nodes)]
        self.others: dict[Any, Draft] = {}
        self.is_abstract = any(
            not is_readable(node.variable) for node in walked.nodes if is_leaf(node)
        )
        self.kept: list[Ref] = []
        for index in range(len(walked.nodes)):
            self._connect(index)
        for (index, slot), tensor in self.data.items():
            self.drafts[index].operands.append((self._datum(tensor), 0, slot, None))

    def draft_of(self, tensor: Tensor) -> tuple[Draft, int] | None:
        """The draft that stands for a tensor of the user's, and which output it is."""
        if not tensor.requires_grad:
            if self.tape is None:
                found = self.others.get(_storage(tensor)) if self.data else None
                return (found, 0) if found is not None else None
            ref = self.tape.memory.find(tensor)
            found = self.others.get(id(ref)) if ref is not None else None
            return (found, 0) if found is not None else None
        if tensor.grad_fn is None:
            index = self.leaves.get(id(tensor))
            if index is None and self.tape:
                found = self.others.get(id(self.tape.memory.find(tensor)))
                return (found, 0) if found is not None else None
        else:
            index = self._positions.get(id(tensor.grad_fn))
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
        order = ordered(self.drafts)
        index = {id(draft): position for position, draft in enumerate(order)}
        nodes = tuple(node_of(draft, gradients) for draft in order)
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
            for source, port, slot, share in sorted(draft.operands, key=slot_of)
        )
        return Graph(nodes, edges, self.walked.loss_port, tuple(notes))

    def _draft(self, index: int, node: Any) -> Draft:
        if is_leaf(node):
            self._seen.append(None)
            leaf = self.tape.memory.leaf(node.variable) if self.tape else None
            if leaf is None:
                return Draft("leaf", "", (array_of(node.variable),), walked=index)
            return Draft("leaf", "", (read_leaf(leaf),), walked=index, place=_named(leaf))
        expected, number = self._abstract.of(node), self._number_of[index] if self.tape else -1
        draft = Draft("op", operation_name(node), expected, walked=index)
        seen = self._record(index, number, expected)
        self._seen.append(seen)
        if seen is not None:
            draft.values = _matched(expected, seen[0].values)
            draft.place = seen[0].place
        elif self.tape:
            draft.place = self.tape.places.get(number, NOWHERE)
        draft.values = tuple(
            self._known(index, number, port) or value for port, value in enumerate(draft.values)
        ) or (_NOTHING,)
        while len(draft.values) > 1 and draft.values[-1] == _NOTHING and self._is_idle(draft):
            draft.values = draft.values[:-1]
        return draft

    def _is_idle(self, draft: Draft) -> bool:
        """Whether the last output is used by none: a Function's that takes no gradient has no
        shape, and its number is that of the output itself, which nothing leads to."""
        key = (draft.walked, len(draft.values) - 1)
        is_loss = key == (len(self.walked.nodes) - 1, self.walked.loss_port)
        return not is_loss and not any(key in operands for operands in self.walked.operands)

    def _known(self, index: int, number: int, port: int) -> Array | None:
        seen = self.tape.memory.values.get((number, port)) if self.tape else None
        return seen.filled if seen else self.known.get((index, port))

    def _record(
        self, index: int, number: int, expected: tuple[Array, ...]
    ) -> tuple[Record, dict[int, int]] | None:
        """What the tape saw of a walked node, where both agree on its shapes and operands."""
        record = self.tape.records.get(number) if self.tape is not None else None
        slots = self._slots(index, record) if record is not None else None
        if record is None or slots is None:
            return None
        shapes = [value.shape for value in record.values]
        is_alike = all(a.shape in shapes for a in expected[:1])
        return (record, slots) if is_alike or is_nested(self.walked.nodes[index]) else None

    def _slots(self, index: int, record: Record) -> dict[int, int] | None:
        """For each operand of the record that takes a gradient, its place in next_functions."""
        found: dict[int, int] = {}
        walked = list(map(self._walked, record.operands))
        for place, operand in enumerate(self.walked.operands[index]):
            if operand is None:
                continue
            if operand not in walked:
                return None
            slot = walked.index(operand)
            walked[slot] = None  # each use of an operand has a slot of its own
            found[slot] = place
        return found

    def _walked(self, ref: Ref) -> tuple[int, int] | None:
        """The walked node and output that a seen operand is."""
        if isinstance(ref, Made):
            index = self._numbered.get(ref.number)
            return None if index is None else (index, ref.port)
        if isinstance(ref, LeafSeen):
            tensor = ref.tensor()
            index = None if tensor is None else self.leaves.get(id(tensor))
            return None if index is None else (index, 0)
        return None

    def _connect(self, index: int) -> None:
        draft = self.drafts[index]
        seen = self._seen[index]
        if seen is not None:
            record, slots = seen
            for slot, ref in enumerate(record.operands):
                share = (index, slots[slot]) if slot in slots else None
                self._use(draft, ref, slot, share)
            return
        for place, operand in enumerate(self.walked.operands[index]):
            if operand is not None:
                source = (self.drafts[operand[0]], operand[1])
                draft.operands.append((*source, place, (index, place)))

    def _datum(self, tensor: Tensor) -> Draft:
        """The draft of a saved operand; one number that nobody gave a name is a constant."""
        key = _storage(tensor)
        if key not in self.others:
            kind: Kind = "data" if tensor.dim() else "constant"
            self.others[key] = Draft(kind, "", (array_of(tensor),))
        return self.others[key]

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
            return Draft("leaf", "", (read_leaf(ref),), place=_named(ref))
        if isinstance(ref, Given):
            value = ref.value.filled if ref.value else _NOTHING
            return Draft(_kind_of(ref), ref.op, (value,), place=_named(ref))
        return self._unreached_made(ref)

    def _unreached_made(self, ref: Made) -> Draft:
        record = self._tape_record(ref)
        if record is not None:
            return Draft("op", record.op, record.values, place=record.place)
        seen = self.tape.memory.values if self.tape else {}
        slots = [seen.get((ref.number, port)) for port in range(ref.port + 1)]
        values = tuple(slot.filled if slot else _NOTHING for slot in slots)
        return Draft("op", "not seen", values)


_NOTHING = Array((), "float32")
"""What autograd has where it has no shape and dtype of an output."""

Locals = Callable[[int, int], Array | None]


def _storage(tensor: Tensor) -> Any:
    """What two tensors have in common that show the same numbers."""
    if tensor.layout != torch.strided or not is_readable(tensor):
        return id(tensor)
    return ("data", tensor.data_ptr(), tuple(tensor.shape), tensor.stride())


def _named(seen: LeafSeen | Given) -> Place:
    """The place of what was not computed: nothing but the name of its variable."""
    return Place(name=seen.name) if seen.name else NOWHERE


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
