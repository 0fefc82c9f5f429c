"""A layered placement: nothing overlaps, no way leads through a box, and long pictures wrap."""

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphgen.layout.layers import Placed, layered
from graphgen.model.geometry import Box, Direction, Point, Route

Edges = list[tuple[int, int]]
Sizes = list[tuple[float, float]]


def recurrent(steps: int) -> tuple[int, Edges]:
    """Shared weights, a hidden state and a memory over many steps, as an LSTM has them."""
    edges: Edges = []
    count = 6
    weights, hidden, memory = range(4), 4, 5
    for _ in range(steps):
        data, first, second, gates = range(count, count + 4)
        edges += [(data, first), (weights[0], first), (weights[1], first)]
        edges += [(hidden, second), (weights[2], second), (weights[3], second)]
        edges += [(first, gates), (second, gates), (gates, gates + 1), (gates, gates + 2)]
        edges += [(gates + 1, gates + 3), (memory, gates + 3), (gates + 2, gates + 4)]
        edges += [(gates + 3, gates + 4)]
        memory, hidden, count = gates + 3, gates + 4, gates + 5
    return count, edges


def scattered(count: int, seed: int) -> tuple[Sizes, Edges]:
    """Random boxes and edges, mostly short, some very long, some twice."""
    chance = random.Random(seed)
    sizes = [
        (chance.choice((40.0, 90.0, 160.0)), chance.choice((30.0, 66.0))) for _ in range(count)
    ]
    edges = [
        (max(0, target - 1 - int(chance.expovariate(0.1))), target)
        for target in range(1, count)
        for _ in range(chance.choice((0, 1, 1, 2)))
    ]
    edges += [(0, count - 1), (0, count - 1)] if count > 1 else []
    return sizes, edges


def on_the_way(route: Route, pieces: int = 16) -> list[Point]:
    """Points along a route, by Bernstein's polynomials."""
    found = []
    for at in range(0, len(route.points) - 1, 3):
        a, b, c, d = route.points[at : at + 4]
        for step in range(pieces + 1):
            t = step / pieces
            shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            corners = (a, b, c, d)
            x = sum(share * corner.x for share, corner in zip(shares, corners, strict=True))
            y = sum(share * corner.y for share, corner in zip(shares, corners, strict=True))
            found.append(Point(x, y))
    return found


def is_inside(point: Point, box: Box) -> bool:
    """Whether a point lies in a box, and not just on its border."""
    return (
        box.x + 0.05 < point.x < box.x + box.width - 0.05
        and box.y + 0.05 < point.y < box.y + box.height - 0.05
    )


def overlaps(boxes: Sequence[Box]) -> int:
    """How many pairs of boxes share more than a border; exact."""
    return sum(
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
        for index, a in enumerate(boxes)
        for b in boxes[index + 1 :]
    )


def runs_through(placed: Placed, edges: Edges) -> list[int]:
    """The edges that run through a box, or through another edge's label."""
    boxes = [((0, index), box) for index, box in enumerate(placed.boxes)]
    boxes += [((1, index), box) for index, box in placed.labels.items()]
    return [
        index
        for index, route in enumerate(placed.routes)
        if any(
            is_inside(point, box)
            for point in on_the_way(route)
            for owner, box in boxes
            if owner not in ((0, edges[index][0]), (0, edges[index][1]), (1, index))
        )
    ]


def on_border(point: Point, box: Box) -> bool:
    """Whether a point lies on a box's border."""
    is_near = (
        box.x - 0.05 <= point.x <= box.x + box.width + 0.05
        and box.y - 0.05 <= point.y <= box.y + box.height + 0.05
    )
    return is_near and not is_inside(point, box)


CASES = {
    "one box": ([(60.0, 40.0)], []),
    "no edges": ([(60.0, 40.0), (80.0, 20.0)], []),
    "used twice": ([(60.0, 40.0), (80.0, 20.0)], [(0, 1), (0, 1)]),
    "recurrent": ([(70.0, 50.0)] * recurrent(12)[0], recurrent(12)[1]),
    "chain": ([(70.0, 50.0)] * 80, [(i, i + 1) for i in range(79)]),
    "one sum of many": ([(70.0, 50.0)] * 41, [(i, 40) for i in range(40)]),
    "scattered": scattered(90, 1),
}


@pytest.mark.parametrize("direction", ["lr", "tb"])
@pytest.mark.parametrize("has_labels", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_and_no_way_leads_through_a_box(
    case: str, has_labels: bool, direction: Direction
) -> None:
    sizes, edges = CASES[case]
    labels = dict.fromkeys(range(0, len(edges), 2), (44.0, 18.0)) if has_labels else {}
    placed = layered(sizes, edges, direction, labels=labels)
    assert overlaps([*placed.boxes, *placed.labels.values()]) == 0
    assert runs_through(placed, edges) == []


@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_boxes_and_labels_keep_their_sizes_and_stay_on_the_page(direction: Direction) -> None:
    sizes, edges = scattered(60, 2)
    labels = {3: (44.0, 18.0), 5: (30.0, 12.0)}
    placed = layered(sizes, edges, direction, labels=labels)
    assert [(box.width, box.height) for box in placed.boxes] == sizes
    assert {index: (box.width, box.height) for index, box in placed.labels.items()} == labels
    everything = [*placed.boxes, *placed.labels.values()]
    assert all(box.x >= 0 and box.x + box.width <= placed.width for box in everything)
    assert all(box.y >= 0 and box.y + box.height <= placed.height for box in everything)
    ways = [point for route in placed.routes for point in on_the_way(route)]
    assert all(0 <= p.x <= placed.width and 0 <= p.y <= placed.height for p in ways)


@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_each_route_leads_from_its_source_through_its_label_to_its_target(
    direction: Direction,
) -> None:
    sizes, edges = scattered(80, 3)
    labels = dict.fromkeys(range(len(edges)), (44.0, 18.0))
    placed = layered(sizes, edges, direction, labels=labels)
    for index, (source, target) in enumerate(edges):
        points = placed.routes[index].points
        assert len(points) % 3 == 1
        assert on_border(points[0], placed.boxes[source])
        assert on_border(points[-1], placed.boxes[target])
        assert any(is_inside(p, placed.labels[index]) for p in on_the_way(placed.routes[index], 60))


def test_a_target_stands_after_its_source_in_a_picture_that_does_not_wrap() -> None:
    sizes, edges = scattered(120, 4)
    placed = layered(sizes, edges, "lr", is_wrapped=False)
    boxes = placed.boxes
    assert all(boxes[s].x + boxes[s].width < boxes[t].x for s, t in edges)
    down = layered(sizes, edges, "tb", is_wrapped=False).boxes
    assert all(down[s].y + down[s].height < down[t].y for s, t in edges)


def test_two_uses_by_the_same_box_take_two_ways() -> None:
    placed = layered([(60.0, 40.0), (60.0, 40.0)], [(0, 1), (0, 1)])
    first, second = placed.routes
    assert first != second


def test_a_straight_chain_is_drawn_straight() -> None:
    placed = layered([(60.0, 40.0)] * 5, [(i, i + 1) for i in range(4)], "lr")
    assert len({box.y for box in placed.boxes}) == 1
    assert all(len(route.points) == 4 for route in placed.routes)


def test_a_tree_is_drawn_without_crossings() -> None:
    """A full binary tree towards the root, 63 boxes."""
    edges = [(index, (index - 1) // 2) for index in range(62, 0, -1)]
    boxes = layered([(60.0, 40.0)] * 63, edges, "lr").boxes
    for depth in range(1, 6):
        row = range(2**depth - 1, 2 ** (depth + 1) - 1)
        parents = [(index - 1) // 2 for index in sorted(row, key=lambda index: boxes[index].y)]
        heights = [boxes[parent].y for parent in parents]
        assert heights == sorted(heights)


def test_an_unrolled_network_is_no_thin_strip() -> None:
    count, edges = recurrent(100)
    for direction in ("lr", "tb"):
        placed = layered([(70.0, 50.0)] * count, edges, direction)
        assert 1 / 4 < placed.width / placed.height < 4


def test_the_same_input_gives_the_same_picture() -> None:
    sizes, edges = scattered(300, 5)
    assert layered(sizes, edges) == layered(sizes, edges)


def test_edges_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        layered([(60.0, 40.0)] * 3, [(0, 1), (1, 2), (2, 1)])


def test_a_very_deep_graph_needs_no_recursion() -> None:
    count = 30_000
    placed = layered([(60.0, 40.0)] * count, [(i, i + 1) for i in range(count - 1)])
    assert len(placed.boxes) == count
    assert 1 / 4 < placed.width / placed.height < 4


def test_ten_thousand_boxes_take_seconds_at_most() -> None:
    """Usually 0.3 s; dot takes minutes."""
    sizes, edges = scattered(10_000, 6)
    start = time.perf_counter()
    layered(sizes, edges)
    assert time.perf_counter() - start < 5


@example(40, 263, "tb", False)  # many boxes without edges once drove the positions to infinity
@settings(max_examples=30, deadline=None)
@given(st.integers(1, 45), st.integers(0, 10_000), st.sampled_from(("lr", "tb")), st.booleans())
def test_no_graph_makes_boxes_overlap_or_a_way_lead_through_one(
    count: int, seed: int, direction: Direction, has_labels: bool
) -> None:
    sizes, edges = scattered(count, seed)
    labels = dict.fromkeys(range(len(edges)), (44.0, 18.0)) if has_labels else {}
    placed = layered(sizes, edges, direction, labels=labels)
    assert overlaps([*placed.boxes, *placed.labels.values()]) == 0
    assert runs_through(placed, edges) == []
