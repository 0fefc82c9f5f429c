"""A file in TOML that a person writes -> its tables, or an error that says where it is none."""

import re
import tomllib
from os import PathLike
from pathlib import Path
from typing import Any

from graphgen.model.errors import InputError, LineError
from graphgen.model.toml_lines import MOST_PARTS, check_parts

__all__ = ["toml_of", "toml_text"]

_LONG_NUMBER = re.compile(r"[0-9][0-9_]{4300,}")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def toml_text(path: str | PathLike[str], what: str, most: int, hint: str) -> str:
    """The text of a file.

    Args:
        path: of the file.
        what: it should be, as in "a lecture file".
        most: bytes that it may have.
        hint: what to do where it can't be read.

    Returns:
        The text; bytes that are no UTF-8 are replaced.

    Raises:
        InputError: it can't be read, is too large, or is no text.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it has no such name"
        raise InputError(f"{what}: {path} can't be read ({why}); {hint}") from error
    if len(content) > most:
        raise InputError(f"{what} up to {most // 1000:,} kB: {path} is larger")
    if b"\0" in content:
        raise InputError(f"{what}: {path} is no text; name another")
    return content.decode("utf-8", errors="replace")


def toml_of(text: str, what: str, file: Path, kind: type[LineError]) -> dict[str, Any]:
    """The tables of a text whose lines end with a line feed alone.

    Args:
        text: of the whole file.
        what: it should be, as in "a lecture file".
        file: where it stands, for messages.
        kind: of the error.

    Returns:
        The tables and keys.

    Raises:
        LineError: it is no TOML.
    """
    if line := check_parts(text):
        message = f"a key of at most {MOST_PARTS} parts: got one of more; shorten it"
        raise kind(message, text, str(file), line)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number too long to read is a ValueError
        line, message = _fault(error, text)
        raise kind(f"{what} in TOML: {message}; mend it there", text, str(file), line) from error


def _fault(error: Exception, text: str) -> tuple[int, str]:
    """The line at fault, 0 where none can be named, and what is wrong with it."""
    if isinstance(error, RecursionError):
        return 0, "got lists in lists in lists"
    if not isinstance(error, tomllib.TOMLDecodeError):
        number = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 0
        return line, "got a number of thousands of digits"
    place = _PLACE.search(str(error))
    line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
    return line, _PLACE.sub("", str(error))
