"""Every program is read while it runs and after, right and without a trace."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from graphgen import graph_of
from graphgen.capture.arrays import array_of
from graphgen.capture.recorder import recording
from graphgen.capture.walk import is_leaf, walk
from graphgen.folding import fold
from graphgen.model.graph import Graph
from graphgen.narration.telling import tell
from tests.opinfo import assert_close
from tests.programs import PROGRAMS
from tests.test_reading import check_laws, values_known


@pytest.mark.parametrize("make", PROGRAMS.values(), ids=PROGRAMS)
def test_a_recorded_program_has_every_value_and_torchs_gradients(
    make: Callable[[], Tensor],
) -> None:
    torch.manual_seed(0)
    with recording() as tape:
        loss = make()
    check(tape.graph, loss)
    assert values_known(tape.graph(loss))


@pytest.mark.parametrize("make", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_that_nobody_watched_has_torchs_gradients(make: Callable[[], Tensor]) -> None:
    torch.manual_seed(0)
    loss = make()
    check(graph_of, loss)


@pytest.mark.parametrize("make", PROGRAMS.values(), ids=PROGRAMS)
def test_a_value_that_is_shown_after_the_fact_is_the_recorded_one(
    make: Callable[[], Tensor],
) -> None:
    torch.manual_seed(0)
    with recording() as tape:
        loss = make()
    seen, after = outputs(tape.graph(loss)), outputs(graph_of(loss))
    if len(seen) != len(after):
        pytest.skip("a recording shows more nodes")
    for one, other in zip(seen, after, strict=True):
        if one[1].known and other[1].known:
            assert one == other


def check(read: Callable[[Tensor], Graph], loss: Tensor) -> None:
    """Sums of leaves are those of torch.autograd.grad; nothing of the user's is changed."""
    leaves = [node.variable for node in walk(loss).nodes if is_leaf(node)]
    state, versions = torch.get_rng_state(), [each._version for each in leaves]
    graph = read(loss)
    assert torch.equal(torch.get_rng_state(), state)
    assert [each._version for each in leaves] == versions
    assert all(each.grad is None for each in leaves)
    check_laws(graph)
    assert tell(graph).steps
    assert tell(fold(graph, most=5)).steps
    for each in leaves:  # a hook for several tensors runs in .backward() only
        each._backward_hooks = None
    wanted = torch.autograd.grad(loss, leaves, retain_graph=True, allow_unused=True)
    shown = [node.ports[0].grad for node in graph.nodes if node.kind == "leaf"]
    assert len([grad for grad in shown if grad]) == len(
        [grad for grad in wanted if grad is not None]
    )
    for grad, total in zip(filter(None, shown), [g for g in wanted if g is not None], strict=True):
        assert_close(grad, array_of(total), 1e-6)


def outputs(graph: Graph) -> list[tuple[str, object]]:
    """The values of the operations that take a gradient."""
    nodes = [node for node in graph.nodes if node.kind == "op"]
    return [(n.op, port.value) for n in nodes for port in n.ports if port.grad is not None]
