"""One backward pass: each node's summed gradient, and what goes back along each of its edges.

Nothing of the user's is touched: `.grad` stays, hooks of ours are removed, and random numbers that
a backward draws are given back.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import GradientEdge

from graphgen.capture.arrays import array_of
from graphgen.capture.batches import read_together
from graphgen.capture.reader import Reader
from graphgen.capture.summaries import LARGEST_ROW
from graphgen.capture.walk import Operand, Walk, is_leaf
from graphgen.model.collecting import without_collection
from graphgen.model.errors import LossError
from graphgen.model.graph import Array
from graphgen.text.digits import summarize

__all__ = ["Gradients", "gradients_of", "untouched"]

_MOST_WAITING = 1 << 22
"""How many numbers may wait to be read."""


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

    Returns:
        The sum of each node, and the contribution of each use, of the shapes of their values.

    Raises:
        LossError: the graph was already freed, or something in it can't be differentiated.
    """
    watch = _Watch(walked)
    ends = _ends(walked)
    hooks = []
    with without_collection():  # hooks are many objects
        try:
            for index, node in enumerate(walked.nodes):
                if not is_leaf(node):
                    hooks.append(node.register_hook(partial(watch.note, index)))
            wanted = [GradientEdge(walked.nodes[index], port) for index, port in ends]
            with _without_onlookers(walked):
                totals = _backward(loss, wanted, seed)
        finally:
            for hook in hooks:
                hook.remove()
        watch.note_totals(ends, totals)
        return watch.gradients(any(_is_reentrant(walked.nodes[index]) for index, _ in ends))


@contextmanager
def _without_onlookers(walked: Walk) -> Iterator[None]:
    """Take hooks for several tensors at once off the leaves: they change no gradient, and torch
    can run them only in .backward()."""
    tables = [node.variable._backward_hooks for node in walked.nodes if is_leaf(node)]
    before = [
        (table, dict(table)) for table in tables if table and any(map(_looks_on, table.values()))
    ]
    try:
        for table, hooks in before:
            for key, hook in hooks.items():
                if _looks_on(hook):
                    del table[key]
        yield
    finally:
        for table, hooks in before:
            table.clear()
            table.update(hooks)


def _looks_on(hook: Any) -> bool:
    """Whether a hook is that of `torch.autograd.graph.register_multi_grad_hook`."""
    return getattr(hook, "__module__", "") == torch.autograd.graph.__name__


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

    Small tensors wait, held, and are read by the batch: their hooks have next to no work. A large
    one is read at once, while the processor has it at hand, and held only where it will arrive as
    it was sent, which is where its output has no other use; so none is read twice.
    """

    walked: Walk
    sums: dict[Operand, Array] = field(default_factory=dict)
    contributions: dict[tuple[int, int], Array] = field(default_factory=dict)
    waiting: list[tuple[int, tuple[Any, ...], tuple[Any, ...]]] = field(default_factory=list)
    waiting_numbers: int = 0
    sent: dict[Operand, tuple[Tensor, Array]] = field(default_factory=dict)
    used_once: set[Operand] | None = None
    reader: Reader = field(default_factory=Reader)

    def note(self, index: int, inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> None:
        """The hook of a node: the shares that it sends, and the sums that it got."""
        count = largest = 0
        for tensor in inputs + outputs:
            if tensor is not None:
                size = tensor.numel()
                count += size
                if size > largest:
                    largest = size
        if largest > LARGEST_ROW:
            self.note_now(index, inputs, outputs)
            return
        self.waiting.append((index, inputs, outputs))
        self.waiting_numbers += count
        if self.waiting_numbers > _MOST_WAITING:
            self.read()

    def note_now(self, index: int, inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> None:
        """Read large tensors."""
        if self.used_once is None:
            self.used_once = _used_once(self.walked)
        arrays: dict[int, Array] = {}
        for port, total in enumerate(outputs):
            if total is not None:
                sent = self.sent.pop((index, port), None)
                is_same = sent is not None and sent[0] is total
                array = sent[1] if sent is not None and is_same else self.reader.array_of(total)
                self.sums[index, port] = arrays[id(total)] = array
        for slot, (operand, share) in enumerate(
            zip(self.walked.operands[index], inputs, strict=False)
        ):
            if operand is None or share is None:
                continue
            array = arrays.get(id(share)) or self.reader.array_of(share)
            self.contributions[index, slot] = arrays[id(share)] = array
            if operand in self.used_once:
                self.sent[operand] = (share, array)

    def note_totals(self, ends: Sequence[Operand], totals: Sequence[Tensor | None]) -> None:
        """Note the sums that arrived where the pass ends."""
        for (index, port), total in zip(ends, totals, strict=True):
            if total is not None and port == 0:
                self.note(index, (), (total,))
            elif total is not None:
                self.sums[index, port] = array_of(total)

    def read(self) -> None:
        """Turn what waits into numbers; no two of it that are there at once have the same id."""
        waiting, self.waiting, self.waiting_numbers = self.waiting, [], 0
        tensors = {
            id(tensor): tensor
            for _, inputs, outputs in waiting
            for tensor in inputs + outputs
            if tensor is not None
        }
        arrays = dict(zip(tensors, read_together(tensors.values()), strict=True))
        for index, inputs, outputs in waiting:
            for port, total in enumerate(outputs):
                if total is not None:
                    self.sums[index, port] = arrays[id(total)]
            for slot, (operand, share) in enumerate(
                zip(self.walked.operands[index], inputs, strict=False)
            ):
                if operand is not None and share is not None:
                    self.contributions[index, slot] = arrays[id(share)]

    def gradients(self, is_partial: bool) -> Gradients:
        """What was noted, as numbers."""
        self.read()
        arrived: dict[Operand, Array] = {}
        several: dict[Operand, list[Array]] = {}
        operands = self.walked.operands
        for (index, slot), share in self.contributions.items():
            operand = operands[index][slot]
            if operand is None:
                continue
            if operand in arrived:
                several.setdefault(operand, [arrived[operand]]).append(share)
            else:
                arrived[operand] = share
        changed = [
            key
            for key, total in self.sums.items()
            if (only := arrived.get(key)) is not None
            and (only is not total or key in several)
            and not _adds_up(several.get(key) or [only], total)
        ]
        return Gradients(self.sums, self.contributions, changed, is_partial)


def _used_once(walked: Walk) -> set[Operand]:
    """The outputs that have a single use."""
    counts = Counter(operand for operands in walked.operands for operand in operands if operand)
    return {operand for operand, count in counts.items() if count == 1}


def _ends(walked: Walk) -> list[Operand]:
    """Where the pass ends: at the leaves, at what is made of no leaf, or before a reentrant
    checkpoint.

    Torch runs such a checkpoint only inside .backward(), so nothing before it gets its whole sum.
    What has a grad_fn and no leaf behind it gets a gradient in .backward() all the same: it was
    made of a view that was taken of a leaf under no_grad.
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
        if not behind[index] and (hidden[index] or not any(walked.operands[index]))
        for port in range(1 if is_leaf(node) else len(node._input_metadata))
    ]


def _is_reentrant(node: Any) -> bool:
    return type(node).__name__ == "CheckpointFunctionBackward"


def _adds_up(parts: list[Array], total: Array) -> bool:
    """Whether contributions make up a gradient, as far as their dtype can tell."""
    if len(parts) == 1:
        return not _is_wide(total) or _ends_of(parts[0]) == _ends_of(total)
    if not _is_wide(total) or not all(part.known for part in [*parts, total]):
        return True
    sums = [summarize(part) for part in [*parts, total]]
    scale = sum(max(abs(each.minimum), abs(each.maximum)) for each in sums)
    difference = sum(each.mean for each in sums[:-1]) - sums[-1].mean
    return not abs(difference) > 1e-3 * scale


def _ends_of(array: Array) -> Any:
    """What is the same to the last bit however the numbers lie when they are read."""
    summary = array.summary
    return array.items if summary is None else (summary.minimum, summary.maximum, summary.nan)


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
