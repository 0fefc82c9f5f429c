"""Frames -> one file, by PyAV: written under another name, and renamed when it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

__all__ = ["Encoder", "Recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How frames are encoded, in FFmpeg's words.

    Attributes:
        colours: how RGB becomes YUV, "itu601" or "itu709"; the latter is noted in the file.
    """

    container: str
    codec: str
    pixels: str
    width: int
    height: int
    rate: Fraction
    options: tuple[tuple[str, str], ...]
    colours: str = "itu601"


_BT709 = 1
_LIMITED = 1


class Encoder:
    """One file of frames at even distances.

    Args:
        target: where the whole file will be.
    """

    def __init__(self, target: Path, recipe: Recipe) -> None:
        self.target, self.recipe = target, recipe
        self.frames = 0
        self._part = target.with_name(f"{target.name}.part")
        self._tick = 1 / recipe.rate
        self._file: Any = av.open(f"file:{self._part}", "w", format=recipe.container)
        try:
            self._stream = self._opened()
        except BaseException:
            self.abort()
            raise

    def _opened(self) -> Any:
        recipe = self.recipe
        stream: Any = self._file.add_stream(
            recipe.codec, rate=recipe.rate, options=dict(recipe.options)
        )
        stream.width, stream.height, stream.pix_fmt = recipe.width, recipe.height, recipe.pixels
        if recipe.colours == "itu709" and recipe.pixels.startswith("yuv"):
            context = stream.codec_context
            context.colorspace = context.color_primaries = context.color_trc = _BT709
            context.color_range = _LIMITED
        return stream

    def write(self, frame: av.VideoFrame, repeat: int = 1) -> None:
        """Encode a frame, as often as it is shown; it may be changed afterwards."""
        frame.time_base = self._tick
        for _ in range(repeat):
            frame.pts = self.frames
            self.frames += 1
            self._mux(self._stream.encode(frame))

    def finish(self) -> Path:
        """Write what is left, and give the file its name."""
        self._mux(self._stream.encode(None))
        self._file.close()
        return self._part.replace(self.target)

    def abort(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _mux(self, packets: Sequence[Any]) -> None:
        for packet in packets:
            self._file.mux(packet)
