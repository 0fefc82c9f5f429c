"""Descent on the surface of any program of two names: several optimizers as balls, in 3D and on the
map beside it."""

from graphgen.course.checks import OPTIMIZERS
from graphgen.course.scene import Option, Scene
from graphgen.course.scenes.surface.draw import draw
from graphgen.course.scenes.surface.record import Data, record, title

__all__ = ["SCENE"]

SCENE = Scene(
    name="surface",
    order=100,
    summary="Descent on a surface: SGD, momentum, RMSProp and Adam as balls, in 3D and on a map.",
    program="z = 0.1 * x ** 2 + 2 * y ** 2",
    values={"x": -4.0, "y": 1.5},
    examples=(
        'surface "z = 0.1 * x ** 2 + 2 * y ** 2" --set x=-4 --set y=1.5 -o valley.mp4',
        'surface "z = x ** 2 + y ** 2" --set x=-2 --set y=1.5 -o bowl.mp4',
        'surface "z = x ** 2 - y ** 2" --set x=-1.5 --set y=0.01 --steps 40 -o saddle.mp4',
        'surface "(1 - x) ** 2 + 5 * (y - x ** 2) ** 2" --set x=-1.2 --set y=1 '
        "--optimizers sgd --optimizers adam --rates 0.02 --rates 0.1 -o curved.mp4",
    ),
    options=(
        Option("optimizers", "texts", OPTIMIZERS, "Which of torch.optim go down, one or more.",
               choices=OPTIMIZERS),
        Option("rates", "numbers", (), "Learning rates, one for each optimizer in turn; without "
               "any, some that suit the surface.", least=0.0),
        Option("steps", "whole", 50, "How many steps each takes.", least=1, most=100_000),
        Option("x-from", "number", None, "Where the first name begins."),
        Option("x-to", "number", None, "Where it ends."),
        Option("y-from", "number", None, "Where the second name begins."),
        Option("y-to", "number", None, "Where it ends."),
        Option("names", "texts", (), "The two names that are free, where more have no value."),
    ),
    takes="a program with two free names",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
