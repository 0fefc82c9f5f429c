"""Graph -> a widget: the page that steps and plays, inside a notebook.

import graphgen

graphgen.widget(graph)
"""

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from graphgen.arguments import as_theme
from graphgen.doors import as_graph
from graphgen.errors import MissingPartError
from graphgen.folding import MOST, fold
from graphgen.graph import Graph
from graphgen.layout import place
from graphgen.outputs.page.assets import script, style
from graphgen.outputs.page.document import fragment
from graphgen.outputs.page.views import views_of
from graphgen.picture import Picture
from graphgen.telling import tell
from graphgen.theme import LIGHT, Theme, ThemeName

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["widget"]


def widget(
    graph: "Graph | Tensor",
    title: str = "",
    most: int | None = MOST,
    theme: Theme | ThemeName | None = None,
) -> Any:
    """A graph as a page that steps, plays, and is worked out again as its sliders move.

    Args:
        graph: of any size, or a loss; a large one is shown folded, and its modules open.
        title: what stands above the picture; without one, how the loss was made.
        most: a graph of more nodes than this is folded first.
        theme: "dark" or "light", or one of these themes; None follows the reader's system.

    Returns:
        An anywidget.AnyWidget, which a notebook shows; its trait `html` is the page.

    Raises:
        MissingPartError: anywidget isn't installed, or dot isn't.
        InputError: no graph and no loss, or no such theme.
    """
    whole = as_graph(graph, sys._getframe(1))
    name = None if theme is None else as_theme(theme).name
    story = tell(fold(whole, most=most), title)
    views = views_of(Picture(story, place(story, LIGHT), LIGHT), whole)
    return _kind()(html=fragment(views, name))


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
        "link": traitlets.Unicode().tag(sync=True),
    }
    return type("PageWidget", (anywidget.AnyWidget,), body)
