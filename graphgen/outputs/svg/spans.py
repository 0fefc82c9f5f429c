"""Timeline -> visibility spans: for each form of each element, the states between which it is seen.

State 0 is what stands there before the first step; each transition ends in the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graphgen.model.timeline import Element, Keyframe, Timeline

__all__ = ["VisibilitySpan", "spans", "states", "step_spans"]


@dataclass(frozen=True, slots=True)
class VisibilitySpan:
    """One form of an element.

    Attributes:
        begin: the number of the state that shows it first.
        end: of the first that doesn't any more; None where it stays to the end.
    """

    element: Element
    begin: int
    end: int | None


def states(timeline: Timeline) -> list[Keyframe]:
    """What is seen before the first transition, and at the end of each."""
    ends = (each.keyframe for step in timeline.steps for each in step.transitions)
    return [timeline.first, *ends]


def spans(timeline: Timeline) -> list[VisibilitySpan]:
    """By transitions, in the order in which they are painted."""
    return _spans(states(timeline))


def step_spans(timeline: Timeline) -> list[VisibilitySpan]:
    """By steps, the first of which is state 0: what is only seen within one is left out."""
    return _spans(step.keyframe for step in timeline.steps)


def _spans(keyframes: Iterable[Keyframe]) -> list[VisibilitySpan]:
    open_: dict[str, tuple[Element, int, int]] = {}
    rows: list[tuple[int, int, VisibilitySpan]] = []
    for at, keyframe in enumerate(keyframes):
        seen = {element.key: (place, element) for place, element in enumerate(keyframe)}
        for key, (element, begin, place) in list(open_.items()):
            now = seen.get(key)
            if now is None or not (now[1] is element or now[1] == element):
                rows.append((element.layer, place, VisibilitySpan(element, begin, at)))
                del open_[key]
        for key, (place, element) in seen.items():
            if key not in open_:
                open_[key] = (element, at, place)
    rows += [(e.layer, place, VisibilitySpan(e, begin, None)) for e, begin, place in open_.values()]
    return [span for _, _, span in sorted(rows, key=lambda row: row[:2])]
