"""Files and standard input -> text, with a limit, so that /dev/zero ends as an error too."""

import sys
from pathlib import Path

from graphgen.commands.options import Source
from graphgen.language.tokens import MAXIMUM_LENGTH
from graphgen.model.errors import InputError

__all__ = ["read_expression", "read_story"]

_STORY_BYTES = 256 * 1024 * 1024
_BYTES_PER_LETTER = 4


def read_expression(source: Source) -> str:
    """The text of the expression.

    Raises:
        InputError: none is given, or two are, or it can't be read.
    """
    if (source.text is None) == (source.file is None):
        sources = "none" if source.text is None else "both TEXT and --file"
        raise InputError(
            f'one expression: got {sources}; give one, as in "c = (a + b) * b", or --file NAME, '
            "or - for standard input"
        )
    if source.file is None and source.text != "-":
        return str(source.text)
    # One letter more than is allowed: the parser then says that it is too long.
    content = _read(source.file or "-", _BYTES_PER_LETTER * (MAXIMUM_LENGTH + 1))
    return content.decode(errors="replace")


def read_story(file: str) -> bytes:
    """The bytes of a story file.

    Raises:
        InputError: it can't be read, or is too large.
    """
    content = _read(file, _STORY_BYTES + 1)
    if len(content) > _STORY_BYTES:
        raise InputError(f"a story file up to {_STORY_BYTES >> 20} MB: {file} is larger")
    return content


def _read(file: str, limit: int) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(limit)
        with Path(file).open("rb") as opened:
            return opened.read(limit)
    except (OSError, ValueError, AttributeError) as error:
        what = "standard input" if file == "-" else file
        why = error.strerror if isinstance(error, OSError) else "it is closed or has no such name"
        raise InputError(f"a file to read: {what} can't be read ({why}); name another") from error
