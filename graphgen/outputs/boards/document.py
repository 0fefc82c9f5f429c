"""Timeline -> SVG: still, animated or in steps, always complete as it stands."""

import hashlib

from graphgen.model.timeline import Timeline
from graphgen.outputs.boards.animating import animated, in_motion
from graphgen.outputs.boards.marks import marks
from graphgen.outputs.boards.stepping import stepped
from graphgen.outputs.elements import backdrop, clean, families, number
from graphgen.outputs.options import SvgStyle

__all__ = ["in_words", "moving_svg", "still_svg", "timeline_svg"]


def moving_svg(timeline: Timeline) -> tuple[str, str]:
    """The storyboard as an SVG element that rules move, and the rules; without them it shows the
    last still, complete."""
    prefix = _prefix(repr((timeline, "motion")))
    rules, body = in_motion(timeline, prefix)
    return _document(timeline, body, prefix, False, in_words(timeline)).rstrip(), rules


def timeline_svg(
    timeline: Timeline, style: SvgStyle = "still", is_transparent: bool = False
) -> str:
    """The storyboard as the text of an SVG document.

    Args:
        style: "still" for print, "animated" by CSS alone, "steps" for reveal.js.
        is_transparent: leaves out the page's background.
    """
    if style == "still":
        return still_svg(timeline, timeline.poster, is_transparent)
    prefix = _prefix(repr((timeline, style, is_transparent)))
    body = (animated if style == "animated" else stepped)(timeline, prefix)
    return _document(timeline, body, prefix, is_transparent, in_words(timeline))


def still_svg(timeline: Timeline, step: int, is_transparent: bool = False) -> str:
    """What the frame shows at the end of a step, as the text of an SVG document."""
    shown = timeline.steps[step]
    body = marks(shown.keyframe)
    return _document(timeline, body, _prefix(body), is_transparent, shown.caption)


def in_words(timeline: Timeline) -> str:
    """The captions, one after the other."""
    return " ".join(step.caption for step in timeline.steps)


def _prefix(told: str) -> str:
    """A name of its own for everything that is named in a document of which this is told."""
    return "b" + hashlib.blake2s(told.encode(errors="replace"), digest_size=3).hexdigest()


def _document(timeline: Timeline, body: str, prefix: str, is_transparent: bool, words: str) -> str:
    theme, title = timeline.theme, clean(timeline.title)
    fonts = families(theme.fonts)
    size = f"{number(timeline.frame.width)} {number(timeline.frame.height)}"
    page = "" if is_transparent else backdrop(theme)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" class="{prefix}" '
        f'role="img" aria-label="{title}"><title>{title}</title><desc>{clean(words)}</desc>'
        f'{page}<g font-family="{fonts}" text-anchor="middle" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">{body}</g></svg>\n'
    )
