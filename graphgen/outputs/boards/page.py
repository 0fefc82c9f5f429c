"""Timeline -> a page that steps and plays: the animated drawing, and a script that sets its time.

The drawing is the one that `-o x.svg` gives. Its rules are in a style sheet of their own, which the
script turns on: without scripts, and on paper, the last still is seen, and it is complete.
"""

import json
from itertools import accumulate

from graphgen.model.languages import ENGLISH
from graphgen.model.theme import own_of
from graphgen.model.timeline import Timeline
from graphgen.outputs.elements import clean
from graphgen.outputs.page.assets import hash_of, scene_frame, scene_script, style
from graphgen.outputs.svg.document import moving_svg

__all__ = ["scene_page"]


def scene_page(timeline: Timeline, language: str = ENGLISH) -> str:
    """The text of a page: one file, whose policy allows its one script and its two style sheets.

    Args:
        timeline: in its own theme, which is that of the page.
        language: the tag of what is said in it.
    """
    drawing, motion = moving_svg(timeline)
    code, look = scene_script(), style("scene", theme=own_of(timeline.theme))
    policy = (
        f"default-src 'none'; script-src {hash_of(code)}; "
        f"style-src {hash_of(look)} {hash_of(motion)}; base-uri 'none'; form-action 'none'"
    )
    body = scene_frame().substitute(
        theme=clean(timeline.theme.name),
        title=clean(timeline.title),
        drawing=drawing,
        steps=_steps(timeline),
    )
    return (
        f'<!doctype html>\n<html lang="{clean(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{clean(timeline.title)}</title>\n<style>{look}</style>\n"
        f'<style class="motion" media="not all">{motion}</style>\n</head>\n<body>\n'
        f'{body.rstrip()}\n<script type="module">{code}</script>\n</body>\n</html>\n'
    )


def _steps(timeline: Timeline) -> str:
    """When each step ends, in seconds, and what is said in it, as JSON that ends no element."""
    ends = accumulate(step.seconds for step in timeline.steps)
    steps = [
        {"end": round(end, 2), "caption": step.caption, "narration": step.narration}
        for end, step in zip(ends, timeline.steps, strict=True)
    ]
    text = json.dumps(steps, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")
