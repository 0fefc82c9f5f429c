"""A folded graph and the whole one -> the graphs that a page can open: a folded module each."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphgen.folding import fold
from graphgen.folding.gathering import FOLDED
from graphgen.model.errors import AutovizError
from graphgen.model.graph import Graph
from graphgen.text.sentences import LABELS

__all__ = ["MOST_NODES", "Level", "levels_of"]

MOST_NODES = 1_500
"""So many nodes all levels of a page show together: they are placed when it is written."""

_MOST_LEVELS = 24


@dataclass(slots=True)
class Level:
    """A graph to show, and which of its folded nodes are open in which other level.

    Attributes:
        name: what it is called in the choice among levels.
        opened: the paths of the modules that are open.
        inner: for each folded node that can be opened the number of the level where it is.
    """

    name: str
    graph: Graph
    opened: tuple[str, ...] = ()
    inner: dict[int, int] = field(default_factory=dict)


def levels_of(small: Graph, whole: Graph | None) -> list[Level]:
    """The levels of a page: the folded graph, each of its modules open, theirs, and all of it.

    Args:
        small: the graph as it is shown first.
        whole: the graph before it was folded, where that is known.

    Returns:
        Levels with at most MOST_NODES together, the folded one first and all of it last.
    """
    levels = [Level(LABELS.say("folded"), small)]
    if whole is None or len(whole.nodes) <= len(small.nodes):
        return levels
    room = MOST_NODES - len(small.nodes)
    everything = None
    if len(whole.nodes) <= room:
        everything = Level(LABELS.say("whole", count=len(whole.nodes)), whole)
        room -= len(whole.nodes)
    _open_modules(levels, whole, room)
    _open_others(levels)
    if everything is not None:
        _add_last(levels, everything)
    return levels


def _open_modules(found: list[Level], whole: Graph, room: int) -> None:
    """Adds a level for each module that can be opened, outer ones first, while there is room."""
    known = {found[0].opened: 0}
    for level in found:  # grows while it is gone through
        for index, path in _modules(level.graph):
            opened = (*level.opened, path)
            if opened not in known:
                graph = _opened(whole, found[0].graph, opened)
                is_right = graph is not None and len(graph.nodes) <= room
                if graph is None or not is_right or len(found) == _MOST_LEVELS:
                    continue
                room -= len(graph.nodes)
                known[opened] = len(found)
                found.append(Level(LABELS.say("opened", module=path), graph, opened))
            level.inner[index] = known[opened]


def _open_others(found: list[Level]) -> None:
    """What can't be opened beside what is open already is opened in its place."""
    alone = {level.opened: number for number, level in enumerate(found) if len(level.opened) == 1}
    for level in found:
        for index, path in _modules(level.graph):
            if (path,) in alone:
                level.inner.setdefault(index, alone[path,])


def _add_last(found: list[Level], everything: Level) -> None:
    """All of it, where also what is no module is open."""
    for level in found:
        for index, node in enumerate(level.graph.nodes):
            if node.op in FOLDED:
                level.inner.setdefault(index, len(found))
    found.append(everything)


def _modules(graph: Graph) -> Iterator[tuple[int, str]]:
    for index, node in enumerate(graph.nodes):
        if node.op == "module" and node.scope:
            yield index, node.scope


def _opened(whole: Graph, small: Graph, opened: tuple[str, ...]) -> Graph | None:
    """The graph with these modules open and the others as they are in the small one."""
    depth = max(scope.count(".") + 1 for _, scope in _modules(small))
    try:
        return fold(whole, depth, opened)
    except AutovizError:  # a path that only a folded node has, as that of several blocks
        return None
