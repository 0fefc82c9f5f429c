"""Timeline -> SVG in four styles; and, until stories are drawn as timelines, Picture -> SVG."""

from graphgen.outputs.options import OneStyle
from graphgen.outputs.svg.document import still_svg, timeline_pages, timeline_svg
from graphgen.outputs.svg.story import STYLES, svg, svg_pages, write_svg

__all__ = [
    "STYLES",
    "OneStyle",
    "still_svg",
    "svg",
    "svg_pages",
    "timeline_pages",
    "timeline_svg",
    "write_svg",
]
