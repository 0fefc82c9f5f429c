"""A request of the editor -> what it shows: the page of an expression, or what is wrong with it.

A process of its own does this, which `graphgen.serving.runner` starts and, when it takes too long,
ends.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from graphgen.errors import AutovizError, InputError

__all__ = ["Request", "answer", "answer_all", "request_of"]

_UNNAMED = "1"
"""The value of a name that has none yet."""


@dataclass(frozen=True, slots=True)
class Request:
    """An expression as it stands in the editor.

    Attributes:
        text: the statements.
        values: for each name the text of its value.
        data: the names that take no gradient.
    """

    text: str
    values: dict[str, str]
    data: tuple[str, ...]


def request_of(body: Any) -> Request:
    """The request that parsed JSON holds.

    Raises:
        InputError: it is of another form.
    """
    if isinstance(body, Mapping) and isinstance(body.get("text"), str):
        values, data = body.get("values", {}), body.get("data", [])
        if isinstance(values, Mapping) and isinstance(data, list):
            texts = [*values, *values.values(), *data]
            if all(isinstance(text, str) for text in texts):
                return Request(body["text"], dict(values), tuple(data))
    raise InputError('a request such as {"text": "a * b", "values": {"a": "2"}, "data": []}: '
                     "got another form; open the page again")  # fmt: skip


def answer(request: Request) -> dict[str, Any]:
    """What the editor is told.

    Returns:
        "html", the page's root element, and "inputs", for each name its value's text and whether it
        is data; or "error", one message.
    """
    try:
        return _answered(request)
    except AutovizError as error:
        return {"error": str(error)}
    except (MemoryError, RecursionError):
        return {"error": "a program that fits: this one is too large; make it smaller"}


def answer_all(connection: Connection) -> None:
    """Answers requests from the connection until it closes; says "ready" first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to hear
    import torch

    torch.set_num_threads(1)
    connection.send("ready")
    while True:
        try:
            request = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(answer(request))


def _answered(request: Request) -> dict[str, Any]:
    from graphgen.commands.stages import title_of
    from graphgen.expression import parse
    from graphgen.folding import fold
    from graphgen.language.values import read_assignment
    from graphgen.layout import place
    from graphgen.outputs.page.document import fragment
    from graphgen.outputs.page.views import views_of
    from graphgen.picture import Picture
    from graphgen.recorder import record
    from graphgen.telling import tell
    from graphgen.theme import DARK

    program = parse(request.text)
    texts = {name: request.values.get(name, "").strip() or _UNNAMED for name in program.inputs}
    values = dict(read_assignment(f"{name}={text}") for name, text in texts.items())
    data = tuple(name for name in program.inputs if name in request.data)
    graph = record(program, values, data)
    story = tell(fold(graph), title_of(program))
    views = views_of(Picture(story, place(story, DARK), DARK), graph)
    inputs = [[name, text, name in data] for name, text in texts.items()]
    return {"html": fragment(views), "inputs": inputs}
