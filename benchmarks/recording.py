"""What watching costs: recording beside the plain forward, all gradients beside autograd.grad.

    python benchmarks/recording.py [--times 5]

Prints, for each model, the medians of the process time and the ratios. On one thread, so that a
busy machine doesn't change the ratios.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from graphgen.reading.gradients import gradients_of
from graphgen.reading.walk import walk
from graphgen.recorder import graph_of, recording


class Residual(nn.Module):
    """Two convolutions and what goes around them."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(outer), nn.BatchNorm2d(outer)])
        self.around = nn.Conv2d(inner, outer, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        h = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(self.norms[1](self.second(h)) + self.around(x))


class Attention(nn.Module):
    """Causal attention and a perceptron, each on its own norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.mix, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.heads = heads

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        parts = self.mix(self.norms[0](x)).view(batch, length, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        scores = query @ key.transpose(-2, -1) / (width // self.heads) ** 0.5
        later = torch.triu(torch.ones(length, length, dtype=torch.bool), 1)
        weights = scores.masked_fill(later, float("-inf")).softmax(-1)
        x = x + self.out((weights @ value).transpose(1, 2).reshape(batch, length, width))
        fed: Tensor = self.feed(self.norms[1](x))
        return x + fed


def resnet() -> Callable[[], Tensor]:
    """18 layers, as wide as the known one, on four pictures of 96 by 96."""
    sizes = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1),
             (256, 512, 2), (512, 512, 1)]  # fmt: skip
    net = nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
        *[Residual(*size) for size in sizes],
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10),
    )  # fmt: skip
    x, y = torch.rand(4, 3, 96, 96), torch.arange(4)
    return lambda: functional.cross_entropy(net(x), y)


def gpt() -> Callable[[], Tensor]:
    """12 layers of width 256, batch 8, 64 tokens."""
    table = nn.Embedding(512, 256)
    net = nn.Sequential(table, *[Attention(256, 8) for _ in range(12)], nn.Linear(256, 512))
    tokens = torch.randint(0, 512, (8, 64))
    return lambda: functional.cross_entropy(net(tokens).flatten(0, 1), tokens.flatten())


def lstm() -> Callable[[], Tensor]:
    """500 steps of a cell."""
    cell, x = nn.LSTMCell(32, 64), torch.rand(500, 8, 32)

    def forward() -> Tensor:
        state = torch.zeros(8, 64), torch.zeros(8, 64)
        for step in x:
            state = cell(step, state)
        return state[0].sum()

    return forward


def seconds(work: Callable[[], object]) -> float:
    """The process time of one run."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def watched(forward: Callable[[], Tensor]) -> Tensor:
    """The forward under the recorder."""
    with recording():
        return forward()


def plain_grad(loss: Tensor) -> object:
    """The gradients of all leaves, as anybody asks for them."""
    leaves = [node.variable for node in walk(loss).nodes if not node.next_functions]
    return torch.autograd.grad(loss, leaves, retain_graph=True, allow_unused=True)


def main() -> None:
    """Print a row for each model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    print("model   forward  recorded ratio     grad  all sums ratio  graph_of   nodes")
    for make in (resnet, gpt, lstm):
        torch.manual_seed(0)
        forward = make()
        loss = forward()
        walked = walk(loss)
        rows = [
            [
                seconds(forward),
                seconds(lambda: watched(forward)),  # noqa: B023
                seconds(lambda: plain_grad(loss)),  # noqa: B023
                seconds(lambda: gradients_of(loss, walked)),  # noqa: B023
                seconds(lambda: graph_of(loss)),  # noqa: B023
            ]
            for _ in range(chosen.times)
        ]
        plain, seen, grad, sums, whole = map(statistics.median, zip(*rows, strict=True))
        print(f"{make.__name__:7} {plain:6.3f}s {seen:8.3f}s {seen / plain:5.2f} {grad:7.3f}s "
              f"{sums:8.3f}s {sums / grad:5.2f} {whole:8.3f}s {len(walked.nodes):7}")  # fmt: skip


if __name__ == "__main__":
    main()
