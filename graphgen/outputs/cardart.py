"""A node or a contribution -> the SVG elements of its card: kinds differ by shape and border as
well as by color."""

from graphgen.layout.cards import (
    GRADIENT_PREFIX,
    array_of,
    has_strip,
    is_bracketed,
    paths_box,
    torn,
)
from graphgen.model.geometry import Box, Direction, Place
from graphgen.model.graph import Cell
from graphgen.model.kinds import KINDS, Border
from graphgen.model.picture import Picture
from graphgen.model.theme import Paint, Theme, paint_of
from graphgen.outputs.elements import attributes_of, line_of_text, number, rectangle, words_at
from graphgen.text.tints import strip_cells

__all__ = ["DASHES", "card", "cell_text", "glow", "pill"]

DASHES: dict[Border, str] = {"dashed": "6 4", "dotted": "2 3"}
"""How borders that aren't solid are dashed."""

_BORDER = 1.6
_WIDEST_BORDER = 4.0


def card(picture: Picture, index: int, paths: int) -> str:
    """The empty card of a node; one that several paths come back to says how many.

    Args:
        picture: has the node's box and colours.
        index: of the node.
        paths: how many contributions have come back to it.

    Returns:
        Elements of SVG.
    """
    node, box, theme = picture.story.graph.nodes[index], picture.layout.boxes[index], picture.theme
    is_loss = index == picture.story.graph.loss
    paint = paint_of(theme, node.kind, is_loss)
    border = min(_BORDER + (paths - 1 if paths > 1 else 0), _WIDEST_BORDER)
    color = theme.shared if paths > 1 else paint.line
    look = {"fill": paint.fill, "stroke": color, "stroke_width": number(border)}
    style = KINDS[node.kind]
    if style.border in DASHES:
        look["stroke_dasharray"] = DASHES[style.border]
    if style.is_torn:
        return _torn(box, look, picture.layout.direction)
    card_elements = rectangle(box, style.corner, **look)
    if is_loss:
        card_elements += _second_border(box, paint)
    return card_elements + (_paths(box, paths, theme) if paths > 1 else "")


def glow(box: Box) -> str:
    """A frame around a card that acts; the animation gives it its color."""
    around = Box(box.x - 3, box.y - 3, box.width + 6, box.height + 6)
    return rectangle(around, 12.0, stroke_width="3")


def pill(box: Box, fill: str, line: str) -> str:
    """What a contribution stands on.

    Args:
        box: in points.
        fill, line: the colours inside and of the border.

    Returns:
        An element of SVG.
    """
    radius = min(box.height / 2, 11.0)
    return rectangle(box, radius, fill=fill, stroke=line, stroke_width="1.4")


def cell_text(picture: Picture, place: Place, text: str) -> str:
    """The text of a cell in its place and its color, and its strip where it has one.

    Args:
        picture: has the colours.
        place: of the cell: its box and its font size, in points.
        text: line feeds part its lines, tabs its columns.

    Returns:
        Elements of SVG.
    """
    theme, cell = picture.theme, place.cell
    if cell.part == "title":
        node = picture.story.graph.nodes[cell.index]
        is_loss = cell.index == picture.story.graph.loss
        color = paint_of(theme, node.kind, is_loss).text
        return words_at(text, place, color, theme, is_number=False)
    color = theme.text if cell.part == "value" else theme.backward
    prefix = GRADIENT_PREFIX if cell.part == "gradient" else ""
    brackets = is_bracketed(picture.story.graph, cell, text)
    body = words_at(text, place, color, theme, prefix, has_brackets=brackets)
    return body + _strip(picture, cell, place.strip)


def _second_border(box: Box, paint: Paint) -> str:
    inner = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
    return rectangle(inner, 3.0, stroke=paint.line, stroke_width="1")


def _paths(box: Box, paths: int, theme: Theme) -> str:
    row = paths_box(box, theme)
    size = theme.contribution_size
    return line_of_text(f"{paths} paths", row.center.x, row.center.y, size, theme.text, row.width)


def _torn(box: Box, look: dict[str, str], direction: Direction) -> str:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in torn(box, direction))
    return f'<polygon points="{points}"{attributes_of(look)}/>'


def _strip(picture: Picture, cell: Cell, box: Box | None) -> str:
    """The strip of a large array, over one of the page's color, which zero has."""
    array, theme = array_of(picture.story.graph, cell), picture.theme
    if box is None or array is None or not has_strip(array):
        return ""
    cells = strip_cells(array, cell.part, box, theme)
    return rectangle(box, 0.0, fill=theme.page) + "".join(
        rectangle(place, 0.0, fill=color) for place, color in cells if color != theme.page
    )
