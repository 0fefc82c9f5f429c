"""Formulas -> the outlines of their glyphs, set by Typst with the face that it brings.

All formulas of a story are set in one go. Nothing is read from this machine but Typst itself: its
root is an empty folder, its packages are off, and what it is given is written by `mathematics`.
"""

import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from graphgen.text.curves import Outline, closed, cubic
from graphgen.text.lettering import Letters, Mark, Rule, measured
from graphgen.text.mathematics import markup, parsed

__all__ = ["formula", "prepare", "symbol", "version"]

_GROWN = 1.12
"""Times as large as the words around it: so its small letters are as high as theirs."""

_SIZE = 20.0 / _GROWN
"""Points that are one em of what comes out; Typst sets formulas in 20."""


_symbols: dict[str, Outline] = {}


_formulas: dict[str, Letters | None] = {}


def formula(text: str) -> Letters | None:
    """A formula as it is set; None where a text is none.

    >>> len(formula("a + b").marks), formula("no formula at all")
    (3, None)
    """
    if text not in _formulas:
        prepare([text])
    return _formulas[text]


def prepare(texts: Iterable[str]) -> None:
    """Set formulas, all that aren't yet, in one go."""
    new = [text for text in dict.fromkeys(texts) if text not in _formulas]
    trees = {text: parsed(text) for text in new}
    _formulas.update({text: None for text, tree in trees.items() if tree is None})
    wanted = {text: markup(tree) for text, tree in trees.items() if tree is not None}
    if wanted:
        _formulas.update(zip(wanted, _set(wanted), strict=True))


def symbol(name: str) -> Outline:
    """The contours of a mark, in ems of the formula."""
    return _symbols[name]


@cache
def version() -> str:
    """Of Typst, for the keys of caches."""
    return str(_typst().__version__)


_HEAD = """#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(size: 20pt)
#let mark = box(width: 0pt, height: 0pt, place(rect(width: 1pt, height: 0pt, fill: rgb("#ff0000"))))
"""
"""`mark` stands on the baseline at both ends of a formula, and is red, as no formula is."""


def _set(wanted: Mapping[str, str]) -> list[Letters]:
    """Formulas, each on a page of its own.

    Args:
        wanted: plain texts, each with its markup.
    """
    pages = "\n#pagebreak()\n".join(f"#mark${source}$#mark" for source in wanted.values())
    with tempfile.TemporaryDirectory() as root:
        compiled = _typst().compile(
            (_HEAD + pages).encode(), format="svg", root=root, ignore_system_fonts=True,
            package_path=root, package_cache_path=root,
        )  # fmt: skip
    documents = compiled if isinstance(compiled, list) else [compiled]
    return [
        _read(words, document.decode()) for words, document in zip(wanted, documents, strict=True)
    ]


_SYMBOL = re.compile(r'<symbol id="g([0-9A-F]+)"[^>]*>\s*<path d="([^"]*)"')
_PIECE = re.compile(
    r'<g transform="translate\(([-\d.e]+) ([-\d.e]+)\)"><path fill="#ff0000"'
    r'|<g transform="matrix\(1 0 0 -1 ([-\d.e]+) ([-\d.e]+)\)">(.*?)</g>'
    r'|<path fill="none" stroke="#000000" stroke-width="([-\d.e]+)"[^>]*'
    r'transform="translate\(([-\d.e]+) ([-\d.e]+)\)" d="([^"]*)"'
)
_USE = re.compile(r'<use xlink:href="#g([0-9A-F]+)" x="([-\d.e]+)" y="([-\d.e]+)"')


def _read(words: str, document: str) -> Letters:
    """A formula from the SVG document that Typst makes of it."""
    body, _, symbols = document.partition("<defs>")
    for name, data in _SYMBOL.findall(symbols):
        if name not in _symbols:  # each page has the symbols of all
            _symbols[name] = _contours(data)
    ends: list[tuple[float, float]] = []
    marks, rules = [], []
    for piece in _PIECE.finditer(body):
        if piece[1]:
            ends.append((float(piece[1]), float(piece[2])))
        elif piece[3]:
            for name, x, y in _USE.findall(piece[5]):
                marks.append((name, float(piece[3]) + float(x), float(piece[4]) - float(y)))
        else:
            x, y = float(piece[7]), float(piece[8])
            (dx, dy) = _end_of(piece[9])
            rules.append((x, y, x + dx, y + dy, float(piece[6])))
    (left, base), (right, _) = ends[0], ends[-1]
    placed = tuple(Mark(f"math-{name}", _em(x - left), _em(y - base)) for name, x, y in marks)
    lines = tuple(
        Rule(_em(x - left), _em(y - base), _em(x2 - left), _em(y2 - base), _em(width))
        for x, y, x2, y2, width in rules
    )
    return measured(words, placed, lines, _em(right - left))


def _em(points: float) -> float:
    return round(points / _SIZE, 5)


_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")


def _contours(data: str) -> Outline:
    """A path's data as closed contours of cubic curves; Typst draws glyphs with y up."""
    x = y = 0.0
    contours: list[list[tuple[float, float]]] = []
    for command, rest in _COMMAND.findall(data):
        numbers = [float(each) for each in _NUMBER.findall(rest)]
        if command in "Mm":
            # Of a move by nothing before the first one, nothing is drawn.
            x, y = (numbers[0], numbers[1]) if command == "M" else (x + numbers[0], y + numbers[1])
            contours.append([(x, y)])
        elif command in "Zz":
            x, y = contours[-1][0]
        else:
            for points in _curves(command, numbers, (x, y)):
                contours[-1] += points
                x, y = points[-1]
    return tuple(
        tuple((_em(px), _em(-py)) for px, py in closed(contour))
        for contour in contours
        if len(contour) > 1
    )


def _curves(
    command: str, numbers: list[float], start: tuple[float, float]
) -> list[list[tuple[float, float]]]:
    """Lines and curves of one relative command, each as three points of a cubic curve."""
    count = {"h": 1, "v": 1, "l": 2, "q": 4, "c": 6}[command]
    x, y = start
    curves = []
    for at in range(0, len(numbers), count):
        own = numbers[at : at + count]
        if command in "hv":
            own = [own[0], 0.0] if command == "h" else [0.0, own[0]]
        steps = list(zip(own[::2], own[1::2], strict=True))
        points = [(x + dx, y + dy) for dx, dy in steps]
        curves.append(cubic((x, y), points))
        x, y = points[-1]
    return curves


def _end_of(data: str) -> tuple[float, float]:
    """Where a line ends that begins at 0, 0."""
    x = y = 0.0
    for command, rest in _COMMAND.findall(data):
        numbers = [float(each) for each in _NUMBER.findall(rest)]
        if command in "hv":
            x, y = (x + numbers[0], y) if command == "h" else (x, y + numbers[0])
        elif command == "l":
            x, y = x + numbers[0], y + numbers[1]
    return x, y


@cache
def _typst() -> Any:
    import typst

    return typst
