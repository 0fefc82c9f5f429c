"""What --arg says -> the arguments of the user's function.

>>> read_arguments(["2", "sizes=[1, 2]", "adam"])
((2, 'adam'), {'sizes': [1, 2]})
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

from graphgen.errors import InputError

__all__ = ["check_arguments", "read_arguments", "read_seed"]

_NAMED = re.compile(r"([^\W\d]\w*)=(?!=)(.*)", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w./+-]*|[./~][\w./+-]*")
_NUMBERS = {word: float(word) for word in ("nan", "inf", "+inf", "-inf")}
_LONGEST = 250_000


def read_arguments(texts: Iterable[str]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The positional and the named arguments that texts such as "3" and "rate=0.1" spell.

    Raises:
        InputError: a text is no number, list, text in quotes or plain word, or a name comes twice.
    """
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for text in texts:
        match = _NAMED.fullmatch(text)
        if match is None:
            positional.append(_value(text))
        elif match[1] in named:
            raise InputError(f"one value for each name: got two for {match[1]}; take one out")
        else:
            named[match[1]] = _value(match[2])
    return tuple(positional), named


def read_seed(text: str) -> Any:
    """A number, or nested lists of numbers.

    Raises:
        InputError: it is neither.
    """
    value = _value(text)
    if not isinstance(value, (int, float, complex, list, tuple)):
        raise InputError(f"--seed takes a number, or lists such as [1, 0]: got {text[:60]!r}")
    return value


def check_arguments(
    function: Callable[..., Any], called: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Sees that a function can be called so.

    Raises:
        InputError: it can't; the message has what it takes.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of some built-in ones nothing is known
        return
    try:
        signature.bind(*given, **named)
    except TypeError as error:
        raise InputError(
            f"arguments for {called}{signature}: {error}; "
            "give each with --arg VALUE or --arg NAME=VALUE"
        ) from error


def _value(text: str) -> Any:
    """A number, nested lists, a text in quotes; what is none of these and one word is a text."""
    stripped = text.strip()
    if stripped.lower() in _NUMBERS:
        return _NUMBERS[stripped.lower()]
    try:
        return ast.literal_eval(stripped[:_LONGEST])
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError) as error:
        if _WORD.fullmatch(stripped):
            return stripped
        raise InputError(
            f"an argument: got {text[:60]!r}; give a number, a list such as [[1, 2], [3, 4]], "
            "or a text, with quotes of its own where it is more than a word"
        ) from error
