"""Graph -> what a notebook shows for it: the animated picture, inline, with a prefix of its own."""

from html import escape

from graphgen.errors import AutovizError
from graphgen.graph import Graph
from graphgen.layout import place
from graphgen.outputs.svg import svg
from graphgen.picture import Picture
from graphgen.telling import tell
from graphgen.theme import LIGHT, Theme

__all__ = ["html_of"]

_MOST_NODES = 400
_SECONDS = 10.0


def html_of(graph: Graph, theme: Theme = LIGHT) -> str:
    """The HTML of a graph's picture; where there can be none, a sentence that says why.

    Args:
        graph: of up to a few hundred nodes; larger ones are only counted.
        theme: how it is painted.

    Returns:
        A div that holds an inline SVG; no script, and nothing that reaches outside of it.
    """
    nodes = len(graph.nodes)
    if nodes > _MOST_NODES:
        return _sentence(f"A graph of {nodes:,} nodes: too large to draw here; fold it first.")
    story = tell(graph)
    try:
        layout = place(story, theme, seconds=_SECONDS)
    except AutovizError as error:
        return _sentence(f"A graph of {nodes:,} nodes, not drawn. {error}")
    drawing = svg(Picture(story, layout, theme), "animated")
    width = min(layout.width * 1.6, 1100.0)
    return f'<div style="width:{width:.0f}px;max-width:100%">{drawing}</div>'


def _sentence(text: str) -> str:
    return f"<p>{escape(text)}</p>"
