"""Things in the order in which they are painted -> groups of things that have something in common,
where their new order paints the same picture.

A thing joins an earlier group unless something painted since then would cover it, or be covered.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from graphgen.draw.elements import text_box
from graphgen.model.timeline import Element, Path, Shape, Text

__all__ = ["EVERYWHERE", "NOWHERE", "Footprint", "footprint", "gathered"]

_Thing = TypeVar("_Thing")
_Corners = tuple[float, float, float, float]

_CELL = 128.0
"""Points across a cell of the index that finds what overlaps."""

_EDGE = 1.0
"""Points around what is painted, for pixels that it fills in part."""

_MOST_PIECES = 40
"""A line of more pieces counts as the box around it."""

_OTHER_FONT = 0.15
"""How much wider a text may be in another font, at each side, in widths of it."""

_FAR = 1e5
"""Points from the origin beyond which nobody looks where something overlaps."""

EVERYWHERE: _Corners = (-_FAR, -_FAR, _FAR, _FAR)
"""What moves is taken to be anywhere."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where something paints.

    Attributes:
        boxes: left, top, right and bottom of boxes that hold all of it, in points.
        ink: its only colour; "" where it has several. Of two things of one colour it doesn't
            matter which is painted first.
    """

    boxes: tuple[_Corners, ...]
    ink: str = ""


NOWHERE = Footprint(())


def footprint(element: Element) -> Footprint:
    """Where an element paints: a line is a chain of boxes, so that those that pass each other at
    a distance don't count as overlapping."""
    form = element.form
    if isinstance(form, Text):
        box = text_box(form)
        side, high = _EDGE + _OTHER_FONT * box.width, _EDGE + 0.3 * form.size
        corners = (box.x - side, box.y - high, box.x + box.width + side, box.y + box.height + high)
        return Footprint((corners,), form.ink)
    inks = {color for color in (form.fill, form.line) if color}
    wide = _EDGE + (form.width / 2 if form.line else 0.0)
    boxes = tuple(_around(piece, wide) for path in form.paths for piece in _pieces(path, form))
    if not all(math.isfinite(each) and abs(each) < _FAR for box in boxes for each in box):
        boxes = (EVERYWHERE,)
    return Footprint(boxes, inks.pop() if len(inks) == 1 else "")


def _pieces(path: Path, form: Shape) -> Iterator[Path]:
    step = 3 if form.is_curved else 1
    if form.fill or len(path) > _MOST_PIECES * step or len(path) <= step:
        if path:
            yield path
        return
    for at in range(0, len(path) - step, step):
        yield path[at : at + step + 1]


def _around(points: Path, wide: float) -> _Corners:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - wide, min(ys) - wide, max(xs) + wide, max(ys) + wide


def gathered(
    things: Iterable[_Thing],
    key: Callable[[_Thing], Hashable],
    place: Callable[[_Thing], Footprint],
) -> list[list[_Thing]]:
    """Groups of things of one key, in an order that paints the same picture.

    Args:
        things: from the back to the front.
        key: equal for those that may be in one group.
        place: where a thing paints.

    Returns:
        The groups, from the back to the front; things of one group stay in their order.
    """
    groups: list[list[_Thing]] = []
    newest: dict[Hashable, int] = {}
    index = _Index()
    for thing in things:
        name, painted = key(thing), place(thing)
        at = newest.get(name)
        if at is None or index.highest(painted) > at:
            at = newest[name] = len(groups)
            groups.append([])
        groups[at].append(thing)
        index.add(painted, at)
    return groups


class _Index:
    """What is painted, by the cells of a grid, with the number of its group."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[_Corners, str, int]]] = defaultdict(list)
        self._everywhere: list[int] = []
        self._last = -1

    def add(self, painted: Footprint, group: int) -> None:
        """Remember that something of a group is painted there."""
        self._last = max(self._last, group)
        if EVERYWHERE in painted.boxes:
            self._everywhere.append(group)
            return
        for box in painted.boxes:
            for cell in _cells(box):
                self._cells[cell].append((box, painted.ink, group))

    def highest(self, painted: Footprint) -> int:
        """The number of the last group that has something where this paints; -1 for none."""
        if EVERYWHERE in painted.boxes:
            return self._last
        last = max(self._everywhere, default=-1)
        for box in painted.boxes:
            left, top, right, bottom = box
            for cell in _cells(box):
                for (x1, y1, x2, y2), ink, group in self._cells.get(cell, ()):
                    if group <= last or (ink and ink == painted.ink):
                        continue
                    if x1 < right and left < x2 and y1 < bottom and top < y2:
                        last = group
        return last


def _cells(box: _Corners) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(each // _CELL) for each in box)
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            yield x, y
