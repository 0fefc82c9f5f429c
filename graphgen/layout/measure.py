"""Text -> its width and height in points, from a table of DejaVu Sans, without any font installed.

The widths are those of DejaVu Sans, which is wider than most: a picture that fits by them also
fits in Verdana, Segoe UI or Helvetica. A character that isn't in the table counts as a wide one.

    >>> width("8", 16.0)
    10.192
    >>> extent("1\\t2\\n3\\t4", 10.0)
    Extent(width=29.74, height=25.0)
    >>> fitted("a very long name", 10.0, 60.0)
    'a very lon…'
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphgen.text.digits import grid
from graphgen.text.slots import has_marks, widened

__all__ = [
    "LINE",
    "Extent",
    "Spot",
    "by_statements",
    "extent",
    "fitted",
    "is_grid",
    "is_in_table",
    "safe",
    "spots",
    "width",
    "wrapped",
]

LINE = 1.25
"""The height of a line of text, in font sizes."""

_OPERATORS = ("=", "+−", "×/@^·")
"""What joins words, from what is broken first to what is broken last."""
_JOINING = frozenset("".join(_OPERATORS))
_GLUED = 0.6
"""Of a line: what operators join is broken where it is wider."""
_COLUMN_GAP = 0.9
_BRACKETS = 0.8
_LONGEST_READ = 4_000
_SHAPING = "\t\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"

# Advance widths of DejaVu Sans in thousandths of the font size, by the first character of a run.
_RUNS = {
    " ": (
        "318 401 460 838 637 951 780 275 391 391 500 838 318 361 318 337 637 637 637 637 637 "
        "637 637 637 637 637 337 337 838 838 838 531 1000 685 687 699 771 632 576 775 752 295 "
        "295 656 558 863 749 788 604 788 695 635 611 732 685 989 686 611 686 391 337 391 838 "
        "500 500 613 635 550 635 616 353 635 634 278 278 580 278 975 634 612 635 635 412 521 "
        "393 634 592 818 592 592 525 637 337 637 838"
    ),
    "\N{NO-BREAK SPACE}": (
        "318 401 637 637 637 637 337 500 500 1000 472 612 838 361 1000 500 500 838 401 401 500 "
        "637 637 318 500 401 472 612 970 970 970 531 685 685 685 685 685 685 975 699 632 632 "
        "632 632 295 295 295 295 775 749 788 788 788 788 788 838 788 732 732 732 732 611 605 "
        "630 613 613 613 613 613 613 982 550 616 616 616 616 278 278 278 278 612 634 612 612 "
        "612 612 612 838 612 634 634 634 634 592 635 592"
    ),
    "\N{GREEK CAPITAL LETTER ALPHA}": (
        "685 687 558 685 632 686 752 788 295 656 685 863 749 632 788 752 604 800 632 611 611 "
        "788 686 788 765 295 611 660 541 634 339 579 660 639 592 612 541 544 634 612 339 590 "
        "592 637 559 558 612 603 635 587 634 603 579 660 578 660 838"
    ),
    "\N{SUPERSCRIPT ZERO}": "401 180 200 200 401 401 401 401 401 401 528 528 528 250 250 401",
    "\N{SUBSCRIPT ZERO}": "401 401 401 401 401 401 401 401 401 401 528 528",
    "\N{MINUS SIGN}": "838",
    "\N{PARTIAL DIFFERENTIAL}": "518",
    "\N{HORIZONTAL ELLIPSIS}": "1000",
    "\N{LEFTWARDS ARROW}": "838 838 838 838",
    "\N{SQUARE ROOT}": "638",
    "\N{N-ARY SUMMATION}": "674",
    "\N{INFINITY}": "834",
    "\N{EN DASH}": "500 1000",
    "\N{LEFT SINGLE QUOTATION MARK}": "318 318 318 519 519 519 519",
}


class _Advances(dict[str, float]):
    """Advance widths in font sizes; a character that isn't in the table gets a guess."""

    def __missing__(self, character: str) -> float:
        return _guessed(character)


_ADVANCES = _Advances(
    (chr(ord(start) + index), int(thousandths) / 1000)
    for start, run in _RUNS.items()
    for index, thousandths in enumerate(run.split())
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much room a text takes, in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Spot:
    """One word of a text: its middle, in points from the middle of the whole text, y down."""

    text: str
    x: float
    y: float


@lru_cache(maxsize=2**15)
def width(text: str, size: float) -> float:
    """The width of one line of text at a font size, in points; a mark for a number is as wide as
    common numbers."""
    return round(size * sum(map(_ADVANCES.__getitem__, widened(text))), 3)


def extent(text: str, size: float) -> Extent:
    """The room that a text of rows and columns takes at a font size."""
    text = widened(text)
    if text.isprintable() and len(text) <= _LONGEST_READ:  # one line, and nothing to make safe
        return Extent(width(text, size), round(size * LINE, 3))
    lines = safe(text).split("\n")
    columns = _columns(lines, size)
    gaps = (len(columns) - 1) * size * _COLUMN_GAP
    brackets = size * _BRACKETS if len(columns) > 1 or len(lines) > 1 else 0.0
    return Extent(round(sum(columns) + gaps + brackets, 3), round(len(lines) * size * LINE, 3))


def is_in_table(text: str) -> bool:
    """Whether every letter of a text is one whose width in DejaVu Sans is known."""
    return all(letter in _ADVANCES for letter in text if letter.isprintable())


def spots(text: str, size: float) -> tuple[Spot, ...]:
    """Where each entry of a text stands, so that the columns of a grid stand below each other."""
    lines = safe(text).split("\n")
    if not is_grid(text):
        top = -(len(lines) - 1) / 2
        return tuple(
            [Spot(line, 0.0, (top + at) * size * LINE) for at, line in enumerate(lines) if line]
        )
    rows = grid(safe(text))
    columns = _columns(lines, size)
    gap = size * _COLUMN_GAP
    left = -(sum(columns) + gap * (len(columns) - 1)) / 2
    middles = [
        left + sum(columns[:index]) + gap * index + column / 2
        for index, column in enumerate(columns)
    ]
    return tuple(
        Spot(
            entry, middles[at] if len(row) > 1 else 0.0, (line - (len(rows) - 1) / 2) * size * LINE
        )
        for line, row in enumerate(rows)
        for at, entry in enumerate(row)
        if entry
    )


def is_grid(text: str) -> bool:
    """Whether a text has columns, and so stands between brackets."""
    return "\t" in text


def fitted(text: str, size: float, room: float) -> str:
    """One line of text, cut with "…" where it is wider than the room, in points; one with
    marks for numbers stays whole, for who puts them in makes it fit.

    Args:
        text: one line.
        size: of the font, in points.
        room: the width there is, in points.

    Returns:
        The text, whole where it fits.
    """
    if has_marks(text):
        return text
    text = safe(text)
    if width(text, size) <= room:
        return text
    room -= width("…", size)
    for count, character in enumerate(text):
        room -= size * _ADVANCES[character]
        if room < 0:
            return f"{text[:count].rstrip()}…"
    return text


def wrapped(text: str, size: float, room: float, lines: int) -> tuple[str, ...]:
    """Text broken at spaces into at most so many lines, about equally long, two of them at a pause
    where there is one; what doesn't fit is cut with "…".

    Args:
        text: words with spaces between them.
        size: of the font, in points.
        room: the width of a line, in points.
        lines: how many there may be.

    Returns:
        The lines, at most so many.
    """
    units = _units(safe(text).split(), size, room)
    rows = _broken(units, size, room, lines)
    if len(rows) == 2 and (parted := _at_a_pause(text, size, room)):
        return parted
    narrower = room
    while narrower > room / lines and len(rows) > 1:
        narrower -= size
        tighter = _broken(units, size, narrower, lines)
        if len(tighter) > len(rows) or max(width(line, size) for line in tighter) > narrower:
            break
        rows = tighter
    return tuple(fitted(line, size, room) for line in rows)


def by_statements(text: str, size: float, room: float, lines: int) -> tuple[str, ...]:
    """A program's text on lines that end where statements end; nothing where that can't be.

    Args:
        text: statements with "; " between them.
        size: of the font, in points.
        room: the width of a line, in points.
        lines: how many there may be.

    Returns:
        The lines; empty where a statement is wider than the room, or there are too many.

    >>> by_statements("s = a + b; c = s × b", 10.0, 60.0, 2)
    ('s = a + b;', 'c = s × b')
    """
    rows: list[str] = []
    for statement in text.replace("; ", ";\0 ").split("\0 "):
        longer = f"{rows[-1]} {statement}" if rows else statement
        if rows and width(longer, size) <= room:
            rows[-1] = longer
        else:
            rows.append(statement)
    fits = len(rows) <= lines and all(width(line, size) <= room for line in rows)
    return tuple(rows) if fits else ()


def _at_a_pause(text: str, size: float, room: float) -> tuple[str, str] | None:
    """Two lines that fit, the first of which ends with a comma or a colon; the most even ones."""
    words = safe(text).split()
    pauses = [at for at, word in enumerate(words[:-1], 1) if word.endswith((",", ":", ";"))]
    parted = [(" ".join(words[:at]), " ".join(words[at:])) for at in pauses]
    widest = {pair: max(width(line, size) for line in pair) for pair in parted}
    best = min(parted, key=widest.__getitem__, default=None)
    return best if best and widest[best] <= room else None


def _broken(units: Sequence[str], size: float, room: float, lines: int) -> list[str]:
    """Each line as full as it can be; the last one takes all that is left."""
    rows: list[str] = [""]
    for word in units:
        longer = f"{rows[-1]} {word}".strip()
        if width(longer, size) <= room or not rows[-1] or len(rows) == lines:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _units(words: Sequence[str], size: float, room: float) -> list[str]:
    """Words, but what operators join in one; what is too wide is broken before "=", then before
    "+" and "−", and only at last within products."""
    chains: list[list[str]] = []
    last = ""
    for word in words:
        if chains and (word in _JOINING or last in _JOINING):
            chains[-1].append(word)
        else:
            chains.append([word])
        last = word
    return [unit for chain in chains for unit in _parts(chain, size, room)]


def _parts(chain: Sequence[str], size: float, room: float, level: int = 0) -> list[str]:
    """What operators join, in parts that are no wider than the room where that can be."""
    whole = " ".join(chain)
    most = room if level else _GLUED * room
    if level == len(_OPERATORS) or width(whole, size) <= most:
        return [whole]
    pieces: list[list[str]] = [[]]
    for word in chain:
        if pieces[-1] and word in _OPERATORS[level]:
            pieces.append([])
        pieces[-1].append(word)
    return [part for piece in pieces for part in _parts(piece, size, room, level + 1)]


def safe(text: str) -> str:
    """Text in which nothing is invisible: control characters, surrogates and marks that turn the
    writing direction stand as "\N{REPLACEMENT CHARACTER}"; rows and columns stay, and what joins
    or parts letters, as Persian, Hindi and emoji need it.

    >>> safe("a\\x00b\\u202ec")
    'a\ufffdb\ufffdc'
    """
    shortened = text if len(text) <= _LONGEST_READ else f"{text[:_LONGEST_READ]}…"
    if shortened.replace("\n", "").replace("\t", "").isprintable():
        return shortened
    return "".join(c if c.isprintable() or c in _SHAPING else "\ufffd" for c in shortened)


def _columns(lines: Sequence[str], size: float) -> list[float]:
    """The width of each column."""
    if not any(map(is_grid, lines)):
        return [max([width(line, size) for line in lines])]
    rows = [line.split("\t") for line in lines]
    count = max(map(len, rows))
    return [
        max(width(row[index], size) for row in rows if index < len(row)) for index in range(count)
    ]


def _guessed(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.3 if unicodedata.east_asian_width(character) in "WF" else 1.1
