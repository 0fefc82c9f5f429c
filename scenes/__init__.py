"""Plain data in, Manim scenes out. Names load when they are first used."""

from importlib import import_module
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
    from scenes.storyboard import StoryboardScene

__all__ = [
    "AccumulateScene",
    "BackpropScene",
    "BroadcastScene",
    "ChainRuleScene",
    "CourseScene",
    "DescentScene",
    "EnginesScene",
    "MergeScene",
    "NetworkScene",
    "SlopesScene",
    "StopsScene",
    "StoryboardScene",
    "SurfaceScene",
    "TangentScene",
    "TrainingScene",
    "ZeroGradScene",
]

_HOMES = {"BackpropScene": "backprop", "StoryboardScene": "storyboard"}
"""Where a name stands that isn't in `course`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'scenes' has no attribute {name!r}")
    return getattr(import_module(f"scenes.{_HOMES.get(name, 'course')}"), name)


def __dir__() -> list[str]:
    return __all__
