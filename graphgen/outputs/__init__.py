"""Picture -> bytes and files; graphgen.outputs.formats says which suffix is written by whom."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphgen.model.arguments import as_theme
from graphgen.model.errors import InputError, OutputError
from graphgen.model.files import check_place, save, save_all
from graphgen.model.graph import Graph
from graphgen.model.languages import ENGLISH, language_of
from graphgen.model.picture import Picture
from graphgen.model.theme import Theme
from graphgen.model.typenames import type_name
from graphgen.outputs.formats import FORMATS, NUMBERED, PICTURES, hint
from graphgen.outputs.options import Options, SvgStyle, Writer

if TYPE_CHECKING:
    from torch import Tensor

    from graphgen.model.story import Story

__all__ = [
    "format_of",
    "numbered",
    "save_pages",
    "write",
    "write_pages",
    "writer_of",
]

_DIGITS = 3


def write(
    picture: "Picture | Story | Graph | Tensor",
    path: str | os.PathLike[str] | None,
    format: str | None = None,
    svg_style: SvgStyle = "animated",
    is_transparent: bool = False,
    pixels: int | None = None,
    whole: Graph | None = None,
    theme: Theme | str | os.PathLike[str] | None = None,
    language: str = ENGLISH,
) -> bytes:
    """Writes a picture to a file; the file is the old one or the whole new one, never a part.

    Args:
        picture: what to write; of a story, a graph or a loss the picture is made first.
        path: where to; None writes nowhere.
        format: a suffix such as "svg"; without it, the path's own.
        svg_style: "animated" by CSS, "still" for print, "steps" for reveal.js, "pages" for a PDF
            with a page for each step.
        is_transparent: no page behind the picture, in SVG, PNG and PDF.
        pixels: the width of a PNG; None takes as many as keep its texts legible.
        whole: the graph before it was folded; a page lets its modules open.
        theme: the one that a page keeps to, or its name, or the path of its file; with None it
            keeps to a picture's own theme, and of ours follows its reader's system. What is no
            picture yet is painted so, dark by default.
        language: the tag that a page bears, as "en" or "pt-BR".

    Returns:
        The bytes of the file.

    Raises:
        InputError: there is no picture to be had of what was given.
        OutputError: the suffix or the style isn't known, or the place can't be written.
        MissingPartError: a PNG or PDF is wanted, and cairo isn't installed.
    """
    suffix = format_of(path, format)
    painted = None if theme is None else as_theme(theme)
    if isinstance(picture, Picture):
        depicted, opened = picture, whole
    else:
        from graphgen.layout.pipeline import (
            as_picture,  # a picture is written without what makes one
        )

        depiction = as_picture(picture, sys._getframe(1), painted, FORMATS[suffix].needs_layout)
        depicted, opened = depiction.picture, whole or depiction.whole
    if opened is not None and not isinstance(opened, Graph):
        raise InputError(
            f"whole as the graph before it was folded: got {type_name(opened)}; leave it out"
        )
    options = Options(svg_style, is_transparent, pixels, opened, painted, language_of(language))
    content = writer_of(suffix)(depicted, options)
    if path is not None:
        save(content, path)
    return content


def writer_of(suffix: str) -> Writer:
    """What writes a picture as a suffix out of PICTURES.

    Raises:
        OutputError: no picture is written so.
    """
    write = FORMATS[format_of(None, suffix)].write
    if write is None:
        raise OutputError(f"a suffix out of {', '.join(PICTURES)}: got {suffix!r}")
    return write()


def write_pages(
    picture: Picture,
    path: str | os.PathLike[str],
    format: str | None = None,
    is_transparent: bool = False,
    pixels: int | None = None,
) -> tuple[Path, ...]:
    """Writes a page for each step: a PDF of many pages, or numbered files of one page each.

    Args:
        picture: the one to write.
        path: where to; steps.svg means steps-001.svg and so on.
        format: "svg", "png" or "pdf"; without it, the path's own suffix.
        is_transparent: leaves out the page's background.
        pixels: the width of a PNG; None for its usual one.

    Returns:
        The files, in the order of the steps. None is in its place before all are written.

    Raises:
        OutputError: as `write` does, or the format has no pages.
        MissingPartError: a PNG or PDF is wanted, and cairo isn't installed.
    """
    suffix = format_of(path, format)
    if suffix == ".pdf":
        write(picture, path, suffix, "pages", is_transparent)
        return (Path(path),)
    if suffix not in NUMBERED:
        raise OutputError(f"pages as .svg, .png or .pdf: got {suffix}; take one of these")
    from graphgen.outputs.svg import svg_pages

    return save_pages(list(svg_pages(picture, is_transparent)), Path(path), suffix, pixels)


def save_pages(
    documents: Sequence[str], path: Path, suffix: str, pixels: int | None = None
) -> tuple[Path, ...]:
    """Writes documents to numbered files, as SVG or as PNG.

    Args:
        documents: SVG, one for each page.
        path: steps.svg means steps-001.svg and so on.
        suffix: ".svg" or ".png".
        pixels: the width of a PNG; None for its usual one.

    Returns:
        The files, in the order of the documents. None is in its place before all are written.

    Raises:
        OutputError: a place can't be written.
    """
    paths = numbered(path, len(documents))
    for place in paths:
        check_place(place)
    if suffix == ".svg":
        drawn: Iterable[bytes] = map(str.encode, documents)
    else:
        from graphgen.outputs.png import png_of

        drawn = (png_of(each, pixels) for each in documents)
    save_all(zip(drawn, paths, strict=True))
    return paths


def numbered(path: Path, count: int) -> tuple[Path, ...]:
    """The paths of so many pages.

    >>> [page.name for page in numbered(Path("steps.svg"), 2)]
    ['steps-001.svg', 'steps-002.svg']
    """
    digits = max(_DIGITS, len(str(count)))
    return tuple(
        path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}")
        for number in range(1, count + 1)
    )


def format_of(path: str | os.PathLike[str] | None, format: str | None = None) -> str:
    """The suffix out of PICTURES for a path or a format.

    >>> format_of("a/picture.SVG"), format_of(None, "png")
    ('.svg', '.png')

    Raises:
        OutputError: it isn't known; the text names what is, and the nearest.
    """
    _check_types(path, format)
    wanted = f".{format.lstrip('.')}" if format else Path(os.fspath(path or "")).suffix
    if wanted.lower() in PICTURES:
        return wanted.lower()
    meant = hint(wanted.lower(), PICTURES, "give one with the file's name or with --format")
    raise OutputError(f"a suffix out of {', '.join(PICTURES)}: got {wanted[:40]!r}; {meant}")


def _check_types(path: object, format: object) -> None:
    """That a path is one, and no picture that changed places with it."""
    if path is not None and not isinstance(path, str | os.PathLike):
        raise OutputError(
            f"a path to write to: got {type_name(path)}; the picture comes first, "
            'as in graphgen.write(picture, "picture.svg")'
        )
    if format is not None and not isinstance(format, str):
        raise OutputError(f'a format as a text: got {type_name(format)}; write format="svg"')
