"""What a person should be told about a graph: what is odd, not used, or not known."""

import cmath
import math
from collections.abc import Iterable, Iterator, Mapping

from torch import Tensor
from torch._C._functorch import is_functorch_wrapped_tensor

from graphgen.capture.arrays import is_readable
from graphgen.capture.build import Builder
from graphgen.capture.cuts import cut_noun, cut_remedy
from graphgen.capture.drafts import Draft, ordered
from graphgen.capture.gradients import Gradients
from graphgen.capture.seen import Given
from graphgen.capture.tape import Tape
from graphgen.capture.walk import Operand
from graphgen.model.graph import Array, Number
from graphgen.ops import find
from graphgen.text.digits import is_loud

__all__ = ["HINT", "notes_of", "without_gradient"]

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
    found += _unused(builder, gradients, parameters)
    found += _unknown(builder, drafts)
    return found


def without_gradient(loss: Tensor, tape: Tape | None) -> str:
    """Why a loss requires no grad, as far as that was seen, and what to do."""
    if tape is None:
        return (
            "it was made of nothing that does, or something cut it off; make it inside `with "
            "graphgen.recording()`, which tells what, and give a leaf requires_grad=True"
        )
    given = tape.memory.find(loss)
    if isinstance(given, Given) and given.is_cut:
        place = f" ({given.source})" if given.source else ""
        return f"{cut_noun(given.op)}{place} cuts it off; {cut_remedy(given.op)}"
    if tape.escapes:
        last = tape.escapes[-1]
        return (
            f"it was made of plain numbers, and {cut_noun(last.op)} ({last.source}) takes numbers "
            f"out of torch; {cut_remedy(last.op)}"
        )
    return "nothing that it was made of was seen to; give a leaf requires_grad=True"


def _oddities(gradients: Gradients) -> list[tuple[bool, str]]:
    return [
        (gradients.is_partial, "Gradients behind a reentrant checkpoint are not known: "
         "torch runs it only inside .backward(); use_reentrant=False shows them."),
        (bool(gradients.changed), "A hook of yours changes gradients on the way back: "
         "there the contributions don't add up to the gradient."),
    ]  # fmt: skip


_BEFORE = (
    "Values shown as ? were made before the recording or in another thread: make the whole loss "
    "inside `with graphgen.recording()`, in one thread."
)
_ABSTRACT = "The tensors are meta or fake: they have shapes and no numbers."


def _unknown(builder: Builder, drafts: list[Draft]) -> Iterator[str]:
    """Which values are not known, and why."""
    unknown = [d for d in drafts if any(not value.known and value.count for value in d.values)]
    if not unknown:
        return
    if builder.is_abstract:
        yield _ABSTRACT
        return
    if builder.tape is None:
        yield HINT
        return
    others = [draft for draft in unknown if not builder.is_stranger(draft)]
    if len(others) < len(unknown):
        yield _BEFORE
    if others:
        yield f"Values of {_listed(list(map(_called, others)))} can't be read, and are shown as ?."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def _loud(builder: Builder) -> Iterator[str]:
    """The first node that made nan, and the first that made infinities, out of what had none.

    A minus infinity in data is a mask, and one that is written out is meant: of these no word.
    """
    drafts = list(builder.all_drafts())
    if not any(is_loud(value) for draft in drafts for value in draft.values):
        return
    kinds = set(_KINDS)
    for draft in ordered(drafts):
        odd = _odd(draft.values) - _odd([d.values[port] for d, port, *_ in draft.operands])
        odd -= _meant(draft)
        for kind in sorted(kinds.intersection(odd), key=_KINDS.index):
            yield f"{kind} appears first in {_called(draft)}."
            kinds -= {kind} if kind == "nan" else _INFINITIES


def _loud_gradients(builder: Builder, gradients: Gradients) -> Iterator[str]:
    """The last node in forward order, so the first in backward order, whose gradient has nan, and
    the last whose gradient has infinities."""
    loud = {key: total for key, total in gradients.sums.items() if is_loud(total)}
    kinds = set(_KINDS)
    for index, port in sorted(loud, key=_backward_order):
        for kind in sorted(kinds & _odd([loud[index, port]]), key=_KINDS.index):
            draft = builder.drafts[index]
            yield f"{kind} appears first, going back, in the gradient of {_called(draft)}."
            kinds -= {kind} if kind == "nan" else _INFINITIES


def _backward_order(output: Operand) -> tuple[int, int]:
    return -output[0], output[1]


_INFINITIES = {"inf", "−inf"}
_KINDS = ("nan", "inf", "−inf")


def _odd(arrays: Iterable[Array]) -> set[str]:
    """Which of nan, inf and −inf occur."""
    return {kind for array in arrays if is_loud(array) for kind in _odd_in(array)}


def _odd_in(array: Array) -> Iterator[str]:
    """Which of nan, inf and −inf occur in an array."""
    if array.items is not None:
        yield from map(_kind_of, array.items)
    elif array.summary is not None:
        yield from (word for _, word in array.summary.odd)


def _kind_of(number: Number) -> str:
    """nan, inf or −inf; "" of a plain number."""
    if cmath.isnan(number):
        return "nan"
    if not cmath.isinf(number):
        return ""
    return "−inf" if number in (-math.inf, complex(-math.inf)) else "inf"


def _meant(draft: Draft) -> set[str]:
    """What is no wonder in something that wasn't computed."""
    if draft.op:
        return set()
    return {"constant": _INFINITIES, "data": {"−inf"}}.get(draft.kind, set())


def _called(draft: Draft) -> str:
    """A name for a sentence: the user's if there is one, with the place in the code."""
    called = draft.name or draft.text
    if not called:
        called = find(draft.op).symbol if draft.op else _UNNAMED[draft.kind]
    scope = "" if draft.name else draft.scope
    place = ", ".join(filter(None, (scope, draft.place.source)))
    return f"{called} ({place})" if place else called


_UNNAMED: Mapping[str, str] = {
    "leaf": "a leaf without a name", "data": "data without a name", "constant": "a constant",
}  # fmt: skip


def _unused(
    builder: Builder, gradients: Gradients, parameters: Iterable[tuple[str, Tensor]]
) -> Iterator[str]:
    """Parameters that take a gradient and that the engine doesn't reach from this loss: those
    that a cut ends the gradient before, and those that it has no use of."""
    names: dict[str, list[str]] = {}
    met: set[int] = set()
    cuts = builder.cuts()
    for name, tensor in parameters:
        if id(tensor) in met or not _is_unreached(builder, gradients, tensor):
            continue
        met.add(id(tensor))
        draft = builder.draft_of(tensor)
        cut = None if draft is None else cuts.get(draft[0])
        words = "Not used by this loss:"
        if cut is not None:
            words = f"Without a gradient, because {cut_noun(cut.op)}{_at(cut)} ends it:"
        names.setdefault(words, []).append(name)
    for words, several in names.items():
        yield f"{words} {_listed(several)}."


def _is_unreached(builder: Builder, gradients: Gradients, tensor: Tensor) -> bool:
    """Whether a parameter takes a gradient, and the engine has no way to it from the loss.

    What is used inside a Function of the user's, as in a reentrant checkpoint, gets what the
    Function's backward gives it, which nobody knows before.
    """
    if not (tensor.requires_grad and tensor.is_leaf) or id(tensor) in builder.leaves:
        return False
    if _is_stand_in(tensor) and not builder.is_abstract:
        return False
    if builder.tape is None:
        return not gradients.is_partial
    return not builder.tape.memory.is_hidden(tensor)


def _is_stand_in(tensor: Tensor) -> bool:
    """Whether torch put it in a parameter's place, to export a program or for torch.func."""
    return not is_readable(tensor) or is_functorch_wrapped_tensor(tensor)


def _at(draft: Draft) -> str:
    return f" ({draft.place.source})" if draft.place.source else ""
