"""The scenes of the course as classes: a program and its values in, an ordinary Manim scene out.

    class Cubic(TangentScene):
        program = "y = x ** 3 - 3 * x"
        values = {"x": 1.5}

What each scene takes is in docs/scenes.md; `manim -ql FILE.py Cubic` renders it.
"""

from graphgen.course.lessons.lesson import Lesson

from .asking import Asking
from .timeline import TimelineScene

__all__ = [
    "AccumulateScene",
    "BroadcastScene",
    "ChainRuleScene",
    "CourseScene",
    "DescentScene",
    "EnginesScene",
    "MergeScene",
    "NetworkScene",
    "SlopesScene",
    "StopsScene",
    "SurfaceScene",
    "TangentScene",
    "TrainingScene",
    "ZeroGradScene",
]


class CourseScene(Asking, TimelineScene):
    """A scene of the course of any program; with a `lesson` it is that, and nothing is recorded."""

    def told(self) -> Lesson:
        """The lesson: the class's own, or what its program gives."""
        return self.lesson or self.recorded()


class TangentScene(CourseScene):
    """A curve, the secant that becomes its tangent, and the slope along it."""

    scene = "tangent"


class ChainRuleScene(CourseScene):
    """Local slopes multiply link by link."""

    scene = "chain-rule"


class AccumulateScene(CourseScene):
    """The contributions to one shared leaf arrive and add up."""

    scene = "accumulate"


class MergeScene(CourseScene):
    """The tree with its repeated leaves folds into the graph."""

    scene = "merge"


class BroadcastScene(CourseScene):
    """What was used in every row gets the sum over the rows."""

    scene = "broadcast"


class StopsScene(CourseScene):
    """Where detach and no_grad end the gradient."""

    scene = "stops"


class ZeroGradScene(CourseScene):
    """The loop that forgets to zero gradients, and the one that doesn't."""

    scene = "zero-grad"


class DescentScene(CourseScene):
    """Gradient descent on a curve, with several learning rates."""

    scene = "descent"


class SurfaceScene(CourseScene):
    """Optimizers on one loss surface."""

    scene = "surface"


class SlopesScene(CourseScene):
    """Activations' slopes, and what ten of them in a row do to a gradient."""

    scene = "slopes"


class TrainingScene(CourseScene):
    """A loop over a program: graph, loss, parameters and fit."""

    scene = "training"


class NetworkScene(CourseScene):
    """A small network, layer by layer."""

    scene = "network"


class EnginesScene(CourseScene):
    """One program on a scalar engine, an array engine and torch."""

    scene = "engines"
