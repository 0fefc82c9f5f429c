"""Picture -> Views: the drawings that one page holds, each with what its script is told."""

import base64
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from graphgen.draw.story_timeline import draw_story
from graphgen.layout import place
from graphgen.model.errors import AutovizError
from graphgen.model.geometry import Direction
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.theme import sized_as
from graphgen.model.timeline import Frame
from graphgen.narration.telling import tell
from graphgen.outputs.page.assets import PAINTED
from graphgen.outputs.page.data import Telling, number_at, telling_of, told
from graphgen.outputs.page.frames import frames_of, frames_of_steps
from graphgen.outputs.page.keyframes import Painted, painted
from graphgen.outputs.page.levels import Level, levels_of
from graphgen.text.sentences import LABELS

__all__ = ["MOST_MOVING", "View", "packed", "views_of"]

MOST_MOVING = 120
"""Graphs of more nodes change from step to step, and nothing travels."""

_MOST_TURNED = 40
"""Graphs of more nodes are placed in one direction only."""

_FRAMES: dict[Direction, str] = {"lr": "16:9", "tb": "1:1"}
"""The shape of the film whose camera is followed."""
_GZIP = 31
_PLAIN = str.maketrans("<&", ",.")
_NAMES: dict[Direction, str] = {"lr": "across", "tb": "down"}
"""The labels of the directions."""
_OTHER: dict[Direction, Direction] = {"lr": "tb", "tb": "lr"}


@dataclass(frozen=True)
class View:
    """One drawing of the page.

    Attributes:
        name: what it is called in the choice among views.
        picture: what is drawn.
        telling: its words.
        inner: for each folded node that can be opened the number of the view in which it is open.
        news: the nodes that stand in the place of the one that was opened.
        like: the number of the view that is told in the same words, for another direction of one.
        is_first: whether its drawing stands in the page as it is; the others are packed.
    """

    name: str
    picture: Picture
    telling: Telling
    inner: Mapping[int, int] = field(default_factory=dict)
    news: tuple[int, ...] = ()
    like: int | None = None
    is_first: bool = False

    @cached_property
    def painted(self) -> Painted:
        """Its drawing, in the page's own colours, with marks for the numbers that it works out."""
        layout, theme = self.picture.layout, self.picture.theme
        story = self.telling.slotted or self.picture.story
        own = replace(sized_as(PAINTED, theme), fonts=theme.fonts)
        frame = Frame.of(_FRAMES[layout.direction])
        if len(story.graph.nodes) > MOST_MOVING:
            frames = frames_of_steps(story, layout, own, frame)
        else:
            frames = frames_of(draw_story(story, layout, own, frame))
        numbers = number_at(self.picture.story.graph) if self.telling.slotted else None
        return painted(frames, (layout.width, layout.height), numbers)

    def told(self) -> dict[str, Any]:
        """What the script is told of it."""
        layout, drawing = self.picture.layout, self.painted
        boxes = ((box.x, box.y, box.width, box.height) for box in layout.boxes)
        data = {
            "size": (layout.width, layout.height),
            "isDown": layout.direction == "tb",
            "cards": [[round(value, 1) for value in box] for box in boxes],
            "inner": dict(self.inner),
            "news": self.news,
            "timeline": drawing.told,
        }
        data |= told(self.telling) if self.like is None else {"like": self.like}
        return data if self.is_first else {**data, "packed": packed(drawing.svg)}


def packed(text: str) -> str:
    """A text compressed, in letters of which none means anything in HTML, in JSON or in a script:
    base 85 as in RFC 1924, with "," for "<" and "." for "&"."""
    packer = zlib.compressobj(9, wbits=_GZIP, memLevel=9)
    letters = base64.b85encode(packer.compress(text.encode()) + packer.flush())
    return letters.decode().translate(_PLAIN)


def views_of(picture: Picture, whole: Graph | None = None) -> tuple[View, ...]:
    """The views of a page: the picture itself first, then in the other direction, then with
    modules open.

    Args:
        whole: the graph before it was folded, where there is one.
    """
    levels = levels_of(picture.story.graph, whole)
    first = _view(LABELS.say(_NAMES[picture.layout.direction]), picture)
    turned = _turned(first)
    if len(levels) > 1:
        first = replace(first, name=levels[0].name)
    moved = 1 if turned else 0
    inner = {node: level + moved for node, level in levels[0].inner.items()}
    views = [replace(first, is_first=True, inner=inner)]
    views += [replace(turned, inner=inner)] if turned else []
    return (*views, *(_opened(level, picture, moved) for level in levels[1:]))


def _opened(level: Level, picture: Picture, moved: int) -> View:
    """The view of a level that isn't the first."""
    story = tell(level.graph, picture.story.title)
    layout = place(story, picture.theme, picture.layout.direction)
    view = _view(level.name, Picture(story, layout, picture.theme))
    inner = {node: index + moved for node, index in level.inner.items()}
    return replace(view, inner=inner, news=tuple(_within(level.graph, level.opened[-1:])))


def _within(graph: Graph, paths: tuple[str, ...]) -> Iterator[int]:
    """The nodes that a module made."""
    for index, node in enumerate(graph.nodes):
        if any(f"{node.scope}.".startswith(f"{path}.") for path in paths):
            yield index


def _view(name: str, picture: Picture) -> View:
    telling = telling_of(picture.story)
    return View(name, _placed(picture, telling, picture.layout.direction) or picture, telling)


def _turned(view: View) -> View | None:
    """The same in the other direction, for a narrow window or a wide one."""
    if len(view.picture.story.graph.nodes) > _MOST_TURNED:
        return None
    other = _OTHER[view.picture.layout.direction]
    picture = _placed(view.picture, view.telling, other)
    return (
        None if picture is None else View(LABELS.say(_NAMES[other]), picture, view.telling, like=0)
    )


def _placed(picture: Picture, telling: Telling, direction: Direction) -> Picture | None:
    """The picture placed with room for other numbers, where there can be any; None where it is
    right as it is, or where dot is missing."""
    if telling.slotted is None and direction == picture.layout.direction:
        return None
    with suppress(AutovizError):
        layout = place(telling.slotted or picture.story, picture.theme, direction)
        return replace(picture, layout=layout)
    return None
