"""Plain data in, Manim scenes and films out: the folder `scenes` beside this package.

Its modules are loaded under this name alone (`graphgen.scenes.film`, ...), whatever else is called
scenes where a program runs. Names load when they are first used; `make reference` writes their
types into `__init__.pyi`.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from graphgen.course.registry import modules
from graphgen.course.scene import manim_name

__path__ = [str(Path(__file__).parents[2] / "scenes")]

_HOMES = {
    **{manim_name(scene): "course" for scene in modules()},
    "BackpropScene": "backprop",
    "Content": "film.reels",
    "CourseScene": "course",
    "Progress": "video",
    "StoryboardScene": "timeline",
    "TimelineScene": "timeline",
    "head_start": "film.processes",
    "quality_of": "film.settings",
    "render_video": "video",
    "write_slides": "film.manim_slides",
}
"""For each name the module of `scenes` that has it."""

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'graphgen.scenes' has no attribute {name!r}")
    return getattr(import_module(f"graphgen.scenes.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
