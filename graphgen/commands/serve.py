"""`autoviz serve`: what the command line says -> a server that runs until Ctrl-C."""

import signal
import webbrowser
from contextlib import suppress
from threading import Thread

import click

from graphgen.capture.user_code.losses import address_of as loss_at
from graphgen.commands.options import Source
from graphgen.commands.parts import check_dot
from graphgen.commands.reading import read_expression
from graphgen.commands.saying import say
from graphgen.front.serving.answers import Request
from graphgen.front.serving.editor import EXAMPLE
from graphgen.front.serving.runner import Runner
from graphgen.front.serving.server import address_of, server_at
from graphgen.language.values import read_assignment
from graphgen.model.errors import INTERRUPTED, InputError

__all__ = ["first_of", "serve"]


def first_of(source: Source) -> Request:
    """What the editor begins with: the expression that was given, or an example.

    Raises:
        InputError: a value is wrong, or a file's loss is asked for.
    """
    if source.text is None and source.file is None:
        if source.assignments or source.data:
            raise click.UsageError("--set and --data go with an expression; give one.")
        return EXAMPLE
    if loss_at(source.text or "") is not None:
        raise InputError(
            f"an expression to edit: got {source.text}, a file's loss, which is not run again; "
            "write its page with: autoviz render loss ... -o page.html"
        )
    for text in source.assignments:
        read_assignment(text)
    pairs = (text.partition("=") for text in source.assignments)
    values = {name.strip(): value.strip() for name, _, value in pairs}
    return Request(read_expression(source), values, source.data)


def serve(first: Request, port: int, opens_browser: bool) -> None:
    """Serves the editor until Ctrl-C, which ends it with status 130 and no message.

    Args:
        first: what the editor begins with.
        port: 0 for one that is free.
        opens_browser: whether the page is opened.

    Raises:
        OutputError: the port can't be had.
        MissingPartError: dot isn't installed.
        click.exceptions.Exit: with status 130, after Ctrl-C.
    """
    check_dot()
    runner = Runner()
    server = server_at(port, first, runner)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # here it is no fault
    try:
        runner.start()
        say(address_of(server))
        if opens_browser:
            Thread(target=webbrowser.open, args=(address_of(server),), daemon=True).start()
        server.serve_forever()
    except KeyboardInterrupt:
        with suppress(KeyboardInterrupt):
            click.echo(err=True)  # after the ^C that the terminal shows
        raise click.exceptions.Exit(INTERRUPTED) from None
    finally:
        server.server_close()
        runner.stop()
