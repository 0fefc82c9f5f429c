"""A value that is no loss -> what it is, and what to do to have one.

What something is is read off its class's name and module, so that torch and NumPy need not be
loaded to say so.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import ModuleType
from typing import Any

from graphgen.capture.foreign.shape import is_engine
from graphgen.model.typenames import is_instance_of, is_module, is_tensor, type_name

__all__ = ["NotALoss", "losses_in", "not_a_loss", "several_losses"]

_MOST_NAMES = 8
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class NotALoss:
    """What a value is in place of a loss, and what to do.

    Attributes:
        what: as in "a module (Linear)".
        to_do: as in "call it and a criterion, as in criterion(model(x), y)".
    """

    what: str
    to_do: str


def not_a_loss(value: object) -> NotALoss:
    """What a value is that is no tensor and no object of an engine."""
    for is_such, what, to_do in _KINDS:
        if is_such(value):
            return NotALoss(what.format(type_name(value), getattr(value, "__name__", "")), to_do)
    return NotALoss(type_name(value), "hand over the loss, or the graph of one")


def losses_in(value: object) -> dict[str, Any]:
    """The tensors, and the objects of engines, that a value holds, by how each is reached in it;
    without those that take no gradient, as long as there are others.

    >>> from graphgen.course.engines.scalar import Value
    >>> list(losses_in({"loss": Value(1.0), "parts": (Value(2.0), 3)}))
    ['loss', 'parts.0']
    """
    every = dict(_losses_in(value, _DEEPEST))
    graded = {name: part for name, part in every.items() if getattr(part, "requires_grad", True)}
    return graded or every


def several_losses(value: object) -> str:
    """The losses that a value holds, by name and shape, in words; "" where it holds none."""
    names = [f"{name}{_shape(loss)}" for name, loss in losses_in(value).items()]
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"


def _losses_in(value: object, depth: int) -> Iterator[tuple[str, Any]]:
    for name, part in _parts_of(value):
        if is_tensor(part) or is_engine(part):
            yield name, part
        elif depth > 1:
            for inner, loss in _losses_in(part, depth - 1):
                yield f"{name}.{inner}", loss


def _parts_of(value: Any) -> list[tuple[str, Any]]:
    """What stands in a dict, a list, a tuple, a named tuple or a dataclass, by key."""
    if isinstance(value, Mapping):
        return [(str(key), part) for key, part in value.items()]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value, strict=True))
    if isinstance(value, tuple | list):
        return [(str(index), part) for index, part in enumerate(value)]
    if is_dataclass(value) and not isinstance(value, type) and not is_engine(value):
        return [(field.name, getattr(value, field.name, None)) for field in fields(value)]
    return []


def _shape(loss: Any) -> str:
    """The shape of what is more than one number."""
    shape = tuple(loss.shape) if is_tensor(loss) and not loss.is_nested else ()
    return f" of shape {shape}" if shape else ""


def _is_of_numpy(value: object) -> bool:
    return type(value).__module__.partition(".")[0] == "numpy"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | complex) or (
        _is_of_numpy(value) and getattr(value, "shape", None) == ()
    )


def _is(name: str) -> Callable[[object], bool]:
    return lambda value: is_instance_of(value, name)


_KINDS: tuple[tuple[Callable[[object], bool], str, str], ...] = (
    (lambda value: value is None, "None", "hand over the loss; a function has to return it"),
    (lambda value: isinstance(value, str), "{0}, a text",
     "the graph of an expression is graphgen.record(text, values)"),
    (_is("graphgen.language.syntax.Program"), "{0}, an expression",
     "its graph is graphgen.record(program, values)"),
    (_is("graphgen.model.graph.Graph"), "{0}", "it is what you get of a loss: use it as it is"),
    (_is("graphgen.model.story.Story"), "{0}", "its graph is story.graph"),
    (_is("graphgen.model.picture.Picture"), "{0}", "its graph is picture.story.graph"),
    (_is("graphgen.model.geometry.Layout"), "{0}", "which knows places only; hand over the loss"),
    (_is("graphgen.capture.recorder.Recording"), "{0}",
     "its graphs are those of losses that it saw: tape.graph(loss)"),
    (is_module, "{0}, a module",
     "call it, and a criterion on what it returns, as in criterion(model(x), y)"),
    (_is("torch.optim.optimizer.Optimizer"), "{0}, an optimizer",
     "hand over the loss that it makes smaller"),
    (lambda value: isinstance(value, type), "{1}, a class",
     "make an object of it, and with that a loss"),
    (lambda value: isinstance(value, ModuleType), "{1}, a module of Python's",
     "name a function or a loss in it"),
    (inspect.iscoroutine, "a coroutine", "await it, and hand over the loss"),
    (inspect.isgenerator, "a generator", "hand over one loss of those that it yields"),
    (_is_number, "{0}, a plain number",
     "it has forgotten how it was computed: leave out .item(), float() and the like"),
    (_is_of_numpy, "{0}, an array of NumPy's",
     "it keeps no gradient: hand over the torch tensor, before .numpy()"),
    (callable, "{0} {1}", "call it, and hand over what it returns"),
)  # fmt: skip
"""What else may be handed over: whether a value is such, what it is called (with the names of its
type and its own), and what to do; the first that fits counts."""
