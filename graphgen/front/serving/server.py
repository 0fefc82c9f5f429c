"""A loopback server: one page, and one place that answers its editor. Nothing else is there.

It is bound to 127.0.0.1. A request must name that as its host, so that no name of somebody's can be
made to lead here, and one that computes must come from the page itself.
"""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from graphgen.front.serving.answers import Input, Request, inputs_of, request_of
from graphgen.front.serving.editor import editor_page, editor_rule
from graphgen.front.serving.runner import Runner
from graphgen.model.errors import AutovizError, InputError, OutputError

__all__ = ["LARGEST_REQUEST", "address_of", "server_at"]

LARGEST_REQUEST = 512 * 1024
"""Bytes of a request's body."""

_HOST = "127.0.0.1"
_PATIENCE = 10.0
"""Seconds that a connection may keep a request waiting."""


def server_at(port: int, first: Request, runner: Runner) -> ThreadingHTTPServer:
    """A server that is bound and listens; `serve_forever` answers.

    Args:
        port: 0 for one that is free.
        first: what the editor begins with.
        runner: who computes.

    Returns:
        The server, bound to this machine alone.

    Raises:
        OutputError: the port is taken, or is not for you.
    """
    try:
        return _Server((_HOST, port), partial(_Handler, first, runner))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(
            f"a port to listen on: {port} can't be had ({why}); give another with --port"
        ) from error


def address_of(server: ThreadingHTTPServer) -> str:
    """Where the page is.

    Returns:
        An address such as http://127.0.0.1:8123/.
    """
    return f"http://{_HOST}:{server.server_port}/"


class _Server(ThreadingHTTPServer):
    """Answers each connection in a thread; one that breaks off is no event.

    The queue is of connections that the system has accepted and no thread has: with the standard
    library's 5, a page opened by a whole class at once is not answered for some of them.
    """

    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: whoever asked is gone, or will see no answer."""


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    timeout = _PATIENCE
    server_version = "autoviz"
    sys_version = ""

    def __init__(self, first: Request, runner: Runner, *given: Any) -> None:
        self._first, self._runner = first, runner
        super().__init__(*given)

    def do_GET(self) -> None:
        if not self._is_for_us():
            return
        if self.path != "/":
            self._refuse(HTTPStatus.NOT_FOUND, "there is one page, /")
            return
        rule = {_POLICY: editor_rule()}
        self._send(HTTPStatus.OK, editor_page(self._first), "text/html", rule)

    def do_HEAD(self) -> None:
        self.do_GET()  # `_send` leaves the body out

    def do_POST(self) -> None:
        if not self._is_for_us() or not self._is_from_us():
            return
        if self.path != "/run":
            self._refuse(HTTPStatus.NOT_FOUND, "the editor asks at /run")
            return
        body = self._body()
        if body is not None:
            answer = json.dumps(self._answer(body), ensure_ascii=False)
            self._send(HTTPStatus.OK, answer, "application/json")

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing: the terminal is the person's."""

    def _is_for_us(self) -> bool:
        """Whether the request names this host, and not one that was made to lead here."""
        if self.headers.get("Host") in self._names():
            return True
        self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "this host goes by 127.0.0.1 only")
        return False

    def _is_from_us(self) -> bool:
        """Whether the request comes from our own page."""
        origins = {f"http://{name}" for name in self._names()}
        kind = (self.headers.get("Content-Type") or "").partition(";")[0].strip()
        if self.headers.get("Origin") in origins and kind == "application/json":
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "only the page itself may ask")
        return False

    def _names(self) -> tuple[str, ...]:
        port = cast("ThreadingHTTPServer", self.server).server_port
        return f"{_HOST}:{port}", f"localhost:{port}"

    def _body(self) -> bytes | None:
        """The body of the request; None where it is too large or of no known length."""
        length = self.headers.get("Content-Length") or ""
        if not length.isascii() or not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "the length has to be told")
        elif len(length) > 9 or int(length) > LARGEST_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {LARGEST_REQUEST:,} bytes")
        else:
            return self.rfile.read(int(length))
        return None

    def _answer(self, body: bytes) -> Mapping[str, Any]:
        inputs: list[Input] = []
        try:
            request = request_of(_parsed(body))
            inputs = inputs_of(request)
            return self._runner.ask(request)
        except AutovizError as error:
            return {"inputs": inputs, "error": str(error)}

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True
        self._send(status, f"{status.phrase}: {why}\n", "text/plain")

    def _send(
        self, status: HTTPStatus, text: str, kind: str, others: Mapping[str, str] | None = None
    ) -> None:
        content = text.encode(errors="replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in {**_SAFE, **(others or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


_POLICY = "Content-Security-Policy"
_SAFE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    _POLICY: "default-src 'none'; frame-ancestors 'none'",
}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError(f"a request as JSON: {error}; open the page again") from error
