"""Graph of a program -> smaller Graph: each statement's operations become one node."""

from dataclasses import replace

from graphgen.folding.contracting import contracted
from graphgen.model.graph import Graph, outgoing

__all__ = ["by_statement"]


def by_statement(graph: Graph) -> Graph:
    """The graph in which what a statement computes on its way belongs to the node it names.

    Args:
        graph: of a program, as `graphgen.record` gives it.

    Returns:
        A Graph of inputs and named results; a node that stands for several has the op "part".

    >>> import graphgen
    >>> graph = graphgen.record(graphgen.parse("y = a * b + 1; z = y ** 2"), {"a": 2.0, "b": 3.0})
    >>> [node.name for node in by_statement(graph).nodes]
    ['a', 'b', 'y', 'z']
    """
    uses = outgoing(graph)
    owner = list(range(len(graph.nodes)))
    for index in reversed(range(len(graph.nodes))):
        node = graph.nodes[index]
        is_inner = node.kind in ("op", "constant") and not node.name and index != graph.loss
        if is_inner and uses[index]:
            owner[index] = owner[graph.edges[uses[index][0]].target]
    grown = {old for index, old in enumerate(owner) if old != index}
    faces = {old: replace(graph.nodes[old], op="part", label="") for old in grown}
    return contracted(graph, owner, faces)
