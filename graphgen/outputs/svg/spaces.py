"""The two spaces of a timeline in one picture: the world, which the camera shows a part of, and the
frame around it.

Where nothing moves the whole world is seen: it is fitted into the stage once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from graphgen.draw.elements import box_of
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element, Timeline
from graphgen.outputs.elements import number
from graphgen.outputs.svg.spans import states

__all__ = ["Placement", "fitted", "in_stage", "layers", "placed"]

_Row = TypeVar("_Row")

_EDGE = 4.0
"""Points of the world that stay free around it, for the widths of lines."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where points of the world stand in the frame: p becomes p * scale + (x, y)."""

    x: float
    y: float
    scale: float


def fitted(timeline: Timeline) -> Placement | None:
    """What puts the whole world onto the stage; None where its points are the frame's.

    It holds all that is ever seen, so that every page of a timeline has one place for each thing.
    """
    if timeline.camera is None:
        return None
    seen = {id(e): e for state in states(timeline) for e in state if e.space == "world"}
    if not seen:
        return None
    world, stage = box_of(seen.values()), timeline.frame.stage
    width, height = world.width + 2 * _EDGE, world.height + 2 * _EDGE
    scale = min(stage.width / width, stage.height / height)
    return Placement(
        stage.center.x - world.center.x * scale, stage.center.y - world.center.y * scale, scale
    )


def layers(
    timeline: Timeline, rows: Iterable[tuple[Element, _Row]]
) -> tuple[list[tuple[Element, _Row]], list[tuple[Element, _Row]], list[tuple[Element, _Row]]]:
    """What is painted behind the world, the world, and what is painted in front of it.

    Without a camera there is one space, and all of it is the world's; with one the frame is in
    front, but for what lies deeper than everything in the world.
    """
    ordered = list(rows)
    if timeline.camera is None:
        return [], ordered, []
    world = [row for row in ordered if row[0].space == "world"]
    deepest = min((element.layer for element, _ in world), default=0)
    around = [row for row in ordered if row[0].space == "frame"]
    return (
        [row for row in around if row[0].layer < deepest],
        world,
        [row for row in around if row[0].layer >= deepest],
    )


def placed(placement: Placement | None, body: str, name: str = "") -> str:
    """The world in its place, with the class that moves it.

    Args:
        placement: where the world stands in the frame; None leaves it where it is.
        body: elements of SVG.
        name: the class; "" for none.

    Returns:
        Elements of SVG.
    """
    if placement is None or not body:
        return body
    named = f' class="{name}"' if name else ""
    put = f"translate({number(placement.x)} {number(placement.y)}) scale({placement.scale:.4g})"
    return f'<g{named} transform="{put}">{body}</g>'


def in_stage(timeline: Timeline, body: str) -> str:
    """The world behind the window of the stage, which hides what the camera doesn't show."""
    box: Box = timeline.frame.stage
    x, y, width, height = map(number, (box.x, box.y, box.width, box.height))
    place = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return f'<svg {place} viewBox="{x} {y} {width} {height}">{body}</svg>'
