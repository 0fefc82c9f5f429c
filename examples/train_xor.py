"""Train a network of 8 hidden tanh units on XOR with the tensor engine, for 200 steps.

Run it from the project's root; with a path it also draws the first step's graph there:

    python -m examples.train_xor xor.svg
"""

import sys
from collections.abc import Mapping

import numpy

from examples.train_neuron import draw
from graphgen.capture.engines import graph_of_engine
from graphgen.course.engines.tensor import Array, Tensor
from graphgen.model.graph import Graph
from graphgen.narration.explanation import explain
from graphgen.narration.telling import tell

__all__ = ["INPUTS", "TARGETS", "first_graph", "initial", "main", "train"]

INPUTS: Array = numpy.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS: Array = numpy.array([[0.0], [1.0], [1.0], [0.0]])
HIDDEN = 8


def initial(seed: int = 0) -> dict[str, Array]:
    """The weights before training, the same for the same seed."""
    numbers = numpy.random.default_rng(seed)
    return {
        "W1": numbers.normal(size=(2, HIDDEN)),
        "b1": numpy.zeros(HIDDEN),
        "W2": numbers.normal(size=(HIDDEN, 1)) / numpy.sqrt(HIDDEN),
        "b2": numpy.zeros(1),
    }


def train(weights: Mapping[str, Array], steps: int = 200, rate: float = 0.5) -> list[float]:
    """Gradient descent on the mean squared error.

    Returns:
        The loss before each update.
    """
    now, losses = dict(weights), []
    for _ in range(steps):
        leaves = {name: Tensor(data, name) for name, data in now.items()}
        loss = forward(leaves)
        loss.backward()
        now = {name: leaf.data - rate * leaf.grad for name, leaf in leaves.items()}
        losses.append(float(loss.data))
    return losses


def forward(leaves: Mapping[str, Tensor]) -> Tensor:
    """The mean squared error over the four examples."""
    inputs = Tensor(INPUTS, "X", requires_grad=False)
    targets = Tensor(TARGETS, "T", requires_grad=False)
    hidden = (inputs @ leaves["W1"] + leaves["b1"]).tanh()
    hidden.name = "hidden"
    output = hidden @ leaves["W2"] + leaves["b2"]
    output.name = "output"
    error = output - targets
    error.name = "error"
    loss = (error * error).mean()
    loss.name = "loss"
    return loss


def first_graph() -> Graph:
    """The graph of the first step, with its gradients."""
    return graph_of_engine(forward({n: Tensor(data, n) for n, data in initial().items()}))


def main(paths: list[str]) -> None:
    """Print the training and how the first gradients are made up; draw what is asked for."""
    losses = train(initial())
    for step in (0, 1, 10, 50, 100, 150, 199):
        print(f"{step:3}  loss {losses[step]:.6f}")
    print("\n" + explain(tell(first_graph())))
    for path in paths:
        draw(first_graph(), path)


if __name__ == "__main__":
    main(sys.argv[1:])
