"""The page's script and style, which stand beside this file, as the one text that a page holds."""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from rjsmin import jsmin

from graphgen.model.theme import DARK, LIGHT, Paint, Theme
from graphgen.ops import OPS, Script
from graphgen.outputs.elements import plain_color
from graphgen.text.digits import DIGITS, LARGEST_WHOLE

__all__ = [
    "PAINTED",
    "beside",
    "editor_frame",
    "frame",
    "hash_of",
    "operations",
    "own_look",
    "script",
    "style",
]

_MODULES = (
    "digits",
    "captions",
    "operations",
    "tape",
    "timeline",
    "camera",
    "explaining",
    "hearing",
    "linking",
    "unpacking",
    "page",
)
"""Each may use those before it; joined they are one module."""


@cache
def script(*others: str) -> str:
    """The modules as one, without comments and spaces and without the lines that join them.

    Args:
        others: modules that stand at the end.
    """
    minified: str = jsmin("".join(map(_joined, (*_MODULES, *others))))
    return f"{minified}\n"


def style(*others: str, theme: Theme | None = None) -> str:
    """The style sheet, with the colours of both our themes, or of one of a person's own.

    Args:
        others: sheets that stand at the end.
        theme: a person's own, to which the page keeps: there is no other one to turn to.
    """
    if theme is not None:
        return f".autoviz{{{own_look(theme)}}}{_sheets(*others)}.autoviz .theme{{display:none}}"
    pairs = zip(_colors(LIGHT), _colors(DARK), strict=True)
    colors = (f"--{name}:light-dark({light},{dark})" for (name, light), (_, dark) in pairs)
    return f".autoviz{{{';'.join(colors)}}}{_sheets(*others)}"


def own_look(theme: Theme) -> str:
    """The colours of a theme as declarations."""
    return ";".join(f"--{name}:{plain_color(color)}" for name, color in _colors(theme))


@cache
def _sheets(*others: str) -> str:
    """What the page's sheets say, without comments and spaces."""
    sheets = "".join(_read(f"{name}.css") for name in ("page", *others))
    plain = re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL)
    return re.sub(r"(?<=:)\s+", "", re.sub(r"\s*([{};,>])\s*", r"\1", plain.strip()))


@cache
def frame() -> Template:
    """The elements of the page, with places for what differs."""
    return Template(_read("page.html"))


@cache
def beside() -> Template:
    """What stands beside a story's picture and below it, with places for what differs."""
    return Template(_read("beside.html"))


@cache
def editor_frame() -> Template:
    """The page around an editor, with places for what differs."""
    return Template(_read("editor.html"))


@cache
def operations() -> frozenset[str]:
    """The operations that the script can compute, by their keys in `graphgen.ops`."""
    return frozenset(key for key, op in OPS.items() if op.script)


def hash_of(text: str) -> str:
    """What a content security policy calls an inline script or style of this text."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _read(name: str) -> str:
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _joined(name: str) -> str:
    text = re.sub(r"^import .*\n", "", _read(f"{name}.js"), flags=re.MULTILINE)
    text = re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)
    match name:
        case "digits":
            return f"const DIGITS={DIGITS},LARGEST_WHOLE={LARGEST_WHOLE:g};\n{text}"
        case "operations":
            return f"{text}{_table()}"
    return text


def _table() -> str:
    """The operations as an object of the script: what each is worth, and what it sends back."""
    rows = (_row(key, op.script) for key, op in OPS.items() if op.script)
    return f"Object.assign(OPERATIONS,{{{','.join(rows)}}});\n"


def _row(key: str, script: Script) -> str:
    value = _arrow(("x", "y", "z"), script.value)
    back = _arrow(("g", "out", "x", "y", "z"), f"[{','.join(script.back)}]")
    return f"{key}:row({value},{back})"


def _arrow(names: Sequence[str], body: str) -> str:
    """A function of JavaScript with the arguments that its body uses, and those before them."""
    used = [at for at, name in enumerate(names, 1) if re.search(rf"\b{name}\b", body)]
    return f"({','.join(names[: max(used)])})=>{body}"


def _colors(theme: Theme) -> Iterator[tuple[str, str]]:
    """Every colour of a theme, with its name."""
    for field in fields(Theme):
        value = getattr(theme, field.name)
        if isinstance(value, Paint):
            for part in fields(Paint):
                yield f"{field.name}-{part.name}", getattr(value, part.name)
        elif isinstance(value, str) and value.startswith("#"):
            yield field.name, value


def _painted() -> Theme:
    """The light theme with the name of each colour in its place."""
    named = {name: f"var(--{name})" for name, _ in _colors(LIGHT)}
    paints: dict[str, Any] = {
        field.name: Paint(*(named[f"{field.name}-{part.name}"] for part in fields(Paint)))
        for field in fields(Theme)
        if isinstance(getattr(LIGHT, field.name), Paint)
    }
    plain = {name: value for name, value in named.items() if "-" not in name}
    return replace(LIGHT, **{**paints, **plain})


PAINTED = _painted()
"""A theme whose colours are those of the page, whichever theme it shows."""
