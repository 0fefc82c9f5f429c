"""Which graphs dot can do in a second or two, and which it can't."""

import pytest

from graphgen.layout import place
from graphgen.layout.reach import needs_layers
from graphgen.narration.telling import tell
from tests.graphs import chain, two_paths


def loop_over_one_leaf(steps: int) -> tuple[int, list[tuple[int, int]]]:
    """x = x * w at each step."""
    edges = [(0 if step == 0 else step + 1, step + 2) for step in range(steps)]
    return steps + 2, edges + [(1, step + 2) for step in range(steps)]


def test_a_small_graph_is_for_dot() -> None:
    assert not needs_layers(4, [(0, 2), (1, 2), (2, 3), (1, 3)])
    assert not needs_layers(1, [])


def test_how_far_edges_reach_counts_and_not_how_many_boxes_there_are() -> None:
    """80 steps over one leaf: its edges cross 1 + 2 + ... + 80 layers, 3,240 together."""
    assert needs_layers(*loop_over_one_leaf(80))
    edges = [(2 * step, 2 * step + 1) for step in range(80)]  # a leaf of its own for each step
    edges += [(2 * step - 1, 2 * step + 1) for step in range(1, 80)]
    assert not needs_layers(160, edges)


def test_the_sum_is_held_against_the_limit() -> None:
    """A chain of four and one edge past it cross 3 + 3 layers."""
    edges = [(0, 1), (1, 2), (2, 3), (0, 3)]
    assert not needs_layers(4, edges, farthest=6)
    assert needs_layers(4, edges, farthest=5)


def test_a_leaf_used_late_reaches_only_one_layer() -> None:
    """Box 3 stands right before box 4, not at the start: all edges together cross 4 layers."""
    edges = [(0, 1), (1, 2), (2, 4), (3, 4)]
    assert not needs_layers(5, edges, farthest=4)
    assert needs_layers(5, edges, farthest=3)


def test_a_long_chain_is_placed_without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert len(place(tell(chain(1_200))).boxes) == 1_201


@pytest.mark.dot
def test_a_small_graph_is_placed_the_same_as_ever() -> None:
    boxes = place(tell(two_paths())).boxes
    assert boxes[0].x < boxes[2].x < boxes[3].x
