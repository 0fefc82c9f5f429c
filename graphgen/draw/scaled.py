"""A layout shown in a box: points of the layout -> points of the frame."""

from dataclasses import dataclass

from graphgen.draw.paths import corners_of
from graphgen.model.geometry import Box, Layout, Point, Route
from graphgen.model.timeline import Path

__all__ = ["Scaled", "around"]

_SAMPLES = 12


@dataclass(frozen=True, slots=True)
class Scaled:
    """A layout shown in a box: points of the layout to points of the frame."""

    scale: float
    x: float
    y: float

    @classmethod
    def of(cls, layout: Layout, box: Box, largest: float = 1.9) -> "Scaled":
        """As large as fits, in the middle.

        Args:
            layout: its size, in points.
            box: in points of the frame.
            largest: points of the frame for each of the layout, at most.

        Returns:
            The layout as it stands in the box.
        """
        scale = min(box.width / layout.width, box.height / layout.height, largest)
        x = box.center.x - layout.width * scale / 2
        return cls(scale, x, box.center.y - layout.height * scale / 2)

    def at(self, point: Point) -> tuple[float, float]:
        """Where a place of the layout stands."""
        return self.x + point.x * self.scale, self.y + point.y * self.scale

    def box(self, box: Box) -> Box:
        """Where a box of the layout stands."""
        scale = self.scale
        return Box(
            self.x + box.x * scale, self.y + box.y * scale, box.width * scale, box.height * scale
        )

    def path(self, route: Route) -> Path:
        """A way as corners."""
        return corners_of([self.at(point) for point in route.points], _SAMPLES)


def around(box: Box, grown: float) -> Box:
    """A box around the same middle, so many times as large."""
    center = box.center
    wide, high = box.width * grown, box.height * grown
    return Box(center.x - wide / 2, center.y - high / 2, wide, high)
