"""Plain data in, Manim scenes out. Names load when they are first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenes.backprop import BackpropScene

__all__ = ["BackpropScene"]

_HOMES = {"BackpropScene": "backprop"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'scenes' has no attribute {name!r}")
    return getattr(import_module(f"scenes.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
