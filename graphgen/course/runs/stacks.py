"""A function in a row of layers -> the gradient that reaches each of them."""

from collections.abc import Mapping

import torch

from graphgen.language.evaluate import run
from graphgen.language.machine import compute
from graphgen.language.operations import tensor_of
from graphgen.language.syntax import Program
from graphgen.language.values import Value

__all__ = ["stacked"]


def stacked(
    program: Program,
    name: str,
    values: Mapping[str, Value],
    start: float,
    weight: float,
    layers: int,
) -> tuple[float, ...]:
    """Applies h ← program(weight × h) again and again, and asks how the end depends on each h.

    Args:
        name: the input of the program that h takes.
        start: the first h.
        layers: how often.

    Returns:
        d last h / d h before each layer, from the first to the last, and 1 after it.

    >>> from graphgen.language.expression import parse
    >>> stacked(parse("relu(x)"), "x", {}, 1.0, 2.0, 3)
    (8.0, 4.0, 2.0, 1.0)
    """
    run(program, {**values, name: start})
    with torch.inference_mode(False), torch.enable_grad():
        held = {key: tensor_of(value) for key, value in values.items() if key != name}
        states = [tensor_of(start, requires_grad=True)]
        for _ in range(layers):
            found = compute(program, {**held, name: weight * states[-1]})
            states.append(found.names[-1][1])
        last = states[-1]
        if not last.requires_grad:
            return (*(0.0,) * layers, 1.0)
        grads = torch.autograd.grad(last, states, allow_unused=True, materialize_grads=True)
    return tuple(grad.item() for grad in grads)
