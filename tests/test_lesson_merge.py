"""Merging: the tree with its repeated leaves, the graph, and the gradients that add up."""

from itertools import pairwise

import pytest
import torch

from graphgen.course.scene import Lesson
from graphgen.course.scenes.merge import Data
from graphgen.draw.trees import depths, tidy, unrolled
from graphgen.model.errors import InputError
from graphgen.model.timeline import ASPECTS
from tests.seed_cases import tables
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

pytestmark = pytest.mark.dot


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def test_six_leaves_in_the_tree_are_four_in_the_graph() -> None:
    case, graph = tables()["matrix-dag"], _data(own_lesson("merge")).whole.story.graph
    tree = unrolled(graph, 100)
    assert tree is not None
    leaves = [branch for branch in tree if graph.nodes[branch.node].kind == "leaf"]
    assert len(leaves) == case["tree_leaves"]
    assert sum(node.kind == "leaf" for node in graph.nodes) == case["dag_leaves"]
    captions = " ".join(step.caption for step in board_of(own_lesson("merge")).steps)
    assert "6 leaves in the tree have become 4 in the graph" in captions


def test_gradients_are_torchs() -> None:
    told = own_lesson("merge")
    a = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64, requires_grad=True)
    b, c, x = (
        torch.tensor(rows, dtype=torch.float64)
        for rows in ([[1.0, 0], [2, 1]], [[0.0, 1], [1, 0]], [[1.0, 2], [0, 1]])
    )
    d = torch.tensor([[2.0, 1.0], [1.0, 2.0]], dtype=torch.float64, requires_grad=True)
    loss = (a + (a + b @ x) + (c + d * x) @ x + d).sum()
    expected = torch.autograd.grad(loss, [a, d])
    nodes = {node.name: node for node in _data(told).whole.story.graph.nodes}
    for name, grad in zip("ad", expected, strict=True):
        found = nodes[name].ports[0].grad
        assert found is not None
        assert found.items == tuple(grad.flatten().tolist())


def test_the_last_picture_has_one_card_for_each_leaf() -> None:
    texts = texts_of(board_of(own_lesson("merge")).steps[-1].keyframe)
    assert [texts.count(name) for name in "abcd"] == [1, 1, 1, 1]
    printed = texts_of(board_of(own_lesson("merge")).steps[1].keyframe)
    assert [printed.count(name) for name in "abcd"] == [2, 1, 1, 2]


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("c = a * a", {"a": 3.0}),
        ("s = a + b; c = s * b", {"a": 2.0, "b": 3.0}),
        ("s = a + b; t = s * s; c = t + t * s", {"a": 2.0, "b": 1e30}),
        ("a_name_of_forty_letters_that_goes_on_on_ ** 2 * a_name_of_forty_letters_that_goes_on_on_",
         {"a_name_of_forty_letters_that_goes_on_on_": 1e-30}),
        ("log(x) * x", {"x": 0.0}),
        ("c = 0 * a + a * 0", {"a": 1.0}),
        ("a + a + a + a + a + a + a", {"a": 1.0}),
    ],
)  # fmt: skip
def test_odd_programs_fit(text: str, values: dict[str, float], aspect: str) -> None:
    assert faults(board_of(lesson("merge", text, values), aspect)) == []


def test_a_program_in_which_nothing_is_used_twice_is_refused() -> None:
    with pytest.raises(InputError, match="used more than once: got none"):
        lesson("merge", "c = a * b", {"a": 1.0, "b": 2.0})


def test_a_tree_that_is_too_large_is_refused() -> None:
    rows = (f"{chr(c + 1)} = {chr(c)} * {chr(c)}" for c in range(97, 104))
    text = "; ".join(rows)
    with pytest.raises(InputError, match="at most 40 lines"):
        lesson("merge", text, {"a": 1.0})


def test_children_stand_beside_each_other_in_their_order() -> None:
    parents = [-1, 0, 1, 1, 0, 4, 4, 4]
    breadths = [10.0, 30.0, 8.0, 8.0, 10.0, 8.0, 20.0, 8.0]
    places = tidy(parents, breadths, 4.0)
    levels = depths(parents)
    for level in range(3):
        here = [node for node in range(8) if levels[node] == level]
        for one, other in pairwise(here):
            room = (breadths[one] + breadths[other]) / 2 + 4.0
            assert places[other] - places[one] >= room - 1e-9
    assert places[1] == pytest.approx((places[2] + places[3]) / 2)
    assert min(p - b / 2 for p, b in zip(places, breadths, strict=True)) == pytest.approx(0.0)
