"""From a torch loss, or an expression, to the graph of its forward values and its gradients.

Names load when they are first used, so that `import graphgen` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphgen.doors import graph_of
    from graphgen.errors import AutovizError
    from graphgen.expression import parse
    from graphgen.folding import fold
    from graphgen.geometry import Layout
    from graphgen.graph import Graph
    from graphgen.layout import place
    from graphgen.outputs import write
    from graphgen.picture import Picture
    from graphgen.recorder import record, recording
    from graphgen.story import Story
    from graphgen.telling import tell
    from graphgen.widgets import widget

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
    "AutovizError": "errors",
    "Graph": "graph",
    "Layout": "geometry",
    "Picture": "picture",
    "Story": "story",
    "fold": "folding",
    "graph_of": "doors",
    "parse": "expression",
    "place": "layout",
    "record": "recorder",
    "recording": "recorder",
    "tell": "telling",
    "widget": "widgets",
    "write": "outputs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'graphgen' has no attribute {name!r}")
    found = getattr(import_module(f"graphgen.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
