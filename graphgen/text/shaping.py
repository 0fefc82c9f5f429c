"""Text -> glyphs of the faces that come with the package, and the outlines of those glyphs.

What is drawn so depends on no font that is installed. Lengths are ems: shares of the font size.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

from graphgen.text.curves import Outline, closed, cubic

__all__ = [
    "CAP_HEIGHT",
    "FACES",
    "Face",
    "Glyph",
    "Run",
    "advance",
    "digest_of_faces",
    "missing",
    "outline",
    "shape",
]

Face = Literal["sans", "bold", "mono"]
"""Inter for words and numbers, its semi-bold, and JetBrains Mono for code."""

FACES: tuple[Face, ...] = get_args(Face)

CAP_HEIGHT = 2048 / 2816
"""The height of Inter's capitals and digits."""

_FILES: dict[Face, str] = {"sans": "sans.otf", "bold": "sans-bold.otf", "mono": "mono.ttf"}
_FEATURES = {"tnum": True, "kern": True, "liga": False, "calt": False, "clig": False}
"""Tabular figures, so that a number that changes keeps its width; no ligatures, so that each letter
is a glyph."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of a run.

    Attributes:
        index: of the glyph in its face.
        x, y: of its origin, from the run's.
        cluster: the index of the letter in the text that it shows.
    """

    index: int
    x: float
    y: float
    cluster: int


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text in one face.

    Attributes:
        advance: how wide it is.
    """

    face: Face
    glyphs: tuple[Glyph, ...]
    advance: float


@lru_cache(maxsize=8192)
def shape(text: str, face: Face = "sans") -> Run:
    """The glyphs of one line of text, from the left to the right.

    Letters that the face lacks are its empty box; `missing` names them.

    >>> run = shape("−0.5")
    >>> len(run.glyphs), shape("1111").advance == shape("0000").advance
    (4, True)
    """
    harfbuzz, font = _harfbuzz(), _font(face)
    buffer = harfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    harfbuzz.shape(font, buffer, _FEATURES)
    em, x, glyphs = font.face.upem, 0, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        at = (x + position.x_offset) / em, -position.y_offset / em
        glyphs.append(Glyph(info.codepoint, *at, info.cluster))
        x += position.x_advance
    return Run(face, tuple(glyphs), x / em)


def advance(text: str, face: Face = "sans") -> float:
    """How wide a line of text is.

    >>> 0.6 < advance("8") < 0.7
    True
    """
    return shape(text, face).advance


def missing(text: str, face: Face = "sans") -> str:
    """The letters of a text that a face has no glyph for, each once.

    >>> missing("b gets 5 + 3 = 8: ∂c/∂b"), missing("梯度 of b")
    ('', '梯度')
    """
    font = _font(face)
    letters = dict.fromkeys(text)
    return "".join(each for each in letters if not font.get_nominal_glyph(ord(each)))


@cache
def outline(face: Face, index: int) -> Outline:
    """The contours of a glyph.

    >>> len(outline("sans", shape("8").glyphs[0].index))
    3
    """
    font = _font(face)
    pen = _Contours(font.face.upem)
    font.draw_glyph(index, _draw_functions(), pen)
    return pen.contours()


@cache
def digest_of_faces() -> str:
    """A name for the faces as they are, for the keys of caches."""
    from hashlib import blake2s

    parts = (files("graphgen.text.faces").joinpath(name).read_bytes() for name in _FILES.values())
    return blake2s(b"".join(parts), digest_size=8).hexdigest()


class _Contours:
    """Collects contours as cubic curves."""

    def __init__(self, em: int) -> None:
        self._em = em
        self._open: list[tuple[float, float]] = []
        self._closed: list[tuple[tuple[float, float], ...]] = []

    def move(self, x: float, y: float) -> None:
        self.close()
        self._open = [self._at(x, y)]

    def line(self, x: float, y: float) -> None:
        self._curve((x, y))

    def quadratic(self, cx: float, cy: float, x: float, y: float) -> None:
        self._curve((cx, cy), (x, y))

    def cubic(self, ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
        self._curve((ax, ay), (bx, by), (x, y))

    def close(self) -> None:
        if len(self._open) > 1:
            self._closed.append(tuple(closed(self._open)))
        self._open = []

    def _curve(self, *points: tuple[float, float]) -> None:
        self._open += cubic(self._open[-1], [self._at(x, y) for x, y in points])

    def contours(self) -> Outline:
        self.close()
        return tuple(self._closed)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return round(x / self._em, 5), round(-y / self._em, 5)


@cache
def _harfbuzz() -> Any:
    import uharfbuzz

    return uharfbuzz


@cache
def _font(face: Face) -> Any:
    harfbuzz = _harfbuzz()
    data = files("graphgen.text.faces").joinpath(_FILES[face]).read_bytes()
    return harfbuzz.Font(harfbuzz.Face(data))


@cache
def _draw_functions() -> Any:
    functions = _harfbuzz().DrawFuncs()
    functions.set_move_to_func(lambda x, y, pen: pen.move(x, y))
    functions.set_line_to_func(lambda x, y, pen: pen.line(x, y))
    functions.set_quadratic_to_func(lambda cx, cy, x, y, pen: pen.quadratic(cx, cy, x, y))
    functions.set_cubic_to_func(lambda ax, ay, bx, by, x, y, pen: pen.cubic(ax, ay, bx, by, x, y))
    functions.set_close_path_func(lambda pen: pen.close())
    return functions
