"""Timeline -> lives: for each look of each element, the beats between which it is seen."""

from dataclasses import dataclass

from graphgen.model.timeline import Element, Timeline

__all__ = ["Life", "lives", "step_lives"]


@dataclass(frozen=True, slots=True)
class Life:
    """One look of an element.

    Attributes:
        begin: the number of the still that shows it first.
        end: of the first that doesn't any more; None where it stays to the end.
    """

    element: Element
    begin: int
    end: int | None


def lives(timeline: Timeline) -> list[Life]:
    """By beats, in the order in which they are painted."""
    return _lives([beat.keyframe for step in timeline.steps for beat in step.transitions])


def step_lives(timeline: Timeline) -> list[Life]:
    """By steps: what is only seen within one is left out."""
    return _lives([step.keyframe for step in timeline.steps])


def _lives(stills: list[tuple[Element, ...]]) -> list[Life]:
    open_: dict[str, tuple[Element, int, int]] = {}
    found: list[tuple[int, int, Life]] = []
    for at, still in enumerate(stills):
        seen = {element.key: (place, element) for place, element in enumerate(still)}
        for key, (element, begin, place) in list(open_.items()):
            now = seen.get(key)
            if now is None or now[1] != element:
                found.append((element.layer, place, Life(element, begin, at)))
                del open_[key]
        for key, (place, element) in seen.items():
            if key not in open_:
                open_[key] = (element, at, place)
    found += [(e.layer, place, Life(e, begin, None)) for e, begin, place in open_.values()]
    return [life for _, _, life in sorted(found, key=lambda row: row[:2])]
