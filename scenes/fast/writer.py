"""Manim's file writer, given frames that the encoder can take as they are."""

from pathlib import Path
from typing import Any

import av
from manim.scene.scene_file_writer import SceneFileWriter

from .encoder import Encoder, Recipe
from .planes import Planes, can_patch

__all__ = ["FastWriter"]


class FastWriter(SceneFileWriter):
    """Writes Manim's own files (segments, sections, sound, GIF) with Manim's own settings."""

    _encoder: Encoder | None = None

    @property
    def recipe(self) -> Recipe | None:
        """How frames are encoded; None where they can't be converted in parts."""
        spec = self.video_encoder
        if spec is None or not can_patch(spec.pixel_format, spec.width, spec.height):
            return None
        return Recipe(
            spec.container_format,
            spec.codec,
            spec.pixel_format,
            spec.width,
            spec.height,
            spec.frame_rate,
            spec.options,
        )

    def planes(self) -> Planes | None:
        """A frame to be patched; None where whole frames are wanted."""
        recipe = self.recipe
        if recipe is None:
            return None
        return Planes(recipe.width, recipe.height, recipe.pixels, recipe.colours)

    def write_planes(self, frame: av.VideoFrame, repeat: int, is_new: bool) -> None:
        """Encode a converted frame, as often as it is shown.

        Args:
            frame: of the recipe's size and pixel format.
            repeat: how many times in a row it is shown.
            is_new: whether it may differ from the frame before.
        """
        if self._encoder is not None:
            self._encoder.write(frame, repeat, is_new)

    def open_partial_movie_stream(self, *, animation_index: int, file_path: Any = None) -> None:
        """Begin the file of one animation."""
        recipe = self.recipe
        if recipe is None:
            super().open_partial_movie_stream(animation_index=animation_index, file_path=file_path)
            return
        target = Path(file_path or self.partial_movie_files[animation_index] or "")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._encoder = Encoder(target, recipe)

    def close_partial_movie_stream(self) -> None:
        """End the file of one animation."""
        if self._encoder is None:
            super().close_partial_movie_stream()
            return
        encoder, self._encoder = self._encoder, None
        encoder.finish()

    def abort_encode_jobs(self, reraise_encoder_failures: bool = False) -> None:
        """Give up: nothing half-written stays."""
        if self._encoder is not None:
            encoder, self._encoder = self._encoder, None
            encoder.abort()
        super().abort_encode_jobs(reraise_encoder_failures)
