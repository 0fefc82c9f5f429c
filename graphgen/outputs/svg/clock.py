"""Seconds of a timeline -> percent of an endless animation, and CSS keyframes made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from graphgen.model.timeline import Transition

__all__ = ["AT_ONCE", "Animation", "Clock", "Key", "Rules", "Track"]

_HOLD = 4.0
"""How long the last keyframe stands before the animation begins again, in seconds."""

_DIGITS = 2
"""Of a time in percent, after the point."""

AT_ONCE = 0.02
"""Percent between two keys that are meant to be at one time: at one they would be one."""

Key = tuple[float, str]
"""A time in percent of the whole, and the value that holds then."""

Track = dict[str, list[Key]]
"""For each property, its keys in order."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When each transition begins, in percent of the animation.

    Attributes:
        seconds: of the whole animation, with its hold.
        begins: of each transition, and the end of the last one.
    """

    seconds: float
    begins: tuple[float, ...]

    @classmethod
    def of(cls, transitions: Sequence[Transition]) -> "Clock":
        """The clock of transitions that follow each other."""
        total = sum(each.seconds for each in transitions) + _HOLD
        times = accumulate((each.seconds for each in transitions), initial=0.0)
        return cls(round(total, 2), tuple(100 * time / total for time in times))

    def at(self, transition: int, share: float = 0.0) -> float:
        """The time at which a share of a transition is over, in percent."""
        begin, end = self.begins[transition], self.begins[transition + 1]
        return begin + share * (end - begin)

    def percent(self, seconds: float) -> float:
        """A duration in percent."""
        return 100 * seconds / self.seconds


_INHERITED = frozenset({"fill", "stroke", "stroke-width"})
"""What elements take from their group; all else a group does as a whole."""


_UNBASED = frozenset({"color", "transform", "stroke-dasharray"})
"""What no attribute says: such keys are said from the beginning to the end."""


_Changes = tuple[tuple[str, tuple[Key, ...]], ...]
"""Properties, each with its keys."""


@dataclass(frozen=True, slots=True)
class Animation:
    """How an element, or a group of them, changes.

    Attributes:
        linear: the times, in percent, from which on it goes evenly to its next key.
        is_based: whether the last value of each property is also an attribute, so that no key
            needs to say it at the end.
    """

    track: Track
    linear: tuple[float, ...] = ()
    is_based: bool = False

    @property
    def properties(self) -> frozenset[str]:
        """What of it elements take from their group."""
        return _INHERITED.intersection(self.track)

    @property
    def as_group(self) -> "Team":
        """What has to be equal for animations to be one, that of a group."""
        keys = {name: tuple(_needed(keys)) for name, keys in self.track.items()}
        whole = tuple((name, keys[name]) for name in sorted(keys.keys() - _INHERITED))
        colors: _Changes = tuple((name, keys[name]) for name in ("fill", "stroke") if name in keys)
        if len({changes for _, changes in colors}) == 1:
            colors = (("color", colors[0][1]),)
        return Team(
            (self.linear, self.is_based, *whole),
            colors,
            keys.get("stroke-width", ()),
        )

    @staticmethod
    def of_group(run: "Sequence[Animation]") -> "Animation | None":
        """The animation of a group whose elements have these, of one team; None without any."""
        if not run:
            return None
        track = {name: keys for each in run for name, keys in each.track.items()}
        return Animation(track, run[0].linear, run[0].is_based)


@dataclass(frozen=True, slots=True)
class Team:
    """What has to be equal for animations to be one.

    Attributes:
        whole: what a group does as a whole.
        colors: how its colours change; "color" where fill and stroke, or either, change alike.
        widths: how the width of its lines changes, () where nothing says so.
    """

    whole: tuple[object, ...]
    colors: _Changes
    widths: tuple[Key, ...]


@dataclass(slots=True)
class Rules:
    """The rules and keyframes of one document: equal ones are written once.

    Attributes:
        prefix: the document's own class; every name begins with it, every selector with its class.
    """

    prefix: str
    clock: Clock
    _names: dict[str, str] = field(default_factory=dict)
    _plain: dict[str, str] = field(default_factory=dict)

    def animation(self, animation: Animation) -> str:
        """The class that an element needs to go by these keys."""
        track, colored = dict(animation.track), ""
        fill, stroke = track.get("fill"), track.get("stroke")
        if fill and stroke and _needed(fill) == _needed(stroke):
            # One colour is said once: a line has no fill of its own, and a head no line.
            track["color"] = fill
            del track["fill"], track["stroke"]
            colored = f" {self.rule('fill:currentColor;stroke:currentColor')}"
        body = _body(track, {_time(time) for time in animation.linear}, animation.is_based)
        return self._names.setdefault(body, f"{self.prefix}-{len(self._names)}") + colored

    def rule(self, declarations: str) -> str:
        """The class that an element needs for declarations that always hold.

        A page's content security policy knows its style sheets, and no style of an element.
        """
        return self._plain.setdefault(declarations, f"{self.prefix}-r{len(self._plain)}")

    @property
    def moving(self) -> str:
        """The selector of all that moves; a person's own classes are none of it."""
        return f"[class*={self.prefix}-]"

    def css(self) -> str:
        """All rules and keyframes."""
        own = f".{self.prefix}"
        timing = (
            f"animation-duration:{self.clock.seconds:g}s;animation-timing-function:ease-in-out;"
            "animation-iteration-count:infinite"
        )
        rules = "".join(
            f".{name}{{animation-name:{name}}}@keyframes {name}{{{body}}}"
            for body, name in self._names.items()
        )
        plain = "".join(f".{name}{{{body}}}" for body, name in self._plain.items())
        seen = f"{own} [visibility]{{visibility:visible}}"
        return f"{seen}{own} {self.moving}{{{timing}}}{rules}{plain}"


def _time(time: float) -> str:
    return f"{round(min(time, 100.0), _DIGITS):g}%"


def _body(track: Track, linear: set[str], is_based: bool) -> str:
    """Keyframes as text; times with equal declarations share them."""
    at: dict[float, list[str]] = {}
    for name, keys in track.items():
        needed = _needed(keys)
        if is_based and name not in _UNBASED:
            end = needed.pop()[1]
            if needed and needed[0] == (0.0, end):
                del needed[0]
        for time, value in needed:
            at.setdefault(round(min(time, 100.0), _DIGITS), []).append(f"{name}:{value}")
    blocks: dict[str, list[str]] = {}
    for time in sorted(at):
        percent = _time(time)
        declared = ";".join(at[time])
        if percent in linear:
            declared += ";animation-timing-function:linear"
        blocks.setdefault(declared, []).append(percent)
    return "".join(f"{','.join(times)}{{{declared}}}" for declared, times in blocks.items())


def _needed(keys: Sequence[Key]) -> list[Key]:
    """Keys from the beginning to the end, without those that say what both neighbours say; of
    several at one time the last."""
    last: dict[float, str] = {}
    for time, value in keys:
        last[round(min(time, 100.0), _DIGITS)] = value
    ordered = sorted(last.items())
    if ordered[0][0] > 0.0:
        ordered.insert(0, (0.0, ordered[0][1]))
    if ordered[-1][0] < 100.0:
        ordered.append((100.0, ordered[-1][1]))
    return [
        key
        for at, key in enumerate(ordered)
        if at in (0, len(ordered) - 1) or not (key[1] == ordered[at - 1][1] == ordered[at + 1][1])
    ]
