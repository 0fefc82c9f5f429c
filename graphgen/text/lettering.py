"""A line of text, or a formula -> glyphs at their places, alike on every machine.

Letters come from the faces of the package; of a script that they lack, from whatever font Pango
finds; formulas from Typst's. Who draws asks `letters` where which symbol stands, and `symbol` for
its outline.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2s
from typing import Literal, cast

from graphgen.text.curves import Outline, closed, cubic
from graphgen.text.shaping import CAP_HEIGHT, Face, missing, outline, shape

__all__ = [
    "CAP_HEIGHT",
    "Letters",
    "Mark",
    "Rule",
    "Typeface",
    "advance",
    "contours",
    "is_formula",
    "letters",
    "measured",
    "prepare",
    "symbol",
]

Typeface = Literal["sans", "bold", "mono", "math"]
"""A face of the package, or "math" for a text that is set as a formula where it is one."""

_HIGHEST = 1.5
"""Ems: what is higher takes more than a line."""

_PATH = re.compile(r"[^\W\d]\w*(?:\.\w+)+")
"""The path of a module or a parameter is a name in code."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One symbol of a line.

    Attributes:
        symbol: the name of its outline.
        x, y: of its origin, in ems from the line's left end and its baseline, y down.
    """

    symbol: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a fraction or a root, in ems."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True, slots=True)
class Letters:
    """A line as it is set, in ems; y grows down from the baseline.

    Attributes:
        advance: how wide it is.
        ascent, depth: how far above and below its baseline it reaches.
    """

    text: str
    marks: tuple[Mark, ...]
    rules: tuple[Rule, ...]
    advance: float
    ascent: float
    depth: float


@lru_cache(maxsize=16384)
def letters(text: str, face: Typeface = "sans") -> Letters:
    """A line of text as it is set; in "math" a text that is no formula is set as words.

    >>> line = letters("b gets 8")
    >>> len(line.marks), round(line.ascent, 2)
    (8, 0.74)
    """
    if face == "math":
        from graphgen.text.typesetting import formula

        set_ = formula(text)
        return set_ if set_ is not None else letters(text, "sans")
    x, marks = 0.0, list[Mark]()
    for run, is_ours in _runs(text, face):
        if is_ours:
            line = shape(run, face)
            marks += [Mark(f"{face}-{each.index}", x + each.x, each.y) for each in line.glyphs]
            x += line.advance
        else:
            name, wide = _fallback(run, face)
            marks.append(Mark(name, x, 0.0))
            x += wide
    return measured(text, tuple(marks), (), x)


def measured(text: str, marks: tuple[Mark, ...], rules: tuple[Rule, ...], wide: float) -> Letters:
    """A line with its ascent and depth, by the outlines of its symbols.

    Args:
        text: what the line says.
        marks: its symbols, in ems from the start of the baseline.
        rules: its lines and bars, in ems.
        wide: its advance, in ems.

    Returns:
        The line; ascent and depth are in ems, measured from the baseline.
    """
    reach = [0.0, *(rule.y1 for rule in rules)]
    for mark in marks:
        low, high = _reach(mark.symbol)
        reach += (mark.y + low, mark.y + high)
    return Letters(text, marks, rules, wide, -min(reach), max(reach))


def advance(text: str, face: Typeface = "sans") -> float:
    """How wide a line is, in ems."""
    return letters(text, face).advance


@lru_cache(maxsize=1024)
def contours(text: str, face: Typeface = "sans") -> Outline:
    """All contours of a line, in ems from its left end and its baseline, y down."""
    line = letters(text, face)
    placed = [
        tuple((mark.x + x, mark.y + y) for x, y in contour)
        for mark in line.marks
        for contour in symbol(mark.symbol)
    ]
    return (*placed, *map(_bar, line.rules))


def is_formula(text: str) -> bool:
    """Whether a text is some mathematics that stands on one line.

    >>> is_formula("c = (a + b) × b"), is_formula("b gets 8"), is_formula("[[1, 0], [2, 1]]")
    (True, False, False)
    """
    from graphgen.text.mathematics import parsed

    if _PATH.fullmatch(text) or parsed(text) is None:
        return False
    line = letters(text, "math")
    return line.ascent + line.depth <= _HIGHEST


def prepare(texts: Iterable[str]) -> None:
    """Set formulas all in one go, which takes about as long as one alone."""
    from graphgen.text.typesetting import prepare as set_formulas

    set_formulas(texts)


def symbol(name: str) -> Outline:
    """The contours of a symbol."""
    kind, _, rest = name.partition("-")
    if kind == "math":
        from graphgen.text.typesetting import symbol as of_formula

        return of_formula(rest)
    return _strange[rest] if kind == "other" else outline(cast("Face", kind), int(rest))


@cache
def _reach(name: str) -> tuple[float, float]:
    ys = [y for contour in symbol(name) for _, y in contour] or [0.0]
    return min(ys), max(ys)


def _bar(rule: Rule) -> tuple[tuple[float, float], ...]:
    """A rule as a contour: a rectangle around its line."""
    half = rule.width / 2
    corners = [(rule.x1, rule.y1 - half), (rule.x2, rule.y2 - half), (rule.x2, rule.y2 + half),
               (rule.x1, rule.y1 + half)]  # fmt: skip
    points = [corners[0]]
    for corner in corners[1:]:
        points += cubic(points[-1], [corner])
    return tuple(closed(points))


def _runs(text: str, face: Face) -> list[tuple[str, bool]]:
    """Stretches of a text, and whether our faces have their letters; what is written to the left
    anywhere is shaped as a whole."""
    strange = missing(text, face)
    if not strange:
        return [(text, True)] if text else []
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return [(text, False)]
    class_ = re.escape(strange)
    pieces = re.findall(f"[{class_}]+(?: +[{class_}]+)*|[^{class_}]+", text)
    return [(piece, piece[0] not in strange) for piece in pieces]


_strange: dict[str, Outline] = {}


@lru_cache(maxsize=4096)
def _fallback(text: str, face: Face) -> tuple[str, float]:
    """The name of a symbol for a stretch that Pango has shaped, and its advance."""
    from graphgen.text.pango import outlines

    contours, wide = outlines(text, face == "bold")
    key = blake2s(repr(contours).encode(), digest_size=6).hexdigest()
    _strange[key] = contours
    return f"other-{key}", wide
