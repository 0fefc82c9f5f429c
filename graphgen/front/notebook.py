"""Graph -> what a notebook shows for it: the animated picture, inline, and the table."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.folding import MOST
from graphgen.layout.pipeline import Choices, picture_of, story_of
from graphgen.model.errors import AutovizError
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.story import Story
from graphgen.model.theme import LIGHT, Theme
from graphgen.narration.explanation import explain
from graphgen.outputs.elements import clean
from graphgen.outputs.svg import OneStyle, svg

__all__ = ["Explanation", "explanation_of", "html_of", "still_of"]

_SECONDS = 10.0
_HEADS = ("", "value", "gradient", "how it is made up")


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """The table of how every gradient is made up; printed, it is text."""

    story: Story

    def __repr__(self) -> str:
        return explain(self.story).rstrip("\n")

    def _repr_html_(self) -> str:
        """The table that a notebook shows."""
        rows = [(row.name, row.value, row.gradient, row.made_of) for row in self.story.table]
        lines = [_line("th", _HEADS), *(_line("td", row) for row in rows)]
        table = f"<table>{''.join(lines)}</table>"
        return f"<div><p>{clean(self.story.title)}</p>{table}{_notes(self.story.graph)}</div>"


def explanation_of(graph: Graph, most: int = MOST) -> Explanation:
    """The table of a graph, folded first where it has more nodes than `most`."""
    return Explanation(story_of(graph, Choices(most=most)))


def html_of(graph: Graph, theme: Theme = LIGHT) -> str:
    """The HTML of a graph's picture; where there can be none, a sentence that says why.

    Args:
        graph: of any size; a large one is shown folded, and a sentence says so.
        theme: how it is painted.

    Returns:
        A div that holds an inline SVG; no script, and nothing that reaches outside of it.
    """
    try:
        picture = picture_of(graph, theme=theme, seconds=_SECONDS)
    except AutovizError as error:
        return _paragraph(f"A graph of {len(graph.nodes):,} nodes, not drawn. {error}")
    return _framed(picture, "animated")


def still_of(picture: Picture) -> str:
    """The HTML of a picture as it is at the end, for a notebook without a kernel.

    Returns:
        A div of the class autoviz-still that holds an inline SVG.
    """
    return _framed(picture, "still", "autoviz-still")


def _framed(picture: Picture, style: OneStyle, name: str = "") -> str:
    """A picture as wide as it is to be read, with the sentences about its graph."""
    width = min(picture.layout.width * 1.6, 1100.0)
    notes = _notes(picture.story.graph)
    called = f'class="{name}" ' if name else ""
    drawing = svg(picture, style)
    return f'<div {called}style="width:{width:.0f}px;max-width:100%">{drawing}{notes}</div>'


def _line(tag: str, cells: Sequence[str]) -> str:
    style = ' style="text-align:left"'
    return f"<tr>{''.join(f'<{tag}{style}>{clean(cell)}</{tag}>' for cell in cells)}</tr>"


def _notes(graph: Graph) -> str:
    return "".join(map(_paragraph, graph.notes))


def _paragraph(text: str) -> str:
    return f"<p>{clean(text)}</p>"
