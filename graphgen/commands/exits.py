"""Whatever ends a command -> one message on stderr and an exit status; never a traceback."""

import os
import sys
import traceback
from collections.abc import Sequence
from io import StringIO

import click

from graphgen.commands.saying import say
from graphgen.model.errors import INTERRUPTED, AutovizError, InputError
from graphgen.model.messages import shortened

__all__ = ["run"]


def run(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Runs a command to its end, however it ends.

    Returns:
        0 done, 1 failed, 2 bad input, 3 a system part is missing, 130 interrupted, 143 terminated.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # for terminals that lack a sign
    try:
        _check_working_folder()
        return _status(command, arguments)
    except click.ClickException as error:
        message = StringIO()
        error.show(message)
        say(shortened(message.getvalue()), err=True, nl=False)
        return error.exit_code
    except AutovizError as error:
        return _fail(str(error), error.exit_status)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except MemoryError:
        return _fail("enough memory: there is too little; try something smaller", 1)
    except OSError as error:
        _give_up_stdout()
        return _fail(f"a system that works along: {error}; mend that and try again", 1)
    except Exception as error:  # a fault of ours is told in one line too, with its place
        return _fail(_told(error), 1)


def _status(command: click.Command, arguments: Sequence[str] | None) -> int:
    words = None if arguments is None else list(arguments)
    answer = command.main(words, prog_name="autoviz", standalone_mode=False)
    return answer if isinstance(answer, int) else 0


def _check_working_folder() -> None:
    """See that there is one: without it torch's libraries end the process when they are loaded.

    Raises:
        InputError: there is none.
    """
    try:
        os.getcwd()
    except OSError as error:
        raise InputError(
            f"a folder to work in: the one that you are in is gone ({error.strerror}); "
            "change to another with cd"
        ) from error


def _fail(message: str, status: int) -> int:
    say(f"Error: {shortened(message)}", err=True)
    return status


def _give_up_stdout() -> None:
    """What is still to be flushed goes nowhere, so that Python doesn't complain at its exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return


def _told(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = str(error).split("\n")[0][:200]
    return (
        f"an answer: found a fault in autoviz itself, {type(error).__name__}: {text} "
        f"({os.path.basename(last.filename)}:{last.lineno}); please report it with the command"
    )
