"""The paper around the graph: title and key above, the table and the caption below."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphgen.layout.cards import GRADIENT_PREFIX
from graphgen.layout.measure import LINE, width, wrapped
from graphgen.model.geometry import Point
from graphgen.model.graph import Node
from graphgen.model.kinds import KINDS
from graphgen.model.picture import Picture
from graphgen.model.story import Row
from graphgen.outputs.elements import arrow, line_of_text, number, plain_color

__all__ = ["Paper", "caption", "heading", "paper_of", "table"]

_SIDE = 4.0
_MARGIN = 10.0
_NARROWEST = 340.0
_WIDEST_CAPTION = 620.0
_CAPTION_LINES = 2
_ROWS = 5
_ROW = 1.4
_COLUMNS = (130.0, 200.0, 620.0)
_TITLE = 1.15
_LEGIBLE = 0.04
"""The size of a caption on a slide, in heights of the paper."""

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of the whole picture, in points, and where its parts begin.

    Attributes:
        left, top: of the layout on the paper.
        rows: what the table shows.
        columns: where its columns begin.
        caption_top, table_top: the upper ends of the caption band and, below it, of the table.
        title_size, caption_size, size: of its texts; the last one of the key and the table.
    """

    width: float
    height: float
    left: float
    top: float
    rows: tuple[Row, ...]
    columns: tuple[float, ...]
    caption_top: float
    table_top: float
    title_size: float
    caption_size: float
    size: float


def paper_of(picture: Picture, captions: Sequence[str], aspect: float | None = None) -> Paper:
    """A paper that holds the graph, the title, each of the captions and the table.

    Args:
        aspect: width to height, as of a slide: what is beside the graph is then as large as can be
            read from afar; without one, the paper is as small as can be.
    """
    found = _laid(picture, captions, 1.0, 0.0)
    if aspect is None:
        return found
    for _ in range(_ROUNDS):
        height = max(found.height, found.width / aspect)
        scale = max(1.0, height * _LEGIBLE / picture.theme.caption_size)
        found = _laid(picture, captions, scale, height * aspect)
    more = max(0.0, _whole(found.width / aspect) - found.height)
    return replace(
        found,
        height=found.height + more,
        top=round(found.top + more / 2, 2),
        caption_top=found.caption_top + more,
        table_top=found.table_top + more,
    )


def _laid(picture: Picture, captions: Sequence[str], scale: float, least: float) -> Paper:
    """A paper of at least this width, its texts so many times as large as the theme says."""
    story, layout, theme = picture.story, picture.layout, picture.theme
    size, told = theme.contribution_size * scale, theme.caption_size * scale
    rows = _chosen(story.table, story.graph.nodes)
    columns = _columns(rows, size, scale)
    table_width = sum(columns) + 2 * size
    longest = max(width(text, told) for text in captions)
    wanted = (
        layout.width,
        _NARROWEST,
        least - 2 * _MARGIN,
        min(table_width, _WIDEST_CAPTION * scale),
        min(longest / _CAPTION_LINES * 1.15, _WIDEST_CAPTION * scale),
        min(width(story.title, told * _TITLE), _WIDEST_CAPTION * scale),
    )
    whole = _whole(max(wanted) + 2 * _MARGIN)
    inside = whole - 2 * _MARGIN
    top = _MARGIN + told * _TITLE * LINE + size * LINE + 4
    caption_top = top + layout.height + 4
    lines = max(len(wrapped(text, told, inside, _CAPTION_LINES)) for text in captions)
    table_top = caption_top + lines * told * LINE + 4
    left = _MARGIN + (inside - min(table_width, inside)) / 2
    starts = (left, left + columns[0] + size, left + columns[0] + columns[1] + 2 * size)
    return Paper(
        width=whole,
        height=_whole(table_top + len(rows) * size * _ROW + _MARGIN),
        left=round(_MARGIN + (inside - layout.width) / 2, 2),
        top=round(top, 2),
        rows=rows,
        columns=starts,
        caption_top=caption_top,
        table_top=table_top,
        title_size=told * _TITLE,
        caption_size=told,
        size=size,
    )


def _columns(rows: Sequence[Row], size: float, scale: float) -> list[float]:
    cells = [_cells(row) for row in rows]
    return [
        min(max((width(cell[i], size) for cell in cells), default=0.0), most * scale)
        for i, most in enumerate(_COLUMNS)
    ]


def _whole(points: float) -> float:
    """A side that is whole in pixels and in a printer's points too: no page ends in a hairline."""
    return _SIDE * math.ceil(points / _SIDE)


def heading(picture: Picture, paper: Paper) -> str:
    """The title, and the key: which line carries values and which gradients."""
    theme, size = picture.theme, paper.title_size
    room = paper.width - 2 * _MARGIN
    y = _MARGIN + size * LINE / 2
    title = line_of_text(picture.story.title, paper.width / 2, y, size, theme.text, room)
    return title + _key(picture, paper, y + size * LINE / 2 + paper.size * LINE / 2)


def caption(picture: Picture, paper: Paper, text: str) -> str:
    """A caption in its band."""
    theme, size = picture.theme, paper.caption_size
    room = paper.width - 2 * _MARGIN
    return "".join(
        line_of_text(
            line,
            paper.width / 2,
            paper.caption_top + (i + 0.5) * size * LINE,
            size,
            theme.text,
            room,
        )
        for i, line in enumerate(wrapped(text, size, room, _CAPTION_LINES))
    )


def table(picture: Picture, paper: Paper) -> str:
    """How each gradient is made up: name, gradient, parts."""
    theme, size = picture.theme, paper.size
    colors = (theme.text, theme.backward, theme.quiet)
    found = []
    for line, row in enumerate(paper.rows):
        y = paper.table_top + (line + 0.5) * size * _ROW
        ends = (*(x - size for x in paper.columns[1:]), paper.width - _MARGIN)
        for x, end, text, color in zip(paper.columns, ends, _cells(row), colors, strict=True):
            found.append(line_of_text(text, x, y, size, color, end - x + 1))
    return f'<g text-anchor="start">{"".join(found)}</g>' if found else ""


def _chosen(table: tuple[Row, ...], nodes: tuple[Node, ...]) -> tuple[Row, ...]:
    """Few rows: all that have a gradient made of parts, else what several paths come to, else
    leaves."""
    made = [row for row in table if row.parts]
    shared = [row for row in made if len(row.parts) > 1]
    leaves = [row for row in made if KINDS[nodes[row.node].kind].accumulates_gradient]
    return tuple(made if len(made) <= _ROWS else (shared or leaves)[:_ROWS])


def _cells(row: Row) -> tuple[str, str, str]:
    named = f"{row.name} = {row.value}"
    return (
        named if len(named) <= 16 else row.name,
        f"{GRADIENT_PREFIX}{row.gradient}",
        row.made_of,
    )


def _key(picture: Picture, paper: Paper, y: float) -> str:
    """An arrow of each kind with its word."""
    theme, size = picture.theme, paper.size
    words = ("values", "gradients ∂")
    widths = [width(word, size) for word in words]
    line, gap = 1.9 * size, 1.6 * size
    x = (paper.width - sum(widths) - 2 * line - 2 * 6 - gap) / 2
    found = []
    for i, (word, color) in enumerate(zip(words, (theme.forward, theme.backward), strict=True)):
        start, end = Point(x, y), Point(x + line, y)
        tip, tail = (start, end) if i else (end, start)
        dashes = ' stroke-dasharray="6 4"' if i else ""
        found.append(
            f'<path d="M{number(start.x)} {number(y)}H{number(end.x)}" '
            f'stroke="{plain_color(color)}"{dashes}/>'
            f"{arrow(tip, tail, color)}"
        )
        middle = x + line + 6 + widths[i] / 2
        found.append(line_of_text(word, middle, y, size, color, widths[i] + 1))
        x += line + 6 + widths[i] + gap
    return "".join(found)
