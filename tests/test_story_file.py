"""A story file holds a picture whole, and refuses what is broken with one sentence."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given

from graphgen.draw.story_file import dumps, loads
from graphgen.model.errors import StoryFileError
from graphgen.model.geometry import Box, Layout, Place, Point, Route
from graphgen.model.graph import Array, Graph, Port, Summary
from graphgen.model.picture import Picture
from graphgen.model.reprs import in_full
from graphgen.model.theme import DARK
from graphgen.narration.telling import tell
from tests.graphs import graphs, two_paths


def picture_of(graph: Graph) -> Picture:
    """A picture in which everything stands at the same place."""
    story = tell(graph)
    box = Box(0.0, 0.0, 10.0, 5.0)
    cells = dict.fromkeys(mark.cell for step in story.steps for mark in step.marks)
    layout = Layout(
        width=10.0,
        height=5.0,
        direction="lr",
        boxes=(box,) * len(graph.nodes),
        routes=(Route((Point(0.0, 0.0),)),) * len(graph.edges),
        places=tuple(Place(cell, box, 12.0) for cell in cells),
    )
    return Picture(story, layout, DARK)


def with_port(graph: Graph, port: Port) -> Graph:
    """The graph with another output at its first leaf."""
    first, *others = graph.nodes
    return replace(graph, nodes=(replace(first, ports=(port,)), *others))


@given(graphs())
def test_what_is_written_is_read_again(graph: Graph) -> None:
    picture = picture_of(graph)
    assert loads(dumps(picture)) == picture
    assert dumps(loads(dumps(picture))) == dumps(picture)


@pytest.mark.parametrize(
    "value",
    [
        Array((3,), "float64", (math.nan, math.inf, -math.inf)),
        Array((2,), "complex128", (1 + 2j, complex(math.nan, -0.0))),
        Array(
            (2, 50), "float32", None, Summary(-1.0, 2.0, math.nan, math.inf, 3, 1, (0.5, math.nan))
        ),
        Array((2,), "bfloat16"),
    ],
)
def test_odd_numbers_are_written_as_strict_json_and_read_again(value: Array) -> None:
    text = dumps(picture_of(with_port(two_paths(), Port(value, value))))
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert in_full(loads(text).story.graph.nodes[0].ports[0].value) == in_full(value)


def _changed(old: str, new: str) -> str:
    text = dumps(picture_of(two_paths()))
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is JSON"),
        ("[" * 100_000, "is JSON"),
        ("[]", "begins with"),
        ('{"autoviz": 99}', "version 1: got version 99"),
        ('{"autoviz": 1}', "required field missing"),
        (_changed('"boxes"', '"bx"'), "boxes"),
        (_changed('"width":10.0', '"width":"wide"'), "width"),
        (_changed('"width":10.0', '"width":"nan"'), "size above 0"),
        (_changed('"direction":"lr"', '"direction":"up"'), "direction"),
        (_changed('"index":0', '"index":99'), "cells of its own graph"),
        (_changed('"seconds":1.8', '"seconds":1e9'), "0 to 600 seconds"),
        (_changed('"source":0,', '"source":3,'), "lower to a higher"),
        (_changed('"items":[2.0]', '"items":[2.0,3.0]'), "elements"),
        (_changed('"nodes":[2]', '"nodes":[7]'), "steps about its own graph"),
    ],
)
def test_a_broken_file_gets_one_sentence(text: str, said: str) -> None:
    with pytest.raises(StoryFileError, match=said) as caught:
        loads(text)
    assert "\n" not in str(caught.value)
