"""Texts with slots: places for numbers that are worked out later, by the page that shows them.

A Slot stands in a graph where a number would, and the text of such a graph's story has marks where
its numbers would stand. Whoever knows the numbers puts them in: the words are the story's own.

    >>> filled(added([mark("c1"), mark("c2")]), {"c1": "5", "c2": "−3"}.__getitem__)
    '5 − 3'
    >>> filled(bracketed(mark("v1")) + " × 2", {"v1": "−3"}.__getitem__)
    '(−3) × 2'
    >>> chain = equated(["a", mark("v1"), mark("v2")])
    >>> [filled(chain, {"v1": "5", "v2": two}.__getitem__) for two in ("5", "6")]
    ['a = 5', 'a = 5 = 6']

What depends on how a number turns out is a mark of its own: brackets around a negative one, the
sign in a sum, a raised exponent, and an equation that says the same twice. captions.js of the page
follows these rules too.
"""

import re
from collections.abc import Callable, Sequence

__all__ = [
    "Slot",
    "added",
    "bracketed",
    "equated",
    "filled",
    "has_marks",
    "is_mark",
    "mark",
    "plus_of",
    "raised",
    "summed",
    "widened",
]

_OPEN, _CLOSE = "\ue010", "\ue011"
_CHAIN, _LINK, _END = "\ue012", "\ue013", "\ue014"
_MARK = re.compile(f"{_OPEN}([(+^~]?)(\\w+){_CLOSE}")
_PLUS = re.compile(f"{_OPEN}~\\w+{_CLOSE}")
_EQUATION = re.compile(f"{_CHAIN}([^{_END}]*){_END}")
_POWER = re.compile(rf" \^ {_OPEN}\(?(\w+){_CLOSE}(?![\w.]| \^)")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WIDE, _IN_SUM = "−0.1234", "12.34"
"""Numbers as wide as most: for one by itself there is more room than for one of several."""


class Slot(float):
    """A number that isn't known yet: wherever a number's text would stand, its mark does."""

    key: str

    def __new__(cls, key: str, number: float = 0.0) -> "Slot":
        """A slot that is called by this key, of letters and digits.

        Args:
            number: what stands there to begin with.
        """
        slot = super().__new__(cls, number)
        slot.key = key
        return slot


def mark(key: str) -> str:
    """The text that stands for a number."""
    return f"{_OPEN}{key}{_CLOSE}"


def is_mark(text: str) -> bool:
    """Whether a text is one mark and nothing else."""
    return text.startswith(_OPEN) and _MARK.fullmatch(text) is not None


def bracketed(text: str) -> str:
    """A mark whose number stands in brackets if it is negative."""
    return f"{_OPEN}({text.removeprefix(_OPEN).removeprefix('(')}"


def added(texts: Sequence[str]) -> str:
    """Texts of numbers, marks among them, as one sum."""
    first, *others = texts
    return first + "".join(map(_summand, others))


def plus_of(text: str) -> str:
    """What stands before a number that is added, by itself: "+", or nothing before a negative one.

    >>> plus_of("3"), plus_of("−3"), filled(plus_of(mark("c1")), {"c1": "−3"}.__getitem__)
    ('+', '', '')
    """
    return f"{_OPEN}~{text.removeprefix(_OPEN)}" if is_mark(text) else _plus(text)


def summed(slots: Sequence["Slot"], number: float) -> "Slot":
    """The sum of slots: its key is theirs, joined by "_".

    Args:
        number: what it comes to, to begin with.
    """
    return Slot("_".join(slot.key for slot in slots), number)


def raised(formula: str) -> str:
    """A formula whose last exponent, where it is a mark, is raised if its number is whole."""
    return _POWER.sub(f"{_OPEN}^\\1{_CLOSE}", formula)


def equated(parts: Sequence[str]) -> str:
    """The parts as one chain of equations, none said twice in a row."""
    if not any(_OPEN in part for part in parts):
        return _chained(parts)
    return f"{_CHAIN}{_LINK.join(parts)}{_END}"


def filled(text: str, number_at: Callable[[str], str]) -> str:
    """A text with the number of each mark in its place.

    Args:
        number_at: the text of the number with a key.
    """

    def put(found: re.Match[str]) -> str:
        return _STYLES[found[1]](number_at(found[2]))

    substituted = _MARK.sub(put, text)
    return _EQUATION.sub(lambda found: _chained(found[1].split(_LINK)), substituted)


def has_marks(text: str) -> bool:
    """Whether numbers are to be put into a text."""
    return _OPEN in text


def widened(text: str) -> str:
    """A text with a common wide number for each of its marks, to measure the room that it needs.

    >>> widened(f"∂ {mark('g1')}"), widened("∂ 8")
    ('∂ −0.1234', '∂ 8')
    """
    if _OPEN not in text:
        return text
    sample = _IN_SUM if len(_MARK.findall(text)) > 1 else _WIDE
    return filled(_PLUS.sub("+", text), lambda _: sample)


def _chained(parts: Sequence[str]) -> str:
    return " = ".join(
        part for i, part in enumerate(parts) if part and part not in parts[max(0, i - 1) : i]
    )


def _summand(text: str) -> str:
    if is_mark(text):
        return f"{_OPEN}+{text.removeprefix(_OPEN)}"
    return _signed(text)


def _signed(text: str) -> str:
    return f" − {text[1:]}" if text.startswith("−") and " " not in text else f" + {text}"


def _plus(text: str) -> str:
    return "" if text.startswith("−") else "+"


def _in_brackets(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _as_exponent(text: str) -> str:
    if text == "1":
        return ""
    return text.translate(_SUPERSCRIPTS) if text.isdecimal() else f" ^ {_in_brackets(text)}"


_STYLES: dict[str, Callable[[str], str]] = {
    "": str,
    "(": _in_brackets,
    "+": _signed,
    "^": _as_exponent,
    "~": _plus,
}
