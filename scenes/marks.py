"""Outlines and colors -> mobjects that are quick to make: a large film makes tens of thousands."""

from typing import Any

import numpy as np
import numpy.typing as npt
from manim import VGroup, VMobject

__all__ = ["Bundle", "Outlines", "Shape", "filled", "stroked"]

Outlines = npt.NDArray[np.float64]
"""Cubic curves, 4 points each, of shape (4n, 3), in Manim's units, y up."""

_STROKES_PER_UNIT = 100.0
"""Manim counts the thickness of lines in hundredths of its unit of length."""


class Shape(VMobject):
    """Outlines with one color inside and one for their line.

    Its colors are set as arrays: Manim's own way parses each several times.

    Args:
        fill, line: "#rrggbb", or "" for none.
        thickness: of the line, in Manim's units of length.
    """

    def __init__(
        self, points: Outlines, fill: str = "", line: str = "", thickness: float = 0.0
    ) -> None:
        self._fill, self._line = fill, line
        super().__init__(
            fill_opacity=1.0 if fill else 0.0,
            stroke_opacity=1.0 if line else 0.0,
            stroke_width=thickness * _STROKES_PER_UNIT,
        )
        self.points = points

    def set_color(self, *args: Any, **options: Any) -> "Shape":
        """Set both colors, once there are any: Manim parses a white one first for each mobject."""
        if hasattr(self, "fill_rgbas"):
            super().set_color(*args, **options)
        return self

    def init_colors(self, propagate_colors: bool = True) -> "Shape":
        """Set the colors."""
        self.fill_rgbas, self.stroke_rgbas = _rgba(self._fill), _rgba(self._line)
        self.background_stroke_rgbas = _rgba("")
        return self


class Bundle(VGroup):
    """Mobjects that belong together; itself it has no color."""

    def set_color(self, *args: Any, **options: Any) -> "Bundle":
        """Set the colors of its parts, once it is made."""
        if hasattr(self, "fill_rgbas"):
            super().set_color(*args, **options)
        return self

    def init_colors(self, propagate_colors: bool = True) -> "Bundle":
        """Set no colors."""
        self.fill_rgbas, self.stroke_rgbas = _rgba(""), _rgba("")
        self.background_stroke_rgbas = _rgba("")
        return self


def filled(points: Outlines, color: str) -> Shape:
    """Outlines filled with a color, with no border."""
    return Shape(points, fill=color)


def stroked(points: Outlines, color: str, thickness: float) -> Shape:
    """Outlines drawn as lines, with nothing inside; the thickness in Manim's units of length."""
    return Shape(points, line=color, thickness=thickness)


def _rgba(color: str) -> npt.NDArray[np.float64]:
    """A color as Manim keeps it; without one it can't be seen."""
    if not color:
        return np.zeros((1, 4))
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return np.array([[*parts, 1.0]])
