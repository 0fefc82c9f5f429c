"""Nodes of a graph -> elements: a card's frame, its texts, and contributions that wait in it."""

from collections.abc import Iterator

from graphgen.draw.dashing import dashes
from graphgen.draw.elements import panel, rectangle, shape, text
from graphgen.draw.labels import matrix, matrix_size
from graphgen.draw.paths import corners_of
from graphgen.layout.cards import GRADIENT_PREFIX, array_of, paths_box, torn
from graphgen.layout.measure import fitted, is_grid, width
from graphgen.model.geometry import Box, Direction
from graphgen.model.graph import Cell, Graph
from graphgen.model.kinds import KINDS, Border, Kind
from graphgen.model.theme import Theme, paint_of
from graphgen.model.timeline import Element
from graphgen.text.digits import is_loud
from graphgen.text.mixing import mix

__all__ = ["shell", "written"]

_LINE = 1.32
_MOST_STEPS = 4
_SLACK = 1.1
"""Grids may come so much closer to their card's border than lines of text."""


def shell(
    key: str,
    box: Box,
    kind: Kind,
    is_loss: bool,
    theme: Theme,
    scale: float = 1.0,
    paths: int = 0,
    glow: str = "",
    smallest: float = 0.0,
    direction: Direction = "lr",
) -> list[Element]:
    """A card without texts: leaves are round, data is dashed, a cut torn, a loss has two borders.

    Args:
        paths: how many contributions have come to a node that gets several.
        glow: the colour of a bright ring, or "".
        smallest: the smallest font size.
        direction: of the graph, which says where a cut is torn.
    """
    style = KINDS[kind]
    paint, radius = paint_of(theme, kind, is_loss), style.corner * scale
    fill = paint.fill if glow else mix(paint.fill, theme.page, 0.3)
    color = theme.shared if paths > 1 else paint.line
    stroke = (1.5 + 0.8 * min(paths, _MOST_STEPS) + (0.5 if glow else 0.0)) * max(scale, 0.8)
    if style.is_torn:
        edge = torn(box, direction, scale)
        edge.append(edge[0])
        found = [
            shape(f"{key}/shell", edge, fill=fill, layer=2),
            shape(f"{key}/border", edge, line=color, width=stroke, layer=2),
        ]
    else:
        found = [
            rectangle(f"{key}/shell", box, fill=fill, radius=radius, layer=2),
            _border(f"{key}/border", box, style.border, radius, color, stroke),
        ]
    found += _rings(key, box, radius, scale, color if is_loss else "", glow)
    if paths > 1:
        found.append(_paths(f"{key}/paths", box, paths, theme, scale, smallest))
    return found


def _rings(
    key: str, box: Box, radius: float, scale: float, double: str, glow: str
) -> Iterator[Element]:
    """A second border inside, and a bright ring around, in their colours, or "" for none."""
    if double:
        inner = _grown(box, -3.4 * scale)
        yield rectangle(
            f"{key}/double", inner, line=double, width=0.9, radius=radius * 0.8, layer=2
        )
    if glow:
        ring = _grown(box, 4.0)
        yield rectangle(f"{key}/glow", ring, line=glow, width=2.6, radius=radius + 4.0, layer=2)


def _paths(key: str, box: Box, paths: int, theme: Theme, scale: float, smallest: float) -> Element:
    """How many paths have come, at the foot of a card."""
    size = max(theme.contribution_size * 0.86 * scale, smallest)
    y = box.y + box.height - 0.72 * theme.contribution_size * scale
    ink = mix(theme.shared, theme.text, 0.35)
    x = paths_box(box, theme).center.x
    return text(key, f"{paths} paths", x, y, size, ink, layer=3)


def _border(key: str, box: Box, border: Border, radius: float, color: str, width: float) -> Element:
    """The line around a card: dashed where no gradient comes."""
    if border == "solid":
        return rectangle(key, box, line=color, width=width, radius=radius, layer=2)
    corners = corners_of(panel(box, radius), 4)
    return shape(key, *dashes(corners, 5.5, 4.0), line=color, width=width, layer=2)


def written(
    key: str,
    cell: Cell,
    shown: str,
    box: Box,
    size: float,
    graph: Graph,
    theme: Theme,
    tint: str = "",
) -> list[Element]:
    """A cell's text around the middle of its box: a line, lines, or a grid between brackets."""
    ink = tint or _ink(cell, graph, theme)
    x, y = box.center.x, box.center.y
    sign = GRADIENT_PREFIX if cell.part == "gradient" else ""
    lead = width(sign, size)
    if is_grid(shown) or ("\n" in shown and _is_column(cell, graph)):
        wide, high = matrix_size(shown, size)
        size *= min(1.0, _SLACK * (box.width - lead) / wide, _SLACK * box.height / high)
        wide, _ = matrix_size(shown, size)
        lead = width(sign, size)
        found = matrix(f"{key}/grid", shown, x + lead / 2, y, size, ink, layer=3)
        if sign:
            at = x - (wide + lead) / 2
            found.append(text(f"{key}/sign", "∂", at, y, size, ink, -1, layer=3))
        return found
    lines = [fitted(line, size, box.width + 1) for line in (sign + shown).split("\n")]
    top = y - (len(lines) - 1) / 2 * size * _LINE
    return [
        text(f"{key}/{row}", line, x, top + row * size * _LINE, size, ink, layer=3)
        for row, line in enumerate(lines)
    ]


def _ink(cell: Cell, graph: Graph, theme: Theme) -> str:
    if cell.part == "title":
        node = graph.nodes[cell.index]
        return paint_of(theme, node.kind, cell.index == graph.loss).text
    if is_loud(array_of(graph, cell)):
        return theme.alarm
    return theme.backward if cell.part in ("gradient", "contribution") else theme.text


def _is_column(cell: Cell, graph: Graph) -> bool:
    """Whether lines are the numbers of a vector, rather than words about a large array."""
    array = array_of(graph, cell)
    return (
        array is not None and array.items is not None and len(array.shape) == 1 and array.count <= 3
    )


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)
