"""Views -> the text of a page: one file that needs nothing beside itself.

Its content security policy allows the one script and the one style that stand in it, by their
hashes, and no request at all.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from graphgen.folding.gathering import FOLDED
from graphgen.model.languages import ENGLISH
from graphgen.model.theme import Theme, ThemeName, own_of, theme_of
from graphgen.outputs.elements import clean
from graphgen.outputs.page.assets import frame, hash_of, script, style
from graphgen.outputs.page.drawing import drawing
from graphgen.outputs.page.levels import MOST_NODES
from graphgen.outputs.page.views import View, packed
from graphgen.text.catalogue import places_of
from graphgen.text.sentences import LABELS, PAGE

__all__ = ["document", "fragment", "policy"]

_MOST_PLAIN = 16_000
_SCRIPTED = (
    "value", "gradient", "made_of", "by_differences", "agrees", "differs", "undecided", "exactly",
    "data", "play", "pause", "opening", "forward", "backward", "closing", "at_step",
    "unfaithful", "folded_card",
)  # fmt: skip
"""The labels that the script writes."""
_START = 'stand(document.querySelector(".autoviz"));\n'


def document(
    views: Sequence[View], theme: Theme | ThemeName | None = None, language: str = ENGLISH
) -> str:
    """The whole page.

    Args:
        views: the first is what is seen first.
        theme: the one that was asked for; None follows the reader's system.
        language: the tag of what is said in it.
    """
    painted = None if theme is None else own_of(theme_of(theme))
    code, look = script() + _START, style(theme=painted)
    return (
        f'<!doctype html>\n<html lang="{clean(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(code, look)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{clean(views[0].picture.story.title)}</title>\n<style>{look}</style>\n</head>\n<body>\n"
        f'{fragment(views, theme)}\n<script type="module">{code}</script>\n</body>\n</html>\n'
    )


def policy(code: str, look: str, others: str = "") -> str:
    """A content security policy for one script and one style."""
    allowed = f"default-src 'none'; script-src {hash_of(code)}; style-src {hash_of(look)}"
    return f"{allowed}; base-uri 'none'; form-action 'none'{others}"


def fragment(views: Sequence[View], theme: Theme | ThemeName | None = None, look: str = "") -> str:
    """The root element with everything that the script's `attach` looks for.

    Args:
        theme: as of a document; the style sheet has the colours of one of a person's own.
        look: declarations of the root element's own, where there is no such sheet.
    """
    asked = "" if theme is None else f' data-theme="{clean(theme_of(theme).name)}"'
    asked += f' style="{clean(look)}"' if look else ""
    first = views[0]
    story = first.picture.story
    return (
        frame()
        .substitute(
            asked=asked,
            title=clean(story.title),
            choice=_choice(views),
            drawing=drawing(first.picture),
            caption=clean(story.steps[0].caption),
            why=clean(first.telling.why),
            notes="".join(f'<p class="quiet">{clean(note)}</p>' for note in _notes(views)),
            told=_json(
                {
                    "words": {key: _template(key) for key in _SCRIPTED},
                    "views": [view.told() for view in views],
                }
            ),
            **_labels(),
        )
        .rstrip()
    )


def _labels() -> dict[str, str]:
    """What stands on buttons and above parts of the page, by the places of page.html."""
    names = frame().get_identifiers()
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
