"""DOT source is proper: dot renders it by itself, and what people wrote is text in it."""

import json
import subprocess
import time
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphgen.layout.dot import label, source, structure
from graphgen.layout.measure import safe
from graphgen.model.graph import Graph
from graphgen.narration.telling import tell
from tests.graphs import square_by_product, two_paths
from tests.pictures import HOSTILE, ZOO, any_graphs, named


def rendered(text: str, how: str = "svg") -> bytes:
    """What dot makes of a source; nothing may be said on stderr."""
    done = subprocess.run(
        ["dot", f"-T{how}"], input=text.encode(), capture_output=True, timeout=20, check=True
    )
    assert done.stderr == b""
    return done.stdout


def texts(drawing: bytes) -> list[str]:
    """The texts of a drawing of dot's."""
    found = ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")
    return [(element.text or "").replace("\xa0", " ") for element in found]


@pytest.mark.dot
def test_dot_draws_names_values_gradients_and_contributions() -> None:
    found = texts(rendered(source(tell(two_paths(), title="c = (a + b) * b"))))
    for text in ("c = (a + b) * b", "a", "2", "s = a + b", "c = s × b", "15", "∂ 8", "∂ 1"):
        assert text in found
    assert sorted(found).count("5") == 2  # the value of s and what c sends to b


@pytest.mark.dot
@pytest.mark.parametrize("name", ZOO)
def test_dot_draws_every_kind_of_card(name: str) -> None:
    rendered(source(tell(ZOO[name])))


def test_a_product_with_itself_has_two_edges() -> None:
    assert source(tell(square_by_product())).count("n0 -> n1") == 2


def test_ids_are_ours_and_the_same_story_gives_the_same_text() -> None:
    text = source(tell(named("x -> y")))
    assert text == source(tell(named("x -> y")))
    assert "n0 -> n2" in text


@pytest.mark.dot
@pytest.mark.parametrize("name", HOSTILE)
def test_odd_names_stay_text(name: str) -> None:
    story = tell(named(name), title=name)
    drawing = rendered(source(story))
    found = {element.tag.rsplit("}", 1)[1] for element in ET.fromstring(drawing).iter()}
    assert found <= {"svg", "g", "title", "text", "polygon", "path", "polyline", "ellipse"}
    assert safe(name) in texts(drawing)
    graph = json.loads(rendered(source(story), "json0"))
    assert len(graph["objects"]) == 4
    assert len(graph["edges"]) == 4


@pytest.mark.dot
@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_any_text_stays_text_in_a_label(text: str) -> None:
    drawing = rendered("".join(structure([text], [])))
    lines = [line for line in safe(text).replace("\t", "  ").split("\n") if line.strip()]
    assert [t.strip() for t in texts(drawing) if t.strip()] == [line.strip() for line in lines]


@pytest.mark.dot
@settings(max_examples=15, deadline=None)
@given(any_graphs(largest=8))
def test_dot_finds_every_node_and_every_use(graph: Graph) -> None:
    found = json.loads(rendered(source(tell(graph)), "json0"))
    assert [thing["name"] for thing in found["objects"]] == [
        f"n{i}" for i in range(len(graph.nodes))
    ]
    ends = sorted((edge["tail"], edge["head"]) for edge in found.get("edges", ()))
    assert ends == sorted((edge.source, edge.target) for edge in graph.edges)


def test_a_label_of_any_length_is_cut() -> None:
    assert len(label("x" * 20_000)) < 2_100


@pytest.mark.dot
def test_structure_is_what_dot_reads_back() -> None:
    names = ["leaf", "MulBackward0", 'odd "name"']
    found = json.loads(rendered("".join(structure(names, [(0, 1), (0, 1), (1, 2)])), "json0"))
    assert [thing["label"] for thing in found["objects"]] == ["leaf", "MulBackward0", 'odd "name"']
    assert len(found["edges"]) == 3


def test_structure_is_written_in_pieces_at_three_hundred_thousand_nodes_a_second() -> None:
    count = 200_000
    begin = time.process_time()
    pieces = structure(
        ("AddBackward0" if i % 2 else "MulBackward0" for i in range(count)),
        ((i, i + 1) for i in range(count - 1)),
    )
    longest = max(map(len, pieces))
    assert longest < 1_000_000
    assert count / (time.process_time() - begin) > 300_000
