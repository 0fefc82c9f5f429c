"""Timeline -> SVG in four styles: still, animated, in steps, and a page for each step."""

from graphgen.outputs.options import OneStyle
from graphgen.outputs.svg.document import still_svg, timeline_pages, timeline_svg
from graphgen.outputs.svg.story import on_paper, svg, svg_pages, write_svg

__all__ = [
    "OneStyle",
    "on_paper",
    "still_svg",
    "svg",
    "svg_pages",
    "timeline_pages",
    "timeline_svg",
    "write_svg",
]
