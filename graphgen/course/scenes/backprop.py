"""Backpropagation: a program's or a loss's values flow forward, its gradients come back along every
path, and add up where paths meet. The main scene; it is drawn by the picture's own outputs."""

from typing import Any, cast

from graphgen.course.pictured import Pictured, pictured
from graphgen.course.requests import requested_graph
from graphgen.course.scene import Option, Request, Scene
from graphgen.folding import fold
from graphgen.model.picture import Picture
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame

__all__ = ["SCENE", "Data", "draw", "record", "title"]

Data = Pictured


def record(request: Request) -> Data:
    """What torch gives for the program, or for the loss at FILE.py:NAME.

    Raises:
        InputError: the program, a value or an option doesn't fit.
        LossError, RunError: what the person's file has gives no loss.
    """
    from graphgen.narration.telling import tell

    options = request.options
    graph, name = requested_graph(request)
    smaller = fold(
        graph, options.get("depth"), tuple(options.get("unfold") or ()), options.get("most") or 60
    )
    naming = cast("Any", options.get("names") or "math")
    return pictured(tell(smaller, name, naming, options.get("seconds-per-step")))


def title(data: Data) -> str:
    """The program, or how the loss was made."""
    return data.story.title


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Picture:
    """The picture, placed as fits the frame.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The picture.
    """
    return data.picture(title, theme, frame)


SCENE = Scene(
    name="backprop",
    order=30,
    summary="Values flow forward, gradients come back along every path, and add up.",
    program="s = a + b; c = s * b",
    values={"a": 2.0, "b": 3.0},
    examples=(
        'backprop "s = a + b; c = s * b" --set a=2 --set b=3 -o two-paths.mp4',
        "backprop train.py:compute_loss --most 30 -o loss.mp4 --aspect 9:16",
    ),
    options=(
        Option("names", "text", "math", "× as people write it, or MulBackward0 as torch does.",
               choices=("math", "autograd")),
        Option("seconds-per-step", "number", None, "How long an ordinary step takes.",
               least=0.2, most=60.0),
        Option("most", "whole", 60, "Fold a graph of more nodes than this.", least=2),
        Option("depth", "whole", None, "Show modules down to this depth, each as one node.",
               least=1),
        Option("unfold", "texts", (), "Show this module open, as in layers.0."),
    ),
    takes_files=True,
    takes="a program, or FILE.py:NAME of a loss",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
