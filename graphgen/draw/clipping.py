"""Straight lines, cut at a box."""

from graphgen.model.geometry import Box

__all__ = ["clipped"]


def clipped(
    start: tuple[float, float], end: tuple[float, float], box: Box
) -> tuple[tuple[float, float], ...]:
    """The part of a straight line in a box (Liang and Barsky's way); () where there is none.

    Args:
        start, end: of the line, in points.
        box: in points.

    Returns:
        The two ends of the part, or ().

    Source: Liang and Barsky, "A New Concept and Method for Line Clipping" (1984).
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for run, room in (
        (-dx, start[0] - box.x),
        (dx, box.x + box.width - start[0]),
        (-dy, start[1] - box.y),
        (dy, box.y + box.height - start[1]),
    ):
        if run == 0.0:
            if room < 0:
                return ()
            continue
        share = room / run
        if run < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if first > last:
        return ()
    here = start if first == 0.0 else (start[0] + dx * first, start[1] + dy * first)
    there = end if last == 1.0 else (start[0] + dx * last, start[1] + dy * last)
    return here, there
