"""The scene that plays timelines: every scene of the course is one with a lesson of its own."""

import warnings
from typing import ClassVar

from manim import ManimColor, Scene, config

from graphgen.course.registry import timeline_of
from graphgen.course.scene import Lesson
from graphgen.model.errors import InputError
from graphgen.model.timeline import Frame, Timeline

from .cameras import cairo_camera
from .painting import Painter
from .pen import Pen, find_font
from .playing import Player

__all__ = ["StoryboardScene", "TimelineScene"]


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
        player = Player(self, stage.timeline, stage.painter, float(config.frame_rate))
        for step in steps:
            player.play(step)

    def stage(self) -> "Stage":
        """The storyboard for this frame, and what paints it.

        Raises:
            InputError: the scene has no lesson.
            MissingPartError: no font is installed.
        """
        frame, height = self.shape()
        return Stage(self.timeline(frame), height)

    def shape(self) -> tuple[Frame, float]:
        """The frame that the camera has, and its height in Manim's units."""
        camera = cairo_camera(self)
        width, height = float(camera.frame_width), float(camera.frame_height)
        return Frame.like(width, height), height

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
