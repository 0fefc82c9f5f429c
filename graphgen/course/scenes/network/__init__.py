"""A network, layer by layer: forward, then backward, then the update of every parameter."""

from graphgen.course.checks import OPTIMIZERS
from graphgen.course.scene import Option, Scene
from graphgen.course.scenes.network.draw import draw
from graphgen.course.scenes.network.record import Data, record, title

__all__ = ["SCENE"]

SCENE = Scene(
    name="network",
    order=130,
    takes_files=True,
    summary="A small nn.Module, FILE.py:NAME, layer by layer: forward, backward, and its update.",
    program="",
    values={"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "target": [[0], [1], [1], [0]]},
    examples=(
        "network -o network.mp4",
        'network net.py:model --set "x=[[0, 1], [1, 1]]" --set "target=[[1], [0]]" --lr 0.1 '
        "-o step.svg --svg steps",
    ),
    options=(
        Option("lr", "number", 0.5, "The learning rate.", least=0.0),
        Option(
            "optimizer", "text", "sgd", "Which of torch.optim's optimizers.",
            choices=OPTIMIZERS,
        ),
        Option(
            "loss", "text", "mse", "What compares the output with the target.",
            choices=("mse", "cross-entropy", "binary-cross-entropy"),
        ),
        Option("seed", "whole", 0, "For random numbers: weights, dropout, an input.", 0, 2**31),
    ),
    takes="FILE.py:NAME of an `nn.Module`, or nothing",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
