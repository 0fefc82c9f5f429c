"""The losses in examples/ are read whole, folded to a page, and have autograd's gradients."""

from importlib import import_module
from pathlib import Path

import pytest
import torch

from graphgen.capture.user_code.losses import Address, graph_at
from graphgen.folding import MOST, fold
from graphgen.model.graph import Graph
from graphgen.text.digits import summarize

ROOT = Path(__file__).parent.parent
EXAMPLES = ("resnet_loss", "gpt_loss", "lstm_loss")


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> tuple[str, Graph]:
    name = str(request.param)
    return name, graph_at(Address(str(ROOT / "examples" / f"{name}.py"), "compute_loss"))


def test_every_value_is_known_and_the_loss_is_the_programs_own(example: tuple[str, Graph]) -> None:
    name, graph = example
    loss = import_module(f"examples.{name}").compute_loss()
    assert [node for node in graph.nodes if not node.ports[0].value.known] == []
    assert graph.nodes[-1].ports[0].value.items == (loss.item(),)


def test_the_leaves_have_autograds_gradients(example: tuple[str, Graph]) -> None:
    name, graph = example
    loss = import_module(f"examples.{name}").compute_loss()
    leaves, waiting, met = [], [loss.grad_fn], set()
    while waiting:
        found = waiting.pop()
        if found is None or found in met:
            continue
        met.add(found)
        waiting += [following for following, _ in found.next_functions]
        leaves += [found.variable] if hasattr(found, "variable") else []
    expected = sorted(float(g.double().norm()) for g in torch.autograd.grad(loss, leaves))
    grads = [node.ports[0].grad for node in graph.nodes if node.kind == "leaf"]
    norms = sorted(summarize(grad).norm for grad in grads if grad is not None)
    assert norms == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_it_is_folded_to_a_page(example: tuple[str, Graph]) -> None:
    _, graph = example
    assert len(graph.nodes) > MOST
    assert 5 < len(fold(graph).nodes) <= MOST
