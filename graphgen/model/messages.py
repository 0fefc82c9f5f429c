"""Any text or value -> text for a person's terminal: nothing in it steers the terminal, and it has
an end."""

from typing import Any

__all__ = ["LONGEST_MESSAGE", "printable", "quoted", "shortened"]

LONGEST_MESSAGE = 500
"""Characters in a message, line breaks among them."""

_TAIL = 240
"""Of a message that is cut: the end stays, where the place and what to do stand."""


def printable(text: str) -> str:
    """A text with an escape for every character that doesn't print, but line breaks.

    Control characters move the cursor or color what follows, marks of direction such as U+202E
    make a name read as another one, and surrogates can't be encoded.

    >>> printable("a\\x1b[2J\\u202egpj.exe\\nb")
    'a\\\\x1b[2J\\\\u202egpj.exe\\nb'
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


def shortened(text: str, most: int = LONGEST_MESSAGE) -> str:
    """A text of at most so many characters, cut in the middle.

    >>> shortened("a name: got " + "x" * 1000 + "; take it out", 40)
    'a name: got xxxxxxxx…xxxxxx; take it out'
    """
    if len(text) <= most:
        return text
    tail = min(_TAIL, most // 2 - 1)
    return f"{text[: most - tail - 1]}…{text[-tail:]}"


def quoted(value: Any, most: int = 60) -> str:
    """A value as Python writes it, in at most so many characters.

    >>> quoted("x" * 100, 20), quoted(10**5000)
    ("'xxxxxxxxxxxxxxxx...", 'a whole number of thousands of digits')
    """
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a whole number of thousands of digits"
    return text if len(text) <= most else f"{text[: most - 3]}..."
