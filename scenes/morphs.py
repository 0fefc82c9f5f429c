"""How an element of a storyboard turns from one still into the next: it moves and changes its
colours, is drawn along its line, or grows from its middle."""

import numpy as np
from manim import VMobject

from .marks import Outlines
from .motion import WHOLE, Act, Window

__all__ = ["Draw", "Grow", "Morph", "Slide", "can_morph"]


def can_morph(start: VMobject, end: VMobject) -> bool:
    """Whether both have as many points, so that each has somewhere to go."""
    return start.points.shape == end.points.shape and len(end.points) > 0


class Morph(Act):
    """From the look of one mobject to that of another with as many points; it is the second."""

    def __init__(self, start: VMobject, end: VMobject, window: Window = WHOLE) -> None:
        super().__init__(end, window)
        self.shown = end
        self.ends = [(a.copy(), b.copy()) for a, b in zip(_look(start), _look(end), strict=True)]

    def pose(self, share: float) -> None:
        """Stand between both; at the end it is the second, to the last bit."""
        points, fill, line, width = (
            b if share >= 1.0 else a + (b - a) * share for a, b in self.ends
        )
        self.shown.points = points
        self.shown.fill_rgbas, self.shown.stroke_rgbas = fill, line
        self.shown.stroke_width = float(width)


class Draw(Act):
    """Along its line, from its start to its end."""

    def __init__(self, mobject: VMobject, window: Window = WHOLE) -> None:
        super().__init__(mobject, window)
        self.points = mobject.points
        curves = self.points.reshape(-1, 4, 3)
        steps = np.linalg.norm(curves[:, 3] - curves[:, 0], axis=1)
        self.run = np.concatenate([[0.0], np.cumsum(steps)])

    def pose(self, share: float) -> None:
        """Show a share of the line's length."""
        if share >= 1.0:
            self.mobject.points = self.points
            return
        at = share * self.run[-1]
        whole = int(np.searchsorted(self.run, at, "right")) - 1
        whole = min(max(whole, 0), len(self.run) - 2)
        piece = float(self.run[whole + 1] - self.run[whole]) or 1.0
        part = _first_part(self.points[4 * whole : 4 * whole + 4], (at - self.run[whole]) / piece)
        self.mobject.points = np.concatenate([self.points[: 4 * whole], part])


class Grow(Act):
    """From its middle to its size."""

    def __init__(self, mobject: VMobject, window: Window = WHOLE) -> None:
        super().__init__(mobject, window)
        self.shown, self.points, self.center = mobject, mobject.points, mobject.get_center()
        self.fill, self.line = mobject.fill_rgbas, mobject.stroke_rgbas

    def pose(self, share: float) -> None:
        """Stand there, a share of its size."""
        if share >= 1.0:
            self.shown.points = self.points
            self.shown.fill_rgbas, self.shown.stroke_rgbas = self.fill, self.line
            return
        opacity = np.array([1.0, 1.0, 1.0, min(1.0, 2.0 * share)])
        self.shown.points = self.center + (self.points - self.center) * share
        self.shown.fill_rgbas = self.fill * opacity
        self.shown.stroke_rgbas = self.line * opacity


class Slide(Act):
    """From another place to its own; what it says has changed already."""

    def __init__(self, mobject: VMobject, away: Outlines, window: Window = WHOLE) -> None:
        super().__init__(mobject, window)
        self.shown, self.points, self.away = mobject, mobject.points, away

    def pose(self, share: float) -> None:
        """Stand between both places."""
        self.shown.points = self.points + self.away * (1.0 - share) if share < 1.0 else self.points


def _look(mobject: VMobject) -> tuple[Outlines, Outlines, Outlines, Outlines]:
    width = np.array(float(mobject.stroke_width))
    return mobject.points, mobject.fill_rgbas, mobject.stroke_rgbas, width


def _first_part(curve: Outlines, share: float) -> Outlines:
    """The first part of a cubic curve (de Casteljau)."""
    a, b, c, d = curve
    ab, bc, cd = a + (b - a) * share, b + (c - b) * share, c + (d - c) * share
    abc, bcd = ab + (bc - ab) * share, bc + (cd - bc) * share
    return np.array([a, ab, abc, abc + (bcd - abc) * share])
