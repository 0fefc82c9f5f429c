"""A story file holds a picture whole, and refuses what is broken with one sentence."""

import json
import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from graphgen.capture.arrays import array_of
from graphgen.draw.story_file import dumps, loads
from graphgen.model.errors import StoryFileError
from graphgen.model.geometry import Box, Layout, Place, Point, Route
from graphgen.model.graph import Array, Graph, Grid, Histogram, Port, Summary
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
        Array(
            (2, 50),
            "float32",
            None,
            Summary(
                -1.0,
                math.inf,
                1.0,
                math.inf,
                3,
                1,
                (0.5, math.nan),
                0,
                7,
                Grid.of(2, 25, (math.nan, -math.inf, *range(48)), (1, 2)),
                Histogram.of(-1.0, math.nan, (96, *[0] * 31)),
            ),
        ),
    ],
)
def test_odd_numbers_are_written_as_strict_json_and_read_again(value: Array) -> None:
    text = dumps(picture_of(with_port(two_paths(), Port(value, value))))
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert in_full(loads(text).story.graph.nodes[0].ports[0].value) == in_full(value)


@given(
    st.sampled_from([(70,), (9, 8), (40, 50), (3, 4, 5, 6)]),
    st.sampled_from([torch.float32, torch.float64, torch.complex64, torch.int16, torch.bool]),
    st.integers(0, 2**32 - 1),
)
def test_a_large_tensor_is_read_again_with_grid_and_histogram(
    shape: tuple[int, ...], dtype: torch.dtype, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    value = array_of((torch.randn(shape, generator=generator) * 9).to(dtype))
    assert value.summary is not None
    assert value.summary.grid is not None
    graph = with_port(two_paths(), Port(value, value))
    assert loads(dumps(picture_of(graph))).story.graph == graph


def test_a_large_tensor_takes_at_most_four_kilobytes() -> None:
    small, large = (
        len(dumps(picture_of(with_port(two_paths(), Port(array_of(torch.randn(size)))))))
        for size in ((1,), (500, 500))
    )
    assert large - small < 4_000


LARGE = dumps(picture_of(with_port(two_paths(), Port(array_of(torch.arange(100.0))))))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"rows":1,', '"rows":2,', "numbers: got 50 bytes"),
        ('"block":[1,4]', '"block":[1,5]', "a grid of 1 × 20 for 1 × 100 elements: got 1 × 25"),
        ('"block":[1,4]', '"block":[1]', "a block's rows and columns"),
        ('"block":[1,4]', '"block":[0,4]', "blocks from 1 × 1"),
        ('"pooling":"mean"', '"pooling":"max"', 'pooled by "mean": got'),
        ('"halves":"', '"halves":"*', "in Base64"),
        ('"exponent":-8', '"exponent":100000', "exponent up to"),
        ('"zeros":1', '"zeros":101', "0 to 100 zeros: got 101"),
        ('"zeros":1', '"zeros":0.5', "whole number"),
        ('"counts":[4,', '"counts":[5,', "histogram of 100 elements: got 101"),
        ('"counts":[4,', '"counts":[', "histogram of 32 counts"),
        ('"histogram":{', '"histogram":7,"h":{', "a histogram: got 7"),
        ('"grid":{', '"grid":[],"g":{', "a grid: got"),
    ],
)
def test_a_grid_or_histogram_that_does_not_fit_is_refused(old: str, new: str, said: str) -> None:
    assert old in LARGE
    with pytest.raises(StoryFileError, match=said) as caught:
        loads(LARGE.replace(old, new, 1))
    assert "\n" not in str(caught.value)


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
        ('{"autoviz": 99}', "version 1 or 2: got 99, which a newer autoviz wrote"),
        ('{"autoviz": 1}', "required field missing"),
        ('{"autoviz": 0}', "version 1 or 2: got 0; write it again"),
        ('{"autoviz": true}', "version 1 or 2: got True"),
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
