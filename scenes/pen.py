"""Text -> one vector mobject: shaped as a whole by Pango, its outlines kept by text and font.

Manim's own Text makes one mobject for each letter, which costs more time than anything else in a
film of labels; here a label is one mobject, and the same text is shaped once.
"""

import re
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from functools import lru_cache

import manimpango  # type: ignore[import-untyped]
import numpy as np

from graphgen.draw.elements import CAPITALS
from graphgen.model.errors import MissingPartError
from graphgen.text.pango import installed_families

from .marks import Outlines, Shape

__all__ = ["Label", "Pen", "find_font"]

_SIZE = 48.0
_EM = _SIZE * 96 / 72
_ENDLESS = 100_000
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_COMMAND = re.compile(r"([MLCZ])([^MLCZ]*)")


class Pen:
    """Writes labels in one font family.

    Args:
        font: the family, as `find_font` answers.
    """

    def __init__(self, font: str) -> None:
        self._font = font
        self._known: dict[tuple[str, bool], Outlines] = {}

    def outlines(self, text: str, is_bold: bool = False) -> Outlines:
        """Cubic curves, 4 points each, of a line of text of font size 1.

        Returns:
            Points of shape (4n, 3), y up; the ink is centered on x = 0, and the middle of the
            capitals stands on y = 0, whatever letters the text has.
        """
        key = (text, is_bold)
        if key not in self._known:
            self._known[key] = _shape(text, self._font, is_bold)
        return self._known[key]

    def width(self, text: str, size: float, is_bold: bool = False) -> float:
        """The width of the ink of a line of text, in the unit of its size.

        Args:
            text: without line breaks.
            size: of the font, in any unit.
            is_bold: whether the font is heavy.

        Returns:
            From the left end of the ink to its right end; 0 for a text without ink.
        """
        points = self.outlines(text, is_bold)
        return float(np.ptp(points[:, 0])) * size if len(points) else 0.0

    def write(
        self,
        text: str,
        size: float,
        color: str,
        at: tuple[float, float],
        room: float = 0.0,
        align: float = 0.0,
        is_bold: bool = False,
    ) -> "Label":
        """One line of text as one mobject.

        Args:
            text: without line breaks.
            size: the font size, in Manim's units.
            color: "#rrggbb".
            at: where its anchor stands, in Manim's units.
            room: the widest that it may be, in Manim's units; wider ink is made smaller.
            align: -1 puts the anchor at the left end of the ink, 0 in its middle, 1 at its right.
            is_bold: whether the font is heavy.

        Returns:
            The line, whose ink is in Manim's units.
        """
        points = self.outlines(text, is_bold)
        ink = self.width(text, size, is_bold)
        size = size * room / ink if 0.0 < room < ink else size
        shift = np.array([at[0] - align * self.width(text, size, is_bold) / 2, at[1], 0.0])
        return Label(text, size, points * size + shift, color)


class Label(Shape):
    """A line of text that remembers what it says, and its font size in Manim's units."""

    def __init__(self, text: str, size: float, points: Outlines, color: str) -> None:
        super().__init__(points, fill=color)
        self.text, self.size = text, size


def find_font(families: Sequence[str]) -> str:
    """The first of the families that this machine has; failing all, any that it has.

    Raises:
        MissingPartError: no font is installed, and Pango would draw nothing.
    """
    installed = installed_families()
    if not installed:
        raise MissingPartError(
            "a film needs a font: none is installed; "
            "get one with: sudo apt-get install fonts-dejavu-core"
        )
    named = {family.casefold(): family for family in installed}
    installed_ones = (named[family.casefold()] for family in families if family.casefold() in named)
    return next(installed_ones, installed[0])


@lru_cache(maxsize=4096)
def _shape(text: str, font: str, is_bold: bool) -> Outlines:
    """The outlines of a text as Pango shapes it."""
    if not text.strip():
        return np.zeros((0, 3))
    weight = "BOLD" if is_bold else "NORMAL"
    setting = manimpango.TextSetting(0, len(text), font, "NORMAL", weight)
    with tempfile.TemporaryDirectory(prefix="autoviz-") as folder:
        path = f"{folder}/text.svg"
        manimpango.text2svg([setting], _SIZE, 0, False, path, 0, 0, _ENDLESS, _ENDLESS, text)
        glyphs = list(_curves(ElementTree.parse(path).getroot()))
    if not glyphs:
        return np.zeros((0, 3))
    points = np.concatenate(glyphs) / _EM
    middle = (points[:, 0].min() + points[:, 0].max()) / 2
    x, y = points[:, 0] - middle, -points[:, 1] - CAPITALS / 2
    return np.column_stack([x, y, np.zeros(len(points))])


def _curves(root: ElementTree.Element) -> Iterator[Outlines]:
    """Every glyph's curves at its place, of shape (4n, 2), the line's baseline at 0, y down."""
    glyphs = {
        element.get("id", ""): path.get("d", "")
        for element in root.iter()
        if element.get("id") and (path := element.find(f"{_SVG}path")) is not None
    }
    base: float | None = None
    for use in root.iter(f"{_SVG}use"):
        x, y = float(use.get("x", 0)), float(use.get("y", 0))
        base = y if base is None else base
        points = _cubic(glyphs.get(use.get(_LINK, "")[1:], ""))
        if len(points):
            yield points + np.array([x, y - base])


@lru_cache(maxsize=4096)
def _cubic(commands: str) -> Outlines:
    """The points of a path of moves, lines and curves, all as cubic curves of 4 points each."""
    places: list[tuple[float, float]] = []
    start = last = (0.0, 0.0)
    for command, rest in _COMMAND.findall(commands):
        numbers = [float(number) for number in rest.replace(",", " ").split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            start = last = points[0]
            continue
        curves = [points] if command == "C" else [_line(last, points[0] if points else start)]
        if command == "Z" and last == start:
            continue
        for curve in curves:
            places += (last, *curve)
            last = curve[-1]
    return np.array(places)


def _line(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """The two handles and the end of a straight curve."""
    x, y = end[0] - start[0], end[1] - start[1]
    return [(start[0] + x / 3, start[1] + y / 3), (start[0] + x * 2 / 3, start[1] + y * 2 / 3), end]
