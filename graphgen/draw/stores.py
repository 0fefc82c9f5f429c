"""A named box that holds a gradient and takes more: they wait side by side, then add up."""

from collections.abc import Sequence

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import rectangle, text
from graphgen.draw.labels import chip, matrix, matrix_size
from graphgen.draw.sums import gathering, waiting
from graphgen.layout.measure import fitted
from graphgen.model.geometry import Box
from graphgen.model.timeline import Motion
from graphgen.text.mixing import mix

__all__ = ["Store"]

_LARGEST, _NAME, _TRAVELING = 38.0, 16.0, 18.0
_STEP = 0.94
_TOP = 26.0


class Store:
    """Shows a box, and what happens in it from the next beat on.

    Args:
        builder: where elements are put.
        key: the first part of every element's key.
        name: what is in it, as in "x.grad".
    """

    def __init__(self, builder: TimelineBuilder, key: str, box: Box, name: str) -> None:
        self.builder, self.key, self.box, self.name = builder, key, box, name
        self.theme = builder.theme
        self._room = Box(box.x + 8, box.y + _TOP, box.width - 16, box.height - _TOP - 6)
        self._held, self._tints = "", (self.theme.backward, self.theme.shared)

    def show(self, border: str = "") -> None:
        """The box and its name; with a colour, its border is bright."""
        paint, box = self.theme.leaf, self.box
        fill, color = mix(paint.fill, self.theme.page, 0.3), border or paint.line
        name = fitted(self.name, _NAME, box.width - 24)
        self.builder.add(
            rectangle(f"{self.key}/shell", box, fill=fill, line=color,
                      width=3.2 if border else 1.6, radius=14.0, layer=1),
            text(f"{self.key}/name", name, box.x + 12, box.y + 16, _NAME, paint.text, -1, layer=3),
        )  # fmt: skip

    def hold(self, shown: str, ink: str = "") -> None:
        """What stands in the box: a number, a grid, or a word."""
        smallest, room, size = self.builder.frame.smallest, self._room, _LARGEST
        while size > smallest and not _fits(shown, size, room):
            size = max(smallest, size * _STEP)
        self.clear()
        ink, at = ink or self.theme.backward, room.center
        self.builder.add(matrix(f"{self.key}/held", shown, at.x, at.y, size, ink, layer=3))

    def clear(self) -> None:
        """Nothing stands in the box any more."""
        self.builder.remove(f"{self.key}/held", f"{self.key}/part")

    def coming(self, shown: str, start: tuple[float, float]) -> Motion:
        """A number on its way into the box."""
        tint, center = self.theme.backward, self._room.center
        words = " ".join(shown.split())
        fill = mix(tint, self.theme.page, 0.8)
        elements = chip(f"{self.key}/coming", words, *start, _TRAVELING, tint, fill)
        return Motion(tuple(elements), (start, (center.x, center.y)))

    def wait(self, parts: Sequence[str]) -> None:
        """Numbers side by side that aren't added yet: the first has stood there before."""
        tinted = [(words, self._tints[at % 2]) for at, words in enumerate(reversed(parts))][::-1]
        smallest = self.builder.frame.smallest
        self.clear()
        self.builder.add(
            waiting(self.key, tinted, self._room, _LARGEST * 0.8, smallest, self.theme)
        )

    def gather(self) -> list[Motion]:
        """The numbers that wait, as they slide into each other; they wait no more."""
        own = self.builder.group(f"{self.key}/part")
        self.clear()
        return gathering(own, self._room.center)


def _fits(shown: str, size: float, room: Box) -> bool:
    wide, high = matrix_size(shown, size)
    return wide <= room.width and high <= room.height
