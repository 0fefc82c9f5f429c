"""Pieces of a sequence -> fewer pieces: patterns that repeat in a row become one, "(500 times)".

Two pieces are alike when they do the same on the same shapes, and take their operands from the
same places: as far back, or the very same node, or some leaf or data of their own.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, repeat

from graphgen.folding.sequence import Piece, Sequenced
from graphgen.ops import find
from graphgen.text.sentences import NOTES

__all__ = ["Run", "counted", "merged", "repeated", "runs_of"]

_NEXT = 6
_COMMON = 4
_LONGEST_LISTED = 22
_WORTH_COUNTING = 60
_WORTH_NAMING = 8
_MOST_OF = 0.9


@dataclass(frozen=True, slots=True)
class Run:
    """A pattern that repeats.

    Attributes:
        start: the first piece of the first time.
        period: how many pieces the pattern has.
        times: how often it comes.
        kept: leaves and data that only begin it, as the first state of a recurrent network.
    """

    start: int
    period: int
    times: int
    kept: frozenset[int] = frozenset()

    @property
    def end(self) -> int:
        """Behind the last piece of the last time."""
        return self.start + self.period * self.times

    @property
    def saved(self) -> int:
        """How many pieces fewer there are when it is one."""
        return self.period * self.times - 1


def runs_of(line: Sequenced, pieces: Sequence[Piece]) -> list[Run]:
    """Runs of repeated patterns that don't overlap, in order; each the longest from its start."""
    return list(_Finder(line, pieces).runs())


def merged(line: Sequenced, pieces: Sequence[Piece], runs: Sequence[Run]) -> list[Piece]:
    """The pieces with each run as one.

    Args:
        line: the operations in their order.
        pieces: which cover the order.
        runs: ranges of indices into the pieces, ascending, that don't overlap.

    Returns:
        The pieces, fewer of them, in the same order.
    """
    shorter: list[Piece] = []
    place = 0
    for run in runs:
        shorter.extend(pieces[place : run.start])
        shorter.append(_piece(line, pieces, run))
        place = run.end
    return [*shorter, *pieces[place:]]


def counted(line: Sequenced, piece: Piece) -> Piece:
    """A module that was called many times alike, with how often in its name: "cell (500 times)"."""
    size = piece.end - piece.start
    if piece.op != "module" or size < _WORTH_COUNTING or piece.is_repeated:
        return piece
    inside = [Piece(place, place + 1) for place in range(piece.start, piece.end)]
    runs = _Finder(line, inside).runs()
    best = max(runs, key=_by_cover, default=Run(0, 1, 1))
    if best.times < _WORTH_NAMING or best.period * best.times < size * _MOST_OF:
        return piece
    # The first time often starts from other operands, so the pattern is found from within it.
    name = repeated(piece.name, round(size / best.period))
    return replace(piece, name=name, is_repeated=True)


def repeated(name: str, times: int) -> str:
    """What a pattern is called that comes so often; × is left to products.

    >>> repeated("cell", 1500)
    'cell (1,500 times)'
    """
    return NOTES.say("repeated", name=name, times=times)


class _Finder:
    def __init__(self, line: Sequenced, pieces: Sequence[Piece]) -> None:
        self._keys, self._operands = _signatures(line, pieces)
        self._marks = _marks(self._keys, self._operands)
        self._places: dict[int, list[int]] = defaultdict(list)
        for place, key in enumerate(self._keys):
            self._places[key].append(place)
        gaps: Counter[int] = Counter()
        for places in self._places.values():
            gaps.update(b - a for a, b in pairwise(places))
        self._stops: dict[int, int] = {}
        self._common = [gap for gap, _ in sorted(gaps.items(), key=_by_count)[:_COMMON]]

    def runs(self) -> Iterator[Run]:
        stack: list[Run] = []
        place = 0
        while place < len(self._keys):
            best = max(self._from(place), key=_by_cover, default=None)
            if best is None:
                place += 1
                continue
            lasting = [run for run in stack[-_NEXT:] if run.saved >= best.period]
            best = self._from_its_beginning(best, lasting[-1].end if lasting else 0)
            while stack and stack[-1].end > best.start:  # a small run within the first time
                stack.pop()
            stack.append(best)
            place = best.end
        return iter(stack)

    def _from(self, start: int) -> Iterator[Run]:
        for period in self._periods(start):
            times = 1 + self._alike(start, period) // period
            if times > 1:
                yield Run(start, period, times)

    def _periods(self, start: int) -> list[int]:
        places = self._places[self._keys[start]]
        at = bisect_right(places, start)
        periods = [place - start for place in places[at : at + _NEXT]]
        return sorted({*periods, *self._common})

    def _alike(self, start: int, period: int) -> int:
        """How many pieces from the start are like the one a period later."""
        if start < self._stops.get(period, 0):  # what was compared is not compared again
            return self._stops[period] - start
        place, marks = start, self._marks
        while place + period < len(marks) and (
            marks[place] == marks[place + period] or self._is_alike(place, place + period)
        ):
            place += 1
        self._stops[period] = place
        return place - start

    def _is_alike(self, place: int, later: int) -> bool:
        if self._keys[place] != self._keys[later]:
            return False
        ours, theirs = self._operands[place], self._operands[later]
        if len(ours) != len(theirs):
            return False
        return ours == theirs or all(map(_is_same, ours, theirs, repeat(later - place)))

    def _from_its_beginning(self, run: Run, first: int) -> Run:
        """The run from where it begins: the first time may start from other operands."""
        length = self._alike(run.start, run.period) + run.period
        start, states = run.start, set[int]()
        while start > max(first, run.start - run.period):
            begun = self._begun(start - 1, run)
            if begun is None:
                break
            states |= begun
            start -= 1
        return Run(start, run.period, (length + run.start - start) // run.period, frozenset(states))

    def _begun(self, place: int, run: Run) -> set[int] | None:
        """The leaves that stand where the next time takes what this one made; None if unlike."""
        later = place + run.period
        ours, theirs = list(self._operands[place]), self._operands[later]
        missing = len(theirs) - len(ours)  # what nobody recorded
        if self._keys[place] != self._keys[later] or missing < 0:
            return None
        states = set()
        for b in theirs:
            if ours and _is_same(ours[0], b, run.period):
                del ours[0]
                continue
            if not place <= b < later:
                return None
            if missing > 0:
                missing -= 1
                continue
            a = ours.pop(0)
            if a >= max(0, run.start - run.period):
                return None
            if a < 0:
                states.add(~a)
        return states


def _is_same(a: int, b: int, gap: int) -> bool:
    """Whether two operands are the same node, lie equally far back, or are leaves both."""
    return a == b or (b - a == gap if a >= 0 and b >= 0 else a < 0 and b < 0)


def _signatures(
    line: Sequenced, pieces: Sequence[Piece]
) -> tuple[Sequence[int], Sequence[tuple[int, ...]]]:
    """For each piece a number that is equal for equal insides, and its operands as pieces."""
    if pieces and all(not piece.op for piece in pieces):
        first, end = pieces[0].start, pieces[-1].end
        return line.tokens[first:end], _shifted(line.operands[first:end], first)
    owner = [i for i, piece in enumerate(pieces) for _ in range(piece.end - piece.start)]
    numbers: dict[object, int] = {}
    keys, operands = [], []
    for piece in pieces:
        start, inside = piece.start, list[int]()
        outside: dict[int, None] = {}
        for place in range(start, piece.end):
            inside.append(line.tokens[place])
            for operand in line.operands[place]:
                inside.append(place - operand if operand >= start else -1)
                if operand < start:
                    outside[owner[operand] if operand >= 0 else operand] = None
        keys.append(numbers.setdefault((piece.op, tuple(inside)), len(numbers)))
        operands.append(tuple(outside))
    return keys, operands


def _marks(keys: Sequence[int], operands: Sequence[tuple[int, ...]]) -> list[int]:
    """For each piece a number; those that do the same with what lies equally far back, or with
    leaves, have the same."""
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault((key, *[place - o if o >= 0 else -1 for o in offsets]), len(numbers))
        for place, (key, offsets) in enumerate(zip(keys, operands, strict=True))
    ]


def _shifted(operands: Sequence[tuple[int, ...]], by: int) -> Sequence[tuple[int, ...]]:
    """Operands counted from a later place; what was made before it is as good as a leaf."""
    if by == 0:
        return operands
    return [tuple(o - by if o >= by else min(o, ~o) for o in offsets) for offsets in operands]


def _piece(line: Sequenced, pieces: Sequence[Piece], run: Run) -> Piece:
    """The one piece that a run becomes."""
    first, last = pieces[run.start], pieces[run.end - 1]
    pattern = pieces[run.start : run.start + run.period]
    is_module = all(piece.op == "module" for piece in pattern)
    name = _pattern_name(line, pattern, pieces[run.end - run.period : run.end])
    states = run.kept.union(*(piece.kept for piece in pieces[run.start : run.end]))
    return Piece(
        first.start,
        last.end,
        "module" if is_module else "repeat",
        repeated(name, run.times),
        first.scope[:-1] if is_module else (),
        states,
        is_repeated=True,
    )


def _pattern_name(line: Sequenced, pattern: Sequence[Piece], last: Sequence[Piece]) -> str:
    """What a pattern is called: "layers.0-11" of modules, "[sin, +]", "14 operations"."""
    modules = [(a.name, b.name) for a, b in zip(pattern, last, strict=True) if a.op == "module"]
    if modules:
        return _ranged(modules[0][0], modules[-1][1])
    graph = line.graph
    symbols = [p.name or find(graph.nodes[line.operations[p.start]].op).symbol for p in pattern]
    listed = f"[{', '.join(symbols)}]"
    if len(listed) <= _LONGEST_LISTED:
        return listed
    return NOTES.say("operations", count=pattern[-1].end - pattern[0].start)


def _ranged(first: str, last: str) -> str:
    """One name for a range of modules.

    >>> _ranged("layers.0", "layers.11")
    'layers.0–11'
    """
    start, _, end = last.rpartition(".")
    if first == last:
        return first
    return f"{first}–{end}" if first.rpartition(".")[0] == start else f"{first} … {last}"


def _by_count(item: tuple[int, int]) -> tuple[int, int]:
    return -item[1], item[0]


def _by_cover(run: Run) -> tuple[int, int]:
    return run.period * run.times, run.times
