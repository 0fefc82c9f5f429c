"""SVG -> PNG and PDF bytes through CairoSVG, which is asked for only here."""

from importlib import import_module
from typing import Literal

from graphgen.errors import MissingPartError, RenderError

__all__ = ["converted"]


def converted(how: Literal["svg2png", "svg2pdf"], document: str, pixels: int | None) -> bytes:
    """The document as CairoSVG draws it.

    Raises:
        MissingPartError: the system's cairo, or CairoSVG, isn't installed.
        RenderError: CairoSVG gives nothing.
    """
    try:
        convert = getattr(import_module("cairosvg"), how)
    except (ImportError, OSError) as error:
        raise MissingPartError(
            "PNG and PDF need cairo and CairoSVG: they aren't installed; "
            "get them with: sudo apt-get install libcairo2 && pip install cairosvg"
        ) from error
    size = {} if pixels is None else {"output_width": pixels}
    content = convert(bytestring=document.encode(), **size)
    if not isinstance(content, bytes):
        raise RenderError(f"a picture from {how}: it gave none; write .svg instead")
    return content
