"""Formulas in SVG: their letters as uses of outlines that the document has once.

Until the document is whole, a use names its outline as `graphgen.text.lettering` does, between two
marks; then each gets a short name that begins with the document's prefix.
"""

import re

from graphgen.draw.elements import BASELINE
from graphgen.model.timeline import Text
from graphgen.outputs.elements import clean, number
from graphgen.text.lettering import letters, symbol

__all__ = ["defined", "formula"]

_UNITS = 500
"""Of an outline's grid in one em, so that its points are whole numbers."""

_MARK = "\x02"
_NAME = re.compile(f"{_MARK}([a-z]+-\\w+){_MARK}")


def formula(form: Text) -> str:
    """A formula's letters, and over them its plain text, which is not painted: so that it can be
    searched, selected and read aloud."""
    line, size = letters(form.text, "math"), form.size
    wide = line.advance * size
    left, base = form.x - wide * (form.align + 1) / 2, form.y + size * BASELINE
    uses = "".join(
        f'<use href="#{_MARK}{mark.symbol}{_MARK}"{_at("x", mark.x)}{_at("y", mark.y)}/>'
        for mark in line.marks
    )
    bars = "".join(
        f'<path d="M{_units(bar.x1)} {_units(bar.y1 - bar.width / 2)}'
        f'H{_units(bar.x2)}V{_units(bar.y1 + bar.width / 2)}H{_units(bar.x1)}z"/>'
        for bar in line.rules
    )
    place = f"translate({number(left)} {number(base)})scale({size / _UNITS:.4g})"
    middle = number(left + wide / 2)  # where the root's text-anchor has it
    return (
        f'<g transform="{place}">{uses}{bars}</g><text x="{middle}" y="{number(base)}" fill="none" '
        f'font-size="{number(size)}" textLength="{number(wide)}">{clean(form.text)}</text>'
    )


def defined(body: str, prefix: str) -> tuple[str, str]:
    """The outlines that a body uses, and the body with their names.

    Args:
        body: of a document, from `formula`.
        prefix: what every name in the document begins with.
    """
    names: dict[str, str] = {}
    named = _NAME.sub(lambda use: names.setdefault(use[1], f"{prefix}g{len(names)}"), body)
    outlines = "".join(f'<path id="{name}" d="{_data(key)}"/>' for key, name in names.items())
    return (f"<defs>{outlines}</defs>" if outlines else ""), named


def _data(name: str) -> str:
    """An outline's path, each point as a step from the one where its curve begins."""
    pieces = []
    for contour in symbol(name):
        points = [(_units(x), _units(y)) for x, y in contour]
        x, y = points[0]
        pieces.append(f"M{x} {y}")
        for at in range(1, len(points) - 2, 3):
            steps = [each - start for point in points[at : at + 3]
                     for each, start in zip(point, (x, y), strict=True)]  # fmt: skip
            pieces.append("c" + " ".join(map(str, steps)).replace(" -", "-"))
            x, y = points[at + 2]
        pieces.append("z")
    return "".join(pieces)


def _at(name: str, ems: float) -> str:
    value = _units(ems)
    return f' {name}="{value}"' if value else ""


def _units(ems: float) -> int:
    return round(ems * _UNITS)
