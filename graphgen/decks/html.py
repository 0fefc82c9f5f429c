"""Deck -> one HTML file with reveal.js in it, which asks no network for anything."""

import json
import re
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files

from graphgen.decks.deck import HEADING, Chapter, Deck, paragraphs
from graphgen.decks.fitting import Lettering, heading_of, title_slide
from graphgen.outputs.elements import clean

__all__ = ["html_of"]

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "media-src data: file: 'self'; frame-src file: 'self'; base-uri 'none'; form-action 'none'"
)


def html_of(deck: Deck, films: dict[str, str]) -> str:
    """The deck as an HTML document.

    Args:
        films: for the slug of each section that shows a film, where it is: a data or a relative
            address.
    """
    slides = "".join([_title(deck), *(_slide(deck, chapter, films) for chapter in deck.chapters)])
    return (
        f'<!DOCTYPE html>\n<html lang="{clean(deck.language)}" class="print-pdf">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{clean(deck.title)}</title>\n"
        f"<style>{_part('reveal/reveal.css')}</style>\n"
        f"<style>{_root(deck)}{_part('deck.css')}</style>\n"
        f"<noscript><style>{_part('noscript.css')}</style></noscript>\n</head>\n<body>\n"
        f'<div class="reveal"><div class="slides">\n{slides}</div></div>\n'
        f"<script>{_script('reveal/reveal.js')}</script>\n"
        f"<script>{_script('reveal/notes.js')}</script>\n"
        f"<script>const SIZE = {json.dumps([deck.size.width, deck.size.height])};\n"
        f"{_script('deck.js')}</script>\n</body>\n</html>\n"
    )


def _title(deck: Deck) -> str:
    found = title_slide(deck)
    items = "".join(f"<li>{clean(text)}</li>" for text in found.listed)
    look = f"font-size:{found.size:.0f}px;columns:{found.columns}"
    listed = f'<ul style="{look}">{items}</ul>' if items else ""
    heading = _lines("h1", found.title)
    return f'<section><div class="stage title">{heading}{listed}</div></section>\n'


def _lines(tag: str, found: Lettering) -> str:
    lines = " <br>".join(map(clean, found.lines))
    return f'<{tag} style="font-size:{found.size:.0f}px">{lines}</{tag}>'


def _slide(deck: Deck, chapter: Chapter, films: dict[str, str]) -> str:
    if chapter.film is not None:
        poster = b64encode(chapter.film.poster).decode()
        shown = (
            f'<video src="{escape(films[chapter.slug])}" muted controls playsinline '
            f'data-autoplay preload="metadata" poster="data:image/png;base64,{poster}" '
            f'aria-label="{clean(chapter.heading)}"></video>'
        )
    else:
        shown = chapter.steps
    notes = "".join(f"<p>{escape(text)}</p>" for text in paragraphs(chapter.notes))
    stage = "stage whole" if chapter.is_whole else "stage"
    return (
        f'<section id="{chapter.slug}"><div class="{stage}">'
        f"{_lines('h2', heading_of(chapter.heading, deck.size))}\n"
        f'{shown}</div>\n<aside class="notes">{notes}</aside></section>\n'
    )


def _root(deck: Deck) -> str:
    """What the style sheet takes from the theme and the size."""
    theme, size = deck.theme, deck.size
    fonts = ", ".join(f'"{font}"' if " " in font else font for font in theme.fonts)
    told = {
        "page": theme.page,
        "text": theme.text,
        "quiet": theme.quiet,
        "forward": theme.forward,
        "fonts": fonts,
        "width": f"{size.width}px",
        "height": f"{size.height}px",
        "heading": f"{HEADING}px",
        "side": f"{size.stage.x:g}px",
        "foot": f"{size.height - HEADING - size.stage.height:g}px",
    }
    variables = "".join(f"--{name}:{value};" for name, value in told.items())
    return f":root{{{variables}}}@page{{size:{size.width}px {size.height}px;margin:0}}\n"


@cache
def _part(name: str) -> str:
    return files("graphgen.decks").joinpath(name).read_text(encoding="utf-8").strip()


@cache
def _script(name: str) -> str:
    """A script in which nothing reads as the end of its element."""
    return re.sub(r"<(?=/?script|!--)", r"\\x3C", _part(name), flags=re.IGNORECASE)
