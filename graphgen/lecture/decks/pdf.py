"""Deck -> a PDF with a page for each step, or for each section."""

from graphgen.lecture.decks.deck import Deck, Per
from graphgen.lecture.decks.frames import frames
from graphgen.outputs.cairo import bound

__all__ = ["pdf_of"]


def pdf_of(deck: Deck, per: Per) -> bytes:
    """The bytes of a PDF.

    Raises:
        MissingPartError: cairo isn't installed.
    """
    return bound(frames(deck, per), deck.title)
