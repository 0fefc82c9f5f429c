"""A story's seconds -> percent of an endless animation, and CSS keyframes made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from graphgen.model.story import Story

__all__ = ["Clock", "Frames", "Key", "window"]

_HOLD = 4.0
"""How long the complete picture stands before the animation begins again, in seconds."""

Key = tuple[float, str]
"""A time in percent of the whole, and the declarations that hold then."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When each step begins, in percent of the animation.

    Attributes:
        seconds: of the whole animation, with its hold.
        begins: of each step, and the end of the last one.
    """

    seconds: float
    begins: tuple[float, ...]

    @classmethod
    def of(cls, story: Story) -> "Clock":
        """The clock of a story."""
        total = story.seconds + _HOLD
        times = accumulate((step.seconds for step in story.steps), initial=0.0)
        return cls(round(total, 2), tuple(100 * time / total for time in times))

    def at(self, step: int, share: float = 0.0) -> float:
        """The time at which a share of a step is over, in percent."""
        begin, end = self.begins[step], self.begins[step + 1]
        return begin + share * (end - begin)

    def percent(self, seconds: float) -> float:
        """A duration in percent."""
        return 100 * seconds / self.seconds


@dataclass(slots=True)
class Frames:
    """The keyframes of one document: equal ones are written once.

    Attributes:
        digits: of a time in percent, after the point.
    """

    prefix: str
    clock: Clock
    digits: int = 1
    _names: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, str] = field(default_factory=dict)

    def class_of(self, keys: Sequence[Key]) -> str:
        """The class that an element needs to move by these keys."""
        body = _body(keys, self.digits)
        return self._names.setdefault(body, f"{self.prefix}-{len(self._names)}")

    def rule_of(self, declarations: str) -> str:
        """The class that an element needs for declarations that always hold.

        A page's content security policy knows its one style sheet, and no style of an element.
        """
        return self._rules.setdefault(declarations, f"{self.prefix}-r{len(self._rules)}")

    def css(self) -> str:
        """All rules and keyframes."""
        length = f"{self.clock.seconds:g}s ease-in-out infinite"
        rules = "".join(
            f".{self.prefix} .{name}{{animation-name:{name}}}@keyframes {name}{{{body}}}"
            for body, name in self._names.items()
        )
        plain = "".join(f".{self.prefix} .{name}{{{body}}}" for body, name in self._rules.items())
        return f".{self.prefix} [class]{{animation:{length}}}{rules}{plain}"


def window(
    begin: float, end: float | None, fade: float, low: str = "opacity:0", high: str = "opacity:1"
) -> list[Key]:
    """Keys of something that is seen from begin to end, or to the end of all; in percent."""
    keys = [(0.0, low), (begin, low), (begin + fade, high)]
    return (
        [*keys, (100.0, high)]
        if end is None
        else [*keys, (end, high), (end + fade, low), (100.0, low)]
    )


def _body(keys: Sequence[Key], digits: int) -> str:
    """Keyframes as text; equal neighbors share their declarations."""
    found: list[tuple[list[str], str]] = []
    for time, told in keys:
        percent = f"{round(min(time, 100.0), digits):g}%"
        if found and found[-1][1] == told:
            del found[-1][0][1:]
            found[-1][0].append(percent)
        else:
            found.append(([percent], told))
    return "".join(f"{','.join(dict.fromkeys(times))}{{{told}}}" for times, told in found)
