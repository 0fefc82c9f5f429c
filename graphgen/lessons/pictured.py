"""A story with where everything stands, on wide frames and on tall ones: recorded once, so that
whoever draws it needs no Graphviz."""

from dataclasses import dataclass, replace

from graphgen.geometry import Layout
from graphgen.picture import Picture
from graphgen.story import Story
from graphgen.storyboard.board import Size
from graphgen.theme import Theme

__all__ = ["Pictured", "pictured"]


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

    def picture(self, title: str, theme: Theme, size: Size) -> Picture:
        """The picture of the story under a title, placed as it is shown largest in a frame."""
        stage = size.stage
        return Picture(
            replace(self.story, title=title), self.fitting(stage.width, stage.height), theme
        )


def pictured(story: Story) -> Pictured:
    """Has Graphviz place a story both ways.

    Raises:
        MissingPartError: Graphviz isn't installed.
    """
    from graphgen.layout import place

    return Pictured(story, place(story, direction="lr"), place(story, direction="tb"))
