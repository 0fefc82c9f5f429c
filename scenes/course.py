"""The scenes of the course as classes: a program and its values in, an ordinary Manim scene out.

    class Cubic(TangentScene):
        program = "y = x ** 3 - 3 * x"
        values = {"x": 1.5}

What each scene takes is in docs/scenes.md; `manim -ql FILE.py Cubic` renders it.
"""

from functools import cache
from typing import Any

from graphgen.course.registry import modules, scene_of
from graphgen.course.scene import Lesson, manim_name

from .asking import Asking
from .timeline import TimelineScene

__all__ = ["CourseScene", "scene_class"]


class CourseScene(Asking, TimelineScene):
    """A scene of the course of any program; with a `lesson` it is that, and nothing is recorded."""

    def told(self) -> Lesson:
        """The lesson: the class's own, or what its program gives."""
        return self.lesson or self.recorded()


@cache
def scene_class(name: str) -> type[CourseScene]:
    """The class of a scene of the course, by the scene's name.

    Raises:
        InputError: there is no such scene.
    """
    scene = scene_of(name)
    body = {"scene": name, "__doc__": scene.summary, "__module__": __name__}
    return type(scene.manim_name, (CourseScene,), body)


def __getattr__(name: str) -> Any:
    for scene in modules():
        if manim_name(scene) == name:
            return scene_class(scene)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
