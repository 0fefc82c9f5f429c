"""How things fade, and travel along a way, into what they arrive as.

Each plays in a window of its beat and is smooth at both ends. They write into their mobjects
directly: Manim's own copy each mobject twice for every animation. Each pose sets new arrays and
leaves those that it found as they were, so what is kept can be posed and put back.
"""

from collections.abc import Sequence
from math import floor

import numpy as np
from manim import Animation, Mobject, VMobject, linear

from .marks import Outlines
from .shapes import Line, lengths

__all__ = [
    "LANDS",
    "WHOLE",
    "Act",
    "Fade",
    "Travel",
    "Window",
    "smoothed",
]

Window = tuple[float, float]
"""From which share of its beat to which an act plays."""

WHOLE: Window = (0.0, 1.0)

LANDS = 0.65
"""From this share of its way on, what travels turns into what it comes to."""

_HAIR = 1e-6


def smoothed(share: float) -> float:
    """Slow at both ends: Perlin's polynomial, 6t^5 - 15t^4 + 10t^3."""
    return share**3 * (share * (share * 6 - 15) + 10)


class Act(Animation):
    """An animation in a window of its beat, which poses its mobject without copying it.

    Attributes:
        is_linear: whether it goes evenly, for transitions that go on into each other.
        poses: how many it has in its beat, where that is less than one for each frame; or 0.
    """

    is_linear = False
    poses = 0

    def __init__(self, mobject: Mobject, window: Window = WHOLE) -> None:
        super().__init__(mobject, rate_func=linear)
        self.window = window
        self._share = -1.0

    def create_starting_mobject(self) -> Mobject:
        """Nothing: where things start is kept by each act."""
        return Mobject()

    def interpolate_mobject(self, alpha: float) -> None:
        """Pose the mobject as it is at a share of the beat."""
        start, end = self.window
        alpha = floor(alpha * self.poses + _HAIR) / self.poses if self.poses else alpha
        share = 1.0 if alpha >= end else max(0.0, (alpha - start) / (end - start))
        if share != self._share:
            self._share = share
            self.pose(share if self.is_linear else smoothed(share))

    def pose(self, share: float) -> None:
        """Pose the mobject as it is at a share of its own way."""
        raise NotImplementedError


class Fade(Act):
    """From one opacity to another."""

    def __init__(
        self, mobject: VMobject, window: Window = WHOLE, start: float = 0.0, end: float = 1.0
    ) -> None:
        super().__init__(mobject, window)
        self.start, self.end = start, end
        parts = _parts(mobject)
        self.fills = [(part, part.fill_rgbas) for part in parts if _is_seen(part.fill_rgbas)]
        self.strokes = [(part, part.stroke_rgbas) for part in parts if _is_seen(part.stroke_rgbas)]

    def pose(self, share: float) -> None:
        """Scale the opacities that the mobject had when this was made."""
        opacity = np.array([1.0, 1.0, 1.0, self.start + (self.end - self.start) * share])
        for part, fill in self.fills:
            part.fill_rgbas = fill * opacity
        for part, stroke in self.strokes:
            part.stroke_rgbas = stroke * opacity


class Travel(Act):
    """Along a line, seen at its start and gone into what it comes to at its end.

    Args:
        fades: whether it fades in at the start, and out at the end.
        ends: for each part of the mobject what it turns into on the last part of its way, with as
            many points; None for what stays as it is.
    """

    def __init__(
        self,
        mobject: VMobject,
        line: Line,
        window: Window = WHOLE,
        fades: tuple[bool, bool] = (True, True),
        ends: Sequence[VMobject | None] = (),
    ) -> None:
        super().__init__(mobject, window)
        self.line, self.run, self.fades = line, lengths(line), fades
        turned = {
            id(part): end
            for part, end in zip(mobject.submobjects, ends, strict=False)
            if end is not None
        }
        self.parts = _parts(mobject)
        center = mobject.get_center()
        self.points = [part.points - center for part in self.parts]
        self.fills = [part.fill_rgbas for part in self.parts]
        self.strokes = [part.stroke_rgbas for part in self.parts]
        self.widths = [part.stroke_width for part in self.parts]
        self.ends = [turned.get(id(part)) for part in self.parts]

    def pose(self, share: float) -> None:
        """Stand at a share of the line's length."""
        at = share * self.run[-1]
        place = np.array([np.interp(at, self.run, self.line[:, axis]) for axis in range(3)])
        opacity = np.array([1.0, 1.0, 1.0, self._opacity(share)])
        for index, part in enumerate(self.parts):
            part.points = self.points[index] + place
            part.fill_rgbas = self.fills[index] * opacity
            part.stroke_rgbas = self.strokes[index] * opacity
            end = self.ends[index]
            if end is not None:
                self._land(part, end, self.widths[index], share)

    def _land(self, part: VMobject, end: VMobject, width: float, share: float) -> None:
        """Turn into what it comes to; at the end it is that, to the last bit."""
        turned = smoothed(max(0.0, (share - LANDS) / (1 - LANDS)))
        if share >= 1.0:
            part.points, part.fill_rgbas = end.points, end.fill_rgbas
            part.stroke_rgbas, part.stroke_width = end.stroke_rgbas, end.stroke_width
        elif turned:
            part.points = part.points + (end.points - part.points) * turned
            part.fill_rgbas = part.fill_rgbas + (end.fill_rgbas - part.fill_rgbas) * turned
            strokes = part.stroke_rgbas
            part.stroke_rgbas = strokes + (end.stroke_rgbas - strokes) * turned
            part.stroke_width = width + (end.stroke_width - width) * turned

    def _opacity(self, share: float) -> float:
        rise = min(1.0, share / 0.12) if self.fades[0] else 1.0
        fall = min(1.0, (1 - share) / 0.12) if self.fades[1] else 1.0
        return min(rise, fall)


def _parts(mobject: VMobject) -> list[VMobject]:
    """What of a mobject is drawn."""
    family = mobject.get_family()
    return [part for part in family if isinstance(part, VMobject) and len(part.points)]


def _is_seen(rgbas: Outlines) -> bool:
    return len(rgbas) > 1 or rgbas.item(3) > 0.0
