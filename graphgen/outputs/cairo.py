"""SVG -> PNG and PDF bytes through CairoSVG, which is asked for only here.

CairoSVG takes one font and sets letter beside letter, which is wrong for most scripts; so the texts
are shaped by Pango, as those of films are.
"""

from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from typing import Any

from graphgen.layout.measure import safe
from graphgen.model.errors import MissingPartError, RenderError
from graphgen.model.libraries import without_compilers

__all__ = ["bound", "drawn"]

_DOTS = 96
"""The units of an SVG in an inch."""

_TITLE, _CREATED = 0, 5
"""As cairo numbers what a PDF says of itself."""

_NO_DATE = "1970-01-01T00:00:00Z"


_NEARLY_CLEAR = 0.002


def drawn(document: str, pixels: int | None = None) -> bytes:
    """A document as a PNG, as many pixels wide as are told.

    Raises:
        MissingPartError: the system's cairo, or CairoSVG, isn't installed.
        RenderError: CairoSVG gives nothing.
    """
    surface, _ = _surfaces()
    content = surface.convert(bytestring=document.encode(), output_width=pixels)
    if not isinstance(content, bytes):
        raise RenderError("a picture from CairoSVG: it gave none; write .svg instead")
    return content


def bound(documents: Iterable[str], title: str) -> bytes:
    """Documents of one size as the pages of one PDF; the same ones always give the same bytes.

    Raises:
        MissingPartError: the system's cairo, or CairoSVG, isn't installed.
        RenderError: there is no page.
    """
    (_, surface), parser = _surfaces(), _part("cairosvg.parser")
    content, book = BytesIO(), None
    for document in documents:
        tree = parser.Tree(bytestring=document.encode())
        if book is None:
            book = surface(tree, content, _DOTS)
            book.cairo.set_metadata(_TITLE, safe(title))
            book.cairo.set_metadata(_CREATED, _NO_DATE)
        else:
            book.cairo.show_page()
            book.draw(tree)
    if book is None:
        raise RenderError("a PDF of pages: there is none; a story has one step at least")
    book.finish()
    return content.getvalue()


def _surfaces() -> tuple[Any, Any]:
    """CairoSVG's surfaces for PNG and for PDF, with the texts shaped by Pango."""
    surfaces, helpers = _part("cairosvg.surface"), _part("cairosvg.helpers")
    pango = _part("graphgen.text.pango")

    def draw(self: Any, node: Any) -> None:
        if node.tag != "text":
            surfaces.Surface.draw(self, node)
            return
        place, opacity = (float(node.get(name, 0)) for name in "xy"), float(node.get("opacity", 1))
        line = pango.Line(
            node.text,
            node.get("font-family", "sans-serif").replace("'", ""),
            float(node.get("font-size", 16)),
            node.get("text-anchor", "start"),
            node.get("font-weight") == "bold",
        )
        self.context.save()
        helpers.transform(self, node.get("transform"))
        fill = node.get("fill", "black")
        # Text that isn't painted is there to be searched; cairo leaves out what is quite clear.
        color = (0, 0, 0, _NEARLY_CLEAR) if fill == "none" else self.map_color(fill, opacity)
        self.context.set_source_rgba(*color)
        pango.show(self.context, line, *place)
        self.context.restore()

    png = type("PngSurface", (surfaces.PNGSurface,), {"draw": draw})
    return png, type("PdfSurface", (surfaces.PDFSurface,), {"draw": draw})


def _part(name: str) -> Any:
    try:
        with without_compilers():
            return import_module(name)
    except (ImportError, OSError) as error:
        raise MissingPartError(
            "PNG and PDF need cairo and CairoSVG: they aren't installed; "
            "get them with: sudo apt-get install libcairo2 && pip install cairosvg"
        ) from error
