"""Names and texts of the user's for what stands in a graph."""

from collections.abc import Iterable
from types import FrameType

from torch import Tensor, nn

from graphgen.reading.build import Builder
from graphgen.reading.frames import variables_of

__all__ = [
    "give_assigned_names",
    "give_labels",
    "give_names",
    "names_in",
    "turn_unnamed_into_constants",
]


def names_in(frame: FrameType) -> list[tuple[str, Tensor]]:
    """The tensors and the models' parameters among the variables of a frame, by name."""
    variables = variables_of(frame)
    tensors = [(name, value) for name, value in variables.items() if isinstance(value, Tensor)]
    modules = [(name, value) for name, value in variables.items() if isinstance(value, nn.Module)]
    named = [(name, value) for name, value in tensors if not name.startswith("_")]
    for _, module in modules:
        named += [*module.named_parameters(), *module.named_buffers()]
    return named


def give_names(builder: Builder, named: Iterable[tuple[str, Tensor]]) -> None:
    """Name the drafts that tensors stand for; the first name that a draft gets stays."""
    taken = set()
    for name, tensor in named:
        found = builder.draft_of(tensor)
        if found is None or found[0].name or name in taken:
            continue
        draft, _ = found
        if draft.kind == "constant" and builder.tape is None:
            draft.kind = "data"  # a number that has a name was given as a tensor
        if len(draft.values) == 1 and draft.kind != "constant":
            draft.name = name
            taken.add(name)


def give_assigned_names(builder: Builder) -> None:
    """Name what was assigned to a variable that is gone by now; the last assignment counts."""
    drafts = list(builder.all_drafts())
    taken = {draft.name for draft in drafts}
    for draft in reversed(drafts):
        name = draft.place.name
        if name and not draft.name and name not in taken and len(draft.values) == 1:
            draft.name = name
            taken.add(name)


def give_labels(builder: Builder, labels: Iterable[tuple[str, Tensor]]) -> None:
    """Say how the user wrote what tensors stand for."""
    for text, tensor in labels:
        found = builder.draft_of(tensor)
        if found is not None and found[0].op:
            found[0].label = text


def turn_unnamed_into_constants(builder: Builder) -> None:
    """In an expression every input has a name: data without one was written out as numbers."""
    for draft in builder.all_drafts():
        if draft.kind == "data" and not draft.op and not draft.name:
            draft.kind = "constant"
