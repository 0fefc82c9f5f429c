"""One door to a graph of what was made already: a torch loss, or an object of another engine."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

from graphgen.capture.engines import graph_of_engine, is_engine
from graphgen.capture.refusals import not_a_loss, several_losses
from graphgen.model.arguments import as_names
from graphgen.model.errors import InputError
from graphgen.model.graph import Graph
from graphgen.model.typenames import is_instance_of, is_tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["as_graph", "graph_of", "is_tensor"]

Names = Mapping[str, Any] | Iterable[tuple[str, Any]]


def graph_of(
    loss: Any,
    names: "Names | nn.Module | None" = None,
    model: "nn.Module | None" = None,
    seed: "Tensor | float | Sequence[Any] | None" = None,
    local: bool | None = None,
) -> Graph:
    """The graph behind a loss that was made before anyone watched.

    Args:
        loss: a scalar torch tensor that requires grad, or an object of a from-scratch engine
            (micrograd's Value, a Tensor of one's own); for the latter torch is not imported.
        names: name -> tensor or object, in front of the names of local variables; a module for
            the names of its parameters.
        model: whose parameter names are used; of torch losses only, as what follows.
        seed: d loss / d loss, for a loss that is not a scalar: a tensor of its shape, nested lists,
            or one number for all of it.
        local: whether edges carry local derivatives; by default in small graphs, except those
            of a Function of your own, whose backward would run once more for each element.

    Returns:
        A Graph with every gradient. Of a torch loss the values are known that torch saved or
        that follow from them exactly; others are not, and a note says how to get them.

    Raises:
        LossError: the loss is no tensor, no scalar, needs no gradient, or was freed.
        InputError: an engine's object that is no scalar, or whose backward doesn't run.
    """
    return _graph_of(sys._getframe(1), loss, names, model, seed, local)


def as_graph(value: Any, frame: FrameType, what: str = "a graph") -> Graph:
    """A graph, also of a loss, of a story or of a picture.

    Args:
        value: what a function that takes a graph was called with.
        frame: the caller's, whose variables name the nodes of a loss.
        what: the function wants.

    Returns:
        The graph itself, or the one of the loss, story or picture.

    Raises:
        InputError: it is none of these; LossError: it is a loss that can't be followed back.
    """
    if isinstance(value, Graph):
        return value
    story = getattr(value, "story", value)
    if is_instance_of(story, "graphgen.model.story.Story"):
        return cast("Graph", story.graph)
    if is_tensor(value) or is_engine(value):
        return _graph_of(frame, value)
    refusal, names = not_a_loss(value), several_losses(value)
    if names:
        raise InputError(f"{what}: got {refusal.what} with {names}; hand over one of these")
    raise InputError(f"{what}: got {refusal.what}; {refusal.to_do}")


def _graph_of(
    frame: FrameType,
    loss: Any,
    names: "Names | nn.Module | None" = None,
    model: "nn.Module | None" = None,
    seed: Any = None,
    local: bool | None = None,
) -> Graph:
    if is_tensor(loss) or not is_engine(loss):
        from graphgen.capture.recorder import graph_in

        return graph_in(frame, loss, names, model, seed, local)
    named = dict(as_names(names))
    others = {name: value for name, value in frame.f_locals.items() if name not in named}
    return graph_of_engine(loss, {**named, **others})
