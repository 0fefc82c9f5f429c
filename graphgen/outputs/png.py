"""Picture -> PNG: the complete picture in pixels."""

import re

from graphgen.model.picture import Picture
from graphgen.outputs.cairo import drawn
from graphgen.outputs.options import WIDEST, Options
from graphgen.outputs.svg import svg

__all__ = ["png_of", "write_png"]

_COMMON = 1920
_LEGIBLE = 1.25
"""Pixels for each point, where that is more."""


def write_png(picture: Picture, options: Options) -> bytes:
    """The bytes of a PNG, `options.pixels` wide."""
    return png_of(svg(picture, "still", options.is_transparent), options.pixels)


def png_of(document: str, pixels: int | None = None) -> bytes:
    """An SVG document in pixels, as many as keep its texts legible unless a width is told."""
    return drawn(document, _pixels(document, pixels))


def _pixels(document: str, wanted: int | None) -> int:
    """The width of a picture: as is wanted, or wide enough to read; no side beyond the widest."""
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', document)[0])
    across = wanted or max(_COMMON, round(width * _LEGIBLE))
    return max(1, min(across, WIDEST, int(WIDEST * width / height)))
