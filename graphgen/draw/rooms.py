"""Boxes within boxes: rooms beside each other on a wide frame, below each other on a tall one."""

import math
from collections.abc import Callable, Sequence

from graphgen.model.geometry import Box
from graphgen.model.timeline import Frame

__all__ = ["apart", "columns", "grid", "inset", "largest", "rows", "split"]

_LARGEST, _STEP = 20.0, 0.96


def split(frame: Frame, box: Box, shares: Sequence[float], gap: float = 18.0) -> list[Box]:
    """Rooms of these shares: beside each other where the frame is wide, else below each other.

    Args:
        frame: wide or high.
        box: in points.
        shares: how large each room is, in proportion to the others.
        gap: between two rooms, in points.

    Returns:
        The rooms, from the left or from the top.
    """
    return (columns if frame.is_wide else rows)(box, shares, gap)


def columns(box: Box, shares: Sequence[float], gap: float = 18.0) -> list[Box]:
    """Rooms beside each other, from the left.

    Args:
        box: in points.
        shares: how wide each room is, in proportion to the others.
        gap: between two rooms, in points.

    Returns:
        The rooms, each as high as the box.

    >>> [room.width for room in columns(Box(0, 0, 110, 50), [3, 1], gap=10)]
    [75.0, 25.0]
    """
    room = (box.width - gap * (len(shares) - 1)) / sum(shares)
    rooms, x = [], box.x
    for share in shares:
        rooms.append(Box(x, box.y, room * share, box.height))
        x += room * share + gap
    return rooms


def rows(box: Box, shares: Sequence[float], gap: float = 18.0) -> list[Box]:
    """Rooms below each other, from the top.

    Args:
        box: in points.
        shares: how high each room is, in proportion to the others.
        gap: between two rooms, in points.

    Returns:
        The rooms, each as wide as the box.
    """
    room = (box.height - gap * (len(shares) - 1)) / sum(shares)
    rooms, y = [], box.y
    for share in shares:
        rooms.append(Box(box.x, y, box.width, room * share))
        y += room * share + gap
    return rooms


def grid(frame: Frame, box: Box, count: int) -> list[Box]:
    """So many equal rooms, row by row: up to three in one row or column, more in two.

    Args:
        frame: wide or high.
        box: in points.
        count: how many; at least 1.

    Returns:
        The rooms.
    """
    if count <= 3:
        return split(frame, box, [1.0] * count, 22.0)
    half = math.ceil(count / 2)
    down, across = (2, half) if frame.is_wide else (half, 2)
    rooms = [
        room for row in rows(box, [1.0] * down, 14.0) for room in columns(row, [1.0] * across, 22.0)
    ]
    return rooms[:count]


def inset(box: Box, by: float) -> Box:
    """A box with a margin inside."""
    return Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)


def largest(fits: Callable[[float], bool], smallest: float) -> float:
    """The largest font size at which something fits, in points; the smallest one failing all.

    >>> round(largest(lambda size: size < 15, 11.9), 2)
    14.43
    """
    size = _LARGEST
    while size > smallest and not fits(size):
        size = max(smallest, size * _STEP)
    return size


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near those that are wanted, at least a gap from each other.

    Args:
        wanted: the places.
        gap: in the same unit.
        low, high: the ends of the room; the outermost places keep half a gap from them, where
            there is room.

    Returns:
        The places, in the order of those that are wanted.

    >>> apart([10.0, 12.0, 50.0], 10.0, 0.0, 100.0)
    [10.0, 20.0, 50.0]
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places, floor = dict(enumerate(wanted)), low + gap / 2
    for at in order:
        places[at] = floor = max(places[at], floor)
        floor += gap
    ceiling = high - gap / 2
    for at in reversed(order):
        places[at] = ceiling = min(places[at], ceiling)
        ceiling -= gap
    return [places[at] for at in range(len(wanted))]
