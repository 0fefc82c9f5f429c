"""Transition -> animations: the difference of two keyframes, what travels, and how the camera goes.

A transition begins and ends with exactly what its keyframes say, so a film that begins at any step
has the frames that the whole has there. What is the same element in both isn't touched, and what no
camera of the transition sees isn't made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from manim import Mobject, Scene, VMobject

from graphgen.model.timeline import (
    Camera,
    Element,
    Keyframe,
    Motion,
    Text,
    Timeline,
    Transition,
)

from .fast.glide import Glide, View
from .marks import Bundle
from .morphs import Draw, Grow, Morph, Slide, can_morph
from .motion import LANDS, Act, Fade, Travel, Window, smoothed
from .painting import Painter

__all__ = ["Player", "frame_at"]

_CHANGE = 0.5
"""Seconds in which what comes or goes fades."""

_GONE, _COMES = 0.55, 0.4
"""Shares of them: when what leaves is gone, and when what comes begins to be seen."""

_FADES = 30
"""Poses a second: nobody sees more of them in what doesn't move."""

_HAIR = 0.01
"""Of a frame: Manim rounds the frames of a play up and those of a wait down."""


class Player:
    """Plays steps of a timeline in a scene; what the scene held before stays behind everything.

    Args:
        scene: where to.
        timeline: what is played.
        painter: what paints its elements.
        frame_rate: of the film, in frames a second.
    """

    def __init__(
        self, scene: Scene, timeline: Timeline, painter: Painter, frame_rate: float
    ) -> None:
        self._scene, self._timeline, self._painter = scene, timeline, painter
        self._rate = frame_rate
        self._before = list(scene.mobjects)

    def play(self, index: int) -> None:
        """Play a step, from the keyframe before it."""
        steps = self._timeline.steps
        before = steps[index - 1].keyframe if index else self._timeline.first
        camera = self._camera_before(index)
        passed = sum(step.seconds for step in steps[:index])
        for transition in steps[index].transitions:
            begin = frame_at(passed, self._rate)
            passed = round(passed + transition.seconds, 1)
            end = None if camera is None else transition.camera or camera
            change = _Change(self._painter, before, transition, camera, end)
            self._play(change, frame_at(passed, self._rate) - begin)
            before, camera = transition.keyframe, end

    def _camera_before(self, index: int) -> Camera | None:
        """Where the camera is before a step; None where it never moves."""
        if self._timeline.camera is None:
            return None
        for step in reversed(self._timeline.steps[:index]):
            for transition in reversed(step.transitions):
                if transition.camera is not None:
                    return transition.camera
        return self._timeline.camera

    def _play(self, change: "_Change", frames: int) -> None:
        world, front, acts = change.begin()
        if change.glides:
            whole = Bundle(*world)
            glide = Glide(whole, change.path)
            self._stand([whole, *front])
            self._run(frames, [*acts, glide])
            glide.undo()
        else:
            self._stand([*world, *front])
            self._run(frames, acts)
        self._stand(change.finish())

    def _stand(self, mobjects: Iterable[Mobject]) -> None:
        """Exactly these are in the frame, from the back to the front.

        Set at once: Scene.add looks through every mobject's family for each one that it adds.
        """
        self._scene.mobjects = [*self._before, *mobjects]

    def _run(self, frames: int, acts: Sequence[Act | Glide]) -> None:
        """Play acts, or hold still, for a whole number of frames."""
        if frames < 1:
            for act in acts:
                act.interpolate(1.0)
            return
        poses = ceil(frames / self._rate * _FADES)
        for act in acts:
            if isinstance(act, Fade) and poses < frames:
                act.poses = poses
        if acts:
            self._scene.play(*acts, run_time=(frames - _HAIR) / self._rate)
        else:
            self._scene.wait((frames + _HAIR) / self._rate)


@dataclass(slots=True)
class _Change:
    """From one keyframe to the next.

    Attributes:
        shown: the keyframe before.
        start, end: the cameras; None where there is none.
    """

    painter: Painter
    shown: Keyframe
    transition: Transition
    start: Camera | None
    end: Camera | None
    _gone: list[Fade] = field(default_factory=list)

    @property
    def glides(self) -> bool:
        """Whether the camera moves."""
        return self.start != self.end

    def path(self, share: float) -> View:
        """Where what the first camera sees stands at a share of the time."""
        assert self.start is not None
        assert self.end is not None
        way = share if self.transition.easing == "linear" else smoothed(share)
        first = self.painter.view_of(self.start)
        view = self.painter.view_of(self.start.toward(self.end, way))
        ratio = view.scale / first.scale
        return View(ratio, view.x - first.x * ratio, view.y - first.y * ratio)

    def begin(self) -> tuple[list[VMobject], list[VMobject], list[Act]]:
        """What of the world, and in front of it, is there meanwhile, and how it moves."""
        painter, transition = self.painter, self.transition
        painter.look_through(self.start)
        area = painter.seen(self.start, self.end)
        landing = self._landing()
        before = {element.key: element for element in self.shown}
        coming = [e for e in transition.keyframe if e.key not in landing]
        leaving = list(self._leaving(landing))
        window = (0.0, min(1.0, _CHANGE / transition.seconds))
        self._gone = [
            Fade(painter.mobject(element), (0.0, _GONE * window[1]), 1.0, 0.0)
            for element in leaving
            if painter.is_seen(element, area)
        ]
        acts: list[Act] = [*self._gone]
        late = self._late(landing)
        for element in coming:
            known = before.get(element.key)
            if known is not element and painter.is_seen(element, area):
                comes = late.get(element.key, (_COMES * window[1], window[1]))
                acts += self._turned(known, element, comes)
        moved, moving = self._motions(landing)
        acts += moving
        for act in acts:
            act.is_linear = transition.easing == "linear"
        standing = [each for each in (*leaving, *coming) if painter.is_seen(each, area)]
        return (*self._stacked(standing, moved), acts)

    def finish(self) -> list[VMobject]:
        """What is there at the end; what has faded is as it was, should it come again."""
        for act in self._gone:
            act.pose(0.0)
        painter = self.painter
        painter.look_through(self.end)
        area = painter.seen(self.end)
        standing = [each for each in self.transition.keyframe if painter.is_seen(each, area)]
        world, front = self._stacked(standing, [])
        return [*world, *front]

    def _stacked(
        self, standing: list[Element], moved: Sequence[tuple[Bundle, str]]
    ) -> tuple[list[VMobject], list[VMobject]]:
        """The world and what is in front of it, each from the back to the front, what travels last.

        Without a camera there is no front but what travels: layers alone decide.
        """
        paint = self.painter.mobject
        ordered = sorted(standing, key=lambda element: element.layer)
        if self.start is None:
            return [paint(each) for each in ordered], [bundle for bundle, _ in moved]
        world, front = (
            [
                *(paint(each) for each in ordered if each.space == space),
                *(bundle for bundle, where in moved if where == space),
            ]
            for space in ("world", "frame")
        )
        return world, front

    def _leaving(self, landing: dict[str, Element]) -> Iterator[Element]:
        """What fades out: it is there no more, or is something else now."""
        after = {element.key: element for element in self.transition.keyframe}
        carried = self.transition.carried
        for element in self.shown:
            other = after.get(element.key)
            if element is other or element.key in carried:
                continue
            if other is None or element.key in landing or self._is_swapped(element, other):
                yield element

    def _turned(self, known: Element | None, element: Element, comes: Window) -> Iterator[Act]:
        """How an element comes to be as it is in the keyframe."""
        mobject = self.painter.mobject(element)
        if not len(mobject.points):
            return
        if known is None:
            yield _enter(element, mobject, comes)
        elif known.form is element.form or known.form == element.form:
            return
        elif self._is_swapped(known, element):
            yield Fade(mobject, comes)
        else:
            yield from self._turn(known, element, mobject)

    def _turn(self, old: Element, new: Element, end: VMobject) -> Iterator[Act]:
        """From one form to another; words that differ are others at once, however alike."""
        start = self.painter.mobject(old)
        one, other = old.form, new.form
        if isinstance(one, Text) and isinstance(other, Text) and one.text != other.text:
            yield Slide(end, self.painter.between(new, old))
        elif can_morph(start, end):
            yield Morph(start, end)

    def _is_swapped(self, old: Element, new: Element) -> bool:
        """Whether one form fades out as the other fades in, because it can't turn into it."""
        one, other = old.form, new.form
        if self.transition.easing == "linear" or one is other or one == other:
            return False
        if isinstance(one, Text) and isinstance(other, Text):
            return one.text != other.text or _face(one) != _face(other)
        return not can_morph(self.painter.mobject(old), self.painter.mobject(new))

    def _landing(self) -> dict[str, Element]:
        """What comes in a motion and turns into what stands at its end, by its key."""
        keys = self.transition.landing
        if not keys:
            return {}
        standing = {e.key: e for e in self.transition.keyframe if e.key in keys}
        return {
            element.key: standing[element.key]
            for motion in self.transition.motions
            for element in motion.elements
            if element.key in keys and self._becomes(element, standing[element.key])
        }

    def _late(self, landing: dict[str, Element]) -> dict[str, Window]:
        """When it comes what arrives in a motion but can't turn into what stands there."""
        return {
            element.key: (motion.start + (motion.end - motion.start) * LANDS, motion.end)
            for motion in self.transition.motions
            if motion.ends_visible
            for element in motion.elements
            if element.key not in landing
        }

    def _becomes(self, element: Element, standing: Element) -> bool:
        """Whether what travels can turn into what stands where it arrives."""
        one, other = element.form, standing.form
        if isinstance(one, Text) and isinstance(other, Text):
            return one.text == other.text and _face(one) == _face(other)
        return can_morph(self.painter.fresh(element), self.painter.mobject(standing))

    def _motions(self, landing: dict[str, Element]) -> tuple[list[tuple[Bundle, str]], list[Act]]:
        """What travels, each with the space that it is in, and how."""
        moved: list[tuple[Bundle, str]] = []
        acts: list[Act] = []
        for motion in self.transition.motions:
            space = motion.elements[0].space if motion.elements else "world"
            bundle, elements = self.painter.bundle(motion.elements)
            ends = [self._end_of(each, motion, landing) for each in elements]
            moved.append((bundle, space))
            acts.append(
                Travel(
                    bundle,
                    self.painter.line(motion.path, space),
                    (motion.start, motion.end),
                    (not motion.starts_visible, not motion.ends_visible),
                    ends,
                )
            )
        return moved, acts

    def _end_of(
        self, element: Element, motion: Motion, landing: dict[str, Element]
    ) -> VMobject | None:
        if not motion.ends_visible or element.key not in landing:
            return None
        return self.painter.mobject(landing[element.key])


def _enter(element: Element, mobject: VMobject, window: Window) -> Act:
    if element.enter == "draw":
        return Draw(mobject)
    if element.enter == "grow":
        return Grow(mobject, window)
    return Fade(mobject, window)


def frame_at(seconds: float, frame_rate: float) -> int:
    """The number of the frame that is shown first at a time of the film."""
    return round(seconds * frame_rate)


def _face(form: Text) -> tuple[bool, bool]:
    """What of a text says which outlines its letters have."""
    return form.is_bold, form.is_formula
