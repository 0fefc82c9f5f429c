"""Elements of a timeline -> SVG elements as text: the look in attributes, and plain classes.

Neighbours that look alike or move together stand in one group, which says once what they have in
common.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graphgen.model.timeline import Element, Path, Shape, Text
from graphgen.outputs.elements import BASELINE, clean, number, plain_color
from graphgen.outputs.svg.clock import Animation, Rules

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
        look: attributes that a group could say for it.
        inner: what stands in it.
        classes: what it is, as class_names has it.
        motion: how it moves; None where it doesn't.
        is_hidden: whether it isn't seen where no style sheet is read.
        opacity: from 0 to 1.
    """

    tag: str
    own: str
    look: dict[str, str]
    inner: str = ""
    classes: str = ""
    motion: "Animation | None" = None
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
    element: Element,
    motion: Animation | None = None,
    is_hidden: bool = False,
    is_measured: bool = False,
) -> Drawn:
    """One element.

    Args:
        motion: how it moves.
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


def joined(run: Iterable[Drawn], rules: Rules | None = None) -> str:
    """SVG elements in their order; neighbours that can say or do something together are a group.

    Every element has its classes itself, so that a person's rule for it is stronger than what it
    inherits from its group.

    Args:
        rules: where those that move get the names of their keyframes.
    """
    text, group, motion = "", list[Drawn](), None
    for each in run:
        together = _together(motion, each.motion)
        if group and not (_is_alike(group[-1], each) and together is not False):
            text += _group(group, motion, rules)
            group, motion = [], None
            together = each.motion
        group.append(each)
        motion = together or None
    return text + (_group(group, motion, rules) if group else "")


def _is_alike(one: Drawn, other: Drawn) -> bool:
    """Whether neighbours can be of one group, as far as they stand still."""
    if one.is_hidden != other.is_hidden or (one.motion is None) != (other.motion is None):
        return False
    return one.motion is not None or (one.is_hidden or one.classes == other.classes)


def _together(one: Animation | None, other: Animation | None) -> Animation | Literal[False] | None:
    """The motion of a group of which one has been so far, with the other in it; False where they
    don't move together."""
    if one is None or other is None:
        return one or other
    return one.joined(other) or False


def _group(run: Sequence[Drawn], motion: Animation | None, rules: Rules | None) -> str:
    name = rules.animation(motion) if motion is not None and rules is not None else ""
    if len(run) == 1:
        return _mark(run[0], motion=name)
    moving = motion.properties if motion is not None else frozenset[str]()
    common = {
        name: value
        for name, value in _looks(run).items()
        if name in moving or all(each.look.get(name) == value for each in run)
    }
    attributes = f' class="{name}"' if name else ""
    attributes += "".join(f' {name}="{value}"' for name, value in common.items())
    is_faded = run[0].is_hidden or (motion is not None and "opacity" in motion.track)
    if is_faded:
        attributes += _opacity(run[0])
    if not attributes and not is_faded:
        return "".join(_mark(each) for each in run)
    body = "".join(_mark(each, common, moving=moving, is_faded=is_faded) for each in run)
    return f"<g{attributes}>{body}</g>"


def _opacity(each: Drawn) -> str:
    """The attribute of what isn't whole, or isn't seen."""
    opacity = 0.0 if each.is_hidden else each.opacity
    return f' opacity="{opacity:.2g}"' if opacity < 1.0 else ""


def _looks(run: Sequence[Drawn]) -> dict[str, str]:
    """What the elements of a group say, that one first who moves it."""
    said: dict[str, str] = {}
    for each in run:
        own = each.motion.properties if each.motion is not None else frozenset[str]()
        said |= {n: v for n, v in each.look.items() if n in own or n not in said}
    return said


_UNSAID = {"fill": "none", "stroke": "none"}
"""What an element says that has no such paint, where its group has one."""


def _mark(
    each: Drawn,
    common: Mapping[str, str] | None = None,
    motion: str = "",
    moving: frozenset[str] = frozenset(),
    is_faded: bool = False,
) -> str:
    """An element; without what its group says for it.

    Args:
        moving: the properties that its group changes; what doesn't change with it says its own,
            though it is the same at last.
        is_faded: whether its group has its opacity.
    """
    look = dict(each.look)
    own = each.motion.properties if each.motion is not None else frozenset[str]()
    for name, value in (common or {}).items():
        if look.get(name) == value and (name not in moving or name in own):
            del look[name]
        elif name in _UNSAID and name not in look:
            look[name] = _UNSAID[name]
    names = f"{each.classes} {motion}".strip()
    classed = f' class="{names}"' if names else ""
    head = f"<{each.tag}{classed}{each.own}" + "".join(f' {n}="{v}"' for n, v in look.items())
    head += "" if is_faded else _opacity(each)
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
    """The data of a path that nothing is drawn along, only moved: half a point doesn't matter."""
    pen = _Pen()
    pen.trace([(round(x), round(y)) for x, y in _simplified(path, 0.5)], False)
    return pen.data


class _Pen:
    """Writes path data with few letters; a letter that would only say the last one again is left
    out."""

    def __init__(self) -> None:
        self.data = ""
        self._at: tuple[float, float] | None = None
        self._last = ""

    def trace(self, path: Sequence[tuple[float, float]], is_curved: bool) -> None:
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


def _simplified(
    path: Sequence[tuple[float, float]], near: float = 0.1
) -> list[tuple[float, float]]:
    """A line without corners that lie on the way between their neighbours.

    Source: Douglas and Peucker, "Algorithms for the Reduction of the Number of Points Required to
    Represent a Digitized Line or its Caricature" (1973).
    """
    keep = {0, len(path) - 1}
    stack = [(0, len(path) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        far, index = max(
            (_distance(path[at], path[first], path[last]), at) for at in range(first + 1, last)
        )
        if far > near:
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
