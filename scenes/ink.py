"""Colors and lines: mixing two colors, and an outline drawn as a line."""

from manim import ManimColor, VMobject

from scenes.pen import Outlines

__all__ = ["mix", "stroked"]

_STROKES_PER_UNIT = 100.0
"""Manim counts the thickness of lines in hundredths of its unit of length."""


def mix(color: str, other: str, share: float) -> str:
    """A color with so much of another in it.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    parts = [
        round(
            int(color[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share + 1e-9
        )
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


def stroked(points: Outlines, color: str, thickness: float) -> VMobject:
    """Outlines drawn as lines, with nothing inside.

    Args:
        thickness: in Manim's units of length.
    """
    line = VMobject(
        stroke_color=ManimColor(color),
        stroke_width=thickness * _STROKES_PER_UNIT,
        stroke_opacity=1.0,
        fill_opacity=0.0,
    )
    line.points = points
    return line
