"""Story + Layout + Theme: all that an output needs, and all that a story file holds."""

from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from graphgen.model.geometry import Layout
from graphgen.model.messages import quoted
from graphgen.model.reprs import counted
from graphgen.model.story import Story
from graphgen.model.theme import Theme

__all__ = ["Picture"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is told, where everything stands, and how it is painted."""

    story: Story
    layout: Layout
    theme: Theme

    def __repr__(self) -> str:
        steps = counted(len(self.story.steps), "step")
        size = f"{self.layout.width} x {self.layout.height} points"
        return f"<Picture: {quoted(self.story.title)}, {steps}, {size}, {self.theme.name}>"

    if TYPE_CHECKING:  # graphgen/__init__.py attaches it: what it does belongs to later layers

        def save(self, path: str | PathLike[str]) -> None: ...
