"""Visibility spans -> tweens: forms of one element that differ by place, size, colour, width or
opacity alone are one SVG element, which goes from each to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graphgen.model.timeline import Element, Shape, Text, Transition
from graphgen.outputs.elements import number, plain_color
from graphgen.outputs.svg.spans import VisibilitySpan

__all__ = ["Look", "Tween", "looks", "turn", "tweens"]

_NEAR = 0.05

Look = dict[str, str]
"""CSS properties and their values."""


@dataclass(slots=True)
class Tween:
    """An element that is one whenever it is seen.

    Attributes:
        elements: its forms, each with the state from which on it has it.
        gaps: the states from which on it isn't seen for a while, and from which on again.
        end: the first state that doesn't show it any more; None where it stays.
    """

    elements: list[tuple[int, Element]]
    end: int | None
    gaps: list[tuple[int, int]] = field(default_factory=list)

    @property
    def begin(self) -> int:
        """The first state that shows it."""
        return self.elements[0][0]

    @property
    def base(self) -> Element:
        """As it is at last, and as it is drawn."""
        return self.elements[-1][1]

    def extend(self, span: VisibilitySpan) -> None:
        """Add what it is next."""
        if self.end is not None and self.end < span.begin:
            self.gaps.append((self.end, span.begin))
        self.elements.append((span.begin, span.element))
        self.end = span.end


def tweens(rows: Sequence[VisibilitySpan], transitions: Sequence[Transition]) -> list[Tween]:
    """Spans joined to tweens, in the order in which they are painted.

    What leaves or comes in a motion is not the same SVG element before and after it, and what is
    drawn along its line comes once.
    """
    moving = [each.carried | each.landing for each in transitions]
    joined: list[tuple[int, Tween]] = []
    last: dict[str, Tween] = {}
    order = sorted(range(len(rows)), key=lambda at: rows[at].begin)
    for at in order:
        span = rows[at]
        known = last.get(span.element.key)
        if known is not None and _goes_on(known, span, moving):
            known.extend(span)
        else:
            last[span.element.key] = Tween([(span.begin, span.element)], span.end)
            joined.append((at, last[span.element.key]))
    return [tween for _, tween in sorted(joined, key=lambda pair: pair[0])]


def _goes_on(tween: Tween, span: VisibilitySpan, moving: Sequence[frozenset[str]]) -> bool:
    """Whether a span is of the same SVG element."""
    if span.begin and span.element.key in moving[span.begin - 1]:
        return False
    if tween.end is not None and tween.end < span.begin and span.element.enter == "draw":
        return False
    return _can_turn(tween.base, span.element)


def looks(tween: Tween) -> list[Look]:
    """For each form, the properties that differ between forms; as seen from the base."""
    states = [_look(element, tween.base) for _, element in tween.elements]
    names = [name for name in states[0] if any(look[name] != states[0][name] for look in states)]
    return [{name: look[name] for name in names} for look in states]


def turn(
    element: Element, goal: Element, between: tuple[float, float]
) -> dict[str, list[tuple[float, str]]]:
    """The keys by which an element takes on another look between two times, in percent; none
    where it can't, or has it.

    Args:
        element: as it is before.
        goal: as it is after.
        between: when it begins and ends, in percent of the animation.

    Returns:
        Attribute -> (percent, value) of each key.
    """
    if not _can_turn(element, replace(goal, layer=element.layer, space=element.space)):
        return {}
    own, other = _look(element, element), _look(goal, element)
    begin, end = between
    return {
        name: [(begin, own[name]), (end, other[name])] for name in own if own[name] != other[name]
    }


def _look(element: Element, base: Element) -> Look:
    form, drawn = element.form, base.form
    look = {"opacity": f"{form.opacity:.3g}"}
    if isinstance(form, Text) and isinstance(drawn, Text):
        grown = form.size / drawn.size
        dx, dy = form.x - grown * drawn.x, form.y - grown * drawn.y
        look["transform"] = f"translate({number(dx)}px,{number(dy)}px)"
        if abs(grown - 1.0) > 0.001:
            look["transform"] = f"translate({dx:.2f}px,{dy:.2f}px) scale({grown:.4g})"
        return {**look, "fill": plain_color(form.ink)}
    if isinstance(form, Shape) and isinstance(drawn, Shape):
        (x, y), (bx, by) = form.paths[0][0], drawn.paths[0][0]
        look["transform"] = f"translate({number(x - bx)}px,{number(y - by)}px)"
        if form.fill:
            look["fill"] = plain_color(form.fill)
        if form.line:
            look |= {"stroke": plain_color(form.line), "stroke-width": f"{form.width:.2g}"}
    return look


def _can_turn(one: Element, other: Element) -> bool:
    """Whether one element can be both, one after the other."""
    if one.space != other.space or abs(one.layer - other.layer) > 1:
        return False  # what acts is one layer higher: no reason to write it twice
    a, b = one.form, other.form
    if isinstance(a, Text) and isinstance(b, Text):
        return replace(a, x=b.x, y=b.y, size=b.size, ink=b.ink, opacity=b.opacity) == b
    if not (isinstance(a, Shape) and isinstance(b, Shape)):
        return False
    if (bool(a.fill), bool(a.line), a.is_curved) != (bool(b.fill), bool(b.line), b.is_curved):
        return False
    if a.dash != b.dash:
        return False
    return _is_shifted(a, b)


def _is_shifted(a: Shape, b: Shape) -> bool:
    """Whether outlines differ by their place alone."""
    if a.paths is b.paths or a.paths == b.paths:
        return bool(a.paths and a.paths[0])
    if [len(path) for path in a.paths] != [len(path) for path in b.paths] or not a.paths[0]:
        return False
    dx, dy = b.paths[0][0][0] - a.paths[0][0][0], b.paths[0][0][1] - a.paths[0][0][1]
    return all(
        abs(x + dx - u) + abs(y + dy - v) < _NEAR
        for p, q in zip(a.paths, b.paths, strict=True)
        for (x, y), (u, v) in zip(p, q, strict=True)
    )
