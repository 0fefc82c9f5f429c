"""Storyboard -> SVG: still, animated or in steps, always complete as it stands."""

import hashlib

from graphgen.draw.board import Storyboard
from graphgen.outputs.boards.animating import animated, in_motion
from graphgen.outputs.boards.marks import marks
from graphgen.outputs.boards.stepping import stepped
from graphgen.outputs.elements import backdrop, clean, families, number
from graphgen.outputs.options import SvgStyle

__all__ = ["board_svg", "in_words", "moving_svg", "still_svg"]


def moving_svg(board: Storyboard) -> tuple[str, str]:
    """The storyboard as an SVG element that rules move, and the rules; without them it shows the
    last still, complete."""
    prefix = _prefix(repr((board, "motion")))
    rules, body = in_motion(board, prefix)
    return _document(board, body, prefix, False, in_words(board)).rstrip(), rules


def board_svg(board: Storyboard, style: SvgStyle = "still", is_transparent: bool = False) -> str:
    """The storyboard as the text of an SVG document.

    Args:
        style: "still" for print, "animated" by CSS alone, "steps" for reveal.js.
        is_transparent: leaves out the page's background.
    """
    if style == "still":
        return still_svg(board, board.poster, is_transparent)
    prefix = _prefix(repr((board, style, is_transparent)))
    body = (animated if style == "animated" else stepped)(board, prefix)
    return _document(board, body, prefix, is_transparent, in_words(board))


def still_svg(board: Storyboard, step: int, is_transparent: bool = False) -> str:
    """What the frame shows at the end of a step, as the text of an SVG document."""
    shown = board.steps[step]
    body = marks(shown.still)
    return _document(board, body, _prefix(body), is_transparent, shown.caption)


def in_words(board: Storyboard) -> str:
    """The captions, one after the other."""
    return " ".join(step.caption for step in board.steps)


def _prefix(told: str) -> str:
    """A name of its own for everything that is named in a document of which this is told."""
    return "b" + hashlib.blake2s(told.encode(errors="replace"), digest_size=3).hexdigest()


def _document(board: Storyboard, body: str, prefix: str, is_transparent: bool, words: str) -> str:
    theme, title = board.theme, clean(board.title)
    fonts = families(theme.fonts)
    size = f"{number(board.size.width)} {number(board.size.height)}"
    page = "" if is_transparent else backdrop(theme)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" class="{prefix}" '
        f'role="img" aria-label="{title}"><title>{title}</title><desc>{clean(words)}</desc>'
        f'{page}<g font-family="{fonts}" text-anchor="middle" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">{body}</g></svg>\n'
    )
