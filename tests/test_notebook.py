"""A notebook shows a graph as an inline picture that disturbs nothing around it."""

import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from graphgen.front.notebook import html_of
from graphgen.model.graph import Graph
from tests.graphs import chain, two_paths
from tests.pictures import HOSTILE, alarm, named


@pytest.mark.dot
def test_a_graph_shows_itself_as_one_piece_of_markup() -> None:
    root = ET.fromstring(two_paths()._repr_html_())
    assert root.tag == "div"
    assert [child.tag.rsplit("}", 1)[1] for child in root] == ["svg"]


@pytest.mark.dot
def test_two_graphs_on_a_page_share_no_class_but_those_that_say_what_elements_are() -> None:
    one, other = (
        {name for text in re.findall(r'class="([^"]+)"', html_of(graph)) for name in text.split()}
        for graph in (two_paths(), alarm())
    )
    assert all(name.startswith("av-") for name in one & other)
    assert len(one) > 20


@pytest.mark.dot
@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text(name: str) -> None:
    page = html_of(named(name))
    ET.fromstring(page)
    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.dot
def test_a_model_of_a_thousand_nodes_draws_itself_folded() -> None:
    page = html_of(chain(1_000))
    root = ET.fromstring(page)
    assert [child.tag.rsplit("}", 1)[-1] for child in root] == ["svg", "p"]
    assert "Folded from 1,001 nodes to " in page


def test_explain_gives_the_table_as_text_and_as_markup() -> None:
    found = two_paths().explain()
    assert "5 via c = s × b, plus 3 via s = a + b, is 8" in repr(found)
    rows = ET.fromstring(found._repr_html_()).findall(".//tr")
    cells = [[cell.text for cell in row] for row in rows]
    assert cells[2] == ["b", "3", "8", "5 via c = s × b, plus 3 via s = a + b, is 8"]


def test_explain_folds_what_is_large_unless_more_is_asked_for() -> None:
    assert len(repr(chain(200).explain()).splitlines()) < 70
    assert len(repr(chain(200).explain(most=500)).splitlines()) > 200


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text_in_the_table(name: str) -> None:
    page = named(name).explain()._repr_html_()
    ET.fromstring(page)
    assert "<script" not in page
    assert "<img" not in page


def test_without_dot_it_says_so_instead_of_failing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    graph: Graph = two_paths()
    assert "apt-get install graphviz" in html_of(graph)


def test_a_graph_can_show_itself_however_its_class_was_imported() -> None:
    for statement in ("from graphgen.model.graph import Graph", "from graphgen import Graph"):
        code = f"{statement}; print(Graph._repr_html_.__doc__, Graph.explain.__doc__)"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.startswith("The picture that a notebook shows")
        assert "how every gradient is made up" in ran.stdout


def test_a_graph_pulls_in_nothing_that_shows_it() -> None:
    code = "import graphgen.model.graph, sys; print([m for m in sys.modules if 'graphgen.' in m])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ast.literal_eval(ran.stdout)) == {
        "graphgen.model", "graphgen.model.graph", "graphgen.model.kinds", "graphgen.model.messages",
        "graphgen.model.reprs", "graphgen.renamed",
    }  # fmt: skip
