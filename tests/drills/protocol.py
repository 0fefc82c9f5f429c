"""What a drill is: a name, a sentence, and cases that pass or say what is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Case", "Drill"]


@dataclass(frozen=True, slots=True)
class Case:
    """One try.

    Attributes:
        name: tells it apart within its drill, and stays the same from run to run.
        check: tries it in an empty folder of its own; returns in a word or two what it came to
            ("healed", "refused"), and raises where that is wrong.
    """

    name: str
    check: Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Drill:
    """Cases that belong together.

    Attributes:
        name: one word or two, as on the page.
        sentence: what is done, and what has to be true afterwards.
        cases: generates them, always the same ones in the same order.
        at_once: how many may run beside each other, in threads.
    """

    name: str
    sentence: str
    cases: Callable[[], Iterable[Case]]
    at_once: int = 1
