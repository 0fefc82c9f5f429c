"""The main scene: a story's values flow forward, its gradients come back, path by path."""

from typing import ClassVar

from graphgen.course.registry import shown_of
from graphgen.draw.story_timeline import draw_story
from graphgen.model.errors import InputError
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame, Timeline

from .asking import Asking
from .timeline import Stage, TimelineScene

__all__ = ["BackpropScene"]


class StoryStage(Stage):
    """A story's timeline and what paints it.

    Args:
        timeline: what is played.
        height: of the frame, in Manim's units.
        picture: what the timeline was drawn from.
    """

    def __init__(self, timeline: Timeline, height: float, picture: Picture) -> None:
        super().__init__(timeline, height)
        self.picture, self.story, self.theme = picture, picture.story, picture.theme

    def __getattr__(self, name: str) -> object:
        raise AttributeError(
            f"a stage has no {name!r} any more: what stands in the frame after step n is "
            "stage.timeline.steps[n].keyframe, and stage.painter.mobject makes mobjects of it"
        )


class BackpropScene(Asking, TimelineScene):
    """The film of a program or of a picture, an ordinary Manim scene.

    Subclass it and say which program or which picture it shows::

        class TwoPaths(BackpropScene):
            program = "s = a + b; c = s * b"
            values = {"a": 2.0, "b": 3.0}

        class Saved(BackpropScene):
            picture = loads(Path("two-paths.json").read_text())

    Attributes:
        picture: the story, where everything stands, and how it is painted; it goes before a
            program.
        steps: which steps of the story are played; None for all. The frames of a part are the
            frames that the whole film has there.
    """

    scene = "backprop"
    picture: ClassVar[Picture | None] = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The class attributes for the text of a story file."""
        from graphgen.draw.story_file import loads

        return {"picture": loads(content)}

    def stage(self) -> StoryStage:
        """The story's timeline for this frame, and what paints it, for subclasses that add to it.

        Raises:
            InputError: the scene has no picture and no program.
            MissingPartError: no font, or no Graphviz, is installed.
        """
        frame, height = self.shape()
        picture = self.picture_in(frame)
        return StoryStage(self._drawn(picture, frame), height, picture)

    def timeline(self, frame: Frame) -> Timeline:
        """The story in a frame of this shape."""
        return self._drawn(self.picture_in(frame), frame)

    def picture_in(self, frame: Frame) -> Picture:
        """The class's picture, or that of its program for a frame of this shape.

        Raises:
            InputError: the scene has neither.
        """
        if self.picture is not None:
            return self.picture
        if not self.program:
            raise InputError(
                f"{type(self).__name__} needs a program or a picture: it has none; give its class "
                "an attribute `program`, or `picture` as graphgen.draw.story_file.loads reads it"
            )
        drawn = shown_of(self.recorded(), frame)
        if not isinstance(drawn, Picture):
            raise TypeError(f"the scene {self.scene} is told as a picture")
        return drawn

    def _drawn(self, picture: Picture, frame: Frame) -> Timeline:
        return draw_story(picture.story, picture.layout, picture.theme, frame)
