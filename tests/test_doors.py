"""One door for losses of torch and of other engines; torch is loaded for its own only."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import graphgen
from graphgen.capture.doors import is_tensor
from graphgen.course.engines.scalar import Value
from graphgen.model.errors import LossError

ROOT = Path(__file__).parent.parent


class Own(torch.Tensor):
    """A class of the user's that has what an engine's objects have."""

    _prev: tuple[object, ...] = ()


def test_an_engines_object_and_a_torch_loss_give_the_same_gradients() -> None:
    a, b = Value(2.0), Value(3.0)
    ours = graphgen.graph_of((a + b) * b)
    x, y = (torch.tensor(number, requires_grad=True) for number in (2.0, 3.0))
    theirs = graphgen.graph_of((x + y) * y)
    for graph, names in ((ours, ("a", "b")), (theirs, ("x", "y"))):
        grads = {node.name: node.ports[0].grad for node in graph.nodes}
        assert [grad and grad.items for grad in map(grads.get, names)] == [(3.0,), (8.0,)]


def test_given_names_come_before_those_of_variables() -> None:
    a = Value(2.0)
    assert "given" in {node.name for node in graphgen.graph_of(a * a, {"given": a}).nodes}


def test_a_tensor_of_a_class_of_the_users_is_a_tensor() -> None:
    loss = torch.tensor(2.0, requires_grad=True).as_subclass(Own) * 2  # type: ignore[arg-type]
    assert is_tensor(loss)
    assert "MulBackward0" in {node.op for node in graphgen.graph_of(loss).nodes}


def test_what_is_neither_is_told() -> None:
    with pytest.raises(LossError, match="got int"):
        graphgen.graph_of(3)


def test_torch_is_not_loaded_for_an_engines_object() -> None:
    script = (
        "import sys, graphgen; from graphgen.course.engines.scalar import Value; "
        "graphgen.graph_of(Value(2.0) * 3); print('torch' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert said.stdout == "False\n"
