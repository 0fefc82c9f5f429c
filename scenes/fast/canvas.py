"""Ink on a frame: finds what changed since the last frame and draws those rectangles again.

Each rectangle is drawn within whole rows of a frame of its own: so its pixels are the very ones
that drawing the whole frame gives. Less wide, or moved, they might not be: where nothing of an
outline begins, ends or crosses within a row of pixels, Cairo computes the coverage of that row
exactly, else it samples it, so what happens far to the side counts; and where lines meet, it rounds
by where on the frame that is.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import cairo
import numpy as np
import numpy.typing as npt

from .inks import Box, Ink

__all__ = ["Canvas", "Pixels", "Underlay", "area", "changed", "context_on", "merged", "union"]

Pixels = npt.NDArray[np.uint8]

_NEAR = 4096
"""Two rectangles become one where that costs no more than so many pixels drawn for nothing."""

_CUT = 2
"""Rows drawn above and below each rectangle and left out: where Cairo cuts off, it rounds."""

_BAND = 64
"""Rows that are looked at together for what changed: a long way's box is mostly page."""

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
        self._spare: Pixels = np.empty((height, width, 4), np.uint8)
        self._context = context_on(self._spare)
        self._words, self._spare_words = self.pixels.view(np.uint32), self._spare.view(np.uint32)

    def draw(
        self,
        inks: Sequence[Ink],
        boxes: npt.NDArray[np.int32],
        dirty: Sequence[Box],
        background: Pixels,
    ) -> list[Box]:
        """Draw some rectangles again.

        Args:
            inks: everything, from the back to the front.
            boxes: their boxes, shape (number of inks, 4).
            dirty: rectangles within the frame that don't overlap.
            background: what is behind the inks, shape (height, width, 4).

        Returns:
            Rectangles that hold every pixel that is another now.

        Source: dirty rectangles, and within each the painter's algorithm, from the back to the
        front.
        """
        changed_boxes: list[Box] = []
        for box in dirty:
            meeting = _meeting(boxes, box)
            left, top, right, bottom = box
            self._spare[top:bottom, left:right] = background[top:bottom, left:right]
            top, bottom = max(0, top - _CUT), min(self.whole[3], bottom + _CUT)
            self._context.reset_clip()
            self._context.identity_matrix()
            self._context.new_path()
            self._context.rectangle(0, top, self.whole[2], bottom - top)
            self._context.clip()
            for index in meeting:
                inks[index].draw(self._context)
            changed_boxes += self._taken_over(box)
        return changed_boxes

    def _taken_over(self, box: Box) -> Iterator[Box]:
        """Copy what was drawn; what of it is another now, by bands of rows."""
        left, top, right, bottom = box
        for start in range(top - top % _BAND, bottom, _BAND):
            rows = slice(max(start, top), min(start + _BAND, bottom))
            new, old = self._spare_words[rows, left:right, 0], self._words[rows, left:right, 0]
            columns = np.flatnonzero((new != old).any(axis=0))
            if len(columns):
                first, last = left + int(columns[0]), left + int(columns[-1]) + 1
                self.pixels[rows, first:last] = self._spare[rows, first:last]
                yield (first, rows.start, last, rows.stop)


class Underlay:
    """What rests during an animation, drawn once and kept up to date from one to the next."""

    def __init__(self, width: int, height: int) -> None:
        self._canvas = Canvas(width, height)
        self._inks: Sequence[Ink] = ()
        self._background: Pixels | None = None

    @property
    def pixels(self) -> Pixels:
        """RGBA, once something rests."""
        return self._canvas.pixels

    def kept(self, inks: Sequence[Ink], background: Pixels) -> int:
        """How many of these, from the back, are there already."""
        if background is not self._background:
            return 0
        pairs = enumerate(zip(self._inks, inks, strict=False))
        shorter = min(len(self._inks), len(inks))
        return next((at for at, (old, new) in pairs if old is not new), shorter)

    def rest(self, inks: Sequence[Ink], boxes: npt.NDArray[np.int32], background: Pixels) -> None:
        """From now on these rest: what differs from what rested before is drawn again.

        Args:
            inks, boxes, background: as `Canvas.draw` takes them.
        """
        whole = self._canvas.whole
        is_same_page = background is self._background
        dirty = merged(changed(self._inks, inks), whole) if is_same_page else [whole]
        self._canvas.draw(inks, boxes, dirty, background)
        self._inks, self._background = list(inks), background


def context_on(pixels: Pixels) -> "cairo.Context[Any]":
    """What draws on pixels, of shape (height, width, 4)."""
    height, width, _ = pixels.shape
    return cairo.Context(
        cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, width, height)
    )


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
    if area(around) <= sum(map(area, inside)) + _NEAR:
        return [around]
    rectangles: list[Box] = []
    for box in sorted(set(inside), key=area, reverse=True):  # a large one swallows the small
        _take_in(rectangles, box)
    return rectangles if len(rectangles) <= _MOST else [around]


def _take_in(found: list[Box], box: Box) -> None:
    """Add a rectangle; it swallows those that it overlaps or that are near it."""
    left, top, right, bottom = box
    for one in found:
        if one[0] <= left and one[1] <= top and right <= one[2] and bottom <= one[3]:
            return
    index = 0
    while index < len(found):
        both = union(box, found[index])
        overlaps = _common(box, found[index]) is not None
        if overlaps or area(both) <= area(box) + area(found[index]) + _NEAR:
            box = both
            del found[index]
            index = 0
        else:
            index += 1
    found.append(box)


def area(box: Box) -> int:
    """Of a rectangle, in pixels."""
    return (box[2] - box[0]) * (box[3] - box[1])


def union(a: Box, b: Box) -> Box:
    """The rectangle around two."""
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _common(a: Box, b: Box) -> Box | None:
    left, top, right, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (left, top, right, bottom) if left < right and top < bottom else None
