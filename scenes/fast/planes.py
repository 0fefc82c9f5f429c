"""RGBA pixels -> a frame as the encoder wants it, only where they changed.

A rectangle is converted with a margin of two pixels, on even edges: its planes are then the very
ones that converting the whole frame gives, chroma included.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Colorspace, VideoReformatter

from .canvas import Pixels, area, union
from .inks import Box

__all__ = ["Planes", "can_patch"]

_MARGIN = 2
_ACROSS, _DOWN = 32, 16
"""Boxes begin and end at multiples of these; even ones, for the chroma."""

_CALL = 6000
"""To convert another rectangle takes as long as to convert so many pixels."""

_KEPT = 300
"""For so many sizes what converts them is kept: setting it up takes as long as using it."""

_SUBSAMPLED: dict[str, tuple[tuple[int, int], ...]] = {
    "yuv420p": ((1, 1), (2, 1), (2, 1)),
    "yuva420p": ((1, 1), (2, 1), (2, 1), (1, 1)),
    "argb": ((1, 4),),
}
"""For each plane of a format: pixels to a sample across and down, bytes to a sample."""


def can_patch(pixels: str, width: int, height: int) -> bool:
    """Whether parts of frames of this format and size can be converted on their own.

    Args:
        pixels: the encoder's pixel format, such as "yuv420p".
        width, height: of the frame, in pixels.

    Returns:
        True only for subsampled formats and even sizes.
    """
    return pixels in _SUBSAMPLED and width % 2 == 0 and height % 2 == 0


class Planes:
    """One frame, kept from picture to picture.

    Args:
        width, height: in pixels, even.
        pixels: the format, as FFmpeg names it.
        colours: how RGB becomes YUV: "itu601", as Manim has it, or "itu709".
    """

    def __init__(self, width: int, height: int, pixels: str, colours: str = "itu601") -> None:
        self._frame = av.VideoFrame(width, height, pixels)
        self._whole: Box = (0, 0, width, height)
        self._format, self._colours = pixels, colours
        self._samples = _SUBSAMPLED[pixels]
        self._planes = [
            _bytes(plane, self._whole, sample)
            for plane, sample in zip(self._frame.planes, self._samples, strict=True)
        ]
        self._presses: dict[tuple[int, int], VideoReformatter] = {}

    @property
    def frame(self) -> av.VideoFrame:
        """The frame for the encoder; one of packed pixels is a copy, for QuickTime's keeps it."""
        if len(self._planes) > 1:
            return self._frame
        height, width = self._planes[0].shape
        packed = self._planes[0].reshape(height, width // 4, 4)
        return av.VideoFrame.from_ndarray(packed, format=self._format)

    def patch(self, pixels: Pixels, dirty: Sequence[Box]) -> None:
        """Take over the rectangles of a picture that changed.

        Args:
            pixels: RGBA, shape (height, width, 4).

        Source: R'G'B' to Y'CbCr of ITU-R BT.601 and BT.709.
        """
        for box in _joined(self._grown(box) for box in dirty):
            source = self._around(box)
            left, top, right, bottom = source
            self._paste(self._converted(pixels[top:bottom, left:right]), source, box)

    def _grown(self, box: Box) -> Box:
        """The box and what its pixels reach in the chroma, of few sizes, each with its press."""
        left, top, right, bottom = box
        return (
            max(0, (left - _MARGIN) // _ACROSS * _ACROSS),
            max(0, (top - _MARGIN) // _DOWN * _DOWN),
            min(self._whole[2], -(-(right + _MARGIN) // _ACROSS) * _ACROSS),
            min(self._whole[3], -(-(bottom + _MARGIN) // _DOWN) * _DOWN),
        )

    def _around(self, box: Box) -> Box:
        """The box and what reaches into its pixels' chroma."""
        left, top, right, bottom = box
        _, _, width, height = self._whole
        return (
            max(0, left - _MARGIN),
            max(0, top - _MARGIN),
            min(width, right + _MARGIN),
            min(height, bottom + _MARGIN),
        )

    def _converted(self, pixels: Pixels) -> av.VideoFrame:
        """A rectangle in the format of the frame."""
        height, width, _ = pixels.shape
        if (width, height) not in self._presses:
            if len(self._presses) >= _KEPT:
                self._presses.clear()
            self._presses[width, height] = VideoReformatter()
        return self._presses[width, height].reformat(
            av.VideoFrame.from_numpy_buffer(pixels, format="rgba"),
            format=self._format,
            dst_colorspace=Colorspace[self._colours],
            threads=1,
        )

    def _paste(self, part: av.VideoFrame, source: Box, box: Box) -> None:
        for converted, plane, (step, size) in zip(
            part.planes, self._planes, self._samples, strict=True
        ):
            window = _bytes(
                converted, (0, 0, source[2] - source[0], source[3] - source[1]), (step, size)
            )
            left, top, right, bottom = (edge // step for edge in box)
            x, y = source[0] // step, source[1] // step
            plane[top:bottom, left * size : right * size] = window[
                top - y : bottom - y, (left - x) * size : (right - x) * size
            ]


def _joined(boxes: Iterable[Box]) -> Sequence[Box]:
    """The boxes; one and the next are one where that is less to convert.

    >>> _joined([(0, 0, 640, 96), (0, 64, 640, 160), (0, 608, 32, 624)])
    [(0, 0, 640, 160), (0, 608, 32, 624)]
    """
    larger: list[Box] = []
    for box in boxes:
        if larger:
            both = union(larger[-1], box)
            if area(both) <= area(larger[-1]) + area(box) + _CALL:
                larger[-1] = both
                continue
        larger.append(box)
    return larger


def _bytes(plane: Any, box: Box, sample: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """A plane as rows of bytes, without the padding; writable."""
    step, size = sample
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: box[3] // step, : box[2] // step * size]
