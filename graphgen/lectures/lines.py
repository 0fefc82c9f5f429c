"""A text in TOML and the way to a key -> the line that it stands on.

tomllib doesn't tell lines. But the statement that brings a key ends with the shortest beginning of
the text that has it, and begins behind the longest one that is whole without it.
"""

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, TypeAlias

__all__ = ["Way", "line_of"]

Way: TypeAlias = "tuple[str | int, ...]"
"""Keys and places in lists, from the outside in, as in ("sections", 0, "heading")."""


def line_of(text: str, way: Way) -> int:
    """The line, from 1, on which the statement begins that brings what a way leads to.

    Args:
        text: valid TOML.

    >>> line_of('title = "x"\\n\\n[[sections]]\\ndata = [\\n]\\n', ("sections", 0, "data"))
    4
    """
    lines = text.split("\n")
    if not way:
        return 1
    counts = range(len(lines) + 1)
    end = bisect_left(counts, True, key=lambda count: _leads(_whole(lines, count)[1], way))
    return _whole(lines, end - 1)[0] + 1


def _whole(lines: Sequence[str], count: int) -> tuple[int, Any]:
    """The longest whole beginning of at most so many lines: how many it has, and what they say."""
    while count > 0:
        try:
            return count, tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            count -= 1
    return 0, {}


def _leads(body: Any, way: Way) -> bool:
    for part in way:
        try:
            body = body[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
