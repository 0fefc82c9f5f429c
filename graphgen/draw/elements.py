"""The plain shapes and texts of which every keyframe of a timeline is made.

Lengths are points; the shorter side of a frame is 540 of them; x grows to the right, y down.
Colours are "#rrggbb".
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from graphgen.draw.dashing import between, dashes, lengths_of, place_along, stretch
from graphgen.layout.measure import width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element, Enter, Path, Shape, Text
from graphgen.text.lettering import letters

__all__ = [
    "BASELINE",
    "CAPITALS",
    "ROUND",
    "arrow",
    "box_of",
    "circle",
    "curved_arrow",
    "line",
    "moved",
    "overlap",
    "panel",
    "rectangle",
    "shape",
    "text",
    "text_box",
]

ROUND = 0.5523
"""How far a handle is from the end of a quarter of a circle to its corner, as a share."""
BASELINE = 0.36
"""How far the baseline is below the middle of the capitals, in font sizes."""
CAPITALS = 0.729
"""The height of capitals and digits in DejaVu Sans, in font sizes: texts are centered by it."""


def shape(
    key: str,
    *paths: Sequence[tuple[float, float]],
    fill: str = "",
    line: str = "",
    width: float = 0.0,
    opacity: float = 1.0,
    is_curved: bool = False,
    layer: int = 0,
    enter: Enter = "fade",
) -> Element:
    """Outlines of any kind.

    Args:
        key: of the element.
        paths: corners of each outline, in points; of curves 1 + 3n points.
        fill, line: the colours inside and of the line; "" for none.
        width: of the line, in points.
        opacity: from 0 to 1, which is opaque.
        is_curved: whether the paths are cubic Bézier curves.
        layer: a higher one is painted above a lower one.
        enter: how it comes.

    Returns:
        One element.
    """
    form = Shape(tuple(map(tuple, paths)), fill, line, width, opacity, is_curved)
    return Element(key, form, layer, enter)


def line(
    key: str,
    points: Sequence[tuple[float, float]],
    color: str,
    width: float = 2.0,
    opacity: float = 1.0,
    layer: int = 0,
    enter: Enter = "fade",
) -> Element:
    """An open line from corner to corner.

    Args:
        key: of the element.
        points: corners, in points.
        color: of the line, as "#rrggbb".
        width: in points.
        opacity: from 0 to 1, which is opaque.
        layer: a higher one is painted above a lower one.
        enter: how it comes.

    Returns:
        One element.
    """
    return shape(key, points, line=color, width=width, opacity=opacity, layer=layer, enter=enter)


def rectangle(
    key: str,
    box: Box,
    fill: str = "",
    line: str = "",
    width: float = 0.0,
    radius: float = 0.0,
    opacity: float = 1.0,
    layer: int = 0,
    enter: Enter = "fade",
    dash: tuple[float, ...] = (),
) -> Element:
    """A rectangle, with round corners where there is a radius.

    Args:
        key: of the element.
        box: in points.
        fill, line: the colours inside and of the line; "" for none.
        width: of the border, in points.
        radius: of the corners, in points; at most half of the shorter side.
        opacity: from 0 to 1, which is opaque.
        layer: a higher one is painted above a lower one.
        enter: how it comes.
        dash: the lengths of the border's dashes and gaps, in points; () for a solid one.

    Returns:
        One element.
    """
    radius = min(radius, box.width / 2, box.height / 2)
    path = panel(box, radius)
    form = Shape((path,), fill, line, width, opacity, is_curved=True, dash=dash)
    return Element(key, form, layer, enter)


@lru_cache(maxsize=2**14)
def panel(box: Box, radius: float = 0.0) -> Path:
    """The curves around a rectangle with round corners, clockwise from the end of its first one."""
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    bend = radius * (1 - ROUND)
    points = [(left + radius, top)]
    for x, y, dx, dy in (
        (right, top, 1, 0),
        (right, bottom, 0, 1),
        (left, bottom, -1, 0),
        (left, top, 0, -1),
    ):
        start = (x - dx * radius, y - dy * radius)
        end = (x - dy * radius, y + dx * radius)
        last = points[-1]
        points += [between(last, start, 1 / 3), between(last, start, 2 / 3), start]
        points += [(x - dx * bend, y - dy * bend), (x - dy * bend, y + dx * bend), end]
    return tuple(points)


def circle(
    key: str,
    x: float,
    y: float,
    radius: float,
    fill: str = "",
    line: str = "",
    width: float = 0.0,
    opacity: float = 1.0,
    layer: int = 0,
    enter: Enter = "grow",
) -> Element:
    """A circle around a place.

    Args:
        key: of the element.
        x, y: its middle, in points.
        radius: in points.
        fill, line: the colours inside and of the line; "" for none.
        width: of the border, in points.
        opacity: from 0 to 1, which is opaque.
        layer: a higher one is painted above a lower one.
        enter: how it comes.

    Returns:
        One element.
    """
    box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
    return rectangle(key, box, fill, line, width, radius, opacity, layer, enter)


def arrow(
    key: str,
    points: Sequence[tuple[float, float]],
    color: str,
    width: float = 2.0,
    head: float = 9.0,
    is_dashed: bool = False,
    layer: int = 0,
    enter: Enter = "fade",
) -> tuple[Element, Element]:
    """A line and its head at the last point; two elements, of the keys `key` and `key/head`.

    Args:
        key: of the line; that of the head ends in "/head".
        points: corners, in points; the head is at the last one.
        color: of the line, as "#rrggbb".
        width: of the line, in points.
        head: how long the head is, in points; shorter where the line is.
        is_dashed: whether the line is.
        layer: a higher one is painted above a lower one.
        enter: how it comes.

    Returns:
        The line and the head.
    """
    lengths = lengths_of(points)
    head = min(head, 0.6 * lengths[-1])
    x2, y2 = points[-1]
    x1, y1 = place_along(points, lengths, lengths[-1] - head)
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    dx, dy = (x2 - x1) / length * head, (y2 - y1) / length * head
    stem = stretch(points, lengths, 0.0, lengths[-1] - 0.8 * head)
    left = (x2 - dx - 0.42 * dy, y2 - dy + 0.42 * dx)
    right = (x2 - dx + 0.42 * dy, y2 - dy - 0.42 * dx)
    paths = dashes(stem) if is_dashed else (stem,)
    return (
        shape(key, *paths, line=color, width=width, layer=layer, enter=enter),
        shape(f"{key}/head", [(x2, y2), left, right, (x2, y2)], fill=color, layer=layer),
    )


def curved_arrow(
    key: str,
    curves: Sequence[tuple[float, float]],
    color: str,
    width: float = 2.0,
    head: float = 8.0,
    dash: tuple[float, ...] = (),
    layer: int = 0,
) -> tuple[Element, Element]:
    """A line of curves and its head at their end; two elements, of the keys `key` and `key/head`.

    Args:
        key: of the line; that of the head ends in "/head".
        curves: 1 + 3n points of cubic Bézier curves.
        color: of the line, as "#rrggbb".
        width: of the line, in points.
        head: how long the head is, in points; shorter where the line is.
        dash: the lengths of dashes and gaps; () for a solid line.
        layer: a higher one is painted above a lower one.

    Returns:
        The line and the head.
    """
    x2, y2 = curves[-1]
    away = (point for point in reversed(curves[:-1]) if math.dist(point, (x2, y2)) > head / 2)
    x1, y1 = next(away, curves[0])
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    head = min(head, 0.6 * max(length, math.dist(curves[0], curves[-1])))
    dx, dy = (x2 - x1) / length * head, (y2 - y1) / length * head
    end = (x2 - 0.8 * dx, y2 - 0.8 * dy)
    stem = Shape(((*curves[:-1], end),), "", color, width, is_curved=True, dash=dash)
    left = (x2 - dx - 0.48 * dy, y2 - dy + 0.48 * dx)
    right = (x2 - dx + 0.48 * dy, y2 - dy - 0.48 * dx)
    return (
        Element(key, stem, layer),
        shape(f"{key}/head", [(x2, y2), left, right, (x2, y2)], fill=color, layer=layer),
    )


def text(
    key: str,
    words: str,
    x: float,
    y: float,
    size: float,
    ink: str,
    align: float = 0.0,
    is_bold: bool = False,
    opacity: float = 1.0,
    layer: int = 5,
    is_formula: bool = False,
) -> Element:
    """One line of text.

    Args:
        key: of the element.
        words: one line.
        x, y: its anchor, in points; y is the middle of the capitals.
        size: of the font, in points.
        ink: its colour.
        align: -1 puts the anchor at the left end, 0 in the middle, 1 at the right end.
        is_bold: whether the font is heavy.
        opacity: from 0 to 1, which is opaque.
        layer: a higher one is painted above a lower one.
        is_formula: whether it is set as mathematics.

    Returns:
        One element.
    """
    form = Text(words, x, y, size, ink, align, is_bold, opacity, is_formula)
    return Element(key, form, layer)


def moved(element: Element, dx: float, dy: float, key: str = "") -> Element:
    """The same at another place; with a key, as another element.

    Args:
        element: is left as it is.
        dx, dy: how far, in points.
        key: of another element; "" keeps its own.

    Returns:
        A new element.
    """
    form = element.form
    if isinstance(form, Text):
        shifted: Shape | Text = replace(form, x=form.x + dx, y=form.y + dy)
    else:
        paths = tuple(tuple((x + dx, y + dy) for x, y in path) for path in form.paths)
        shifted = replace(form, paths=paths)
    return replace(element, form=shifted, key=key or element.key)


def text_box(form: Text) -> Box:
    """The room that a text takes: its ink from the top of capitals to the depth of descenders."""
    if form.is_formula:
        return _formula_box(form)
    wide = width(form.text, form.size)
    left = form.x - wide * (form.align + 1) / 2
    high = form.size * CAPITALS
    return Box(left, form.y - high / 2, wide, high + 0.22 * form.size)


def _formula_box(form: Text) -> Box:
    line = letters(form.text, "math")
    left = form.x - line.advance * form.size * (form.align + 1) / 2
    base, high = form.y + BASELINE * form.size, (line.ascent + line.depth) * form.size
    return Box(left, base - line.ascent * form.size, line.advance * form.size, high)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have more than a border in common."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def box_of(elements: Iterable[Element]) -> Box:
    """The smallest box around elements, handles of curves included."""
    corners: list[tuple[float, float]] = []
    for element in elements:
        if isinstance(element.form, Text):
            box = text_box(element.form)
            corners += [(box.x, box.y), (box.x + box.width, box.y + box.height)]
        else:
            corners += [point for path in element.form.paths for point in path]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
