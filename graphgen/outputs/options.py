"""What a person may choose about an output, and the type of every writer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from graphgen.picture import Picture

__all__ = ["Options", "SvgStyle", "Writer"]

SvgStyle = Literal["still", "animated", "steps"]


@dataclass(frozen=True, slots=True)
class Options:
    """The choices; each format looks at its own.

    Attributes:
        svg_style: how an SVG tells the story.
        is_transparent: no page behind the picture, in SVG, PNG and PDF.
        pixels: the width of a PNG.
    """

    svg_style: SvgStyle = "animated"
    is_transparent: bool = False
    pixels: int = 1920


Writer = Callable[[Picture, Options], bytes]
