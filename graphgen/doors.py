"""One door to a graph of what was made already: a torch loss, or an object of another engine."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphgen.engines import graph_of_engine, is_engine
from graphgen.graph import Graph

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["graph_of", "is_tensor"]

Names = Mapping[str, Any] | Iterable[tuple[str, Any]]


def graph_of(
    loss: Any,
    names: Names | None = None,
    model: "nn.Module | None" = None,
    seed: "Tensor | None" = None,
    local: bool | None = None,
) -> Graph:
    """The graph behind a loss that was made before anyone watched.

    Args:
        loss: a scalar torch tensor that requires grad, or an object of a from-scratch engine
            (micrograd's Value, a Tensor of one's own); for the latter torch is not imported.
        names: name -> tensor or object, in front of the names of local variables.
        model: whose parameter names are used; of torch losses only, as what follows.
        seed: d loss / d loss, of the loss's shape, for a loss that is not a scalar.
        local: whether edges carry local derivatives; by default in small graphs.

    Returns:
        A Graph with every gradient. Of a torch loss the values are known that torch saved or
        that follow from them exactly; others are not, and a note says how to get them.

    Raises:
        LossError: the loss is no tensor, no scalar, needs no gradient, or was freed.
        InputError: an engine's object that is no scalar, or whose backward doesn't run.
    """
    frame = sys._getframe(1)
    if not is_tensor(loss) and is_engine(loss):
        given = dict(names or {})
        others = {name: found for name, found in frame.f_locals.items() if name not in given}
        return graph_of_engine(loss, {**given, **others})
    from graphgen.recorder import graph_in

    return graph_in(frame, loss, names, model, seed, local)


def is_tensor(value: object) -> bool:
    """Whether a value is a torch tensor, of a class of the user's too; torch is not imported."""
    return any(
        kind.__module__ == "torch" and kind.__name__ == "Tensor" for kind in type(value).__mro__
    )
