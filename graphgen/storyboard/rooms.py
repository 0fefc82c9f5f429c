"""Boxes within boxes: rooms beside each other on a wide frame, below each other on a tall one."""

from collections.abc import Sequence

from graphgen.geometry import Box
from graphgen.storyboard.board import Size

__all__ = ["columns", "inset", "rows", "split"]


def split(size: Size, box: Box, shares: Sequence[float], gap: float = 18.0) -> list[Box]:
    """Rooms of these shares: beside each other where the frame is wide, else below each other."""
    return (columns if size.is_wide else rows)(box, shares, gap)


def columns(box: Box, shares: Sequence[float], gap: float = 18.0) -> list[Box]:
    """Rooms beside each other, from the left.

    >>> [room.width for room in columns(Box(0, 0, 110, 50), [3, 1], gap=10)]
    [75.0, 25.0]
    """
    room = (box.width - gap * (len(shares) - 1)) / sum(shares)
    found, x = [], box.x
    for share in shares:
        found.append(Box(x, box.y, room * share, box.height))
        x += room * share + gap
    return found


def rows(box: Box, shares: Sequence[float], gap: float = 18.0) -> list[Box]:
    """Rooms below each other, from the top."""
    room = (box.height - gap * (len(shares) - 1)) / sum(shares)
    found, y = [], box.y
    for share in shares:
        found.append(Box(box.x, y, box.width, room * share))
        y += room * share + gap
    return found


def inset(box: Box, by: float) -> Box:
    """A box with a margin inside."""
    return Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)
