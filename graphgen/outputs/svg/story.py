"""Picture -> SVG: still, animated, in steps or a page for each step, complete as it stands."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from graphgen.layout.measure import fitted
from graphgen.model.picture import Picture
from graphgen.model.reprs import in_full
from graphgen.outputs.elements import COMMON_SIZE, backdrop, clean, families, number
from graphgen.outputs.motion import animated
from graphgen.outputs.options import OneStyle, Options, one_style
from graphgen.outputs.paper import Paper, paper_of
from graphgen.outputs.pieces import Piece, pieces, placed
from graphgen.outputs.stepping import stepped
from graphgen.outputs.turning import turned

__all__ = ["STYLES", "svg", "svg_pages", "write_svg"]

_ROWS_IN_WORDS = 60


def svg(
    picture: Picture,
    style: OneStyle = "still",
    is_transparent: bool = False,
    aspect: float | None = None,
) -> str:
    """The picture as the text of an SVG document.

    Args:
        style: "still" for print and slides, "animated" by CSS alone, "steps" for reveal.js.
        is_transparent: leaves out the page's background.
        aspect: width to height, where the picture is to fill a slide.

    Returns:
        A document with a view box, in points, and no size of its own; the same picture always
        gives the same text.
    """
    prefix = "" if style == "still" else _prefix(in_full((picture, style, is_transparent, aspect)))
    told = picture.story.steps[-1:] if style == "still" else picture.story.steps
    sheet = paper_of(picture, [step.caption for step in told], aspect)
    found = list(pieces(picture, sheet, style == "still", has_halos=style == "steps"))
    body = STYLES[style](picture, sheet, found, prefix)
    prefix = prefix or _prefix(f"{body}{is_transparent}")  # a still names nothing inside
    return _document(picture, sheet, prefix, body, is_transparent, in_words(picture))


def svg_pages(
    picture: Picture, is_transparent: bool = False, aspect: float | None = None
) -> Iterator[str]:
    """A document for each step, all of one size: what has been told so far, and the caption."""
    steps = picture.story.steps
    sheet = paper_of(picture, [step.caption for step in steps], aspect)
    found = list(pieces(picture, sheet, has_halos=True))
    for step, body in zip(steps, turned(sheet, found, len(steps)), strict=True):
        told = step.caption if step is not steps[-1] else f"{step.caption} {in_words(picture)}"
        prefix = _prefix(f"{body}{is_transparent}")
        yield _document(picture, sheet, prefix, body, is_transparent, told)


def write_svg(picture: Picture, options: Options) -> bytes:
    """The bytes of the document.

    Raises:
        OutputError: a page for each step is wanted, which is more than one document.
    """
    return svg(picture, one_style(options), options.is_transparent).encode()


def _still(picture: Picture, sheet: Paper, found: Sequence[Piece], prefix: str) -> str:
    """All that stays."""
    return placed(sheet, ((piece, piece.body) for piece in found if piece.end is None))


def _prefix(told: str) -> str:
    """A name of its own for everything that is named in a document of which this is told."""
    return "v" + hashlib.blake2s(told.encode(errors="replace"), digest_size=3).hexdigest()


def _document(
    picture: Picture, sheet: Paper, prefix: str, body: str, is_transparent: bool, told: str
) -> str:
    theme = picture.theme
    fonts = families(theme.fonts)
    title = clean(fitted(picture.story.title, 1.0, 400.0))
    size = f"{number(sheet.width)} {number(sheet.height)}"
    page = "" if is_transparent else backdrop(theme)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" class="{prefix}" '
        f'role="img" aria-label="{title}">'
        f"<title>{title}</title><desc>{clean(told)}</desc>"
        f'{page}<g font-family="{fonts}" text-anchor="middle" '
        f'font-size="{number(COMMON_SIZE)}" fill="none" stroke-width="2">'
        f"{body}</g></svg>\n"
    )


def in_words(picture: Picture) -> str:
    """The values and the gradients as sentences."""
    rows = picture.story.table
    told = [
        f"{row.name} is {row.value}"
        + (f", its gradient is {row.gradient}: {row.made_of}." if row.gradient else ".")
        for row in rows[:_ROWS_IN_WORDS]
    ]
    if len(rows) > _ROWS_IN_WORDS:
        told.append(f"And {len(rows) - _ROWS_IN_WORDS} more.")
    return " ".join(told)


STYLES: dict[OneStyle, Callable[[Picture, Paper, Sequence[Piece], str], str]] = {
    "still": _still,
    "animated": animated,
    "steps": stepped,
}
"""How each style puts the pieces together."""
