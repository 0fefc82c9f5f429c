"""The loops of the course by name -> program, data and first parameters, ready to train."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from graphgen.course.scenes.training.loop import Recipe
from graphgen.language.values import Value

__all__ = ["EXAMPLES", "Example"]

_HIDDEN = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A program with all that its training needs."""

    text: str
    values: dict[str, Value]
    data: tuple[str, ...]
    recipe: Recipe


def _sum_is_ten(seed: int | None) -> Example:
    """Two numbers from 0 on that are to add up to ten."""
    recipe = Recipe("sgd", 0.01, 101, "float32")
    return Example("loss = (A + B - 10) ** 2", {"A": 0.0, "B": 0.0}, (), recipe)


def _linear_regression(seed: int | None) -> Example:
    """Ten points around the line 1.5 - 2 x, and a first line by chance."""
    random = _random(seed, 0)
    x = torch.randn(10, generator=random)
    y = 1.5 - 2 * x + 0.1 * torch.randn(10, generator=random)
    a, b = torch.randn(1, generator=random), torch.randn(1, generator=random)
    return Example(
        "y_hat = a + b * x; loss = mean((y_hat - y) ** 2)",
        _listed(a=a, b=b, x=x, y=y),
        ("x", "y"),
        Recipe("sgd", 0.03, 100, "float32"),
    )


def _neuron(seed: int | None) -> Example:
    """One tanh neuron that is to answer 0.8 to 2."""
    return Example(
        "y = tanh(w * x + b); loss = (y - target) ** 2",
        {"w": 0.3, "b": 0.1, "x": 2.0, "target": 0.8},
        ("x", "target"),
        Recipe("sgd", 0.5, 20),
    )


def _xor(seed: int | None) -> Example:
    """Whether just one of two inputs is 1, by eight hidden tanh units."""
    random = _random(seed, 26)
    corners = torch.cartesian_prod(torch.arange(2.0), torch.arange(2.0))
    answers = (corners.sum(1, keepdim=True) == 1).to(corners.dtype)
    first, second = _layer(2, _HIDDEN, random), _layer(_HIDDEN, 1, random)
    return Example(
        "h = tanh(X @ W1 + b1); y = tanh(h @ W2 + b2); loss = mse(y, T)",
        _listed(X=corners, W1=first[0], b1=first[1], W2=second[0], b2=second[1], T=answers),
        ("X", "T"),
        Recipe("sgd", 0.5, 200),
    )


def _layer(inputs: int, outputs: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Weights and bias as torch.nn.Linear begins: even, up to 1 / sqrt(inputs) to either side."""
    reach = inputs**-0.5
    shapes = ((inputs, outputs), (outputs,))
    weight, bias = ((2 * torch.rand(shape, generator=random) - 1) * reach for shape in shapes)
    return weight, bias


def _random(seed: int | None, own: int) -> torch.Generator:
    return torch.Generator().manual_seed(own if seed is None else seed)


def _listed(**tensors: Tensor) -> dict[str, Value]:
    return {name: tensor.tolist() for name, tensor in tensors.items()}


EXAMPLES: dict[str, Callable[[int | None], Example]] = {
    "a-plus-b": _sum_is_ten,
    "linear-regression": _linear_regression,
    "neuron": _neuron,
    "xor": _xor,
}
"""Each from a seed for its random numbers; None takes the example's own."""
