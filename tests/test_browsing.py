"""The browser that other tests look through hears what a page complains about."""

from pathlib import Path
from typing import Any

import pytest

from tests.browsing import browser, visit

__all__ = ["browser"]

pytestmark = pytest.mark.browser


def test_a_quiet_page_complains_about_nothing(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "quiet.html"
    page.write_text("<p>all is well</p>")
    with visit(browser, page.as_uri()) as seen:
        assert seen.page.inner_text("p") == "all is well"
    assert (seen.complaints, seen.requests) == ([], [page.as_uri()])


def test_errors_warnings_and_requests_are_heard(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "loud.html"
    page.write_text(
        "<img src='gone.png'><script>console.warn('beware'); throw new Error('broken')</script>"
    )
    with visit(browser, page.as_uri()) as seen:
        seen.page.wait_for_load_state()
    assert {"beware", "broken"} <= set(seen.complaints)
    assert any(address.endswith("gone.png") for address in seen.requests)
