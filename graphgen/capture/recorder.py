"""A torch loss -> Graph: while it is made, or after the fact.

    with graphgen.recording(model) as tape:
        loss = criterion(model(x), y)
    graph = tape.graph(loss)

`record` does this for an expression, and `graph_in` reads a loss that was made before anyone
watched: its values are then known as far as autograd saved them.
"""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from graphgen.capture.arrays import array_of, shape_of
from graphgen.capture.build import Builder
from graphgen.capture.foreign.shape import is_engine
from graphgen.capture.frames import Frames
from graphgen.capture.functions import watched_functions
from graphgen.capture.gradients import gradients_of, untouched
from graphgen.capture.naming import (
    Modules,
    give_labels,
    give_names,
    names_in,
    roots_in,
    turn_unnamed_into_constants,
    variables_in,
)
from graphgen.capture.notes import notes_of, without_gradient
from graphgen.capture.refusals import not_a_loss, several_losses
from graphgen.capture.saved import saved_data, saved_values
from graphgen.capture.scopes import Root, Scopes
from graphgen.capture.slopes import slopes_of
from graphgen.capture.tape import Tape
from graphgen.capture.walk import structure_of, walk
from graphgen.model.arguments import as_choice, as_names, as_texts
from graphgen.model.collecting import with_few_collections, without_collection
from graphgen.model.errors import InputError, LossError
from graphgen.model.graph import Graph
from graphgen.model.messages import quoted
from graphgen.model.reprs import counted
from graphgen.model.typenames import type_name

if TYPE_CHECKING:
    from graphgen.language.expression import Program

__all__ = ["Recording", "graph_in", "record", "recording", "structure_of"]

LARGEST_WITH_SLOPES = 200
"""Local derivatives are worked out by default in graphs of at most this many nodes."""

Names = Mapping[str, Any] | Iterable[tuple[str, Any]]
Seed = Tensor | float | Sequence[Any]


class Recording:
    """What `recording` returns: runs for as long as a `with` block, and gives the graphs of losses
    that were made in it."""

    def __init__(self, model: nn.Module | None = None) -> None:
        frames = Frames()
        self._scopes = Scopes(frames, model)
        self._tape = Tape(frames, self._scopes)
        self._state = "not begun"
        self._ending = ExitStack()

    def __enter__(self) -> "Recording":
        if self._state != "not begun":
            raise InputError(
                f"a recording that has not begun: this one is {self._state}; "
                "begin another with graphgen.recording()"
            )
        with ExitStack() as stack:
            self._scopes.start()
            stack.callback(self._scopes.stop)
            stack.enter_context(with_few_collections())
            stack.enter_context(watched_functions())
            stack.enter_context(self._tape)
            self._ending = stack.pop_all()
        self._state = "running"
        return self

    def __exit__(self, *raised: Any) -> None:
        self._state = "over"
        self._ending.__exit__(*raised)

    def __repr__(self) -> str:
        return f"<Recording: {self._state}, {counted(len(self._tape.records), 'operation')}>"

    def graph(
        self,
        loss: Tensor,
        names: Names | nn.Module | None = None,
        seed: "Seed | None" = None,
        local: bool | None = None,
    ) -> Graph:
        """The graph behind a loss, with every forward value that was recorded.

        Args:
            loss: a scalar tensor that requires grad, made while this recording ran.
            names: name -> tensor, in front of the names of parameters and local variables.
            seed: d loss / d loss, for a loss that is not a scalar: a tensor of its shape, nested
                lists, or one number for all of it.
            local: whether edges carry local derivatives; by default in small graphs, except
                those of a Function of your own, whose backward would run once more for each
                element.

        Returns:
            The graph, the loss last.

        Raises:
            LossError: the loss is no tensor, no scalar, needs no gradient, or was freed.
            InputError: the recording has not begun, or the names or the seed are none.
        """
        variables, lent = variables_in(sys._getframe(1))
        return self.graph_among(loss, variables, lent, names, seed, local)

    def graph_among(
        self,
        loss: Tensor,
        variables: Mapping[str, Any],
        lent: Collection[str] = (),
        names: Names | nn.Module | None = None,
        seed: "Seed | None" = None,
        local: bool | None = None,
    ) -> Graph:
        """What `graph` gives, with the names of these variables.

        Args:
            loss: a tensor that requires grad, made while this recording ran; a scalar if there is
                no seed.
            variables: of a function or a file.
            lent: those that hold what they do only for a while, as the targets of loops.
            names: name -> tensor, in front of the names of parameters and variables.
            seed: d loss / d loss, for a loss that is not a scalar; by default one.
            local: whether edges carry local Jacobians; by default in small graphs.

        Returns:
            The graph, the loss last.

        Raises:
            LossError: the loss is no tensor, no scalar, needs no gradient, or was freed.
            InputError: the recording has not begun, or the names or the seed are none.
        """
        if self._state == "not begun":
            raise InputError(
                "a loss that was made while a recording ran: this recording has not begun; write "
                "with graphgen.recording() as tape: around what makes the loss, or "
                "graphgen.graph_of(loss) for one that is there already"
            )
        with self._tape.paused():
            roots = self._scopes.roots
            ran = {id(tensor) for root in roots for _, tensor in root.members}
            others = [r for r in roots_in(variables) if not any(id(t) in ran for _, t in r.members)]
            known = _Known(_tensors(names), [*roots, *others], names_in(variables, lent))
            return _graph(loss, self._tape, known, seed, local)


def recording(model: nn.Module | None = None) -> Recording:
    """See every operation that torch does inside a `with` block.

    Args:
        model: whose module and parameter names are used; models are found without it as well.

    Returns:
        A Recording for a `with` block, whose `graph(loss)` may be called inside or after it.

    Raises:
        InputError: the model is none.

    >>> import torch
    >>> with recording() as tape:
    ...     b = torch.tensor(3.0, requires_grad=True)
    ...     c = (2.0 + b) * b
    >>> [node.name for node in tape.graph(c).nodes if node.name]
    ['b', 'c']
    """
    _check_model(model)
    return Recording(model)


def graph_in(
    frame: FrameType,
    loss: Tensor,
    names: Names | nn.Module | None = None,
    model: nn.Module | None = None,
    seed: "Seed | None" = None,
    local: bool | None = None,
) -> Graph:
    """What `graph_of` gives, with the names of a frame's local variables.

    Args:
        frame: whose variables name the nodes.
        loss: a tensor that requires grad; a scalar if there is no seed.
        names: name -> tensor, in front of the names of parameters and variables.
        model: whose parameters name the leaves; by default those that the frame's variables hold.
        seed: d loss / d loss, for a loss that is not a scalar; by default one.
        local: whether edges carry local Jacobians; by default in small graphs.

    Returns:
        The graph, the loss last.
    """
    variables, lent = variables_in(frame)
    return graph_among(loss, variables, lent, names, model, seed, local)


def graph_among(
    loss: Tensor,
    variables: Mapping[str, Any],
    lent: Collection[str] = (),
    names: Names | nn.Module | None = None,
    model: nn.Module | None = None,
    seed: "Seed | None" = None,
    local: bool | None = None,
) -> Graph:
    """What `graph_of` gives, with the names of these variables.

    Args:
        variables: of a function or a file.
        lent: those that hold what they do only for a while, as the targets of loops.
    """
    _check_model(model)
    roots = roots_in(variables)
    if model is not None:
        members = [*model.named_parameters(), *model.named_buffers()]
        own = {id(tensor) for _, tensor in members}
        others = [r for r in roots if not any(id(tensor) in own for _, tensor in r.members)]
        name = next((n for n, value in variables.items() if value is model), type(model).__name__)
        roots = [Root(name, members), *others]
    known = _Known(_tensors(names), roots, names_in(variables, lent))
    return _graph(loss, None, known, seed, local)


def record(
    program: "Program | str",
    values: "Mapping[str, Any] | Iterable[tuple[str, Any]]" = (),
    data: str | Iterable[str] = (),
    dtype: torch.dtype = torch.float64,
    frozen: str | Collection[str] = (),
) -> Graph:
    """Run an expression and return its graph.

    Args:
        program: from `graphgen.parse`, or its text.
        values: name -> number, nested lists of numbers, tensor or array.
        data: the names that take no gradient.
        dtype: in which it is computed, one of torch's floating types.
        frozen: the names of statements that are computed under torch.no_grad.

    Returns:
        The graph, the loss last.

    Raises:
        ExpressionError: the text is wrong, a name has no value, or shapes don't fit.
        InputError: a value is no number and no list of numbers, or the dtype computes no gradients.
        LossError: the result is no single number, or nothing in it takes a gradient.

    >>> record("c = (a + b) * b", {"a": 2, "b": 3})
    <Graph: 4 nodes, 2 parameters, loss 15.0>
    """
    from graphgen.language.evaluate import run

    checked = _program(program)
    numbers = {name: _plain(value) for name, value in _values(values)}
    names = as_texts("data", data)
    still = _statements(checked, as_texts("frozen", frozen))
    tape = Tape(None, None, keeps_history=True)
    with tape:
        done = run(checked, numbers, names, _dtype(dtype), still)
    known = _Known(list(done.names), [], [], list(done.labels))
    return _graph(done.loss, tape, known, None, None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of names and texts.

    Attributes:
        asked: (name, tensor) that come before all others.
        roots: the models.
        variables: (name, tensor) of what variables hold.
        labels: (text, tensor) of how results were written.
    """

    asked: list[tuple[str, Tensor]]
    roots: list[Root]
    variables: list[tuple[str, Tensor]]
    labels: list[tuple[str, Tensor]] = field(default_factory=list)


def _program(program: Any) -> "Program":
    from graphgen.language.expression import Program, parse

    if isinstance(program, str):
        return parse(program)
    if isinstance(program, Program):
        return program
    is_loss = isinstance(program, Tensor) or is_engine(program)
    what = type_name(program) if is_loss else not_a_loss(program).what
    hint = "the graph of a loss is graphgen.graph_of(loss)" if is_loss or callable(program) else (
        'write it as text, as in graphgen.record("c = a * b", {"a": 2, "b": 3})')  # fmt: skip
    raise InputError(f"an expression: got {what}; {hint}")


def _values(values: Any) -> list[tuple[str, Any]]:
    """The pairs of names and values."""
    try:
        pairs = list((values if isinstance(values, Mapping) else dict(values)).items())
    except (TypeError, ValueError):
        pairs = [(None, values)]
    if not all(isinstance(name, str) for name, _ in pairs):
        raise InputError(
            f"values as a dict of names and numbers: got {type_name(values)}; "
            'write {"a": 2, "b": [1, 2]}'
        )
    return pairs


def _plain(value: Any) -> Any:
    """The numbers in a tensor or an array, as nested lists; what is none is left to be refused."""
    return value.tolist() if hasattr(value, "tolist") else value


def _statements(program: "Program", names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, all of which have to be of statements."""
    known = [statement.name for statement in program.statements if statement.name]
    for name in names:
        as_choice("frozen", name, known or [""])
    return names


def _dtype(dtype: Any) -> torch.dtype:
    """A type of torch's that can take a gradient; its name and Python's own types will do."""
    named = {float: torch.float64, complex: torch.complex128}.get(dtype, dtype)
    if isinstance(named, str):
        named = getattr(torch, named.removeprefix("torch."), named)
    if not isinstance(named, torch.dtype) or not (named.is_floating_point or named.is_complex):
        raise InputError(
            f"dtype as one of torch's floating types: got {quoted(dtype)}; "
            "write dtype=torch.float64"
        )
    return named


@without_collection()  # ends when all but the graph is gone
def _graph(
    loss: Tensor,
    tape: Tape | None,
    names: _Known,
    seed: "Seed | None",
    local: bool | None,
) -> Graph:
    _check(loss, tape)
    first = None if seed is None else _first_gradient(loss, seed)
    _check_shapes(loss, first)
    with untouched():
        walked = walk(loss)
        root = (len(walked.nodes) - 1, walked.loss_port)
        if tape is not None:
            tape.memory.find(loss)  # a loss of another thread is marked
        is_seen = tape is not None and not tape.memory.strangers.count
        known = {root: array_of(loss)} if is_seen else saved_values(loss, walked)
        builder = Builder(walked, tape, known, saved_data(walked) if tape is None else None)
        modules = Modules(builder, names.roots)
        give_labels(builder, names.labels)
        give_names(builder, names.asked, modules, names.variables)
        if tape is not None and tape.keeps_history:
            turn_unnamed_into_constants(builder)
        gradients = gradients_of(loss, walked, first)
        notes = notes_of(builder, gradients, modules.members(are_used=True))
        is_small = len(walked.nodes) <= LARGEST_WITH_SLOPES
        slopes = None
        if is_small if local is None else local:
            slopes = slopes_of(walked, functions=local is True)
        return builder.graph(gradients, notes, slopes)


def _check(loss: Any, tape: Tape | None) -> None:
    """Refuse what can't be followed back."""
    if not isinstance(loss, Tensor):
        refusal, names = not_a_loss(loss), several_losses(loss)
        if names:
            raise LossError(
                f"loss must be one torch tensor: got {refusal.what} with {names}; hand over one"
            )
        raise LossError(f"loss must be a torch tensor: got {refusal.what}; {refusal.to_do}")
    if not loss.requires_grad:
        raise LossError(f"loss must require grad: {without_gradient(loss, tape)}")


def _check_shapes(loss: Tensor, first: Tensor | None) -> None:
    """Refuse a loss of more than one number without a seed, and a seed of another shape."""
    if first is None and loss.numel() != 1:
        raise LossError(
            f"loss must be a scalar: got shape {shape_of(loss)}; reduce it with .sum() or "
            ".mean(), or give a seed, the gradient to begin with"
        )
    if first is not None and shape_of(first) != shape_of(loss):
        raise LossError(
            f"a seed of the loss's shape {shape_of(loss)}: got shape {shape_of(first)}; "
            "it is the gradient of what comes after the loss, a number for each of the loss's"
        )


def _first_gradient(loss: Tensor, seed: "Seed") -> Tensor:
    """The seed as a tensor like the loss; one number is for all of it."""
    if isinstance(seed, Tensor):
        return seed
    try:
        gradient = torch.as_tensor(seed, dtype=loss.dtype, device=loss.device)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"a seed as a number, nested lists of numbers or a tensor: {error}; write seed=1.0"
        ) from error
    return gradient.expand(loss.shape) if gradient.dim() == 0 else gradient


def _check_model(model: Any) -> None:
    if model is not None and not isinstance(model, nn.Module):
        raise InputError(
            f"a model as a torch module: got {type_name(model)}; hand over a module, as in "
            "graphgen.recording(model), or leave it out"
        )


def _tensors(names: Any) -> list[tuple[str, Tensor]]:
    """The tensors among what was given with names: `locals()` holds other things, too."""
    return [(name, value) for name, value in as_names(names) if isinstance(value, Tensor)]
