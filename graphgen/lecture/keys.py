"""What each key of a lecture file may hold: tables of checks, which give plain frozen values."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from graphgen.language.values import MAXIMUM_NUMBERS, Value, shape_of
from graphgen.lecture.model import LONGEST_TEXT, Setting, check_line
from graphgen.model.arguments import is_theme_file
from graphgen.model.errors import InputError
from graphgen.model.geometry import sides_of
from graphgen.model.languages import language_of
from graphgen.model.theme import THEMES

__all__ = ["LECTURE", "OTHER_NAMES", "SECTION", "Check", "RefusedError"]


class RefusedError(ValueError):
    """A value that a key can't hold; the text says what it can."""


Check: TypeAlias = Callable[[Any], Any]
"""The value as it is kept. Raises RefusedError, or an InputError that says all."""


def _line(value: Any) -> str:
    try:
        check_line(value)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    return str(value).strip()


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise RefusedError(f"a text of up to {LONGEST_TEXT:,} letters")
    return value.strip()


def _one_of(*known: str, also: str = "") -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise RefusedError(", ".join((f"one of {', '.join(known)}", *filter(None, [also]))))
        return value

    return check


def _theme(value: Any) -> str:
    """A theme's name, or that of its file; the file is read by who knows where the lecture is."""
    if isinstance(value, str) and is_theme_file(value):
        return value
    return str(_one_of(*THEMES, also='or a theme file, as in "mine.toml"')(value))


def _number(low: float, high: float, kinds: tuple[type[float], ...]) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, kinds) or isinstance(value, bool) or not low <= value <= high:
            whole = "" if float in kinds else "whole "
            raise RefusedError(f"a {whole}number from {low:g} to {high:g}")
        return value

    return check


def _aspect(value: Any) -> str:
    try:
        sides_of(value if isinstance(value, str) else "")
    except ValueError as error:
        raise RefusedError(str(error)) from error
    return str(value)


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise RefusedError('a list of names, as in ["x", "t"]')
    return tuple(value)


def _values(value: Any) -> tuple[tuple[str, Value], ...]:
    if not isinstance(value, dict):
        raise RefusedError("a value for each name, as in { a = 2, w = [1, 2] }")
    pairs = []
    for name, value_of_name in value.items():
        try:
            count = math.prod(shape_of(value_of_name))
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        if count > MAXIMUM_NUMBERS:
            raise RefusedError(f"at most {MAXIMUM_NUMBERS:,} numbers for each name")
        pairs.append((name, _tuples(value_of_name)))
    return tuple(pairs)


def _tuples(value: Any) -> Value:
    return tuple(map(_tuples, value)) if isinstance(value, list) else float(value)


def _setting(value: Any) -> Setting:
    if isinstance(value, float) and not math.isfinite(value):
        raise RefusedError("finite numbers")
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return tuple(map(_setting, value))
    raise RefusedError("numbers, texts, true or false, or lists of these")


def _settings(value: Any) -> tuple[tuple[str, Setting], ...]:
    if not isinstance(value, dict):
        raise RefusedError("a value for each name, as in { rate = 0.1 }")
    return tuple((name, _setting(setting)) for name, setting in value.items())


def _arguments(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_setting, value)), ()
    if isinstance(value, dict):
        return (), _settings(value)
    raise RefusedError("a list, as in [3, 0.1], or a value for each name, as in { rate = 0.1 }")


def _output(value: Any) -> str:
    return str(value) if type(value) is int and value >= 0 else _line(value)


def _captions(value: Any) -> tuple[tuple[int, str], ...]:
    if not isinstance(value, dict) or not all(re.fullmatch(r"[1-9]\d{0,4}", k) for k in value):
        raise RefusedError('a sentence for each number of a step, as in { 3 = "Here b is used." }')
    return tuple(sorted((int(number), _line(text)) for number, text in value.items()))


def _language(value: Any) -> str:
    try:
        return language_of(_line(value))
    except InputError as error:
        raise RefusedError("a language's tag, as in en, de or pt-BR") from error


LECTURE: Mapping[str, Check] = {
    "title": _line,
    "theme": _theme,
    "quality": _one_of("l", "m", "h", "p", "k"),
    "aspect": _aspect,
    "language": _language,
}

SECTION: Mapping[str, Check] = {
    "heading": _line,
    "expr": _text,
    "values": _values,
    "data": _names,
    "loss": _line,
    "args": _arguments,
    "output": _output,
    "scene": _line,
    "options": _settings,
    "title": _line,
    "names": _one_of("math", "autograd"),
    "direction": _one_of("lr", "tb"),
    "seconds_per_step": _number(0.2, 60, (int, float)),
    "depth": _number(1, 1000, (int,)),
    "unfold": _names,
    "most": _number(2, 100_000, (int,)),
    "captions": _captions,
    "narration": _text,
    "notes": _text,
}

OTHER_NAMES: Mapping[str, Sequence[str]] = {
    "values": ("set", "inputs", "with"),
    "expr": ("expression", "formula", "program", "text"),
    "loss": ("function", "file", "target"),
    "args": ("arguments", "arg"),
    "notes": ("speaker_notes", "comment"),
    "heading": ("name", "section", "header"),
    "sections": ("section", "chapters", "parts"),
    "seconds_per_step": ("speed", "seconds", "duration"),
}
"""What people call a key that has another name here."""
