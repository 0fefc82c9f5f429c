"""SVG -> PNG and PDF bytes through CairoSVG, which is asked for only here."""

from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from typing import Any

from graphgen.errors import MissingPartError, RenderError
from graphgen.placing.measure import safe

__all__ = ["bound", "drawn"]

_DOTS = 96
"""The units of an SVG in an inch."""

_TITLE, _CREATED = 0, 5
"""As cairo numbers what a PDF says of itself."""

_NO_DATE = "1970-01-01T00:00:00Z"


def drawn(document: str, pixels: int | None = None) -> bytes:
    """A document as a PNG, as many pixels wide as are told.

    Raises:
        MissingPartError: the system's cairo, or CairoSVG, isn't installed.
        RenderError: CairoSVG gives nothing.
    """
    size = {} if pixels is None else {"output_width": pixels}
    content = _part("cairosvg").svg2png(bytestring=document.encode(), **size)
    if not isinstance(content, bytes):
        raise RenderError("a picture from CairoSVG: it gave none; write .svg instead")
    return content


def bound(documents: Iterable[str], title: str) -> bytes:
    """Documents of one size as the pages of one PDF; the same ones always give the same bytes.

    Raises:
        MissingPartError: the system's cairo, or CairoSVG, isn't installed.
        RenderError: there is no page.
    """
    surfaces, parser = _part("cairosvg.surface"), _part("cairosvg.parser")
    content, book = BytesIO(), None
    for document in documents:
        tree = parser.Tree(bytestring=document.encode())
        if book is None:
            book = surfaces.PDFSurface(tree, content, _DOTS)
            book.cairo.set_metadata(_TITLE, safe(title))
            book.cairo.set_metadata(_CREATED, _NO_DATE)
        else:
            book.cairo.show_page()
            book.draw(tree)
    if book is None:
        raise RenderError("a PDF of pages: there is none; a story has one step at least")
    book.finish()
    return content.getvalue()


def _part(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, OSError) as error:
        raise MissingPartError(
            "PNG and PDF need cairo and CairoSVG: they aren't installed; "
            "get them with: sudo apt-get install libcairo2 && pip install cairosvg"
        ) from error
