"""Accumulation: each use of a leaf brings its share, and the leaf gets their sum, as in torch."""

from pathlib import Path

import pytest

from graphgen.course.scene import Lesson
from graphgen.course.scenes.accumulate import Data
from graphgen.model.errors import InputError
from graphgen.model.timeline import ASPECTS
from tests.seed_cases import tables
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

pytestmark = pytest.mark.dot


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


@pytest.mark.parametrize(("case", "leaf"), [("multi-path", "x"), ("square-by-product", "a")])
def test_contributions_and_sum_are_those_of_the_course(case: str, leaf: str) -> None:
    told = tables()[case]
    data = _data(lesson("accumulate", told["program"], told["inputs"]))
    graph = data.whole.story.graph
    assert graph.nodes[data.leaf].name == leaf
    into = [edge.contribution for edge in graph.edges if edge.source == data.leaf]
    items = [share.items[0] for share in into if share is not None and share.items is not None]
    assert sorted(items, key=float) == sorted(told["paths"][leaf])  # type: ignore[arg-type]
    grad = graph.nodes[data.leaf].ports[0].grad
    assert grad is not None
    assert grad.items == (told["grads"][leaf],)


def test_the_leaf_may_be_chosen_and_is_else_the_most_shared_one() -> None:
    text, values = "a * b + a * b * b", {"a": 2.0, "b": 3.0}
    for wanted, expected in (("", "b"), ("a", "a"), ("b", "b")):
        data = _data(lesson("accumulate", text, values, leaf=wanted))
        assert data.whole.story.graph.nodes[data.leaf].name == expected


def test_the_column_has_every_contribution_and_their_sum() -> None:
    texts = texts_of(board_of(own_lesson("accumulate")).steps[-1].keyframe)
    for told in ("4", "via b = x²", "3", "via a = x × y", "= 7", "∂", "7", "2 paths"):
        assert told in texts


def test_many_paths_are_counted_where_there_is_no_room_for_all() -> None:
    told = lesson("accumulate", f"sum([{', '.join('a' * 10)}])", {"a": 1.0})
    timeline = board_of(told, "1:1")
    texts = texts_of(timeline.steps[-1].keyframe)
    assert any(text.startswith("and ") and text.endswith(" more") for text in texts)
    assert "= 10" in texts
    assert faults(timeline) == []


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("c = sum(A @ A + A)", {"A": [[1.0, -2.5], [3.25, 4.0]]}),
        ("s = a * a; c = s * a", {"a": 1e30}),
        ("a_name_of_forty_letters_that_goes_on_on_ * a_name_of_forty_letters_that_goes_on_on_",
         {"a_name_of_forty_letters_that_goes_on_on_": 1e-30}),
        ("log(x) * x", {"x": 0.0}),
        ("c = 0 * a + a * 0", {"a": 1.0}),
        ("sum(w * w) + sum(w)", {"w": [0.5] * 70}),
    ],
)  # fmt: skip
def test_odd_programs_fit(text: str, values: dict[str, object], aspect: str) -> None:
    assert faults(board_of(lesson("accumulate", text, values), aspect)) == []


@pytest.mark.parametrize(
    ("text", "leaf", "words"),
    [("c = a * b", "", "a leaf that is used"), ("c = a * a + b", "b", "'b'")],
)
def test_a_leaf_that_is_used_once_is_refused(text: str, leaf: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        lesson("accumulate", text, {"a": 1.0, "b": 2.0}, leaf=leaf)


def test_a_graph_that_cannot_be_read_in_a_frame_is_told_so() -> None:
    text = " + ".join(f"tanh(a{k} * a{k} + {k})" for k in range(14))
    told = lesson("accumulate", text, {f"a{k}": 1.0 for k in range(14)})
    with pytest.raises(InputError, match="a graph that can be read in this frame"):
        board_of(told)


@pytest.mark.parametrize("scene", ["accumulate", "merge"])
def test_a_loss_of_ones_own_is_told_too(scene: str, tmp_path: Path) -> None:
    head = "import torch\na, b = (torch.tensor(x, requires_grad=True) for x in (2.0, 3.0))\n"
    (tmp_path / "two.py").write_text(f"{head}def loss():\n    s = a + b\n    return s * b\n")
    told = lesson(scene, f"{tmp_path / 'two.py'}:loss")
    grads = {n.name: n.ports[0].grad for n in told.data.whole.story.graph.nodes if not n.op}
    assert {name: grad and grad.items for name, grad in grads.items()} == {"a": (3.0,), "b": (8.0,)}
    assert faults(board_of(told)) == []
    with pytest.raises(InputError, match="no values with"):
        lesson(scene, f"{tmp_path / 'two.py'}:loss", {"a": 1.0})
