"""Stops: what comes with a cut, and what would have come without it, both as torch has it."""

from pathlib import Path

import pytest
import torch

from graphgen.course.scene import Lesson
from graphgen.course.scenes.stops import Data, without_cuts
from graphgen.draw.elements import box_of
from graphgen.language.expression import parse
from graphgen.model.errors import InputError, LossError
from graphgen.model.timeline import ASPECTS
from tests.storyboards import board_of, faults, lesson, own_lesson, texts_of

pytestmark = pytest.mark.dot


def _data(told: Lesson) -> Data:
    assert isinstance(told.data, Data)
    return told.data


def _grads(data: Data) -> dict[str, tuple[object, object]]:
    return {
        leaf.name: (leaf.kept and leaf.kept.items, leaf.whole and leaf.whole.items)
        for leaf in data.leaves
    }


def test_with_the_cut_a_gets_nothing_and_b_one_of_its_two_paths() -> None:
    data = _data(own_lesson("stops"))
    assert _grads(data) == {"a": (None, (3.0,)), "b": ((5.0,), (8.0,))}
    edges, names = data.whole.story.graph.edges, data.whole.story.names
    ghosts = {names[edges[at].source]: share.items for at, share in data.ghosts}
    assert ghosts == {"detach(s)": (3.0,), "s": (3.0,), "a": (3.0,), "b": (3.0,)}


def test_no_grad_cuts_a_statement_off() -> None:
    told = lesson("stops", "s = a * a + b; c = s * b", {"a": 2.0, "b": 3.0}, no_grad=("s",))
    assert _grads(_data(told)) == {"a": (None, (12.0,)), "b": ((7.0,), (10.0,))}
    nodes = _data(told).whole.story.graph.nodes
    assert {node.op for node in nodes if node.kind == "cut"} == {"no_grad"}
    assert all(faults(board_of(told, aspect)) == [] for aspect in ASPECTS)


def test_a_name_that_is_no_statement_is_refused() -> None:
    with pytest.raises(InputError, match="name of a statement for --no-grad: got 'a'"):
        lesson("stops", "s = a + b; c = s * b", {"a": 1.0, "b": 2.0}, no_grad=("a",))


def test_both_gradients_are_torchs() -> None:
    text = "h = tanh(w * x); y = h * detach(h) + exp(detach(w) * 0.5) * h; sum(y * y)"
    values = {"w": [0.3, -0.2], "x": [1.5, 2.0]}
    (found,) = _data(lesson("stops", text, values, ("x",))).leaves
    x = torch.tensor(values["x"], dtype=torch.float64)
    for cut, array in ((torch.Tensor.detach, found.kept), (torch.Tensor.clone, found.whole)):
        w = torch.tensor(values["w"], dtype=torch.float64, requires_grad=True)
        h = torch.tanh(w * x)
        y = h * cut(h) + torch.exp(cut(w) * 0.5) * h
        (grad,) = torch.autograd.grad((y * y).sum(), [w])
        assert array is not None
        assert array.items == pytest.approx(grad.tolist())


def test_a_program_without_its_cuts_gives_the_same_values() -> None:
    program = parse("s = -[a, b]; c = sum(detach(s) ** 2) - detach(detach(a))")
    assert "detach" not in without_cuts(program).source()
    assert len(without_cuts(program).statements) == 2
    assert without_cuts(parse("c = (a + b) * -b")) == parse("c = (a + b) * -b")


def test_the_last_picture_says_which_leaf_gets_nothing() -> None:
    texts = texts_of(board_of(own_lesson("stops")).steps[-1].keyframe)
    assert texts.count("none") == 2  # on its card, after ∂, and beside what it would have been


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("y = w * x; loss = (y - detach(y) + 1) ** 2", {"w": 2.0, "x": 3.0}),
        ("c = detach(a) * a", {"a": 1e30}),
        ("c = detach(a_name_of_forty_letters_that_goes_on_on_) * b",
         {"a_name_of_forty_letters_that_goes_on_on_": 1e-30, "b": 0.0}),
        ("c = log(detach(a)) * a", {"a": 0.0}),
        ("c = sum(detach(A @ B) * A)",
         {"A": [[1.0, 2.0], [3.0, 4.0]], "B": [[5.0, 6.0], [7.0, 8.0]]}),
    ],
)  # fmt: skip
def test_odd_programs_fit(text: str, values: dict[str, object], aspect: str) -> None:
    assert faults(board_of(lesson("stops", text, values), aspect)) == []


FILE = """import torch
a, b = (torch.tensor(x, requires_grad=True) for x in (2.0, 3.0))
def detached():
    s = a + b
    return s.detach() * b
def quiet():
    with torch.no_grad():
        s = a + b
    return s * b
"""


@pytest.mark.parametrize("name", ["detached", "quiet"])
def test_a_loss_of_ones_own_is_cut_where_torch_cuts_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "cut.py").write_text(FILE)
    told = lesson("stops", f"{tmp_path / 'cut.py'}:{name}")
    assert isinstance(told.data, Data)
    kept = {leaf.name: leaf.kept and leaf.kept.items for leaf in told.data.leaves}
    assert kept == {"a": None, "b": (5.0,)}
    timeline = board_of(told)
    assert timeline.steps[-1].caption == "a gets nothing: every way back to it is cut."
    assert faults(timeline) == []


@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
def test_scissors_that_cut_ways_beside_each_other_do_not_touch(aspect: str) -> None:
    told = lesson("stops", "c = a * a; d = c * a", {"a": 3.0}, no_grad=("c",))
    still = board_of(told, aspect).steps[-1].keyframe
    blades = [e for e in still if e.key.endswith(("/blade", "/ring"))]
    edges = sorted({element.key.split("/")[1] for element in blades})
    one, other = (box_of(e for e in blades if e.key.startswith(f"cut/{at}/")) for at in edges)
    across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
    down = max(one.y, other.y) - min(one.y + one.height, other.y + other.height)
    assert max(across, down) > 0


def test_a_program_without_a_cut_is_refused() -> None:
    with pytest.raises(InputError, match="a program with a cut: got none"):
        lesson("stops", "c = a * b", {"a": 1.0, "b": 2.0})


def test_a_program_of_which_all_is_cut_is_refused() -> None:
    with pytest.raises((InputError, LossError)):
        lesson("stops", "c = detach(a * b)", {"a": 1.0, "b": 2.0})


def test_in_a_square_frame_the_table_stands_beside_the_graph_which_is_larger_so() -> None:
    still = board_of(own_lesson("stops"), "1:1").steps[-1].keyframe
    cards = box_of(e for e in still if e.key.endswith("/shell"))
    table = box_of(e for e in still if e.key.startswith("table/"))
    assert cards.x + cards.width < table.x
