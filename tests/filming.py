"""Films for the tests: every frame of a scene as an array, with nothing written to disk."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from graphgen.scenes.backprop import BackpropScene
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer

from graphgen.model.picture import Picture

Frames = list[npt.NDArray[np.uint8]]


class Keeping(CairoRenderer):
    """Manim's own renderer, which keeps its frames and how each play began."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: Frames = []
        self.plays: list[int] = []

    def add_frame(self, frame: npt.NDArray[np.uint8], num_frames: int = 1) -> None:
        """Keep a frame as often as it is shown."""
        self.kept.extend([frame] * num_frames)
        self.plays.append(num_frames)
        super().add_frame(frame, num_frames)


def film(
    picture: Picture,
    folder: Path,
    steps: range | None = None,
    size: tuple[int, int] = (256, 144),
    rate: float = 15,
    bases: tuple[type[BackpropScene], ...] = (BackpropScene,),
) -> Keeping:
    """Render a picture's film, or some of its steps."""
    with tempconfig(settings(folder, size, rate)):
        renderer = Keeping()
        shown = type("Shown", bases, {"picture": picture, "steps": steps})
        shown(renderer=renderer).render()
    return renderer


def settings(folder: Path, size: tuple[int, int], rate: float) -> dict[str, object]:
    """Manim's settings for a film that is only kept in memory."""
    units = 8.0 / min(size)
    return {
        "pixel_width": size[0],
        "pixel_height": size[1],
        "frame_width": size[0] * units,
        "frame_height": size[1] * units,
        "frame_rate": rate,
        "media_dir": str(folder),
        "dry_run": True,
        "disable_caching": True,
        "progress_bar": "none",
        "notify_outdated_version": False,
    }
