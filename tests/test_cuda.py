"""A loss on a GPU is read as one on the CPU is. Needs a GPU; torch, NumPy and pytest are enough."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from graphgen import graph_of
from graphgen.capture.arrays import array_of
from graphgen.capture.recorder import recording
from graphgen.model.graph import Array, Graph
from graphgen.model.reprs import in_full
from graphgen.text.digits import summarize
from tests.opinfo import assert_close, check, operators, sweep

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a GPU that this torch can use"
)

DEVICE = "cuda"
PRECISE = 1e-4

Program = Callable[[], Tensor]


def leaf(*shape: int, device: str = DEVICE) -> Tensor:
    return torch.randn(*shape, device=device, requires_grad=True)


def perceptron() -> Tensor:
    model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Dropout(0.5), nn.Linear(16, 4)).to(DEVICE)
    labels = torch.arange(4, device=DEVICE)
    return functional.cross_entropy(model(torch.randn(4, 8, device=DEVICE)), labels)


def convolution() -> Tensor:
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 4, 3), nn.GroupNorm(2, 4), nn.AdaptiveAvgPool2d(2), nn.Flatten(),
    ).to(DEVICE)  # fmt: skip
    made: Tensor = model(torch.randn(2, 3, 12, 12, device=DEVICE))
    return made.square().mean()


def attention() -> Tensor:
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True).to(DEVICE)
    layer.train()
    made: Tensor = layer(leaf(2, 5, 16))
    return made.square().mean()


def fused_attention() -> Tensor:
    query, key, value = leaf(2, 2, 8, 16), leaf(2, 2, 8, 16), leaf(2, 2, 8, 16)
    made = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    return made.sum()


def recurrent() -> Tensor:
    model = nn.LSTM(4, 8, num_layers=2, batch_first=True).to(DEVICE)
    made, (hidden, cell) = model(torch.randn(3, 6, 4, device=DEVICE))
    both: Tensor = made.sum() + (hidden * cell).sum()
    return both


def in_place_and_views() -> Tensor:
    h = leaf(4, 6) * 2
    h[1:3].mul_(3)
    h.add_(1)
    first, second = h.chunk(2, dim=1)
    return (first @ second.t()).relu_().sum()


def checkpointed() -> Tensor:
    made = checkpoint(lambda v: functional.dropout(v.tanh(), 0.5), leaf(3, 4), use_reentrant=False)
    assert isinstance(made, Tensor)
    return made.sum()


def on_two_devices() -> Tensor:
    x, w = leaf(3, 4, device="cpu"), leaf(4, 2)
    h = (x.exp().to(DEVICE) @ w).tanh()
    return (h.cpu() * leaf(3, 2, device="cpu")).sum()


def of_large_tensors() -> Tensor:
    x, w = leaf(512, 256), leaf(256, 512)
    return ((x @ w).relu() @ w.t()).square().mean()


PROGRAMS = (
    perceptron, convolution, attention, fused_attention, recurrent, in_place_and_views,
    checkpointed, on_two_devices, of_large_tensors,
)  # fmt: skip
all_programs = pytest.mark.parametrize("program", PROGRAMS, ids=lambda made: made.__name__)


@all_programs
def test_values_sums_and_contributions_are_torchs(program: Program) -> None:
    torch.manual_seed(0)
    nodes, _ = check(lambda: [program()], PRECISE)
    assert nodes > 3


@all_programs
def test_nothing_is_changed_by_looking(program: Program) -> None:
    """The numbers and both random streams are those of a run that nobody watched."""
    torch.manual_seed(0)
    plain = program()
    streams = torch.get_rng_state(), torch.cuda.get_rng_state()
    torch.manual_seed(0)
    with recording() as tape:
        loss = program()
    graph = tape.graph(loss)
    assert torch.equal(torch.get_rng_state(), streams[0])
    assert torch.equal(torch.cuda.get_rng_state(), streams[1])
    assert loss.item() == pytest.approx(plain.item(), rel=1e-5)
    assert graph.nodes[-1].ports[0].value.items == (loss.item(),)


@all_programs
def test_a_loss_that_nobody_watched_has_the_same_gradients(program: Program) -> None:
    torch.manual_seed(0)
    with recording() as tape:
        loss = program()
    seen, afterwards = leaves_of(tape.graph(loss)), leaves_of(graph_of(loss))
    assert len(seen) == len(afterwards) > 0
    for one, other in zip(seen, afterwards, strict=True):
        assert_close(one, other, PRECISE)


def leaves_of(graph: Graph) -> list[Array]:
    ports = [node.ports[0] for node in graph.nodes if node.kind == "leaf"]
    return [port.grad for port in ports if port.grad is not None]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("program", [perceptron, convolution, attention, fused_attention])
def test_autocast_is_read(program: Program, dtype: torch.dtype) -> None:
    def cast() -> list[Tensor]:
        with torch.autocast(DEVICE, dtype):
            return [program()]

    torch.manual_seed(0)
    check(cast, 0.05)
    with recording() as tape:
        (loss,) = cast()
    dtypes = {port.value.dtype for node in tape.graph(loss).nodes for port in node.ports}
    assert str(dtype)[6:] in dtypes or program is fused_attention


@pytest.mark.parametrize("count", [1, 64, 65, 100_000])
@pytest.mark.parametrize("odd", [None, float("nan"), float("inf")])
def test_a_tensor_reads_as_its_copy_on_the_cpu_does(count: int, odd: float | None) -> None:
    x = torch.linspace(-2, 3, count)
    if odd is not None:
        x[count // 2] = odd
    found, expected = array_of(x.to(DEVICE)), array_of(x)
    if expected.items is not None:
        assert in_full(found) == in_full(expected)
        return
    one, other = summarize(found), summarize(expected)
    assert (one.minimum, one.maximum, one.nan, one.inf) == (
        other.minimum, other.maximum, other.nan, other.inf,
    )  # fmt: skip
    assert one.mean == pytest.approx(other.mean, rel=1e-4, nan_ok=True)
    assert one.norm == pytest.approx(other.norm, rel=1e-4, nan_ok=True)
    assert one.strip == pytest.approx(other.strip, rel=1e-4, nan_ok=True)


def test_recording_keeps_no_large_tensor_alive() -> None:
    """At most 1.3 times the peak of the plain forward and backward, by torch's own accounting."""
    weights = [leaf(64, 64) for _ in range(8)]
    x = torch.randn(20_000, 64, device=DEVICE)

    def forward() -> Tensor:
        h = x
        for weight in weights:
            h = (h @ weight).tanh()
        return h.square().mean()

    def plain() -> None:
        torch.autograd.grad(forward(), weights)

    def watched() -> None:
        with recording() as tape:
            loss = forward()
        tape.graph(loss)

    plain()
    assert peak(watched) <= 1.3 * peak(plain)


def peak(work: Callable[[], None]) -> int:
    """The most bytes that work held on the GPU at once, beyond what was held before."""
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    return torch.cuda.max_memory_allocated() - before


def test_every_tenth_operator_reads_as_torch_differentiates_it() -> None:
    """The first sample of each in float32."""
    outcomes = list(sweep(operators()[::10], [torch.float32], device=DEVICE))
    assert not [f"{each.name}: {each.reason}" for each in outcomes if each.verdict == "wrong"]
    assert sum(each.verdict == "ok" for each in outcomes) > 30
