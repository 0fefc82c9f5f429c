"""Elements of a storyboard -> mobjects, each made once."""

from collections.abc import Iterable

import numpy as np
from manim import VMobject

from graphgen.model.timeline import Element, Frame, Path, Shape, Text

from .marks import Bundle, Outlines
from .marks import Shape as Drawn
from .pen import Pen
from .shapes import Line, line_of

__all__ = ["Painter"]


class Painter:
    """Paints the elements of one storyboard.

    Args:
        size: of its frame, in points.
        height: of the frame, in Manim's units.
        pen: what writes.
    """

    def __init__(self, frame: Frame, height: float, pen: Pen) -> None:
        self._size, self._pen = frame, pen
        self.unit = height / frame.height
        self._kept: dict[int, tuple[Shape | Text, VMobject]] = {}

    def mobject(self, element: Element) -> VMobject:
        """The mobject of an element's form: one for each form, however often it is asked for."""
        return self.kept(element.form)

    def kept(self, form: Shape | Text) -> VMobject:
        """The mobject of a form."""
        known = self._kept.get(id(form))
        if known is None:
            known = self._kept[id(form)] = (form, self.fresh(form))
        return known[1]

    def fresh(self, form: Shape | Text) -> VMobject:
        """A mobject of its own for a form."""
        return self._text(form) if isinstance(form, Text) else self._shape(form)

    def bundle(self, elements: Iterable[Element]) -> Bundle:
        """Mobjects of their own for elements that travel together."""
        ordered = sorted(elements, key=lambda element: element.layer)
        return Bundle(*(self.fresh(element.form) for element in ordered))

    def between(self, start: Text, end: Text) -> Outlines:
        """The way from one text's anchor to another's."""
        here, there = self.line(((start.x, start.y), (end.x, end.y)))
        away: Outlines = there - here
        return away

    def line(self, path: Path) -> Line:
        """Corners in Manim's units."""
        points = np.array(path, dtype=float)
        x = (points[:, 0] - self._size.width / 2) * self.unit
        y = (self._size.height / 2 - points[:, 1]) * self.unit
        return np.column_stack([x, y, np.zeros(len(points))])

    def _shape(self, form: Shape) -> VMobject:
        outlines = [self._outline(path, form) for path in form.paths if len(path) > 1]
        points = np.concatenate(outlines) if outlines else np.zeros((0, 3))
        drawn = Drawn(points, form.fill, form.line, form.width * self.unit)
        return _faded(drawn, form.opacity)

    def _outline(self, path: Path, form: Shape) -> Outlines:
        line = self.line(path)
        if not form.is_curved:
            if form.fill and not np.array_equal(line[0], line[-1]):
                line = np.concatenate([line, line[:1]])
            return line_of(line)
        curves = [line[start : start + 4] for start in range(0, len(line) - 3, 3)]
        return np.concatenate(curves)

    def _text(self, form: Text) -> VMobject:
        x, y, _ = self.line(((form.x, form.y),))[0]
        size = form.size * self.unit
        label = self._pen.write(
            form.text, size, form.ink, (x, y), align=form.align, is_bold=form.is_bold
        )
        return _faded(label, form.opacity)


def _faded(mobject: VMobject, opacity: float) -> VMobject:
    if opacity < 1.0:
        share = np.array([1.0, 1.0, 1.0, opacity])
        mobject.fill_rgbas = mobject.fill_rgbas * share
        mobject.stroke_rgbas = mobject.stroke_rgbas * share
    return mobject
