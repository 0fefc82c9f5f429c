"""A program without its cuts, and what comes back along its graph where nothing does with them."""

from collections.abc import Sequence
from dataclasses import replace

from graphgen.language.syntax import (
    Call,
    Expression,
    Number,
    Program,
    Unary,
    mapped,
    rebuilt,
)
from graphgen.model.graph import Array, Graph
from graphgen.model.kinds import KINDS

__all__ = ["ghosts", "lifted"]


def lifted(program: Program) -> Program:
    """A program without its cuts: detach gives what it is given, and lets gradients through."""
    statements = tuple(
        replace(statement, expression=mapped(statement.expression, _lifted))
        for statement in program.statements
    )
    return replace(program, statements=statements)


def _lifted(part: Expression, parts: Sequence[Expression]) -> Expression:
    """A part with other operands; detach becomes a clamp that clamps nothing, so that the graph
    has a node in its place."""
    if isinstance(part, Call) and part.function == "detach":
        endless = Number(float("inf"))
        return Call("clamp", (*parts, Unary("-", endless), endless))
    return rebuilt(part, parts)


def ghosts(graph: Graph, whole: Graph) -> tuple[tuple[int, Array], ...]:
    """For each edge along which nothing comes back, what does without the cuts, where the graphs
    can be laid over each other."""
    kept = [at for at, node in enumerate(whole.nodes) if not _is_bound(whole, at)]
    places = {node: at for at, node in enumerate(kept)}
    edges = [edge for edge in whole.edges if edge.source in places]
    ways = [(places[edge.source], places[edge.target]) for edge in edges]
    if ways != [(edge.source, edge.target) for edge in graph.edges]:
        return ()
    return tuple(
        (at, other.contribution)
        for at, (edge, other) in enumerate(zip(graph.edges, edges, strict=True))
        if edge.contribution is None and other.contribution is not None
    )


def _is_bound(graph: Graph, node: int) -> bool:
    """Whether a node is one of the bounds of a clamp that stands for a cut."""
    value = graph.nodes[node].ports[0].value
    return (
        KINDS[graph.nodes[node].kind].is_literal
        and value.items is not None
        and set(value.items) <= {float("inf"), float("-inf")}
    )
