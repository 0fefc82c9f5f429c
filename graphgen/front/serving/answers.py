"""A request of the editor -> what it shows: the page of an expression, or what is wrong with it.

A process of its own does this, which `graphgen.front.serving.runner` starts and, when it takes too
long, ends.
"""

import multiprocessing
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, TypeAlias

from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.model.errors import AutovizError, InputError

__all__ = ["Input", "Request", "answer", "answer_all", "inputs_of", "request_of"]

Input: TypeAlias = tuple[str, str, bool]
"""A name, the text of its value, and whether it is data."""

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


def inputs_of(request: Request) -> list[Input]:
    """The names of a program, each with the text of its value and whether it is data; none where
    the text doesn't parse."""
    try:
        return _inputs(parse(request.text), request)
    except AutovizError:
        return []


def answer(request: Request) -> dict[str, Any]:
    """What the editor is told.

    Returns:
        "inputs" as `inputs_of` has them; and "html", the page's root element, or "error", one
        message.
    """
    try:
        program = parse(request.text)
        inputs = _inputs(program, request)
        return {"inputs": inputs, "html": _page(program, inputs)}
    except AutovizError as error:
        message = str(error)
    except (MemoryError, RecursionError):
        message = "a program that fits: this one is too large; make it smaller"
    return {"inputs": inputs_of(request), "error": message}


def answer_all(connection: Connection) -> None:
    """Answers requests from the connection until it closes; says "ready" first.

    It ends with the process that started it, also with one that is killed: at once and silently,
    whatever it is at.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to hear
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        _load()
        connection.send("ready")
        while True:
            connection.send(answer(connection.recv()))


def _end_with_parent() -> None:
    """Ends this process when its parent has ended; a thread's work, for the main one computes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _load() -> None:
    """Imports what takes long, before anybody waits for an answer."""
    import torch

    torch.set_num_threads(1)


def _inputs(program: Program, request: Request) -> list[Input]:
    texts = {name: request.values.get(name, "").strip() or _UNNAMED for name in program.inputs}
    return [(name, text, name in request.data) for name, text in texts.items()]


def _page(program: Program, inputs: list[Input]) -> str:
    from graphgen.capture.recorder import record
    from graphgen.language.titles import title_of
    from graphgen.language.values import read_assignment
    from graphgen.layout.pipeline import Choices, picture_of
    from graphgen.outputs.page.document import fragment
    from graphgen.outputs.page.views import views_of

    values = dict(read_assignment(f"{name}={text}") for name, text, _ in inputs)
    data = tuple(name for name, _, is_data in inputs if is_data)
    graph = record(program, values, data)
    picture = picture_of(graph, Choices(title=title_of(program)))
    return fragment(views_of(picture, graph))
