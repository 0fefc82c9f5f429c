"""A film of one's own: what a Manim user writes.

Any of Manim's ways to render it will do:

    manim -ql examples/film.py TwoPaths
    manim -qh examples/film.py TwoPathsAndWhy
"""

from manim import DOWN, UP, Create, FadeIn, FadeOut, Group, SurroundingRectangle, Text

from graphgen import Picture, parse, place, record, tell
from graphgen.model.theme import DARK
from graphgen.scenes import BackpropScene

__all__ = ["TwoPaths", "TwoPathsAndWhy", "picture_of"]


def picture_of(expression: str, values: dict[str, float]) -> Picture:
    """The story of an expression, where everything stands, and in which colors."""
    story = tell(record(parse(expression), values), title=expression)
    return Picture(story, place(story, DARK), DARK)


class TwoPaths(BackpropScene):
    """b is used twice, so its gradient is the sum of two paths."""

    picture = picture_of("c = (a + b) * b", {"a": 2.0, "b": 3.0})


class TwoPathsAndWhy(TwoPaths):
    """The same film, and an ending of the user's own."""

    def construct(self) -> None:
        """Play the story; then say what it was about."""
        super().construct()
        self.play(FadeOut(Group(*self.mobjects)))
        rule = Text("∂c/∂b = s + b = 5 + 3 = 8", font_size=44)
        why = Text("one term for each path from b to c", font_size=28).next_to(rule, DOWN)
        self.play(FadeIn(rule, shift=UP * 0.2))
        self.play(Create(SurroundingRectangle(rule, color=DARK.shared)), FadeIn(why))
        self.wait(1.6)
