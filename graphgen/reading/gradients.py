"""One backward pass: each node's summed gradient, and what goes back along each of its edges.

Nothing of the user's is touched: `.grad` stays, hooks of ours are removed, and random numbers that
a backward draws are given back.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import GradientEdge

from graphgen.digits import summarize
from graphgen.errors import LossError
from graphgen.graph import Array
from graphgen.reading.batches import Batches, Slot
from graphgen.reading.walk import Operand, Walk, is_leaf, without_collection

__all__ = ["Gradients", "gradients_of", "untouched"]


@dataclass(slots=True)
class Gradients:
    """What one backward pass showed.

    Attributes:
        sums: (node, output) -> d loss / d that output, after all uses are summed.
        contributions: (node, slot) -> the share that goes back along that operand.
        changed: outputs whose gradient is not what arrived: a hook of the user's changed it.
        is_partial: whether a reentrant checkpoint hides the gradients behind it.
    """

    sums: dict[Operand, Array] = field(default_factory=dict)
    contributions: dict[tuple[int, int], Array] = field(default_factory=dict)
    changed: list[Operand] = field(default_factory=list)
    is_partial: bool = False


def gradients_of(loss: Tensor, walked: Walk, seed: Tensor | None = None) -> Gradients:
    """Run one backward pass over what `walk` found.

    Args:
        loss: the root of the walk; of any shape if there is a seed.
        walked: the nodes behind it.
        seed: d loss / d loss, of the loss's shape and dtype; without it, one.

    Raises:
        LossError: the graph was already freed, or something in it can't be differentiated.
    """
    watch = _Watch(walked, _used_once(walked))
    ends = _ends(walked)
    hooks = []
    try:
        for index, node in enumerate(walked.nodes):
            if not is_leaf(node):
                hooks.append(node.register_hook(partial(watch.node, index)))
        wanted = [GradientEdge(walked.nodes[index], port) for index, port in ends]
        with without_collection():
            totals = _backward(loss, wanted, seed)
    finally:
        for hook in hooks:
            hook.remove()
    for key, total in zip(ends, totals, strict=True):
        if total is not None:
            watch.total(key, total)
    return watch.gradients(any(not is_leaf(walked.nodes[index]) for index, _ in ends))


@contextmanager
def untouched() -> Iterator[None]:
    """Give back the random streams and the grad mode, also when something raises."""
    states = torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []  # type: ignore[no-untyped-call]
    mode = torch.is_grad_enabled()
    try:
        yield
    finally:
        torch.set_rng_state(states)
        if cuda:
            torch.cuda.set_rng_state_all(cuda)
        torch.set_grad_enabled(mode)


@dataclass(slots=True)
class _Watch:
    """Notes what passes the hooks.

    A node whose output has a single use gets just the tensor that this use sent, so that one is
    read once. It is held until it arrives, which autograd does as well.
    """

    walked: Walk
    used_once: set[Operand]
    batches: Batches = field(default_factory=Batches)
    sums: dict[Operand, Slot] = field(default_factory=dict)
    contributions: dict[tuple[int, int], Slot] = field(default_factory=dict)
    held: dict[Operand, tuple[Tensor, Slot]] = field(default_factory=dict)
    unlike: list[Operand] = field(default_factory=list)

    def node(self, index: int, inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> None:
        """The hook of a node: the shares that it sends, and the sums that it got."""
        known = [
            (total, self.total((index, port), total))
            for port, total in enumerate(outputs)
            if total is not None
        ]
        slot = -1
        for operand, share in zip(self.walked.operands[index], inputs, strict=False):
            slot += 1
            if share is None or operand is None:
                continue
            for total, noted in known:
                if total is share:
                    found = noted
                    break
            else:
                found = self.batches.add(share)
            self.contributions[index, slot] = found
            if operand in self.used_once:
                self.held[operand] = (share, found)

    def total(self, key: Operand, total: Tensor) -> Slot:
        """Note the sum that arrived at an output."""
        sent = self.held.pop(key, None)
        if sent is not None and sent[0] is total:
            found = sent[1]
        else:
            found = self.batches.add(total)
            self.unlike.append(key)
        self.sums[key] = found
        return found

    def gradients(self, is_partial: bool) -> Gradients:
        """What was noted, as numbers."""
        with without_collection():
            self.batches.flush()
        contributions = {key: slot.filled for key, slot in self.contributions.items()}
        sums = {key: slot.filled for key, slot in self.sums.items()}
        uses, changed = _uses(self.walked, set(self.unlike)), []
        for key in self.unlike:
            arrived = [contributions[use] for use in uses[key] if use in contributions]
            if arrived and not _adds_up(arrived, sums[key]):
                changed.append(key)
        return Gradients(sums, contributions, changed, is_partial)


def _used_once(walked: Walk) -> set[Operand]:
    """The outputs that have a single use."""
    counts = Counter(operand for operands in walked.operands for operand in operands if operand)
    return {operand for operand, count in counts.items() if count == 1}


def _uses(walked: Walk, wanted: set[Operand]) -> dict[Operand, list[tuple[int, int]]]:
    """(node, output) -> the (node, slot) pairs that use it."""
    uses: dict[Operand, list[tuple[int, int]]] = {key: [] for key in wanted}
    for target, operands in enumerate(walked.operands):
        for slot, operand in enumerate(operands):
            if operand in wanted:
                uses[operand].append((target, slot))
    return uses


def _ends(walked: Walk) -> list[Operand]:
    """Where the pass ends: at the leaves, or before a reentrant checkpoint.

    Torch runs such a checkpoint only inside .backward(), so nothing before it gets its whole sum.
    """
    hidden = [_is_reentrant(node) for node in walked.nodes]
    behind = [False] * len(hidden)
    for target in reversed(range(len(hidden))):
        if hidden[target] or behind[target]:
            for operand in filter(None, walked.operands[target]):
                behind[operand[0]] = True
    return [
        (index, port)
        for index, node in enumerate(walked.nodes)
        if not behind[index] and (is_leaf(node) or hidden[index])
        for port in range(1 if is_leaf(node) else len(node._input_metadata))
    ]


def _is_reentrant(node: Any) -> bool:
    return type(node).__name__ == "CheckpointFunctionBackward"


def _adds_up(parts: list[Array], total: Array) -> bool:
    """Whether contributions make up a gradient, as far as their dtype can tell."""
    if len(parts) == 1:
        return parts[0] == total or not _is_wide(total)
    if not _is_wide(total) or not all(part.known for part in [*parts, total]):
        return True
    sums = [summarize(part) for part in [*parts, total]]
    scale = sum(max(abs(each.minimum), abs(each.maximum)) for each in sums)
    difference = sum(each.mean for each in sums[:-1]) - sums[-1].mean
    return not abs(difference) > 1e-3 * scale


def _is_wide(array: Array) -> bool:
    return array.dtype in ("float32", "float64")


def _backward(
    loss: Tensor, wanted: list[GradientEdge], seed: Tensor | None
) -> tuple[Tensor | None, ...]:
    if not wanted:
        return ()
    try:
        return torch.autograd.grad(loss, wanted, seed, retain_graph=True, allow_unused=True)
    except RuntimeError as error:
        raise _explained(error) from error


def _explained(error: RuntimeError) -> LossError:
    text = str(error)
    if "second time" in text or "have already been freed" in text:
        return LossError(
            "gradients need what the forward pass saved: it was freed by an earlier backward; "
            "call that backward with retain_graph=True, or make the graph before it"
        )
    first = text.split("\n")[0]
    return LossError(f"a backward pass was wanted: torch says {first!r}; see to that first")
