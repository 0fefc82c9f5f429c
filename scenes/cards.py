"""The scene of a title card."""

from typing import ClassVar

from graphgen.draw.board import Size, Storyboard
from graphgen.lecture.cards import Card, loads, storyboard
from graphgen.model.errors import InputError

from .storyboard import StoryboardScene

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

    def board(self, size: Size) -> Storyboard:
        """The card's storyboard in a frame of this shape."""
        if self.card is None:
            raise InputError(f"{type(self).__name__} needs a card: it has none; give it one")
        return storyboard(self.card, size)
