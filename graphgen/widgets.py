"""Graph -> a widget: the page that steps and plays, inside a notebook.

import graphgen

graphgen.widget(graph)
"""

from functools import cache
from importlib import import_module
from typing import Any

from graphgen.errors import MissingPartError
from graphgen.folding import MOST, fold
from graphgen.graph import Graph
from graphgen.layout import place
from graphgen.outputs.page.assets import script, style
from graphgen.outputs.page.document import fragment
from graphgen.outputs.page.views import views_of
from graphgen.picture import Picture
from graphgen.telling import tell
from graphgen.theme import LIGHT, ThemeName

__all__ = ["widget"]


def widget(graph: Graph, title: str = "", most: int = MOST, theme: ThemeName | None = None) -> Any:
    """A graph as a page that steps, plays, and is worked out again as its sliders move.

    Args:
        graph: of any size; a large one is shown folded, and its modules open.
        title: what stands above the picture; without one, how the loss was made.
        most: a graph of more nodes than this is folded first.
        theme: "dark" or "light"; None follows the reader's system.

    Returns:
        An anywidget.AnyWidget, which a notebook shows; its trait `html` is the page.

    Raises:
        MissingPartError: anywidget isn't installed, or dot isn't.
    """
    story = tell(fold(graph, most=most), title)
    views = views_of(Picture(story, place(story, LIGHT), LIGHT), graph)
    return _kind()(html=fragment(views, theme))


@cache
def _kind() -> Any:
    """The widget's class, made when the first is wanted: anywidget is an extra."""
    try:
        anywidget, traitlets = import_module("anywidget"), import_module("traitlets")
    except ImportError as error:
        raise MissingPartError(
            "a widget needs anywidget: it isn't installed; "
            'get it with: pip install "autoviz-torch[notebook]"'
        ) from error
    body = {
        "_esm": script("widget"),
        "_css": style(),
        "html": traitlets.Unicode().tag(sync=True),
    }
    return type("PageWidget", (anywidget.AnyWidget,), body)
