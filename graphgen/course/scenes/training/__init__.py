"""Training: a loop over a program, in which graph, loss, parameters and fit move together."""

from graphgen.course.checks import OPTIMIZERS
from graphgen.course.scene import Option, Scene
from graphgen.course.scenes.training.draw import draw
from graphgen.course.scenes.training.record import PROGRAM, Data, record, title

__all__ = ["SCENE"]

SCENE = Scene(
    name="training",
    order=120,
    summary="A loop over a program: graph, loss curve, parameters and fit, step after step.",
    program=PROGRAM,
    values={"w": 0.3, "b": 0.1, "x": 2.0, "target": 0.8},
    data=("x", "target"),
    examples=(
        'training "y = tanh(w * x + b); loss = (y - target) ** 2" --set w=0.3 --set b=0.1 '
        "--set x=2 --set target=0.8 --data x --data target --lr 0.5 --steps 20 -o neuron.mp4",
        "training --example linear-regression -o line.mp4",
        "training --example xor --optimizer adam --lr 0.05 -o xor.svg --theme light",
    ),
    options=(
        Option(
            "example", "text", "", "One of the course's loops, with data and rate of its own.",
            choices=("", "a-plus-b", "linear-regression", "neuron", "xor"),
        ),
        Option("lr", "number", None, "The learning rate; 0.1 where nothing is said.", least=0.0),
        Option("steps", "whole", None, "How many updates; 50 where nothing is said.", 1, 100_000),
        Option(
            "optimizer", "text", "sgd", "Which of torch.optim's optimizers.",
            choices=OPTIMIZERS,
        ),
        Option("seed", "whole", None, "For the random numbers of an example.", 0, 2**31),
        Option("shown", "whole", 30, "How many moments of the loop are shown.", 2, 120),
        Option(
            "dtype", "text", "", "In which the loop computes.", choices=("", "float32", "float64")
        ),
    ),
    takes="a program with data, or an example by name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
