"""From a loss to DOT text, structure alone: ours beside a minimal writer, in one run.

    python benchmarks/structure.py [--nodes 100000] [--times 5]

The minimal writer walks `next_functions` with a stack and writes one line for each node and edge:
name, shape and dtype, which a Graph holds as well, and makes no objects. Prints medians of the
process time, nodes a second, and the ratio for each graph.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from graphgen.capture.recorder import structure_of
from graphgen.layout.dot import structure
from graphgen.model.graph import Graph


def chain(count: int) -> Tensor:
    """An addition after the other."""
    y = x = torch.ones((), requires_grad=True)
    assert x.requires_grad
    for _ in range(count):
        y = y + 1.0
    return y


def diamond(count: int) -> Tensor:
    """Two paths at every step, so 2 to the 200th in all at 600 nodes."""
    y: Tensor = torch.ones((), requires_grad=True)
    for _ in range(count // 3):
        y = y * 0.5 + y * 0.5
    return y


def unrolled(count: int) -> Tensor:
    """A recurrent cell whose weights every step uses."""
    cell, state = nn.RNNCell(4, 4), torch.zeros(1, 4)
    for _ in range(count // 6):
        state = cell(torch.ones(1, 4), state)
    return state.sum()


def minimal(loss: Tensor) -> str:
    """The least that writes a graph with its shapes."""
    numbers: dict[object, int] = {}
    lines = ["digraph {"]
    stack = [loss.grad_fn]
    while stack:
        node = stack.pop()
        if node is None or node in numbers:
            continue
        numbers[node] = len(numbers)
        outputs = " ".join(f"{meta.dtype} {meta.shape}" for meta in node._input_metadata)
        lines.append(f'n{id(node)} [label="{type(node).__name__} {outputs}"]')
        for other, _ in node.next_functions:
            if other is not None:
                lines.append(f"n{id(other)} -> n{id(node)}")
                stack.append(other)
    return "\n".join([*lines, "}"])


def text(graph: Graph) -> str:
    """DOT source of a graph's structure."""
    labels = (node.op or node.kind for node in graph.nodes)
    return "".join(structure(labels, ((edge.source, edge.target) for edge in graph.edges)))


def median(work: Callable[[], object], times: int) -> float:
    """The median of the seconds that it takes."""
    found = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def main() -> None:
    """Print a row for each graph."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    print("graph          nodes   minimal structure  with DOT   nodes/s ratio")
    for make in (chain, diamond, unrolled):
        loss = make(chosen.nodes)
        graph = structure_of(loss)
        least = median(partial(minimal, loss), chosen.times)
        read = median(partial(structure_of, loss), chosen.times)
        ours = median(lambda: text(structure_of(loss)), chosen.times)  # noqa: B023
        count = len(graph.nodes)
        print(f"{make.__name__:10} {count:9} {least:8.3f}s {read:8.3f}s {ours:8.3f}s "
              f"{count / ours:9.0f} {ours / least:5.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
