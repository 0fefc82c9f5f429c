"""What the numbers and lists of a scene must be for it to be drawn: each check raises a sentence.

A scene's data comes from torch, or from a file that anybody may have changed; both are looked at
when the data is made, so that whoever draws needs no checks.
"""

import math
from collections.abc import Iterable, Sequence, Sized
from itertools import pairwise
from typing import Any

from graphgen.model.messages import quoted

__all__ = [
    "OPTIMIZERS",
    "check_count",
    "check_finite",
    "check_indices",
    "check_lengths",
    "check_one_of",
    "check_range",
    "check_rising",
]

OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam")


def check_count(what: str, items: Sized, least: int, most: int) -> None:
    """See that there are as many as can be shown.

    Args:
        what: is counted, for the message.
        items: are only counted.
        least, most: how many there may be, both allowed.

    Raises:
        ValueError: there are fewer or more.
    """
    if not least <= len(items) <= most:
        raise ValueError(f"{least} to {most:,} {what}: got {len(items):,}")


def check_lengths(what: str, *lists: Sized) -> None:
    """See that lists that belong together are of one length.

    Raises:
        ValueError: they aren't.
    """
    lengths = [len(each) for each in lists]
    if len(set(lengths)) > 1:
        raise ValueError(f"{what} of one length: got {quoted(sorted(set(lengths)))}")


def check_finite(what: str, *numbers: float) -> None:
    """See that numbers can be drawn.

    Raises:
        ValueError: one is nan or infinite.
    """
    odd = next((number for number in numbers if not math.isfinite(number)), None)
    if odd is not None:
        raise ValueError(f"finite numbers for {what}: got {odd}")


def check_rising(what: str, numbers: Sequence[float]) -> None:
    """See that places along an axis rise.

    Raises:
        ValueError: they don't, or one isn't finite.
    """
    check_finite(what, *numbers)
    if any(one >= other for one, other in pairwise(numbers)):
        raise ValueError(f"rising numbers for {what}: got others")


def check_indices(what: str, indices: Iterable[int], count: int) -> None:
    """See that indices are among so many.

    Args:
        what: is numbered, for the message.
        indices: from 0.
        count: how many there are.

    Raises:
        ValueError: one isn't.
    """
    odd = next((index for index in indices if not 0 <= index < count), None)
    if odd is not None:
        raise ValueError(f"{what} from 0 to {count - 1}: got {odd}")


def check_range(what: str, number: float, least: float, most: float) -> None:
    """See that a number is between two others.

    Args:
        what: the number is, for the message.
        number: as it was given; nan is in no range.
        least, most: both are allowed.

    Raises:
        ValueError: it isn't.
    """
    if not least <= number <= most:
        raise ValueError(f"{what} from {least:g} to {most:g}: got {quoted(number)}")


def check_one_of(what: str, value: Any, known: Sequence[Any]) -> None:
    """See that a value is a known one.

    Args:
        what: the value is, for the message.
        value: as it was given.
        known: the values that are allowed.

    Raises:
        ValueError: it isn't.
    """
    if value not in known:
        raise ValueError(f"{what} out of {', '.join(map(str, known))}: got {quoted(value)}")
