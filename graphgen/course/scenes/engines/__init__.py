"""Engines: one program on a scalar engine, on an array engine and in torch, number by number."""

from graphgen.course.scene import Scene
from graphgen.course.scenes.engines.draw import draw
from graphgen.course.scenes.engines.record import Data, record, title

__all__ = ["SCENE"]

SCENE = Scene(
    name="engines",
    order=140,
    summary="One program on a scalar engine, on an array engine and in torch: equal numbers.",
    program="z = sum(w * x) + b; y = tanh(z); loss = (y - t) ** 2",
    values={"w": [0.5, -0.25, 0.25], "x": [1.0, 2.0, 3.0], "b": 0.0, "t": 1.0},
    data=("x", "t"),
    examples=(
        'engines "c = (a + b) * b" --set a=2 --set b=3 -o engines.mp4',
        'engines "h = tanh(x @ A); loss = sum(h ** 2)" --set "x=[1, 2]" '
        '--set "A=[[1, 0], [0, 1]]" -o engines.svg --svg steps',
    ),
    takes="a program of the functions that all three have",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
