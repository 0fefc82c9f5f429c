"""A commented lecture file to begin with: the whole course, from one slope to training a neuron."""

import shlex
from pathlib import Path

from graphgen.model.messages import printable

__all__ = ["example"]

_EXAMPLE = '''\
# A lecture for autoviz. Build it, or look at one section quickly while you work on it:
#   autoviz lecture build @FILE@ -o @FILM@
#   autoviz lecture build @FILE@ -o draft.mp4 --preview --only two-paths

title = "Where gradients come from"
theme = "dark"          # or "light"
quality = "h"           # l 480p15, m 720p30, h 1080p60, p 1440p60, k 2160p60
aspect = "16:9"         # or "4:3", "9:16", ...

# Each section has a heading, and shows one of:
#   expr = "..."    an expression; values = { ... } gives its names numbers, data = [...] names
#                   those that take no gradient
#   loss = "..."    FILE.py:NAME, a function of yours that returns a loss; args = [...] or { ... }
#   scene = "..."   a scene of the course (autoviz render scene --help lists them), of its own
#                   program or with expr and values of yours; options = { ... } as its --options
# What may stand in any section:
#   narration, notes        go into the transcript; notes into the speaker view too
#   captions = { 3 = "" }   a sentence of your own for step 3
#   title                   what stands above the picture
# And with expr or loss:
#   direction ("lr" or "tb"), seconds_per_step, names ("math" or "autograd"),
#   depth, unfold, most     how much of a large graph is shown

[[sections]]
heading = "The slope"
scene = "tangent"
expr = "y = 0.5 * (x - 3) ** 2"
values = { x = 4.5 }
narration = """
A gradient is a slope: how much the result moves for each bit that x moves. Left of 3 the curve
falls, right of 3 it rises, and at 3 it is level."""

[[sections]]
heading = "The chain rule"
scene = "chain-rule"
expr = "u = 3 * x + 1; y = u ** 2"
values = { x = 2 }
narration = "Slopes along one path multiply: 3 times 14 is 42."

[[sections]]
heading = "Two paths"
expr = "s = a + b; c = s * b"
values = { a = 2, b = 3 }
narration = "b is used twice. Each use sends its own part back, and they are added: 5 and 3 is 8."
notes = "Stop before the sum, and ask what b's gradient will be."

[[sections]]
heading = "Accumulation"
scene = "accumulate"
expr = "a = x * y; b = x ** 2; z = a + b"
values = { x = 2, y = 3 }
narration = "Wherever a value is used more than once: x gets 3 along one path, 4 along the other."

[[sections]]
heading = "The zero-grad trap"
scene = "zero-grad"
expr = "first = x ** 2"
values = { x = 3 }
options = { then = "second = x ** 3" }
narration = """
Two backward passes without zeroing add up in x.grad: 6 from the first and 27 from the second are
33."""

[[sections]]
heading = "Descent"
scene = "descent"
expr = "f = (x - 3) ** 2"
values = { x = 0 }
options = { lr = 0.1, steps = 10 }
narration = "Against the slope, a step at a time: from 0 towards 3, where the slope is 0."

[[sections]]
heading = "Training a neuron"
scene = "training"
expr = "y = tanh(w * x + b); loss = (y - target) ** 2"
values = { w = 0.3, b = 0.1, x = 2, target = 0.8 }
data = ["x", "target"]
narration = "Forward, backward, step, zero: the same loop trains a neuron and a network."
'''


def example(file: str) -> str:
    """The text of the lecture file, whose comments name it.

    Args:
        file: where it is going to stand.

    >>> example("week 3/course.toml").splitlines()[1]
    "#   autoviz lecture build 'week 3/course.toml' -o course.mp4"
    """
    film = f"{Path(file).stem}.mp4"
    return _EXAMPLE.replace("@FILE@", _in_a_comment(file)).replace("@FILM@", _in_a_comment(film))


def _in_a_comment(text: str) -> str:
    """A text as a shell takes it, on one line of a comment."""
    return shlex.quote(printable(text).replace("\n", "\\n"))
