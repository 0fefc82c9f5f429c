"""Ink on a frame: finds what changed since the last frame and draws those rectangles again.

Each rectangle is drawn on a surface of its own, larger and moved by whole pixels: so its pixels are
the very ones that drawing the whole frame gives, which clipping doesn't promise.
"""

from collections.abc import Sequence

import cairo
import numpy as np
import numpy.typing as npt

from scenes.fast.inks import Box, Ink

__all__ = ["Canvas", "Pixels", "Underlay", "changed", "merged"]

Pixels = npt.NDArray[np.uint8]

_NEAR = 4096
"""Two rectangles become one where that costs no more than so many pixels drawn for nothing."""

_CUT = 2
"""Rows drawn above and below each rectangle and left out: where Cairo cuts off, it rounds."""

_BAND = 64
"""Rows of a band of what rests."""

_MUCH = 0.5
"""Of a band that rests: when more of it changes it is drawn as a whole, once it is needed."""

_MOST = 8
"""More rectangles than this are drawn as one."""


class Canvas:
    """A frame of RGBA pixels, in Cairo's order and premultiplied as Manim has them.

    Args:
        width, height: in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.whole: Box = (0, 0, width, height)
        self.pixels: Pixels = np.zeros((height, width, 4), np.uint8)
        self._spare: Pixels = np.empty(height * width * 4, np.uint8)

    def draw(
        self,
        inks: Sequence[Ink],
        boxes: npt.NDArray[np.int32],
        dirty: Sequence[Box],
        background: Pixels,
    ) -> None:
        """Draw some rectangles again.

        Args:
            inks: everything, from the back to the front.
            boxes: their boxes, shape (number of inks, 4).
            dirty: rectangles within the frame that don't overlap.
            background: what is behind the inks, shape (height, width, 4).
        """
        for box in dirty:
            meeting = _meeting(boxes, box)
            left, top, right, bottom = self._strip(box, boxes[meeting])
            window = self.pixels if box == self.whole else self._room(right - left, bottom - top)
            window[...] = background[top:bottom, left:right]
            surface = cairo.ImageSurface.create_for_data(
                window.data, cairo.FORMAT_ARGB32, right - left, bottom - top
            )
            context = cairo.Context(surface)
            for index in meeting:
                inks[index].draw(context, left, top)
            if window is not self.pixels:
                self.pixels[box[1] : box[3], box[0] : box[2]] = window[
                    box[1] - top : box[3] - top, box[0] - left : box[2] - left
                ]

    def _room(self, width: int, height: int) -> Pixels:
        """A surface to draw on, in the memory that the one before had."""
        return self._spare[: width * height * 4].reshape(height, width, 4)

    def _strip(self, box: Box, boxes: npt.NDArray[np.int32]) -> Box:
        """The box, made so wide that no ink in it is cut off at its left or right.

        Where nothing of an outline begins, ends or crosses within a row of pixels, Cairo computes
        the coverage of that row exactly, else it samples it: what happens far to the side counts.
        """
        left, top, right, bottom = box
        _, _, width, height = self.whole
        if len(boxes):
            left, right = min(left, int(boxes[:, 0].min())), max(right, int(boxes[:, 2].max()))
        return (max(0, left), max(0, top - _CUT), min(width, right), min(height, bottom + _CUT))


class Underlay:
    """What rests during an animation: drawn by bands when first needed, kept up to date later."""

    def __init__(self, width: int, height: int) -> None:
        self._canvas = Canvas(width, height)
        self._ready: set[int] = set()
        self._inks: Sequence[Ink] = ()
        self._background: Pixels | None = None

    @property
    def pixels(self) -> Pixels:
        """RGBA; only where it was filled."""
        return self._canvas.pixels

    @property
    def is_begun(self) -> bool:
        """Whether any of it is there."""
        return bool(self._ready)

    def rest(self, inks: Sequence[Ink], boxes: npt.NDArray[np.int32], background: Pixels) -> None:
        """From now on these rest: what differs from what rested before is drawn again.

        Args:
            inks, boxes, background: as `Canvas.draw` takes them.
        """
        if background is not self._background:
            self._ready.clear()
        elif self._ready:
            dirty = merged(changed(self._inks, inks), self._canvas.whole)
            self._mend(inks, boxes, dirty, background)
        self._inks, self._background = list(inks), background

    def fill(
        self, inks: Sequence[Ink], boxes: npt.NDArray[np.int32], wanted: Sequence[Box]
    ) -> None:
        """See that what rests is there around some rectangles.

        Args:
            inks, boxes: what rests, as `rest` was told.
        """
        assert self._background is not None
        bands = {
            band
            for _, top, _, bottom in wanted
            for band in range(max(0, top - _CUT) // _BAND, (bottom + _CUT - 1) // _BAND + 1)
        }
        missing = sorted(bands - self._ready)
        rows = [row for row in map(self._row, missing) if row[1] < row[3]]
        self._canvas.draw(inks, boxes, rows, self._background)
        self._ready.update(missing)

    def _mend(
        self,
        inks: Sequence[Ink],
        boxes: npt.NDArray[np.int32],
        dirty: Sequence[Box],
        background: Pixels,
    ) -> None:
        """Draw what changed in the bands that are there; a band that changed a lot is left out."""
        for band in sorted(self._ready):
            row = self._row(band)
            parts = [part for part in (_common(box, row) for box in dirty) if part is not None]
            if sum(map(_area, parts)) > _area(row) * _MUCH:
                self._ready.discard(band)
            else:
                self._canvas.draw(inks, boxes, parts, background)

    def _row(self, band: int) -> Box:
        _, _, width, height = self._canvas.whole
        return (0, band * _BAND, width, min(height, (band + 1) * _BAND))


def changed(before: Sequence[Ink], after: Sequence[Ink]) -> list[Box]:
    """The boxes of what came, went, changed, or has another place in the order."""
    start, shorter = 0, min(len(before), len(after))
    while start < shorter and before[start] is after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] is after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    in_old, in_new = set(map(id, old)), set(map(id, new))
    stayed = [ink for ink in new if id(ink) in in_old]
    if stayed != [ink for ink in old if id(ink) in in_new] or len(in_old) < len(old):
        return [ink.box for ink in (*old, *new)]
    return [ink.box for ink in old if id(ink) not in in_new] + [
        ink.box for ink in new if id(ink) not in in_old
    ]


def _meeting(boxes: npt.NDArray[np.int32], box: Box) -> npt.NDArray[np.intp]:
    left, top, right, bottom = box
    if not len(boxes):
        return np.empty(0, np.intp)
    return np.flatnonzero(
        (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
    )


def merged(boxes: Sequence[Box], whole: Box) -> list[Box]:
    """Rectangles that cover these within the whole, few and without overlap."""
    inside = [box for box in (_common(box, whole) for box in boxes) if box is not None]
    if not inside:
        return []
    left, top, right, bottom = zip(*inside, strict=True)
    around = (min(left), min(top), max(right), max(bottom))
    if _area(around) <= sum(map(_area, inside)) + _NEAR:
        return [around]
    found: list[Box] = []
    for box in sorted(set(inside), key=_area, reverse=True):  # a large one swallows the small
        _take_in(found, box)
    return found if len(found) <= _MOST else [around]


def _take_in(found: list[Box], box: Box) -> None:
    """Add a rectangle; it swallows those that it overlaps or that are near it."""
    index = 0
    while index < len(found):
        union = _union(box, found[index])
        overlaps = _common(box, found[index]) is not None
        if overlaps or _area(union) <= _area(box) + _area(found[index]) + _NEAR:
            box = union
            del found[index]
            index = 0
        else:
            index += 1
    found.append(box)


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _union(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _common(a: Box, b: Box) -> Box | None:
    left, top, right, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (left, top, right, bottom) if left < right and top < bottom else None
