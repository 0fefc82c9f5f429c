"""Scenes of the course with programs of one's own: what a Manim user writes.

Any of Manim's ways to render them will do:

    manim -ql examples/course.py Wave
    manim -qh examples/course.py Valley
"""

from manim import DOWN, FadeIn, FadeOut, Group, Text

from graphgen.scenes import DescentScene, TangentScene, TrainingScene

__all__ = ["Line", "Valley", "Wave"]


class Wave(TangentScene):
    """The slope of a sine, and a word at the end."""

    program = "y = sin(x)"
    values = {"x": 0.5}
    options = {"from": -4.0, "to": 4.0}

    def construct(self) -> None:
        """Tell the lesson; then say what the slope is."""
        super().construct()
        self.play(FadeOut(Group(*self.mobjects)))
        told = Text("The slope of sin is cos.", font_size=44)
        why = Text("It is 1 where the sine crosses 0 upwards.", font_size=26).next_to(told, DOWN)
        self.play(FadeIn(told), FadeIn(why))
        self.wait(1.6)


class Valley(DescentScene):
    """Descent into the deeper of two valleys."""

    program = "y = x ** 4 / 4 - x ** 2 + x / 4"
    values = {"x": 0.5}


class Line(TrainingScene):
    """A line through four points, with Adam."""

    program = "p = a + b * x; loss = mse(p, t)"
    values = {"a": 0.0, "b": 0.0, "x": [0, 1, 2, 3], "t": [1, 3, 5, 7]}
    data = ("x", "t")
    options = {"optimizer": "adam", "lr": 0.2, "steps": 60}
    theme = "light"
