"""Everything that a story shows has a place of its own, whatever the graph."""

import os
import resource
import stat
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from graphgen.layout import place
from graphgen.layout.cards import GRADIENT_PREFIX
from graphgen.layout.measure import extent, width
from graphgen.model.errors import MissingPartError, RenderError
from graphgen.model.geometry import Box, Direction, Layout
from graphgen.model.graph import Cell, Graph
from graphgen.model.story import Story
from graphgen.model.theme import DARK
from graphgen.narration.telling import tell
from tests.graphs import chain, edge, graphs, node, square_by_product, sum_of_products, two_paths
from tests.pictures import HOSTILE, ZOO, any_graphs, inside, named, overlap, points_on

pytestmark = pytest.mark.dot

DIRECTIONS: tuple[Direction, ...] = ("lr", "tb")


def check(story: Story, layout: Layout) -> None:
    """No two cards or contributions overlap; texts stand on their cards, apart; all is inside."""
    cells = {mark.cell for step in story.steps for mark in step.marks}
    assert {spot.cell for spot in layout.places} == cells
    pills = [spot.box for spot in layout.places if spot.cell.part == "contribution"]
    solid = [*layout.boxes, *pills]
    for index, box in enumerate(solid):
        assert inside(box, Box(0, 0, layout.width, layout.height))
        assert not any(overlap(box, other) for other in solid[index + 1 :])
    texts: dict[int, list[Box]] = {}
    for spot in layout.places:
        if spot.cell.part == "contribution":
            continue
        mine = texts.setdefault(spot.cell.index, [])
        for box in (spot.box, spot.strip):
            if box is not None:
                assert inside(box, layout.boxes[spot.cell.index])
                assert not any(overlap(box, other) for other in mine)
                mine.append(box)
    for route in layout.routes:
        assert all(
            -0.1 <= x <= layout.width + 0.1 and -0.1 <= y <= layout.height + 0.1
            for x, y in points_on(route)
        )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_graphs())
def test_nothing_overlaps_and_nothing_is_outside_whatever_the_graph(graph: Graph) -> None:
    story = tell(graph)
    for direction in DIRECTIONS:
        check(story, place(story, DARK, direction))


@settings(max_examples=25, deadline=None)
@given(graphs(largest=6))
def test_values_flow_to_the_right_or_down(graph: Graph) -> None:
    story = tell(graph)
    right, down = place(story), place(story, direction="tb")
    for use in graph.edges:
        source, target = right.boxes[use.source], right.boxes[use.target]
        assert source.x + source.width <= target.x
        source, target = down.boxes[use.source], down.boxes[use.target]
        assert source.y + source.height <= target.y


@pytest.mark.parametrize("name", ZOO)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_text_of_the_story_fits_its_place(name: str, direction: Direction) -> None:
    story = tell(ZOO[name])
    layout = place(story, direction=direction)
    places = {spot.cell: spot for spot in layout.places}
    for mark in (mark for step in story.steps for mark in step.marks):
        spot = places[mark.cell]
        room = extent(mark.text, spot.size)
        prefix = width(GRADIENT_PREFIX, spot.size) if mark.cell.part == "gradient" else 0.0
        assert room.width + prefix <= spot.box.width + 0.1
        assert room.height <= spot.box.height + 0.1


@settings(max_examples=25, deadline=None)
@given(graphs(largest=8))
def test_a_route_leads_from_its_source_to_its_target_through_its_contribution(graph: Graph) -> None:
    story = tell(graph)
    layout = place(story)
    pills = {p.cell.index: p.box for p in layout.places if p.cell.part == "contribution"}
    for index, (use, route) in enumerate(zip(graph.edges, layout.routes, strict=True)):
        source, target = layout.boxes[use.source], layout.boxes[use.target]
        start, end = route.points[0], route.points[-1]
        assert abs(start.x - source.x - source.width) <= 2.1
        assert abs(end.x - target.x) <= 2.1
        assert source.y < start.y < source.y + source.height
        assert target.y < end.y < target.y + target.height
        middle = pills[index].center
        near = min(abs(x - middle.x) + abs(y - middle.y) for x, y in points_on(route))
        assert near <= pills[index].width / 12 + 0.5


@settings(max_examples=25, deadline=None)
@given(graphs(largest=8))
@example(sum_of_products([(1, 2), (1, 1), (2, 0), (2, 0), (3, 0), (2, 1)], [9, -1, -1, 1]))
def test_a_route_runs_through_no_card_and_no_other_contribution(graph: Graph) -> None:
    layout = place(tell(graph))
    pills = {p.cell.index: p.box for p in layout.places if p.cell.part == "contribution"}
    for index, route in enumerate(layout.routes):
        others = [box for other, box in pills.items() if other != index]
        for box in [*layout.boxes, *others]:
            core = Box(box.x + 2.5, box.y + 2.5, box.width - 5, box.height - 5)
            assert not any(
                core.x < x < core.x + core.width and core.y < y < core.y + core.height
                for x, y in points_on(route)
            )


def test_a_product_with_itself_has_two_routes_apart() -> None:
    layout = place(tell(square_by_product()))
    one, other = (route.points for route in layout.routes)
    assert min(abs(a.y - b.y) for a, b in zip(one, other, strict=True)) > 10


def test_operands_arrive_in_their_order_from_top_to_bottom() -> None:
    layout = place(tell(two_paths()))
    ends = [route.points[-1].y for route in layout.routes]
    assert ends[0] < ends[1]
    assert ends[2] < ends[3]


def test_data_has_no_place_for_a_gradient() -> None:
    layout = place(tell(ZOO["data and a cut"]))
    parts = {spot.cell.part for spot in layout.places if spot.cell.index == 0}
    assert Cell("gradient", 0) not in {spot.cell for spot in layout.places}
    assert {"title", "value"} <= parts


def test_only_large_arrays_have_a_strip() -> None:
    strips = {p.cell for p in place(tell(ZOO["matrices"])).places if p.strip is not None}
    assert strips == {Cell("value", 2), Cell("gradient", 2)}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_break_the_layout(name: str) -> None:
    story = tell(named(name))
    check(story, place(story))


def test_the_same_story_is_always_placed_the_same() -> None:
    assert place(tell(two_paths())) == place(tell(two_paths()))


def test_a_missing_dot_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPartError, match="apt-get install graphviz"):
        place(tell(two_paths()))


NONSENSE = [
    "nonsense",
    "{}",
    "[]",
    "null",
    "[" * 100_000,
    '{"bb": "0,0,10,10"}',
    '{"bb": 7}',
    '{"bb": "0,0,nan,10", "objects": []}',
    '{"bb": "0,0,9,9", "objects": 3}',
    '{"bb": "0,0,9,9", "objects": [{"name": "n0"}]}',
    '{"bb": "0,0,9,9", "objects": [{"name": "n0", "pos": "1,1e999"}]}',
    '{"bb": "0,0,9,9", "edges": [{"pos": ""}]}',
]
"""What is no layout."""


def fake_dot(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Puts a program called dot in front of all others."""
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_failing_dot_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_dot(tmp_path, monkeypatch, "echo out of luck >&2; exit 3")
    with pytest.raises(RenderError, match=r"status 3.*out of luck"):
        place(tell(two_paths()))


def test_a_dot_that_answers_nonsense_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for answer in NONSENSE:
        (tmp_path / "answer").write_text(answer)
        fake_dot(tmp_path, monkeypatch, f"cat '{tmp_path}/answer'")
        with pytest.raises(RenderError, match="answer"):
            place(tell(two_paths()))


@pytest.mark.parametrize("body", ["cat /dev/zero", "yes '{'", "yes >&2", "yes & yes"])
def test_a_dot_without_end_costs_neither_time_nor_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str
) -> None:
    fake_dot(tmp_path, monkeypatch, body)
    story = tell(two_paths())
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(RenderError):
        check(story, place(story, seconds=2))
    assert time.monotonic() - begin < 6
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_when_dot_takes_too_long_the_picture_comes_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_dot(tmp_path, monkeypatch, "exec sleep 20")
    story = tell(two_paths())
    begin = time.monotonic()
    check(story, place(story, seconds=0.3))
    assert time.monotonic() - begin < 5


def test_a_leaf_used_at_each_of_sixty_steps_is_placed_in_seconds() -> None:
    leaves = (node("leaf", "w", 0.5, 1.0), node("leaf", "x", 1.0, 1.0))
    ops = tuple(node("op", "", 0.25, 0.1, "MulBackward0") for _ in range(60))
    edges = [
        edge(source, step + 2, slot, 0.125, 0.5)
        for step in range(60)
        for slot, source in enumerate((step + 1, 0))
    ]
    story = tell(Graph(leaves + ops, tuple(edges)))
    begin = time.monotonic()
    check(story, place(story))
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_long_chain_is_broken_into_bands(direction: Direction) -> None:
    story = tell(chain(150))
    layout = place(story, direction=direction)
    check(story, layout)
    length = layout.width / layout.height
    assert 1 / 6 < length < 6
