"""The old name of `graphgen.scenes`, kept for one release; nothing is loaded under it."""

import warnings
from typing import Any

import graphgen.scenes

__all__ = graphgen.scenes.__all__

__path__ = []  # so that no module here is loaded a second time, as scenes.something

warnings.warn(
    "scenes is now graphgen.scenes: write `from graphgen.scenes import BackpropScene`",
    DeprecationWarning,
    stacklevel=2,
)


def __getattr__(name: str) -> Any:
    return getattr(graphgen.scenes, name)


def __dir__() -> list[str]:
    return __all__
