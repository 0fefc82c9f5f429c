"""Picture -> PDF: the complete picture on one page of its own size, or a page for each step."""

from graphgen.model.picture import Picture
from graphgen.outputs.cairo import bound
from graphgen.outputs.options import Options
from graphgen.outputs.svg import svg, svg_pages

__all__ = ["write_pdf"]


def write_pdf(picture: Picture, options: Options) -> bytes:
    """The bytes of a PDF, of one page unless there is to be one for each step."""
    if options.svg_style == "pages":
        return bound(svg_pages(picture, options.is_transparent), picture.story.title)
    return bound([svg(picture, "still", options.is_transparent)], picture.story.title)
