"""Picture, lesson or title card -> reel: what a film is made of, plain enough for any process.

Which scene draws which kind of content stands here and nowhere else.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from graphgen.course.scene import Lesson
from graphgen.lecture.cards import Card, storyboard
from graphgen.lecture.cards import dumps as dumps_card
from graphgen.model.picture import Picture

from .settings import Frame

__all__ = ["Content", "Reel", "reel_of"]

Content = Picture | Lesson | Card
"""What a film can be made of."""


@dataclass(frozen=True, slots=True)
class Reel:
    """What a film is made of.

    Attributes:
        scene: "module:Class" of a scene with a class method `told_by`, which turns the content
            into class attributes, and a class attribute `steps`.
        content: the text of a story file or of a lesson file.
        page: the colour behind everything, as "#rrggbb".
        seconds: how long each step takes.
        captions: what each step says.
        narrations: what a speaker says to each step beside that, or "".
        poster: the step at whose end the picture tells most.
    """

    scene: str
    content: str
    page: str
    seconds: tuple[float, ...]
    captions: tuple[str, ...]
    narrations: tuple[str, ...]
    poster: int = -1


def reel_of(content: Content, frame: Frame) -> Reel:
    """The reel of a picture, of a lesson or of a title card in a frame of this shape."""
    if isinstance(content, Picture):
        from graphgen.draw.story_file import dumps

        story, page = content.story, content.theme.page
        return _reel("graphgen.scenes.backprop:BackpropScene", dumps(content), page, story.steps)
    from graphgen.model.timeline import Frame as TimelineFrame

    shape = TimelineFrame.like(frame.width, frame.height)
    if isinstance(content, Card):
        card = storyboard(content, shape)
        return _reel(
            "graphgen.scenes.cards:CardScene", dumps_card(content), card.theme.page, card.steps
        )
    from graphgen.course.lesson_file import dumps as dumps_lesson
    from graphgen.course.registry import shown_of

    timeline = shown_of(content, shape)
    if isinstance(timeline, Picture):
        return reel_of(timeline, frame)
    text, page = dumps_lesson(content), timeline.theme.page
    return _reel(
        "graphgen.scenes.timeline:TimelineScene", text, page, timeline.steps, timeline.poster
    )


def _reel(scene: str, text: str, page: str, steps: Any, poster: int = -1) -> Reel:
    seconds = tuple(step.seconds for step in steps)
    captions = tuple(step.caption for step in steps)
    narrations = tuple(getattr(step, "narration", "") for step in steps)
    return Reel(scene, text, page, seconds, captions, narrations, poster)


def scene_class(scene: str) -> Any:
    """The class that "module:Class" names."""
    module, name = scene.split(":")
    return getattr(import_module(module), name)
