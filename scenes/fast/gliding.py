"""Frames in which a group glides: what is behind it, a picture of it, and what is in front."""

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
from manim import Camera

from .canvas import Pixels, context_on
from .glide import Glide
from .inks import Ink
from .raster import Raster
from .sheet import Sheet

__all__ = ["Gliding"]

_ALIKE = 1e-9


class Gliding:
    """Draws the frames of one animation of which a group glides; `of` makes it.

    Args:
        raster: the picture of the group.
        changing: the places in the group of what may change.
        behind: the frame without the group and what is in front of it.
        front: what is in front of the group, from the back to the front.
        moving: of these, what may change.
        sheet: makes ink.
    """

    def __init__(
        self,
        raster: Raster,
        changing: Sequence[int],
        behind: Pixels | None,
        front: Sequence[Any],
        moving: frozenset[int],
        sheet: Sheet,
    ) -> None:
        self._raster, self._changing, self._behind = raster, changing, behind
        self._front, self._moving, self._sheet = front, moving, sheet
        self._inks: list[Ink] = sheet.inks(front)

    @classmethod
    def of(
        cls, glide: Glide, shown: Sequence[Any], roots: Sequence[Any], sheet: Sheet, camera: Camera
    ) -> Optional["Gliding"]:
        """What draws a glide; None where its group doesn't lie together, or the camera is turned.

        Args:
            glide: the animation of a group that is scaled and moved as one.
            shown: all that is drawn, from the back to the front.
            roots: the mobjects whose families may change.
            sheet: what lies on the frame.
            camera: Manim's.

        Returns:
            What draws it, or None.
        """
        matrix = sheet.matrix()
        family = {id(mobject) for mobject in glide.mobject.get_family()}
        places = [at for at, mobject in enumerate(shown) if id(mobject) in family]
        if not places or matrix[1] or matrix[2] or abs(matrix[0] + matrix[3]) > _ALIKE * matrix[0]:
            return None
        first, stop = places[0], places[-1] + 1
        moving = frozenset(
            id(part) for root in roots if root is not glide.mobject for part in root.get_family()
        )
        rear = shown[:first]
        if stop - first != len(places) or any(id(mobject) in moving for mobject in rear):
            return None
        glide.leave_to_renderer()
        sheet.rest_nothing()
        page = None if rear else _plain(camera)
        behind = None if page else _drawn(sheet, rear, camera)
        group = shown[first:stop]
        raster = Raster(glide, group, camera, matrix, page)
        changing = [at for at, mobject in enumerate(group) if id(mobject) in moving]
        return cls(raster, changing, behind, shown[stop:], moving, sheet)

    def show(self, pixels: Pixels) -> None:
        """Draw a frame."""
        self._raster.renew(self._changing)
        if self._behind is not None:
            pixels[...] = self._behind
        self._raster.show(pixels)
        context = context_on(pixels)
        for at, mobject in enumerate(self._front):
            if id(mobject) in self._moving:
                (self._inks[at],) = self._sheet.inks([mobject])
            self._inks[at].draw(context)


def _plain(camera: Camera) -> tuple[float, ...] | None:
    """The page's color in Cairo's order, where all of it has one."""
    background: Any = camera.background
    first = background[0, 0]
    words = background.view(np.uint32)
    if not (words == words[0, 0]).all() or first[3] != 255:
        return None
    return tuple(float(part) / 255 for part in (first[2], first[1], first[0], first[3]))


def _drawn(sheet: Sheet, mobjects: Sequence[Any], camera: Camera) -> Pixels:
    """The page, and some mobjects on it."""
    pixels: Pixels = np.array(camera.background)
    context = context_on(pixels)
    for ink in sheet.inks(mobjects):
        ink.draw(context)
    return pixels
