"""Deck -> one HTML file with reveal.js in it, which asks no network for anything.

Its content security policy allows the scripts and the styles that stand in it, by their hashes, and
those that reveal.js makes of them: the speaker's window and the page size of the print view.
"""

import json
import math
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from graphgen.lecture.decks.deck import HEADING, Chapter, Deck, paragraphs
from graphgen.lecture.decks.fitting import Lettering, heading_of, title_slide
from graphgen.outputs.elements import clean, families, plain_color
from graphgen.outputs.page.assets import hash_of

__all__ = ["html_of"]

_MARGIN = 0.02
"""Around a slide, as deck.js tells reveal.js."""


def html_of(deck: Deck, films: dict[str, str]) -> str:
    """The deck as an HTML document.

    Args:
        films: for the slug of each section that shows a film, where it is: a data or a relative
            address.
    """
    slides = "".join([_title(deck), *(_slide(deck, chapter, films) for chapter in deck.chapters)])
    size = json.dumps([deck.size.width, deck.size.height])
    scripts = (
        _script("reveal/reveal.js"),
        _script("reveal/notes.js"),
        f"const SIZE = {size}, MARGIN = {_MARGIN};\n{_script('deck.js')}",
    )
    looks = (_part("reveal/reveal.css"), f"{_root(deck)}{_sizes(deck)}{_part('deck.css')}")
    fallback = _part("noscript.css")
    policy = _policy(deck, scripts, (*looks, fallback))
    return (
        f'<!DOCTYPE html>\n<html lang="{clean(deck.language)}" class="print-pdf">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{clean(deck.title)}</title>\n"
        f"{''.join(f'<style>{look}</style>' for look in looks)}\n"
        f"<noscript><style>{fallback}</style></noscript>\n</head>\n<body>\n"
        f'<div class="reveal"><div class="slides">\n{slides}</div></div>\n'
        f"{''.join(f'<script>{script}</script>' for script in scripts)}\n</body>\n</html>\n"
    )


def _policy(deck: Deck, scripts: tuple[str, ...], looks: tuple[str, ...]) -> str:
    """The content security policy: scripts and styles by their hashes, and nothing from afar."""
    script, look, declared = _speaker_view()
    drawn = re.findall("<style>(.*?)</style>", "".join(each.steps for each in deck.chapters))
    known = " ".join(map(hash_of, dict.fromkeys((*looks, look, *_print_styles(deck), *drawn))))
    return (
        f"default-src 'none'; script-src {' '.join(map(hash_of, (*scripts, script)))}; "
        f"style-src {known}; "
        f"style-src-attr 'unsafe-hashes' {' '.join(map(hash_of, declared))}; "
        "img-src data:; media-src data: file: 'self'; frame-src file: 'self'; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _speaker_view() -> tuple[str, str, tuple[str, ...]]:
    """What notes.js writes into the speaker's window, which has the deck's policy: the script, the
    style sheet, and the declarations of single elements."""
    literal = re.search(
        r"document\.write\(`((?:[^`\\]|\\.)*)`\)", _script("reveal/notes.js"), re.DOTALL
    )
    page = re.sub(r"\\(x[0-9A-Fa-f]{2}|.)", _unescaped, literal[1]) if literal else ""
    script, look = (
        "".join(re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL))
        for tag in ("script", "style")
    )
    return script, look, tuple(dict.fromkeys(re.findall(r'style="([^"]*)"', page)))


def _unescaped(match: re.Match[str]) -> str:
    """What an escape in a template of JavaScript stands for: these are all that it has."""
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else {"n": "\n", "t": "\t"}.get(code, code)


def _print_styles(deck: Deck) -> Iterator[str]:
    """What reveal.js adds for its print view."""
    width, height = deck.size.width, deck.size.height
    page = [math.floor(side * (1 + _MARGIN)) for side in (width, height)]
    yield f"@page{{size:{page[0]}px {page[1]}px; margin: 0px;}}"
    limits = f"{{max-width: {width}px; max-height:{height}px}}"
    yield f".reveal section>img, .reveal section>video, .reveal section>iframe{limits}"


def _title(deck: Deck) -> str:
    slide = title_slide(deck)
    items = "".join(f"<li>{clean(text)}</li>" for text in slide.listed)
    listed = f'<ul class="{_size_class(slide.size)}">{items}</ul>' if items else ""
    heading = _lines("h1", slide.title)
    return f'<section><div class="stage title">{heading}{listed}</div></section>\n'


def _lines(tag: str, found: Lettering) -> str:
    lines = " <br>".join(map(clean, found.lines))
    return f'<{tag} class="{_size_class(found.size)}">{lines}</{tag}>'


def _size_class(size: float) -> str:
    return f"size-{size:.0f}"


def _sizes(deck: Deck) -> str:
    """The font sizes of the headings, and the columns of the first slide's list."""
    first = title_slide(deck)
    headings = (heading_of(chapter.heading, deck.size).size for chapter in deck.chapters)
    sizes = sorted({round(size) for size in (first.size, first.title.size, *headings)})
    rules = "".join(f".reveal .{_size_class(size)}{{font-size:{size}px}}" for size in sizes)
    return f"{rules}.reveal ul{{columns:{first.columns}}}\n"


def _slide(deck: Deck, chapter: Chapter, films: dict[str, str]) -> str:
    if chapter.film is not None:
        poster = b64encode(chapter.film.poster).decode()
        body = (
            f'<video src="{escape(films[chapter.slug])}" muted controls playsinline '
            f'data-autoplay preload="metadata" poster="data:image/png;base64,{poster}" '
            f'aria-label="{clean(chapter.heading)}"></video>'
        )
    else:
        body = chapter.steps
    notes = "".join(f"<p>{escape(text)}</p>" for text in paragraphs(chapter.notes))
    stage = "stage whole" if chapter.is_whole else "stage"
    return (
        f'<section id="{clean(chapter.slug)}"><div class="{stage}">'
        f"{_lines('h2', heading_of(chapter.heading, deck.size))}\n"
        f'{body}</div>\n<aside class="notes">{notes}</aside></section>\n'
    )


def _root(deck: Deck) -> str:
    """What the style sheet takes from the theme and the size."""
    theme, size = deck.theme, deck.size
    properties = {
        "page": plain_color(theme.page),
        "text": plain_color(theme.text),
        "quiet": plain_color(theme.quiet),
        "forward": plain_color(theme.forward),
        "fonts": families(theme.fonts),
        "width": f"{size.width}px",
        "height": f"{size.height}px",
        "heading": f"{HEADING}px",
        "side": f"{size.stage.x:g}px",
        "foot": f"{size.height - HEADING - size.stage.height:g}px",
    }
    variables = "".join(f"--{name}:{value};" for name, value in properties.items())
    return f":root{{{variables}}}@page{{size:{size.width}px {size.height}px;margin:0}}\n"


@cache
def _part(name: str) -> str:
    return files("graphgen.lecture.decks").joinpath(name).read_text(encoding="utf-8").strip()


@cache
def _script(name: str) -> str:
    """A script in which nothing reads as the end of its element."""
    return re.sub(r"<(?=/?script|!--)", r"\\x3C", _part(name), flags=re.IGNORECASE)
