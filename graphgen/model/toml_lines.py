"""A text in TOML -> for each key, and each item of a list, the line that brings it.

tomllib doesn't tell lines. One pass over the text finds where each statement begins and which keys
it brings; what stands inside a statement's value (an inline table, a list) is on the statement's
own line.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["MOST_PARTS", "Way", "check_parts", "line_of", "lines_of"]

Way: TypeAlias = "tuple[str | int, ...]"
"""Keys and places in lists, from the outside in, as in ("sections", 0, "heading")."""

MOST_PARTS = 40
"""A dotted key has at most so many parts: tomllib's work grows with their square."""

_BLANK = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_HEADER = re.compile(r"\[\[?")
_PART = re.compile(
    r"""[ \t]*+(?:([A-Za-z0-9_-]++)|"((?:[^"\\\n]|\\.)*+)"|'([^'\n]*+)')[ \t]*+(\.?)"""
)
_VALUE = re.compile(
    r'''"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\\?\Z)|\'\'\'(?:[^']++|'(?!\'\'))*+(?:'{3,5}|\Z)'''
    r"""|"(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*+'?|\#[^\n]*+|([\[{])|([\]}])|(\n)|[^"'\#\[\]{}\n]++""",
    re.DOTALL,
)


def line_of(lines: Mapping[Way, int], way: Way) -> int:
    """The line, from 1, of the statement that brings what a way leads to, or what it stands in.

    >>> text = 'title = "x"\\n\\n[[sections]]\\ndata = [\\n]\\n'
    >>> line_of(lines_of(text), ("sections", 0, "data")), line_of(lines_of(text), ())
    (4, 1)
    """
    return next((lines[way[:end]] for end in range(len(way), 0, -1) if way[:end] in lines), 1)


def lines_of(text: str) -> dict[Way, int]:
    """For each key and each table of a list the line, from 1, that brings it first.

    Args:
        text: valid TOML whose lines end with a line feed alone. Time and memory grow with its
            length.
    """
    index = _Index()
    for line, is_table, is_list, parts in _statements(text):
        index.add(line, is_table, is_list, parts)
    return index.lines


def check_parts(text: str) -> int:
    """The line of the first key of more than MOST_PARTS parts; 0 where there is none.

    Args:
        text: TOML, valid or not.
    """
    return next((line for line, _, _, parts in _statements(text) if len(parts) > MOST_PARTS), 0)


@dataclass(slots=True)
class _Index:
    """Which lines bring what, and where the statements that come next belong.

    Attributes:
        lengths: of each list of tables, how many have begun.
        table: the way to the table that the last header has opened.
    """

    lines: dict[Way, int] = field(default_factory=dict)
    lengths: dict[Way, int] = field(default_factory=dict)
    table: Way = ()

    def add(self, line: int, is_table: bool, is_list: bool, parts: tuple[str, ...]) -> None:
        """Note a header, or a key with its value."""
        way = self._noted(line, () if is_table else self.table, parts)
        if is_list:
            place = self.lengths[way] = self.lengths.get(way, -1) + 1
            way = (*way, place)
            self.lines.setdefault(way, line)
        if is_table:
            self.table = way

    def _noted(self, line: int, way: Way, parts: tuple[str, ...]) -> Way:
        """The way that parts lead from another one; a list of tables stands for its last one."""
        for at, part in enumerate(parts):
            way = (*way, part)
            self.lines.setdefault(way, line)
            if at < len(parts) - 1 and way in self.lengths:
                way = (*way, self.lengths[way])
        return way


def _statements(text: str) -> Iterator[tuple[int, bool, bool, tuple[str, ...]]]:
    """Each header and each key: its line, whether it is a header, and of a list, and its parts."""
    at, line, counted = 0, 1, 0
    while (at := _end(_BLANK, text, at)) < len(text):
        line += text.count("\n", counted, at)
        counted = at
        header = _HEADER.match(text, at)
        parts, at = _key(text, header.end() if header else at)
        yield line, bool(header), bool(header and header[0] == "[["), parts
        at = _end_of_line(text, at) if header else _end_of_value(text, at)


def _key(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """The parts of the key that begins here, and where it ends."""
    parts: list[str] = []
    while match := _PART.match(text, at):
        bare, basic, literal, dot = match.groups()
        parts.append(_decoded(basic) if basic is not None else bare or literal)
        at = match.end()
        if not dot:
            break
    return tuple(parts), at


def _decoded(basic: str) -> str:
    """What stands between double quotes, as it is meant."""
    if "\\" not in basic:
        return basic
    try:
        return next(iter(tomllib.loads(f'"{basic}"=0')))
    except tomllib.TOMLDecodeError:  # in a text that is no TOML, which tomllib will say
        return basic


def _end_of_value(text: str, at: int) -> int:
    """Where the line ends on which the value ends that begins here."""
    depth = 0
    while match := _VALUE.match(text, at):
        at = match.end()
        opening, closing, is_end = match.groups()
        depth += bool(opening) - bool(closing)
        if is_end and depth <= 0:
            break
    return at


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
