"""Deck: a title and sections, each with pages to turn, or with a film; plain data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graphgen.model.geometry import Box
from graphgen.model.languages import ENGLISH
from graphgen.model.theme import Theme

__all__ = ["HEADING", "Chapter", "Deck", "Film", "Page", "Per", "Size", "paragraphs"]

Per = Literal["step", "section"]
"""How much a slide shows where slides can't change: a step, or a whole section."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a section shows in one step.

    Attributes:
        svg: a document; all pages of a section have one size.
        caption: the sentence that stands in it.
    """

    svg: str
    caption: str

    def scale_on(self, stage: Box) -> float:
        """How many pixels a point of it is on a stage.

        >>> Page('<svg viewBox="0 0 200 100">', "").scale_on(Box(0, 0, 800, 600))
        4.0
        """
        width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', self.svg)[0])
        return min(stage.width / width, stage.height / height)


@dataclass(frozen=True, slots=True)
class Film:
    """What a section shows moving.

    Attributes:
        path: an mp4 file.
        poster: its last frame, as PNG.
    """

    path: Path
    poster: bytes


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of a lecture, ready to be put on slides.

    Attributes:
        slug: its short name, which no other section has.
        notes: for the speaker alone; paragraphs are parted by empty lines.
        steps: its pages as one SVG in steps, for reveal.js; "" where there are none.
        pages: the last one is the complete picture; none where a film is shown.
        film: shown in place of pages.
        is_whole: whether its pages fill the slide and have the heading in them.
        poster: which page tells most, where there is room for one only.
    """

    heading: str
    slug: str
    notes: str
    steps: str = ""
    pages: tuple[Page, ...] = ()
    film: Film | None = None
    is_whole: bool = False
    poster: int = -1

    def turned(self, per: Per) -> tuple[Page, ...]:
        """The pages that get a slide each."""
        return (self.pages[self.poster],) if self.pages and per == "section" else self.pages

    def stage(self, size: "Size") -> Box:
        """Where its pages stand on a slide."""
        return size.whole if self.is_whole else size.stage


@dataclass(frozen=True, slots=True)
class Size:
    """Of a slide, in pixels: 720 along the shorter side.

    >>> Size.of("16:9"), Size.of("9:16")
    (Size(width=1280, height=720), Size(width=720, height=1280))
    """

    width: int
    height: int

    @classmethod
    def of(cls, aspect: str) -> "Size":
        """The size for an aspect such as "16:9"."""
        across, down = map(int, aspect.split(":"))
        longer = round(_SHORTER * max(across, down) / min(across, down) / 4) * 4
        return cls(longer, _SHORTER) if across >= down else cls(_SHORTER, longer)

    @property
    def whole(self) -> Box:
        """All of a slide."""
        return Box(0, 0, self.width, self.height)

    @property
    def stage(self) -> Box:
        """Where a section's picture stands, below its heading."""
        side = _MARGIN * self.width
        return Box(side, HEADING, self.width - 2 * side, self.height - HEADING - _FOOT)


_SHORTER, _MARGIN, _FOOT = 720, 0.03, 20
HEADING = 76
"""The height of the room for a heading, in pixels."""


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck of slides; `language` is the tag of what is said on them."""

    title: str
    chapters: tuple[Chapter, ...]
    theme: Theme
    size: Size = Size(1280, 720)
    language: str = ENGLISH


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a longer text, in which nothing is invisible.

    >>> list(paragraphs("Stop here.\\n\\nAsk\\x00 them."))
    ['Stop here.', 'Ask\ufffd them.']
    """
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.strip():
            visible = (c if c.isprintable() or c in "\n\t" else "\ufffd" for c in paragraph)
            yield "".join(visible).strip()
