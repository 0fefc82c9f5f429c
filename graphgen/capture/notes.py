"""What a person should be told about a graph: what is odd, not used, or not known."""

import cmath
import math
from collections.abc import Iterable, Iterator

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
from graphgen.text.catalogue import listed
from graphgen.text.digits import is_loud
from graphgen.text.sentences import NOTES

__all__ = ["HINT", "notes_of", "without_gradient"]

HINT = NOTES.say("not saved")

_OPAQUE = {"CompiledFunctionBackward": "compiled", "CheckpointFunctionBackward": "checkpoint"}
"""The notes of functions whose inside isn't seen."""
_SHOWN = 5


def notes_of(
    builder: Builder, gradients: Gradients, parameters: Iterable[tuple[str, Tensor]]
) -> list[str]:
    """The sentences for a graph, in the order of their weight.

    Args:
        builder: after the walk, with all drafts.
        gradients: of the same walk.
        parameters: (name, tensor) of each of the model's; those that the loss doesn't use are
            named.

    Returns:
        The sentences; empty where nothing is odd.
    """
    drafts = [draft for draft in builder.all_drafts() if draft.kind in ("op", "cut")]
    sentences = [*_loud(builder), *_loud_gradients(builder, gradients)]
    opaque = [key for op, key in _OPAQUE.items() if any(draft.op == op for draft in drafts)]
    sentences += [NOTES.say(key) for key in (*opaque, *_oddities(gradients))]
    sentences += _unused(builder, gradients, parameters)
    sentences += _unknown(builder, drafts)
    return sentences


def without_gradient(loss: Tensor, tape: Tape | None) -> str:
    """Why a loss requires no grad, as far as that was seen, and what to do."""
    if tape is None:
        return (
            "it was made of nothing that does, or something cut it off; make it inside `with "
            "graphgen.recording()`, which tells what, and give a leaf requires_grad=True"
        )
    origin = tape.memory.find(loss)
    if isinstance(origin, Given) and origin.is_cut:
        place = f" ({origin.source})" if origin.source else ""
        return f"{cut_noun(origin.op)}{place} cuts it off; {cut_remedy(origin.op)}"
    if tape.escapes:
        last = tape.escapes[-1]
        return (
            f"it was made of plain numbers, and {cut_noun(last.op)} ({last.source}) takes numbers "
            f"out of torch; {cut_remedy(last.op)}"
        )
    return "nothing that it was made of was seen to; give a leaf requires_grad=True"


def _oddities(gradients: Gradients) -> Iterator[str]:
    """The notes of gradients that aren't the sums of their contributions."""
    if gradients.is_partial:
        yield "behind a checkpoint"
    if gradients.changed:
        yield "changed"


def _unknown(builder: Builder, drafts: list[Draft]) -> Iterator[str]:
    """Which values are not known, and why."""
    unknown = [d for d in drafts if any(not value.known and value.count for value in d.values)]
    if not unknown:
        return
    if builder.is_abstract:
        yield NOTES.say("abstract")
        return
    if builder.tape is None:
        yield NOTES.say("not saved")
        return
    others = [draft for draft in unknown if not builder.is_stranger(draft)]
    if len(others) < len(unknown):
        yield NOTES.say("made before")
    if others:
        yield NOTES.say("unreadable", names=listed(list(map(_called, others)), _SHOWN))


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
            yield NOTES.say("first loud", number=kind, name=_called(draft))
            kinds -= {kind} if kind == "nan" else _INFINITIES


def _loud_gradients(builder: Builder, gradients: Gradients) -> Iterator[str]:
    """The last node in forward order, so the first in backward order, whose gradient has nan, and
    the last whose gradient has infinities."""
    loud = {key: total for key, total in gradients.sums.items() if is_loud(total)}
    kinds = set(_KINDS)
    for index, port in sorted(loud, key=_backward_order):
        for kind in sorted(kinds & _odd([loud[index, port]]), key=_KINDS.index):
            draft = builder.drafts[index]
            yield NOTES.say("first loud gradient", number=kind, name=_called(draft))
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
        called = find(draft.op).symbol if draft.op else NOTES.say(f"unnamed {draft.kind}")
    module, place = "" if draft.name else draft.scope, draft.place.source
    if module and place:
        place = NOTES.say("place", module=module, place=place)
    return _at(called, place or module)


def _unused(
    builder: Builder, gradients: Gradients, parameters: Iterable[tuple[str, Tensor]]
) -> Iterator[str]:
    """Parameters that take a gradient and that the engine doesn't reach from this loss: those
    that a cut ends the gradient before, and those that it has no use of."""
    names: dict[str, list[str]] = {}  # by what cuts them off; "" of those without use
    met: set[int] = set()
    cuts = builder.cuts()
    for name, tensor in parameters:
        if id(tensor) in met or not _is_unreached(builder, gradients, tensor):
            continue
        met.add(id(tensor))
        draft = builder.draft_of(tensor)
        cut = None if draft is None else cuts.get(draft[0])
        reason = "" if cut is None else _at(cut_noun(cut.op), cut.place.source)
        names.setdefault(reason, []).append(name)
    for reason, several in names.items():
        if reason:
            yield NOTES.say("without gradient", cut=reason, names=listed(several, _SHOWN))
        else:
            yield NOTES.say("unused", names=listed(several, _SHOWN))


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


def _at(name: str, place: str) -> str:
    """A name with its place in the code, where that is known."""
    return NOTES.say("at", name=name, place=place) if place else name
