"""Timeline -> an animated drawing: CSS keyframes bring each element, change it and take it away in
its transition, and move the camera.

Without them, or where motion isn't wanted, the last keyframe is seen, complete: the whole world,
with no camera.
"""

from collections.abc import Mapping, Sequence

from graphgen.draw.elements import moved
from graphgen.model.timeline import Camera, Element, Motion, Shape, Timeline, Transition
from graphgen.outputs.elements import number
from graphgen.outputs.svg.clock import AT_ONCE, Animation, Clock, Key, Rules, Track
from graphgen.outputs.svg.forms import Drawn, drawn, joined, polyline
from graphgen.outputs.svg.spaces import fitted, in_stage, layers, placed
from graphgen.outputs.svg.spans import spans
from graphgen.outputs.svg.tweens import Tween, looks, turn, tweens

__all__ = ["animated", "in_motion"]

_GONE, _COMES, _SEEN = 0.2, 0.2, 0.45
"""Seconds into a transition: what leaves is gone, what comes begins to, and is seen."""

_TURN = 0.35
"""The share of its way on which what travels takes on the look that it has where it arrives."""

_FADE = 0.15
"""Seconds in which what travels comes and goes."""


def animated(timeline: Timeline, prefix: str) -> str:
    """The drawing and its style sheet, which keeps still where motion isn't wanted."""
    rules, body = in_motion(timeline, prefix)
    still = f".{prefix}:is(.reveal section:not(.present) *) [class*={prefix}-]{{animation:none}}"
    gate = "@media screen and (prefers-reduced-motion:no-preference)"
    return f"<style>{gate}{{{rules}{still}}}</style>{body}"


def in_motion(timeline: Timeline, prefix: str) -> tuple[str, str]:
    """The rules by which a drawing moves, and the drawing itself; the last keyframe is its base."""
    transitions = [each for step in timeline.steps for each in step.transitions]
    rules = Rules(prefix, Clock.of(transitions))
    rows = [(tween.base, tween) for tween in tweens(spans(timeline), transitions)]
    behind, world, front = (
        joined((_tween(tween, transitions, rules.clock) for _, tween in part), rules)
        for part in layers(timeline, rows)
    )
    world += _motions(transitions, rules, "world")
    front += _motions(transitions, rules, "frame")
    if timeline.camera is not None:
        name = rules.animation(_camera(timeline, timeline.camera, transitions, rules.clock))
        world = in_stage(timeline, placed(fitted(timeline), world, name))
    else:
        world = placed(fitted(timeline), world)
    return rules.css(), f"{behind}{world}{front}"


def _tween(tween: Tween, transitions: Sequence[Transition], clock: Clock) -> Drawn:
    """An element with what brings it, changes it and takes it away.

    It is drawn as it is at last; what doesn't stay isn't seen without the style sheet.
    """
    if tween.begin == 0 and tween.end is None and len(tween.elements) == 1:
        return drawn(tween.base)
    is_line = _is_line(tween)
    animation = _animation(tween, transitions, clock, is_line)
    return drawn(tween.base, animation if animation.track else None, tween.end is not None, is_line)


def _animation(
    tween: Tween, transitions: Sequence[Transition], clock: Clock, is_line: bool
) -> Animation:
    """When it is seen and how it looks then, and from when on it changes evenly."""
    states, linear = looks(tween), list[float]()
    track: Track = {name: [(0.0, value)] for name, value in states[0].items()}
    for (state, _), before, after in zip(tween.elements[1:], states[:-1], states[1:], strict=True):
        begin, end = clock.at(state - 1), clock.at(state - 1, 1.0)
        for name in after:
            track[name] += [(begin, before[name]), (end, after[name])]
        if transitions[state - 1].easing == "linear":
            linear.append(begin)
    opacity = _opacity(tween, transitions, clock, is_line)
    if any(value == "0" for _, value in opacity):
        track["opacity"] = opacity
    if is_line:
        track["stroke-dasharray"] = _dashes(tween, clock)
    return Animation(track, tuple(linear), is_based=True)


def _opacity(
    tween: Tween, transitions: Sequence[Transition], clock: Clock, is_line: bool
) -> list[Key]:
    """From nothing until it is seen, as it changes, and until it is gone."""
    values = [f"{element.form.opacity:.3g}" for _, element in tween.elements]
    keys = _coming(tween.elements[0], transitions, clock, is_line)
    again = {begin: end for end, begin in tween.gaps}
    for (state, element), before, after in zip(
        tween.elements[1:], values[:-1], values[1:], strict=True
    ):
        if state in again:
            keys += _going(tween.base.key, again[state], before, transitions, clock)
            keys += _coming((state, element), transitions, clock, False)[1:]
        else:
            keys += [(clock.at(state - 1), before), (clock.at(state - 1, 1.0), after)]
    if tween.end is None:
        return keys
    return [*keys, *_going(tween.base.key, tween.end, values[-1], transitions, clock)]


def _going(
    key: str, end: int, seen: str, transitions: Sequence[Transition], clock: Clock
) -> list[Key]:
    """Until it is gone: at once, or faded out."""
    last, begin = transitions[end - 1], clock.at(end - 1)
    is_at_once = last.easing == "linear" or key in last.carried
    gone = AT_ONCE if is_at_once else clock.percent(min(_GONE, last.seconds))
    return [(begin, seen), (begin + gone, "0")]


def _coming(
    first: tuple[int, Element],
    transitions: Sequence[Transition],
    clock: Clock,
    is_line: bool,
) -> list[Key]:
    """From nothing until it is seen: at once, faded in, or drawn along its line."""
    state, element = first
    seen = f"{element.form.opacity:.3g}"
    if not state:
        return [(0.0, seen)]
    transition, begin = transitions[state - 1], clock.at(state - 1)
    landed = _landing(element.key, transition)
    if landed is not None:
        there = clock.at(state - 1, landed)
        return [(0.0, "0"), (there - AT_ONCE, "0"), (there, seen)]
    if transition.easing == "linear" or is_line:
        return [(0.0, "0"), (begin, "0"), (begin + AT_ONCE, seen)]
    share = min(1.0, transition.seconds / _SEEN)
    comes, here = (begin + clock.percent(seconds * share) for seconds in (_COMES, _SEEN))
    return [(0.0, "0"), (comes, "0"), (here, seen)]


def _landing(key: str, transition: Transition) -> float | None:
    """The share of a transition after which an element has come to its place in a motion; None
    where it comes by itself."""
    if key not in transition.landing:
        return None
    return max(
        motion.end
        for motion in transition.motions
        if motion.ends_visible and any(each.key == key for each in motion.elements)
    )


def _is_line(tween: Tween) -> bool:
    """Whether it is drawn along its line as it comes, and then stays as it is."""
    form = tween.base.form
    return (
        isinstance(form, Shape)
        and tween.begin > 0
        and tween.base.enter == "draw"
        and not form.fill
        and not form.dash
        and len(form.paths) == 1
        and form.opacity == 1.0
        and len(tween.elements) == 1
    )


def _dashes(tween: Tween, clock: Clock) -> list[Key]:
    at = tween.begin - 1
    return [(0.0, "0 1"), (clock.at(at) + AT_ONCE, "0 1"), (clock.at(at, 1.0), "1 0")]


def _motions(transitions: Sequence[Transition], rules: Rules, space: str) -> str:
    """What travels, in a group that only the style sheet shows."""
    body = "".join(
        _traveling(motion, index, transition, rules)
        for index, transition in enumerate(transitions)
        for motion in transition.motions
        if motion.elements and motion.elements[0].space == space
    )
    return f'<g visibility="hidden">{body}</g>' if body else ""


def _traveling(motion: Motion, at: int, transition: Transition, rules: Rules) -> str:
    """Elements on their way along a path, drawn around its first point."""
    clock = rules.clock
    begin, end = clock.at(at, motion.start), clock.at(at, motion.end)
    fade = min(clock.percent(_FADE), (end - begin) / 4)
    comes = AT_ONCE if motion.starts_visible else fade
    goes = AT_ONCE if motion.ends_visible else fade
    track: Track = {
        "opacity": [(0.0, "0"), (begin, "0"), (begin + comes, "1"), (end, "1"), (end + goes, "0")],
        "offset-distance": [(begin + comes, "0%"), (end, "100%")],
    }
    linear = (begin + comes,) if transition.easing == "linear" else ()
    line = rules.rule(f"offset:path('{polyline(motion.path)}') 0deg")
    goals = {element.key: element for element in transition.keyframe} if motion.ends_visible else {}
    turns = (end - _TURN * (end - begin), end)
    body = joined((_passenger(each, motion, goals, turns) for each in motion.elements), rules)
    return f'<g class="{rules.animation(Animation(track, linear))} {line}">{body}</g>'


def _passenger(
    element: Element,
    motion: Motion,
    goals: Mapping[str, Element],
    turns: tuple[float, float],
) -> Drawn:
    """One element of a motion, drawn around the origin; between two times it turns into what it is
    in the keyframe that it comes to, where it can."""
    (x, y), (end_x, end_y) = motion.path[0], motion.path[-1]
    own, goal = moved(element, -x, -y), goals.get(element.key)
    if goal is None:
        return drawn(own)
    track = turn(own, moved(goal, -end_x, -end_y), turns)
    return drawn(own, Animation(track) if track else None)


def _camera(
    timeline: Timeline, start: Camera, transitions: Sequence[Transition], clock: Clock
) -> Animation:
    """Where the world's group is, as the camera goes from place to place."""
    keys: list[Key] = [(0.0, _transform(timeline, start))]
    linear = list[float]()
    for at, transition in enumerate(transitions):
        if transition.camera is None:
            continue
        keys += [
            (clock.at(at), keys[-1][1]),
            (clock.at(at, 1.0), _transform(timeline, transition.camera)),
        ]
        if transition.easing == "linear":
            linear.append(clock.at(at))
    return Animation({"transform": keys}, tuple(linear))


def _transform(timeline: Timeline, camera: Camera) -> str:
    """What puts the world where a camera shows it; lists of equal length, so that browsers
    interpolate center and scale, as films do."""
    middle, center = timeline.frame.stage.center, camera.center
    return (
        f"translate({number(middle.x)}px,{number(middle.y)}px) scale({camera.scale:.4g}) "
        f"translate({number(-center.x)}px,{number(-center.y)}px)"
    )
