"""What lies on the frame, from the back to the front, and what of it changed since last time."""

from collections.abc import Iterable, Sequence
from typing import Any

import cairo
import numpy as np
from manim import Camera

from .canvas import Canvas, Pixels, Underlay, changed, merged
from .inks import Box, Ink, Matrix, fingerprint, ink_of, is_plain

__all__ = ["Sheet"]


class Sheet:
    """The inks of a camera's frame.

    Args:
        camera: its pixel_array has four bytes to a pixel.
    """

    def __init__(self, camera: Camera) -> None:
        height, width = camera.pixel_array.shape[:2]
        self.canvas = Canvas(width, height)
        self._camera = camera
        self._scratch = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 1, 1))
        self._kept: dict[int, Ink] = {}
        self._kinds: dict[type, bool] = {}
        self._shown: list[Ink] = []
        self._boxes = _boxes(())
        self._background: Pixels | None = None
        self._view: Matrix | None = None
        self._under = Underlay(width, height)
        self._lowest = 0

    def plain(self, mobjects: Iterable[Any]) -> bool:
        """Whether all of them can be inked."""
        return all(
            is_plain(type(mobject), self._kinds) and not mobject.background_image
            for mobject in mobjects
        )

    def forget(self) -> None:
        """The frame was drawn by somebody else: next time all of it is drawn again."""
        self._background = None

    def rest_nothing(self) -> None:
        """Keep no picture of what rests: something else fills the frame for a while."""
        self.forget()
        self._under, self._lowest = Underlay(*self.canvas.whole[2:]), 0

    def release(self) -> None:
        """Keep no frame any more."""
        self._under, self.canvas = Underlay(1, 1), Canvas(1, 1)
        self._kept, self._shown, self._background = {}, [], None

    def keep_only_shown(self) -> None:
        """Let go of mobjects that have left the frame."""
        self._kept = {id(ink.mobject): ink for ink in self._shown}

    def inks(self, mobjects: Iterable[Any]) -> list[Ink]:
        """Their inks; those that look as before keep the ones they had."""
        matrix = self.matrix()
        return [self._ink(mobject, matrix) for mobject in mobjects]

    def show(self, inks: Sequence[Ink], background: Pixels, resting: int | None) -> list[Box]:
        """Draw what differs from the last frame.

        Args:
            inks: everything, from the back to the front.
            background: what is behind them.
            resting: how many of them, from the back, stay as they are until `show` is called
                again; None where that is not known.

        Returns:
            Rectangles that hold every pixel that is another now.
        """
        if background is not self._background:
            dirty = [self.canvas.whole]
        else:
            dirty = merged(changed(self._shown, inks), self.canvas.whole)
        self._shown, self._boxes = list(inks), _boxes(inks)
        self._background, self._view = background, self.matrix()
        self._lowest = self._under.kept(inks, background) if resting is None else resting
        if self._lowest:
            self._under.rest(*self._resting(), background)
        return self._redraw(dirty, background)

    def _resting(self) -> tuple[Sequence[Ink], Any]:
        return self._shown[: self._lowest], self._boxes[: self._lowest]

    def same_view(self, background: Pixels) -> bool:
        """Whether camera and background are as they were in the last frame."""
        return background is self._background and self.matrix() == self._view

    def renew(self, mobjects: Sequence[Any], places: Sequence[int]) -> list[Box]:
        """Draw again what differs when only some mobjects may have changed.

        Args:
            mobjects: which; all of them are on the frame.
            places: where they stand among all inks.

        Returns:
            Rectangles that hold every pixel that is another now.
        """
        matrix = self.matrix()
        touched: list[Box] = []
        for mobject, place in zip(mobjects, places, strict=True):
            before = self._shown[place]
            ink = self._ink(mobject, matrix)
            if ink is not before:
                touched.append(before.box)
                if ink.box != before.box:
                    touched.append(ink.box)
                self._shown[place] = ink
                self._boxes[place] = ink.box
        dirty = merged(touched, self.canvas.whole)
        if not dirty or self._background is None:
            return []
        return self._redraw(dirty, self._background)

    def _redraw(self, dirty: Sequence[Box], background: Pixels) -> list[Box]:
        """Draw rectangles again: only what lies above all that rests."""
        behind = self._under.pixels if self._lowest else background
        acting = self._shown[self._lowest :], self._boxes[self._lowest :]
        return self.canvas.draw(*acting, dirty, behind)

    def matrix(self) -> Matrix:
        """The camera's own matrix, also where it has kept an old one."""
        matrix = self._camera.get_cairo_context(self._camera.pixel_array).get_matrix()
        return (matrix.xx, matrix.yx, matrix.xy, matrix.yy, matrix.x0, matrix.y0)

    def _ink(self, mobject: Any, matrix: Matrix) -> Ink:
        print_ = fingerprint(mobject)
        ink = self._kept.get(id(mobject))
        if ink is None or ink.print != print_ or ink.matrix != matrix:
            ink = ink_of(mobject, print_, matrix, self._camera, self._scratch, ink)
            self._kept[id(mobject)] = ink
        return ink


def _boxes(inks: Sequence[Ink]) -> Any:
    return np.array([ink.box for ink in inks], np.int32).reshape(-1, 4)
