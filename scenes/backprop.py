"""The main scene: a story's values flow forward, its gradients come back, path by path."""

from typing import ClassVar

from manim import ManimColor, Scene, config

from graphgen.course.registry import shown_of
from graphgen.model.errors import InputError
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame as TimelineFrame

from .asking import Asking
from .cameras import cairo_camera
from .player import Player
from .stage import Stage
from .views import Frame

__all__ = ["BackpropScene"]


class BackpropScene(Asking, Scene):
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
    steps: ClassVar[range | None] = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The class attributes for the text of a story file."""
        from graphgen.draw.story_file import loads

        return {"picture": loads(content)}

    def construct(self) -> None:
        """Play the story."""
        stage = self.stage()
        camera = cairo_camera(self)
        camera.background_color = ManimColor(stage.theme.page)
        everything = range(len(stage.story.steps))
        Player(self, stage, float(config.frame_rate)).play(
            everything if self.steps is None else self.steps
        )

    def stage(self) -> Stage:
        """What stands in the frame between steps, for subclasses that add to it.

        Raises:
            InputError: the scene has no picture and no program.
            MissingPartError: no font, or no Graphviz, is installed.
        """
        camera = cairo_camera(self)
        width, height = float(camera.frame_width), float(camera.frame_height)
        return Stage(self.picture or self._asked(width, height), Frame(width, height))

    def _asked(self, width: float, height: float) -> Picture:
        """The picture of the class's program, for a frame of this shape."""
        if not self.program:
            raise InputError(
                f"{type(self).__name__} needs a program or a picture: it has none; give its class "
                "an attribute `program`, or `picture` as graphgen.draw.story_file.loads reads it"
            )
        shown = shown_of(self.recorded(), TimelineFrame.like(width, height))
        if not isinstance(shown, Picture):
            raise TypeError(f"the scene {self.scene} is told as a picture")
        return shown
