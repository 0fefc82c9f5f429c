"""Scenes that end their own process, for the tests of the film's shell."""

import os
import signal
from pathlib import Path
from typing import Any

from manim import Circle, FadeIn, Scene

from graphgen.draw.story_file import loads
from graphgen.draw.story_timeline import draw_story
from graphgen.model.timeline import Frame


class _Short(Scene):
    picture: Any = None
    steps: Any = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The picture that its film is as long as."""
        return {"picture": loads(content)}

    def construct(self) -> None:
        picture = self.picture
        timeline = draw_story(picture.story, picture.layout, picture.theme, Frame.of("16:9"))
        seconds = sum(timeline.steps[step].seconds for step in self.steps)
        self.unruly()
        self.play(FadeIn(Circle()), run_time=seconds - 0.001)

    def unruly(self) -> None:
        """Whatever goes wrong."""


class DiesOnce(_Short):
    """The first process that draws it is killed; the title is where it leaves a mark."""

    def unruly(self) -> None:
        mark = Path(self.picture.story.title)
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class DiesAtTheThirdStep(_Short):
    """Whoever draws the third step is killed."""

    def unruly(self) -> None:
        if 2 in self.steps:
            os.kill(os.getpid(), signal.SIGKILL)


class Raises(_Short):
    """A fault in the drawing."""

    def unruly(self) -> None:
        raise ValueError("no such thing")
