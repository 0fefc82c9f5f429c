"""Names and texts of the user's for what stands in a graph.

Each output gets the best name that there is: one that was asked for, a parameter's path, what the
code calls it, or a variable that holds it now. A name that several have is numbered in forward
order, and the text of each expression then speaks of its operands by these names.
"""

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import FrameType
from typing import Any

from torch import Tensor, nn

from graphgen.capture.build import Builder
from graphgen.capture.bytecode import code_of, held_in
from graphgen.capture.drafts import Draft, ordered
from graphgen.capture.frames import variables_of
from graphgen.capture.scopes import OUTSIDE, Root, Scope, path_of
from graphgen.capture.seen import Read
from graphgen.text.formulas import numbered

__all__ = [
    "Modules",
    "give_labels",
    "give_names",
    "names_in",
    "roots_in",
    "turn_unnamed_into_constants",
    "variables_in",
]

_PLACE = re.compile(r"\b_\d+_\b")


class Modules:
    """What the modules in one graph are called: their own paths where there is one model, with
    the name of the variable in front where there are several.

    Args:
        builder: of the graph.
        roots: the models that were seen, or that variables hold.
    """

    def __init__(self, builder: Builder, roots: list[Root]) -> None:
        self.roots = roots
        scopes = {draft.place.scope for draft in builder.all_drafts()} if roots else set()
        running = {scope.root for scope in scopes if scope.path}
        used = [number for number, root in enumerate(roots)
                if number in running or _has_member(builder, root)]  # fmt: skip
        self._is_one = len(used) < 2
        self._used = frozenset(used)
        for draft in builder.all_drafts():
            draft.scope = self._running(draft.place.scope)

    def _running(self, scope: Scope) -> str:
        """The path of a module that ran; of a single layer its name, since its path is empty."""
        if scope is not OUTSIDE and not scope.path and self.roots[scope.root].is_layer:
            return self.roots[scope.root].name
        return self.scope(scope)

    def scope(self, scope: Scope) -> str:
        """The path of a module."""
        if scope is OUTSIDE or self._is_one or scope.root not in self._used:
            return scope.path
        return path_of(self.roots[scope.root].name, scope.path)

    def members(self, are_used: bool = False) -> Iterator[tuple[str, Tensor]]:
        """The parameters and buffers of the models, by name.

        Args:
            are_used: only those of models that ran, or that were named.
        """
        for number, root in enumerate(self.roots):
            for path, tensor in root.members if root.is_used or not are_used else ():
                yield self.scope(Scope(number, path)), tensor


def variables_in(frame: FrameType) -> tuple[dict[str, Any], frozenset[str]]:
    """The variables of a frame, and those of them that hold what they do only for a while."""
    return variables_of(frame), code_of(frame.f_code).lent


def names_in(variables: Mapping[str, Any], lent: Collection[str] = ()) -> list[tuple[str, Tensor]]:
    """The tensors that variables hold, by name; those that lie in a list or a dict, by its name
    and their place there."""
    own = [(name, value) for name, value in variables.items() if isinstance(value, Tensor)]
    plain = [(name, value) for name, value in own if not name.startswith("_")]
    inner = [(name, value) for name, value in held_in(variables) if isinstance(value, Tensor)]
    firsts = [pair for pair in plain if pair[0] not in lent]
    return [*firsts, *inner, *(pair for pair in plain if pair[0] in lent)]


def roots_in(variables: Mapping[str, Any]) -> list[Root]:
    """The models that variables hold, those aside that are parts of others."""
    modules = [(n, value) for n, value in variables.items() if isinstance(value, nn.Module)]
    parts = {id(part) for _, module in modules for part in module.modules() if part is not module}
    firsts = {id(m): (name, m) for name, m in reversed(modules) if id(m) not in parts}
    return [
        Root(name, [*module.named_parameters(), *module.named_buffers()], is_used=False)
        for name, module in reversed(firsts.values())
    ]


def give_names(
    builder: Builder,
    asked: Iterable[tuple[str, Tensor]],
    modules: Modules,
    variables: Iterable[tuple[str, Tensor]],
) -> None:
    """Name the drafts, and let their texts speak of each other by these names.

    Args:
        builder: of the graph.
        asked: what is to be called so.
        modules: whose parameters come next.
        variables: what holds the rest now.
    """
    names: dict[tuple[Draft, int], str] = {}
    for name, tensor in [*asked, *modules.members()]:
        _propose(names, builder, name, tensor)
    for draft, port, name in builder.bound():
        if name:
            names.setdefault((draft, port), name)
    for name, tensor in variables:
        _propose(names, builder, name, tensor)
    placed = ordered(builder.drafts)
    counts: Counter[str] = Counter()
    for draft in [*placed, *(draft for draft in builder.all_drafts() if draft not in placed)]:
        for port in range(len(draft.values)):
            name = names.get((draft, port), "")
            if name and draft.kind != "constant":
                counts[name] += 1
                _name(draft, port, numbered(name, counts[name]))
    _speak_of_names(builder)


def _propose(
    names: dict[tuple[Draft, int], str], builder: Builder, name: str, tensor: Tensor
) -> None:
    """A name for what a tensor stands for; the first one that it gets stays."""
    output = builder.draft_of(tensor)
    if output is None:
        return
    if output[0].kind == "constant" and builder.tape is None:
        output[0].kind = "data"  # a number that has a name was given as a tensor
    names.setdefault(output, name)


def _name(draft: Draft, port: int, name: str) -> None:
    if len(draft.values) == 1:
        draft.name = name
    else:
        draft.names[port] = name


def _has_member(builder: Builder, root: Root) -> bool:
    return any(builder.draft_of(tensor) is not None for _, tensor in root.members)


def _speak_of_names(builder: Builder) -> None:
    """Put the names of operands in place of the variables that texts read them by.

    A variable that stands for something else than the node of its name would mislead, so a text
    that has one which is no operand goes.
    """
    drafts = list(builder.all_drafts())
    taken = {draft.output(port) for draft in drafts for port in range(len(draft.values))} - {""}
    for draft in drafts:
        if draft.label is None and draft.place.label:
            draft.label = _spoken(builder, draft.place.label, draft.place.reads, taken)


def _spoken(builder: Builder, label: str, reads: tuple[Read, ...], taken: Collection[str]) -> str:
    """A text with each operand by its name; "" where one has none, or another would be meant."""
    names: dict[str, str] = {}
    template, is_same = label, True
    for number, read in reversed(list(enumerate(reads))):
        if read.ref is None:
            return ""
        output = builder.output_of(read.ref)
        if output is None:
            continue
        name = output[0].output(output[1])
        if not name:
            return ""
        is_same = is_same and label[read.start : read.end] == name
        names[f"_{number}_"] = name
        template = f"{template[: read.start]}_{number}_{template[read.end :]}"
    if any(word in taken for word in _words(template) if word not in names):
        return ""
    if is_same:
        return label
    return _PLACE.sub(lambda match: names[match[0]], _unparsed(template))


@lru_cache(1024)
def _words(text: str) -> frozenset[str]:
    """The variables in an expression; a loop has the same one in each round."""
    tree = _tree(text)
    nodes = ast.walk(tree) if tree is not None else ()
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


@lru_cache(1024)
def _unparsed(text: str) -> str:
    """How Python writes an expression; "" where it is none, or goes too deep to be written."""
    tree = _tree(text)
    try:
        return "" if tree is None else ast.unparse(tree)
    except RecursionError:
        return ""


def _tree(text: str) -> ast.Expression | None:
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def give_labels(builder: Builder, labels: Iterable[tuple[str, Tensor]]) -> None:
    """Say how the user wrote what tensors stand for."""
    for text, tensor in labels:
        output = builder.draft_of(tensor)
        if output is not None and output[0].op:
            output[0].label = text


def turn_unnamed_into_constants(builder: Builder) -> None:
    """In an expression every input has a name: data without one was written out as numbers."""
    for draft in builder.all_drafts():
        if draft.kind == "data" and not draft.op and not draft.name:
            draft.kind = "constant"
