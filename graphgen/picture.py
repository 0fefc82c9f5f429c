"""Story + Layout + Theme: all that an output needs, and all that a story file holds."""

from dataclasses import dataclass

from graphgen.geometry import Layout
from graphgen.reprs import counted, shortened
from graphgen.story import Story
from graphgen.theme import Theme

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
        return f"<Picture: {shortened(self.story.title)!r}, {steps}, {size}, {self.theme.name}>"
