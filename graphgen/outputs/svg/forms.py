"""Elements of a timeline -> SVG elements as text: the look in attributes, and plain classes.

Neighbours that look alike or move together stand in one group, which says once what they have in
common.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphgen.model.timeline import Element, Path, Shape, Text
from graphgen.outputs.elements import BASELINE, clean, number, plain_color
from graphgen.outputs.svg.clock import Animation, Rules
from graphgen.outputs.svg.gathering import EVERYWHERE, NOWHERE, Footprint, footprint, gathered
from graphgen.outputs.svg.glyphs import formula

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
        place: where it paints.
    """

    tag: str
    own: str
    look: dict[str, str]
    inner: str = ""
    classes: str = ""
    motion: "Animation | None" = None
    is_hidden: bool = False
    opacity: float = 1.0
    place: Footprint = NOWHERE


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
    if isinstance(form, Text) and form.is_formula:
        look, place = {"fill": plain_color(form.ink)}, footprint(element)
        return Drawn("g", "", look, formula(form), names, motion, is_hidden, form.opacity, place)
    if isinstance(form, Text):
        own, look = _text(form)
        inner, place = clean(form.text), footprint(element)
        return Drawn("text", own, look, inner, names, motion, is_hidden, form.opacity, place)
    tag, own = _outline(form)
    own += ' pathLength="1"' if is_measured else ""
    look, place = _paint(form), footprint(element)
    return Drawn(tag, own, look, "", names, motion, is_hidden, form.opacity, place)


def joined(run: Iterable[Drawn], rules: Rules | None = None) -> str:
    """SVG elements from the back to the front; those that can say or do something together are a
    group, wherever the order in which they are painted lets them.

    Args:
        rules: where those that move get the names of their keyframes.
    """
    items = list(run)
    teams = _teams(items)
    runs = gathered(range(len(items)), teams.__getitem__, lambda at: _moving_place(items[at]))
    return "".join(_group([items[at] for at in each], rules) for each in runs)


def _moving_place(each: Drawn) -> Footprint:
    """Where something paints that may change its colour, and its place."""
    if each.motion is None:
        return each.place
    is_elsewhere = "transform" in each.motion.track
    return Footprint((EVERYWHERE,) if is_elsewhere else each.place.boxes)


def _teams(items: Sequence[Drawn]) -> list[Hashable]:
    """A key for each element, equal for those that can move as one group.

    A line and its head do, of which one changes its stroke and its width, the other its fill. Where
    widths change in several ways at once, each way is a group.
    """
    motions = [each.motion.as_group if each.motion is not None else None for each in items]
    widths: dict[Hashable, set[Hashable]] = defaultdict(set)
    for at, motion in enumerate(motions):
        if motion is not None and motion.widths:
            widths[items[at].is_hidden, motion.whole, motion.colors].add(motion.widths)
    keys: list[Hashable] = []
    for at, motion in enumerate(motions):
        if motion is None:
            keys.append(items[at].is_hidden)
            continue
        key = (items[at].is_hidden, motion.whole, motion.colors)
        is_alone = "stroke-dasharray" in (items[at].motion or Animation({})).track
        keys.append((key, len(widths[key]) > 1 and motion.widths, is_alone and at))
    return keys


def _group(run: Sequence[Drawn], rules: Rules | None) -> str:
    """Elements that move, or stand, together."""
    motion = Animation.of_group([each.motion for each in run if each.motion is not None])
    name = rules.animation(motion) if motion is not None and rules is not None else ""
    if len(run) == 1:
        return _mark(run[0], motion=name)
    moving = motion.properties if motion is not None else frozenset[str]()
    common = {
        name: value
        for name, value in _looks(run).items()
        if name in moving or all(each.look.get(name) == value for each in run)
    }
    is_faded = run[0].is_hidden or (motion is not None and "opacity" in motion.track)
    alike = gathered(run, _look_key, lambda each: each.place)
    classes = ""
    if len(alike) == 1 and not moving:
        classes = run[0].classes
        body = "".join(_mark(each, common, is_faded=is_faded, is_classed=False) for each in run)
    else:
        body = "".join(_alike(each, common, moving, is_faded) for each in alike)
    names = f"{classes} {name}".strip()
    attributes = (f' class="{names}"' if names else "") + _attributes(common)
    attributes += _opacity(run[0]) if is_faded else ""
    return f"<g{attributes}>{body}</g>" if attributes else body


def _look_key(each: Drawn) -> Hashable:
    """Equal for elements that say the same in a group."""
    own = each.motion.properties if each.motion is not None else frozenset[str]()
    return each.classes, own, *each.look.items()


def _alike(
    run: Sequence[Drawn], common: Mapping[str, str], moving: frozenset[str], is_faded: bool
) -> str:
    """Elements of one look.

    Where several are, the look stands on their group beside their classes: a person's rule for
    them is stronger than an attribute of the same element, but not of one inside.
    """
    if len(run) == 1:
        return _mark(run[0], common, moving=moving, is_faded=is_faded)
    attributes = f' class="{run[0].classes}"' if run[0].classes else ""
    attributes += _attributes(_rest(run[0], common, moving))
    body = "".join(_mark(each, each.look, is_faded=is_faded, is_classed=False) for each in run)
    return f"<g{attributes}>{body}</g>" if attributes else body


def _attributes(look: Mapping[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in look.items())


def _rest(each: Drawn, common: Mapping[str, str], moving: frozenset[str]) -> dict[str, str]:
    """What of its look its group doesn't say; what doesn't change with its group says its own
    colour, though it is the same at last."""
    own = each.motion.properties if each.motion is not None else frozenset[str]()
    look = dict(each.look)
    for name, value in common.items():
        if look.get(name) == value and (name not in moving or name in own):
            del look[name]
        elif name in _UNSAID and name not in look:
            look[name] = _UNSAID[name]
    return look


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
    is_classed: bool = True,
) -> str:
    """An element; without what its group says for it.

    Args:
        moving: the properties that its group changes; what doesn't change with it says its own,
            though it is the same at last.
        is_faded: whether its group has its opacity.
        is_classed: whether its classes stand here, and not on its group.
    """
    names = f"{each.classes if is_classed else ''} {motion}".strip()
    classed = f' class="{names}"' if names else ""
    look = {} if common is each.look else _rest(each, common or {}, moving)
    head = f"<{each.tag}{classed}{each.own}{_attributes(look)}"
    head += "" if is_faded else _opacity(each)
    return f"{head}>{each.inner}</{each.tag}>" if each.inner else f"{head}/>"


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
