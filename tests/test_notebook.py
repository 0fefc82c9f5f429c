"""A notebook shows a graph as an inline picture that disturbs nothing around it."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from graphgen.graph import Graph
from graphgen.notebook import html_of
from tests.graphs import chain, two_paths
from tests.pictures import HOSTILE, alarm, named


@pytest.mark.dot
def test_a_graph_shows_itself_as_one_piece_of_markup() -> None:
    root = ET.fromstring(two_paths()._repr_html_())
    assert root.tag == "div"
    assert [child.tag.rsplit("}", 1)[1] for child in root] == ["svg"]


@pytest.mark.dot
def test_two_graphs_on_a_page_share_no_class() -> None:
    found = [set(re.findall(r'class="([^" ]+)"', html_of(g))) for g in (two_paths(), alarm())]
    assert found[0].isdisjoint(found[1])


@pytest.mark.dot
@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text(name: str) -> None:
    page = html_of(named(name))
    ET.fromstring(page)
    assert "<script" not in page
    assert "<img" not in page


def test_a_huge_graph_is_counted_instead() -> None:
    assert html_of(chain(5_000)) == (
        "<p>A graph of 5,001 nodes: too large to draw here; fold it first.</p>"
    )


def test_without_dot_it_says_so_instead_of_failing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    graph: Graph = two_paths()
    assert "apt-get install graphviz" in html_of(graph)
