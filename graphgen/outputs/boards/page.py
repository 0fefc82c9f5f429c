"""Storyboard -> a page that steps and plays: the animated drawing, and a script that sets its time.

The drawing is the one that `-o x.svg` gives. Its rules are in a style sheet of their own, which the
script turns on: without scripts, and on paper, the last still is seen, and it is complete.
"""

import json
from itertools import accumulate

from graphgen.draw.board import Storyboard
from graphgen.model.languages import ENGLISH
from graphgen.model.theme import own_of
from graphgen.outputs.boards.document import moving_svg
from graphgen.outputs.elements import clean
from graphgen.outputs.page.assets import hash_of, scene_frame, scene_script, style

__all__ = ["scene_page"]


def scene_page(board: Storyboard, language: str = ENGLISH) -> str:
    """The text of a page: one file, whose policy allows its one script and its two style sheets.

    Args:
        board: in its own theme, which is that of the page.
        language: the tag of what is said in it.
    """
    drawing, motion = moving_svg(board)
    code, look = scene_script(), style("scene", theme=own_of(board.theme))
    policy = (
        f"default-src 'none'; script-src {hash_of(code)}; "
        f"style-src {hash_of(look)} {hash_of(motion)}; base-uri 'none'; form-action 'none'"
    )
    body = scene_frame().substitute(
        theme=clean(board.theme.name),
        title=clean(board.title),
        drawing=drawing,
        steps=_steps(board),
    )
    return (
        f'<!doctype html>\n<html lang="{clean(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{clean(board.title)}</title>\n<style>{look}</style>\n"
        f'<style class="motion" media="not all">{motion}</style>\n</head>\n<body>\n'
        f'{body.rstrip()}\n<script type="module">{code}</script>\n</body>\n</html>\n'
    )


def _steps(board: Storyboard) -> str:
    """When each step ends, in seconds, and what is said in it, as JSON that ends no element."""
    ends = accumulate(step.seconds for step in board.steps)
    steps = [
        {"end": round(end, 2), "caption": step.caption, "narration": step.narration}
        for end, step in zip(ends, board.steps, strict=True)
    ]
    text = json.dumps(steps, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
