"""Elements of a storyboard -> SVG elements as text, all attributes and no style sheet."""

from collections.abc import Iterable

from graphgen.model.timeline import Element, Path, Shape, Text
from graphgen.outputs.elements import BASELINE, clean, number, plain_color

__all__ = ["mark", "marks", "path_data"]

_ANCHORS = {-1: "start", 0: "middle", 1: "end"}


def marks(elements: Iterable[Element]) -> str:
    """Elements from the back to the front."""
    ordered = sorted(elements, key=lambda element: element.layer)
    return "".join(mark(element.form) for element in ordered)


def mark(form: Shape | Text, attributes: str = "") -> str:
    """One element, with more attributes where they are given."""
    return _text(form, attributes) if isinstance(form, Text) else _shape(form, attributes)


def path_data(form: Shape) -> str:
    """The data of a shape's path."""
    return "".join(_data(path, form) for path in form.paths if len(path) > 1)


def _shape(form: Shape, attributes: str) -> str:
    told = f' fill="{plain_color(form.fill)}"' if form.fill else ""
    if form.line:
        told += f' stroke="{plain_color(form.line)}" stroke-width="{form.width:.2g}"'
    if form.dash:
        told += f' stroke-dasharray="{" ".join(map(number, form.dash))}" stroke-linecap="butt"'
    if form.opacity < 1.0:
        told += f' opacity="{form.opacity:.2g}"'
    return f'<path{attributes} d="{path_data(form)}"{told}/>'


def _text(form: Text, attributes: str) -> str:
    down = number(form.y + form.size * BASELINE)
    anchor = _ANCHORS.get(round(form.align), "middle")
    told = "" if anchor == "middle" else f' text-anchor="{anchor}"'
    told += ' font-weight="bold"' if form.is_bold else ""
    told += f' opacity="{form.opacity:.2g}"' if form.opacity < 1.0 else ""
    return (
        f'<text{attributes} x="{number(form.x)}" y="{down}" font-size="{number(form.size)}" '
        f'fill="{plain_color(form.ink)}"{told}>{clean(form.text)}</text>'
    )


def _data(path: Path, form: Shape) -> str:
    """Absolute start, then relative steps, each from where rounding has left the one before."""
    x, y = _rounded(path[0])
    found = [f"M{number(x)} {number(y)}"]
    points = [_rounded(point) for point in path[1:]]
    if form.is_curved:
        for at in range(0, len(points) - 2, 3):
            steps = [(px - x, py - y) for px, py in points[at : at + 3]]
            if any(dx or dy for dx, dy in steps):
                found.append("c" + " ".join(f"{number(dx)} {number(dy)}" for dx, dy in steps))
            x, y = points[at + 2]
    else:
        for px, py in points:
            found.append(f"l{number(px - x)} {number(py - y)}")
            x, y = px, py
    return "".join(found) + ("z" if form.fill else "")


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)
