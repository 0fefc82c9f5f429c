"""What a caller in Python handed over -> the value that was meant, or an InputError that says what
to write."""

import math
import operator
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from graphgen.model.errors import InputError
from graphgen.model.messages import quoted
from graphgen.model.suggestions import suggestion
from graphgen.model.theme import THEMES, Theme, theme_of
from graphgen.model.typenames import is_module, type_name

if TYPE_CHECKING:
    from graphgen.model.theme import ThemeName

__all__ = [
    "as_choice",
    "as_names",
    "as_seconds",
    "as_text",
    "as_texts",
    "as_theme",
    "as_whole",
    "is_theme_file",
]


def as_whole(what: str, value: Any, least: int) -> int:
    """A whole number, of NumPy's or torch's too.

    Args:
        what: the argument's name.
        value: as it was given.
        least: the smallest number that is allowed.

    Returns:
        The number, an int.

    Raises:
        InputError: it is none, or less than the least.

    >>> as_whole("depth", 2, 1)
    2
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if number < least:
        wanted = f"{what} as a whole number of {least} or more"
        raise _refusal(wanted, value, f"write {what}={max(2, least)}")
    return number


def as_seconds(what: str, value: Any, least: float, most: float) -> float:
    """A number of seconds within bounds.

    Args:
        what: the argument's name.
        value: as it was given; NumPy's and torch's numbers count.
        least, most: the bounds, both allowed, in seconds.

    Returns:
        The seconds, a float.

    Raises:
        InputError: it is none, or is outside of them.
    """
    wanted = f"{what} from {least:g} to {most:g} seconds"
    is_number = isinstance(value, int | float) or hasattr(value, "__float__")
    seconds = float(value) if is_number else math.nan
    if not least <= seconds <= most:
        raise _refusal(wanted, value, f"write {what}=1.5")
    return seconds


def as_choice(what: str, value: Any, choices: Iterable[str]) -> str:
    """One of several words.

    Args:
        what: the argument's name.
        value: as it was given.
        choices: the words that are allowed.

    Returns:
        The word itself.

    Raises:
        InputError: it is none of them; the message has the nearest.
    """
    known = list(choices)
    if isinstance(value, str) and value in known:
        return value
    near = suggestion(value, known) if isinstance(value, str) else ""
    raise _refusal(f"{what} out of {', '.join(map(repr, known))}", value,
                   near or f"write {what}={known[0]!r}")  # fmt: skip


def as_text(what: str, value: Any) -> str:
    """A text; none at all is the empty one.

    Raises:
        InputError: it is something else.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _refusal(f"{what} as a text", value, f'write it as {what}="..."')
    return value


def as_texts(what: str, value: Any) -> tuple[str, ...]:
    """Several texts; a text alone is one, and none at all are none.

    Raises:
        InputError: it is something else.

    >>> as_texts("unfold", "layers.0"), as_texts("unfold", ["a", "b"])
    (('layers.0',), ('a', 'b'))
    """
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    try:
        texts = tuple(value)
    except TypeError:
        texts = (value,)
    if not all(isinstance(text, str) for text in texts):
        raise _refusal(f"{what} as texts", value, f'write them as {what}=["a", "b"]')
    return texts


def as_theme(value: Theme | str | os.PathLike[str]) -> Theme:
    """A theme, also by its name, or in a file.

    Args:
        value: "dark", "light", a theme, or the path of a theme file, NAME.toml.

    Raises:
        InputError: there is no such theme, or its file can't be read.
        ThemeError: something in its file is wrong.

    >>> as_theme("light").name
    'light'
    """
    if isinstance(value, Theme):
        return value
    if isinstance(value, os.PathLike) or (isinstance(value, str) and is_theme_file(value)):
        from graphgen.model.theme_file import read_theme  # most themes are ours

        return read_theme(value)
    as_choice("theme", value, THEMES)
    return theme_of(cast("ThemeName", value))


def is_theme_file(text: str) -> bool:
    """Whether what stands for a theme names a file.

    >>> is_theme_file("mine.toml"), is_theme_file("dark")
    (True, False)
    """
    return text.lower().endswith(".toml")


def as_names(names: Any) -> list[tuple[str, Any]]:
    """The pairs of names and values in a dict, in pairs, or of a module's parameters.

    Raises:
        InputError: it is none of these.

    >>> as_names({"w": 1.0})
    [('w', 1.0)]
    """
    if names is None:
        return []
    if is_module(names):
        return [*names.named_parameters(), *names.named_buffers()]
    try:
        pairs = [(name, value) for name, value in
                 (names.items() if isinstance(names, Mapping) else names)]  # fmt: skip
    except (TypeError, ValueError):
        pairs = [(None, names)]
    if not all(isinstance(name, str) for name, _ in pairs):
        raise _refusal("names as a dict of names and tensors", names, 'write names={"w": w}')
    return [(str(name), value) for name, value in pairs]


def _refusal(wanted: str, value: Any, to_do: str) -> InputError:
    is_plain = isinstance(value, str | int | float)
    return InputError(f"{wanted}: got {quoted(value) if is_plain else type_name(value)}; {to_do}")
