"""Outlines -> path data in few letters, and polylines in few corners: a page holds thousands."""

import math
from collections.abc import Iterator, Sequence

from graphgen.model.timeline import Path, Shape
from graphgen.outputs.elements import number

__all__ = ["path_data", "simplified"]

Steps = tuple[float, ...]


def path_data(form: Shape, is_lean: bool = False) -> str:
    """The data of a shape's path: an absolute start, then steps in few letters.

    Each step begins where rounding has left the one before.

    Args:
        is_lean: whether curves that are straight are lines, and level ones are said to be so: two
            paths of as many points have other commands then.

    >>> path_data(Shape((((0, 0), (10, 0), (10, -5), (0, 0)),), fill="#ffffff"))
    'M0 0l10 0 0-5z'
    """
    return "".join(_data(path, form, is_lean) for path in form.paths if len(path) > 1)


def _data(path: Path, form: Shape, is_lean: bool) -> str:
    x, y = _rounded(path[0])
    commands, last = f"M{_pairs((x, y))}", "M"
    steps = list(_curves(path, is_lean) if form.is_curved else _lines(path))
    if form.fill and len(steps) > 1 and not form.is_curved:
        end = _rounded(path[-1])
        steps = steps[:-1] if end == (x, y) else steps
    for command, values in steps:
        words = _pairs(values)
        glue = command if command != last else "" if words.startswith("-") else " "
        commands += f"{glue}{words}"
        last = command
    return commands + ("z" if form.fill else "")


def _lines(path: Path) -> Iterator[tuple[str, Steps]]:
    x, y = _rounded(path[0])
    for point in path[1:]:
        to_x, to_y = _rounded(point)
        yield "l", (to_x - x, to_y - y)
        x, y = to_x, to_y


def _curves(path: Path, is_lean: bool) -> Iterator[tuple[str, Steps]]:
    x, y = _rounded(path[0])
    for at in range(1, len(path) - 2, 3):
        points = [_rounded(point) for point in path[at : at + 3]]
        (ax, ay), (bx, by), (dx, dy) = [(px - x, py - y) for px, py in points]
        x, y = points[-1]
        if is_lean and _is_straight((ax, ay), (bx, by), (dx, dy)):
            yield from _straight(dx, dy)
        else:
            yield "c", (ax, ay, bx, by, dx, dy)


def _straight(dx: float, dy: float) -> Iterator[tuple[str, Steps]]:
    if abs(dx) < 0.05 and abs(dy) < 0.05:
        return
    if abs(dy) < 0.05:
        yield "h", (dx,)
    elif abs(dx) < 0.05:
        yield "v", (dy,)
    else:
        yield "l", (dx, dy)


def _is_straight(*steps: tuple[float, float]) -> bool:
    """Whether the handles of a curve lie on the way to its end."""
    dx, dy = steps[-1]
    long = math.hypot(dx, dy)
    return all(abs(x * dy - y * dx) <= 0.06 * long for x, y in steps[:-1])


def simplified(path: Sequence[tuple[float, float]], tolerance: float = 0.3) -> Path:
    """A polyline without the corners that lie within the tolerance of its straight pieces.

    Source: the Ramer-Douglas-Peucker algorithm.

    >>> simplified(((0, 0), (5, 0.1), (10, 0), (10, 5)))
    ((0, 0), (10, 0), (10, 5))
    """
    keep = {0, len(path) - 1}
    stack = [(0, len(path) - 1)]
    while stack:
        low, high = stack.pop()
        far, at = max(
            ((_distance(path[at], path[low], path[high]), at) for at in range(low + 1, high)),
            default=(0.0, low),
        )
        if far > tolerance:
            keep.add(at)
            stack += [(low, at), (at, high)]
    return tuple(path[at] for at in sorted(keep))


def _distance(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """From a point to a straight piece."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / square if square else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


def _pairs(values: Sequence[float]) -> str:
    """Numbers one after the other; what begins with a minus sign needs no space."""
    words = [number(value) for value in values]
    return words[0] + "".join(word if word.startswith("-") else f" {word}" for word in words[1:])


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)
