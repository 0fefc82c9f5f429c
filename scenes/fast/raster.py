"""The picture of a group that glides: drawn once, larger than the frame, and kept up to date.

What changes of the group meanwhile is drawn again there; each frame then is that picture, scaled.
Blur isn't seen while all of it moves; what stands still is drawn by its outlines again.
"""

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import Any

import cairo
import numpy as np
from manim import Camera

from .canvas import Pixels, context_on, merged
from .glide import Glide, View
from .inks import Box, Ink, Matrix, fingerprint, ink_of

__all__ = ["Raster"]

_LARGEST = 2.25
"""So many times the frame's pixels it has at most: what two frames side by side show is sharp."""

_WIDEST = 32000
"""Pixels across and down: Cairo's surfaces have no more."""

_SAMPLES = 8
"""Views that are looked at for what is seen on the way."""


class Raster:
    """The picture of a group for all views of a glide.

    Args:
        glide: which moves the group.
        mobjects: what is drawn of the group, from the back to the front.
        camera: whose frame it is shown in.
        matrix: the camera's, without rotation.
        page: what is behind the group, as a color of Cairo's order; None where it isn't plain.
    """

    def __init__(
        self,
        glide: Glide,
        mobjects: Sequence[Any],
        camera: Camera,
        matrix: Matrix,
        page: tuple[float, ...] | None,
    ) -> None:
        self._glide, self._mobjects, self._camera, self._page = glide, mobjects, camera, page
        height, width = camera.pixel_array.shape[:2]
        views = [glide.path(at / _SAMPLES) for at in range(_SAMPLES + 1)]
        seen = [_seen(view, matrix, width, height) for view in views]
        left, bottom, right, top = (
            choose(edges)
            for choose, edges in zip((min, min, max, max), zip(*seen, strict=True), strict=True)
        )
        self._frame, (xx, _, _, yy, _, _) = matrix, matrix
        across, down = (right - left) * abs(xx), (top - bottom) * abs(yy)
        finest = max(view.scale for view in views)
        room = sqrt(_LARGEST * width * height / (across * down))
        self.scale = min(finest, room, _WIDEST / across, _WIDEST / down)
        self._corner = (left, top)
        size = (ceil(across * self.scale), ceil(down * self.scale))
        x, y = xx * self.scale, yy * self.scale
        self._matrix: Matrix = (x, 0.0, 0.0, y, -left * x, -top * y)
        self._surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, *size)
        self._context = cairo.Context(self._surface)
        self._scratch = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 1, 1))
        self._whole: Box = (0, 0, *size)
        self._inks = [self._ink(mobject, None) for mobject in mobjects]
        self._boxes = np.array([ink.box for ink in self._inks], np.int32).reshape(-1, 4)
        self._draw([self._whole])

    def renew(self, places: Iterable[int]) -> None:
        """Draw again what of these changed, by their places among the mobjects."""
        touched: list[Box] = []
        for place in places:
            before = self._inks[place]
            ink = self._ink(self._mobjects[place], before)
            if ink is not before:
                touched += {before.box, ink.box}
                self._inks[place], self._boxes[place] = ink, ink.box
        self._draw(merged(touched, self._whole))

    def show(self, pixels: Pixels) -> None:
        """Show it in a frame, in the glide's view; over what is there, where no page is known."""
        context = context_on(pixels)
        pattern = cairo.SurfacePattern(self._surface)
        pattern.set_filter(cairo.FILTER_BILINEAR)
        pattern.set_matrix(self._from_frame(self._glide.view))
        if self._page is not None:
            pattern.set_extend(cairo.EXTEND_PAD)
            context.set_operator(cairo.OPERATOR_SOURCE)
        context.set_source(pattern)
        context.paint()

    def _from_frame(self, view: View) -> "cairo.Matrix":
        """From a pixel of the frame to one of the picture."""
        xx, _, _, yy, x0, y0 = self._frame
        left, top = self._corner
        ratio = self.scale / view.scale
        x = (-x0 / xx - view.x) / view.scale - left
        y = (-y0 / yy - view.y) / view.scale - top
        return cairo.Matrix(ratio, 0, 0, ratio, x * xx * self.scale, y * yy * self.scale)

    def _ink(self, mobject: Any, before: Ink | None) -> Ink:
        print_ = fingerprint(mobject)
        if before is not None and before.print == print_:
            return before
        size = self._whole[2:]
        return ink_of(mobject, print_, self._matrix, self._camera, self._scratch, before, size)

    def _draw(self, dirty: Sequence[Box]) -> None:
        context = self._context
        for left, top, right, bottom in dirty:
            boxes = self._boxes
            meeting = np.flatnonzero(
                (boxes[:, 0] < right)
                & (boxes[:, 2] > left)
                & (boxes[:, 1] < bottom)
                & (boxes[:, 3] > top)
            )
            context.identity_matrix()
            context.reset_clip()
            context.new_path()
            context.rectangle(left, top, right - left, bottom - top)
            context.clip()
            context.set_operator(cairo.OPERATOR_SOURCE)
            context.set_source_rgba(*(self._page or (0.0, 0.0, 0.0, 0.0)))
            context.paint()
            context.set_operator(cairo.OPERATOR_OVER)
            for place in meeting.tolist():
                self._inks[place].draw(context)


def _seen(view: View, matrix: Matrix, width: int, height: int) -> tuple[float, ...]:
    """Left, bottom, right and top of what a view shows of the group, in the group's own units."""
    xx, _, _, yy, x0, y0 = matrix
    xs = sorted(((edge - x0) / xx - view.x) / view.scale for edge in (0, width))
    ys = sorted(((edge - y0) / yy - view.y) / view.scale for edge in (0, height))
    return (xs[0], ys[0], xs[1], ys[1])
