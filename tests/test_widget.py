"""The page in a notebook: its module draws and steps inside of the element that it is given."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import graphgen
from graphgen.front.widgets import _kind
from graphgen.model.errors import MissingPartError
from graphgen.model.theme import DARK, LIGHT
from tests.browsing import browser, visit
from tests.graphs import two_paths
from tests.pages import graph_of

__all__ = ["browser"]

pytestmark = pytest.mark.dot

NOTEBOOK = """async ([module, html]) => {
  const address = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
  const {default: widget} = await import(address);
  const heard = [];
  const nothing = () => {};
  const on = (name, what) => heard.push([name, what]);
  const get = (name) => ({html, link: ""})[name];
  const model = {get, on, off: nothing, set: nothing, save_changes: nothing};
  for (const name of ["one", "other"]) {
    const el = document.body.appendChild(document.createElement("div"));
    el.id = name;
    el.leave = widget.render({model, el});
  }
  await new Promise((done) => setTimeout(done, 200));
  return heard.map(([name]) => name);
}"""


def test_a_widget_holds_the_page_of_its_graph() -> None:
    made = graphgen.widget(two_paths(), title="Two ways to b")
    assert "Two ways to b" in made.html
    assert 'data-theme="dark"' in graphgen.widget(two_paths(), theme="dark").html
    assert "export default" in made._esm
    assert ".autoviz" in made._css


def test_a_widget_holds_a_picture_for_readers_without_a_kernel() -> None:
    made = graphgen.widget(two_paths(), title="Two ways to b", theme="dark")
    root = ET.fromstring(made.still)
    assert (root.tag, root.get("class")) == ("div", "autoviz-still")
    assert "∂ 8" in "".join(root.itertext())
    assert DARK.page in made.still
    assert LIGHT.page in graphgen.widget(two_paths()).still
    assert ".autoviz-still" in made._css  # which hides it where the widget is live
    assert repr(made) == "<Page: 'Two ways to b'>"


def test_without_anywidget_a_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _kind.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingPartError, match=r"pip install \"autoviz-torch\[notebook\]\""):
        graphgen.widget(two_paths())


@pytest.mark.browser
def test_two_of_them_in_one_notebook_step_by_themselves(browser: Any, tmp_path: Path) -> None:
    made = graphgen.widget(graph_of("c = (a + b) * b", {"a": 2.0, "b": 3.0}))
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<meta charset='utf-8'><style>{made._css}</style><body>")
    with visit(browser, notebook.as_uri(), reduced_motion="reduce") as seen:
        heard = seen.page.evaluate(NOTEBOOK, [str(made._esm), made.html])
        assert heard == ["change:html", "change:html"]
        seen.page.click("#one .next")
        seen.page.keyboard.press("ArrowRight")
        assert seen.page.inner_text("#one .count") == "3 / 11"
        assert seen.page.inner_text("#other .count") == "1 / 11"
        seen.page.fill("#other input[type=number]", "5")
        seen.page.click("#other .last")
        gradient = "[data-key='graph/node/1/gradient/0/0']"
        assert seen.page.text_content(f"#other {gradient}") == "11"
        assert seen.page.text_content(f"#one {gradient}") == "8"
        seen.page.evaluate("document.querySelector('#one').leave()")
        seen.page.keyboard.press("ArrowRight")
        assert seen.page.inner_text("#one .count") == "3 / 11"
    assert seen.complaints == []
