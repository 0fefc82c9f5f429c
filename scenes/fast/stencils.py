"""An outline that is painted again and again, fainter or stronger: its coverage is kept.

With a paint that can be seen through, Cairo first computes how much of each pixel is covered, and
then colours so much of it. The first takes longest, and stays as it is while a mobject fades.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeAlias

import cairo
import numpy as np
import numpy.typing as npt

__all__ = ["Context", "Paint", "Shape", "Tile", "apply"]

Context: TypeAlias = "cairo.Context[Any]"
Coverage: TypeAlias = npt.NDArray[np.uint8]

_BAND = 64
"""Rows of a stencil: a way from corner to corner would else be kept with all that is beside it."""

_WORTH_IT = 1
"""So many times an outline is painted faintly before its coverage is kept."""

_LARGEST = 0.25
"""Of the frame: the coverage of a larger box isn't kept."""


class Paint(NamedTuple):
    """One pass over the outline: a stroke of this width, or a fill (width 0).

    Attributes:
        is_faint: whether it is one colour that can be seen through.
    """

    source: cairo.Pattern
    width: float
    join: Any
    cap: Any
    is_faint: bool


class Tile(NamedTuple):
    """The coverage of some pixels, and where they stand in the frame."""

    surface: cairo.ImageSurface
    left: int
    top: int


class Shape:
    """An outline in pixels.

    Args:
        outline: the path; None where nothing is painted.
        matrix: from Manim's units to pixels: it makes a pen of a line's width.
        box: left, top, right, bottom of what is painted within the frame, in pixels.
        frame: its width and height.
    """

    def __init__(
        self,
        outline: Any,
        matrix: tuple[float, float, float, float, float, float],
        box: tuple[int, int, int, int],
        frame: tuple[int, int],
    ) -> None:
        self.outline, self.matrix, self._frame = outline, matrix, frame
        width, height = frame
        self._box = (max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3]))
        left, top, right, bottom = self._box
        is_small = 0 < (right - left) * (bottom - top) <= _LARGEST * width * height
        self._wait = _WORTH_IT if is_small else -1
        self._stencils: list[list[Tile]] = []

    def stencils(self, paints: Sequence[Paint]) -> Sequence[Sequence[Tile]]:
        """The coverage of each paint, once it is worth keeping; before, nothing.

        Args:
            paints: always of the same widths.
        """
        if self._wait > 0:
            self._wait -= 1
        elif self._wait == 0 and not self._stencils and _is_exact():
            self._stencils = [list(self._tiles(paint)) for paint in paints]
        return self._stencils

    def _tiles(self, paint: Paint) -> Iterator[Tile]:
        left, top, right, bottom = self._box
        canvas, coverage = _spare(*self._frame)
        self.trace(canvas)
        apply(canvas, paint)
        covered = coverage[top:bottom, left:right]
        for start in range(0, bottom - top, _BAND):
            band = covered[start : start + _BAND]
            columns = np.flatnonzero(band.any(axis=0))
            if len(columns):
                first, last = int(columns[0]), int(columns[-1]) + 1
                yield Tile(_kept(band[:, first:last]), left + first, top + start)
        covered[...] = 0

    def trace(self, canvas: Context) -> None:
        """Give a canvas the outline as its path, and the pen that Manim draws with."""
        canvas.identity_matrix()
        canvas.new_path()
        canvas.append_path(self.outline)
        canvas.set_matrix(cairo.Matrix(*self.matrix))


def apply(canvas: Context, paint: Paint) -> None:
    """Paint the canvas's path, with the very calls that Manim makes."""
    if paint.width:
        canvas.set_line_width(paint.width)
        canvas.set_line_join(paint.join)
        canvas.set_line_cap(paint.cap)
        canvas.stroke_preserve()
    else:
        canvas.fill_preserve()


def _kept(covered: Any) -> cairo.ImageSurface:
    """A surface of its own for a part of another."""
    height, width = covered.shape
    stride = cairo.ImageSurface.format_stride_for_width(cairo.FORMAT_A8, width)
    rows = np.zeros((height, stride), np.uint8)
    rows[:, :width] = covered
    return cairo.ImageSurface.create_for_data(rows.data, cairo.FORMAT_A8, width, height, stride)


@lru_cache(maxsize=1)
def _spare(width: int, height: int) -> tuple[Context, Coverage]:
    """A frame of nothing, and what is seen of it; whoever paints there wipes it."""
    stride = cairo.ImageSurface.format_stride_for_width(cairo.FORMAT_A8, width)
    coverage = np.zeros((height, stride), np.uint8)
    surface = cairo.ImageSurface.create_for_data(
        coverage.data, cairo.FORMAT_A8, width, height, stride
    )
    return cairo.Context(surface), coverage


@cache
def _is_exact() -> bool:
    """Whether this Cairo's pixels are the same, painted at once or through a stencil."""
    side = 64
    results = []
    for is_kept in (False, True):
        pixels = np.full((side, side, 4), 255, np.uint8)
        pixels[..., :3] = np.arange(side, dtype=np.uint8)[:, None, None]
        surface = cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, side, side)
        canvas = cairo.Context(surface)
        _sample(canvas, is_kept)
        surface.flush()
        results.append(pixels)
    at_once, in_steps = results
    return bool(np.array_equal(at_once, in_steps))


def _sample(canvas: Context, is_kept: bool) -> None:
    """Lines and areas of several strengths, painted at once or through a stencil."""
    for at, strength in enumerate((0.1, 0.37, 0.5, 0.81, 0.98)):
        source = cairo.SolidPattern(0.2, 0.9 - 0.1 * at, 0.4, strength)
        paint = Paint(source, 1.7 * (at % 3), cairo.LINE_JOIN_MITER, cairo.LINE_CAP_BUTT, True)
        canvas.new_path()
        canvas.move_to(3.3 * at, 60.1)
        canvas.curve_to(10.7, 2.2 + at, 50.6, 80.3, 61.4, 5.5 + 3 * at)
        canvas.close_path()
        canvas.set_source(source)
        if is_kept:
            shape = Shape(canvas.copy_path(), (1, 0, 0, 1, 0, 0), (0, 0, 64, 64), (64, 64))
            for tile in shape._tiles(paint):
                canvas.mask_surface(tile.surface, tile.left, tile.top)
        else:
            apply(canvas, paint)
