"""Several things of one kind told apart: each has a colour and a shape of its own."""

import math

from graphgen.draw.classes import drawn_as
from graphgen.draw.elements import circle, shape
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element

__all__ = ["MOST", "glyph", "tints"]

MOST = 6
"""How many can be told apart."""

_CORNERS = {1: (4, 45.0), 2: (3, 0.0), 3: (4, 0.0), 4: (3, 180.0), 5: (6, 0.0)}
"""For each but the first, which is round: its corners, and by how many degrees it is turned."""
_LARGER = {3: 1.35, 4: 1.2, 6: 1.1}
"""How much larger a shape of so many corners is drawn, so that all look equally large."""


def tints(theme: Theme) -> tuple[str, ...]:
    """A colour for each."""
    return (
        theme.forward, theme.backward, theme.shared, theme.loss.text, theme.leaf.text, theme.quiet,
    )  # fmt: skip


@drawn_as("grid")
def glyph(
    key: str, at: int, x: float, y: float, radius: float, theme: Theme, layer: int = 6
) -> Element:
    """The shape of the one of this number, around a place, in its colour and with a rim.

    Args:
        key: of the element.
        at: its number, from 0; they repeat after MOST.
        x, y: its middle, in points.
        radius: in points; shapes with few corners are made larger, to look as large.
        theme: has the colours.
        layer: a higher one is painted above a lower one.

    Returns:
        One element.
    """
    tint, rim = tints(theme)[at % MOST], theme.page
    if at % MOST == 0:
        return circle(key, x, y, radius, tint, rim, 1.6, layer=layer)
    corners, turn = _CORNERS[at % MOST]
    far = radius * _LARGER[corners]
    angles = [math.radians(turn - 90 + 360 * corner / corners) for corner in range(corners + 1)]
    points = [(x + far * math.cos(angle), y + far * math.sin(angle)) for angle in angles]
    return shape(key, points, fill=tint, line=rim, width=1.6, layer=layer, enter="grow")
