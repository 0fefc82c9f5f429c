"""What a person should be told about a graph: what is odd, not used, or not known."""

from collections.abc import Iterable, Iterator

from torch import Tensor

from graphgen.digits import is_loud, summarize
from graphgen.graph import Array
from graphgen.reading.build import Builder
from graphgen.reading.drafts import Draft
from graphgen.reading.gradients import Gradients

__all__ = ["HINT", "notes_of"]

HINT = (
    "Values shown as ? were not saved by torch: "
    "make the loss inside `with graphgen.recording()` to see them."
)

_OPAQUE = {
    "CompiledFunctionBackward": "A compiled function is one node: what is inside can't be seen.",
    "CheckpointFunctionBackward": "A reentrant checkpoint is one node: torch keeps no inside.",
}
_SHOWN = 5


def notes_of(
    builder: Builder, gradients: Gradients, parameters: Iterable[tuple[str, Tensor]]
) -> list[str]:
    """The sentences for a graph, in the order of their weight."""
    drafts = [draft for draft in builder.all_drafts() if draft.kind in ("op", "cut")]
    found = [*_loud(builder), *_loud_gradients(builder, gradients)]
    found += [text for op, text in _OPAQUE.items() if any(draft.op == op for draft in drafts)]
    found += [text for is_so, text in _oddities(gradients) if is_so]
    found += _unused(builder, parameters)
    if any(not value.known and value.count for draft in drafts for value in draft.values):
        hint = HINT if builder.tape is None else _UNSEEN
        found.append(hint if not builder.is_abstract else _ABSTRACT)
    return found


def _oddities(gradients: Gradients) -> list[tuple[bool, str]]:
    return [
        (gradients.is_partial, "Gradients behind a reentrant checkpoint are not known: "
         "torch runs it only inside .backward(); use_reentrant=False shows them."),
        (bool(gradients.changed), "A hook of yours changes gradients on the way back: "
         "there the contributions don't add up to the gradient."),
    ]  # fmt: skip


_UNSEEN = (
    "Values shown as ? were made before the recording or in another thread, or can't be read: "
    "make the whole loss inside `with graphgen.recording()`, in one thread."
)
_ABSTRACT = "The tensors are meta or fake: they have shapes and no numbers."


def _loud(builder: Builder) -> Iterator[str]:
    """The first node that made nan or inf out of numbers that were neither."""
    for draft in builder.all_drafts():
        if not any(map(is_loud, draft.values)):
            continue
        operands = [source.values[port] for source, port, *_ in draft.operands]
        if not any(map(is_loud, operands)):
            loud = next(value for value in draft.values if is_loud(value))
            yield f"{_word(loud)} appears first in {_called(draft)}."
            return


def _loud_gradients(builder: Builder, gradients: Gradients) -> Iterator[str]:
    """The last node in forward order, so the first in backward order, whose gradient is loud."""
    loud = [index for (index, _), total in gradients.sums.items() if is_loud(total)]
    if loud:
        index = max(loud)
        total = next(t for (i, _), t in gradients.sums.items() if i == index and is_loud(t))
        draft = builder.drafts[index]
        yield f"{_word(total)} appears first, going back, in the gradient of {_called(draft)}."


def _word(array: Array) -> str:
    return "nan" if summarize(array).nan else "inf"


def _called(draft: Draft) -> str:
    """A name for a sentence: the user's if there is one, and the place in the code."""
    called = draft.name or draft.label or draft.place.label or draft.op or f"a {draft.kind}"
    return f"{called} ({draft.place.source})" if draft.place.source else called


def _unused(builder: Builder, parameters: Iterable[tuple[str, Tensor]]) -> Iterator[str]:
    """Parameters that take a gradient and get none from this loss."""
    names = [
        name
        for name, tensor in dict(parameters).items()
        if tensor.requires_grad and id(tensor) not in builder.leaves
    ]
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield f"Not used by this loss: {', '.join(names[:_SHOWN])}{more}."
