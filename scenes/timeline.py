"""The scene that plays timelines: every scene of the course is one with a lesson of its own."""

import warnings
from collections.abc import Iterator
from typing import ClassVar

from manim import ManimColor, Scene, VMobject, config

from graphgen.course.registry import timeline_of
from graphgen.course.scene import Lesson
from graphgen.model.errors import InputError
from graphgen.model.timeline import Element, Frame, Keyframe, Shape, Text, Timeline, Transition

from .beats import frame_at
from .boards import Boards
from .cameras import cairo_camera
from .morphs import Draw, Grow, Morph, Slide, can_morph
from .motion import Act, Fade, Travel, Window
from .painting import Painter
from .pen import Pen, find_font

__all__ = ["StoryboardScene", "TimelineScene"]

_CHANGE = 0.5
"""Seconds in which what comes or goes fades."""

_GONE, _COMES = 0.55, 0.4
"""Shares of them: when what leaves is gone, and when what comes begins to be seen."""


class TimelineScene(Scene):
    """The film of a lesson, an ordinary Manim scene.

    Subclass it and say which lesson it tells::

        class Slope(TimelineScene):
            lesson = loads(Path("tangent.json").read_text())

    Attributes:
        lesson: what was recorded.
        steps: which steps are played; None for all. The frames of a part are the frames that the
            whole film has there.
    """

    lesson: ClassVar[Lesson | None] = None
    steps: ClassVar[range | None] = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The class attributes for the text of a lesson file."""
        from graphgen.course.lesson_file import loads

        return {"lesson": loads(content)}

    def construct(self) -> None:
        """Play the steps."""
        stage = self.stage()
        camera = cairo_camera(self)
        camera.background_color = ManimColor(stage.timeline.theme.page)
        camera.init_background()
        steps = range(len(stage.timeline.steps)) if self.steps is None else self.steps
        player = _Player(self, stage, float(config.frame_rate))
        for step in steps:
            player.play(step)

    def stage(self) -> "Stage":
        """The storyboard for this frame, and what paints it.

        Raises:
            InputError: the scene has no lesson.
            MissingPartError: no font is installed.
        """
        camera = cairo_camera(self)
        width, height = float(camera.frame_width), float(camera.frame_height)
        return Stage(self.timeline(Frame.like(width, height)), height)

    def timeline(self, frame: Frame) -> Timeline:
        """The storyboard in a frame of this shape: the lesson's; a scene of one's own makes it."""
        return timeline_of(self.told(), frame)

    def told(self) -> Lesson:
        """The lesson.

        Raises:
            InputError: the scene has none.
        """
        if self.lesson is None:
            raise InputError(
                f"{type(self).__name__} needs a lesson: it has none; give its class an attribute "
                "`lesson`, as graphgen.course.lesson_file.loads reads it from a lesson file"
            )
        return self.lesson


class StoryboardScene(TimelineScene):
    """A TimelineScene under the name that it had, whose subclasses have a method `board`; goes with
    the next release."""

    def __init_subclass__(cls, **options: object) -> None:
        """Say what to subclass instead."""
        warnings.warn(
            f"{cls.__name__}: StoryboardScene is now TimelineScene, and its method `board` is now "
            "`timeline`",
            DeprecationWarning,
            stacklevel=2,
        )
        super().__init_subclass__(**options)

    def timeline(self, frame: Frame) -> Timeline:
        """What `board` gives."""
        return self.board(frame)

    def board(self, size: Frame) -> Timeline:
        """The timeline in a frame of this shape."""
        return super().timeline(size)


class Stage:
    """A timeline and what paints it.

    Args:
        height: of the frame, in Manim's units.
    """

    def __init__(self, timeline: Timeline, height: float) -> None:
        self.timeline = timeline
        self.painter = Painter(timeline.frame, height, Pen(find_font(timeline.theme.fonts)))


class _Player:
    """Plays steps of a storyboard in a scene."""

    def __init__(self, scene: Scene, stage: Stage, frame_rate: float) -> None:
        self._timeline, self._painter, self._rate = stage.timeline, stage.painter, frame_rate
        self._boards = Boards(scene, frame_rate, covers=False)

    def play(self, index: int) -> None:
        """Play a step, from the still before it."""
        steps = self._timeline.steps
        shown = steps[index - 1].keyframe if index else self._timeline.first
        passed = sum(step.seconds for step in steps[:index])
        for beat in steps[index].transitions:
            last = frame_at(passed, self._rate)
            passed = round(passed + beat.seconds, 1)
            self._beat(shown, beat, frame_at(passed, self._rate) - last)
            shown = beat.keyframe

    def _beat(self, shown: Keyframe, beat: Transition, frames: int) -> None:
        before = {element.key: element for element in shown}
        after = {element.key: element for element in beat.keyframe}
        leaving = [
            element
            for element in shown
            if element.key not in beat.carried
            and (element.key not in after or self._is_swapped(element, after[element.key], beat))
        ]
        ordered = _together(leaving, beat.keyframe)
        self._boards.stand([self._painter.mobject(element) for element in ordered])
        window = (0.0, min(1.0, _CHANGE / beat.seconds))
        gone = [self._leave(element, window) for element in leaving]
        acts = [*gone, *self._changes(before, beat, window)]
        bundles = [self._painter.bundle(motion.elements) for motion in beat.motions]
        self._boards.add(bundles)
        moving = [
            Travel(
                bundle,
                self._painter.line(motion.path),
                (motion.start, motion.end),
                fades=(not motion.starts_visible, not motion.ends_visible),
            )
            for bundle, motion in zip(bundles, beat.motions, strict=True)
        ]
        for act in (*acts, *moving):
            act.is_linear = beat.easing == "linear"
        self._boards.beat(frames, [*acts, *moving])
        for act in gone:
            act.pose(0.0)
        self._boards.stand([self._painter.mobject(element) for element in _layered(beat.keyframe)])

    def _changes(
        self, before: dict[str, Element], beat: Transition, window: Window
    ) -> Iterator[Act]:
        for element in beat.keyframe:
            known = before.get(element.key)
            mobject = self._painter.mobject(element)
            if not len(mobject.points):
                continue
            if known is None:
                yield _enter(element, mobject, (_COMES * window[1], window[1]))
            elif known.form is element.form or known.form == element.form:
                continue
            elif self._is_swapped(known, element, beat):
                yield Fade(mobject, (_COMES * window[1], window[1]))
            else:
                yield from self._turn(known.form, element.form)

    def _turn(self, old: Shape | Text, new: Shape | Text) -> Iterator[Act]:
        """From one form to another; words that differ are others at once, however alike."""
        start, end = self._painter.kept(old), self._painter.kept(new)
        if isinstance(old, Text) and isinstance(new, Text) and old.text != new.text:
            yield Slide(end, self._painter.between(new, old))
        elif can_morph(start, end):
            yield Morph(start, end)

    def _is_swapped(self, old: Element, new: Element, beat: Transition) -> bool:
        """Whether one form fades out as the other fades in, because it can't turn into it."""
        if beat.easing == "linear" or old.form == new.form:
            return False
        if isinstance(old.form, Text) and isinstance(new.form, Text):
            return old.form.text != new.form.text or old.form.is_bold != new.form.is_bold
        return not can_morph(self._painter.mobject(old), self._painter.mobject(new))

    def _leave(self, element: Element, window: Window) -> Act:
        return Fade(self._painter.mobject(element), (0.0, _GONE * window[1]), 1.0, 0.0)


def _enter(element: Element, mobject: VMobject, window: Window) -> Act:
    if element.enter == "draw":
        return Draw(mobject)
    if element.enter == "grow":
        return Grow(mobject, window)
    return Fade(mobject, window)


def _layered(still: Keyframe) -> list[Element]:
    return sorted(still, key=lambda element: element.layer)


def _together(leaving: list[Element], still: Keyframe) -> list[Element]:
    """What leaves, below what stays or comes in its own layer."""
    return sorted([*leaving, *still], key=lambda element: element.layer)
