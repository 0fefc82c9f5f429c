"""Program text -> tokens, after the caps on its size and a look at every character.

Nothing is parsed before the text was found to be short, shallow and made of plain characters.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NoReturn

from graphgen.model.errors import ExpressionError

__all__ = [
    "LONGEST_NUMBER",
    "MAXIMUM_LENGTH",
    "MAXIMUM_NESTING",
    "MAXIMUM_TOKENS",
    "Token",
    "check_characters",
    "fault",
    "tokens_of",
]

MAXIMUM_LENGTH = 20_000
"""Characters of one program."""
MAXIMUM_TOKENS = 5_000
"""Names, numbers and signs of one program."""
MAXIMUM_NESTING = 50
"""Brackets within brackets; signs before signs and powers of powers count too."""
LONGEST_NUMBER = 100
"""Characters of one number, in a program or in a value."""
_LONGEST_NAME = 40

Kind = Literal["name", "number", "sign", "blank", "end"]

_GREEK = "αβγδεζηθικλμνξπρςστυφχψωΓΔΘΛΞΠΣΦΨΩ"
_LATIN = "".join(c for c in map(chr, range(0xC0, 0x100)) if c.isalpha())
_LETTER = f"[A-Za-z{_GREEK}{_LATIN}]"
_NAME = re.compile(f"{_LETTER}(?:{_LETTER}|[0-9_])*")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BLANK = re.compile(r"[ \t]+|#[^\n]*")
_SIGN = re.compile(r"\*\*|[-+*/@()\[\]=,;\n]")
_CLOSERS = {"(": ")", "[": "]"}

_REFUSED = {
    "**=": "write a = a2 ** b with two names",
    "...": "write out what is left out",
    "==": "a comparison has no slope; a single = sets a name",
    "!=": "a comparison has no slope",
    "<=": "a comparison has no slope; relu, maximum and clamp can choose",
    ">=": "a comparison has no slope; relu, maximum and clamp can choose",
    ":=": "set a name with = in a statement of its own",
    "->": "write the name first, as in c = a + b",
    "//": "whole-number division has no slope; divide with /",
    "+=": "each name is set once; use a new name and =",
    "-=": "each name is set once; use a new name and =",
    "*=": "each name is set once; use a new name and =",
    "/=": "each name is set once; use a new name and =",
    "@=": "each name is set once; use a new name and =",
    "<": "a comparison has no slope; relu, maximum and clamp can choose",
    ">": "a comparison has no slope; relu, maximum and clamp can choose",
    "^": "use ** for powers",
    "%": "the remainder is not among the operations; they are + - * / ** @",
    "&": "the operations are + - * / ** @",
    "|": "the operations are + - * / ** @; the absolute value is abs(x)",
    "~": "the operations are + - * / ** @",
    "!": "the operations are + - * / ** @",
    ".": "there are no attributes and methods; call a function, as in sum(x)",
    ":": "part statements with ; or a new line; there are no slices",
    "'": "there is no text in an expression; names stand without quotes",
    '"': "there is no text in an expression; names stand without quotes",
    "`": "names stand without quotes",
    "{": "lists are written [1, 2], and brackets are ( and )",
    "}": "lists are written [1, 2], and brackets are ( and )",
    "\\": "a statement goes on over a line's end inside ( and )",
    "_": "a name begins with a letter",
    "×": "use * to multiply",
    "·": "use * to multiply",
    "⋅": "use * to multiply",
    "∙": "use * to multiply",
    "∗": "use * to multiply",
    "÷": "use / to divide",
    "∕": "use / to divide",
    "−": "use - (the hyphen on the keyboard)",
    "–": "use - (the hyphen on the keyboard)",
    "—": "use - (the hyphen on the keyboard)",
    "√": "use sqrt(x)",
    "∑": "use sum(x)",
    "µ": "this is the micro sign; the letter is μ (Greek mu)",
    "“": "there is no text in an expression; names stand without quotes",
    "”": "there is no text in an expression; names stand without quotes",
    "‘": "there is no text in an expression; names stand without quotes",
    "’": "there is no text in an expression; names stand without quotes",
}
_LONG_REFUSED = re.compile("|".join(re.escape(sign) for sign in _REFUSED if len(sign) > 1))
_PATTERNS: tuple[tuple[Kind, re.Pattern[str], int], ...] = (
    ("blank", _BLANK, MAXIMUM_LENGTH),
    ("number", _NUMBER, LONGEST_NUMBER),
    ("name", _NAME, _LONGEST_NAME),
    ("sign", _SIGN, 2),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A name, a number, a sign, what stands between them, or the end of the text."""

    kind: Kind
    text: str
    line: int
    column: int


def fault(text: str, message: str, place: Token | None = None) -> NoReturn:
    """Raises the ExpressionError for a place in a text.

    Args:
        text: the whole program.
        message: what was wanted, what was found and what to do.
        place: the token at fault; None where it is the whole text.

    Raises:
        ExpressionError: always.
    """
    line, column = (place.line, place.column) if place else (0, 0)
    raise ExpressionError(message, text, line, column)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a program, the last one of kind "end".

    Blanks, comments and line ends inside brackets are left out; other line ends part statements,
    as ";" does.

    Raises:
        ExpressionError: the text is too long, too deep, or has a character that isn't known.

    >>> [token.text for token in tokens_of("c = 2 * a  # twice")]
    ['c', '=', '2', '*', 'a', '']
    """
    _check_size(text)
    check_characters(text)
    tokens: list[Token] = []
    opened: list[Token] = []
    start, line, line_start = 0, 1, 0
    while start < len(text):
        token = _token_at(text, start, line, start - line_start + 1)
        start += len(token.text)
        if token.text == "\n":
            line, line_start = line + 1, start
        if _matters(text, token, opened):
            tokens.append(token)
    if opened:
        fault(text, f"a {_CLOSERS[opened[-1].text]!r} for each {opened[-1].text!r}: got none for "
              "this one; close it", opened[-1])  # fmt: skip
    if len(tokens) > MAXIMUM_TOKENS:
        fault(text, f"an expression of at most {MAXIMUM_TOKENS:,} names, numbers and signs: got "
              f"{len(tokens):,}; write a shorter one")  # fmt: skip
    return [*tokens, Token("end", "", line, start - line_start + 1)]


def _check_size(text: str) -> None:
    if len(text) > MAXIMUM_LENGTH:
        fault("", f"an expression of at most {MAXIMUM_LENGTH:,} characters: got {len(text):,}; "
              "write a shorter one")  # fmt: skip


def check_characters(text: str) -> None:
    """Refuses what can't be seen, or turns the text around, in comments too."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return
    line, line_start = 1, 0
    for index, character in enumerate(text):
        if character == "\n":
            line, line_start = line + 1, index + 1
        elif character != "\t" and character != " " and not character.isprintable():
            place = Token("sign", character, line, index - line_start + 1)
            fault(text, f"letters, numbers and signs that can be seen: got {_spelled(character)}; "
                  "take it out or put a plain space", place)  # fmt: skip


def _token_at(text: str, start: int, line: int, column: int) -> Token:
    """The token or the blank that begins at an index of the text."""
    refused = _LONG_REFUSED.match(text, start)
    for kind, pattern, longest in () if refused else _PATTERNS:
        match = pattern.match(text, start)
        if match:
            token = Token(kind, match[0], line, column)
            if len(token.text) > longest:
                fault(text, f"a {kind} of at most {longest} characters: got {len(token.text)}; "
                      "write a shorter one", token)  # fmt: skip
            return token
    sign = refused[0] if refused else text[start]
    place = Token("sign", sign, line, column)
    if sign in _REFUSED:
        fault(text, f"an expression: got {sign!r}; {_REFUSED[sign]}", place)
    fault(text, _unknown(sign), place)


def _matters(text: str, token: Token, opened: list[Token]) -> bool:
    """Whether the parser sees a token; keeps `opened`, the brackets that are open here."""
    if token.kind == "blank":
        return False
    if token.text in _CLOSERS:
        opened.append(token)
        if len(opened) > MAXIMUM_NESTING:
            fault(text, f"at most {MAXIMUM_NESTING} brackets within each other: got more; name the "
                  "inner parts in statements of their own", token)  # fmt: skip
    elif token.text in (")", "]"):
        if not opened or _CLOSERS[opened[-1].text] != token.text:
            wanted = _CLOSERS[opened[-1].text] if opened else ""
            ending = f"put {wanted!r}" if wanted else "take it out"
            fault(text, f"brackets in pairs: got a {token.text!r} that closes nothing; {ending}",
                  token)  # fmt: skip
        opened.pop()
    elif token.text == ";" and opened:
        fault(text, f"a {_CLOSERS[opened[-1].text]!r} for each {opened[-1].text!r}: got ';' before "
              "it; close it first", opened[-1])  # fmt: skip
    return token.text != "\n" or not opened


def _unknown(character: str) -> str:
    """What is said of a character that no expression has."""
    plain = unicodedata.normalize("NFKC", character)
    spelled = f"{character!r} ({_spelled(character)})"
    if "SUPERSCRIPT" in spelled and plain.isdigit():
        return f"powers with **: got {spelled}; write ** {plain}"
    if plain != character and plain.isascii() and plain.isalnum():
        return f"plain letters and digits: got {spelled}; write {plain!r}"
    if character.isalpha():
        return (
            f"names of plain letters, digits and _: got {spelled}, which is not among the Latin "
            "and Greek letters that names are made of; use another name"
        )
    return f"an expression: got {spelled}; the operations are + - * / ** @"


def _spelled(character: str) -> str:
    """A character's number and name, safe to print.

    >>> _spelled(chr(0x202E))
    'U+202E RIGHT-TO-LEFT OVERRIDE'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
