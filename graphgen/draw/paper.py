"""The sheet of paper around a picture: title and key above, the caption and the table below.

A still, an SVG that moves, a page of a talk and a print stand on one: it is as large as its
picture, and the picture stands where the sheet has it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graphgen.draw.classes import classed
from graphgen.draw.elements import curved_arrow, text
from graphgen.draw.paths import curves_along
from graphgen.layout.cards import GRADIENT_PREFIX
from graphgen.layout.measure import LINE, fitted, width, wrapped
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Node
from graphgen.model.kinds import KINDS
from graphgen.model.story import Row, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Bands, Element, Frame
from graphgen.text.lettering import is_formula

__all__ = ["Paper", "paper_of"]

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
_LAYER = 9


@dataclass(frozen=True)
class Paper:
    """The size of the whole sheet, in points, and where its parts begin.

    Attributes:
        left, top: of the layout on the paper.
        rows: what the table shows.
        columns: where its columns begin.
        caption_top, table_top: the upper ends of the caption band and, below it, of the table.
        title_size, caption_size, size: of its texts; the last one of the key and the table.
    """

    story: Story
    layout: Layout
    theme: Theme
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

    @property
    def frame(self) -> Frame:
        """The sheet as a frame."""
        inside = self.width - 2 * _MARGIN
        title = Box(_MARGIN, _MARGIN, inside, self.title_size * LINE + self.size * LINE)
        stage = Box(_MARGIN, title.y + title.height, inside,
                    self.caption_top - title.y - title.height)  # fmt: skip
        caption = Box(_MARGIN, self.caption_top, inside, self.table_top - self.caption_top)
        return Frame(self.width, self.height, Bands(title, stage, caption))

    def heading(self, chapter: str) -> Sequence[Element]:
        """The title, and the key: which line carries values and which gradients."""
        return self._heading

    def telling(self, caption: str, chapter: str, number: int, share: float) -> Sequence[Element]:
        """A caption in its band.

        Args:
            caption: the sentence.
            chapter: unused; paper has no line of progress.
            number: of the step, from 0; part of the keys.
            share: unused.

        Returns:
            A text for each line.
        """
        size, room = self.caption_size, self.width - 2 * _MARGIN
        lines = wrapped(caption, size, room, _CAPTION_LINES)
        texts = [
            text(f"caption/{number}/{i}", line, self.width / 2,
                 self.caption_top + (i + 0.5) * size * LINE, size, self.theme.text, layer=_LAYER)
            for i, line in enumerate(lines)
        ]  # fmt: skip
        return classed(texts, "caption", "frame")

    def table(self) -> list[Element]:
        """How each gradient is made up: name, gradient, parts."""
        theme, size = self.theme, self.size
        colors = (theme.text, theme.backward, theme.quiet)
        ends = (*(x - size for x in self.columns[1:]), self.width - _MARGIN)
        texts = []
        for line, row in enumerate(self.rows):
            y = self.table_top + (line + 0.5) * size * _ROW
            cells = zip(self.columns, ends, _cells(row), colors, strict=True)
            for at, (x, end, words, color) in enumerate(cells):
                cell_text = fitted(words, size, end - x + 1)
                texts.append(
                    text(f"table/{line}/{at}", cell_text, x, y, size, color, -1, layer=_LAYER)
                )
        return classed(texts, "table", "frame")

    @cached_property
    def _heading(self) -> list[Element]:
        room, size = self.width - 2 * _MARGIN, self.title_size
        y = _MARGIN + size * LINE / 2
        words = fitted(_one_line(self.story.title), size, room)
        title = text(
            "title/0", words, self.width / 2, y, size, self.theme.text, layer=_LAYER,
            is_formula=is_formula(words),
        )  # fmt: skip
        return [
            *classed([title], "title", "frame"),
            *self._key(y + size * LINE / 2 + self.size * LINE / 2),
        ]

    def _key(self, y: float) -> list[Element]:
        """An arrow of each kind with its word."""
        theme, size = self.theme, self.size
        words = ("values", "gradients ∂")
        widths = [width(word, size) for word in words]
        long, gap = 1.9 * size, 1.6 * size
        x = (self.width - sum(widths) - 2 * long - 2 * 6 - gap) / 2
        elements: list[Element] = []
        for i, (word, color) in enumerate(zip(words, (theme.forward, theme.backward), strict=True)):
            ends = [(x, y), (x + long, y)]
            way = curves_along(ends[::-1] if i else ends, 1)
            flow, dash = ("backward", (6.0, 4.0)) if i else ("forward", ())
            line = curved_arrow(f"key/{flow}", way, color, 2.0, 8.0, dash, _LAYER)
            middle = x + long + 6 + widths[i] / 2
            name = text(f"key/{flow}/word", word, middle, y, size, color, layer=_LAYER)
            elements += classed([*line, name], f"key {flow}", "frame")
            x += long + 6 + widths[i] + gap
        return elements


def paper_of(
    story: Story, layout: Layout, theme: Theme, captions: Sequence[str], aspect: float | None = None
) -> Paper:
    """A sheet that holds the graph, the title, each of the captions and the table.

    Args:
        story: has the title and the table.
        layout: of the graph, in points.
        theme: has the colours.
        captions: all that it ever shows.
        aspect: width to height, as of a slide: what is beside the graph is then as large as can be
            read from afar; without one, the sheet is as small as can be.

    Returns:
        The sheet.
    """
    paper = _laid(story, layout, theme, captions, 1.0, 0.0)
    if aspect is None:
        return paper
    for _ in range(_ROUNDS):
        height = max(paper.height, paper.width / aspect)
        scale = max(1.0, height * _LEGIBLE / theme.caption_size)
        paper = _laid(story, layout, theme, captions, scale, height * aspect)
    more = max(0.0, _whole(paper.width / aspect) - paper.height)
    return replace(
        paper,
        height=paper.height + more,
        top=round(paper.top + more / 2, 2),
        caption_top=paper.caption_top + more,
        table_top=paper.table_top + more,
    )


def _laid(
    story: Story,
    layout: Layout,
    theme: Theme,
    captions: Sequence[str],
    scale: float,
    least: float,
) -> Paper:
    """A sheet of at least this width, its texts so many times as large as the theme says."""
    size, caption_size = theme.contribution_size * scale, theme.caption_size * scale
    rows = _chosen(story.table, story.graph.nodes)
    columns = _columns(rows, size, scale)
    table_width = sum(columns) + 2 * size
    longest = max(width(words, caption_size) for words in captions)
    wanted = (
        layout.width,
        _NARROWEST,
        least - 2 * _MARGIN,
        min(table_width, _WIDEST_CAPTION * scale),
        min(longest / _CAPTION_LINES * 1.15, _WIDEST_CAPTION * scale),
        min(width(_one_line(story.title), caption_size * _TITLE), _WIDEST_CAPTION * scale),
    )
    whole = _whole(max(wanted) + 2 * _MARGIN)
    inside = whole - 2 * _MARGIN
    top = _MARGIN + caption_size * _TITLE * LINE + size * LINE + 4
    caption_top = top + layout.height + 4
    lines = max(len(wrapped(words, caption_size, inside, _CAPTION_LINES)) for words in captions)
    table_top = caption_top + lines * caption_size * LINE + 4
    left = _MARGIN + (inside - min(table_width, inside)) / 2
    starts = (left, left + columns[0] + size, left + columns[0] + columns[1] + 2 * size)
    return Paper(
        story=story,
        layout=layout,
        theme=theme,
        width=whole,
        height=_whole(table_top + len(rows) * size * _ROW + _MARGIN),
        left=round(_MARGIN + (inside - layout.width) / 2, 2),
        top=round(top, 2),
        rows=rows,
        columns=starts,
        caption_top=caption_top,
        table_top=table_top,
        title_size=caption_size * _TITLE,
        caption_size=caption_size,
        size=size,
    )


def _one_line(title: str) -> str:
    return "; ".join(line.strip() for line in title.split("\n") if line.strip())


def _columns(rows: Sequence[Row], size: float, scale: float) -> list[float]:
    cells = [_cells(row) for row in rows]
    return [
        min(max((width(cell[i], size) for cell in cells), default=0.0), most * scale)
        for i, most in enumerate(_COLUMNS)
    ]


def _whole(points: float) -> float:
    """A side that is whole in pixels and in a printer's points too: no page ends in a hairline."""
    return _SIDE * math.ceil(points / _SIDE)


def _chosen(table: tuple[Row, ...], nodes: tuple[Node, ...]) -> tuple[Row, ...]:
    """Few rows: all that have a gradient made of parts, else what several paths come to, else
    leaves."""
    summed = [row for row in table if row.parts]
    shared = [row for row in summed if len(row.parts) > 1]
    leaves = [row for row in summed if KINDS[nodes[row.node].kind].accumulates_gradient]
    return tuple(summed if len(summed) <= _ROWS else (shared or leaves)[:_ROWS])


def _cells(row: Row) -> tuple[str, str, str]:
    named = f"{row.name} = {row.value}"
    return (
        named if len(named) <= 16 else row.name,
        f"{GRADIENT_PREFIX}{row.gradient}",
        row.made_of,
    )
