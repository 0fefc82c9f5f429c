"""The scene of a title card."""

from typing import ClassVar

from graphgen.errors import InputError
from graphgen.lectures.cards import Card, loads, storyboard
from graphgen.storyboard.board import Size
from scenes.cameras import cairo_camera
from scenes.storyboard import Stage, StoryboardScene

__all__ = ["CardScene"]


class CardScene(StoryboardScene):
    """The film of a title card.

    Attributes:
        card: which one.
    """

    card: ClassVar[Card | None] = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The class attributes for the text of a card."""
        return {"card": loads(content)}

    def stage(self) -> Stage:
        """The card's storyboard for this frame, and what paints it."""
        if self.card is None:
            raise InputError(f"{type(self).__name__} needs a card: it has none; give it one")
        camera = cairo_camera(self)
        width, height = float(camera.frame_width), float(camera.frame_height)
        return Stage(storyboard(self.card, Size.like(width, height)), height)
