"""Requests -> answers from a process of their own, which is ended when one takes too long."""

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Any

from graphgen.front.serving.answers import Request, answer_all
from graphgen.model.errors import RenderError
from graphgen.model.leftovers import deaf_children

__all__ = ["SECONDS", "Runner"]

SECONDS = 20.0
"""How long one program may take, placing included."""

_STARTING = 120.0


class Runner:
    """One process that works out one program after the other.

    Args:
        seconds: how long one may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._is_loading = False

    def start(self) -> None:
        """Starts the process ahead of the first request: loading torch takes a while."""
        with self._lock:
            self._ready()

    def ask(self, request: Request) -> dict[str, Any]:
        """The answer to a request, after those that were asked before.

        Raises:
            RenderError: it took too long, or the process came to an end.
        """
        with self._lock:
            connection = self._started()
            try:
                connection.send(request)
                if connection.poll(self._seconds):
                    answer: dict[str, Any] = connection.recv()
                    return answer
            except (EOFError, OSError) as error:
                self._end()
                raise RenderError("a program that fits: this one needs more memory than there is; "
                                  "make it smaller") from error  # fmt: skip
            self._end()
        raise RenderError(f"a program that is worked out in {self._seconds:g} s: this one takes "
                          "longer; make it smaller")  # fmt: skip

    def stop(self) -> None:
        """Ends the process, also one that is at work."""
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _ready(self) -> Connection:
        """The connection to a process that runs, loading or not."""
        if self._connection is None or self._process is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            self._connection, other = context.Pipe()
            self._process = context.Process(target=answer_all, args=(other,), daemon=True)
            with deaf_children():
                self._process.start()
            other.close()
            self._is_loading = True
        return self._connection

    def _started(self) -> Connection:
        """The connection, once the process has said that it is ready."""
        connection = self._ready()
        if self._is_loading:
            with suppress(EOFError, OSError):
                if connection.poll(_STARTING) and connection.recv() == "ready":
                    self._is_loading = False
                    return connection
            self._end()
            raise RenderError("a process that loads torch: it didn't start; try again")
        return connection

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None
