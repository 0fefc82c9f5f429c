"""A column of contributions that fills as they come, and their sum below a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.draw.builder import MOST_MOTIONS, TimelineBuilder
from graphgen.draw.elements import line, moved, text
from graphgen.draw.labels import chip, sentence
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element, Motion
from graphgen.text.mixing import mix

__all__ = ["Entry", "Ledger"]

_LARGEST, _ROW, _TOTAL = 22.0, 2.1, 1.35
_GAP, _WIDEST = 0.6, 320.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One contribution: its text, its tint, and the way that it comes."""

    shown: str
    tint: str
    way: str


class Ledger:
    """Shows contributions below each other, from the next beat on.

    Where there is no room for all of them, the first ones are shown, and how many more there are.

    Args:
        builder: where elements are put.
        key: the first part of every element's key.
        name: what they add up to, as in "∂z/∂x".
        entries: in the order in which they come.
        total: what they come to.
    """

    def __init__(
        self,
        builder: TimelineBuilder,
        key: str,
        box: Box,
        name: str,
        entries: Sequence[Entry],
        total: str,
    ) -> None:
        wide = min(box.width, _WIDEST)
        box = Box(box.center.x - wide / 2, box.y, wide, box.height)
        self.builder, self.key, self.box = builder, key, box
        self.name, self.entries, self.total = name, entries, total
        smallest = builder.frame.smallest
        room = int(box.height / (smallest * _ROW)) - 2
        self.shown = list(entries) if len(entries) <= room else list(entries[: max(1, room - 1)])
        count = len(self.shown) + (len(self.shown) < len(entries))
        self.size = max(smallest, min(_LARGEST, box.height / ((count + 2) * _ROW)))
        self._rows = count
        self._chips = max(width(entry.shown, self.size) for entry in self.shown) + self.size
        self._chips = min(self._chips, 0.6 * box.width)

    def show(self) -> None:
        """What is going to be added up."""
        box, theme = self.box, self.builder.theme
        room = Box(box.x, self._y(-1) - self.size, box.width, 2 * self.size)
        smallest = self.builder.frame.smallest
        self.builder.add(
            sentence(f"{self.key}/name", self.name, room, self.size, smallest, theme.quiet, -1)
        )

    def add(self, at: int) -> None:
        """One contribution comes; of those for which there is no room, their number."""
        if at >= len(self.shown):
            words = f"and {len(self.entries) - len(self.shown)} more"
            y, ink = self._y(len(self.shown)), self.builder.theme.quiet
            self.builder.add(text(f"{self.key}/more", words, self.box.x, y, self.size, ink, -1))
            return
        self.builder.add(self._entry(at))

    def add_up(self) -> list[Motion]:
        """The sum below its line, and the contributions on their way into it."""
        theme, box, y = self.builder.theme, self.box, self._y(self._rows)
        rule = y - 0.42 * _ROW * self.size
        size = self.size * _TOTAL
        self.builder.add(
            line(f"{self.key}/rule", [(box.x, rule), (box.x + box.width, rule)], theme.quiet, 1.2),
            text(f"{self.key}/total", fitted(f"= {self.total}", size, box.width), box.x,
                 y + 0.3 * size, size, theme.backward, -1, is_bold=True),
        )  # fmt: skip
        end = (box.x + self._chips / 2, y)
        return [
            Motion(
                tuple(moved(each, 0, 0, f"{each.key}/copy") for each in self._chip(at)),
                ((end[0], self._y(at)), end),
                ends_visible=True,
            )
            for at in range(min(len(self.shown), MOST_MOTIONS))
        ]

    def _entry(self, at: int) -> list[Element]:
        entry, theme = self.shown[at], self.builder.theme
        x = self.box.x + self._chips + _GAP * self.size
        room = self.box.x + self.box.width - x
        words = fitted(f"via {entry.way}", self.size * 0.85, room)
        size = max(self.size * 0.85, self.builder.frame.smallest)
        via = text(f"{self.key}/{at}/way", words, x, self._y(at), size, theme.text, -1)
        return [*self._chip(at), via]

    def _chip(self, at: int) -> list[Element]:
        entry, theme = self.shown[at], self.builder.theme
        x, size = self.box.x + self._chips / 2, self.size
        words = fitted(entry.shown, size, self._chips - 0.9 * size)
        fill = mix(entry.tint, theme.page, 0.82)
        return chip(f"{self.key}/{at}", words, x, self._y(at), size, entry.tint, fill, layer=4)

    def _y(self, row: float) -> float:
        """The middle of a row; the name's is -1, the sum's comes after the last."""
        high = (self._rows + 2) * self.size * _ROW
        return self.box.center.y - high / 2 + (row + 1.5) * self.size * _ROW
