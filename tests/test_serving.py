"""autoviz serve: what the server answers, what it refuses, and the editor in a real browser."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from graphgen.commands.options import Source
from graphgen.commands.serve import first_of
from graphgen.front.serving.answers import Request, answer, request_of
from graphgen.front.serving.editor import EXAMPLE
from graphgen.front.serving.runner import Runner
from graphgen.front.serving.server import LARGEST_REQUEST, address_of, server_at
from graphgen.model.errors import InputError, OutputError, RenderError
from tests.browsing import browser, until, visit

__all__ = ["browser"]

pytestmark = pytest.mark.dot

ROOT = Path(__file__).parent.parent
PAGE = "document.querySelector('main.autoviz')?.page"
GRADIENTS = "[...document.querySelectorAll(\"[data-key*='/gradient/']\")]"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    made = Runner()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def port(runner: Runner) -> Iterator[int]:
    """The port of a server that runs."""
    server = server_at(0, EXAMPLE, runner)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def asked(
    port: int, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer; a header of "" is left out."""
    own = {"Host": f"127.0.0.1:{port}"}
    if method == "POST":
        own |= {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json"}
    told = {**own, **{name.replace("_", "-"): text for name, text in headers.items()}}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest(method, path, skip_host=True)
    for name, text in {"Content-Length": str(len(content)), **told}.items():
        if text:
            connection.putheader(name, text)
    connection.endheaders(content)
    found = connection.getresponse()
    text = found.read().decode()
    connection.close()
    return found.status, text, dict(found.getheaders())


def run(port: int, text: str, values: dict[str, str] | None = None) -> dict[str, Any]:
    status, told, _ = asked(port, "POST", "/run", {"text": text, "values": values or {}})
    assert status == 200
    found: dict[str, Any] = json.loads(told)
    return found


def test_the_page_comes_with_a_policy_that_lets_it_ask_its_own_server_only(port: int) -> None:
    status, text, headers = asked(port, "GET", "/")
    assert status == 200
    assert "tanh(w * x + b)" in text
    rules = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"} <= set(rules)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_program_is_answered_by_its_page_and_its_inputs(port: int) -> None:
    found = run(port, "c = (a + b) * b", {"a": "2", "gone": "7"})
    assert found["inputs"] == [["a", "2", False], ["b", "1", False]]  # 1 where nothing is said
    assert "<svg" in found["html"]


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("c = (a + ", {}, "close it"),
        ("a * b", {"a": "two"}, "two"),
        ("[a, b]", {}, "loss must be one number"),
        ("open(a)", {}, "a function: got 'open'"),
        ("", {}, "an expression such as"),
        ("sum(outer(x, x))", {"x": str([1] * 3000)}, "at most 2,000,000 numbers"),
        ("a" * 20_001, {}, "20,000"),
    ],
)
def test_what_is_wrong_comes_back_as_a_message(
    text: str, values: dict[str, str], message: str, port: int
) -> None:
    found = run(port, text, values)
    assert message in found["error"]
    assert "Traceback" not in found["error"]


@pytest.mark.parametrize("path", ["/index.html", "/run", "/../cli.py", "/etc/passwd", "/?a"])
def test_there_is_no_other_page(path: str, port: int) -> None:
    assert asked(port, "GET", path)[0] == 404


def test_a_host_that_only_leads_here_is_refused(port: int) -> None:
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", "127.0.0.1", ""):
        assert asked(port, "GET", "/", Host=host)[0] == 421
        assert asked(port, "POST", "/run", {"text": "a"}, Host=host)[0] == 421
    assert asked(port, "GET", "/", Host=f"localhost:{port}")[0] == 200


def test_only_the_page_itself_may_ask(port: int) -> None:
    body = {"text": "a * b"}
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{port}", ""):
        assert asked(port, "POST", "/run", body, Origin=origin)[0] == 403
    assert asked(port, "POST", "/run", body, Content_Type="text/plain")[0] == 403


def test_requests_without_a_length_too_large_or_of_another_kind_are_refused(port: int) -> None:
    assert asked(port, "POST", "/run", {}, Content_Length="")[0] == 411
    assert asked(port, "POST", "/run", {}, Content_Length="-5")[0] == 411
    assert asked(port, "POST", "/run", {}, Content_Length=str(LARGEST_REQUEST + 1))[0] == 413
    assert asked(port, "POST", "/run", {}, Content_Length="9" * 40)[0] == 413
    assert asked(port, "POST", "/elsewhere", {})[0] == 404
    assert asked(port, "PUT", "/run", {})[0] == 501
    for body in (b"{", b"[1]", b'{"text": 3}', b"[" * 100_000, b'{"text":"a","values":{"a":1}}'):
        status, text, _ = asked(port, "POST", "/run", body)
        assert (status, "error" in json.loads(text)) == (200, True)
    assert "html" in run(port, "a * b")  # it lives on


def test_what_takes_too_long_is_ended_and_the_next_one_is_answered(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_seconds", 0.001)
    with pytest.raises(RenderError, match=r"worked out in 0.001 s: this one takes longer"):
        runner.ask(Request("a * b", {}, ()))
    monkeypatch.undo()
    assert "html" in runner.ask(Request("a * b", {}, ()))


def test_a_port_that_is_taken_is_told_about(port: int, runner: Runner) -> None:
    with pytest.raises(OutputError, match=rf"{port} can't be had .*; give another with --port"):
        server_at(port, EXAMPLE, runner)


def test_the_server_listens_on_the_loopback_only(port: int, runner: Runner) -> None:
    server = server_at(0, EXAMPLE, runner)
    assert server.server_address[0] == "127.0.0.1"
    assert address_of(server) == f"http://127.0.0.1:{server.server_port}/"
    server.server_close()


def test_a_request_of_another_form_is_refused() -> None:
    assert request_of({"text": "a", "values": {"a": "1"}, "data": ["a"]}).data == ("a",)
    for body in (None, [], {"text": 1}, {"text": "a", "values": []}, {"text": "a", "data": "a"}):
        with pytest.raises(InputError, match="got another form"):
            request_of(body)


def test_the_example_can_be_answered() -> None:
    assert [name for name, *_ in answer(EXAMPLE)["inputs"]] == ["w", "x", "b", "t"]


def test_the_command_line_gives_the_editor_its_first_program() -> None:
    assert first_of(Source(None, None, (), ())) == EXAMPLE
    given = first_of(Source("a * b", None, ("a=2", "b = [1, 2]"), ("b",)))
    assert given == Request("a * b", {"a": "2", "b": "[1, 2]"}, ("b",))
    with pytest.raises(InputError, match="a file's loss"):
        first_of(Source("train.py:loss", None, (), ()))
    with pytest.raises(InputError, match="two"):
        first_of(Source("a * b", None, ("a=two",), ()))


def test_ctrl_c_ends_it_quietly_with_130() -> None:
    command = [sys.executable, str(ROOT / "cli.py"), "serve", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_heeding,
    ) as running:  # fmt: skip
        try:
            assert running.stdout is not None
            assert running.stdout.readline().startswith("http://127.0.0.1:")
            os.killpg(running.pid, signal.SIGINT)
            rest, errors = running.communicate(timeout=120)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    assert (running.returncode, rest, errors.strip()) == (130, "", "")


def _heeding() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.browser
def test_the_editor_runs_what_is_typed_and_keeps_what_is_right(browser: Any, port: int) -> None:
    with visit(browser, f"http://127.0.0.1:{port}/", reduced_motion="reduce") as seen:
        page = seen.page
        until(page, f"{PAGE}?.picture", 90)
        page.fill("textarea", "c = (a + b) * b")
        until(page, "document.querySelector('h1').textContent.startsWith('c = ')")
        page.fill("[aria-label='value of a']", "2")
        page.fill("[aria-label='value of b']", "3")
        until(page, f"{PAGE}?.picture && {GRADIENTS}.some((text) => text.textContent === '8')")
        page.fill("textarea", "c = (a + ")
        until(page, "document.querySelector('.fault').textContent.includes('close it')")
        assert page.inner_text("h1") == "c = (a + b) × b"  # the last one that was right stays
        page.fill(
            "textarea", "y = W @ x; loss = sum(y ** 2)"
        )  # 1 @ 1 is wrong: fields all the same
        until(page, "document.querySelector('[aria-label=\"value of W\"]')")
        assert "@" in page.inner_text(".fault")
        page.fill("[aria-label='value of W']", "[[1, 2], [3, 4]]")
        page.fill("[aria-label='value of x']", "[1, 0]")
        until(page, "document.querySelector('h1').textContent.startsWith('y = ')")
        assert page.inner_text(".fault") == ""
        page.fill("textarea", "sum(relu(W * a))")
        until(page, "document.querySelector('[aria-label=\"value of W\"]')")
        page.fill("[aria-label='value of W']", "[1, -2]")
        until(page, f"{PAGE}?.find('.why').textContent.includes('and W is an array')")
        assert page.inner_text(".fault") == ""
        page.fill(".inputs input[type=range]", "-3")  # torch follows a slider here
        until(page, f"{PAGE}?.find('tbody').textContent.includes('6')")
        assert page.input_value("[aria-label='value of a']") == "-3"
    assert seen.complaints == []
    assert {one.split("/")[-1] for one in seen.requests} == {"", "run"}


@pytest.mark.browser
def test_a_slider_of_the_page_keeps_the_editor_up_to_date(browser: Any, port: int) -> None:
    with visit(browser, f"http://127.0.0.1:{port}/", reduced_motion="reduce") as seen:
        page = seen.page
        until(page, f"{PAGE}?.picture && document.querySelector('[aria-label=\"value of w\"]')", 90)
        page.fill(".sliders input[type=number] >> nth=0", "0.75")
        assert page.input_value("[aria-label='value of w']") == "0.75"
        page.keyboard.press("Tab")
        page.check("[aria-label='w is data: it takes no gradient']")
        until(
            page, f"{PAGE}?.view.kinds.includes('d') && {PAGE}?.tape.recorded.values.includes(0.75)"
        )
    assert seen.complaints == []


def test_a_process_that_dies_at_work_is_told_about(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.ask(Request("a * b", {}, ()))
    process, connection = runner._process, runner._connection
    assert process is not None
    assert connection is not None
    poll = connection.poll

    def dying(seconds: float) -> bool:
        process.kill()
        return poll(seconds)

    monkeypatch.setattr(connection, "poll", dying)
    with pytest.raises(RenderError, match="needs more memory"):
        runner.ask(Request("; ".join(["x0 = a * b", *_products(400), "x399"]), {}, ()))


def _products(count: int) -> list[str]:
    """Statements that take longer than to end a process."""
    return [f"x{i} = x{i - 1} * a" for i in range(1, count)]


def test_two_hundred_connections_at_once_are_all_answered(runner: Runner) -> None:
    """All have asked before the first is accepted: a short queue turns some of them away."""
    server = server_at(0, EXAMPLE, runner)
    port = server.server_port
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    with server, ExitStack() as stack:
        opened = [stack.enter_context(_asking(port, request)) for _ in range(200)]
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        heads = [one.recv(15, socket.MSG_WAITALL) for one in opened]
        server.shutdown()
    assert heads == [b"HTTP/1.0 200 OK"] * 200


def _asking(port: int, request: bytes) -> socket.socket:
    """A connection that has asked; it is patient for its answer, but not to be let in."""
    made = socket.create_connection(("127.0.0.1", port), timeout=5)
    made.sendall(request)
    made.settimeout(60)
    return made


def test_head_is_answered_as_get_is_without_the_page(port: int) -> None:
    status, text, headers = asked(port, "HEAD", "/")
    _, page, others = asked(port, "GET", "/")
    assert (status, text) == (200, "")
    assert int(headers["Content-Length"]) == len(page.encode())
    assert headers.keys() == others.keys()
    assert asked(port, "HEAD", "/elsewhere")[:2] == (404, "")
    assert asked(port, "HEAD", "/", Host="evil.example")[:2] == (421, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y = W @ x; loss = sum(y ** 2)", "@"),  # 1 is no matrix
        ("loss = sum(W - x)", "two"),
        ("[W, x]", "loss must be one number"),
    ],
)
def test_a_text_that_parses_has_a_field_for_each_name_whatever_else_is_wrong(
    text: str, message: str, port: int
) -> None:
    found = run(port, text, {"x": "two"} if message == "two" else {})
    assert message in found["error"]
    assert [name for name, *_ in found["inputs"]] == ["W", "x"]
    assert run(port, "c = (a + ")["inputs"] == []


def test_what_takes_too_long_has_a_field_for_each_name(
    port: int, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_seconds", 0.001)
    found = run(port, "a * b", {"b": "3"})
    assert "this one takes longer" in found["error"]
    assert found["inputs"] == [["a", "1", False], ["b", "3", False]]


STARTING = """
import sys
from graphgen.front.serving.answers import Request
from graphgen.front.serving.runner import Runner
if __name__ == "__main__":
    runner = Runner()
    runner.start()
    if sys.argv[1] == "working":
        runner.ask(Request("a * b", {}, ()))
        connection = runner._started()
        connection.send(Request("; ".join(["x0 = a * b",
            *(f"x{i} = x{i - 1} * a" for i in range(1, 400)), "x399"]), {}, ()))
    print(runner._process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("when", ["loading", "working"])
def test_a_server_that_is_killed_takes_its_process_with_it(when: str, tmp_path: Path) -> None:
    """At once, whatever it is at, and without a word."""
    script = tmp_path / "start.py"
    script.write_text(STARTING)
    command = [sys.executable, str(script), when]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        command, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, **pipes
    ) as running:
        assert running.stdout is not None
        child = int(running.stdout.readline())
        running.kill()
        began = time.monotonic()
        # The child has the other end of stderr: it is closed when both have ended.
        _, errors = running.communicate(timeout=60)
        seconds = time.monotonic() - began
    assert errors == ""
    assert not _works(child)
    assert seconds < 3


def _works(process: int) -> bool:
    """Whether it is there and more than an entry that nobody has read."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


# ---- links


def fields(page: Any) -> dict[str, str]:
    """What each name's field holds."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.inputs input[type=text]')].map("
        "(one) => [one.getAttribute('aria-label').slice(9), one.value]))"
    )
    return found


@pytest.mark.browser
def test_a_reload_keeps_program_values_data_and_step(browser: Any, port: int) -> None:
    with visit(browser, f"http://127.0.0.1:{port}/", reduced_motion="reduce") as seen:
        page = seen.page
        until(page, f"{PAGE}?.picture", 90)
        assert "#" not in page.url
        page.fill("textarea", "y = W @ x; loss = sum(y ** 2)")
        until(page, "document.querySelector('[aria-label=\"value of W\"]')")
        page.fill("[aria-label='value of W']", "[[1, 2], [3, 4]]")
        page.fill("[aria-label='value of x']", "[1, 0]")
        until(page, "document.querySelector('h1').textContent.startsWith('y = ')")
        page.check("[aria-label='x is data: it takes no gradient']")
        until(page, f"{PAGE}?.view.kinds.includes('d')")
        page.click(".next")
        until(page, "location.hash.endsWith('&data=x&step=2')")
        link = page.url
        for _ in range(2):  # a reload, and the link opened anew
            page.reload()
            until(page, f"{PAGE}?.step === 1", 90)
            assert page.input_value("textarea") == "y = W @ x; loss = sum(y ** 2)"
            assert fields(page) == {"W": "[[1, 2], [3, 4]]", "x": "[1, 0]"}
            assert page.is_checked("[aria-label='x is data: it takes no gradient']")
            page.goto("about:blank")
            page.goto(link)
            until(page, f"{PAGE}?.picture", 90)
    assert seen.complaints == []


@pytest.mark.browser
def test_a_slider_that_was_moved_stays_so_after_a_reload(browser: Any, port: int) -> None:
    with visit(browser, f"http://127.0.0.1:{port}/", reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture && {PAGE}?.tape", 90)
        seen.page.fill(".sliders input[type=number] >> nth=0", "0.75")
        until(seen.page, "location.hash.includes('set.w=0.75')")
        seen.page.reload()
        until(seen.page, f"{PAGE}?.tape?.recorded.values.includes(0.75)", 90)
        assert fields(seen.page) == {"w": "0.75", "x": "2", "b": "-0.3", "t": "1"}
    assert seen.complaints == []


SCRIPT = "<img src=x onerror=window.spoilt=1>\"'><script>window.spoilt=1</script>"

HOSTILE_LINKS = {
    f"program={SCRIPT}": "",
    f"program=a*b&set.a={SCRIPT}&set.{SCRIPT}=1&data={SCRIPT}": "a*b",
    "program=open('/etc/passwd')": "",
    "program=a*b&set.__proto__=2&set.a=__import__('os')": "a*b",
    "program=__proto__*constructor&set.__proto__=2": "__proto__*constructor",
    "program=" + "a" * 30_000: "a" * 30_000,
    "program": "",
    "%ff%&&==&set.=1": "h = tanh(w * x + b)\nloss = (h - t) ** 2 + 0.1 * w ** 2",
}


@pytest.mark.browser
@pytest.mark.parametrize("link", HOSTILE_LINKS, ids=lambda link: link[:30])
def test_a_hostile_link_runs_nothing_and_breaks_nothing(link: str, browser: Any, port: int) -> None:
    """Its texts are texts of fields; a person sees them, and the server says what is wrong."""
    with visit(browser, f"http://127.0.0.1:{port}/#{link}", reduced_motion="reduce") as seen:
        page = seen.page
        until(page, f"{PAGE}?.picture || document.querySelector('.fault').textContent", 90)
        if HOSTILE_LINKS[link]:
            assert page.input_value("textarea") == HOSTILE_LINKS[link]
        assert page.evaluate("window.spoilt") is None
        assert page.locator("img").count() == 0
        assert "Traceback" not in page.inner_text(".fault")
        page.evaluate("location.hash = 'program=p*q&set.p=3&set.q=4'")
        until(page, f"{PAGE}?.picture && document.querySelector('h1').textContent === 'p × q'", 90)
        assert fields(page) == {"p": "3", "q": "4"}
    assert seen.complaints == []
    assert {one.split("#")[0].split("/")[-1] for one in seen.requests} == {"", "run"}
