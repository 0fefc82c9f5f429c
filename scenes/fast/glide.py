"""A group that is scaled and moved as one, as a camera does it.

Stock Manim moves every point of it in every frame; the fast renderer draws it once, larger than the
frame, and shows that picture from frame to frame.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from manim import Animation, Mobject, VMobject, linear

__all__ = ["Glide", "View"]


class View(NamedTuple):
    """Where a group's points go: scaled by a factor, then shifted, in Manim's units."""

    scale: float
    x: float
    y: float


class Glide(Animation):
    """Takes a group from view to view, its lines as well as its points.

    Other animations may pose parts of the group meanwhile, as if it stood still; they are played
    before this one.

    Args:
        mobject: the group.
        path: the view at each share of the time, from 0 to 1.

    Attributes:
        is_drawn_elsewhere: whether the renderer shows the group in its view, and its points stay.
        view: the one at the last share.
    """

    def __init__(self, mobject: VMobject, path: Callable[[float], View]) -> None:
        super().__init__(mobject, rate_func=linear)
        self.path, self.view = path, path(0.0)
        self.is_drawn_elsewhere = False
        self._parts = [
            _Part(part)
            for part in mobject.get_family()
            if isinstance(part, VMobject) and len(part.points)
        ]

    def create_starting_mobject(self) -> Mobject:
        """Nothing: where things start is kept by each part."""
        return Mobject()

    def interpolate_mobject(self, alpha: float) -> None:
        """Show the group as it is seen at a share of the time."""
        self.view = self.path(alpha)
        if not self.is_drawn_elsewhere:
            for part in self._parts:
                part.show(self.view)

    def undo(self) -> None:
        """Put the points back to where they are without any view."""
        for part in self._parts:
            part.undo()

    def leave_to_renderer(self) -> None:
        """From now on the points stay, and the renderer shows them in the view."""
        self.undo()
        self.is_drawn_elsewhere = True


class _Part:
    """One mobject of the group, and how it is without a view."""

    def __init__(self, mobject: VMobject) -> None:
        self.mobject: Any = mobject
        self.points, self.width = mobject.points, mobject.stroke_width
        self.shown_points, self.shown_width = self.points, self.width

    def show(self, view: View) -> None:
        """Show it in a view; what has been posed since the last is taken over first."""
        self._take_over()
        self.shown_points = self.points * view.scale + np.array([view.x, view.y, 0.0])
        self.shown_width = self.width * view.scale
        self.mobject.points, self.mobject.stroke_width = self.shown_points, self.shown_width

    def undo(self) -> None:
        """Show it without a view."""
        self._take_over()
        self.mobject.points, self.mobject.stroke_width = self.points, self.width
        self.shown_points, self.shown_width = self.points, self.width

    def _take_over(self) -> None:
        if self.mobject.points is not self.shown_points:
            self.points = self.mobject.points
        if self.mobject.stroke_width != self.shown_width:
            self.width = self.mobject.stroke_width
