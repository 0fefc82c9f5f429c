"""A program, data and first parameters -> what a loop of torch.optim makes of them."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from graphgen.course.trajectories import optimizer_of
from graphgen.language.evaluate import run
from graphgen.language.machine import compute
from graphgen.language.syntax import Program
from graphgen.language.values import Value, check_values
from graphgen.model.errors import InputError

__all__ = ["Recipe", "Training", "train"]

_MOST_NUMBERS = 20_000_000
"""Numbers of all parameters at all steps together: 160 MB while they are chosen from."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a loop goes.

    Attributes:
        optimizer: one of graphgen.course.checks.OPTIMIZERS.
        rate: the learning rate.
        steps: how many updates.
        dtype: "float32" or "float64".
    """

    optimizer: str
    rate: float
    steps: int
    dtype: str = "float64"

    @property
    def torch_dtype(self) -> torch.dtype:
        """Torch's own name for the dtype."""
        return torch.float32 if self.dtype == "float32" else torch.float64


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """What a loop did.

    Attributes:
        losses: before each update, and after the last one.
        states: the parameters at the same moments, by name.
    """

    losses: list[float]
    states: list[dict[str, Tensor]]


def train(
    program: Program, values: Mapping[str, Value], data: Collection[str], recipe: Recipe
) -> Training:
    """Trains the inputs that aren't data; ends early where the loss is no finite number.

    Args:
        program: with the loss last.
        values: where each input starts; of data, what it is.
        data: the inputs that aren't trained.
        recipe: the optimizer, its learning rate and how many steps.

    Returns:
        The loss and the parameters before each update, and after the last one.

    Raises:
        InputError: there is nothing to train, or too much to keep.
        ExpressionError: the program can't be computed, or its result is no number.

    >>> from graphgen.language.expression import parse
    >>> done = train(parse("loss = (x - 3) ** 2"), {"x": 0.0}, (), Recipe("sgd", 0.1, 10))
    >>> round(done.states[-1]["x"].item(), 4)
    2.6779
    """
    check_values(program, values, data)
    with torch.inference_mode(False), torch.enable_grad():
        first = run(program, values, data, recipe.torch_dtype)  # which tells what doesn't fit
        leaves = {name: leaf for name, leaf in first.inputs.items() if leaf.requires_grad}
        _check_size(leaves, recipe)
        optimizer = optimizer_of(recipe.optimizer, list(leaves.values()), recipe.rate)
        done = Training([], [])
        for step in range(recipe.steps + 1):
            optimizer.zero_grad()
            loss = compute(program, first.inputs).names[-1][1]
            torch.autograd.backward(loss)
            done.losses.append(loss.item())
            done.states.append({name: leaf.detach().clone() for name, leaf in leaves.items()})
            if step == recipe.steps or not math.isfinite(done.losses[-1]):
                return done
            optimizer.step()
    return done


def _check_size(leaves: Mapping[str, Tensor], recipe: Recipe) -> None:
    if not leaves:
        raise InputError("a program with something to train: got data only; take a --data out")
    count = sum(leaf.numel() for leaf in leaves.values()) * recipe.steps
    if count > _MOST_NUMBERS:
        raise InputError(
            f"at most {_MOST_NUMBERS:,} numbers of all parameters at all steps together: got "
            f"{count:,}; take fewer steps"
        )
