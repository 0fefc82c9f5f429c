"""Points -> a Cairo path: the calls that Manim makes, without its loop over single numbers."""

from collections import deque
from itertools import starmap
from math import isfinite
from typing import Any

import cairo
import numpy as np
import numpy.typing as npt

__all__ = ["Hull", "hull_of", "trace"]

Hull = tuple[float, float, float, float]
"""Left, bottom, right, top around all points and handles, in Manim's units."""

_CURVE = 4
_RELATIVE = 1e-5
"""Of numpy.isclose; Manim has the same."""


def hull_of(mobject: Any) -> Hull | None:
    """What holds all of an outline; None where Manim's own method has to say what it comes to."""
    points = mobject.points
    if not len(points) or len(points) % _CURVE or mobject.n_points_per_cubic_curve != _CURVE:
        return None
    left, bottom, low = np.minimum.reduce(points).tolist()
    right, top, high = np.maximum.reduce(points).tolist()
    if not isfinite(left + bottom + low + right + top + high):
        return None
    return (left, bottom, right, top)


def trace(context: "cairo.Context[Any]", mobject: Any) -> None:
    """Give a context an outline as its path, as Camera.set_cairo_context_path does.

    Args:
        mobject: one that has a hull.
    """
    flat = mobject.points[:, :2].reshape(-1, 2 * _CURVE)
    near = mobject.tolerance_for_point_equality
    parted = (~_close(flat[:-1, -2:], flat[1:, :2], near)).nonzero()[0] + 1
    starts, stops = [0, *parted.tolist()], [*parted.tolist(), len(flat)]
    firsts = flat[starts, :2]
    closed = _close(firsts, flat[[stop - 1 for stop in stops], -2:], near).tolist()
    rest = flat[:, 2:].tolist()
    context.new_path()
    curve_to = context.curve_to
    for first, start, stop, is_closed in zip(firsts.tolist(), starts, stops, closed, strict=True):
        context.new_sub_path()
        context.move_to(*first)
        deque(starmap(curve_to, rest[start:stop]), 0)
        if is_closed:
            context.close_path()


def _close(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], near: float
) -> npt.NDArray[np.bool_]:
    """Which points of two rows Manim takes for the same."""
    close: npt.NDArray[np.bool_] = np.abs(a - b) <= near + _RELATIVE * np.abs(b)
    return close[:, 0] & close[:, 1]
