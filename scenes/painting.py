"""Elements of a timeline -> mobjects, as its camera sees them, each made once and when needed."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from manim import VMobject

from graphgen.draw.elements import BASELINE
from graphgen.model.timeline import Camera, Element, Frame, Path, Shape, Space, Text
from graphgen.text.lettering import advance, contours

from .fast.glide import View
from .marks import Bundle, Outlines
from .marks import Shape as Drawn
from .pen import Label, Pen
from .shapes import Line, dashed, flattened, line_of

__all__ = ["Painter"]


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """Left, top, right and bottom, in points."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Rectangle") -> bool:
        """Whether both have a place in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


class Painter:
    """Paints the elements of one timeline, as its camera sees them.

    Args:
        frame: its frame, in points.
        height: of the frame, in Manim's units.
        pen: what writes.
    """

    def __init__(self, frame: Frame, height: float, pen: Pen) -> None:
        self._frame, self._pen = frame, pen
        self.unit = height / frame.height
        self.camera: Camera | None = None
        self._still: dict[int, tuple[Shape | Text, VMobject]] = {}
        self._world: dict[int, tuple[Shape | Text, VMobject]] = {}
        self._hulls: dict[int, tuple[Shape | Text, _Rectangle]] = {}

    def look_through(self, camera: Camera | None) -> None:
        """Paint what is in the world as this camera sees it; None: as it stands in the frame."""
        if camera != self.camera:
            self.camera = camera
            self._world = {}

    def mobject(self, element: Element) -> VMobject:
        """The mobject of an element's form: one for each form, while the camera stays."""
        is_moved = self.camera is not None and element.space == "world"
        drawn = self._world if is_moved else self._still
        known = drawn.get(id(element.form))
        if known is None:
            known = drawn[id(element.form)] = (element.form, self.fresh(element))
        return known[1]

    def fresh(self, element: Element) -> VMobject:
        """A mobject of its own for an element."""
        form, view = element.form, self.view(element.space)
        return self._text(form, view) if isinstance(form, Text) else self._shape(form, view)

    def bundle(self, elements: Iterable[Element]) -> tuple[Bundle, list[Element]]:
        """Mobjects of their own for elements that travel together, and which element each is."""
        ordered = sorted(elements, key=lambda element: element.layer)
        return Bundle(*(self.fresh(element) for element in ordered)), ordered

    def between(self, element: Element, other: Element) -> Outlines:
        """The way from one text's anchor to another's."""
        start, end = element.form, other.form
        assert isinstance(start, Text)
        assert isinstance(end, Text)
        here, there = self.line(((start.x, start.y), (end.x, end.y)), element.space)
        away: Outlines = there - here
        return away

    def line(self, path: Path, space: Space = "world") -> Line:
        """Corners in Manim's units."""
        return self._placed(path, self.view(space))

    def view(self, space: Space = "world") -> View | None:
        """Where the camera puts the points of a space; None where they stand."""
        if self.camera is None or space == "frame":
            return None
        return self.view_of(self.camera)

    def view_of(self, camera: Camera) -> View:
        """Where a camera puts points of the world, in Manim's units."""
        x, y = camera.project(self._frame.width / 2, self._frame.height / 2, self._frame)
        across, down = x - self._frame.width / 2, self._frame.height / 2 - y
        return View(camera.scale, across * self.unit, down * self.unit)

    def is_seen(self, element: Element, area: "_Rectangle | None") -> bool:
        """Whether any of an element may be in an area of the world, as `seen` gives it."""
        if area is None or element.space == "frame":
            return True
        form = element.form
        known = self._hulls.get(id(form))
        if known is None:
            known = self._hulls[id(form)] = (form, _hull(form))
        return known[1].meets(area)

    def seen(self, *cameras: Camera | None) -> "_Rectangle | None":
        """What any of these cameras shows of the world, the bands too; None: there is none."""
        rectangles: list[_Rectangle] = []
        for camera in cameras:
            if camera is None:
                return None
            x, y = camera.project(0.0, 0.0, self._frame)
            left, top = -x / camera.scale, -y / camera.scale
            across, down = self._frame.width / camera.scale, self._frame.height / camera.scale
            rectangles.append(_Rectangle(left, top, left + across, top + down))
        return _Rectangle(
            min(area.left for area in rectangles),
            min(area.top for area in rectangles),
            max(area.right for area in rectangles),
            max(area.bottom for area in rectangles),
        )

    def _placed(self, path: Path, view: View | None) -> Line:
        points = np.array(path, dtype=float)
        x = (points[:, 0] - self._frame.width / 2) * self.unit
        y = (self._frame.height / 2 - points[:, 1]) * self.unit
        if view is not None:
            x, y = x * view.scale + view.x, y * view.scale + view.y
        return np.column_stack([x, y, np.zeros(len(points))])

    def _shape(self, form: Shape, view: View | None) -> VMobject:
        outlines = [self._outline(path, form, view) for path in form.paths if len(path) > 1]
        if form.dash and not form.fill:
            unit = self.unit * view.scale if view else self.unit
            dash, gap = (length * unit for length in form.dash)
            outlines = [dashed(flattened(outline), dash, gap) for outline in outlines]
        points = np.concatenate(outlines) if outlines else np.zeros((0, 3))
        unit = self.unit * view.scale if view else self.unit
        drawn = Drawn(points, form.fill, form.line, form.width * unit)
        return _faded(drawn, form.opacity)

    def _outline(self, path: Path, form: Shape, view: View | None) -> Outlines:
        line = self._placed(path, view)
        if form.is_curved:
            curves = np.concatenate([line[at : at + 4] for at in range(0, len(line) - 3, 3)])
            return self._dashed(flattened(curves), form, view) if form.dash else curves
        if form.fill and not np.array_equal(line[0], line[-1]):
            line = np.concatenate([line, line[:1]])
        return self._dashed(line, form, view) if form.dash else line_of(line)

    def _dashed(self, line: Line, form: Shape, view: View | None) -> Outlines:
        unit = self.unit * (view.scale if view else 1.0)
        return dashed(line, form.dash[0] * unit, form.dash[-1] * unit)

    def _text(self, form: Text, view: View | None) -> VMobject:
        x, y, _ = self._placed(((form.x, form.y),), view)[0]
        size = form.size * self.unit * (view.scale if view else 1.0)
        if form.is_formula:
            return _faded(_formula(form, size, (x, y)), form.opacity)
        label = self._pen.write(
            form.text, size, form.ink, (x, y), align=form.align, is_bold=form.is_bold
        )
        return _faded(label, form.opacity)


def _formula(form: Text, size: float, at: tuple[float, float]) -> VMobject:
    """A formula as one mobject, its anchor at a place of the scene; `size` is in Manim's units."""
    wide = advance(form.text, "math") * size
    left, base = at[0] - wide * (form.align + 1) / 2, at[1] - size * BASELINE
    curves = [
        np.array([(left + x * size, base - y * size, 0.0) for x, y in contour[at : at + 4]])
        for contour in contours(form.text, "math")
        for at in range(0, len(contour) - 3, 3)
    ]
    points = np.concatenate(curves) if curves else np.zeros((0, 3))
    return Label(form.text, size, points, form.ink)


_WIDEST, _HIGHEST = 1.2, 1.5
"""No letter is wider or higher, in sizes of its font."""


def _hull(form: Shape | Text) -> _Rectangle:
    """What holds all of a form; of a text, whatever its letters are."""
    if isinstance(form, Text):
        wide, high = len(form.text) * _WIDEST * form.size, _HIGHEST * form.size
        return _Rectangle(form.x - wide, form.y - high, form.x + wide, form.y + high)
    xs = [x for path in form.paths for x, _ in path] or [0.0]
    ys = [y for path in form.paths for _, y in path] or [0.0]
    around = 5.0 * form.width  # as far as a corner of a line reaches: Cairo's limit
    return _Rectangle(min(xs) - around, min(ys) - around, max(xs) + around, max(ys) + around)


def _faded(mobject: VMobject, opacity: float) -> VMobject:
    if opacity < 1.0:
        share = np.array([1.0, 1.0, 1.0, opacity])
        mobject.fill_rgbas = mobject.fill_rgbas * share
        mobject.stroke_rgbas = mobject.stroke_rgbas * share
    return mobject
