"""Plain positions: what layout makes and every output draws.

Lengths are points (1/72 inch); x grows to the right, y grows down; (0, 0) is the upper left.
"""

import re
from dataclasses import dataclass
from typing import Literal

from graphgen.model.errors import OutputError
from graphgen.model.graph import Cell
from graphgen.model.messages import quoted
from graphgen.model.reprs import counted

__all__ = ["Box", "Direction", "Layout", "Place", "Point", "Route", "asked_sides", "sides_of"]

Direction = Literal["lr", "tb"]

_ASPECT = re.compile(r"([1-9]\d{0,3}):([1-9]\d{0,3})", re.ASCII)
_WIDEST = 4


def sides_of(aspect: str) -> tuple[int, int]:
    """Width and height of an aspect.

    Raises:
        ValueError: it is none, or is wider or higher than 4 to 1.

    >>> sides_of("16:9")
    (16, 9)
    """
    match = _ASPECT.fullmatch(aspect)
    across, down = (int(match[1]), int(match[2])) if match else (0, 1)
    if not 1 / _WIDEST <= across / down <= _WIDEST:
        raise ValueError(f'width to height, up to {_WIDEST} to 1, as in "16:9"')
    return across, down


def asked_sides(aspect: str) -> tuple[int, int]:
    """Width and height of the aspect that a person asks for.

    Raises:
        OutputError: it is none; the message says what to write.
    """
    try:
        return sides_of(aspect)
    except ValueError as error:
        raise OutputError(f"an aspect is {error}: got {quoted(aspect)}; take 16:9") from error


@dataclass(frozen=True, slots=True)
class Point:
    """A position in points."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner, width and height, in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> Point:
        """The middle of the rectangle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge from its source to its target: cubic Bézier curves end to end.

    Attributes:
        points: 1 + 3n points: a start, then for each curve two handles and an end.
    """

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell's text stands: it is centered in the box, which no text of the story leaves.

    Attributes:
        cell: whose text.
        box: reserved from the first step, for the longest text that the story will show.
        size: the font size, in points.
        strip: where an array too large for numbers shows its colours; else None.
    """

    cell: Cell
    box: Box
    size: float
    strip: Box | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands, computed once: boxes never move.

    Attributes:
        width, height: of the whole picture, in points.
        direction: values flow "lr" (to the right) or "tb" (down).
        boxes: one for each node of the graph, in its order.
        routes: one for each edge of the graph, in its order.
        places: one for each cell that the story ever marks.
    """

    width: float
    height: float
    direction: Direction
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    places: tuple[Place, ...]

    def __repr__(self) -> str:
        parts = f"{counted(len(self.boxes), 'card')}, {counted(len(self.routes), 'route')}"
        return f"<Layout: {parts}, {self.width} x {self.height} points, {self.direction}>"
