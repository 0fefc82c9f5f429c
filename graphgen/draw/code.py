"""Lines of code in a panel -> elements; the line that runs is lit."""

from dataclasses import dataclass
from functools import cached_property

from graphgen.draw.classes import drawn_as
from graphgen.draw.elements import line, rectangle, text
from graphgen.draw.rooms import largest
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element
from graphgen.text.mixing import mix

__all__ = ["Code"]

_LINE = 1.6
_INDENT = 1.8
_PAD = 0.9


@dataclass(frozen=True)
class Code:
    """A few lines of code, at their places from the start.

    Attributes:
        key: the first part of every element's key.
        lines: four spaces before a line indent it; an empty one is a line that is missing.
        smallest: the smallest font size; longer lines are cut.
    """

    key: str
    box: Box
    lines: tuple[str, ...]
    theme: Theme
    smallest: float

    @cached_property
    def size(self) -> float:
        """The font size: as large as the box allows."""
        return largest(self._fits, self.smallest)

    @property
    def height(self) -> float:
        """How high the panel is, in points; it stands at the top of its box."""
        return (len(self.lines) * _LINE + 2 * _PAD * 0.6) * self.size

    @drawn_as("code")
    def panel(self) -> list[Element]:
        """The panel with all lines, none of them lit."""
        theme, box = self.theme, self.box
        frame = Box(box.x, box.y, box.width, self.height)
        fill = mix(theme.data.fill, theme.page, 0.35)
        edge = mix(theme.quiet, theme.page, 0.6)
        elements = [
            rectangle(
                f"{self.key}/panel", frame, fill=fill, line=edge, width=1.0, radius=8, layer=1
            )
        ]
        for at, line_text in enumerate(self.lines):
            x, y = self._place(at)
            if not line_text.strip():
                elements.append(self._gap(at))
                continue
            room = box.x + box.width - _PAD * self.size - x
            words = fitted(line_text.strip(), self.size, room)
            elements.append(
                text(f"{self.key}/line/{at}", words, x, y, self.size, theme.text, -1, layer=3)
            )
        return elements

    @drawn_as("code")
    def light(self, at: int, color: str = "") -> Element:
        """The band behind the line that runs; it moves from line to line."""
        box, color = self.box, color or self.theme.forward
        high = self.size * _LINE
        y = self.place(at)[1] - high / 2
        band = Box(box.x + 4, y + 1, box.width - 8, high - 2)
        return rectangle(f"{self.key}/light", band, fill=color, radius=5, opacity=0.24, layer=2)

    def place(self, at: int) -> tuple[float, float]:
        """Where the text of a line ends."""
        x, y = self._place(at)
        return x + width(self.lines[at].strip(), self.size), y

    def _place(self, at: int) -> tuple[float, float]:
        line_text = self.lines[at]
        depth = (len(line_text) - len(line_text.lstrip(" "))) // 4
        x = self.box.x + (_PAD + depth * _INDENT) * self.size
        return x, self.box.y + (_PAD * 0.6 + (at + 0.5) * _LINE) * self.size

    def _gap(self, at: int) -> Element:
        """Where a line is missing."""
        x, y = self._place(at)
        ends = [(x, y), (x + 5 * self.size, y)]
        return line(f"{self.key}/line/{at}", ends, self.theme.quiet, 1.4, 0.35, layer=3)

    def _fits(self, size: float) -> bool:
        depths = ((len(line_text) - len(line_text.lstrip(" "))) // 4 for line_text in self.lines)
        wide = max(
            width(line_text.strip(), size) + depth * _INDENT * size
            for line_text, depth in zip(self.lines, depths, strict=True)
        )
        high = (len(self.lines) * _LINE + 2 * _PAD * 0.6) * size
        return wide + 2 * _PAD * size <= self.box.width and high <= self.box.height
