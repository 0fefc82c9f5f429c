"""Graph -> smaller Graph: modules, repeated blocks and long stretches become one node each.

    fold(graph)                           at most about 60 nodes, and a note that says how
    fold(graph, depth=2)                  modules as one node each, two levels deep
    fold(graph, unfold=["layers.0"])      the same with one module shown open

What crosses a border keeps its contribution. An output that is used inside of its folded node as
well has the gradient of all its uses, though only those outside are seen.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphgen.capture.doors import as_graph
from graphgen.folding.contracting import without_views
from graphgen.folding.gathering import MOST_PARALLEL, gathered
from graphgen.folding.modules import Path, by_module, check_known, deepest, is_opened, paths_of
from graphgen.folding.repeats import Run, counted, merged, runs_of
from graphgen.folding.sequence import Piece, count_of, folded, sequenced, singles, visible
from graphgen.model.arguments import as_texts, as_whole
from graphgen.model.collecting import without_collection
from graphgen.model.graph import Graph
from graphgen.ops import find
from graphgen.text.sentences import NOTES

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["MOST", "fold"]

MOST = 60
"""How many nodes a picture has at most, about, when nothing is said."""

_How = tuple[str, Mapping[str, int]]
"""How a graph was folded: the note that says so, and what is counted in it beside nodes."""
_WITHOUT_VIEWS: _How = ("without views", {})
_BY_PATTERNS: _How = ("by patterns", {})
_BY_PARTS: _How = ("by parts", {})

_FEWEST = 5
_LEAST_TIMES = 3
_LONGEST_PATTERN = 4


def fold(
    graph: "Graph | Tensor",
    depth: int | None = None,
    unfold: str | Sequence[str] = (),
    most: int | None = MOST,
) -> Graph:
    """A smaller graph that shows the same loss.

    Args:
        graph: of any size, or a loss that one is made of; one of at most `most` nodes is returned
            as it is, unless a depth is given.
        depth: how many parts of a module's path are told apart ("layers.0" has two). By default
            the deepest at which at most `most` nodes remain; where modules alone don't get
            there, repeated patterns of operations are folded too.
        unfold: the path of a module to show open, or several.
        most: how many nodes may remain when no depth is given; None for any number.

    Returns:
        A Graph whose folded nodes have the op "module", "repeat" or "part"; the ports of such a
        node are the outputs that leave it. Every edge that remains keeps its contribution; when
        no depth is given, more than eight from one output to one folded node are one edge with
        their sum. A note says what was folded.

    Raises:
        InputError: no graph and no loss, a depth below 1, or a path to unfold that isn't there.
    """
    whole = as_graph(graph, sys._getframe(1))
    levels = None if depth is None else as_whole("depth", depth, 1)
    count = len(whole.nodes) if most is None else as_whole("most", most, 1)
    return _fold(whole, levels, as_texts("unfold", unfold), count)


@without_collection()
def _fold(graph: Graph, depth: int | None, unfold: Sequence[str], most: int) -> Graph:
    if depth is None and len(graph.nodes) <= most and not unfold:
        return graph
    folder = _Folder(without_views(graph), unfold, most)
    if depth is None and len(graph.nodes) <= most:
        return graph
    small, how = folder.to_depth(depth) if depth is not None else folder.to_size()
    if len(small.nodes) == len(graph.nodes):
        return graph
    key, depths = how
    note = NOTES.say(key, **depths, before=len(graph.nodes), after=len(small.nodes))
    small = replace(small, notes=(*graph.notes, note))
    return small if depth is not None else gathered(small)


class _Folder:
    """Tries ways to fold one graph, from the most detailed on."""

    def __init__(self, graph: Graph, unfold: Sequence[str], most: int) -> None:
        self._line = sequenced(graph)
        self._paths = paths_of(self._line)
        self._unfold, self._most = unfold, most
        check_known(self._paths, unfold)

    def to_depth(self, depth: int) -> tuple[Graph, _How]:
        """Modules to a depth, and what was done."""
        return folded(self._line, self._modules(depth)), _by_modules(depth)

    def to_size(self) -> tuple[Graph, _How]:
        """The most detailed way that leaves few enough nodes."""
        deepest_path = deepest(self._paths)
        plain = singles(self._line)
        if self._fits(plain):
            return folded(self._line, plain), _WITHOUT_VIEWS
        for depth in range(deepest_path, 0, -1):
            pieces = self._modules(depth)
            if self._fits(pieces):
                return self._more_detailed(pieces, depth)
        start = self._modules(1) if deepest_path else plain
        pieces = self._patterns(start)
        how = _BY_PATTERNS
        if not self._fits(pieces):
            pieces, how = self._parts(pieces), _BY_PARTS
        return folded(self._line, pieces, self._bundles(pieces)), how

    def _more_detailed(self, pieces: list[Piece], depth: int) -> tuple[Graph, _How]:
        """Where modules leave next to nothing to see, their operations, if patterns fold them."""
        is_counted = any(piece.is_repeated for piece in pieces)
        if count_of(self._line, pieces) < _FEWEST and not is_counted:
            inside = [*(self._modules(d) for d in range(depth + 1, deepest(self._paths) + 1))]
            for finer in (*inside, singles(self._line)):
                patterned = self._patterns(finer)
                if self._fits(patterned):
                    return folded(self._line, patterned), _BY_PATTERNS
        return folded(self._line, pieces), _by_modules(depth)

    def _fits(self, pieces: Sequence[Piece]) -> bool:
        return count_of(self._line, pieces) <= self._most

    def _modules(self, depth: int) -> list[Piece]:
        """The modules at a depth; blocks in a row that are alike are one."""
        pieces = by_module(self._line, self._paths, depth, self._unfold)
        runs = [run for run in self._closed_runs(pieces) if _is_block(pieces, run)]
        blocks = merged(self._line, pieces, runs)
        return self._with_collectors([counted(self._line, piece) for piece in blocks])

    def _patterns(self, pieces: list[Piece]) -> list[Piece]:
        """Repeated patterns as one, those that save most first, until few enough remain."""
        while not self._fits(pieces):
            runs = sorted(self._closed_runs(pieces), key=_by_saving)
            if not runs:
                return pieces
            chosen = self._enough(pieces, runs)
            pieces = merged(self._line, pieces, sorted(chosen, key=_by_start))
            pieces = self._with_collectors(pieces)
        return pieces

    def _with_collectors(self, pieces: Sequence[Piece]) -> list[Piece]:
        """What collects very many outputs of the piece before it, as a stack of all states, goes
        into it: a card of five hundred outputs could not be read."""
        collected: list[Piece] = []
        last = len(self._line.operations)
        for piece in pieces:
            before = collected[-1] if collected else None
            if before is not None and before.op and not piece.op and piece.end < last:
                operands = self._line.operands[piece.start]
                taken = {o for o in operands if before.start <= o < before.end}
                if len(taken) > MOST_PARALLEL:
                    collected[-1] = replace(before, end=piece.end)
                    continue
            collected.append(piece)
        return collected

    def _enough(self, pieces: Sequence[Piece], runs: Sequence[Run]) -> list[Run]:
        left = count_of(self._line, pieces)
        chosen = []
        for run in runs:
            if left <= self._most:
                break
            chosen.append(run)
            left -= run.saved
        return chosen

    def _closed_runs(self, pieces: Sequence[Piece]) -> list[Run]:
        """The runs that hold nothing which was asked to be open."""
        runs = runs_of(self._line, pieces[:-1])
        if not self._unfold:
            return runs
        return [run for run in runs if not any(map(self._is_open, pieces[run.start : run.end]))]

    def _is_open(self, piece: Piece) -> bool:
        return is_opened(self._paths[piece.start], self._unfold)

    def _parts(self, pieces: list[Piece]) -> list[Piece]:
        """Stretches of about equal length, as many as there is room for."""
        size = -(-len(pieces) // max(1, self._most // 2))
        body = pieces[:-1]
        parts = [self._part(body[i : i + size]) for i in range(0, len(body), size)]
        return [*parts, *pieces[-1:]]

    def _part(self, stretch: Sequence[Piece]) -> Piece:
        """One node for a stretch; a single operation stays, unless it takes very many leaves."""
        first, last = stretch[0], stretch[-1]
        name = NOTES.say("stretch", first=first.start + 1, last=last.end)
        if len(stretch) == 1:
            operands = self._line.operands[first.start]
            if first.op or sum(operand < 0 for operand in operands) <= MOST_PARALLEL:
                return first
            op = self._line.graph.nodes[self._line.operations[first.start]].op
            name = NOTES.say("of many", operation=find(op).symbol, count=len(operands))
        states = frozenset[int]().union(*(piece.kept for piece in stretch))
        return Piece(first.start, last.end, "part", name, (), states)

    def _bundles(self, pieces: Sequence[Piece]) -> list[list[int]]:
        """Leaves that the same pieces use, where there are still too many to show each."""
        if self._fits(pieces):
            return []
        groups: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for source, users in visible(self._line, pieces).items():
            groups.setdefault((self._line.graph.nodes[source].kind, users), []).append(source)
        return [group for group in groups.values() if len(group) > 1]


def _is_block(pieces: Sequence[Piece], run: Run) -> bool:
    """Whether a run repeats numbered modules of one parent often enough to be called blocks."""
    if run.times < _LEAST_TIMES or run.period > _LONGEST_PATTERN:
        return False
    paths: set[Path] = {
        piece.scope for piece in pieces[run.start : run.end] if piece.op == "module"
    }
    is_numbered = all(path[-1].isdigit() for path in paths) or len(paths) == 1
    return is_numbered and len({path[:-1] for path in paths}) == 1


def _by_modules(depth: int) -> _How:
    return "by modules", {"depth": depth}


def _by_saving(run: Run) -> tuple[int, int]:
    return -run.saved, run.start


def _by_start(run: Run) -> int:
    return run.start
