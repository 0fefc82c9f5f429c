"""The errors that autoviz raises on purpose, and the exit status each one means.

    AutovizError                 anything below; its text is one message for a person
    ├── InputError          (2)  what was given is wrong
    │   ├── ExpressionError (2)  the expression, with line, column and a caret
    │   ├── LossError       (2)  a tensor that is no loss
    │   ├── LectureError    (2)  a lecture file, with the line
    │   ├── ThemeError      (2)  a theme file, with the line
    │   └── StoryFileError  (2)  a story file that is broken or of another version
    ├── OutputError         (2)  a place that can't be written
    ├── MissingPartError    (3)  a system part is absent; the text says how to get it
    ├── RenderError         (1)  a render or a layout that failed or took too long
    └── RunError            (1)  the user's own code raised; the text ends with where it was

Every message reads "what was wanted: what was found; what to do", in at most 500 characters, and
nothing in it steers a terminal.
"""

import signal

from graphgen.model.messages import printable, shortened

__all__ = [
    "INTERRUPTED",
    "AutovizError",
    "ExpressionError",
    "InputError",
    "LectureError",
    "LineError",
    "LossError",
    "MissingPartError",
    "OutputError",
    "RenderError",
    "RunError",
    "StoryFileError",
    "ThemeError",
]


INTERRUPTED = 128 + signal.SIGINT
"""The exit statuses of a run that a signal ends."""


class AutovizError(Exception):
    """A fault that a person can mend; `str(error)` is the whole message.

    Args:
        message: its start and its end stay where it is longer than messages are.
    """

    exit_status = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(shortened(printable(message)))


class InputError(AutovizError):
    """What was given is wrong."""

    exit_status = 2


class ExpressionError(InputError):
    """The expression is wrong; the message ends with its line and a caret below the place.

    Args:
        message: what was wanted, what was found, what to do.
        text: the whole expression.
        line: 1 for the first line; 0 when no place can be named.
        column: 1 for the first character of the line.
    """

    def __init__(self, message: str, text: str = "", line: int = 0, column: int = 0) -> None:
        self.message, self.text, self.line, self.column = message, text, line, column
        super().__init__(message + _pointer(text, line, column))


class LossError(InputError):
    """A tensor that can't be followed back: no scalar, no gradient, or already freed."""


class LineError(InputError):
    """A file that a person writes is wrong; the message ends with the line at fault.

    Args:
        message: what was wanted, what was found, what to do.
        text: the whole file.
        file: its name.
        line: 1 for the first line; 0 when no place can be named.
    """

    def __init__(self, message: str, text: str = "", file: str = "", line: int = 0) -> None:
        self.message, self.file, self.line = message, file, line
        super().__init__(message + _excerpt(text, file, line))


class LectureError(LineError):
    """A lecture file is wrong."""


class ThemeError(LineError):
    """A theme file is wrong."""


class StoryFileError(InputError):
    """A story file that is broken, or of a version that this autoviz doesn't know."""


class OutputError(AutovizError):
    """A place that can't be written, or a format that isn't known."""

    exit_status = 2


class MissingPartError(AutovizError):
    """A system part (dot, a font, an encoder) is absent; the message says how to get it."""

    exit_status = 3


class RenderError(AutovizError):
    """A render or a layout that failed, was broken off, or took too long."""


class RunError(AutovizError):
    """The user's own code raised, or ended the program; the message ends with where it was."""


_POINTER_WIDTH = 76


def _pointer(text: str, line: int, column: int) -> str:
    """The line at fault and a caret below the column, cut to the width of a terminal."""
    if line < 1:
        return ""
    printable_line = _line(text, line)
    start = max(0, min(column - 1 - _POINTER_WIDTH // 2, len(printable_line) - _POINTER_WIDTH))
    window = printable_line[start : start + _POINTER_WIDTH]
    return f"\n  line {line}, column {column}\n    {window}\n    {' ' * (column - 1 - start)}^"


def _excerpt(text: str, file: str, line: int) -> str:
    """The name of a file, and the line at fault."""
    return f"\n  {file}, line {line}\n    {_line(text, line)[:_POINTER_WIDTH]}" if line else ""


def _line(text: str, line: int) -> str:
    """A line of a text, with every sign that can be printed."""
    lines = text.split("\n")
    content = lines[line - 1] if line <= len(lines) else ""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in content)
