"""Graph -> its operations in forward order, in pieces that a smaller graph shows as one node.

Every piece is a stretch of the forward order, so the pieces can't depend on each other in a
circle. What is made of nothing (leaves, data, constants) stands in no piece: it goes into the one
that alone uses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphgen.folding.contracting import contracted
from graphgen.model.graph import Graph, Node
from graphgen.text.sentences import KIND_WORDS

__all__ = ["Piece", "Sequenced", "count_of", "folded", "sequenced", "singles"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the forward order.

    Attributes:
        start, end: places in the order; the end is not part of it.
        op: "module", "repeat" or "part" of what is folded; "" of one operation as it is.
        name: what the folded node is called.
        scope: the module's path; () where it is no module.
        kept: leaves and data that stay visible though only this piece uses them.
        is_repeated: whether its name says how often something comes.
    """

    start: int
    end: int
    op: str = ""
    name: str = ""
    scope: tuple[str, ...] = ()
    kept: frozenset[int] = frozenset()
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A graph's operations in forward order.

    Attributes:
        operations: the nodes that are made of something, in forward order.
        operands: for each of these its operands: their places in the order, or ~node of what is
            made of nothing.
        tokens: for each of these a number; equal ones have the same operation and shapes.
        users: for each node that is made of nothing, the places that use it.
    """

    graph: Graph
    operations: tuple[int, ...]
    operands: tuple[tuple[int, ...], ...]
    tokens: tuple[int, ...]
    users: Mapping[int, tuple[int, ...]]


def sequenced(graph: Graph) -> Sequenced:
    """The operations of a graph in forward order; a graph of one node is one operation."""
    sources: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        sources[edge.target].append(edge.source)
    last = graph.loss
    operations = tuple(
        index for index, operands_of in enumerate(sources) if operands_of or index == last
    )
    place = {node: position for position, node in enumerate(operations)}
    operands = tuple(tuple(place.get(s, ~s) for s in sources[node]) for node in operations)
    users: dict[int, list[int]] = {i: [] for i in range(len(graph.nodes)) if i not in place}
    for position, operands_of in enumerate(operands):
        for operand in operands_of:
            if operand < 0:
                users[~operand].append(position)
    numbers: dict[object, int] = {}
    tokens = tuple(
        numbers.setdefault(_token(graph.nodes[node]), len(numbers)) for node in operations
    )
    return Sequenced(graph, operations, operands, tokens, {k: tuple(v) for k, v in users.items()})


def singles(line: Sequenced) -> list[Piece]:
    """Every operation as it is."""
    return [Piece(place, place + 1) for place in range(len(line.operations))]


def count_of(line: Sequenced, pieces: Sequence[Piece]) -> int:
    """How many nodes the graph has when its pieces are folded."""
    return len(pieces) + len(line.users) - len(_homes(line, pieces))


def folded(
    line: Sequenced, pieces: Sequence[Piece], bundles: Iterable[Sequence[int]] = ()
) -> Graph:
    """The graph with each piece as one node.

    Args:
        line: the graph's operations.
        pieces: which cover the whole order.
        bundles: groups of leaves and data that become one node as well.

    Returns:
        The graph, whose contributions are those between pieces.
    """
    graph, owner, faces = line.graph, list(range(len(line.graph.nodes))), {}
    homes = _homes(line, pieces)
    guests: dict[int, list[int]] = {}
    for source, index in homes.items():
        guests.setdefault(index, []).append(source)
    for index, piece in enumerate(pieces):
        members = [*line.operations[piece.start : piece.end], *guests.get(index, ())]
        if not piece.op or len(members) == 1:
            continue
        last = line.operations[piece.end - 1]
        for member in members:
            owner[member] = last
        first = graph.nodes[line.operations[piece.start]]
        faces[last] = Node("op", piece.op, (), piece.name, "", ".".join(piece.scope), first.source)
    for bundle in bundles:
        _bundle(graph, bundle, owner, faces)
    return contracted(graph, owner, faces)


def visible(line: Sequenced, pieces: Sequence[Piece]) -> dict[int, tuple[int, ...]]:
    """For each leaf, data or constant that goes into no piece, the pieces that use it."""
    homes, owner = _homes(line, pieces), _piece_of(pieces)
    return {
        source: tuple(dict.fromkeys(owner[place] for place in places))
        for source, places in line.users.items()
        if source not in homes
    }


def _bundle(graph: Graph, bundle: Sequence[int], owner: list[int], faces: dict[int, Node]) -> None:
    """Leaves that the same pieces use become one leaf with many outputs."""
    first = graph.nodes[bundle[0]]
    for member in bundle:
        owner[member] = bundle[0]
    faces[bundle[0]] = Node(
        first.kind, first.op, (), KIND_WORDS.say(f"{first.kind} several", count=len(bundle))
    )


def _homes(line: Sequenced, pieces: Sequence[Piece]) -> dict[int, int]:
    """For each leaf, data or constant that only one folded piece uses, this piece."""
    owner = _piece_of(pieces)
    homes = {}
    for source, places in line.users.items():
        if not places:
            continue
        index = owner[places[0]]
        piece = pieces[index]
        if not piece.op or source in piece.kept or owner[places[-1]] != index:
            continue
        if _belongs(line.graph.nodes[source], piece):
            homes[source] = index
    return homes


def _piece_of(pieces: Sequence[Piece]) -> list[int]:
    owner: list[int] = []
    for index, piece in enumerate(pieces):
        owner.extend([index] * (piece.end - piece.start))
    return owner


def _belongs(node: Node, piece: Piece) -> bool:
    """Whether a leaf goes into the piece that uses it: what a person named by one word stays,
    but for an operation that is only folded because it takes so many."""
    is_single = piece.end - piece.start == 1 and piece.op == "part"
    if is_single or node.kind == "constant":
        return True
    return not node.name or "." in node.name or bool(node.scope)


def _token(node: Node) -> object:
    return node.kind, node.op, tuple(port.value.shape for port in node.ports)
