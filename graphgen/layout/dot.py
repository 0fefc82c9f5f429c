"""Story -> DOT source, and bare structure -> DOT source as fast as it can be written.

Node ids are ours (n0, n1 ...); people's text stands in labels only, and stays text there.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TypeVar

import graphviz  # type: ignore[import-untyped]

from graphgen.layout.cards import GRADIENT_PREFIX
from graphgen.layout.measure import safe
from graphgen.model.geometry import Direction
from graphgen.model.graph import Part
from graphgen.model.kinds import KINDS, Kind
from graphgen.model.story import Story
from graphgen.model.theme import LIGHT, Theme, paint_of

__all__ = ["label", "source", "structure"]

_LONGEST_LABEL = 2_000
_CHUNK = 4_096

_Item = TypeVar("_Item")

Texts = dict[tuple[Part, int, int], str]
"""By the fields of a Cell: a tuple is looked up faster."""


def source(story: Story, theme: Theme = LIGHT, direction: Direction = "lr") -> str:
    """DOT source with names, values, gradients and contributions, that dot renders by itself.

    Args:
        story: whose last texts are written.
        theme: whose colors are used.
        direction: values flow "lr" (to the right) or "tb" (down).

    Returns:
        The source, ended by a newline; the same story always gives the same text.
    """
    texts = _last_texts(story)
    pieces = [_head(story.title, theme, direction)]
    styles = _Styles(theme)
    loss = story.graph.loss
    for index, node in enumerate(story.graph.nodes):
        text = _quoted(_card(story, texts, index))
        pieces.append(f'\tn{index} [label="{text}" {styles.of(node.kind, index == loss)}]\n')
    for index, edge in enumerate(story.graph.edges):
        share = texts.get(("contribution", index, 0), "")
        named = f' [label="{_quoted(share)}"]' if share else ""
        pieces.append(f"\tn{edge.source} -> n{edge.target}{named}\n")
    return "".join([*pieces, "}\n"])


def label(text: str) -> str:
    """People's text as the text of a label: no escape, entity or HTML in it is taken for one.

    >>> label("<b>&amp;</b>"), label("a\\\\N")
    ('\\\\<b>&amp;amp;</b>', 'a\\\\\\\\N')
    """
    shortened = text if len(text) <= _LONGEST_LABEL else f"{text[:_LONGEST_LABEL]}…"
    plain = safe(shortened).replace("\t", "  ").replace("&", "&amp;")
    escaped: str = graphviz.escape(plain).replace("\n", r"\n")
    is_html = escaped.startswith("<") and escaped.endswith(">")
    return f"\\{escaped}" if is_html else escaped


def structure(labels: Iterable[str], edges: Iterable[tuple[int, int]]) -> Iterator[str]:
    """DOT source of a bare structure, chunk by chunk, for graphs too large for a story.

    Args:
        labels: of each node, in order; few different ones, as autograd's names are.
        edges: (source, target), indices of nodes.

    Yields:
        Pieces of the source; joined, they are a whole document.

    >>> print("".join(structure(["leaf", "MulBackward0"], [(0, 1), (0, 1)])), end="")
    digraph autoviz {
    n0 [label="leaf"]
    n1 [label="MulBackward0"]
    n0 -> n1
    n0 -> n1
    }
    """
    yield "digraph autoviz {\n"
    quoted: dict[str, str] = {}
    for start, names in enumerate(_chunks(labels)):
        for name in set(names).difference(quoted):
            quoted[name] = _named(name)
        first = start * _CHUNK
        yield "".join([f"n{first + i}{quoted[name]}" for i, name in enumerate(names)])
    for pairs in _chunks(edges):
        yield "".join([f"n{source} -> n{target}\n" for source, target in pairs])
    yield "}\n"


def _head(title: str, theme: Theme, direction: Direction) -> str:
    """The source up to the first node."""
    font = theme.fonts[0]
    drawing = graphviz.Digraph("autoviz")
    drawing.attr(
        "graph", rankdir=direction.upper(), bgcolor=theme.page, fontname=font,
        fontcolor=theme.text, label=label(title), labelloc="t",
    )  # fmt: skip
    drawing.attr("node", shape="box", fontname=font)
    drawing.attr("edge", fontname=font, color=theme.forward, fontcolor=theme.backward)
    return str(drawing.source).removesuffix("}\n")


def _last_texts(story: Story) -> Texts:
    """What every cell shows in the end."""
    return {
        (mark.cell.part, mark.cell.index, mark.cell.port): mark.text
        for step in story.steps
        for mark in step.marks
    }


def _card(story: Story, shown: Texts, index: int) -> str:
    """The lines of a node: its title, and of each output the value and the gradient."""
    lines = [shown.get(("title", index, 0), story.names[index])]
    for port in range(len(story.graph.nodes[index].ports)):
        lines.append(shown.get(("value", index, port), ""))
        gradient = shown.get(("gradient", index, port), "")
        lines.append(f"{GRADIENT_PREFIX}{gradient}" if gradient else "")
    return "\n".join(filter(None, lines))


class _Styles:
    """The attributes of nodes besides their labels: few different ones."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._found: dict[tuple[Kind, bool], str] = {}

    def of(self, kind: Kind, is_loss: bool) -> str:
        """As they are written, for a kind of node."""
        style = self._found.get((kind, is_loss))
        if style is None:
            paint = paint_of(self._theme, kind, is_loss)
            style = self._found[kind, is_loss] = " ".join([
                f'color="{_quoted(paint.line)}" fillcolor="{_quoted(paint.fill)}" '
                f'fontcolor="{_quoted(paint.text)}"',
                *(["peripheries=2"] if is_loss else []), f'style="{KINDS[kind].dot_style}"',
            ])  # fmt: skip
        return style


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """The items in lists of a size at which joining is quick."""
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


@lru_cache(256)
def _named(name: str) -> str:
    """The attributes of a node of a bare structure."""
    return f' [label="{_quoted(name)}"]\n'


def _quoted(name: str) -> str:
    return label(name).replace('"', '\\"')
