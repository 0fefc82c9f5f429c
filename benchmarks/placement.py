"""How long the layered placement takes, beside dot: medians of process time, as a table.

    python benchmarks/placement.py [--repeats 3] [--seconds 10]

Every case is placed twice, plain and with a label on each edge (its contribution). dot gets the
same boxes and edges, as many seconds as are told, and is left out where it ran into them before.
"""

import argparse
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator

from graphgen.layout.layers import layered
from graphgen.layout.reach import needs_layers

Edges = list[tuple[int, int]]
SIZE, LABEL = (90.0, 66.0), (50.0, 20.0)


def lstm(steps: int) -> tuple[int, Edges]:
    """An unrolled LSTM cell: four weights that every step uses, gates one by one."""
    edges: Edges = []
    count, hidden, memory = 6, 4, 5
    for _ in range(steps):
        data, first, second, gates, *ways = range(count, count + 12)
        edges += [(data, first), (0, first), (1, first), (hidden, second), (2, second)]
        edges += [(3, second), (first, gates), (second, gates)]
        edges += [(gates, way) for way in ways[:4]]
        forgotten, written, memory_after, shown = count + 8, count + 9, count + 10, count + 11
        edges += [(ways[0], forgotten), (memory, forgotten), (ways[1], written), (ways[2], written)]
        edges += [(forgotten, memory_after), (written, memory_after), (memory_after, shown)]
        edges += [(shown, count + 12), (ways[3], count + 12)]
        memory, hidden, count = memory_after, count + 12, count + 13
    return count, edges


def transformer(blocks: int) -> tuple[int, Edges]:
    """Blocks of attention and of two linear maps around a residual stream, with one mask."""
    edges: Edges = []
    count = 2

    def use(*operands: int, leaves: int = 0) -> int:
        nonlocal count
        made = count + leaves
        edges.extend((operand, made) for operand in [*operands, *range(count, made)])
        count = made + 1
        return made

    stream = use(0, leaves=1)
    for _ in range(blocks):
        joint = use(use(stream, leaves=2), leaves=2)
        query, key, value = (use(use(joint)) for _ in range(3))
        scores = use(use(use(use(query, use(key))), 1))
        stream = use(stream, use(use(use(scores, value)), leaves=2))
        inner = use(use(use(stream, leaves=2), leaves=2))
        stream = use(stream, use(inner, leaves=2))
    use(use(stream, leaves=2), 0)
    return count, edges


def chain(count: int) -> tuple[int, Edges]:
    """One after the other."""
    return count, [(box, box + 1) for box in range(count - 1)]


def diamond(count: int) -> tuple[int, Edges]:
    """x + x, again and again: 2 ** (count - 1) paths."""
    return count, [(box, box + 1) for box in range(count - 1) for _ in range(2)]


def scattered(count: int) -> tuple[int, Edges]:
    """Random edges, mostly short: the hardest for any order."""
    chance = random.Random(0)
    return count, [
        (max(0, target - 1 - int(chance.expovariate(1 / 8))), target)
        for target in range(1, count)
        for _ in range(chance.choice((1, 1, 2)))
    ]


CASES: dict[str, Callable[[], tuple[int, Edges]]] = {
    "LSTM, 5 steps": lambda: lstm(5),
    "LSTM, 66 steps": lambda: lstm(66),
    "LSTM, 500 steps": lambda: lstm(500),
    "transformer, 6 blocks": lambda: transformer(6),
    "transformer, 40 blocks": lambda: transformer(40),
    "transformer, 400 blocks": lambda: transformer(400),
    "transformer, 4,000 blocks": lambda: transformer(4_000),
    "chain of 20,000": lambda: chain(20_000),
    "diamond of 200": lambda: diamond(200),
    "scattered, 300": lambda: scattered(300),
    "scattered, 10,000": lambda: scattered(10_000),
    "scattered, 100,000": lambda: scattered(100_000),
}


def median_seconds(
    count: int, edges: Edges, labels: dict[int, tuple[float, float]], repeats: int
) -> float:
    """The median of the processor's time over some runs; of a slow one, over fewer."""
    found: list[float] = []
    while len(found) < repeats and sum(found) < 10:
        start = time.process_time()
        layered([SIZE] * count, edges, labels=labels)
        found.append(time.process_time() - start)
    return statistics.median(found)


def dot_source(count: int, edges: Edges) -> str:
    """The same boxes, edges and labels for dot."""
    lines = ['digraph { graph [rankdir=LR] node [shape=box fixedsize=true label=""]']
    lines += [f"n{box} [width=1.25 height=0.92]" for box in range(count)]
    for index, (source, target) in enumerate(edges):
        lines.append(f"e{index} [width=0.7 height=0.28] n{source} -> e{index} -> n{target}")
    return "\n".join([*lines, "}"])


def dot_seconds(count: int, edges: Edges, limit: float) -> str:
    """How long dot takes with labels, by the clock, as text."""
    if shutil.which("dot") is None:
        return "not installed"
    if len(edges) > 20_000:
        return "not tried"
    start = time.perf_counter()
    try:
        subprocess.run(
            ["dot", "-Tjson0"],
            input=dot_source(count, edges).encode(),
            stdout=subprocess.DEVNULL,
            timeout=limit,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return f"over {limit:g}"
    return f"{time.perf_counter() - start:.2f}"


def rows(repeats: int, limit: float) -> Iterator[tuple[str, ...]]:
    """One row of the table after the other."""
    for name, make in CASES.items():
        count, edges = make()
        labels = dict.fromkeys(range(len(edges)), LABEL)
        placed = layered([SIZE] * count, edges, labels=labels)
        yield (
            name,
            f"{count:,}",
            f"{len(edges):,}",
            f"{median_seconds(count, edges, {}, repeats):.2f}",
            f"{median_seconds(count, edges, labels, repeats):.2f}",
            dot_seconds(count, edges, limit),
            "layers" if needs_layers(count, edges) else "dot",
            f"{placed.width:,.0f} × {placed.height:,.0f}",
        )


def main() -> None:
    """Prints the table, row by row."""
    parser = argparse.ArgumentParser(description="Time the layered placement, beside dot.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long dot may take")
    given = parser.parse_args()
    head = ("case", "boxes", "edges", "plain, s", "labelled, s", "dot, s", "used", "points")
    for row in (head, ("---",) * len(head), *rows(given.repeats, given.seconds)):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
