"""Timeline -> an animated drawing: CSS keyframes bring each look of each element in its beat.

Without them, or where motion isn't wanted, the last still is seen, and it is complete.
"""

from dataclasses import dataclass, replace
from itertools import accumulate

from graphgen.draw.elements import moved
from graphgen.model.timeline import Element, Motion, Shape, Text, Timeline, Transition
from graphgen.outputs.boards.lives import Life, lives
from graphgen.outputs.boards.marks import mark
from graphgen.outputs.clock import Clock, Frames, Key
from graphgen.outputs.elements import number

__all__ = ["animated", "in_motion"]

_HOLD = 4.0
_GONE, _COMES, _SEEN = 0.2, 0.2, 0.45
"""Seconds into a beat: what leaves is gone, what comes begins to, and is seen."""

_AT_ONCE = 0.02
"""Percent: two keys at one time would be one."""


def animated(timeline: Timeline, prefix: str) -> str:
    """The drawing and its style sheet, which keeps still where motion isn't wanted."""
    rules, body = in_motion(timeline, prefix)
    still = f".{prefix}:is(.reveal section:not(.present) *) [class]{{animation:none}}"
    gate = "@media screen and (prefers-reduced-motion:no-preference)"
    return f"<style>{gate}{{{rules}{still}}}</style>{body}"


def in_motion(timeline: Timeline, prefix: str) -> tuple[str, str]:
    """The rules by which a drawing moves, and the drawing itself; the last still is its base."""
    beats = [beat for step in timeline.steps for beat in step.transitions]
    clock = _clock(beats)
    frames = Frames(prefix, clock, digits=2)
    tracks = _tracks(lives(timeline))
    body = [_drawn(track, beats, frames) for track in tracks]
    motions = [
        _traveling(motion, index, frames)
        for index, beat in enumerate(beats)
        for motion in beat.motions
    ]
    acted = f'<g visibility="hidden">{"".join(motions)}</g>' if motions else ""
    rules = f".{prefix} [visibility]{{visibility:visible}}.{prefix} [class]{{offset-rotate:0deg}}"
    return f"{rules}{frames.css()}", f"{''.join(body)}{acted}"


def _clock(beats: list[Transition]) -> Clock:
    total = sum(beat.seconds for beat in beats) + _HOLD
    times = accumulate((beat.seconds for beat in beats), initial=0.0)
    return Clock(round(total, 2), tuple(100 * time / total for time in times))


@dataclass(slots=True)
class _Track:
    """Looks of one element that differ by their place only: it moves from one to the next."""

    first: Element
    begin: int
    end: int | None
    moves: list[tuple[int, float, float]]


def _tracks(found: list[Life]) -> list[_Track]:
    """Looks joined to tracks, in the order in which they are painted."""
    tracks: list[_Track] = []
    last: dict[str, _Track] = {}
    for life in sorted(found, key=lambda life: life.begin):
        key = life.element.key
        known = last.get(key)
        shift = _shift(known.first, life.element) if known and known.end == life.begin else None
        if known is not None and shift is not None:
            known.moves.append((life.begin, *shift))
            known.end = life.end
        else:
            last[key] = _Track(life.element, life.begin, life.end, [])
            tracks.append(last[key])
    order = {id(life.element): at for at, life in enumerate(found)}
    return sorted(tracks, key=lambda track: order[id(track.first)])


def _shift(first: Element, other: Element) -> tuple[float, float] | None:
    """How far the other look is from the first, where that is all by which they differ."""
    a, b = first.form, other.form
    if isinstance(a, Text) and isinstance(b, Text):
        dx, dy = b.x - a.x, b.y - a.y
        return (dx, dy) if replace(b, x=a.x, y=a.y) == a else None
    if not (isinstance(a, Shape) and isinstance(b, Shape) and a.paths and b.paths):
        return None
    dx, dy = b.paths[0][0][0] - a.paths[0][0][0], b.paths[0][0][1] - a.paths[0][0][1]
    same = replace(b, paths=a.paths) == a and len(a.paths) == len(b.paths)
    return (dx, dy) if same and _is_near(moved(first, dx, dy), other) else None


def _is_near(one: Element, other: Element) -> bool:
    if not (isinstance(one.form, Shape) and isinstance(other.form, Shape)):
        return False
    return all(
        len(p) == len(q)
        and all(abs(a - c) + abs(b - d) < 0.05 for (a, b), (c, d) in zip(p, q, strict=True))
        for p, q in zip(one.form.paths, other.form.paths, strict=True)
    )


def _drawn(track: _Track, beats: list[Transition], frames: Frames) -> str:
    """A track with the class that brings it, moves it and takes it away.

    What stays is drawn where it ends, so that the base state is the last still.
    """
    base = track.first
    at = (track.moves[-1][1], track.moves[-1][2]) if track.moves else (0.0, 0.0)
    if track.moves:
        base = moved(base, *at)
    if track.begin == 0 and track.end is None and not track.moves:
        return mark(base.form)
    name = frames.class_of(_keys(track, at, beats, frames.clock))
    hidden = "" if track.end is None else ' opacity="0"'
    if base.form.opacity < 1.0:
        return f'<g class="{name}"{hidden}>{mark(base.form)}</g>'
    length = ' pathLength="1"' if _is_line(track) else ""
    return mark(base.form, f' class="{name}"{length}{hidden}')


def _keys(
    track: _Track, at: tuple[float, float], beats: list[Transition], clock: Clock
) -> list[Key]:
    """When it is seen, and where."""
    here = (0.0, 0.0)
    keys = _coming(track, at, beats[track.begin], clock)
    for beat, dx, dy in track.moves:
        keys.append((clock.at(beat), _declared(1.0, track, here, at)))
        here = (dx, dy)
        keys.append((clock.at(beat, 1.0), _declared(1.0, track, here, at)))
    if track.end is None:
        return [*keys, (100.0, _declared(1.0, track, here, at))]
    end, seen, gone = clock.at(track.end), *(_declared(o, track, here, at) for o in (1.0, 0.0))
    last = beats[track.end]
    is_at_once = last.easing == "linear" or track.first.key in last.carried
    out = _AT_ONCE if is_at_once else clock.percent(min(_GONE, last.seconds))
    return [*keys, (end, seen), (end + out, gone), (100.0, gone)]


def _coming(track: _Track, at: tuple[float, float], beat: Transition, clock: Clock) -> list[Key]:
    """From nothing until it is seen: at once, faded in, or drawn along its line."""
    hidden, seen = (_declared(opacity, track, (0.0, 0.0), at) for opacity in (0.0, 1.0))
    begin = clock.at(track.begin)
    if not track.begin:
        return [(0.0, seen)]
    if track.first.key in beat.landing:
        begin = clock.at(track.begin, 1.0) - _AT_ONCE
    if beat.easing == "linear" or track.first.key in beat.landing:
        return [(0.0, hidden), (begin, hidden), (begin + _AT_ONCE, seen)]
    if _is_line(track):
        none, whole = f"{seen};stroke-dasharray:0 1", f"{seen};stroke-dasharray:1 0"
        end = clock.at(track.begin, 1.0)
        away = f"{hidden};stroke-dasharray:0 1"
        return [(0.0, away), (begin, away), (begin + _AT_ONCE, none), (end, whole)]
    share = min(1.0, beat.seconds / _SEEN)
    comes, here = begin + clock.percent(_COMES * share), begin + clock.percent(_SEEN * share)
    return [(0.0, hidden), (comes, hidden), (here, seen)]


def _is_line(track: _Track) -> bool:
    """Whether it is drawn along its line as it comes, and then stays where it is."""
    form = track.first.form
    return (
        isinstance(form, Shape)
        and track.first.enter == "draw"
        and not form.fill
        and len(form.paths) == 1
        and form.opacity == 1.0
        and not track.moves
    )


def _declared(
    opacity: float, track: _Track, here: tuple[float, float], at: tuple[float, float]
) -> str:
    told = f"opacity:{opacity:g}"
    if not track.moves:
        return told
    dx, dy = here[0] - at[0], here[1] - at[1]
    return f"{told};transform:translate({number(dx)}px,{number(dy)}px)"


def _traveling(motion: Motion, beat: int, frames: Frames) -> str:
    """Elements on their way along a line, drawn around its first point."""
    x, y = motion.path[0]
    clock = frames.clock
    begin, end = clock.at(beat, motion.start), clock.at(beat, motion.end)
    fade = min(clock.percent(0.15), (end - begin) / 4)
    first, last = "offset-distance:0%", "offset-distance:100%"
    keys = [
        (0.0, f"opacity:0;{first}"),
        (begin, f"opacity:0;{first}"),
        (begin + (_AT_ONCE if motion.starts_visible else fade), f"opacity:1;{first}"),
        (end, f"opacity:1;{last}"),
        (end + fade, f"opacity:0;{last}"),
        (100.0, f"opacity:0;{last}"),
    ]
    way = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in motion.path)
    line = frames.rule_of(f"offset-path:path('{way}')")
    body = "".join(mark(moved(element, -x, -y).form) for element in motion.elements)
    name = frames.class_of(keys)
    return f'<g class="{name} {line}">{body}</g>'
