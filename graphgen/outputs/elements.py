"""Positions, paints and texts -> SVG elements as text. All attributes, no style sheet: every
program that shows SVG shows these. Around them nothing is filled and lines are two points wide."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape

from graphgen.draw.elements import BASELINE
from graphgen.layout.measure import extent, fitted, is_grid, safe, spots
from graphgen.layout.routes import beside
from graphgen.model.geometry import Box, Place, Point, Route
from graphgen.model.theme import Theme

__all__ = [
    "BASELINE",
    "COMMON_SIZE",
    "arrow",
    "attributes_of",
    "backdrop",
    "bracket_path",
    "clean",
    "families",
    "group",
    "line_of_text",
    "number",
    "path",
    "plain_color",
    "rectangle",
    "words_at",
]

COMMON_SIZE = 14.0
"""The font size of every text that names none, in points."""

_NO_COLOR = re.compile(r"[^\w#(),% .-]")
_NO_FAMILY = re.compile(r"[^\w .+-]")
_KEYWORD = re.compile(r"[A-Za-z][A-Za-z-]*")
_LOUD = re.compile(r"(?<![a-z])(nan|inf)(?![a-z])")
_ARROW_LENGTH = 8.0
_ARROW_HALF = 0.5
"""Half of a head's width, in lengths of it."""


def number(value: float) -> str:
    """A coordinate with at most one decimal: a tenth of a point is less than a pixel."""
    return "0" if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")


def clean(text: str) -> str:
    """People's text as text of XML: nothing in it can become markup.

    >>> clean("</text><script>&\\x00")
    '&lt;/text&gt;&lt;script&gt;&amp;\\ufffd'
    """
    return escape(safe(text), quote=True)


@lru_cache(maxsize=256)
def plain_color(color: str) -> str:
    """A colour as attributes and style sheets hold it: nothing in it ends either.

    Themes hold colours alone; this holds where somebody got around that.

    >>> plain_color("#56b4e9"), plain_color('red"/><script>')
    ('#56b4e9', 'redscript')
    """
    return _NO_COLOR.sub("", color)


def families(fonts: Sequence[str]) -> str:
    """Families of fonts as attributes and style sheets hold them.

    >>> families(("DejaVu Sans", "sans-serif"))
    "'DejaVu Sans', sans-serif"
    """
    plain = (_NO_FAMILY.sub("", family) for family in fonts)
    return ", ".join(family if _KEYWORD.fullmatch(family) else f"'{family}'" for family in plain)


def group(body: str, name: str = "", opacity: str = "") -> str:
    """Elements together, of a class, as opaque as is told. A single text needs no group.

    Args:
        body: elements of SVG.
        name: the class; "" for none.
        opacity: from 0 to 1, as text; "" for none of its own.

    Returns:
        An element of SVG.
    """
    attributes = f' class="{name}"' if name else ""
    attributes += f' opacity="{opacity}"' if opacity else ""
    if body.startswith("<text ") and body.count("<") == 2:
        return f"<text{attributes}{body.removeprefix('<text')}"
    return f"<g{attributes}>{body}</g>"


def line_of_text(text: str, x: float, y: float, size: float, color: str, room: float) -> str:
    """One line of text, its middle at (x, y), cut where it is wider than the room.

    Args:
        text: one line.
        x, y: its middle, in points.
        size: of the font, in points.
        color: any that CSS has.
        room: its width, in points.

    Returns:
        An element of SVG.
    """
    cut = clean(fitted(text, size, room))
    down = number(y + size * BASELINE)
    sized = "" if size == COMMON_SIZE else f' font-size="{number(size)}"'
    return f'<text x="{number(x)}" y="{down}"{sized} fill="{plain_color(color)}">{cut}</text>'


def words_at(
    text: str,
    place: Place,
    color: str,
    theme: Theme,
    prefix: str = "",
    is_number: bool = True,
    has_brackets: bool = False,
) -> str:
    """The text of a cell in its place: lines, or a grid between brackets, after its prefix.

    Args:
        text: line feeds part its lines, tabs its columns.
        place: its box and its font size, in points.
        color: of the text.
        theme: has the colour of alarm.
        prefix: what stands before it, as in "∂ "; "" for nothing.
        is_number: whether nan and inf in it have the colour of alarm.
        has_brackets: whether a line is a vector, which stands between brackets.

    Returns:
        Elements of SVG.
    """
    box, size = place.box, place.size
    middle = box.center
    if not prefix and "\n" not in text and not is_grid(text):
        return line_of_text(
            text, middle.x, middle.y, size, _paint(text, color, theme, is_number), box.width
        )
    if prefix and "\n" not in text and not is_grid(text):
        color = _paint(text, color, theme, is_number)
        return line_of_text(prefix + text, middle.x, middle.y, size, color, box.width)
    lead = extent(prefix, size).width if prefix else 0.0
    room = extent(text, size)
    left = middle.x - (room.width + lead) / 2
    parts = []
    if prefix:
        parts.append(line_of_text(prefix.strip(), left + lead / 2, middle.y, size, color, lead))
    center = left + lead + room.width / 2
    if has_brackets:
        parts.append(bracket_path(center, middle.y, room.width, room.height, color))
    for spot in spots(text, size):
        painted = _paint(spot.text, color, theme, is_number)
        parts.append(
            line_of_text(spot.text, center + spot.x, middle.y + spot.y, size, painted, box.width)
        )
    return "".join(parts)


def bracket_path(x: float, y: float, width: float, height: float, color: str) -> str:
    """The brackets around a grid.

    Args:
        x, y: the middle of the grid, in points.
        width, height: of the grid with its brackets, in points.
        color: of the lines.

    Returns:
        An element of SVG.
    """
    left, right = number(x - width / 2 + 1), number(x + width / 2 - 1)
    top, bottom = number(y - height / 2 + 1), number(y + height / 2 - 1)
    return (
        f'<path d="M{number(x - width / 2 + 4)} {top}H{left}V{bottom}h3'
        f'M{number(x + width / 2 - 4)} {top}H{right}V{bottom}h-3" '
        f'stroke="{plain_color(color)}" stroke-width="1.2"/>'
    )


def attributes_of(look: Mapping[str, str]) -> str:
    """Colours and numbers as attributes, whose names have hyphens for "_"."""
    return "".join(
        f' {name.replace("_", "-")}="{plain_color(value)}"' for name, value in look.items()
    )


def backdrop(theme: Theme) -> str:
    """The page behind a picture."""
    return f'<rect width="100%" height="100%" fill="{plain_color(theme.page)}"/>'


def rectangle(box: Box, radius: float, **attributes: str) -> str:
    """A rectangle with round corners."""
    return (
        f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" '
        f'height="{number(box.height)}" rx="{number(radius)}"{attributes_of(attributes)}/>'
    )


def path(route: Route, digits: int = 1) -> str:
    """The data of a path along a route: each curve from where the last one ended, level ways as
    lines, so that few digits are needed."""
    points = [(round(point.x, digits), round(point.y, digits)) for point in route.points]
    commands = [f"M{_pair(*points[0])}"]
    level = 0.0
    for at in range(0, len(points) - 1, 3):
        (x, y), *rest = points[at : at + 4]
        steps = [(px - x, py - y) for px, py in rest]
        if all(abs(dy) < 0.05 for _, dy in steps):
            level += steps[-1][0]
            continue
        if level:
            commands.append(f"h{number(level)}")
            level = 0.0
        commands.append("c" + " ".join(_pair(*step) for step in steps))
    return "".join([*commands, f"h{number(level)}"] if level else commands)


def arrow(tip: Point, before: Point, color: str) -> str:
    """The head of an arrow whose point is at the tip, coming from before.

    Args:
        tip: in points.
        before: a place that the line comes from, in points.
        color: of the head.

    Returns:
        An element of SVG.
    """
    x, y = tip.x - before.x, tip.y - before.y
    size = math.hypot(x, y) or 1.0
    x, y = x / size * _ARROW_LENGTH, y / size * _ARROW_LENGTH
    left = (-x - y * _ARROW_HALF, -y + x * _ARROW_HALF)
    across = (2 * y * _ARROW_HALF, -2 * x * _ARROW_HALF)
    data = f"M{_pair(tip.x, tip.y)}l{_pair(*left)} {_pair(*across)}z"
    return f'<path d="{data}" fill="{plain_color(color)}"/>'


def _pair(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"


def lane(route: Route, color: str, aside: float, is_backward: bool) -> str:
    """One direction of an edge: a line along its route, and its head where it arrives."""
    way = beside(route, aside) if aside else route
    points = way.points[::-1] if is_backward else way.points
    tip, before = points[-1], _turn(points)
    x, y = tip.x - before.x, tip.y - before.y
    size = math.hypot(x, y) or 1.0
    end = Point(tip.x - x / size * _ARROW_LENGTH * 0.8, tip.y - y / size * _ARROW_LENGTH * 0.8)
    short = Route((*points[:-1], end))
    dashes = ' stroke-dasharray="6 4"' if is_backward else ""
    line = f'<path d="{path(short)}" stroke="{plain_color(color)}"{dashes}/>'
    return line + arrow(tip, before, color)


def _turn(points: Sequence[Point]) -> Point:
    """The last point that is far enough from the end to tell from where a route arrives."""
    tip = points[-1]
    for point in reversed(points[:-1]):
        if math.hypot(point.x - tip.x, point.y - tip.y) > _ARROW_LENGTH / 2:
            return point
    return points[0]


def _paint(text: str, color: str, theme: Theme, is_number: bool) -> str:
    """The color of alarm for nan and inf."""
    return theme.alarm if is_number and _LOUD.search(text) else color
