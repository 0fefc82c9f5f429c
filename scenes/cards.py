"""The scene of a title card."""

from typing import ClassVar

from graphgen.lecture.cards import Card, loads, storyboard
from graphgen.model.errors import InputError
from graphgen.model.timeline import Frame, Timeline

from .timeline import TimelineScene

__all__ = ["CardScene"]


class CardScene(TimelineScene):
    """The film of a title card.

    Attributes:
        card: which one.
    """

    card: ClassVar[Card | None] = None

    @classmethod
    def told_by(cls, content: str) -> dict[str, object]:
        """The class attributes for the text of a card."""
        return {"card": loads(content)}

    def timeline(self, frame: Frame) -> Timeline:
        """The card's storyboard in a frame of this shape."""
        if self.card is None:
            raise InputError(f"{type(self).__name__} needs a card: it has none; give it one")
        return storyboard(self.card, frame)
