"""A real browser for tests: Debian's Chromium, driven by Playwright, with no network to speak to.

from tests.browsing import browser, visit     # browser is a fixture, one for each module

def test_it(browser, tmp_path):
    with visit(browser, path.as_uri()) as seen:
        seen.page.keyboard.press("ArrowRight")
    assert seen.complaints == []
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pytest

__all__ = ["CHROMIUM", "FLAGS", "Visit", "browser", "until", "visit", "work_of"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_PATIENCE = 120.0
"""Seconds after which something doesn't come any more, also on a machine that does much else."""

_READY = "[...document.querySelectorAll('main.autoviz')].every((root) => 'ready' in root.dataset)"
"""A page unpacks what it shows after the browser says that it has loaded."""


@dataclass
class Visit:
    """A page that is open, and what it did.

    Attributes:
        page: Playwright's.
        complaints: every error and warning on the console, and every exception.
        requests: every address that was asked for, the page's own first.
    """

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium with a fresh profile. A module's: Playwright keeps an event loop while it runs."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@contextmanager
def visit(browser: Any, address: str, **context: Any) -> Iterator[Visit]:
    """A page opened in a context of its own.

    Args:
        address: a file:// or loopback address.
        context: Playwright's options for it, such as color_scheme="dark", reduced_motion="reduce".
    """
    opened = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
    opened.set_default_timeout(_PATIENCE * 1000)
    seen = Visit(opened.new_page())
    seen.page.on("console", lambda told: _hear(seen, told))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    try:
        seen.page.goto(address)
        if context.get("java_script_enabled", True):
            until(seen.page, _READY)
        yield seen
    finally:
        opened.close()


def until(page: Any, expression: str, seconds: float = _PATIENCE) -> None:
    """Waits until an expression is true; unlike Playwright's own it works under any policy."""
    end = monotonic() + seconds
    while not page.evaluate(f"Boolean({expression})"):
        assert monotonic() < end, f"in {seconds} s not true: {expression}"
        page.wait_for_timeout(20)


def work_of(session: Any) -> float:
    """Processor seconds of all tasks of a page's main thread until now.

    Args:
        session: of Chromium's own protocol, in which "Performance" counts "threadTicks".
    """
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def _hear(seen: Visit, told: Any) -> None:
    if told.type in ("error", "warning"):
        seen.complaints.append(told.text)
