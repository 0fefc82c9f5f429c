"""Plain data in, Manim scenes and films out: the folder `scenes` beside this package.

Its modules are loaded under this name alone (`graphgen.scenes.film`, ...), whatever else is called
scenes where a program runs. Names load when they are first used.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenes.backprop import BackpropScene
    from scenes.course import (
        AccumulateScene,
        BroadcastScene,
        ChainRuleScene,
        CourseScene,
        DescentScene,
        EnginesScene,
        MergeScene,
        NetworkScene,
        SlopesScene,
        StopsScene,
        SurfaceScene,
        TangentScene,
        TrainingScene,
        ZeroGradScene,
    )
    from scenes.film.manim_slides import write_slides
    from scenes.film.processes import head_start
    from scenes.film.reels import Content
    from scenes.film.settings import quality_of
    from scenes.timeline import StoryboardScene, TimelineScene
    from scenes.video import Progress, render_video

__all__ = [
    "AccumulateScene",
    "BackpropScene",
    "BroadcastScene",
    "ChainRuleScene",
    "Content",
    "CourseScene",
    "DescentScene",
    "EnginesScene",
    "MergeScene",
    "NetworkScene",
    "Progress",
    "SlopesScene",
    "StopsScene",
    "StoryboardScene",
    "SurfaceScene",
    "TangentScene",
    "TimelineScene",
    "TrainingScene",
    "ZeroGradScene",
    "head_start",
    "quality_of",
    "render_video",
    "write_slides",
]

__path__ = [str(Path(__file__).parents[2] / "scenes")]

_HOMES = {
    "BackpropScene": "backprop",
    "Content": "film.reels",
    "Progress": "video",
    "StoryboardScene": "timeline",
    "TimelineScene": "timeline",
    "head_start": "film.processes",
    "quality_of": "film.settings",
    "render_video": "video",
    "write_slides": "film.manim_slides",
}
"""Where a name stands that isn't in `course`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'graphgen.scenes' has no attribute {name!r}")
    return getattr(import_module(f"graphgen.scenes.{_HOMES.get(name, 'course')}"), name)


def __dir__() -> list[str]:
    return __all__
