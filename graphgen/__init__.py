"""From a torch loss, or an expression, to the graph of its forward values and its gradients.

Names load when they are first used, so that `import graphgen` costs nothing.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from graphgen.renamed import OldNames

if TYPE_CHECKING:
    from os import PathLike

    from graphgen.capture.doors import graph_of
    from graphgen.capture.recorder import record, recording
    from graphgen.folding import fold
    from graphgen.front.notebook import Explanation
    from graphgen.front.widgets import widget
    from graphgen.language.expression import parse
    from graphgen.layout import place
    from graphgen.model.errors import AutovizError
    from graphgen.model.geometry import Layout
    from graphgen.model.graph import Graph
    from graphgen.model.picture import Picture
    from graphgen.model.story import Story
    from graphgen.narration.telling import tell
    from graphgen.outputs import write

__all__ = [
    "AutovizError",
    "Graph",
    "Layout",
    "Picture",
    "Story",
    "fold",
    "graph_of",
    "parse",
    "place",
    "record",
    "recording",
    "tell",
    "widget",
    "write",
]

_HOMES = {
    "AutovizError": "model.errors",
    "Graph": "model.graph",
    "Layout": "model.geometry",
    "Picture": "model.picture",
    "Story": "model.story",
    "fold": "folding",
    "graph_of": "capture.doors",
    "parse": "language.expression",
    "place": "layout",
    "record": "capture.recorder",
    "recording": "capture.recorder",
    "tell": "narration.telling",
    "widget": "front.widgets",
    "write": "outputs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(
            f"module 'graphgen' has no attribute {name!r}: it has {', '.join(__all__)}"
        )
    found = getattr(import_module(f"graphgen.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__


def _repr_html_(graph: "Graph") -> str:
    """The picture that a notebook shows for this graph."""
    from graphgen.front.notebook import html_of

    return html_of(graph)


def _explain(graph: "Graph", most: int = 60) -> "Explanation":
    """The table of how every gradient is made up, as text and, in a notebook, as a table.

    Args:
        most: a graph of more nodes than this is folded first.
    """
    from graphgen.front.notebook import explanation_of

    return explanation_of(graph, most)


def _save(whole: "Graph | Story | Picture", path: "str | PathLike[str]") -> None:
    """Writes the picture to a file; its suffix picks the format, as .svg, .html or .png.

    Args:
        path: where to.

    Raises:
        OutputError: the suffix isn't known, or the place can't be written.
        MissingPartError: what the format needs isn't installed.
    """
    from graphgen.outputs import write

    write(whole, path)


def _missing(owner: object, name: str) -> NoReturn:
    """Says what to write instead of an attribute that isn't there."""
    from graphgen.model.hints import missing_attribute

    raise missing_attribute(owner, name)


_COMMON: dict[str, Callable[..., Any]] = {"save": _save, "__getattr__": _missing}

_METHODS: dict[tuple[str, str], dict[str, Callable[..., Any]]] = {
    ("graph", "Graph"): {"_repr_html_": _repr_html_, "explain": _explain, **_COMMON},
    ("picture", "Picture"): _COMMON,
    ("story", "Story"): _COMMON,
}
"""By module and class, the methods whose work belongs to later layers than the class does."""


class _Package(ModuleType):
    """The package of the classes: each gets its later layers' methods once its module is there."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        for (module, kind), methods in _METHODS.items():
            if module == name and isinstance(value, ModuleType):
                for method, function in methods.items():
                    setattr(getattr(value, kind), method, function)


import_module("graphgen.model").__class__ = _Package
sys.meta_path.insert(0, OldNames())
