"""Calls as people write them without having read the docs: they work, or an AutovizError says what
to write."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import graphgen
from graphgen.model.errors import AutovizError
from graphgen.model.graph import Graph
from graphgen.model.theme import DARK, LIGHT
from tests.graphs import two_paths

gg: Any = graphgen
"""Without its types: what is tried here is wrong on purpose."""

TWO_PATHS = "s = a + b; c = s * b"
VALUES = {"a": 2, "b": 3}


def loss_of_two_paths() -> Tensor:
    a, b = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (2.0, 3.0))
    s = a + b
    return s * b


def recorded(loss: Any = None, **options: Any) -> Graph:
    with graphgen.recording() as tape:
        made = loss_of_two_paths()
    graph: Graph = tape.graph(made if loss is None else loss, **options)
    return graph


def gradients(graph: Graph) -> list[Any]:
    """Those of the leaves."""
    ports = [node.ports[0] for node in graph.nodes if node.kind == "leaf"]
    return [port.grad and port.grad.items for port in ports]


@pytest.mark.parametrize(
    "call",
    [
        lambda: gg.record(TWO_PATHS, VALUES),
        lambda: gg.record(graphgen.parse(TWO_PATHS), list(VALUES.items())),
        lambda: gg.record(TWO_PATHS, {"a": torch.tensor(2.0), "b": np.float32(3)}),
        lambda: gg.record(TWO_PATHS, {"a": np.array(2), "b": loss_of_two_paths().detach() / 5}),
        lambda: gg.record(TWO_PATHS, VALUES, data=None),
        lambda: gg.record(TWO_PATHS, VALUES, dtype="float64"),
        lambda: gg.record(TWO_PATHS, VALUES, dtype=float),
        lambda: recorded(names={"a": 3, "b": "text"}),
        lambda: recorded(names=nn.Linear(1, 1)),
        lambda: recorded(seed=1.0),
        lambda: gg.graph_of(loss_of_two_paths(), nn.Linear(1, 1)),
        lambda: gg.graph_of(loss_of_two_paths(), seed=1),
        lambda: gg.fold(loss_of_two_paths()),
        lambda: gg.fold(two_paths(), unfold=None, most=None),
        lambda: gg.fold(graphgen.tell(two_paths())),
        lambda: gg.tell(loss_of_two_paths()).graph,
        lambda: gg.tell(graphgen.tell(two_paths()), title=None).graph,
    ],
)
def test_what_can_only_mean_one_thing_works(call: Callable[[], Graph]) -> None:
    assert gradients(call()) == [(3.0,), (8.0,)]


def test_vectors_come_as_tensors_and_arrays_and_a_text_alone_is_one_name() -> None:
    vectors = {"weights": torch.tensor([1.0, 2.0], requires_grad=True), "inputs": np.array([3, 4])}
    graph = gg.record("sum(weights * inputs)", vectors, data="inputs")
    kinds = {node.name: node.kind for node in graph.nodes if node.name}
    assert kinds == {"weights": "leaf", "inputs": "data"}
    assert gradients(graph) == [(3.0, 4.0)]


def test_a_seed_may_be_nested_lists() -> None:
    leaf = torch.tensor([2.0, 5.0], requires_grad=True)
    assert gradients(gg.graph_of(leaf * 3, seed=[1, 10])) == [(3.0, 30.0)]
    assert gradients(gg.graph_of(leaf * 3, seed=2)) == [(6.0, 6.0)]


@pytest.mark.dot
@pytest.mark.parametrize(
    "what",
    [
        loss_of_two_paths,
        two_paths,
        lambda: graphgen.tell(two_paths()),
        lambda: graphgen.Picture(
            graphgen.tell(two_paths()), graphgen.place(graphgen.tell(two_paths())), LIGHT
        ),
    ],
)
def test_a_loss_a_graph_a_story_and_a_picture_are_placed_and_written(
    what: Callable[[], Any], tmp_path: Path
) -> None:
    assert len(gg.place(what(), "light").boxes) == 4
    path = tmp_path / "x.svg"
    content = gg.write(what(), path, theme="light")
    assert path.read_bytes() == content
    assert LIGHT.page.encode() in content
    assert "∂ 8</text>" in content.decode()


@pytest.mark.dot
def test_a_large_graph_is_written_folded_and_its_page_opens(tmp_path: Path) -> None:
    with graphgen.recording() as tape:
        model = nn.Sequential(*(nn.Sequential(nn.Linear(1, 1), nn.Tanh()) for _ in range(30)))
        loss = model(torch.ones(1, 1)).sum()
    graph = tape.graph(loss)
    story = graphgen.tell(graphgen.fold(graph))
    assert len(story.graph.nodes) < len(graph.nodes)
    picture = graphgen.Picture(story, graphgen.place(story), DARK)
    assert gg.write(graph, tmp_path / "x.html") == gg.write(picture, None, "html", whole=graph)


def test_a_tree_of_a_graph_is_written_without_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert b"\xe2\x88\x82 8" in gg.write(two_paths(), None, "txt")


@pytest.mark.dot
def test_graphs_stories_and_pictures_save_themselves(tmp_path: Path) -> None:
    story = graphgen.tell(two_paths())
    for index, each in enumerate((two_paths(), story)):
        path = tmp_path / f"{index}.svg"
        each.save(path)
        assert path.read_bytes() == gg.write(each, None, "svg")


def _model() -> nn.Module:
    return nn.Linear(2, 1)


def _two() -> dict[str, Any]:
    return {"loss": loss_of_two_paths(), "parts": [loss_of_two_paths(), 3], "name": "x"}


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: gg.parse(None), "got NoneType"),
    (lambda: gg.parse(["a * b"]), "got list"),
    (lambda: gg.parse(loss_of_two_paths), "got function"),
    (lambda: gg.record(TWO_PATHS), r'in Python with \{"a": 1'),
    (lambda: gg.record(TWO_PATHS, {"a": 2}), r'in Python with \{"b": 1\}'),
    (lambda: gg.record(TWO_PATHS, 2, 3), "values as a dict of names and numbers: got int"),
    (lambda: gg.record(TWO_PATHS, ["a=2", "b=3"]), "values as a dict"),
    (lambda: gg.record(TWO_PATHS, {"a": 2, "b": None}), "b: a number or a list"),
    (lambda: gg.record(TWO_PATHS, VALUES, data=3), "data as texts"),
    (lambda: gg.record(TWO_PATHS, VALUES, dtype=torch.int64), "floating types: got torch.int64"),
    (lambda: gg.record(TWO_PATHS, VALUES, dtype="double precision"), "floating types"),
    (lambda: gg.record(TWO_PATHS, VALUES, frozen="x"), "frozen out of 's', 'c': got 'x'"),
    (lambda: gg.record(loss_of_two_paths(), VALUES), r"graphgen\.graph_of\(loss\)"),
    (lambda: gg.record(loss_of_two_paths, VALUES), r"graphgen\.graph_of\(loss\)"),
    (lambda: gg.record(["a * b"], VALUES), "write it as text"),
    (lambda: gg.recording().graph(loss_of_two_paths()), r"with graphgen\.recording\(\) as tape:"),
    (lambda: gg.recording(loss_of_two_paths()), "a model as a torch module: got Tensor"),
    (lambda: gg.recording("model"), "a model as a torch module: got str"),
    (lambda: gg.recording(nn.Linear), "a model as a torch module: got type"),
    (lambda: recorded(3.0), r"leave out \.item\(\)"),
    (lambda: recorded(_two()), r"dict with loss, parts\.0; hand over one"),
    (lambda: recorded(names=["a", "b"]), r'names=\{"w": w\}'),
    (lambda: recorded(names="a"), r'names=\{"w": w\}'),
    (lambda: recorded(names={torch.ones(1): "a"}), r'names=\{"w": w\}'),
    (lambda: recorded(seed="one"), r"write seed=1\.0"),
    (lambda: recorded(seed=[1.0, 2.0]), r"shape \(\): got shape \(2,\)"),
    (lambda: gg.graph_of(TWO_PATHS), r"graphgen\.record\(text, values\)"),
    (lambda: gg.graph_of(graphgen.parse(TWO_PATHS)), r"graphgen\.record\(program, values\)"),
    (lambda: gg.graph_of(_model()), r"Linear, a module; call it.*criterion\(model\(x\), y\)"),
    (lambda: gg.graph_of(nn.Linear), "Linear, a class"),
    (lambda: gg.graph_of(loss_of_two_paths), "call it, and hand over what it returns"),
    (lambda: gg.graph_of(torch.sum), "call it, and hand over what it returns"),
    (lambda: gg.graph_of(loss_of_two_paths().item()), r"leave out \.item\(\)"),
    (lambda: gg.graph_of(np.float64(3)), r"leave out \.item\(\)"),
    (lambda: gg.graph_of(np.ones(3)), r"before \.numpy\(\)"),
    (lambda: gg.graph_of(_two()), r"dict with loss, parts\.0; hand over one"),
    (
        lambda: gg.graph_of((torch.ones(2, requires_grad=True) * 2,)),
        r"tuple with 0 of shape \(2,\)",
    ),
    (lambda: gg.graph_of(None), "got None"),
    (lambda: gg.graph_of(two_paths()), "got Graph"),
    (lambda: gg.graph_of(torch.optim.SGD([torch.ones(1)], 0.1)), "an optimizer"),
    (lambda: gg.graph_of(loss_of_two_paths(), model=[_model()]), "a model as a torch module"),
    (lambda: gg.fold(None), "a graph: got None"),
    (lambda: gg.fold(_model()), "a graph: got Linear, a module"),
    (lambda: gg.fold(two_paths(), depth="2"), "depth as a whole number of 1 or more: got '2'"),
    (lambda: gg.fold(two_paths(), depth=1.5), "depth as a whole number"),
    (lambda: gg.fold(two_paths(), unfold="layers.0"), "got 'layers.0'"),
    (lambda: gg.fold(two_paths(), most="60"), "most as a whole number"),
    (lambda: gg.fold(two_paths(), most=0), "most as a whole number of 1 or more: got 0"),
    (lambda: gg.tell(TWO_PATHS), r"graphgen\.record\(text, values\)"),
    (lambda: gg.tell(two_paths(), names="torch"), "names out of 'math', 'autograd': got 'torch'"),
    (lambda: gg.tell(two_paths(), title=3), "title as a text: got 3"),
    (lambda: gg.tell(two_paths(), seconds_per_step="2"), "from 0.2 to 60 seconds: got '2'"),
    (lambda: gg.tell(two_paths(), seconds_per_step=float("nan")), "got nan"),
    (lambda: gg.tell(two_paths(), seconds_per_step=-1), "got -1"),
    (lambda: gg.place(_model()), "a story: got Linear"),
    (lambda: gg.place(graphgen.tell(two_paths()), "blue"), "theme out of 'dark', 'light'"),
    (lambda: gg.place(two_paths(), direction="LR"), "did you mean 'lr'"),
    (lambda: gg.place(two_paths(), direction="right"), "direction out of 'lr', 'tb'"),
    (lambda: gg.place(two_paths(), seconds="4"), "seconds from 0"),
    (lambda: gg.write(TWO_PATHS, "x.svg"), r"a picture: got str.*graphgen\.record"),
    (lambda: gg.write("x.svg", two_paths()), "the picture comes first"),
    (lambda: gg.write(two_paths(), 3), "the picture comes first"),
    (lambda: gg.write(two_paths(), b"x.svg"), "a path to write to: got bytes"),
    (lambda: gg.write(two_paths(), None, 3), r'write format="svg"'),
    (lambda: gg.write(two_paths(), "x.svg", theme="blue"), "theme out of"),
    (lambda: gg.write(two_paths(), "x.svg", svg_style="static"), "got 'static'"),
    (lambda: gg.write(two_paths(), "x.svg", svg_style="pages"), "write_pages"),
    (lambda: gg.write(two_paths(), "x.png", pixels="800"), "pixels: got '800'"),
    (lambda: gg.write(two_paths(), "x.png", pixels=(800, 600)), r"got \(800, 600\)"),
    (lambda: gg.write(two_paths(), "x.html", whole=loss_of_two_paths()), "leave it out"),
    (lambda: gg.widget(TWO_PATHS), r"a graph: got str.*graphgen\.record"),
    (lambda: gg.widget(_model()), "a graph: got Linear"),
    (lambda: gg.widget(two_paths(), theme="blue"), "theme out of"),
    (lambda: gg.widget(two_paths(), most="9"), "most as a whole number"),
    (lambda: gg.record(TWO_PATHS, VALUES).explain("9"), "most as a whole number"),
    (lambda: two_paths().save("x"), "a suffix out of"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_what_means_nothing_is_told_what_to_write(
    call: Callable[[], Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AutovizError, match=words) as caught:
        call()
    assert len(str(caught.value)) <= 500
    assert list(tmp_path.iterdir()) == []


@pytest.mark.dot
def test_a_widget_is_made_of_a_loss() -> None:
    loss = loss_of_two_paths()
    assert gg.widget(loss).html == gg.widget(graphgen.graph_of(loss)).html


def test_a_recording_runs_once_and_says_how_it_is() -> None:
    tape = graphgen.recording()
    assert repr(tape) == "<Recording: not begun, 0 operations>"
    with tape:
        loss_of_two_paths()
        assert repr(tape) == "<Recording: running, 2 operations>"
    assert repr(tape) == "<Recording: over, 2 operations>"
    with pytest.raises(AutovizError, match="begin another"):
        tape.__enter__()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("show", "graphgen.widget"),
        ("tell", "write graphgen.tell"),
        ("node", "did you mean 'nodes'"),
    ],
)
def test_a_method_that_is_not_there_says_what_to_write(name: str, words: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(words)):
        getattr(two_paths(), name)


def test_the_package_says_what_it_has() -> None:
    with pytest.raises(AttributeError, match=r"it has .*write"):
        gg.render(two_paths())
