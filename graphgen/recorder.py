"""A torch loss -> Graph: while it is made, or after the fact.

    with graphgen.recording(model) as tape:
        loss = criterion(model(x), y)
    graph = tape.graph(loss)

`record` does this for an expression, and `graph_in` reads a loss that was made before anyone
watched: its values are then known as far as autograd saved them.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from graphgen.collecting import with_few_collections, without_collection
from graphgen.errors import LossError
from graphgen.graph import Graph
from graphgen.reading.arrays import array_of, shape_of
from graphgen.reading.build import Builder
from graphgen.reading.frames import Frames
from graphgen.reading.gradients import gradients_of, untouched
from graphgen.reading.naming import (
    give_assigned_names,
    give_labels,
    give_names,
    names_in,
    turn_unnamed_into_constants,
)
from graphgen.reading.notes import notes_of
from graphgen.reading.saved import saved_data, saved_values
from graphgen.reading.scopes import Scopes
from graphgen.reading.slopes import slopes_of
from graphgen.reading.tape import Tape
from graphgen.reading.walk import structure_of, walk

if TYPE_CHECKING:
    from graphgen.expression import Program

__all__ = ["Recording", "graph_in", "record", "recording", "structure_of"]

LARGEST_WITH_SLOPES = 200
"""Local derivatives are worked out by default in graphs of at most this many nodes."""

Names = Mapping[str, Tensor] | Iterable[tuple[str, Tensor]]


class Recording:
    """What `recording` hands out: asks for graphs of losses that were made while it ran."""

    def __init__(self, tape: Tape, scopes: Scopes | None) -> None:
        self._tape, self._scopes = tape, scopes

    def graph(
        self,
        loss: Tensor,
        names: Names | None = None,
        seed: Tensor | None = None,
        local: bool | None = None,
    ) -> Graph:
        """The graph behind a loss, with every forward value that was recorded.

        Args:
            loss: a scalar tensor that requires grad, made while this recording ran.
            names: name -> tensor, in front of the names of parameters and local variables.
            seed: d loss / d loss, of the loss's shape, for a loss that is not a scalar.
            local: whether edges carry local derivatives; by default in small graphs.

        Raises:
            LossError: the loss is no tensor, no scalar, needs no gradient, or was freed.
        """
        frame = sys._getframe(1)
        parameters = self._scopes.parameters if self._scopes is not None else []
        with self._tape.paused():
            named = [*_pairs(names), *parameters, *names_in(frame)]
            return _graph(loss, self._tape, named, [], seed, local, parameters)


@contextmanager
def recording(model: nn.Module | None = None) -> Iterator[Recording]:
    """See every operation that torch does inside a `with` block.

    Args:
        model: whose module and parameter names are used; models are found without it as well.

    Yields:
        A Recording, whose `graph(loss)` may be called inside or after the block.

    >>> import torch
    >>> with recording() as tape:
    ...     b = torch.tensor(3.0, requires_grad=True)
    ...     c = (2.0 + b) * b
    >>> [node.name for node in tape.graph(c).nodes if node.name]
    ['b', 'c']
    """
    scopes = Scopes(model)
    tape = Tape(Frames(), scopes)
    scopes.start()
    try:
        with with_few_collections(), tape:
            yield Recording(tape, scopes)
    finally:
        scopes.stop()


def graph_in(
    frame: FrameType,
    loss: Tensor,
    names: Names | None = None,
    model: nn.Module | None = None,
    seed: Tensor | None = None,
    local: bool | None = None,
) -> Graph:
    """What `graph_of` gives, with the names of a frame's local variables."""
    parameters = list(model.named_parameters()) if model is not None else []
    named = [*_pairs(names), *parameters, *names_in(frame)]
    return _graph(loss, None, named, [], seed, local, parameters)


def record(
    program: "Program",
    values: Mapping[str, Any],
    data: Iterable[str] = (),
    dtype: torch.dtype = torch.float64,
    frozen: Collection[str] = (),
) -> Graph:
    """Run an expression and return its graph.

    Args:
        program: from `graphgen.parse`.
        values: name -> number or nested lists of numbers.
        data: the names that take no gradient.
        dtype: in which it is computed.
        frozen: the names of statements that are computed under torch.no_grad.

    Raises:
        ExpressionError: a name without a value, or shapes that don't fit.
        LossError: the result is no single number, or nothing in it takes a gradient.
    """
    from graphgen.evaluate import run

    tape = Tape(None, None, keeps_history=True)
    with tape:
        done = run(program, values, tuple(data), dtype, frozen)
    return _graph(done.loss, tape, list(done.names), list(done.labels), None, None)


@without_collection()  # ends when all but the graph is gone
def _graph(
    loss: Tensor,
    tape: Tape | None,
    named: list[tuple[str, Tensor]],
    labels: list[tuple[str, Tensor]],
    seed: Tensor | None,
    local: bool | None,
    parameters: Iterable[tuple[str, Tensor]] = (),
) -> Graph:
    _check(loss, seed)
    with untouched():
        walked = walk(loss)
        root = (len(walked.nodes) - 1, walked.loss_port)
        if tape is not None:
            tape.memory.find(loss)  # a loss of another thread is marked
        is_seen = tape is not None and not tape.memory.strangers.count
        known = {root: array_of(loss)} if is_seen else saved_values(loss, walked)
        builder = Builder(walked, tape, known, saved_data(walked) if tape is None else None)
        give_labels(builder, labels)
        give_names(builder, named)
        give_assigned_names(builder)
        if tape is not None and tape.keeps_history:
            turn_unnamed_into_constants(builder)
        gradients = gradients_of(loss, walked, seed)
        notes = notes_of(builder, gradients, parameters)
        is_small = len(walked.nodes) <= LARGEST_WITH_SLOPES
        slopes = slopes_of(walked) if (is_small if local is None else local) else None
        return builder.graph(gradients, notes, slopes)


def _check(loss: Any, seed: Tensor | None) -> None:
    """Refuse what can't be followed back."""
    if not isinstance(loss, Tensor):
        raise LossError(f"loss must be a torch tensor: got {type(loss).__name__}; return the loss")
    if not loss.requires_grad:
        raise LossError(
            "loss must require grad: nothing that it was made of does; give a leaf "
            "requires_grad=True, and make the loss outside of torch.no_grad()"
        )
    if seed is None and loss.numel() != 1:
        raise LossError(
            f"loss must be a scalar: got shape {shape_of(loss)}; reduce it with .sum() or "
            ".mean(), or give a seed, the gradient to begin with"
        )
    if seed is not None and shape_of(seed) != shape_of(loss):
        raise LossError(
            f"a seed of the loss's shape {shape_of(loss)}: got shape {shape_of(seed)}; "
            "it is the gradient of what comes after the loss, a number for each of the loss's"
        )


def _pairs(names: Names | None) -> list[tuple[str, Tensor]]:
    if names is None:
        return []
    return list(names.items() if isinstance(names, Mapping) else names)
