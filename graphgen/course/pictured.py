"""A story with where everything stands, on wide frames and on tall ones: recorded once, so that
whoever draws it needs no Graphviz."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from graphgen.model.errors import InputError
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.story import Mark, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame

__all__ = ["Pictured", "check_one_graph", "fitting", "pictured", "reduced", "relabeled"]

_GOOD, _LEAST = 0.85, 0.64
"""Scales of a layout: at which it has its looks, and at which texts still fit on their cards."""


@dataclass(frozen=True, slots=True)
class Pictured:
    """A story and its two layouts.

    Attributes:
        wide: values flow to the right; tall: values flow down.
    """

    story: Story
    wide: Layout
    tall: Layout

    def layout(self, is_wide: bool) -> Layout:
        """The layout for a room that is wide, or tall."""
        return self.wide if is_wide else self.tall

    def fitting(self, width: float, height: float) -> Layout:
        """The layout that is shown larger in a room."""
        return max(
            (self.wide, self.tall),
            key=lambda layout: min(width / layout.width, height / layout.height),
        )

    def picture(self, title: str, theme: Theme, frame: Frame) -> Picture:
        """The picture of the story under a title, placed as it is shown largest in a frame.

        Args:
            title: of the picture.
            theme: has the colours.
            frame: the size of the picture, in points.

        Returns:
            The picture.
        """
        stage = frame.stage
        return Picture(
            replace(self.story, title=title), self.fitting(stage.width, stage.height), theme
        )


def check_one_graph(*pictures: Pictured) -> None:
    """See that pictures are of one graph.

    Raises:
        ValueError: they aren't.
    """
    if any(each.story.graph != pictures[0].story.graph for each in pictures):
        raise ValueError("pictures of one graph: got one of another")


def fitting(pictures: Sequence[Pictured], room: Box) -> tuple[Story, Layout]:
    """The first of several pictures of one graph that is shown large enough in a room, and its
    layout; failing all, the one that is shown largest.

    Args:
        pictures: from the one that shows most to the one that shows least.

    Raises:
        InputError: none can be read in this room.
    """
    candidates = []
    for picture in pictures:
        layout = picture.fitting(room.width, room.height)
        scale = min(room.width / layout.width, room.height / layout.height)
        if scale >= _GOOD:
            return picture.story, layout
        candidates.append((scale, picture.story, layout))
    scale, story, layout = max(candidates, key=lambda each: each[0])
    if scale < _LEAST:
        raise InputError(
            f"a graph that can be read in this frame: its {len(story.graph.nodes)} nodes would be "
            f"{scale / _LEAST:.0%} of the size that they need; shorten it, or take another "
            "--aspect"
        )
    return story, layout


def reduced(story: Story, is_shown: Callable[[Cell], bool]) -> Story:
    """A story in which only some cells ever show a text: cards get smaller, and what matters
    larger."""
    steps = (
        replace(step, marks=tuple(mark for mark in step.marks if is_shown(mark.cell)))
        for step in story.steps
    )
    return replace(story, steps=tuple(steps))


def relabeled(story: Story, titles: Mapping[int, str]) -> Story:
    """A story whose cards have other titles, by node."""
    opening = story.steps[0]
    marks = tuple(
        Mark(mark.cell, titles.get(mark.cell.index, mark.text))
        if mark.cell.part == "title"
        else mark
        for mark in opening.marks
    )
    return replace(story, steps=(replace(opening, marks=marks), *story.steps[1:]))


def pictured(story: Story) -> Pictured:
    """Has Graphviz place a story both ways.

    Raises:
        MissingPartError: Graphviz isn't installed.
    """
    from graphgen.layout import place

    return Pictured(story, place(story, direction="lr"), place(story, direction="tb"))
