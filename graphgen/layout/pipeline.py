"""What a function of ours was called with -> the story or the picture that it takes: the line from
a loss to its picture, from wherever a caller is on it."""

from dataclasses import dataclass
from types import FrameType
from typing import Any

from graphgen.capture.doors import as_graph
from graphgen.folding import fold
from graphgen.layout import place
from graphgen.model.geometry import Layout
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.story import Story
from graphgen.model.theme import DARK, Theme
from graphgen.narration.telling import tell

__all__ = ["Depicted", "as_picture", "as_story"]


@dataclass(frozen=True, slots=True)
class Depicted:
    """A picture, and the graph before it was folded for it, where that was done here."""

    picture: Picture
    whole: Graph | None = None


def as_story(value: Any, frame: FrameType, what: str = "a story") -> Story:
    """A story, also of a picture, of a graph or of a loss, whose large graph is folded.

    Args:
        value: what a function that takes a story was called with.
        frame: the caller's, whose variables name the nodes of a loss.
        what: the function wants.

    Raises:
        InputError: it is none of these; LossError: it is a loss that can't be followed back.
    """
    if isinstance(value, Story):
        return value
    if isinstance(value, Picture):
        return value.story
    return tell(fold(as_graph(value, frame, what)))


def as_picture(
    value: Any, frame: FrameType, theme: Theme | None = None, is_placed: bool = True
) -> Depicted:
    """A picture, also of a story, of a graph or of a loss.

    Args:
        value: what a function that takes a picture was called with.
        frame: the caller's, whose variables name the nodes of a loss.
        theme: how one that is made here is painted; dark by default.
        is_placed: whether one that is made here needs to know where things stand.

    Raises:
        InputError: it is none of these; LossError: it is a loss that can't be followed back.
        MissingPartError: the program dot isn't installed.
    """
    if isinstance(value, Picture):
        return Depicted(value)
    painted = theme or DARK
    whole = None if isinstance(value, Story) else as_graph(value, frame, "a picture")
    story = tell(fold(whole)) if whole is not None else value
    layout = place(story, painted) if is_placed else Layout(0.0, 0.0, "lr", (), (), ())
    return Depicted(Picture(story, layout, painted), whole)
