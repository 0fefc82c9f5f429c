"""Which mobjects can change while animations play: only those are looked at in each frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from manim import AnimationGroup

__all__ = ["Watch", "watch", "watched"]

_KEEP_TO_THEIR_OWN = frozenset(
    {
        "manim.animation.animation",
        "manim.animation.composition",
        "manim.animation.creation",
        "manim.animation.fading",
        "manim.animation.growing",
        "manim.animation.indication",
        "manim.animation.movement",
        "manim.animation.rotation",
        "manim.animation.transform",
        "graphgen.scenes.fast.glide",
        "graphgen.scenes.morphs",
        "graphgen.scenes.motion",
    }
)
"""The modules whose animations change the families of their own mobjects and nothing else."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What may change in the frames of one animation.

    Attributes:
        movers: what Manim calls the moving mobjects; another list is another animation.
        roots: whose families may change.
        members: the families as they were, and their z-index.
        mobjects, places: those that are drawn, and where they stand among all that is.
    """

    movers: Any
    roots: tuple[Any, ...]
    members: tuple[tuple[int, float], ...]
    mobjects: tuple[Any, ...]
    places: tuple[int, ...]

    def holds(self, movers: Any) -> bool:
        """Whether the same mobjects are still drawn in the same order."""
        return movers is self.movers and self.members == _members(self.roots)


def watch(movers: Any, roots: Sequence[Any], shown: Sequence[Any], first: int) -> Watch:
    """Begin to watch the families of some mobjects.

    Args:
        movers: what Manim counts as moving.
        roots: the mobjects whose families may change.
        shown: all that is drawn and may move, from the back to the front.
        first: how much is drawn behind it.

    Returns:
        Which of what is drawn is watched, and at which places of the order.
    """
    family = {id(mobject) for root in roots for mobject in root.get_family()}
    places = [(mobject, first + at) for at, mobject in enumerate(shown) if id(mobject) in family]
    return Watch(
        movers,
        tuple(roots),
        _members(roots),
        tuple(mobject for mobject, _ in places),
        tuple(place for _, place in places),
    )


def _members(roots: Sequence[Any]) -> tuple[tuple[int, float], ...]:
    return tuple(
        (id(mobject), mobject.z_index)
        for root in roots
        for mobject in root.family_members_with_points()
    )


def watched(scene: Any, animations: Iterable[Any]) -> list[Any] | None:
    """The mobjects whose families may change from frame to frame; None when anything may.

    Anything may change where there are updaters, or animations that we don't know.
    """
    if scene.updaters or any(_has_updaters(mobject) for mobject in scene.mobjects):
        return None
    moving: list[Any] = []
    for animation in animations:
        if type(animation).__module__ not in _KEEP_TO_THEIR_OWN:
            return None
        if isinstance(animation, AnimationGroup):
            inner = watched(scene, animation.animations)
            if inner is None:
                return None
            moving += inner
        moving.append(animation.mobject)
    if any(_has_updaters(mobject) for mobject in moving):
        return None
    return moving


def _has_updaters(mobject: Any) -> bool:
    waiting = [mobject]
    while waiting:
        one = waiting.pop()
        if one.updaters:
            return True
        waiting += one.submobjects
    return False
