"""Picture -> PNG: the complete picture in pixels."""

from graphgen.outputs.cairo import converted
from graphgen.outputs.options import Options
from graphgen.outputs.svg import svg
from graphgen.picture import Picture

__all__ = ["write_png"]


def write_png(picture: Picture, options: Options) -> bytes:
    """The bytes of a PNG, `options.pixels` wide."""
    return converted("svg2png", svg(picture, "still", options.is_transparent), options.pixels)
