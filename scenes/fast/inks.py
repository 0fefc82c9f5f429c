"""Vectorized mobject -> ink: all that decides its pixels, kept so that it can be compared.

Ink keeps the outline as Cairo made it, in pixels, so that drawing it again costs no Python loop.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cairo
import numpy as np
from manim import Camera, MovingCamera, VMobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP

from .outlines import Hull, hull_of, trace
from .stencils import Context, Paint, Shape, Tile, apply

__all__ = ["Box", "Ink", "Matrix", "draws_plainly", "fingerprint", "ink_of", "is_plain"]

Matrix = tuple[float, float, float, float, float, float]
"""Cairo's six: from Manim's units to pixels."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are the first outside."""


@dataclass(slots=True, eq=False)
class Ink:
    """How a mobject was drawn when it was last looked at.

    Attributes:
        mobject: kept alive, so that its address is nobody else's.
        print, matrix: what the ink was made from; equal ones give equal pixels.
        shape: the outline in pixels; inks that differ in colour only have the same.
        box: nothing is painted outside it.
    """

    mobject: Any
    print: tuple[Any, ...]
    matrix: Matrix
    shape: Shape
    paints: tuple[Paint, ...]
    box: Box

    def draw(self, canvas: Context) -> None:
        """Paint it, with the very calls that Manim makes."""
        if self.shape.outline is None:
            return
        if all(paint.is_faint for paint in self.paints):
            stencils = self.shape.stencils(self.paints)
            if stencils:
                self._fill_in(stencils, canvas)
                return
        self.shape.trace(canvas)
        for paint in self.paints:
            canvas.set_source(paint.source)
            apply(canvas, paint)

    def _fill_in(self, stencils: Sequence[Sequence[Tile]], canvas: Context) -> None:
        canvas.identity_matrix()
        for paint, tiles in zip(self.paints, stencils, strict=True):
            canvas.set_source(paint.source)
            for surface, x, y in tiles:
                canvas.mask_surface(surface, x, y)


NOWHERE = (0, 0, 0, 0)

_OPAQUE = 0.99
"""Cairo takes a colour for opaque from 0.996 on."""

_READ = (
    "get_fill_rgbas",
    "get_stroke_rgbas",
    "get_stroke_width",
    "get_background_image",
    "get_gradient_start_and_end_points",
    "get_subpath_split_indices_from_points",
    "consider_points_equals_2d",
)
_DRAWN_BY = (
    "capture_mobjects",
    "get_mobjects_to_display",
    "display_multiple_vectorized_mobjects",
    "display_multiple_non_background_colored_vmobjects",
    "display_vectorized",
    "set_cairo_context_path",
    "set_cairo_context_color",
    "apply_fill",
    "apply_stroke",
    "get_stroke_rgbas",
    "get_fill_rgbas",
    "transform_points_pre_display",
    "get_cairo_context",
    "type_or_raise",
)


def draws_plainly(camera: type[Camera]) -> bool:
    """Whether a kind of camera draws as Manim's own do, so that ink may stand in for it."""
    return all(
        getattr(camera, name) in (getattr(Camera, name), getattr(MovingCamera, name))
        for name in _DRAWN_BY
    )


def is_plain(kind: type, known: dict[type, bool]) -> bool:
    """Whether a kind of mobject is vectorized and changes nothing about how that is drawn.

    Args:
        known: the answers so far, added to.
    """
    if kind not in known:
        known[kind] = issubclass(kind, VMobject) and all(
            getattr(kind, name) is getattr(VMobject, name) for name in _READ
        )
    return known[kind]


def fingerprint(mobject: Any) -> tuple[Any, ...]:
    """All that a vectorized mobject's pixels depend on, besides the camera."""
    return (
        mobject.points.tobytes(),
        mobject.fill_rgbas.tobytes(),
        mobject.stroke_rgbas.tobytes(),
        mobject.stroke_width,
        mobject.background_stroke_width,
        mobject.background_stroke_rgbas.tobytes() if mobject.background_stroke_width > 0 else None,
        mobject.joint_type,
        mobject.cap_style,
        mobject.sheen_direction.tobytes() if len(mobject.fill_rgbas) > 1 else _directed(mobject),
    )


def _directed(mobject: Any) -> bytes | None:
    """The direction of a stroke's gradient, where it has one."""
    if len(mobject.stroke_rgbas) > 1 or len(mobject.background_stroke_rgbas) > 1:
        direction: bytes = mobject.sheen_direction.tobytes()
        return direction
    return None


def ink_of(
    mobject: Any,
    print_: tuple[Any, ...],
    matrix: Matrix,
    camera: Camera,
    scratch: Context,
    before: Ink | None,
    size: tuple[int, int] | None = None,
) -> Ink:
    """Make the ink: the outline by the camera's own method, the paints in the camera's order.

    Args:
        mobject: a vectorized mobject.
        print_: the mobject's fingerprint.
        matrix: the camera's.
        camera: Manim's, whose frame has the size unless `size` is given.
        scratch: a context that nothing is seen of.
        before: the ink that it had; its outline serves again where only colours changed.
        size: of another surface than the camera's frame, in pixels: no coverage is kept there.

    Returns:
        The ink; of what can't be in the frame its box is NOWHERE.
    """
    paints = tuple(_paints(mobject, camera))
    height, width = camera.pixel_array.shape[:2]
    width, height = size or (width, height)
    frame = (0, 0) if size else (width, height)
    if paints and before is not None and _same_shape(before, print_, matrix, paints):
        return Ink(mobject, print_, matrix, before.shape, paints, before.box)
    hull = hull_of(mobject) if paints else None
    if not paints or (hull and _is_outside(hull, paints, matrix, (width, height))):
        nothing = Shape(None, matrix, NOWHERE, frame)
        return Ink(mobject, print_, matrix, nothing, paints, NOWHERE)
    scratch.set_matrix(cairo.Matrix(*matrix))
    if hull is None:
        camera.set_cairo_context_path(scratch, mobject)
    else:
        trace(scratch, mobject)
    box = _box(scratch, paints)
    scratch.identity_matrix()
    shape = Shape(scratch.copy_path(), matrix, box, frame)
    scratch.new_path()
    return Ink(mobject, print_, matrix, shape, paints, box)


def _same_shape(
    before: Ink, print_: tuple[Any, ...], matrix: Matrix, paints: tuple[Paint, ...]
) -> bool:
    return (
        before.matrix == matrix
        and before.print[0] == print_[0]
        and [paint[1:4] for paint in before.paints] == [paint[1:4] for paint in paints]
    )


_MITER = 10
"""How far beyond half its width a line's corner reaches at most, in halves: Cairo's limit."""


def _is_outside(
    hull: Hull, paints: tuple[Paint, ...], matrix: Matrix, frame: tuple[int, int]
) -> bool:
    """Whether nothing of it can be in the frame."""
    xx, yx, xy, yy, x, y = matrix
    if xy or yx:
        return False
    left, right = sorted((hull[0] * xx + x, hull[2] * xx + x))
    top, bottom = sorted((hull[1] * yy + y, hull[3] * yy + y))
    widest = max(paint.width for paint in paints)
    reach = widest * _MITER / 2 * max(abs(xx), abs(yy)) + 2
    width, height = frame
    return right + reach < 0 or bottom + reach < 0 or left - reach > width or top - reach > height


def _box(scratch: Context, paints: tuple[Paint, ...]) -> Box:
    """Where the paints reach, a pixel more on each side."""
    reaches = [] if all(paint.width for paint in paints) else [scratch.path_extents()]
    for paint in paints:
        if paint.width:
            scratch.set_line_width(paint.width)
            scratch.set_line_join(paint.join)
            scratch.set_line_cap(paint.cap)
            reaches.append(scratch.stroke_extents())
    corners = [scratch.user_to_device(*reach[i : i + 2]) for reach in reaches for i in (0, 2)]
    across, down = zip(*corners, strict=True)
    return (
        math.floor(min(across)) - 1,
        math.floor(min(down)) - 1,
        math.ceil(max(across)) + 1,
        math.ceil(max(down)) + 1,
    )


def _paints(mobject: Any, camera: Camera) -> Iterator[Paint]:
    """The passes that leave a trace; Manim makes the others too, for nothing."""
    join, cap = LINE_JOIN_MAP[mobject.joint_type], CAP_STYLE_MAP[mobject.cap_style]
    passes = (
        (mobject.background_stroke_rgbas, max(0.0, mobject.background_stroke_width)),
        (mobject.fill_rgbas, None),
        (mobject.stroke_rgbas, mobject.get_stroke_width(False)),
    )
    for rgbas, width in passes:
        alpha = rgbas.item(3) if len(rgbas) == 1 else float(rgbas[:, 3].any())
        if width == 0 or not alpha:
            continue
        units = 0.0 if width is None else width * camera.cairo_line_width_multiple
        is_faint = len(rgbas) == 1 and alpha < _OPAQUE
        yield Paint(_source(mobject, rgbas, camera), units, join, cap, is_faint)


def _source(mobject: Any, rgbas: Any, camera: Camera) -> cairo.Pattern:
    """The colour, or the gradient; red and blue change places, as Manim's frames want it."""
    if len(rgbas) == 1:
        red, green, blue, alpha = rgbas[0].tolist()
        return cairo.SolidPattern(blue, green, red, alpha)
    ends = camera.transform_points_pre_display(mobject, mobject.get_gradient_start_and_end_points())
    (x0, y0, *_), (x1, y1, *_) = ends
    gradient = cairo.LinearGradient(x0, y0, x1, y1)
    for (red, green, blue, alpha), offset in zip(rgbas, np.linspace(0, 1, len(rgbas)), strict=True):
        gradient.add_color_stop_rgba(offset, blue, green, red, alpha)
    return gradient
