"""What a person may choose about an output, and the type of every writer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from graphgen.model.errors import OutputError
from graphgen.model.graph import Graph
from graphgen.model.languages import ENGLISH
from graphgen.model.messages import quoted
from graphgen.model.picture import Picture
from graphgen.model.theme import Theme

__all__ = ["WIDEST", "OneStyle", "Options", "SvgStyle", "Writer", "one_style"]

WIDEST = 20_000
"""No PNG is wider or higher, in pixels."""

OneStyle = Literal["still", "animated", "steps"]
"""How one document tells the story."""

SvgStyle = Literal["still", "animated", "steps", "pages"]


@dataclass(frozen=True, slots=True)
class Options:
    """The choices; each format looks at its own.

    Attributes:
        svg_style: how an SVG tells the story; "pages" is for PDF too.
        is_transparent: no page behind the picture, in SVG, PNG and PDF.
        pixels: the width of a PNG; None takes as many as keep its texts legible.
        whole: the graph before it was folded; a page lets its modules open.
        theme: the one that a page keeps to; None keeps to a picture's own theme, and of
            ours follows the reader's system.
        language: the tag that a page bears.

    Raises:
        OutputError: there is no such style, or no PNG is so wide.
    """

    svg_style: SvgStyle = "animated"
    is_transparent: bool = False
    pixels: int | None = None
    whole: Graph | None = None
    theme: Theme | None = None
    language: str = ENGLISH

    def __post_init__(self) -> None:
        styles = get_args(SvgStyle)
        if self.svg_style not in styles:
            raise OutputError(f"a style out of {', '.join(styles)}: got {self.svg_style!r}")
        if self.pixels is not None and not _is_width(self.pixels):
            raise OutputError(
                f"a width of 1 to {WIDEST} pixels: got {quoted(self.pixels)}; write pixels=1920"
            )


def one_style(options: Options) -> OneStyle:
    """How one SVG document tells the story.

    Raises:
        OutputError: a page for each step is wanted, which is more than one document.
    """
    if options.svg_style == "pages":
        raise OutputError(
            "one SVG: got pages, which are many files; graphgen.outputs.write_pages writes them"
        )
    return options.svg_style


def _is_width(pixels: object) -> bool:
    return isinstance(pixels, int) and 1 <= pixels <= WIDEST


Writer = Callable[[Picture, Options], bytes]
