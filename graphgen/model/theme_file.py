"""A theme file in TOML -> Theme: one of ours, with whatever the file says otherwise.

What a colour, a family and a size are is checked where themes are; here each fault gets its line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

from graphgen.model.errors import ThemeError
from graphgen.model.messages import quoted
from graphgen.model.suggestions import suggestion
from graphgen.model.theme import THEMES, Paint, Theme, check_color
from graphgen.model.toml_lines import Way, line_of, lines_of
from graphgen.model.toml_text import toml_of, toml_text

__all__ = ["BASE", "ROLES", "read_theme", "theme_in"]

BASE = "base"
"""The key that names the theme to begin with."""

ROLES: tuple[str, ...] = tuple(field.name for field in fields(Theme) if field.name != "name")
"""Every key of a theme file but BASE, in the order in which themes have them."""

_LARGEST = 100_000
_PARTS = tuple(field.name for field in fields(Paint))
_OTHER_NAMES: Mapping[str, str] = {
    "name": BASE,
    "theme": BASE,
    "background": "page",
    "paper": "page",
    "foreground": "text",
    "font": "fonts",
    "families": "fonts",
    "border": "line",
    "color": "text",
}
"""What people call a key that has another name here."""


def read_theme(path: str | PathLike[str]) -> Theme:
    """The theme in a file.

    Raises:
        InputError: it can't be read.
        ThemeError: something in it is wrong.
    """
    hint = 'name another, or write one with base = "dark" and page = "#101418" in it'
    return theme_in(toml_text(path, "a theme file", _LARGEST, hint), Path(path))


def theme_in(text: str, file: Path = Path("theme.toml")) -> Theme:
    """The theme that a text in TOML describes.

    Args:
        file: where it stands, for messages.

    Raises:
        ThemeError: it is no TOML, or a key or a value is wrong.

    >>> theme = theme_in('base = "light"\\npage = "#fffff0"\\n[leaf]\\nfill = "#e0f0ff"\\n')
    >>> theme.page, theme.leaf.fill, theme.leaf.line
    ('#fffff0', '#e0f0ff', '#3b82f6')
    """
    text = text.replace("\r\n", "\n")
    body = toml_of(text, "a theme file", file, ThemeError)
    return _Reader(text, file, lines_of(text)).theme(body)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is being read, for the lines of its faults."""

    text: str
    file: Path
    lines: Mapping[Way, int]

    def theme(self, body: dict[str, Any]) -> Theme:
        base = body.pop(BASE, "dark")
        if not isinstance(base, str) or base not in THEMES:
            self._fault((BASE,), f"{BASE} out of dark, light: got {quoted(base)}; change it")
        theme: Theme = THEMES[base]
        for key, value in body.items():
            if key not in ROLES:
                self._no_such((key,), "a key of a theme", (BASE, *ROLES))
            theme = self._with(theme, key, value)
        return theme

    def _with(self, theme: Theme, key: str, value: Any) -> Theme:
        """A theme in which a role is as the file says."""
        former = getattr(theme, key)
        if isinstance(former, Paint):
            painted: dict[str, Any] = {key: self._paint(former, key, value)}
            return replace(theme, **painted)
        try:
            return replace(theme, **{key: _READ[type(former)](key, value)})
        except ValueError as error:
            self._fault((key,), str(error), error)

    def _paint(self, former: Paint, key: str, value: Any) -> Paint:
        if not isinstance(value, dict):
            wanted = f'write [{key}] and below it fill = "#1e3a5f"'
            self._fault((key,), f"{key} as a table of {', '.join(_PARTS)}: got {quoted(value)}; "
                        f"{wanted}")  # fmt: skip
        for part, color in value.items():
            if part not in _PARTS:
                self._no_such((key, part), f"a key of {key}", _PARTS)
            try:
                check_color(f"{key}.{part}", color)
            except ValueError as error:
                self._fault((key, part), str(error), error)
        return replace(former, **value)

    def _no_such(self, way: Way, what: str, known: tuple[str, ...]) -> NoReturn:
        key = str(way[-1])
        other = _OTHER_NAMES.get(key)
        near = f"did you mean {other!r}?" if other in known else suggestion(key, known)
        message = (
            f"{what}: got {quoted(key)}; {near or 'take it out'} (there are: {', '.join(known)})"
        )
        self._fault(way, message)

    def _fault(self, way: Way, message: str, cause: Exception | None = None) -> NoReturn:
        line = line_of(self.lines, way)
        raise ThemeError(message, self.text, str(self.file), line) from cause


def _color(key: str, value: Any) -> str:
    check_color(key, value)
    return str(value)


def _families(key: str, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(
            f"{key} as a list of families: got {quoted(value)}; "
            f'write {key} = ["Inter", "sans-serif"]'
        )
    return tuple(value)


def _size(_: str, value: Any) -> Any:
    return float(value) if type(value) is int and abs(value) < 1e6 else value


_READ: Mapping[type, Callable[[str, Any], Any]] = {
    str: _color,
    tuple: _families,
    float: _size,
}
"""How a role is read, by the type that it has in our themes."""
