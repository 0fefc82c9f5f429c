"""The main scene: a story's values flow forward, its gradients come back, path by path."""

from typing import ClassVar

from manim import ManimColor, Scene, config

from graphgen.errors import InputError
from graphgen.picture import Picture
from scenes.cameras import cairo_camera
from scenes.player import Player
from scenes.stage import Stage
from scenes.views import Frame

__all__ = ["BackpropScene"]


class BackpropScene(Scene):
    """The film of a picture, an ordinary Manim scene.

    Subclass it and say which picture it shows::

        class TwoPaths(BackpropScene):
            picture = loads(Path("two-paths.json").read_text())

    Attributes:
        picture: the story, where everything stands, and how it is painted.
        steps: which steps of the story are played; None for all. The frames of a part are the
            frames that the whole film has there.
    """

    picture: ClassVar[Picture | None] = None
    steps: ClassVar[range | None] = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The class attributes for the text of a story file."""
        from graphgen.story_file import loads

        return {"picture": loads(content)}

    def construct(self) -> None:
        """Play the story."""
        stage = self.stage()
        camera = cairo_camera(self)
        camera.background_color = ManimColor(stage.theme.page)
        camera.init_background()
        everything = range(len(stage.story.steps))
        Player(self, stage, float(config.frame_rate)).play(
            everything if self.steps is None else self.steps
        )

    def stage(self) -> Stage:
        """What stands in the frame between steps, for subclasses that add to it.

        Raises:
            InputError: the scene has no picture.
            MissingPartError: no font is installed.
        """
        if self.picture is None:
            raise InputError(
                f"{type(self).__name__} needs a picture: it has none; give its class an attribute "
                "`picture`, as graphgen.story_file.loads reads it from a story file"
            )
        camera = cairo_camera(self)
        return Stage(self.picture, Frame(float(camera.frame_width), float(camera.frame_height)))
