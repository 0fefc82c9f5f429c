"""Where an optimizer went, as plain data, and what can be said of it."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from graphgen.course.runs.results import Walk
from graphgen.model.errors import InputError

__all__ = ["Verdict", "check_start", "crossings", "in_words", "verdict_of", "word_of"]

Verdict = Literal["right", "too small", "overshooting", "diverging", "at rest"]
"""What a learning rate turns out to be."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SETTLED = 0.8
"""The share of the way down that a learning rate which is right has come."""


def check_start(walk: Walk, names: Sequence[str]) -> None:
    """Nothing, where result and slopes are finite at the start.

    Raises:
        InputError: they aren't.
    """
    found = (walk.values[0], *walk.gradients[0])
    odd = next((value for value in found if not math.isfinite(value)), None)
    if odd is None:
        return
    place = ", ".join(f"{n[:60]} = {x:g}" for n, x in zip(names, walk.points[0], strict=True))
    what = "the result" if odd is found[0] else "the slope"
    raise InputError(
        f"a start with a finite result and slope: got {what} {odd} at {place}; choose another with "
        "--set"
    )


def crossings(slopes: Sequence[float]) -> int:
    """How often a slope changed its sign from one step to the next: how often a valley was crossed.

    >>> crossings([-6.0, 4.8, -3.8, -3.0])
    2
    """
    return sum(1 for one, next_ in pairwise(slopes) if one * next_ < 0)


def verdict_of(walk: Walk, lowest: float) -> Verdict:
    """What a learning rate turned out to be on a curve of one name.

    Args:
        lowest: the lowest result that is known.
    """
    first, last = walk.values[0], walk.values[-1]
    slopes = [slope for (slope,) in walk.gradients]
    if all(slope == 0.0 for slope in slopes):
        return "at rest"
    if not walk.is_finite or last > first:
        return "diverging"
    if crossings(slopes) >= max(2, walk.steps // 2):
        return "overshooting"
    return "right" if first - last >= _SETTLED * (first - lowest) else "too small"


def word_of(count: int) -> str:
    """A number in a sentence: a word up to ten.

    >>> word_of(4), word_of(1000)
    ('four', '1,000')
    """
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


def in_words(steps: int) -> str:
    """So many steps.

    >>> in_words(1), in_words(10)
    ('one step', 'ten steps')
    """
    return f"{word_of(steps)} step{'' if steps == 1 else 's'}"
