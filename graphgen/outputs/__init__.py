"""Picture -> bytes and files: FORMATS says which suffix is written by whom."""

import difflib
import os
from pathlib import Path

from graphgen.errors import OutputError
from graphgen.outputs.dot_source import write_dot
from graphgen.outputs.files import save
from graphgen.outputs.options import Options, SvgStyle, Writer
from graphgen.outputs.pdf import write_pdf
from graphgen.outputs.png import write_png
from graphgen.outputs.story_json import write_json
from graphgen.outputs.svg import write_svg
from graphgen.outputs.text import write_text
from graphgen.picture import Picture

__all__ = ["FORMATS", "format_of", "write"]

FORMATS: dict[str, Writer] = {
    ".svg": write_svg,
    ".dot": write_dot,
    ".png": write_png,
    ".pdf": write_pdf,
    ".json": write_json,
    ".txt": write_text,
}
"""Every suffix that a picture can be written as."""


def write(
    picture: Picture,
    path: str | os.PathLike[str] | None,
    format: str | None = None,
    svg_style: SvgStyle = "animated",
    is_transparent: bool = False,
    pixels: int | None = None,
) -> bytes:
    """Writes a picture to a file; the file is the old one or the whole new one, never a part.

    Args:
        picture: what to write.
        path: where to; None writes nowhere.
        format: a suffix such as "svg"; without it, the path's own.
        svg_style: "animated" by CSS, "still" for print, "steps" for reveal.js.
        is_transparent: no page behind the picture, in SVG, PNG and PDF.
        pixels: the width of a PNG; None takes as many as keep its texts legible.

    Returns:
        The bytes of the file.

    Raises:
        OutputError: the suffix or the style isn't known, or the place can't be written.
        MissingPartError: a PNG or PDF is wanted, and cairo isn't installed.
    """
    writer = FORMATS[format_of(path, format)]
    content = writer(picture, Options(svg_style, is_transparent, pixels))
    if path is not None:
        save(content, path)
    return content


def format_of(path: str | os.PathLike[str] | None, format: str | None = None) -> str:
    """The key of FORMATS for a path or a format.

    >>> format_of("a/picture.SVG"), format_of(None, "png")
    ('.svg', '.png')

    Raises:
        OutputError: it isn't known; the text names what is, and the nearest.
    """
    wanted = f".{format.lstrip('.')}" if format else Path(os.fspath(path or "")).suffix
    if wanted.lower() in FORMATS:
        return wanted.lower()
    known = ", ".join(FORMATS)
    near = difflib.get_close_matches(wanted.lower()[:20], FORMATS, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else "give one with the file's name or with --format"
    raise OutputError(f"a suffix out of {known}: got {wanted[:40]!r}; {hint}")
