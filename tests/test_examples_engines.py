"""The example engines train what the courses train, with the courses' numbers."""

import doctest
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch

from examples import train_neuron, train_xor
from graphgen.course.engines import scalar, tensor
from graphgen.course.engines.scalar import Value
from graphgen.course.engines.tensor import Tensor


def test_the_neuron_trains_with_the_courses_numbers() -> None:
    rows = train_neuron.train()
    expected = {
        0: (0.6044, 0.038272, 0.5484, 0.2242),
        4: (0.8121, 0.000146, 0.4650, 0.1825),
        8: (0.8002, 0.000000, 0.4595, 0.1798),
    }
    for step, numbers in expected.items():
        row = rows[step]
        found = (round(row.y, 4), round(row.loss, 6), round(row.w, 4), round(row.b, 4))
        assert found == numbers
    assert len(rows) == 20


def test_xor_trains_alike_in_torch() -> None:
    weights = train_xor.initial()
    leaves = {n: torch.tensor(array, requires_grad=True) for n, array in weights.items()}
    inputs, targets = map(torch.tensor, (train_xor.INPUTS, train_xor.TARGETS))
    losses = []
    for _ in range(200):
        hidden = torch.tanh(inputs @ leaves["W1"] + leaves["b1"])
        loss = torch.nn.functional.mse_loss(hidden @ leaves["W2"] + leaves["b2"], targets)
        found = torch.autograd.grad(loss, list(leaves.values()))
        with torch.no_grad():
            for leaf, grad in zip(leaves.values(), found, strict=True):
                leaf -= 0.5 * grad
        losses.append(float(loss.detach()))
    assert train_xor.train(weights) == pytest.approx(losses, rel=1e-9)
    assert losses[-1] < 0.01 < 0.3 < losses[0]


def test_the_first_steps_graph_holds_the_gradients_that_train_with_it() -> None:
    named = {node.name: node.ports[0] for node in train_xor.first_graph().nodes}
    leaves = {name: Tensor(data, name) for name, data in train_xor.initial().items()}
    train_xor.forward(leaves).backward()
    for name, leaf in leaves.items():
        grad = named[name].grad
        assert grad is not None
        assert grad.items == tuple(leaf.grad.reshape(-1).tolist())


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("relu", -2.0, 0.0),
        ("relu", 0.5, 1.0),
        ("tanh", -2.0, 0.0706508),
        ("tanh", 0.5, 0.7864477),
        ("exp", 0.0, 1.0),
        ("log", 4.0, 0.25),
    ],
)
def test_slopes_are_the_hand_worked_ones(name: str, x: float, expected: float) -> None:
    value = Value(x)
    getattr(value, name)().backward()
    assert value.grad == pytest.approx(expected, abs=1e-7)


def test_gradients_add_up_over_backward_until_they_are_zeroed() -> None:
    x = Value(3.0)
    (x**2).backward()
    assert x.grad == 6.0
    (x**3).backward()
    assert x.grad == 33.0
    x.grad = 0.0
    (x**3).backward()
    assert x.grad == 27.0


def test_a_bias_gets_the_sum_over_the_batch() -> None:
    b = Tensor(numpy.zeros(4))
    (Tensor(numpy.ones((3, 4))) + b).sum().backward()
    assert b.grad.tolist() == [3.0, 3.0, 3.0, 3.0]


def test_a_matrix_product_sends_what_the_course_says() -> None:
    a, b = Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([[5.0, 6.0], [7.0, 8.0]])
    c = a @ b
    c.sum().backward()
    assert c.data.tolist() == [[19.0, 22.0], [43.0, 50.0]]
    assert a.grad.tolist() == [[11.0, 15.0], [11.0, 15.0]]
    assert b.grad.tolist() == [[4.0, 4.0], [6.0, 6.0]]


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_sum_and_mean_over_axes_agree_with_torch(name: str, axis: Any) -> None:
    numbers = numpy.arange(6.0).reshape(2, 3)
    ours, theirs = Tensor(numbers), torch.tensor(numbers, requires_grad=True)
    out = getattr(ours, name)(axis)
    (out * out).sum().backward()
    other = getattr(theirs, name)() if axis is None else getattr(theirs, name)(axis)
    expected = torch.autograd.grad((other * other).sum(), theirs)[0]
    assert ours.grad == pytest.approx(expected.numpy(), rel=1e-14)


def test_backward_of_an_array_says_what_it_wants() -> None:
    with pytest.raises(ValueError, match=r"starts at a scalar: got shape \(2,\)"):
        Tensor([1.0, 2.0]).backward()


@pytest.mark.parametrize("example", [train_neuron, train_xor])
def test_the_examples_print_how_gradients_are_made_up(
    example: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    example.main([])
    assert "how it is made up" in capsys.readouterr().out


@pytest.mark.dot
@pytest.mark.parametrize("example", [train_neuron, train_xor])
def test_the_examples_draw_themselves(example: Any, tmp_path: Path) -> None:
    example.main([str(tmp_path / "graph.svg")])
    drawn = (tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert "loss" in drawn
    assert "tanh" in drawn


def test_the_docstrings_examples_hold() -> None:
    for module in (scalar, tensor):
        found = doctest.testmod(module)
        assert found.attempted > 0
        assert found.failed == 0
