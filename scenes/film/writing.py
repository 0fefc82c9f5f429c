"""A file writer for films of ours: one encoder for a segment, and no file per animation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av

from ..fast.echoes import echo_of
from ..fast.encoder import Encoder, Recipe
from ..fast.writer import FastWriter
from .joining import Part

__all__ = ["FilmWriter"]

_HELD = 1
"""Seconds of a hold that are encoded; a longer one shows them several times."""

_LONG = 2
"""Holds from so many seconds on are parts of their own; each part begins with a whole picture."""


class FilmWriter(FastWriter):
    """Writes the parts of one segment.

    Args:
        settings: Manim's.
        recipe: how frames are encoded.
        folder: where the parts go.
        on_frames: is told how many frames more are done.
    """

    def __init__(
        self, settings: Any, recipe: Recipe, folder: Path, on_frames: Callable[[int], None]
    ) -> None:
        super().__init__(settings)
        self._recipe, self._folder, self._on_frames = recipe, folder, on_frames
        self.parts: list[Part] = []

    @property
    def recipe(self) -> Recipe:
        """The one it was given, whatever Manim's settings say."""
        return self._recipe

    def write_planes(self, frame: av.VideoFrame, repeat: int, is_new: bool) -> None:
        """Encode a converted frame; of a long hold a second, where repeating takes encoding.

        Args:
            frame: of the recipe's size and pixel format.
            repeat: how many times in a row it is shown.
            is_new: whether it may differ from the frame before.
        """
        rate = int(self._recipe.rate)
        is_long = repeat >= _LONG * rate and echo_of(self._recipe) is None
        times, rest = divmod(repeat, _HELD * rate) if is_long else (0, repeat)
        self._encode(frame, rest, is_new)
        if times:
            self._end_part()
            self._encode(frame, _HELD * rate, is_new)
            self._end_part(times)
        self._on_frames(repeat)

    def _encode(self, frame: av.VideoFrame, repeat: int, is_new: bool) -> None:
        if repeat and self._encoder is None:
            target = self._folder / f"{len(self.parts):03}.{self._recipe.container}"
            self._encoder = Encoder(target, self._recipe)
        if self._encoder is not None:
            self._encoder.write(frame, repeat, is_new)

    def _end_part(self, times: int = 1) -> None:
        if self._encoder is not None:
            encoder, self._encoder = self._encoder, None
            self.parts.append(Part(encoder.finish(), encoder.frames, times))

    def add_partial_movie_file(self, hash_animation: str | None) -> None:
        """Nothing: an animation has no file of its own."""

    def begin_animation(
        self, allow_write: bool = False, *, animation_index: int, file_path: Any = None
    ) -> None:
        """Nothing: the encoder goes on.

        Args:
            allow_write, animation_index, file_path: of Manim; unused.
        """

    def end_animation(self, allow_write: bool = False) -> None:
        """Nothing: the encoder goes on."""

    def finish(self) -> None:
        """End the last part."""
        self._end_part()
