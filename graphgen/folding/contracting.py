"""Graph -> smaller Graph: groups of nodes become one node, and what crosses their borders stays.

An edge that crosses keeps its contribution; the new node's outputs are those that leave it, with
their values and gradients. So contributions still add up to every gradient that is shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graphgen.model.columns import instances_of
from graphgen.model.graph import Edge, Graph, Node, Port
from graphgen.ops import key_of

__all__ = ["VIEWS", "contracted", "without_views"]

VIEWS = frozenset(
    {"alias", "clone", "contiguous", "expand", "expandas", "permute", "reshape", "reshapealias"}
    | {"squeeze", "t", "to", "tocopy", "transpose", "type", "unsafeview", "unsqueeze"}
    | {"view", "viewas"}
)
"""Operations that only arrange or convert the same numbers."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The outputs that leave one group of nodes, each with its number there."""

    outputs: Mapping[tuple[int, int], int]


def contracted(graph: Graph, owner: Sequence[int], faces: Mapping[int, Node]) -> Graph:
    """The graph with every group as one node.

    Args:
        graph: any.
        owner: for each node the node that its group stands for: itself where it stays alone,
            else the group's last member that isn't a leaf, data or a constant.
        faces: for each owner of a group, what it looks like; its ports are put in here.

    Returns:
        A Graph whose groups have, as ports, the outputs that leave them.

    Raises:
        ValueError: the groups depend on each other in a circle.
    """
    owners = sorted(set(owner))
    number = {old: new for new, old in enumerate(owners)}
    groups = _groups(graph, owner, faces)
    nodes = tuple(
        replace(faces[old], ports=_ports(graph, groups[old])) if old in faces else graph.nodes[old]
        for old in owners
    )
    crossing = (edge for edge in graph.edges if owner[edge.source] != owner[edge.target])
    ordered = sorted(crossing, key=lambda edge: number[owner[edge.target]])
    edges = _moved(ordered, owner, number, groups)
    loss = graph.loss
    group = groups.get(owner[loss])
    port = group.outputs[loss, graph.loss_port] if group else graph.loss_port
    return Graph(nodes, tuple(edges), port, graph.notes)


def _groups(graph: Graph, owner: Sequence[int], faces: Mapping[int, Node]) -> dict[int, _Group]:
    leaving: dict[int, set[tuple[int, int]]] = {old: set() for old in faces}
    for edge in graph.edges:
        old = owner[edge.source]
        if old in faces and owner[edge.target] != old:
            leaving[old].add((edge.source, edge.port))
    if owner[graph.loss] in faces:
        leaving[owner[graph.loss]].add((graph.loss, graph.loss_port))
    return {
        old: _Group({output: new for new, output in enumerate(sorted(ports or {(old, 0)}))})
        for old, ports in leaving.items()
    }


def _ports(graph: Graph, group: _Group) -> tuple[Port, ...]:
    return tuple(graph.nodes[node].ports[port] for node, port in group.outputs)


def _moved(
    edges: Iterable[Edge],
    owner: Sequence[int],
    number: Mapping[int, int],
    groups: Mapping[int, _Group],
) -> Iterable[Edge]:
    """The crossing edges between the new nodes; into a group they are counted as its operands."""
    counts: Counter[int] = Counter()
    for edge in edges:
        old, target = owner[edge.source], owner[edge.target]
        port = groups[old].outputs[edge.source, edge.port] if old in groups else edge.port
        slot, local = edge.slot, edge.local
        if target in groups:
            slot, local = counts[target], None
            counts[target] += 1
        yield Edge(number[old], port, number[target], slot, edge.contribution, local)


def without_views(graph: Graph) -> Graph:
    """The graph without views and casts that serve one operation each: it uses what they view.

    Args:
        graph: any.

    Returns:
        A Graph in which every remaining edge keeps its contribution; those that skip a view have
        no local derivative.
    """
    entering = _hidden(graph)
    if not entering:
        return graph
    remaining = [index for index in range(len(graph.nodes)) if index not in entering]
    number = {old: new for new, old in enumerate(remaining)}
    edges = [edge for edge in graph.edges if edge.target not in entering]
    firsts = [_first(edge, entering) if edge.source in entering else edge for edge in edges]
    moved = instances_of(Edge, len(edges), {
        "source": [number[first.source] for first in firsts],
        "port": [first.port for first in firsts],
        "target": [number[edge.target] for edge in edges],
        "slot": [edge.slot for edge in edges],
        "contribution": [first.contribution for first in firsts],
        "local": [e.local if f is e else None for e, f in zip(edges, firsts, strict=True)],
    })  # fmt: skip
    nodes = tuple(graph.nodes[index] for index in remaining)
    return Graph(nodes, tuple(moved), graph.loss_port, graph.notes)


def _first(edge: Edge, entering: Mapping[int, Edge]) -> Edge:
    """The edge into the first of the views that an edge comes from."""
    while edge.source in entering:
        edge = entering[edge.source]
    return edge


def _hidden(graph: Graph) -> dict[int, Edge]:
    """For each view that can go, the one edge into it."""
    uses = Counter([edge.source for edge in graph.edges])
    operands = Counter([edge.target for edge in graph.edges])
    is_view = {op: key_of(op) in VIEWS for op in {node.op for node in graph.nodes}}
    hidden = {
        index
        for index, node in enumerate(graph.nodes)
        if is_view[node.op]
        and uses[index] == operands[index] == 1
        and index != graph.loss
        and node.kind == "op"
        and len(node.ports) == 1
    }
    return {edge.target: edge for edge in graph.edges if edge.target in hidden}
