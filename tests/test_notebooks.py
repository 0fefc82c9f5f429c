"""The widget in JupyterLab and in marimo, in Chromium, and as nbconvert shows it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Visit, browser, until, visit
from tests.notebooks import NOTEBOOK, TOKEN, environment, jupyterlab, marimo, write_notebook

__all__ = ["browser"]

pytestmark = [pytest.mark.dot, pytest.mark.browser, pytest.mark.slow]

PAGE = "document.querySelector('main.autoviz')?.page"
RANGE = ".sliders input[type=range] >> nth=0"
NUMBER = ".sliders input[type=number] >> nth=0"
CELLS = "document.querySelectorAll('.jp-Notebook .jp-Cell').length"
BACKGROUND = "getComputedStyle(document.querySelector('main.autoviz')).backgroundColor"
DARK, LIGHT = "rgb(24, 26, 27)", "rgb(255, 255, 255)"


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """JupyterLab with a notebook whose widget has been run."""
    folder, work = tmp_path_factory.mktemp("notebook"), tmp_path_factory.mktemp("lab")
    write_notebook(folder)
    with jupyterlab(folder, work) as address:
        address = f"{address}/lab/tree/{NOTEBOOK}?token={TOKEN}"
        with visit(browser, address, reduced_motion="reduce", color_scheme="light") as seen:
            # What is run before the kernel is there is run never.
            seen.page.wait_for_selector("#jp-bottom-panel >> text=| Idle")
            seen.page.click(".jp-Notebook .jp-CodeCell .cm-content >> nth=0")
            seen.page.keyboard.press("Shift+Enter")
            until(seen.page, f"{PAGE}?.picture")
            yield seen


def test_in_jupyterlab_arrow_keys_move_a_slider_and_step(lab: Visit) -> None:
    page = lab.page
    page.focus(RANGE)
    for key in ("ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.input_value(NUMBER) == "2.02"
    page.click("main.autoviz .first")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("main.autoviz .count") == "2 / 11"
    page.click("main.autoviz .reset")


@pytest.mark.parametrize("where", ["main.autoviz .next", RANGE, "main.autoviz [data-n='0']"])
def test_no_key_that_is_pressed_in_the_page_is_jupyterlabs(where: str, lab: Visit) -> None:
    """In its command mode d d deletes the cell, x cuts it, a and b add cells, 0 0 restarts."""
    page = lab.page
    page.click("main.autoviz .next")
    page.focus(where)
    for key in ("d", "d", "x", "a", "b", "m", "j", "k", "c", "v", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.evaluate(CELLS) == 2
    assert page.locator(".jp-Dialog").count() == 0
    assert page.evaluate("document.querySelector('main.autoviz').contains(document.activeElement)")


def test_outside_of_the_page_the_keys_are_jupyterlabs(lab: Visit) -> None:
    """The test above can fail: b adds a cell, d d deletes it."""
    page = lab.page
    page.click(".jp-Notebook .jp-CodeCell >> nth=1 >> .jp-InputPrompt")
    page.keyboard.press("b")
    until(page, f"{CELLS} === 3")
    page.keyboard.press("d")
    page.keyboard.press("d")
    until(page, f"{CELLS} === 2")


def test_in_jupyterlab_the_page_follows_the_notebooks_theme(lab: Visit) -> None:
    """Here the system is light all the time."""
    page = lab.page
    assert page.evaluate(BACKGROUND) == LIGHT
    choose_theme(page, "JupyterLab Dark")
    until(page, f"{BACKGROUND} === '{DARK}'")
    choose_theme(page, "JupyterLab Light")
    until(page, f"{BACKGROUND} === '{LIGHT}'")


def choose_theme(page: Any, name: str) -> None:
    page.click(".lm-MenuBar-item:has-text('Settings')")
    page.hover(".lm-Menu-item:has-text('Theme') >> nth=0")
    page.click(f".lm-Menu-item:has-text('{name}') >> nth=0")


def test_in_jupyterlab_the_layout_follows_the_cell(lab: Visit) -> None:
    page = lab.page
    side, band = (f"{PAGE}.find('{name}').getBoundingClientRect()" for name in ("aside", ".band"))
    below = f"({side}.top >= {band}.bottom)"
    assert page.evaluate("document.querySelector('main.autoviz').clientWidth") < 860
    assert page.evaluate(below)  # beside the file browser, in a window of 1280
    page.set_viewport_size({"width": 1700, "height": 900})
    until(page, f"!({below})")
    page.set_viewport_size({"width": 1280, "height": 800})
    until(page, below)
    assert page.locator("main.autoviz .scrub").bounding_box()["width"] > 200


def test_in_jupyterlab_a_reload_keeps_what_was_moved(lab: Visit) -> None:
    page = lab.page
    page.fill(NUMBER, "-4.25")
    page.click("main.autoviz .last")
    page.wait_for_timeout(1000)
    page.keyboard.press("Control+s")  # the notebook's, from inside of the page as well
    until(page, "!document.querySelector('.jp-mod-dirty')")
    page.reload()
    until(page, f"{PAGE}?.step === 10")
    assert page.input_value(NUMBER) == "-4.25"
    assert page.locator(".autoviz-still").count() == 1
    assert not page.locator(".autoviz-still").is_visible()
    assert [text for text in lab.complaints if "autoviz" in text.lower()] == []


@pytest.mark.parametrize("keeps_state", [True, False])
def test_nbconvert_shows_a_picture_without_a_network(
    keeps_state: bool, browser: Any, tmp_path: Path
) -> None:
    """With a widget's state in the notebook its HTML has the widget, which needs a network."""
    path = write_notebook(tmp_path)
    command = [
        sys.executable, "-m", "nbconvert", "--to", "html", "--execute", str(path),
        f"--ExecutePreprocessor.store_widget_state={keeps_state}",
    ]  # fmt: skip
    subprocess.run(command, env=environment(tmp_path), check=True, capture_output=True)
    address = (tmp_path / "page.html").as_uri()
    with visit(browser, address, offline=True) as seen:
        still = seen.page.locator(".autoviz-still svg")
        assert still.count() == 1
        box = still.bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100
        for text in ("c = (a + b) × b", "∂ 8", "15"):
            assert text in still.text_content(), text
        own = "[...document.querySelectorAll('.autoviz-still *')].map((one) => one.localName)"
        assert {"script", "image", "foreignObject"}.isdisjoint(seen.page.evaluate(own))
        assert "Page" not in seen.page.inner_text("body")  # as a repr beside the picture


# ---- marimo: it draws a widget in a shadow tree, where the document doesn't see it


FOUND = """(() => {
  const find = (root) => root.querySelector("main.autoviz") ??
    [...root.querySelectorAll("*")].map((one) => one.shadowRoot && find(one.shadowRoot))
      .find(Boolean);
  return find(document);
})()"""


@pytest.fixture(scope="module")
def marimo_page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A dark marimo on a light system, with a notebook whose widget has been run."""
    work = tmp_path_factory.mktemp("marimo")
    with (
        marimo(work, theme="dark") as address,
        visit(browser, address, reduced_motion="reduce", color_scheme="light") as seen,
    ):
        seen.page.click(".cm-content >> nth=0")
        seen.page.keyboard.press("Control+Enter")
        until(seen.page, f"{FOUND}?.page?.picture")
        yield seen


def test_in_marimo_arrow_keys_move_a_slider_and_step(marimo_page: Visit) -> None:
    page = marimo_page.page
    page.focus(RANGE)
    for key in ("ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.input_value(NUMBER) == "2.02"
    page.click("main.autoviz .first")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("main.autoviz .count") == "2 / 11"


@pytest.mark.parametrize("where", ["main.autoviz .next", RANGE, "main.autoviz [data-n='0']"])
def test_no_key_that_is_pressed_in_the_page_is_marimos(where: str, marimo_page: Visit) -> None:
    page = marimo_page.page
    page.focus(where)
    heard = "window.heard = 0; document.addEventListener('keydown', () => { window.heard += 1; });"
    page.evaluate(heard)
    for key in ("d", "d", "a", "b", "ArrowUp", "ArrowDown", "Delete", "Shift+Enter"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.evaluate("window.heard") == 0
    assert page.locator(".cm-editor").count() == 2
    focused = f"{FOUND}.contains({FOUND}.getRootNode().activeElement)"
    assert page.evaluate(focused)


def test_in_marimo_the_page_follows_the_notebooks_theme_and_the_cells_width(
    marimo_page: Visit,
) -> None:
    page = marimo_page.page
    assert page.evaluate(f"getComputedStyle({FOUND}).backgroundColor") == DARK
    assert page.evaluate(f"{FOUND}.clientWidth") < 860  # in a window of 1280
    assert page.locator("main.autoviz .scrub").bounding_box()["width"] > 200
    below = f"{FOUND}.page.find('aside').getBoundingClientRect().top"
    assert page.evaluate(f"{below} >= {FOUND}.page.find('.band').getBoundingClientRect().bottom")


def test_in_marimo_a_reload_keeps_what_was_moved(marimo_page: Visit) -> None:
    page = marimo_page.page
    page.fill(NUMBER, "-4.25")
    page.click("main.autoviz .last")
    until(page, f"{FOUND}.page.step === 10")
    page.wait_for_timeout(1500)
    page.reload()
    until(page, f"{FOUND}?.page?.step === 10")
    assert page.input_value(NUMBER) == "-4.25"
