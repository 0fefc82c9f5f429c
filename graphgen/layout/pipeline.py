"""The line from a graph to its picture: fold, tell, place. Everybody goes along it here.

The command line, lectures, notebooks, the served page and the Python functions differ only in where
their graph comes from, and in what a person chose.
"""

from dataclasses import dataclass
from types import FrameType
from typing import Any

from graphgen.capture.doors import as_graph
from graphgen.folding import MOST, fold
from graphgen.layout import place
from graphgen.model.geometry import Direction, Layout
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.story import Story, recaptioned
from graphgen.model.theme import DARK, Theme
from graphgen.narration.telling import tell
from graphgen.narration.words import Naming

__all__ = ["Choices", "Depicted", "as_picture", "as_story", "picture_of", "story_of"]

_PATIENCE = 4.0
"""Seconds for dot."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen between a graph and its picture.

    Attributes:
        depth, unfold, most: as `fold` takes them; of None as `most` nothing is folded.
        title, names, seconds_per_step: as `tell` takes them.
        captions: sentences that take the place of those of single steps; the first step is 1.
        direction: in which values flow.
    """

    depth: int | None = None
    unfold: tuple[str, ...] = ()
    most: int | None = MOST
    title: str = ""
    names: Naming = "math"
    seconds_per_step: float | None = None
    captions: tuple[tuple[int, str], ...] = ()
    direction: Direction = "lr"


USUAL = Choices()


@dataclass(frozen=True, slots=True)
class Depicted:
    """A picture, and the graph before it was folded for it, where that was done here."""

    picture: Picture
    whole: Graph | None = None


def story_of(graph: Graph, choices: Choices = USUAL) -> Story:
    """The story of a graph as it is shown: folded where it is large or where that was asked for.

    Raises:
        InputError: a choice doesn't fit the graph.
    """
    smaller = fold(graph, choices.depth, choices.unfold, choices.most)
    story = tell(smaller, choices.title, choices.names, choices.seconds_per_step)
    return recaptioned(story, choices.captions)


def picture_of(
    content: Graph | Story,
    choices: Choices = USUAL,
    theme: Theme = DARK,
    is_placed: bool = True,
    seconds: float = _PATIENCE,
) -> Picture:
    """The picture of a graph, or of a story that was told already.

    Args:
        content: a graph, or a story.
        choices: about folding, words and direction; of a story, only the direction is used.
        theme: how it is painted.
        is_placed: whether it needs to know where things stand; DOT and trees don't.
        seconds: how long dot may take before layers of our own do it.

    Returns:
        The picture; one that needs no places has none.

    Raises:
        InputError: a choice doesn't fit the graph.
        MissingPartError: the program dot isn't installed.
        RenderError: dot failed.
    """
    story = content if isinstance(content, Story) else story_of(content, choices)
    if not is_placed:
        return Picture(story, Layout(0.0, 0.0, choices.direction, (), (), ()), theme)
    return Picture(story, place(story, theme, choices.direction, seconds), theme)


def as_story(value: Any, frame: FrameType, what: str = "a story") -> Story:
    """A story, also of a picture, of a graph or of a loss, whose large graph is folded.

    Args:
        value: what a function that takes a story was called with.
        frame: the caller's, whose variables name the nodes of a loss.
        what: the function wants.

    Returns:
        The story itself, or the one of the picture, graph or loss.

    Raises:
        InputError: it is none of these; LossError: it is a loss that can't be followed back.
    """
    if isinstance(value, Story):
        return value
    if isinstance(value, Picture):
        return value.story
    return story_of(as_graph(value, frame, what))


def as_picture(
    value: Any, frame: FrameType, theme: Theme | None = None, is_placed: bool = True
) -> Depicted:
    """A picture, also of a story, of a graph or of a loss.

    Args:
        value: what a function that takes a picture was called with.
        frame: the caller's, whose variables name the nodes of a loss.
        theme: how one that is made here is painted; dark by default.
        is_placed: whether one that is made here needs to know where things stand.

    Returns:
        The picture, and the whole graph where it was made here of a graph or a loss.

    Raises:
        InputError: it is none of these; LossError: it is a loss that can't be followed back.
        MissingPartError: the program dot isn't installed.
    """
    if isinstance(value, Picture):
        return Depicted(value)
    painted = theme or DARK
    if isinstance(value, Story):
        return Depicted(picture_of(value, theme=painted, is_placed=is_placed))
    whole = as_graph(value, frame, "a picture")
    return Depicted(picture_of(whole, theme=painted, is_placed=is_placed), whole)
