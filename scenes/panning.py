"""One view -> the next: a small picture moves there where it has time, a large one dissolves."""

from collections.abc import Sequence

from manim import VMobject

from graphgen.text.mixing import mix

from .boards import Boards
from .marks import Bundle, stroked
from .motion import Act, Fade, Pan, Turn, Window
from .shapes import rectangle
from .stage import Stage
from .views import Area, View

__all__ = ["change_view", "unveil"]

_MOST_MOVED = 8000
"""Curves that are drawn anew in each frame: more, and each takes longer to draw than to encode."""

_FASTEST = 0.4
"""Seconds: what moves faster jerks."""

_NEARER = 1.5
"""Times as large: then a frame shows which part it is."""


def change_view(boards: Boards, stage: Stage, index: int, frames: int) -> None:
    """Bring the picture to where a step happens, before it has changed.

    Args:
        index: of the step.
        frames: how long it takes.
    """
    start, end = stage.view(index - 1), stage.view(index)
    parts = list(stage.parts(stage.look(index - 1), start, also=end))
    dissolves = boards.seconds(frames) < _FASTEST or sum(map(_curves, parts)) > _MOST_MOVED
    if boards.has_page and dissolves:
        _dissolve(boards, stage, index, frames)
    else:
        whole = Bundle(*parts)
        boards.stand([whole, *boards.bands])
        pan = Pan(whole, start, end)
        boards.beat(frames, [pan])
        pan.undo()
    boards.stand([*stage.world(index - 1, seen_at=index), *boards.bands])


def unveil(
    boards: Boards, stage: Stage, parts: Sequence[VMobject], window: Window
) -> tuple[list[VMobject], Act]:
    """A picture that comes.

    The page goes that covers it, so that only one thing changes; where there is no page, all of it
    comes.

    Args:
        window: when it comes, within its beat.

    Returns:
        What stands, and what moves.
    """
    if boards.has_page:
        veil = stage.panels.veil()
        return [*parts, veil], Fade(veil, window, 1.0, 0.0)
    moved = Bundle(*(part.copy() for part in parts))
    return [moved], Fade(moved, window)


def _dissolve(boards: Boards, stage: Stage, index: int, frames: int) -> None:
    """The old view goes under the page, the new one comes; a frame grows or shrinks between the
    two places of what both of them show."""
    start, end = stage.view(index - 1), stage.view(index)
    veil, bands, half = stage.panels.veil(), boards.bands, frames // 2
    ratio = end.scale / start.scale
    acts: list[Act] = [Fade(veil)]
    boards.stand([*stage.world(index - 1), veil])
    if ratio > _NEARER:
        acts += _marked(boards, stage, _seen(stage, end, start), stage.frame.stage)
    boards.add(bands)
    _beat(boards, half, acts)
    acts = [Fade(veil, start=1.0, end=0.0)]
    boards.stand([*stage.world(index - 1, seen_at=index), veil])
    if ratio < 1 / _NEARER:
        acts += _marked(boards, stage, stage.frame.stage, _seen(stage, start, end))
    boards.add(bands)
    _beat(boards, frames - half, acts)


def _beat(boards: Boards, frames: int, acts: Sequence[Act]) -> None:
    """All of the picture is drawn whenever the page changes, so nothing moves in between."""
    for act in acts:
        act.poses = boards.poses(frames)
    boards.beat(frames, acts)


def _marked(boards: Boards, stage: Stage, start: Area, end: Area) -> list[Act]:
    """A thin frame that turns from one place into another, and goes."""
    color = mix(stage.theme.quiet, stage.theme.page, 0.3)
    frame = stroked(rectangle(start), color, 0.003 * stage.frame.unit)
    boards.add([frame])
    return [Turn(frame, rectangle(end)), Fade(frame, (0.6, 1.0), 1.0, 0.0)]


def _seen(stage: Stage, view: View, by: View) -> Area:
    """Where the part that one view shows stands in another one."""
    area, ratio = stage.frame.stage, by.scale / view.scale
    x = by.x + (area.x - view.x) * ratio
    y = by.y + (area.y - view.y) * ratio
    return Area(x, y, area.width * ratio, area.height * ratio)


def _curves(part: VMobject) -> int:
    return sum(len(member.points) for member in part.family_members_with_points()) // 4
