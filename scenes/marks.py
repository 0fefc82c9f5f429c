"""Outlines and colors -> mobjects that are quick to make: a large film makes tens of thousands."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import VGroup, VMobject

__all__ = ["Bundle", "Outlines", "Shape"]

Outlines = npt.NDArray[np.float64]
"""Cubic curves, 4 points each, of shape (4n, 3), in Manim's units, y up."""

_STROKES_PER_UNIT = 100.0
"""Manim counts the thickness of lines in hundredths of its unit of length."""


class Shape(VMobject):
    """Outlines with one color inside and one for their line.

    Manim's own way to make one parses its colors several times; here everything but points and
    colors is what Manim once gave a mobject without any.

    Args:
        fill, line: "#rrggbb", or "" for none.
        thickness: of the line, in Manim's units of length.
    """

    def __init__(
        self, points: Outlines, fill: str = "", line: str = "", thickness: float = 0.0
    ) -> None:
        _make(self)
        self.fill_opacity, self.stroke_opacity = float(bool(fill)), float(bool(line))
        self.stroke_width = thickness * _STROKES_PER_UNIT
        self.points = points
        self.fill_rgbas, self.stroke_rgbas = _rgba(fill), _rgba(line)

    def get_family(self, recurse: bool = True) -> list[Any]:
        """Itself and all below it: mostly itself, which Manim finds out in five calls."""
        return super().get_family(recurse) if self.submobjects else [self]

    def _iter_family(self, active_path: Any) -> Iterator[Any]:
        return super()._iter_family(active_path) if self.submobjects else iter((self,))


def _make(mobject: VMobject) -> None:
    """Give a new mobject its attributes, without any color."""
    vars(mobject).update(_blank())
    mobject.name = type(mobject).__name__
    mobject.submobjects, mobject.updaters = [], []
    mobject.fill_rgbas, mobject.stroke_rgbas = _rgba(""), _rgba("")
    mobject.background_stroke_rgbas = _rgba("")


@cache
def _blank() -> dict[str, Any]:
    """The attributes of a mobject of Manim's."""
    return dict(vars(VMobject()))


class Bundle(VGroup):
    """Mobjects that belong together; itself it has no color."""

    def __init__(self, *parts: VMobject) -> None:
        _make(self)
        self.submobjects = list(parts)


def _rgba(color: str) -> npt.NDArray[np.float64]:
    """A color as Manim keeps it; without one it can't be seen."""
    if not color:
        return np.zeros((1, 4))
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return np.array([[*parts, 1.0]])
