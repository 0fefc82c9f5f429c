"""The words of a local derivative, and numbers for its operands -> the number that the words mean.

What a sentence says of a slope is true only if its words come to the slope's number: an operator
with a parameter that the words don't name (alpha of `torch.add`, beta of a softplus) has another.

    >>> slope_value("1 − {out}²", [], 0.5)
    0.75
    >>> slope_value("1 if {0} > 0, else 0.01", [-2.0], -0.02)
    0.01
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import CodeType, MappingProxyType
from typing import Any

__all__ = ["slope_value"]

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SIGNS = {"×": "*", "−": "-", "≤": "<=", "^": "**", "√π": "sqrt(pi)", "{out}": "out", " = ": " == "}


def _sigmoid(x: float) -> float:
    return 0.5 * (1 + math.tanh(x / 2))


def _share_below(x: float) -> float:
    """The standard normal distribution's share below x."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _density(x: float) -> float:
    """The standard normal distribution's density at x."""
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _same(x: float) -> float:
    return x


FUNCTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "pi": math.pi,
        "sqrt": math.sqrt,
        "exp": math.exp,
        "log": math.log,
        "sin": math.sin,
        "cos": math.cos,
        "sinh": math.sinh,
        "cosh": math.cosh,
        "floor": math.floor,
        "trunc": math.trunc,
        "sign": lambda x: (x > 0) - (x < 0),
        "sigmoid": _sigmoid,
        "Φ": _share_below,
        "φ": _density,
        "mean": _same,
        "count": 1,
    }
)
"""What the words may call, of one number each; `mean` and `count` are of the operand's elements."""


def slope_value(
    words: str,
    operands: Sequence[float],
    out: float,
    mean: Callable[[float], float] = _same,
    count: int = 1,
) -> float:
    """The number that the words of a slope come to.

    Args:
        words: of `graphgen.ops`, with {0} and {1} for the operands and {out} for the result.
        operands: a number for each operand.
        out: the result.
        mean: of all the elements among which an operand is one.
        count: how many these are.

    Returns:
        The local derivative; nan where the words have no finite value, as 1 / {0} at 0.
    """
    names = {f"x{index}": operand for index, operand in enumerate(operands)}
    known = {**FUNCTIONS, **names, "out": out, "mean": mean, "count": count}
    try:
        return float(eval(_compiled(words), {"__builtins__": {}}, known))
    except (ArithmeticError, ValueError, TypeError):  # a power of a negative number is complex
        return math.nan


@lru_cache(maxsize=512)
def _compiled(words: str) -> CodeType:
    """Words of the table, which no user writes, as an expression of Python."""
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda match: f"**{match[0].translate(_SUPERSCRIPTS)}", words)
    for sign, written in _SIGNS.items():
        text = text.replace(sign, written)
    text = re.sub(r"\{(\d)\}", r"x\1", text).replace(", else ", " else ")
    return compile(text, words, "eval")
