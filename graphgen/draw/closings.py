"""The last picture of a film: the whole graph, and large beside it the sum that the story comes to.

The sum stands where the picture is free, so that the graph stays as large as it was.
"""

import math
from collections.abc import Iterator, Sequence

from graphgen.draw.cameras import fitting
from graphgen.draw.classes import classed
from graphgen.draw.elements import overlap, text
from graphgen.layout.measure import width
from graphgen.model.geometry import Box, Layout
from graphgen.model.kinds import KINDS
from graphgen.model.story import Row, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Camera, Element, Frame
from graphgen.text.slots import added

__all__ = ["closing_sum", "shared_row"]

_SIZES = (0.075, 0.065, 0.055)
"""Font sizes in shorter sides of the frame, as large as there is room for."""

_LINE = 1.5
_AROUND = 0.25
"""Of the font size: what stays free around the sum, at least."""

_STEP = 1 / 60
_WHOLE_SIZE, _WHOLE_LINE = 0.055, 1.35
"""Of a sum that has the lowest strip of the stage for itself."""


def closing_sum(
    story: Story, layout: Layout, theme: Theme, frame: Frame, camera: Camera
) -> tuple[list[Element], Camera]:
    """The sum at the leaf to which most paths lead back, and the camera that sees the graph with
    it: the one there is where a place is free, else one that leaves the lowest strip.

    Args:
        story: has the table of how each gradient is made up.
        layout: of the graph, in points of the world.
        theme: has the colours.
        frame: the picture, in points.
        camera: sees the whole graph.

    Returns:
        The sum in the space of the frame, and the camera; no elements where nothing is added up.
    """
    row = shared_row(story)
    if row is None:
        return [], camera
    short, stage = min(frame.width, frame.height), frame.stage
    taken = list(_taken(layout, camera, frame))
    for share in _SIZES:
        size = share * short
        for words in _wordings(story, row):
            place = _free(width(words, size), size, taken, frame)
            if place is not None:
                return _sum(words, place, size, theme), camera
    size = _WHOLE_SIZE * short
    high = _WHOLE_LINE * size
    room = Box(stage.x, stage.y, stage.width, stage.height - high)
    for words in _wordings(story, row):
        if width(words, size) <= stage.width:
            at = stage.center.x, stage.y + stage.height - high / 2
            return _sum(words, at, size, theme), fitting(layout, room, frame, camera.scale)
    return [], camera


def shared_row(story: Story) -> Row | None:
    """The leaf to which most paths lead back; None where each has one at most."""
    nodes = story.graph.nodes
    rows = [
        row
        for row in story.table
        if len(row.parts) > 1 and KINDS[nodes[row.node].kind].accumulates_gradient
    ]
    return max(rows, key=lambda row: len(row.parts), default=None)


def _wordings(story: Story, row: Row) -> Iterator[str]:
    """From the whole sum to the number alone."""
    loss = story.names[story.graph.loss]
    parts = [part for part in row.parts if "[" not in part and "," not in part]
    sums = [f"{added(parts)} = "] if len(parts) == len(row.parts) else []
    for parts_before in (*sums, ""):
        for name in (f"∂{loss}/∂{row.name} = ", f"∂{row.name} = ", ""):
            yield f"{name}{parts_before}{row.gradient}"


def _sum(words: str, at: tuple[float, float], size: float, theme: Theme) -> list[Element]:
    elements = [text("total/0", words, *at, size, theme.backward, layer=9)]
    return classed(elements, "total gradient", "frame")


def _taken(layout: Layout, camera: Camera, frame: Frame) -> Iterator[Box]:
    """Where something of the graph stands, in points of the frame: cards, labels, and edges piece
    by piece."""
    for box in (*layout.boxes, *(place.box for place in layout.places)):
        x, y = camera.project(box.x, box.y, frame)
        yield Box(x, y, box.width * camera.scale, box.height * camera.scale)
    for route in layout.routes:
        points = [camera.project(point.x, point.y, frame) for point in route.points]
        for at in range(0, len(points) - 1, 3):
            piece = points[at : at + 4]  # a cubic curve stays within the box around its points
            left, top = min(x for x, _ in piece), min(y for _, y in piece)
            right, low = max(x for x, _ in piece), max(y for _, y in piece)
            yield Box(left, top, right - left, low - top)


def _free(
    wide: float, size: float, taken: Sequence[Box], frame: Frame
) -> tuple[float, float] | None:
    """The middle of the freest place of a text on the stage; None where there is none."""
    stage, high = frame.stage, _LINE * size
    if wide > stage.width or high > stage.height:
        return None
    step = _STEP * min(frame.width, frame.height)
    best: tuple[float, float, tuple[float, float]] | None = None
    for column in range(int((stage.width - wide) / step) + 1):
        for row in range(int((stage.height - high) / step) + 1):
            box = Box(stage.x + column * step, stage.y + row * step, wide, high)
            gap = min((_apart(box, each) for each in taken), default=math.inf)
            if gap < _AROUND * size:
                continue
            center = box.center
            aside = math.dist((center.x, center.y), (stage.center.x, stage.center.y))
            # free enough is enough; then the nearest to the middle
            rank = (round(min(gap, size), 1), -aside, (center.x, center.y))
            best = rank if best is None else max(best, rank)
    return best and best[2]


def _apart(one: Box, other: Box) -> float:
    """The distance of two boxes; negative where they overlap."""
    if overlap(one, other):
        return -1.0
    across = max(one.x - other.x - other.width, other.x - one.x - one.width, 0.0)
    down = max(one.y - other.y - other.height, other.y - one.y - one.height, 0.0)
    return math.hypot(across, down)
