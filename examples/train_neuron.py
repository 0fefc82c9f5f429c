"""Train one tanh neuron on one example with the scalar engine: y = tanh(w x + b) is to be 0.8.

Run it from the project's root; with a path it also draws the first step's graph there:

    python -m examples.train_neuron neuron.svg
"""

import sys
from dataclasses import dataclass

from graphgen.capture.engines import graph_of_engine
from graphgen.course.engines.scalar import Value
from graphgen.model.graph import Graph
from graphgen.narration.explanation import explain
from graphgen.narration.telling import tell

__all__ = ["Row", "first_graph", "main", "train"]

X, TARGET = 2.0, 0.8
W, B = 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """One step of training: the prediction and the loss before the update, w and b after it."""

    y: float
    loss: float
    w: float
    b: float


def train(steps: int = 20, rate: float = 0.5) -> list[Row]:
    """Gradient descent on (y - 0.8)²."""
    w, b, rows = W, B, []
    for _ in range(steps):
        weight, bias = Value(w, label="w"), Value(b, label="b")
        y, loss = forward(weight, bias)
        loss.backward()
        w, b = w - rate * weight.grad, b - rate * bias.grad
        rows.append(Row(y.data, loss.data, w, b))
    return rows


def forward(w: Value, b: Value) -> tuple[Value, Value]:
    """The prediction, and how far off it is."""
    z = w * Value(X, label="x") + b
    z.label = "z"
    y = z.tanh()
    y.label = "y"
    loss = (y - TARGET) ** 2
    loss.label = "loss"
    return y, loss


def first_graph() -> Graph:
    """The graph of the first step, with its gradients."""
    return graph_of_engine(forward(Value(W, label="w"), Value(B, label="b"))[1])


def main(paths: list[str]) -> None:
    """Print the training and how the first gradients are made up; draw what is asked for."""
    for step, row in enumerate(train()):
        print(f"{step:2}  y {row.y:.4f}  loss {row.loss:.6f}  w {row.w:.4f}  b {row.b:.4f}")
    story = tell(first_graph())
    print("\n" + explain(story))
    for path in paths:
        draw(first_graph(), path)


def draw(graph: Graph, path: str) -> None:
    """The picture of a graph, in the format that the path's suffix names."""
    from graphgen import Picture, place, write  # only a picture needs these
    from graphgen.model.theme import LIGHT

    story = tell(graph)
    write(Picture(story, place(story), LIGHT), path)


if __name__ == "__main__":
    main(sys.argv[1:])
