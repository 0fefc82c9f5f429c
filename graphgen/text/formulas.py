"""Formulas and program text -> how people write them: brackets, exponents and signs."""

import ast
import re
from collections.abc import Sequence
from functools import lru_cache

from graphgen.text.slots import bracketed, is_mark, raised

__all__ = ["arity", "elided", "filled", "numbered", "pretty", "shortened", "tidied"]

_LONGEST_PARSED = 400
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_INNERMOST = re.compile(r"\([^()\[\]]*\)|\[[^()\[\]]*\]")
_EMPTIED = {"(": "\ue000", "[": "\ue001"}
"""What stands for an emptied bracket while more are looked for: no bracket itself."""
_OF_SUMS = (" + ", " − ")
_OF_PRODUCTS = {"×", "/", "@", "^"}
_AFTER_SIGN = re.compile(r"(?<= [+−×/@^] )−(?=[\w(])")
_PLACE = re.compile(r"\{(\d|out)\}")


def filled(formula: str, operands: Sequence[str], out: str = "") -> str:
    """A formula of `ops` with its operands, in brackets where they need them.

    Between signs what is made of several parts stands in brackets; alone as an argument of a
    function it doesn't.

    Args:
        formula: with a place {0}, {1} ... for each operand, or {out}.
        operands: their texts.
        out: the text for {out}.

    Returns:
        The text, with as few brackets as its meaning needs.

    >>> filled("{0} × {1}", ["a + relu(b)", "c"]), filled("relu({0})", ["a + b"])
    ('(a + relu(b)) × c', 'relu(a + b)')
    >>> filled("{0} + {1}", ["v1 + v2", "v3 × h"]), filled("{0} − {1}", ["a × b", "c + d"])
    ('v1 + v2 + v3 × h', 'a × b − (c + d)')
    """

    def put(place: re.Match[str]) -> str:
        text = out if place[1] == "out" else operands[int(place[1])]
        before, after = formula[: place.start()], formula[place.end() :]
        is_plain = _is_alone(before, after) or _binds_closer(text, before, after)
        return text if is_plain else _bracketed(text)

    return tidied(_PLACE.sub(put, formula))


@lru_cache(maxsize=1024)
def arity(formula: str) -> int:
    """How many operands a formula names.

    >>> arity("{0} × {1}")
    2
    """
    return len(set(re.findall(r"\{(\d)\}", formula)))


@lru_cache(maxsize=1024)
def pretty(label: str) -> str:
    """Program text as mathematics is written.

    >>> pretty("9**9**9"), pretty("(x**2)**2")
    ('9 ^ 9⁹', '(x²)²')
    >>> pretty("Cube.apply(x)")
    'Cube(x)'
    >>> pretty("x**2+3*x - 1"), pretty("torch.tanh(w@x)"), pretty("c = a*b")
    ('x² + 3 × x − 1', 'tanh(w @ x)', 'c = a × b')
    >>> pretty("a + -0.5"), pretty("a * -f(x)[0]**2"), pretty("a - -x**y")
    ('a + (−0.5)', 'a × (−f(x)[0]²)', 'a − (−x ^ y)')
    """
    text = re.sub(r"\b(?:torch|F|nn\.functional|math|np|self)\.(?=\w)", "", _spaced(label))
    text = re.sub(r"\b(\w+)\.apply\(", r"\1(", text)  # a Function of the user's
    text = re.sub(r" \*\* (\(-\d+\)|\d+)(?![\w.]| \*\*)", _raised, text)
    text = text.replace(" ** ", " ^ ").replace(" * ", " × ").replace("-", "−")
    for sign in reversed(list(_AFTER_SIGN.finditer(text))):  # from behind: brackets move the rest
        end = _end_of_factor(text, sign.end())
        text = f"{text[: sign.start()]}({text[sign.start() : end]}){text[end:]}"
    return text


def _end_of_factor(text: str, start: int) -> int:
    """Where a name, number, call or power ends that starts somewhere in a formula."""
    depth, at = 0, start
    while at < len(text):
        letter = text[at]
        is_exponent = letter == "−" and text[at - 1] == "e" and text[at - 2].isdigit()
        if text.startswith(" ^ ", at) and depth == 0:
            at += 3
            continue
        depth += (letter in "([") - (letter in ")]")
        is_inside = depth > 0 or letter in ")]" or letter.isalnum() or letter in "._" or is_exponent
        if depth < 0 or not is_inside:
            break
        at += 1
    return at


def tidied(text: str) -> str:
    """A formula without needless ones and with raised exponents.

    >>> tidied("2 × x ^ (2 − 1)"), tidied("3 × x ^ (3 − 1)")
    ('2 × x', '3 × x²')
    """
    if "^" not in text and "− 1)" not in text:
        return text  # as nearly all are; to look costs less than to look for patterns
    text = re.sub(r"\((\d+) − 1\)", lambda match: str(int(match[1]) - 1), text)
    text = re.sub(r" \^ 1\b(?![.])", "", text)
    return raised(re.sub(r" \^ (\d+)(?![\w.]| \^)", _raised, text))


def elided(text: str, longest: int) -> str:
    """A text in which the longest brackets are emptied until it is short enough; "" if that never
    is the case.

    >>> elided("cross_entropy(scores.reshape(−1, classes), labels[:, 1:])", 50)
    'cross_entropy(scores.reshape(…), labels[:, 1:])'
    >>> elided("x + attention(norm(x))", 20), elided("a + b + c", 5)
    ('x + attention(…)', '')
    """
    short = text
    while len(_shown(short)) > longest:
        groups = sorted(_INNERMOST.findall(short), key=len) if len(text) <= _LONGEST_PARSED else []
        if not groups:
            return ""
        short = short.replace(groups[-1], _EMPTIED[groups[-1][0]], 1)
    return _shown(short)


def numbered(name: str, count: int) -> str:
    """What the first, second, ... thing of a name is called; no variable in Python has a subscript.

    >>> numbered("h", 1), numbered("h", 12)
    ('h', 'h₁₂')
    """
    return name if count == 1 else f"{name}{str(count).translate(_SUBSCRIPTS)}"


def shortened(text: str, longest: int) -> str:
    """A text cut in its middle, where names of modules differ least.

    >>> shortened("encoder.layers.0.weight", 11)
    'encod…eight'
    """
    if len(text) <= longest:
        return text
    left = longest - 1
    return f"{text[: left - left // 2]}…{text[-(left // 2) :]}"


def _shown(text: str) -> str:
    for bracket, sign in _EMPTIED.items():
        text = text.replace(sign, {"(": "(…)", "[": "[…]"}[bracket])
    return text


def _is_alone(before: str, after: str) -> bool:
    """Whether nothing, or brackets or commas, stand on both sides of a place."""
    if not before and not after:
        return True
    return before.endswith(("(", ", ")) and after.startswith((")", ","))


def _binds_closer(text: str, before: str, after: str) -> bool:
    """Whether a sum stands around a place, and what comes there is read first without brackets:
    a product, or a sum where the place is the first of it."""
    if text.startswith("−") or is_mark(text):
        return False
    if not (after == "" or after.startswith(_OF_SUMS)) or not (
        before == "" or before.endswith(_OF_SUMS)
    ):
        return False
    bare = text
    while _INNERMOST.search(bare):
        bare = _INNERMOST.sub("", bare)
    signs = set(bare.split(" ")[1::2])
    return signs <= (_OF_PRODUCTS if before else _OF_PRODUCTS | {"+", "−"})


def _bracketed(text: str) -> str:
    """A text that is one thing in a formula."""
    if is_mark(text):
        return bracketed(text)
    is_one = " " not in text.replace(", ", ",") or _is_call(text)
    return text if is_one and not text.startswith("−") else f"({text})"


def _is_call(text: str) -> bool:
    """Whether a text is one call or one bracket: its first bracket closes at its end."""
    start = text.find("(")
    depth = 0
    for index in range(max(start, 0), len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return start >= 0 and index == len(text) - 1 and " " not in text[:start]
    return False


def _raised(exponent: re.Match[str]) -> str:
    return exponent[1].strip("()").translate(_SUPERSCRIPTS)


def _spaced(label: str) -> str:
    """Python text as its own formatter writes it; other text, and what is long, as it is."""
    if len(label) > _LONGEST_PARSED:
        return label
    try:
        return ast.unparse(ast.parse(label.strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return label
