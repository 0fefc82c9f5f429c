"""A story's film, drawn by stock Manim and by ours: how far the pixels of any frame differ."""

import tempfile
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from graphgen.scenes.film.settings import Frame

from graphgen.model.picture import Picture

__all__ = ["compared"]


def compared(picture: Picture, frame: Frame, steps: range) -> dict[str, float]:
    """How many frames some steps have; the largest difference of any pixel, in levels of 255."""
    from manim import tempconfig

    settings = {
        "pixel_width": frame.width, "pixel_height": frame.height, "frame_rate": frame.rate,
        "dry_run": True, "progress_bar": "none", "verbosity": "ERROR", "disable_caching": True,
    }  # fmt: skip
    told = {"picture": picture, "steps": steps}
    with tempfile.TemporaryFile() as kept, tempconfig(settings):
        frames = _stock(told, kept)
        kept.seek(0)
        worst = _ours(told, kept, (frame.height, frame.width, 4))
    return {"frames": frames, "worst": worst}


def _stock(told: dict[str, Any], kept: IO[bytes]) -> int:
    """Draw with stock Manim into a file; how many frames there are."""
    from graphgen.scenes.backprop import BackpropScene

    count = 0

    def keep(pixels: npt.NDArray[np.uint8], num_frames: int = 1) -> None:
        nonlocal count
        kept.write(np.ascontiguousarray(pixels).data)
        count += num_frames

    scene: Any = type("Stock", (BackpropScene,), told)()
    scene.renderer.add_frame = keep
    scene.render()
    return count


def _ours(told: dict[str, Any], kept: IO[bytes], shape: tuple[int, int, int]) -> int:
    """Draw with the fast renderer; the largest difference to what is in the file."""
    from graphgen.scenes.backprop import BackpropScene
    from graphgen.scenes.fast import Fast

    worst = 0

    def compare(_: int) -> None:
        nonlocal worst
        wanted = np.frombuffer(kept.read(shape[0] * shape[1] * shape[2]), np.uint8)
        found = scene.renderer.get_frame().astype(np.int16)
        worst = max(worst, int(np.abs(found - wanted.reshape(shape)).max()))

    scene: Any = type("Ours", (Fast, BackpropScene), told)()
    scene.renderer._write = compare
    scene.render()
    assert not kept.read(1), "ours has fewer frames"
    return worst
