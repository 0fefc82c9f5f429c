"""Text -> standard output or standard error: the one place that writes to a terminal."""

import sys

import click

from graphgen.model.messages import printable

__all__ = ["say"]


def say(text: object = "", err: bool = False, nl: bool = True) -> None:
    """Prints a text in which nothing steers the terminal.

    What goes to a file or to another program is left as it is, so that a path that is printed is
    the path; standard error is for people wherever it goes.

    Args:
        text: anything; its str is printed.
        err: whether it goes to standard error.
        nl: whether the line ends with it.
    """
    line = str(text)
    stream = sys.stderr if err else sys.stdout
    is_read_by_people = err or (stream is not None and stream.isatty())
    click.echo(printable(line) if is_read_by_people else line, err=err, nl=nl)
