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
from graphgen.model.timeline import Timeline

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
    if isinstance(content, Card):
        card = storyboard(content, frame.shape)
        return _reel("graphgen.scenes.cards:CardScene", dumps_card(content), card)
    if isinstance(content, Picture):
        return _reel_of_picture(content, frame)
    from graphgen.course.lesson_file import dumps as dumps_lesson
    from graphgen.course.registry import shown_of

    drawn = shown_of(content, frame.shape)
    if isinstance(drawn, Picture):
        return _reel_of_picture(drawn, frame)
    return _reel("graphgen.scenes.timeline:TimelineScene", dumps_lesson(content), drawn)


def _reel_of_picture(picture: Picture, frame: Frame) -> Reel:
    from graphgen.draw.story_file import dumps
    from graphgen.draw.story_timeline import draw_story

    timeline = draw_story(picture.story, picture.layout, picture.theme, frame.shape)
    return _reel("graphgen.scenes.backprop:BackpropScene", dumps(picture), timeline)


def _reel(scene: str, text: str, timeline: Timeline) -> Reel:
    steps = timeline.steps
    seconds = tuple(step.seconds for step in steps)
    captions = tuple(step.caption for step in steps)
    narrations = tuple(step.narration for step in steps)
    return Reel(scene, text, timeline.theme.page, seconds, captions, narrations, timeline.poster)


def scene_class(scene: str) -> Any:
    """The class that "module:Class" names."""
    module, name = scene.split(":")
    return getattr(import_module(module), name)
