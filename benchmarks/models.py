"""The cases that are measured: models in plain torch whose forward returns a loss.

`CASES[name].build()` makes a model and its inputs, always the same ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["CASES", "Case", "Model"]

Model = tuple[nn.Module, tuple[Tensor, ...]]
"""A module, and what its forward takes."""


class Matrices(nn.Module):
    """Five small matrices: h = a + g of a lecture on two paths."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = (nn.Parameter(torch.rand(2, 2)) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        e = self.a + self.b @ x
        f = self.c + self.d * x
        g = e + f @ x + self.d
        h = self.a + g
        return torch.sum(h)


class Residual(nn.Module):
    """Two convolutions and what goes around them, which is a third where the size changes."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(outer), nn.BatchNorm2d(outer)])
        self.around = nn.Sequential()
        if stride > 1:
            across = nn.Conv2d(inner, outer, 1, stride, bias=False)
            self.around = nn.Sequential(across, nn.BatchNorm2d(outer))

    def forward(self, x: Tensor) -> Tensor:
        h = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(self.norms[1](self.second(h)) + self.around(x))


class ResNet(nn.Module):
    """18 layers, as wide as the known one."""

    def __init__(self) -> None:
        super().__init__()
        sizes = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2),
                 (256, 256, 1), (256, 512, 2), (512, 512, 1)]  # fmt: skip
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        )  # fmt: skip
        self.blocks = nn.Sequential(*[Residual(*size) for size in sizes])
        self.head = nn.Linear(512, 10)

    def forward(self, pictures: Tensor, wanted: Tensor) -> Tensor:
        h = self.blocks(self.stem(pictures))
        return functional.cross_entropy(self.head(h.mean((2, 3))), wanted)


class Block(nn.Module):
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


class GPT(nn.Module):
    """A language model whose last layer uses the table of the first."""

    def __init__(self, words: int, length: int, width: int, heads: int, layers: int) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.words(tokens) + self.places.weight[: tokens.shape[1]]
        scores = self.norm(self.blocks(x)) @ self.words.weight.T
        return functional.cross_entropy(scores[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())


class Recurrent(nn.Module):
    """An LSTM's cell, whose weights every step uses."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(32, 64)

    def forward(self, x: Tensor) -> Tensor:
        state = x.new_zeros(x.shape[1], 64), x.new_zeros(x.shape[1], 64)
        for step in x:
            state = self.cell(step, state)
        return state[0].sum()


class Chain(nn.Module):
    """An addition after the other."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.weight = count, nn.Parameter(torch.tensor(0.5))

    def forward(self, x: Tensor) -> Tensor:
        y = self.weight * x
        for _ in range(self.count):
            y = y + 1.0
        return y


class Diamond(nn.Module):
    """Everything is used twice, so the loss has 2 to the power of `count` paths."""

    def __init__(self, count: int) -> None:
        super().__init__()
        weight = torch.tensor(0.5, dtype=torch.float64)
        self.count, self.weight = count, nn.Parameter(weight)

    def forward(self, x: Tensor) -> Tensor:
        y = self.weight * x
        for _ in range(self.count):
            y = y + y
        return y


@dataclass(frozen=True, slots=True)
class Case:
    """One model.

    Attributes:
        title: what it is called in a table.
        make: makes the model and its inputs; `build` seeds the random numbers first.
        is_structure_only: whether its size leaves room for nothing but its structure.
    """

    title: str
    make: Callable[[], Model]
    is_structure_only: bool = False

    def build(self) -> Model:
        """The model and its inputs, the same ones each time."""
        torch.manual_seed(0)
        return self.make()


def _resnet() -> Model:
    return ResNet(), (torch.rand(4, 3, 96, 96), torch.arange(4))


def _gpt(batch: int, words: int, length: int, width: int, heads: int, layers: int) -> Model:
    model = GPT(words, length, width, heads, layers)
    return model, (torch.randint(0, words, (batch, length)),)


def _small_gpt(layers: int) -> Model:
    return _gpt(2, 32, 8, 16, 2, layers)


def _one(dtype: torch.dtype = torch.float32) -> tuple[Tensor]:
    return (torch.tensor(2.0, dtype=dtype),)


CASES = {
    "matrices": Case("matrix example", lambda: (Matrices(), (torch.rand(2, 2),))),
    "resnet": Case("ResNet-18-like", _resnet),
    "gpt": Case("GPT-2-like, 12 layers", lambda: _gpt(8, 512, 64, 256, 8, 12)),
    "lstm": Case("LSTM of 500 steps", lambda: (Recurrent(), (torch.rand(500, 8, 32),))),
    "chain": Case("chain of 20,000", lambda: (Chain(20_000), _one())),
    "diamond": Case("diamond of 2^200 paths", lambda: (Diamond(200), _one(torch.float64))),
    "gpt10k": Case("GPT-like of 10,000 nodes", lambda: _small_gpt(161)),
    "gpt100k": Case("GPT-like of 100,000 nodes", lambda: _small_gpt(1_612)),
    "million": Case("chain of 1,000,000", lambda: (Chain(1_000_000), _one()), True),
}
"""Name -> case, from the smallest on."""
