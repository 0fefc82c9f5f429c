"""What cuts a gradient off: it is named with its line and with what to do."""

import re
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from graphgen import graph_of
from graphgen.capture.cuts import cut_noun, cut_remedy
from graphgen.capture.recorder import recording
from graphgen.model.errors import LossError
from graphgen.model.graph import Graph, Node
from graphgen.narration.telling import tell


def leaf(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def of_numbers(h: Tensor) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of a list of tensors that require grad
        return torch.tensor([each for each in h])  # noqa: C416


def without_grad(h: Tensor) -> Tensor:
    with torch.no_grad():
        return h * 2


def inferred(h: Tensor) -> Tensor:
    with torch.inference_mode():
        return (h * 2).sum()


CUTS: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "detach": (lambda h: h.detach(), "detach"),
    "data": (lambda h: h.data, "detach"),
    "no_grad": (without_grad, "no_grad"),
    "argmax": (lambda h: h.argmax(), "argmax"),
    "greater": (lambda h: h > 1, "the comparison >"),
    "equal": (lambda h: h == 1, "the comparison ="),
    "long": (lambda h: h.long(), "the cast to int64"),
    "bool": (lambda h: h.bool(), "the cast to bool"),
    "numpy": (lambda h: torch.tensor(h.detach().numpy().sum()), "NumPy"),
    "from_numpy": (lambda h: torch.from_numpy(h.detach().numpy() * 2), "NumPy"),
    "tensor": (of_numbers, "torch.tensor"),
    "item": (lambda h: torch.tensor(h.sum().item()), "item()"),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_loss_that_was_cut_off_says_by_what_and_where(name: str) -> None:
    cut, noun = CUTS[name]
    with recording() as tape:
        loss = cut(leaf(1.0, 2.0) * 3).double().sum()
    with pytest.raises(LossError) as error:
        tape.graph(loss)
    place = r"\(tests/test_cuts\.py:\d+\)"
    assert re.match(
        f"loss must require grad: {re.escape(noun)} {place} cuts it off; ", str(error.value)
    )
    assert not re.search(r"nothing that it was made of", str(error.value))


@pytest.mark.parametrize("name", CUTS)
def test_a_cut_on_the_way_stands_in_the_graph_with_its_line_and_caption(name: str) -> None:
    cut, noun = CUTS[name]
    a = leaf(1.0, 2.0)
    with recording() as tape:
        h = a * 3
        loss = (h * cut(h)).sum()
    graph = tape.graph(loss)
    (node,) = (node for node in graph.nodes if node.kind == "cut")
    assert node.source.startswith("tests/test_cuts.py:")
    captions = [step.caption for step in tell(graph).steps]
    subject = f"The {noun.removeprefix('the ')}" if noun.startswith("the ") else noun
    assert any(caption.startswith(f"{subject} stops the gradient: ") for caption in captions)


def test_numbers_that_left_torch_earlier_are_named() -> None:
    with recording() as tape:
        h = leaf(1.0, 2.0) * 3
        number = h.sum().item()
        loss = torch.tensor(number) * 2
    with pytest.raises(LossError, match=r"made of plain numbers, and item\(\) \(tests/test_cuts"):
        tape.graph(loss)


def test_a_loss_that_nobody_watched_gets_no_cause_that_was_not_seen() -> None:
    with pytest.raises(LossError, match="or something cut it off; make it inside `with graphgen"):
        graph_of(leaf(1.0).detach().sum())


def test_a_loss_in_inference_mode_is_told_so() -> None:
    with recording() as tape:
        loss = inferred(leaf(1.0, 2.0))
    with pytest.raises(LossError, match=r"inference_mode \(.*outside of torch\.inference_mode"):
        tape.graph(loss)


def test_the_size_of_a_tensor_cuts_nothing() -> None:
    a = leaf(1.0, 2.0)
    with recording() as tape:
        size = torch.tensor(float(a.shape[0]))
        loss = (a * size).sum()
    graph: Graph = tape.graph(loss)
    kinds = {node.name: node.kind for node in graph.nodes}
    assert kinds["size"] == "data"


def test_a_view_under_no_grad_is_part_of_the_cut() -> None:
    w = torch.ones(2, 3, requires_grad=True)
    x = torch.ones(3, requires_grad=True)
    with recording() as tape:
        with torch.no_grad():
            y = w.t() * 2
        loss = (y.sum(1) * x).sum()
    nodes: list[Node] = list(tape.graph(loss).nodes)
    assert [node.name for node in nodes if node.kind == "leaf"] == ["w", "x"]


def test_every_noun_has_a_remedy() -> None:
    for op in ("detach", "gt", "to_int64", "argmax", "multinomial", "searchsorted"):
        assert cut_noun(op)
        assert cut_remedy(op)


def test_a_comparison_is_written_with_what_it_compares() -> None:
    b = leaf(1.0, 2.0)
    with recording() as tape:
        g = b > 1
        loss = (b * g).sum()
    story = tell(tape.graph(loss))
    titles = {mark.text for mark in story.steps[0].marks}
    assert "g = gt(b)" in titles
