"""The one line that gives a Manim scene the fast renderer."""

from typing import Any

from manim import config, logger
from manim.constants import RendererType
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from .renderer import FastRenderer

__all__ = ["Fast"]

_NEEDED: dict[type, tuple[str, ...]] = {
    CairoRenderer: (
        "add_frame",
        "freeze_current_frame",
        "init_scene",
        "play",
        "render",
        "save_static_frame_data",
        "update_frame",
    ),
    SceneFileWriter: (
        "abort_encode_jobs",
        "close_partial_movie_stream",
        "open_partial_movie_stream",
        "write_frame",
    ),
}
"""What is overridden; a Manim that has moved it gets its own renderer."""


class Fast:
    """Put before Scene among the bases of a scene: `class MyScene(Fast, Scene)`."""

    def __init__(self, *args: Any, renderer: Any = None, **options: Any) -> None:
        if renderer is None and not args and config.renderer == RendererType.CAIRO:
            renderer = _fast()
        super().__init__(*args, renderer=renderer, **options)  # type: ignore[call-arg]

    def update_mobjects(self, dt: float) -> None:
        """Let mobjects update themselves; where none does, don't ask each of them every frame."""
        renderer = getattr(self, "renderer", None)
        if not (isinstance(renderer, FastRenderer) and renderer.nothing_updates):
            super().update_mobjects(dt)  # type: ignore[misc]


def _fast() -> FastRenderer | None:
    missing = [
        f"{kind.__name__}.{name}"
        for kind, names in _NEEDED.items()
        for name in names
        if not hasattr(kind, name)
    ]
    if missing:
        logger.warning("This Manim has no %s: its own renderer draws.", ", ".join(missing))
        return None
    return FastRenderer()
