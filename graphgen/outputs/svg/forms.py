"""Elements of a timeline -> SVG elements as text: the look in attributes, and plain classes.

Neighbours that are of the same classes and move together stand in one group, which says once what
they have in common.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from graphgen.model.timeline import Element, Path, Shape, Text
from graphgen.outputs.elements import BASELINE, clean, number, plain_color

__all__ = ["CLASS_PREFIX", "Drawn", "class_names", "joined", "marks", "path_data", "polyline"]

CLASS_PREFIX = "av-"
"""Stands before each class that says what an element is; a person's style sheet may use them."""

_ANCHORS = {-1: "start", 0: "middle", 1: "end"}
_NEAR = 0.05
"""Points within which a place is on a line."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An SVG element that isn't text yet.

    Attributes:
        tag: its name.
        own: attributes of its own, as text.
        look: attributes that a group could say.
        inner: what stands in it.
        classes: what it is, with CLASS_PREFIX, and spaces between.
        motion: the classes that move it, or "".
        is_hidden: whether it isn't seen where no style sheet is read.
        opacity: from 0 to 1.
    """

    tag: str
    own: str
    look: dict[str, str]
    inner: str = ""
    classes: str = ""
    motion: str = ""
    is_hidden: bool = False
    opacity: float = 1.0


def class_names(classes: str) -> str:
    """The classes of an element as a document has them.

    >>> class_names("edge backward")
    'av-edge av-backward'
    """
    return " ".join(f"{CLASS_PREFIX}{clean(name)}" for name in classes.split())


def marks(elements: Iterable[Element]) -> str:
    """Elements from the back to the front."""
    ordered = sorted(elements, key=lambda element: element.layer)
    return joined([drawn(element) for element in ordered])


def drawn(
    element: Element, motion: str = "", is_hidden: bool = False, is_measured: bool = False
) -> Drawn:
    """One element.

    Args:
        motion: the classes that move it.
        is_hidden: whether it isn't seen where no style sheet is read.
        is_measured: whether its path counts as 1 long, for dashes that draw it.
    """
    form, names = element.form, class_names(element.classes)
    if isinstance(form, Text):
        own, look = _text(form)
        return Drawn("text", own, look, clean(form.text), names, motion, is_hidden, form.opacity)
    tag, own = _outline(form)
    own += ' pathLength="1"' if is_measured else ""
    return Drawn(tag, own, _paint(form), "", names, motion, is_hidden, form.opacity)


def joined(run: Sequence[Drawn]) -> str:
    """SVG elements in their order; neighbours of the same classes and motion in one group."""
    groups = groupby(run, key=lambda each: (each.classes, each.motion, each.is_hidden))
    return "".join(_group([*group]) for _, group in groups)


def _group(run: list[Drawn]) -> str:
    first = run[0]
    names = f"{first.classes} {first.motion}".strip()
    attributes = f' class="{names}"' if names else ""
    if len(run) == 1:
        return _mark(first, attributes, hidden=first.is_hidden)
    if not names and not first.is_hidden:
        return "".join(_mark(each) for each in run)
    common = {
        name: value
        for name, value in first.look.items()
        if all(each.look.get(name) == value for each in run[1:])
    }
    attributes += "".join(f' {name}="{value}"' for name, value in common.items())
    attributes += ' opacity="0"' if first.is_hidden else ""
    body = "".join(_mark(each, common=common) for each in run)
    return f"<g{attributes}>{body}</g>"


def _mark(
    each: Drawn, attributes: str = "", common: dict[str, str] | None = None, hidden: bool = False
) -> str:
    look = "".join(
        f' {name}="{value}"'
        for name, value in each.look.items()
        if common is None or name not in common
    )
    if hidden:
        look += ' opacity="0"'
    elif each.opacity < 1.0:
        look += f' opacity="{each.opacity:.2g}"'
    head = f"<{each.tag}{attributes}{each.own}{look}"
    return f"{head}>{each.inner}</{each.tag}>" if each.tag == "text" else f"{head}/>"


def _paint(form: Shape) -> dict[str, str]:
    look = {"fill": plain_color(form.fill)} if form.fill else {}
    if form.line:
        look |= {"stroke": plain_color(form.line), "stroke-width": f"{form.width:.2g}"}
    if form.dash:
        dashes = " ".join(map(number, form.dash))
        look |= {"stroke-dasharray": dashes, "stroke-linecap": "butt"}
    return look


def _text(form: Text) -> tuple[str, dict[str, str]]:
    own = f' x="{number(form.x)}" y="{number(form.y + form.size * BASELINE)}"'
    look = {"fill": plain_color(form.ink), "font-size": number(form.size)}
    anchor = _ANCHORS.get(round(form.align), "middle")
    if anchor != "middle":
        look["text-anchor"] = anchor
    if form.is_bold:
        look["font-weight"] = "bold"
    return own, look


def _outline(form: Shape) -> tuple[str, str]:
    """The name of an element, and the attributes that say its outline."""
    box = _rectangle(form)
    if box is None:
        return "path", f' d="{path_data(form)}"'
    x, y, width, height, radius = map(number, box)
    corner = f' rx="{radius}"' if radius != "0" else ""
    return "rect", f' x="{x}" y="{y}" width="{width}" height="{height}"{corner}'


def _rectangle(form: Shape) -> tuple[float, float, float, float, float] | None:
    """Left, top, width, height and radius of a shape that `draw.elements.panel` made."""
    if not form.is_curved or len(form.paths) != 1 or len(form.paths[0]) != 25:
        return None
    path = form.paths[0]
    xs, ys = [x for x, _ in path], [y for _, y in path]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    radius = path[0][0] - left
    ends = [path[at] for at in range(0, 25, 3)]
    expected = [
        (left + radius, top), (right - radius, top), (right, top + radius),
        (right, bottom - radius), (right - radius, bottom), (left + radius, bottom),
        (left, bottom - radius), (left, top + radius), (left + radius, top),
    ]  # fmt: skip
    if any(abs(a - c) + abs(b - d) > _NEAR for (a, b), (c, d) in zip(ends, expected, strict=True)):
        return None
    if not _is_round(path, radius):
        return None
    return left, top, right - left, bottom - top, radius


def _is_round(path: Path, radius: float) -> bool:
    """Whether the first corner bends as a quarter of a circle does: its middle lies on one."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = path[3:7]
    x, y = (ax + 3 * bx + 3 * cx + dx) / 8, (ay + 3 * by + 3 * cy + dy) / 8
    far = math.hypot(x - ax, y - dy)  # from the circle's centre, which is (ax, dy)
    return abs(far - radius) <= 0.02 * radius + _NEAR


def path_data(form: Shape) -> str:
    """The data of a shape's path: an absolute start, then steps, each from where rounding has left
    the one before."""
    pen = _Pen()
    for path in form.paths:
        if len(path) > 1:
            pen.trace(path, form.is_curved)
            pen.close(bool(form.fill))
    return pen.data


def polyline(path: Path) -> str:
    """The data of a path of straight pieces."""
    pen = _Pen()
    pen.trace(path, False)
    return pen.data


class _Pen:
    """Writes path data with few letters; a letter that would only say the last one again is left
    out."""

    def __init__(self) -> None:
        self.data = ""
        self._at: tuple[float, float] | None = None
        self._last = ""

    def trace(self, path: Path, is_curved: bool) -> None:
        points = [_rounded(point) for point in (path if is_curved else _simplified(path))]
        self._move(points[0])
        if is_curved:
            for at in range(1, len(points) - 2, 3):
                self._curve(points[at : at + 3])
        else:
            for point in points[1:]:
                self._line(point)

    def close(self, is_filled: bool) -> None:
        """What is filled is closed by its painter."""
        if is_filled:
            self.data += "z"
            self._at, self._last = None, "z"

    def _move(self, point: tuple[float, float]) -> None:
        if self._at is None:
            self.data += f"M{_numbers(point)}"
        else:
            self.data += f"m{_numbers(_step(self._at, point))}"
        self._at = point
        self._last = "m"

    def _line(self, point: tuple[float, float]) -> None:
        dx, dy = _step(self._at or point, point)
        if abs(dy) < _NEAR:
            self._write("h", dx)
        elif abs(dx) < _NEAR:
            self._write("v", dy)
        else:
            self._write("l", dx, dy)
        self._at = point

    def _curve(self, points: Sequence[tuple[float, float]]) -> None:
        x, y = self._at or points[0]
        steps = [(px - x, py - y) for px, py in points]
        if not any(dx or dy for dx, dy in steps):
            return
        if _is_straight(steps):
            self._line(points[-1])
        else:
            self._write("c", *(each for step in steps for each in step))
        self._at = points[-1]

    def _write(self, letter: str, *values: float) -> None:
        lead = " " if letter == self._last else letter
        numbers = _numbers(values)
        self.data += numbers if lead == " " and numbers.startswith("-") else lead + numbers
        self._last = letter


def _numbers(values: Iterable[float]) -> str:
    """Numbers in a path's data: a minus sign parts them as well as a space does."""
    return " ".join(number(value) for value in values).replace(" -", "-")


def _step(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return end[0] - start[0], end[1] - start[1]


def _is_straight(steps: Sequence[tuple[float, float]]) -> bool:
    """Whether a curve's handles lie on the line to its end, between both."""
    ex, ey = steps[-1]
    length = math.hypot(ex, ey)
    if not length:
        return False
    return all(
        abs(dx * ey - dy * ex) <= 0.1 * length
        and -_NEAR * length <= dx * ex + dy * ey <= (length + _NEAR) * length
        for dx, dy in steps[:-1]
    )


def _simplified(path: Path) -> list[tuple[float, float]]:
    """A line without corners that lie on the way between their neighbours (Douglas-Peucker)."""
    keep = {0, len(path) - 1}
    stack = [(0, len(path) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        far, index = max(
            (_distance(path[at], path[first], path[last]), at) for at in range(first + 1, last)
        )
        if far > _NEAR * 2:
            keep.add(index)
            stack += [(first, index), (index, last)]
    return [path[at] for at in sorted(keep)]


def _distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """From a place to the straight piece between two others."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    share = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / square)) if square else 0.0
    return math.hypot(x - x1 - share * dx, y - y1 - share * dy)


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)
