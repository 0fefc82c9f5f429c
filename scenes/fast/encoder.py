"""Frames -> one file, by PyAV: written under another name, and renamed when it is whole."""

from pathlib import Path
from typing import Any

import av

from .echoes import NUMBERS, echo_of, number_of, numbered
from .recipe import Recipe

__all__ = ["Encoder", "Recipe"]

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
        self._echo = echo_of(recipe)
        self._number = self._echoed = 0
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

    def write(self, frame: av.VideoFrame, repeat: int = 1, is_new: bool = True) -> None:
        """Encode a frame, as often as it is shown; it may be changed afterwards.

        Args:
            frame: of the recipe's size and pixel format.
            repeat: how many times in a row it is shown; once by default.
            is_new: whether it may differ from the frame before.
        """
        for _ in range(repeat):
            if self._echo is None or is_new or not self.frames:
                self._encode(frame)
                is_new = False
            else:
                self._repeat(self._echo)

    def _encode(self, frame: av.VideoFrame) -> None:
        frame.pts, frame.time_base = self.frames, self._tick
        self.frames += 1
        for packet in self._stream.encode(frame):
            self._file.mux(packet if self._echo is None else self._counted_on(packet))

    def _counted_on(self, packet: Any) -> Any:
        """A packet of the encoder's, numbered as if it had made those that repeat too."""
        if packet.is_keyframe:
            self._number = self._echoed = 0
            return packet
        content = bytes(packet)
        number = number_of(content)
        assert number is not None, "x264 wrote no single slice, though it did so when it was asked"
        self._number = (number + self._echoed) % NUMBERS
        return self._packet(numbered(content, self._number), packet.pts) if self._echoed else packet

    def _repeat(self, echo: bytes) -> None:
        self._number, self._echoed = (self._number + 1) % NUMBERS, self._echoed + 1
        self._file.mux(self._packet(numbered(echo, self._number), self.frames))
        self.frames += 1

    def _packet(self, content: bytes, time: int) -> Any:
        packet: Any = av.Packet(content)
        packet.pts = packet.dts = time
        packet.duration, packet.time_base, packet.stream = 1, self._tick, self._stream
        return packet

    def finish(self) -> Path:
        """Write what is left, and give the file its name."""
        for packet in self._stream.encode(None):
            self._file.mux(packet)
        self._file.close()
        return self._part.replace(self.target)

    def abort(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)
