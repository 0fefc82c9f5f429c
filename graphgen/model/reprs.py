"""Plain data -> text for programmers: one short line of it, or every field of it.

A repr rounds nothing and has no typography: its numbers are Python's own.
"""

from dataclasses import fields, is_dataclass
from functools import cache

__all__ = ["MOST_IN_A_LINE", "counted", "in_full"]

MOST_IN_A_LINE = 4
"""Of a list, a repr shows so many items."""


def counted(count: int, what: str) -> str:
    """As many of something, in words.

    >>> counted(1, "node"), counted(2, "node")
    ('1 node', '2 nodes')
    """
    return f"{count:,} {what}{'s' * (count != 1)}"


def in_full(value: object) -> str:
    """Every field of plain data, as a dataclass's generated repr spells it: equal texts are of
    equal data.

    >>> from graphgen.model.graph import Array
    >>> in_full((Array((), "float64", (1.0,)), "lr"))
    "(Array(shape=(), dtype='float64', items=(1.0,), summary=None), 'lr')"
    """
    if isinstance(value, tuple):
        items = ", ".join(map(in_full, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if is_dataclass(value) and not isinstance(value, type):
        inner = ", ".join(f"{name}={in_full(getattr(value, name))}" for name in _names(type(value)))
        return f"{type(value).__qualname__}({inner})"
    return repr(value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
