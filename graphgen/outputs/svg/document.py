"""Timeline -> SVG: still, animated, in steps or a page for each step, always complete as it
stands."""

import hashlib
import re
from base64 import b32encode
from collections import Counter

from graphgen.layout.measure import fitted as cut
from graphgen.model.timeline import Keyframe, Timeline
from graphgen.outputs.elements import backdrop, clean, families, number
from graphgen.outputs.options import OneStyle
from graphgen.outputs.svg.animated import animated, in_motion
from graphgen.outputs.svg.forms import drawn, joined
from graphgen.outputs.svg.glyphs import defined
from graphgen.outputs.svg.spaces import fitted, layers, placed
from graphgen.outputs.svg.steps import stepped

__all__ = ["in_words", "moving_svg", "still_svg", "timeline_pages", "timeline_svg"]

_PREFIX = "\x01"
"""Stands for the document's own prefix until its text is there; no text of people's has it."""

_SIZE = re.compile(r' font-size="[\d.]+"')


def timeline_svg(
    timeline: Timeline,
    style: OneStyle = "still",
    is_transparent: bool = False,
    words: str = "",
) -> str:
    """The timeline as the text of an SVG document.

    Args:
        timeline: the one to draw.
        style: "still" for print, "animated" by CSS alone, "steps" for reveal.js.
        is_transparent: leaves out the page's background.
        words: what it says to those who can't see it; by default its captions.

    Returns:
        A document with a view box, in points, and no size of its own; the same timeline always
        gives the same text.
    """
    if style == "still":
        return still_svg(timeline, timeline.poster, is_transparent, words)
    body = (animated if style == "animated" else stepped)(timeline, _PREFIX)
    return _document(timeline, body, is_transparent, words or in_words(timeline))[0]


def timeline_pages(timeline: Timeline, is_transparent: bool = False) -> list[str]:
    """A document for each step, all of one size: what is seen at its end."""
    return [still_svg(timeline, step, is_transparent) for step in range(len(timeline.steps))]


def still_svg(timeline: Timeline, step: int, is_transparent: bool = False, words: str = "") -> str:
    """What is seen at the end of a step, as the text of an SVG document.

    Args:
        timeline: the one to draw.
        step: its index.
        is_transparent: leaves out the page's background.
        words: what it says to those who can't see it; by default the step's caption.

    Returns:
        The document, with a view box in points and no size of its own.
    """
    ended = timeline.steps[step]
    body = _still(timeline, ended.keyframe)
    return _document(timeline, body, is_transparent, words or ended.caption)[0]


def moving_svg(timeline: Timeline) -> tuple[str, str]:
    """The timeline as an SVG element that rules move, and the rules; without them it shows the last
    keyframe, complete."""
    rules, body = in_motion(timeline, _PREFIX)
    document, prefix = _document(timeline, body, False, in_words(timeline), rules)
    return document.rstrip(), rules.replace(_PREFIX, prefix)


def in_words(timeline: Timeline) -> str:
    """The captions, one after the other."""
    return " ".join(step.caption for step in timeline.steps)


def _still(timeline: Timeline, keyframe: Keyframe) -> str:
    ordered = sorted(keyframe, key=lambda element: element.layer)
    rows = [(element, drawn(element)) for element in ordered]
    behind, world, front = (joined([each for _, each in part]) for part in layers(timeline, rows))
    return f"{behind}{placed(fitted(timeline), world)}{front}"


def _document(
    timeline: Timeline, body: str, is_transparent: bool, words: str, rules: str = ""
) -> tuple[str, str]:
    """The document, and the prefix that all names in it have got, made from what is in it."""
    theme, title = timeline.theme, clean(cut(timeline.title, 1.0, 400.0))
    fonts = families(theme.fonts)
    size = f"{number(timeline.frame.width)} {number(timeline.frame.height)}"
    page = "" if is_transparent else backdrop(theme)
    letters, body = _lettered(body)
    outlines, body = defined(body, _PREFIX)
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" class="{_PREFIX}" '
        f'role="img" aria-label="{title}"><title>{title}</title><desc>{clean(words)}</desc>'
        f'{outlines}{page}<g font-family="{fonts}"{letters} text-anchor="middle" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">{body}</g></svg>\n'
    )
    digest = hashlib.blake2s((text + rules).encode(errors="replace"), digest_size=5)
    prefix = f"b{b32encode(digest.digest()).decode().lower()[:4]}"
    return text.replace(_PREFIX, prefix), prefix


def _lettered(body: str) -> tuple[str, str]:
    """The most common font size, for the root, and a body without it; no group has another one
    around it."""
    sizes = Counter(_SIZE.findall(body))
    if not sizes:
        return "", body
    common = min(sizes, key=lambda size: (-sizes[size], size))
    return common, body.replace(common, "")
