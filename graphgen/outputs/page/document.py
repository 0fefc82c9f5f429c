"""Views, or a scene's drawing -> the text of a page: one file that needs nothing beside itself.

Its content security policy allows the one script and the one style that stand in it, by their
hashes, and no request at all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from string import Template
from typing import Any

from graphgen.folding.gathering import FOLDED
from graphgen.model.languages import ENGLISH
from graphgen.model.theme import Theme, ThemeName, own_of, theme_of
from graphgen.outputs.elements import clean
from graphgen.outputs.page.assets import beside, frame, hash_of, script, style
from graphgen.outputs.page.keyframes import Painted
from graphgen.outputs.page.levels import MOST_NODES
from graphgen.outputs.page.views import View, packed
from graphgen.text.catalogue import places_of
from graphgen.text.sentences import LABELS, PAGE

__all__ = ["document", "fragment", "framed", "policy", "whole"]

_MOST_PLAIN = 16_000
_SCRIPTED = (
    "value", "gradient", "made_of", "by_differences", "agrees", "differs", "undecided", "exactly",
    "data", "play", "pause", "opening", "forward", "backward", "closing", "at_step", "at_chapter",
    "unfaithful", "folded_card",
)  # fmt: skip
"""The labels that the script writes."""
_START = 'stand(document.querySelector(".autoviz"));\n'


def document(
    views: Sequence[View], theme: Theme | ThemeName | None = None, language: str = ENGLISH
) -> str:
    """The whole page of a story.

    Args:
        views: the first is what is seen first.
        theme: the one that was asked for; None follows the reader's system.
        language: the tag of what is said in it.

    Returns:
        The HTML document.
    """
    look = style(theme=None if theme is None else own_of(theme_of(theme)))
    title = views[0].picture.story.title
    return whole(title, fragment(views, theme), look, language)


def whole(title: str, body: str, look: str, language: str) -> str:
    """A page with its script.

    Args:
        title: of the document.
        body: a root element, as `framed` makes it.
        look: its style sheet.
        language: the tag of what is said in it.

    Returns:
        The HTML document.
    """
    code = script() + _START
    return (
        f'<!doctype html>\n<html lang="{clean(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(code, look)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{clean(title)}</title>\n<style>{look}</style>\n</head>\n<body>\n"
        f'{body}\n<script type="module">{code}</script>\n</body>\n</html>\n'
    )


def policy(code: str, look: str, others: str = "") -> str:
    """A content security policy for one script and one style.

    Args:
        code: the script's text.
        look: the style sheet's text.
        others: more directives, each after "; ".

    Returns:
        The policy, as it stands in the page's head.

    Source: Content Security Policy Level 3 (W3C), hashes of scripts and styles.
    """
    allowed = f"default-src 'none'; script-src {hash_of(code)}; style-src {hash_of(look)}"
    return f"{allowed}; base-uri 'none'; form-action 'none'{others}"


def fragment(views: Sequence[View], theme: Theme | ThemeName | None = None, look: str = "") -> str:
    """The root element of a story's page, with everything that the script's `attach` looks for.

    Args:
        views: the first is what is seen first.
        theme: as of a document; the style sheet has the colours of one of a person's own.
        look: declarations of the root element's own, where there is no such sheet.

    Returns:
        The HTML of the element.
    """
    asked = "" if theme is None else f' data-theme="{clean(theme_of(theme).name)}"'
    asked += f' style="{clean(look)}"' if look else ""
    first = views[0]
    notes = "".join(f'<p class="quiet">{clean(note)}</p>' for note in _notes(views))
    return framed(
        first.picture.story.title,
        first.painted,
        first.picture.story.steps[0].caption,
        [view.told() for view in views],
        asked=asked,
        heading=f"{_key()}{_choice(views)}",
        beside=beside().substitute(why=clean(first.telling.why), notes=notes, **_labels(beside())),
    )


def framed(
    title: str,
    painted: Painted,
    caption: str,
    told: Sequence[Mapping[str, Any]],
    kind: str = "",
    asked: str = "",
    heading: str = "",
    beside: str = "",
) -> str:
    """The root element of any page: a drawing in its stage, and its steps below it.

    Args:
        title: its heading.
        painted: the drawing.
        caption: that of the first step.
        told: what the script is told of each view.
        kind: a class of the root element.
        asked: more attributes of it, as text.
        heading: what stands beside the title.
        beside: what stands beside the picture and below it.

    Returns:
        The HTML of the element.
    """
    return (
        frame()
        .substitute(
            kind=f" {kind}" if kind else "",
            asked=asked,
            title=clean(title),
            heading=heading,
            drawing=painted.svg,
            caption=clean(caption),
            beside=beside,
            told=_json({"words": {key: _template(key) for key in _SCRIPTED}, "views": told}),
            **_labels(frame()),
        )
        .rstrip()
    )


def _key() -> str:
    """Which way values and gradients go, in their colours."""
    forth, back = (clean(LABELS.say(name)) for name in ("forth", "back"))
    return (
        f'<p class="key" aria-hidden="true"><span class="forth">{forth}</span>\n'
        f'<span class="back">{back}</span></p>\n'
    )


def _labels(places: Template) -> dict[str, str]:
    """What stands on buttons and above parts of a page, by the places of its elements."""
    names = places.get_identifiers()
    return {name: clean(LABELS.say(name)) for name in names if name in LABELS.templates}


def _template(key: str) -> str:
    """A template for the script, which fills its places."""
    places = places_of(LABELS.templates[key])
    return LABELS.say(key, **{name: f"{{{name}}}" for name in places})


def _choice(views: Sequence[View]) -> str:
    """A choice among views where there are several."""
    if len(views) == 1:
        return ""
    options = "".join(
        f'<option value="{index}">{clean(view.name)}</option>' for index, view in enumerate(views)
    )
    label = clean(LABELS.say("what_is_shown"))
    return f'<select class="views" aria-label="{label}">{options}</select>'


def _notes(views: Sequence[View]) -> Iterator[str]:
    """The sentences about the graph, and about what of it can't be opened here."""
    graph = views[0].picture.story.graph
    yield from graph.notes
    closed = sum(node.op in FOLDED for node in graph.nodes) - len(views[0].inner)
    if closed > 0:
        yield PAGE.say("closed", count=closed, most=MOST_NODES)


def _json(body: Any) -> str:
    """JSON in which nothing ends the element that it stands in; much of it is packed."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f'"{packed(text)}"' if len(text) > _MOST_PLAIN else text.replace("<", "\\u003c")
