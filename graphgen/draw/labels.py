"""Texts on a plate, so that they can be read on top of anything; and grids of numbers."""

import math
from collections.abc import Sequence

from graphgen.draw.elements import rectangle, shape, text
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element
from graphgen.text.digits import grid, number

__all__ = [
    "bracketed",
    "chip",
    "matrix",
    "matrix_size",
    "phrase",
    "phrase_width",
    "sentence",
    "tag",
]

_LINE = 1.32
_COLUMN_GAP = 0.75
_BRACKET = 0.35


def bracketed(value: float) -> str:
    """A number as a factor: in brackets where it is negative.

    >>> bracketed(-6.0), bracketed(3.0)
    ('(−6)', '3')
    """
    words = number(value)
    return f"({words})" if words.startswith("−") else words


def tag(
    key: str,
    words: str,
    x: float,
    y: float,
    size: float,
    ink: str,
    theme: Theme,
    within: Box | None = None,
    align: float = 0.0,
    layer: int = 5,
) -> list[Element]:
    """A text on a plate of the page's colour; moved so that it stays within a box.

    Args:
        key: what the keys of the elements begin with.
        words: one line.
        x, y: its anchor, in points.
        size: of the font, in points.
        ink: the colour of the text.
        theme: has the colours.
        within: in points; None lets it stand where it is.
        align: -1 puts the anchor at the left end, 0 in the middle, 1 at the right end.
        layer: a higher one is painted above a lower one.

    Returns:
        The plate and the text.
    """
    wide, high = width(words, size) + 0.7 * size, 1.5 * size
    x -= align * (wide - 0.7 * size) / 2
    if within is not None:
        x = min(max(x, within.x + wide / 2), within.x + within.width - wide / 2)
        y = min(max(y, within.y + high / 2), within.y + within.height - high / 2)
    plate = Box(x - wide / 2, y - high / 2, wide, high)
    return [
        rectangle(
            f"{key}/plate", plate, fill=theme.page, radius=0.35 * size, opacity=0.82, layer=layer
        ),
        text(f"{key}/text", words, x, y, size, ink, layer=layer),
    ]


def chip(
    key: str, words: str, x: float, y: float, size: float, tint: str, fill: str, layer: int = 6
) -> list[Element]:
    """A number on its way, in a rounded frame.

    Args:
        key: what the keys of the elements begin with.
        words: one line.
        x, y: its middle, in points.
        size: of the font, in points.
        tint: the colour of the border and of the text.
        fill: the colour inside.
        layer: a higher one is painted above a lower one.

    Returns:
        The plate and the text.
    """
    wide, high = width(words, size) + 0.9 * size, 1.6 * size
    plate = Box(x - wide / 2, y - high / 2, wide, high)
    return [
        rectangle(
            f"{key}/plate", plate, fill=fill, line=tint, width=1.8, radius=0.45 * size, layer=layer
        ),
        text(f"{key}/text", words, x, y, size, tint, layer=layer),
    ]


def phrase(
    key: str,
    pieces: Sequence[tuple[str, str]],
    x: float,
    y: float,
    size: float,
    align: float = 0.0,
    room: float = math.inf,
    layer: int = 5,
) -> list[Element]:
    """One line in several colours; smaller where the room is.

    Args:
        key: what the keys of the elements begin with.
        pieces: words, each with its ink; a space stands between them.
        x, y: its anchor, in points.
        size: of the font, in points.
        align: as that of a text.
        room: its width, in points; as wide as it likes by default.
        layer: a higher one is painted above a lower one.

    Returns:
        A text for each piece.
    """
    whole = phrase_width(pieces, size)
    if whole > room:
        return phrase(key, pieces, x, y, size * room / whole, align, layer=layer)
    texts, left = [], x - whole * (align + 1) / 2
    for at, (words, ink) in enumerate(pieces):
        texts.append(text(f"{key}/{at}", words, left, y, size, ink, -1, layer=layer))
        left += width(words, size) + width(" ", size)
    return texts


def phrase_width(pieces: Sequence[tuple[str, str]], size: float) -> float:
    """How wide a phrase is."""
    return sum(width(words, size) for words, _ in pieces) + width(" ", size) * (len(pieces) - 1)


def sentence(
    key: str, words: str, box: Box, size: float, smallest: float, ink: str, align: float = 0.0
) -> Element:
    """One line in a box, as large as fits, at most of a size; cut where it would be too small.

    Args:
        key: of the element.
        words: one line.
        box: in points.
        size: the largest font size, in points.
        smallest: the smallest, in points.
        ink: its colour.
        align: -1 puts the anchor at the left end, 0 in the middle, 1 at the right end.

    Returns:
        One element.
    """
    size = max(smallest, min(size, size * box.width / max(width(words, size), 1e-9)))
    x = box.x + box.width * (align + 1) / 2
    return text(key, fitted(words, size, box.width + 0.1), x, box.center.y, size, ink, align)


def matrix_size(shown: str, size: float) -> tuple[float, float]:
    """The width and height of a grid of numbers, as `digits.text` gives it, with its brackets."""
    rows = grid(shown)
    if len(rows) == 1 and len(rows[0]) == 1:
        return width(rows[0][0], size), size * _LINE
    across = sum(_widths(rows, size)) + _COLUMN_GAP * size * (len(rows[0]) - 1)
    return across + 2 * (_BRACKET + 0.25) * size, len(rows) * size * _LINE


def matrix(
    key: str, shown: str, x: float, y: float, size: float, ink: str, layer: int = 5
) -> list[Element]:
    """A grid of numbers between brackets around a place, or a single number.

    Args:
        key: what the keys of the elements begin with.
        shown: the text; line feeds part its rows, tabs its columns.
        x, y: its middle, in points.
        size: of the font, in points.
        ink: its colour.
        layer: a higher one is painted above a lower one.

    Returns:
        A text for each number, and the brackets.
    """
    rows = grid(shown)
    if len(rows) == 1 and len(rows[0]) == 1:
        return [text(f"{key}/0/0", rows[0][0], x, y, size, ink, layer=layer)]
    wide, high = matrix_size(shown, size)
    columns = _widths(rows, size)
    numbers = []
    for row, cells in enumerate(rows):
        left = x - wide / 2 + (_BRACKET + 0.25) * size
        middle = y + (row - (len(rows) - 1) / 2) * size * _LINE
        for column, words in enumerate(cells):
            at = left + columns[column] / 2
            numbers.append(text(f"{key}/{row}/{column}", words, at, middle, size, ink, layer=layer))
            left += columns[column] + _COLUMN_GAP * size
    top, bottom, foot = y - high / 2, y + high / 2, _BRACKET * 0.6 * size
    left, right = x - wide / 2, x + wide / 2
    sides = (
        [(left + foot, top), (left, top), (left, bottom), (left + foot, bottom)],
        [(right - foot, top), (right, top), (right, bottom), (right - foot, bottom)],
    )
    numbers.append(shape(f"{key}/brackets", *sides, line=ink, width=1.4, opacity=0.75, layer=layer))
    return numbers


def _widths(rows: tuple[tuple[str, ...], ...], size: float) -> list[float]:
    count = max(map(len, rows))
    return [max(width(row[at], size) for row in rows if at < len(row)) for at in range(count)]
