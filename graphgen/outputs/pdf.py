"""Picture -> PDF: the complete picture on one page of its own size."""

from graphgen.outputs.cairo import converted
from graphgen.outputs.options import Options
from graphgen.outputs.svg import svg
from graphgen.picture import Picture

__all__ = ["write_pdf"]


def write_pdf(picture: Picture, options: Options) -> bytes:
    """The bytes of a PDF of one page."""
    return converted("svg2pdf", svg(picture, "still", options.is_transparent), None)
