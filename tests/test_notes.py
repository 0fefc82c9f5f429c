"""Notes: every sentence is true, and says where."""

import math
import re
from collections.abc import Callable
from typing import NoReturn

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from graphgen import graph_of
from graphgen.capture.recorder import recording


def leaf(*values: float) -> Tensor:
    shaped = values[0] if len(values) == 1 else values
    return torch.tensor(shaped, dtype=torch.float64, requires_grad=True)


def notes(make: Callable[[], Tensor]) -> list[str]:
    """The notes of what is recorded, without numbers of lines."""
    with recording() as tape:
        loss = make()
    return [re.sub(r"\.py:\d+", ".py:N", note) for note in tape.graph(loss).notes]


def test_nan_and_inf_are_both_told_each_where_it_is_first() -> None:
    def make() -> Tensor:
        a, b = leaf(1000.0), leaf(1000.0)
        return torch.exp(a) - torch.exp(b)

    assert notes(make) == [
        "inf appears first in torch.exp(a) (tests/test_notes.py:N).",
        "nan appears first in loss (tests/test_notes.py:N).",
        "−inf appears first, going back, in the gradient of b.",
    ]


def test_minus_infinity_is_told_with_its_sign() -> None:
    def make() -> Tensor:
        p = leaf(0.0, 1.0)
        return torch.log(p).sum()

    told = notes(make)
    assert told[0] == "−inf appears first in torch.log(p) (tests/test_notes.py:N)."


def causal(size: int) -> Tensor:
    return torch.full((size, size), -math.inf).triu(1)


@pytest.mark.parametrize("size", [3, 20])
def test_a_mask_of_minus_infinities_is_no_wonder(size: int) -> None:
    def added() -> Tensor:
        scores = torch.ones(size, size, requires_grad=True)
        return (scores + causal(size)).softmax(-1)[0].pow(2).sum()

    def filled() -> Tensor:
        scores = torch.ones(size, size, requires_grad=True)
        return scores.masked_fill(causal(size) < 0, float("-inf")).softmax(-1)[0].pow(2).sum()

    assert notes(added) == []
    assert notes(filled) == []


def test_what_a_mask_makes_of_a_whole_row_is_told() -> None:
    def make() -> Tensor:
        mask = torch.full((2,), -math.inf, dtype=torch.float64)
        return (leaf(1.0, 2.0) + mask).softmax(-1).sum()

    told = notes(make)
    assert told[0] == (
        "nan appears first in (leaf(1.0, 2.0) + mask).softmax(-1) (tests/test_notes.py:N)."
    )


def test_infinite_data_that_is_no_mask_is_told_by_name_or_as_data_without_one() -> None:
    def named() -> Tensor:
        x = torch.tensor([1.0, math.inf], dtype=torch.float64)
        return (leaf(1.0, 2.0) * x).sum()

    def unnamed() -> Tensor:
        return (leaf(1.0, 2.0) * torch.tensor([1.0, math.nan], dtype=torch.float64)).sum()

    assert notes(named)[0] == "inf appears first in x."
    assert notes(unnamed)[0] == "nan appears first in data without a name."


def linear() -> nn.Linear:
    return nn.Linear(2, 1)


def test_parameters_that_functional_call_replaces_are_not_called_unused() -> None:
    def make() -> Tensor:
        net, x = linear(), torch.ones(3, 2)
        doubled = {name: p * 2 for name, p in net.named_parameters()}
        made: Tensor = torch.func.functional_call(net, doubled, (x,)).sum()
        return made

    assert notes(make) == []


def test_parameters_behind_a_meta_learning_step_are_not_called_unused() -> None:
    def make() -> Tensor:
        net, x = linear(), torch.ones(3, 2)
        grads = torch.autograd.grad(net(x).pow(2).sum(), list(net.parameters()), create_graph=True)
        fast = {
            name: p - 0.1 * grad
            for (name, p), grad in zip(net.named_parameters(), grads, strict=True)
        }
        made: Tensor = torch.func.functional_call(net, fast, (x,)).pow(2).sum()
        return made

    assert notes(make) == []


def test_parameters_behind_torch_func_grad_are_not_called_unused() -> None:
    def make() -> Tensor:
        net, x = linear(), torch.ones(3, 2)

        def compute(parameters: dict[str, Tensor]) -> Tensor:
            made: Tensor = torch.func.functional_call(net, parameters, (x,)).pow(2).sum()
            return made

        slopes = torch.func.grad(compute)(dict(net.named_parameters()))
        return sum((slope.pow(2).sum() for slope in slopes.values()), torch.zeros(()))

    assert notes(make) == []


def test_parameters_behind_gradients_per_sample_are_not_called_unused() -> None:
    def make() -> Tensor:
        net, x = linear(), torch.ones(3, 2)

        def compute(parameters: dict[str, Tensor], sample: Tensor) -> Tensor:
            made: Tensor = torch.func.functional_call(net, parameters, (sample,)).pow(2).sum()
            return made

        each = torch.func.vmap(torch.func.grad(compute), in_dims=(None, 0))
        slopes = each(dict(net.named_parameters()), x)
        return sum((slope.pow(2).sum() for slope in slopes.values()), torch.zeros(()))

    assert notes(make) == []


def test_parameters_of_an_exported_program_are_not_called_unused() -> None:
    def make() -> Tensor:
        net, x = nn.Sequential(nn.Linear(3, 2), nn.ReLU()), torch.ones(2, 3)
        made: Tensor = torch.export.export(net, (x,)).module()(x).sum()
        return made

    assert notes(make) == []


def test_parameters_inside_a_reentrant_checkpoint_are_not_called_unused() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.idle = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            made: Tensor = checkpoint(self.inner, x, use_reentrant=True).sum()
            return made

    net, x = Net(), torch.ones(3, 2, requires_grad=True)
    with recording() as tape:
        loss = net(x)
    assert "Not used by this loss: idle.weight and idle.bias." in tape.graph(loss).notes
    assert not any("used" in note and "idle" in note for note in graph_of(loss, model=net).notes)


def test_a_target_network_is_told_to_be_cut_off_and_where() -> None:
    class Agent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.q, self.target = nn.Linear(2, 2), nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            with torch.no_grad():
                goal = self.target(x).max(1).values
            made: Tensor = (self.q(x).max(1).values - goal).pow(2).mean()
            return made

    told = notes(lambda: Agent()(torch.ones(3, 2)))
    assert told == [
        "Without a gradient, because no_grad (tests/test_notes.py:N) ends it: "
        "target.weight and target.bias."
    ]


def test_two_networks_with_the_same_names_are_told_apart_by_what_they_are() -> None:
    def make() -> Tensor:
        net, other, x = linear(), linear(), torch.ones(3, 2)
        other(x)
        made: Tensor = net(x).sum()
        return made

    (told,) = notes(make)
    assert told.startswith("Not used by this loss: ")
    assert told.count("weight") == told.count("bias") == 1


def test_only_what_was_made_before_is_told_to_be_so() -> None:
    a = leaf(1.0, 2.0)
    before = (a * 2).exp() + 1
    with recording() as tape:
        loss = (before * 3).sum()
    (told,) = tape.graph(loss).notes
    assert told.startswith(
        "Values shown as ? were made before the recording or in another thread: "
    )


def test_what_has_no_numbers_is_not_told_to_be_made_before() -> None:
    class Silent(Tensor):
        """A tensor that lets nobody look inside."""

        def tolist(self) -> list[float]:
            raise RuntimeError("no")

        def numpy(self, *, force: bool = False) -> NoReturn:
            raise RuntimeError("no")

        def reshape(self, *shape: object) -> NoReturn:
            raise RuntimeError("no")

    def make() -> Tensor:
        silent = leaf(1.0, 2.0).as_subclass(Silent)
        return (silent * 2).as_subclass(Tensor).sum()

    told = notes(make)
    assert not any("made before" in note for note in told)
    assert any("can't be read" in note for note in told)
