"""Nodes of a graph -> elements: a card's frame, its texts, and contributions that wait in it."""

from collections.abc import Iterator
from dataclasses import replace

from graphgen.draw.classes import classed
from graphgen.draw.elements import rectangle, shape, text
from graphgen.layout.cards import GRADIENT_PREFIX, array_of, is_bracketed, paths_box, torn
from graphgen.layout.measure import LINE, Extent, Spot, extent, fitted, is_grid, spots, width
from graphgen.model.geometry import Box, Direction
from graphgen.model.graph import Cell, Graph
from graphgen.model.kinds import KINDS, Border, Kind
from graphgen.model.theme import Theme, paint_of
from graphgen.model.timeline import Element
from graphgen.text.digits import is_loud
from graphgen.text.lettering import is_formula
from graphgen.text.mixing import mix

__all__ = [
    "DASHES",
    "MOST_FORMULAS",
    "MUTED",
    "lettered",
    "shell",
    "written",
]

MOST_FORMULAS = 200
"""Names on the cards of larger graphs are set as words: each formula takes a millisecond or two."""
_MOST_STEPS = 4
MUTED = 0.3
"""How much of the page is mixed into the face of a card that doesn't act."""
DASHES: dict[Border, tuple[float, ...]] = {"solid": (), "dashed": (6.0, 4.0), "dotted": (2.0, 3.0)}
"""The lengths of dashes and of the gaps between them."""
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
    muted: float = MUTED,
) -> list[Element]:
    """A card without texts: leaves are round, data is dashed, a cut torn, a loss has two borders.

    Args:
        key: what the keys of the elements begin with.
        box: in points.
        kind: of the node.
        is_loss: whether it has the loss's colours and its second border.
        theme: has the colours.
        scale: of the picture.
        paths: how many contributions have come to a node that gets several.
        glow: the colour of a bright ring, or "".
        smallest: the smallest font size.
        direction: of the graph, which says where a cut is torn.
        muted: how much of the page is mixed into the face of a card that has no ring.

    Returns:
        The elements, from the back to the front.
    """
    style = KINDS[kind]
    paint, radius = paint_of(theme, kind, is_loss), style.corner * scale
    fill = paint.fill if glow else mix(paint.fill, theme.page, muted)
    color = theme.shared if paths > 1 else paint.line
    stroke = (1.5 + 0.8 * min(paths, _MOST_STEPS) + (0.5 if glow else 0.0)) * max(scale, 0.8)
    if style.is_torn:
        edge = torn(box, direction, scale)
        edge.append(edge[0])
        face = shape(f"{key}/shell", edge, fill=fill, layer=2)
        border = shape(f"{key}/border", edge, line=color, width=stroke, layer=2)
    else:
        face = rectangle(f"{key}/shell", box, fill=fill, radius=radius, layer=2)
        border = _border(f"{key}/border", box, style.border, radius, color, stroke)
    what = f"{kind}{' loss' if is_loss else ''}{' active' if glow else ''}"
    elements = classed([face], f"node {what}") + classed([border], f"node border {what}")
    elements += _rings(key, box, radius, scale, color if is_loss else "", glow, what)
    if paths > 1:
        elements.append(_paths(f"{key}/paths", box, paths, theme, scale, smallest))
    return elements


def _rings(
    key: str, box: Box, radius: float, scale: float, double: str, glow: str, what: str
) -> Iterator[Element]:
    """A second border inside, and a bright ring around, in their colours, or "" for none."""
    if double:
        inner = _grown(box, -3.4 * scale)
        ring = rectangle(
            f"{key}/double", inner, line=double, width=0.9, radius=radius * 0.8, layer=2
        )
        yield from classed([ring], f"node border {what}")
    if glow:
        around = _grown(box, 4.0)
        ring = rectangle(f"{key}/glow", around, line=glow, width=2.6, radius=radius + 4.0, layer=2)
        yield from classed([ring], f"node glow {what}")


def _paths(key: str, box: Box, paths: int, theme: Theme, scale: float, smallest: float) -> Element:
    """How many paths have come, at the foot of a card."""
    size = max(theme.contribution_size * scale, smallest)
    ink, row = mix(theme.shared, theme.text, 0.35), paths_box(box, theme)
    y = box.y + box.height - 0.72 * theme.contribution_size * scale
    words = text(key, f"{paths} paths", row.center.x, y, size, ink, layer=3)
    return replace(words, classes="paths")


def _border(key: str, box: Box, border: Border, radius: float, color: str, width: float) -> Element:
    """The line around a card: dashed where no gradient comes."""
    dash = DASHES[border]
    return rectangle(key, box, line=color, width=width, radius=radius, layer=2, dash=dash)


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
    """A cell's text around the middle of its box: a line, lines, or a grid between brackets.

    Args:
        key: what the keys of the elements begin with.
        cell: which of the graph's.
        shown: its text.
        box: in points.
        size: of the font, in points.
        graph: has the arrays.
        theme: has the colours.
        tint: its colour; "" for the one that such texts have.

    Returns:
        A text for each word or number, and the brackets.
    """
    sign = GRADIENT_PREFIX if cell.part == "gradient" else ""
    brackets = cell.part != "title" and is_bracketed(graph, cell, shown)
    ink = tint or _ink(cell, graph, theme)
    is_literal = KINDS[graph.nodes[cell.index].kind].is_literal if cell.part == "title" else True
    is_name = not is_literal and len(graph.nodes) <= MOST_FORMULAS
    return lettered(key, shown, box, size, ink, sign, brackets, has_formulas=is_name)


def lettered(
    key: str,
    shown: str,
    box: Box,
    size: float,
    ink: str,
    sign: str = "",
    has_brackets: bool = False,
    layer: int = 3,
    has_formulas: bool = False,
) -> list[Element]:
    """Words or numbers around the middle of a box; those of a grid get smaller where the box is
    narrow, and lines are cut.

    Args:
        key: what the keys of the elements begin with.
        shown: the text; line feeds part its lines, tabs its columns.
        box: in points.
        size: of the font, in points; smaller where a grid is wider than the box.
        ink: the colour.
        sign: what stands before them, as in "∂ "; of the key `key/sign`, the others of `key/0`,
            `key/1` and so on.
        has_brackets: whether a line is a vector, which stands between brackets.
        layer: a higher one is painted above a lower one.
        has_formulas: whether words that are some mathematics are set so.

    Returns:
        A text for each word or number, and the brackets.
    """
    is_block = is_grid(shown) or "\n" in shown
    if has_brackets or is_grid(shown):
        whole, lead = extent(shown, size), width(sign, size)
        size *= min(
            1.0, _SLACK * (box.width - lead) / whole.width, _SLACK * box.height / whole.height
        )
    lead = width(sign, size)
    if not is_grid(shown):
        room = box.width - lead + 1.0
        shown = "\n".join(fitted(line, size, room) for line in shown.split("\n"))
    whole = extent(shown, size) if is_block else Extent(width(shown, size), size * LINE)
    middle, y = box.center.x + lead / 2, box.center.y
    elements = []
    if sign:
        left = middle - whole.width / 2 - lead
        elements.append(text(f"{key}/sign", sign.strip(), left, y, size, ink, -1, layer=layer))
    if has_brackets:
        elements.append(_brackets(f"{key}/brackets", middle, y, whole, size, ink, layer))
    entries = spots(shown, size) if is_block else (Spot(shown, 0.0, 0.0),)
    for at, spot in enumerate(entries):
        elements.append(
            text(
                f"{key}/{at}",
                spot.text,
                middle + spot.x,
                y + spot.y,
                size,
                ink,
                layer=layer,
                is_formula=has_formulas and is_formula(spot.text),
            )
        )
    return elements


def _brackets(
    key: str, x: float, y: float, whole: Extent, size: float, ink: str, layer: int
) -> Element:
    """Thin brackets around a grid."""
    half, high, foot = whole.width / 2 - 0.06 * size, whole.height / 2 - 0.06 * size, 0.2 * size
    sides = [
        [
            (x + side * (half - foot), y - high),
            (x + side * half, y - high),
            (x + side * half, y + high),
            (x + side * (half - foot), y + high),
        ]
        for side in (-1, 1)
    ]
    return shape(key, *sides, line=ink, width=0.075 * size, layer=layer)


def _ink(cell: Cell, graph: Graph, theme: Theme) -> str:
    if cell.part == "title":
        node = graph.nodes[cell.index]
        return paint_of(theme, node.kind, cell.index == graph.loss).text
    if is_loud(array_of(graph, cell)):
        return theme.alarm
    return theme.backward if cell.part in ("gradient", "contribution") else theme.text


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)
