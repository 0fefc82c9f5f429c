"""What was walked, seen and measured -> Graph."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from graphgen.capture.arrays import array_of, is_readable
from graphgen.capture.bindings import WHOLE
from graphgen.capture.drafts import NOWHERE, Draft, Locals, edges_of, nodes_of, ordered
from graphgen.capture.gradients import Gradients
from graphgen.capture.matching import Seen, matched, slots_of
from graphgen.capture.memory import read_leaf, read_leaves
from graphgen.capture.saved import saved_setting
from graphgen.capture.seen import Constant, Given, LeafSeen, Made, Place, Record, Ref
from graphgen.capture.tape import Tape
from graphgen.capture.walk import Outputs, Walk, is_leaf, is_nested, operation_name
from graphgen.model.graph import Array, Graph, Kind

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
        self._revised = {number for number, _ in tape.memory.values} if tape is not None else set()
        self._given = {index for index, _ in known}
        self._positions = {id(node): index for index, node in enumerate(walked.nodes)}
        variables = {i: node.variable for i, node in enumerate(walked.nodes) if is_leaf(node)}
        self.leaves = {id(variable): index for index, variable in variables.items()}
        self.is_abstract = not all(map(is_readable, variables.values()))
        self._abstract = Outputs()
        self._seen: list[Seen | None] = [None] * len(walked.nodes)
        self._held: list[tuple[Draft, str]] = []
        leaves = self._leaf_drafts(variables)
        self.drafts = [
            leaves.get(index) or self._draft(index, node) for index, node in enumerate(walked.nodes)
        ]
        self.others: dict[Any, Draft] = {}
        self.kept: list[Ref] = []
        for index in range(len(walked.nodes)):
            self._connect(index)
        for (index, slot), tensor in self.data.items():
            self.drafts[index].operands.append((self._datum(tensor), 0, slot, None))

    def draft_of(self, tensor: Tensor) -> tuple[Draft, int] | None:
        """The draft that stands for a tensor of the user's, and which output it is."""
        if not tensor.requires_grad:
            if self.tape is None:
                draft = self.others.get(_storage(tensor)) if self.data else None
                return (draft, 0) if draft is not None else None
            ref = self.tape.memory.find(tensor)
            if isinstance(ref, Made):
                known = self._walked(ref)
                return None if known is None else (self.drafts[known[0]], known[1])
            draft = self.others.get(id(ref)) if ref is not None else None
            return (draft, 0) if draft is not None else None
        if tensor.grad_fn is None:
            index = self.leaves.get(id(tensor))
            if index is None and self.tape:
                draft = self.others.get(id(self.tape.memory.find(tensor)))
                return (draft, 0) if draft is not None else None
        else:
            index = self._positions.get(id(tensor.grad_fn))
            if index is None:
                draft = self.others.get(("made", tensor.grad_fn._sequence_nr()))
                return (draft, tensor.output_nr) if draft is not None else None
        return None if index is None else (self.drafts[index], tensor.output_nr)

    def all_drafts(self) -> Iterator[Draft]:
        """Every draft: what autograd reaches in forward order, then the others."""
        yield from self.drafts
        yield from self.others.values()

    def is_stranger(self, draft: Draft) -> bool:
        """Whether something was made before the recording or in another thread."""
        if self.tape is None:
            return False
        if draft.walked is None:
            return draft.op == _NOT_SEEN
        return not self.tape.memory.strangers.start <= self._number_of[draft.walked]

    def cuts(self) -> dict[Draft, Draft]:
        """For each draft that only leads to cuts, the first cut on the way."""
        cuts_of: dict[Draft, Draft] = {}
        for cut in [draft for draft in self.others.values() if draft.kind == "cut"]:
            stack = [cut]
            while stack:
                for source, *_ in stack.pop().operands:
                    if source.walked is None and source not in cuts_of:
                        cuts_of[source] = cut
                        stack.append(source)
        return cuts_of

    def bound(self) -> Iterator[tuple[Draft, int, str]]:
        """The names that the user's code has for outputs of drafts: (draft, output, name)."""
        bindings = self.tape.bindings.names if self.tape and self.tape.bindings else {}
        numbered = [(draft, self._number_of[draft.walked]) for draft in self.drafts
                    if draft.walked is not None and draft.op] if bindings else []  # fmt: skip
        numbered += [(draft, key[1]) for key, draft in self.others.items() if _is_made(key)]
        for draft, number in numbered:
            whole = bindings.get((number, WHOLE))
            for port in range(len(draft.values)):
                binding = bindings.get((number, port))
                if whole is not None and (binding is None or whole[:2] <= binding[:2]):
                    keys = f"[{port}]" if len(draft.values) > 1 else ""
                    yield draft, port, f"{whole.name}{keys}"
                elif binding is not None:
                    yield draft, port, binding.name
        for draft, name in self._held:
            yield draft, 0, name

    def output_of(self, ref: Ref) -> tuple[Draft, int] | None:
        """The draft that stands for something seen, and which output it is; None if none does."""
        walked = self._walked(ref)
        if walked is not None:
            return self.drafts[walked[0]], walked[1]
        key: Any = ("made", ref.number) if isinstance(ref, Made) else id(ref)
        draft = self.others.get(key)
        return None if draft is None else (draft, ref.port if isinstance(ref, Made) else 0)

    def graph(
        self, gradients: Gradients, notes: Iterable[str] = (), locals_: Locals | None = None
    ) -> Graph:
        """The graph, each node behind what it uses and the loss last.

        Args:
            gradients: the sum of each node, and the contribution of each use.
            notes: sentences about the graph, for the reader; none by default.
            locals_: gives the local Jacobian of (walked node, slot); by default no edge has one.

        Returns:
            The graph, whose nodes are sorted topologically.
        """
        placed = ordered(self.drafts)
        nodes, edges = nodes_of(placed, gradients), edges_of(placed, gradients, locals_)
        return Graph(nodes, edges, self.walked.loss_port, tuple(notes))

    def _leaf_drafts(self, variables: Mapping[int, Tensor]) -> dict[int, Draft]:
        """For each leaf its draft, with what the leaf held when it was used."""
        memory = self.tape.memory if self.tape is not None else None
        leaves = {i: memory.leaf(tensor) if memory else None for i, tensor in variables.items()}
        read_leaves(leaf for leaf in leaves.values() if leaf is not None)
        drafts = {
            index: Draft("leaf", "", (self._leaf_value(index, variables[index]),), walked=index)
            if leaf is None
            else Draft("leaf", "", (read_leaf(leaf),), walked=index)
            for index, leaf in leaves.items()
        }
        self._held += [(drafts[i], leaf.name) for i, leaf in leaves.items() if leaf and leaf.name]
        return drafts

    def _leaf_value(self, index: int, tensor: Tensor) -> Array:
        """The value of a leaf that was not seen being used."""
        return self.known.get((index, 0)) or array_of(tensor)

    def _draft(self, index: int, node: Any) -> Draft:
        """The draft of an operation."""
        expected, number = self._abstract.of(node), self._number_of[index] if self.tape else -1
        draft = Draft("op", operation_name(node), expected, walked=index)
        seen = self._seen[index] = self._record(index, number, expected)
        if seen is not None:
            draft.values = matched(expected, seen.values)
            draft.place = seen.record.place
            if draft.op in _SILENT:
                draft.op = seen.record.op
        elif self.tape:
            draft.place = self.tape.places.get(number, NOWHERE)
        if number in self._revised or index in self._given:
            draft.values = tuple(
                self._known(index, number, port) or value for port, value in enumerate(draft.values)
            )
        draft.values = draft.values or (_NOTHING,)
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

    def _record(self, index: int, number: int, expected: tuple[Array, ...]) -> Seen | None:
        """What the tape saw of a walked node, where both agree on its shapes and operands."""
        record = self.tape.records.get(number) if self.tape is not None else None
        if record is None:
            return None
        operands = list(map(self._walked, record.operands))
        slots = slots_of(self.walked.operands[index], operands)
        if slots is None:
            return None
        values = record.values
        shapes = {value.shape for value in values}
        is_alike = not expected or any(output.shape in shapes for output in expected)
        if not is_alike and not is_nested(self.walked.nodes[index]):
            return None
        return Seen(record, values, operands, slots)

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
            refs = zip(seen.record.operands, seen.operands, strict=True)
            for slot, (ref, operand) in enumerate(refs):
                share = (index, seen.slots[slot]) if slot in seen.slots else None
                if operand is None:
                    self._use(draft, ref, slot, share)
                else:
                    draft.operands.append((self.drafts[operand[0]], operand[1], slot, share))
            return
        for place, operand in enumerate(self.walked.operands[index]):
            if operand is not None:
                source = (self.drafts[operand[0]], operand[1])
                draft.operands.append((*source, place, (index, place)))
        setting = saved_setting(self.walked.nodes[index])
        if setting is not None:
            slot = len(self.walked.operands[index])
            draft.operands.append((Draft("constant", "", (setting,)), 0, slot, None))

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
            target, current = stack.pop()
            for position, below in enumerate(self._below(current)):
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
        known = self.others.get(key) if not isinstance(ref, Constant) else None
        if known is not None:
            return known, port, False
        self.kept.append(ref)  # so that no other gets its id
        draft = self.others[key] = self._unreached(ref)
        return draft, port, True

    def _unreached(self, ref: Ref) -> Draft:
        """A draft for what the loss has no gradient for."""
        if isinstance(ref, Constant):
            return Draft("constant", "", (Array((), ref.dtype, (ref.value,)),))
        if isinstance(ref, LeafSeen):
            return self._named(Draft("leaf", "", (read_leaf(ref),)), ref)
        if isinstance(ref, Given):
            value = ref.value.filled if ref.value else _NOTHING
            return self._named(Draft(_kind_of(ref), ref.op, (value,)), ref)
        return self._unreached_made(ref)

    def _named(self, draft: Draft, ref: LeafSeen | Given) -> Draft:
        """A draft with the name of its variable, and with where it was cut off."""
        if isinstance(ref, Given) and ref.source:
            draft.place = Place(ref.source)
        if ref.name:
            self._held.append((draft, ref.name))
        return draft

    def _unreached_made(self, ref: Made) -> Draft:
        record = self._tape_record(ref)
        if record is not None:
            return Draft("op", record.op, record.values, place=record.place)
        seen = self.tape.memory.values if self.tape else {}
        slots = [seen.get((ref.number, port)) for port in range(ref.port + 1)]
        values = tuple(slot.filled if slot else _NOTHING for slot in slots)
        return Draft("op", _NOT_SEEN, values)


_SILENT = frozenset({"CopySlices", "AsStridedBackward0"})
"""Names of autograd's that don't say what was done; the recorded operator does."""
_NOT_SEEN = "not seen"
"""The op of what only a cut leads to, and what was not recorded."""
_NOTHING = Array((), "float32")
"""What autograd has where it has no shape and dtype of an output."""


def _storage(tensor: Tensor) -> Any:
    """What two tensors have in common that show the same numbers."""
    if tensor.layout != torch.strided or not is_readable(tensor):
        return id(tensor)
    return ("data", tensor.data_ptr(), tuple(tensor.shape), tensor.stride())


def _is_made(key: Any) -> bool:
    return isinstance(key, tuple) and key[0] == "made"


def _kind_of(given: Given) -> Kind:
    """A cut ends a gradient; data computed from cut data, where history is kept, is data."""
    if given.is_constant:
        return "constant"
    ends = any(isinstance(source, (Made, LeafSeen)) for source in given.sources)
    return "cut" if given.is_cut and ends else "data"
