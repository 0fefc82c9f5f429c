"""A name that isn't known, and those that are -> the one that was meant."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from difflib import SequenceMatcher

__all__ = ["nearest", "suggestion"]

_CUTOFF = 0.6
_OF_A_WORD = 0.95
"""What a match counts with one word of a name of several, beside one with the whole name."""
_LONGEST = 60


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The question whether a known name was meant, where one is near.

    Args:
        name: what was found.
        known: what would have been right.
        otherwise: what is said where no known name is near.

    Returns:
        The question; `otherwise` where no known name is near.

    >>> suggestion("epx", ["exp", "log"])
    "did you mean 'exp'?"
    >>> suggestion("logistc", ["two-paths", "logistic-regression"])
    "did you mean 'logistic-regression'?"
    """
    near = nearest(name, known)
    return f"did you mean {near[0]!r}?" if near else otherwise


def nearest(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The known names that are like a name, or have a word that is, the likest first.

    Args:
        name: what was written.
        known: what would have been right.
        most: how many are given at most.

    Returns:
        The names; empty where none is near.

    Source: the Ratcliff-Obershelp likeness of `difflib.SequenceMatcher`.

    >>> nearest("layer.0", ["layers.0", "layers.1", "head"], most=2)
    ['layers.0', 'layers.1']
    """
    from difflib import SequenceMatcher  # only a mistake needs it, and it takes a while to load

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(name[:_LONGEST].casefold())
    likeness = [(_likeness(matcher, each.casefold()), each) for each in known]
    best = sorted((pair for pair in likeness if pair[0] >= _CUTOFF), key=lambda pair: -pair[0])
    return [each for _, each in best[:most]]


def _likeness(matcher: "SequenceMatcher[str]", known: str) -> float:
    words = [word for word in re.split(r"[\s._/:-]+", known) if len(word) > 2]
    of_words = [_OF_A_WORD * _ratio(matcher, word) for word in words if word != known]
    return max([_ratio(matcher, known), *of_words])


def _ratio(matcher: "SequenceMatcher[str]", known: str) -> float:
    """How like two texts are, from 0 to 1; 0 where a glance tells that they are less than near."""
    matcher.set_seq1(known)
    near = min(matcher.real_quick_ratio(), matcher.quick_ratio())
    return matcher.ratio() if near >= _CUTOFF else 0.0
