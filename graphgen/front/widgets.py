"""Graph -> a widget: the page that steps and plays, inside a notebook.

import graphgen

graphgen.widget(graph)
"""

import sys
from functools import cache
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from graphgen.capture.doors import as_graph
from graphgen.folding import MOST
from graphgen.front.notebook import still_of
from graphgen.layout.pipeline import Choices, picture_of
from graphgen.model.arguments import as_theme
from graphgen.model.errors import MissingPartError
from graphgen.model.graph import Graph
from graphgen.model.messages import quoted
from graphgen.model.theme import LIGHT, Theme, is_own
from graphgen.outputs.page.assets import own_look, script, style
from graphgen.outputs.page.document import fragment
from graphgen.outputs.page.views import views_of

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["widget"]


def widget(
    graph: "Graph | Tensor",
    title: str = "",
    most: int | None = MOST,
    theme: Theme | str | PathLike[str] | None = None,
) -> Any:
    """A graph as a page that steps, plays, and is worked out again as its sliders move.

    Args:
        graph: of any size, or a loss; a large one is shown folded, and its modules open.
        title: what stands above the picture; without one, how the loss was made.
        most: a graph of more nodes than this is folded first.
        theme: "dark", "light", a theme, or the path of a theme file; None follows the reader's
            system.

    Returns:
        An anywidget.AnyWidget, which a notebook shows; its trait `html` is the page.

    Raises:
        MissingPartError: anywidget isn't installed, or dot isn't.
        InputError: no graph and no loss, or no such theme.
    """
    whole = as_graph(graph, sys._getframe(1))
    asked = None if theme is None else as_theme(theme)
    painted = asked or LIGHT
    picture = picture_of(whole, Choices(most=most, title=title), painted)
    look = own_look(painted) if is_own(painted) else ""
    html = fragment(views_of(picture, whole), asked, look)
    still = still_of(picture)
    return _kind()(html=html, still=still, title=picture.story.title)


def _display(page: Any) -> None:
    """Shows a widget, and after it its picture, for readers without a kernel or a network.

    Where the widget is live, its style sheet hides the picture. Within one output a notebook's HTML
    has the widget alone as soon as the notebook keeps its state, blank where the script that draws
    widgets can't be had.
    """
    publish = import_module("IPython.display").publish_display_data
    if page._repr_mimebundle_ is not None:  # it is None once the widget was closed
        data, metadata = page._repr_mimebundle_()
        publish({kind: body for kind, body in data.items() if kind != "text/plain"}, metadata)
    publish({"text/plain": repr(page), "text/html": page.still})


def _named(page: Any) -> str:
    return f"<Page: {quoted(page.title)}>"


@cache
def _kind() -> Any:
    """The widget's class, made when the first is wanted: anywidget is an extra.

    Its trait `link` is what was moved, and the step, as the page has them in its address.
    """
    try:
        anywidget, traitlets = import_module("anywidget"), import_module("traitlets")
    except ImportError as error:
        raise MissingPartError(
            "a widget needs anywidget: it isn't installed; "
            'get it with: pip install "autoviz-torch[notebook]"'
        ) from error
    body = {
        "_esm": script("widget"),
        "_css": style("widget"),
        "html": traitlets.Unicode().tag(sync=True),
        "link": traitlets.Unicode().tag(sync=True),
        "still": traitlets.Unicode(),
        "title": traitlets.Unicode(),
        "_ipython_display_": _display,
        "__repr__": _named,
    }
    return type("PageWidget", (anywidget.AnyWidget,), body)
