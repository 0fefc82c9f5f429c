"""Lecture, sections and where each section's picture comes from: plain data, checked when read.

A lecture file is read by `graphgen.lecture.reading`; what a section shows is made by
`graphgen.lecture.showing`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from graphgen.language.values import Value
from graphgen.model.geometry import Direction
from graphgen.model.languages import ENGLISH
from graphgen.model.theme import ThemeChoice

__all__ = [
    "LONGEST_TEXT",
    "MOST_SECTIONS",
    "ExpressionSource",
    "Lecture",
    "LossSource",
    "Quality",
    "SceneSource",
    "Section",
    "Setting",
    "Source",
    "Style",
    "check_line",
    "slug_of",
]

MOST_SECTIONS = 200
LONGEST_TEXT = 20_000
"""Letters in what is said aloud, in notes and in programs."""
_LONGEST_LINE = 200

Quality = Literal["l", "m", "h", "p", "k"]

Setting: TypeAlias = "bool | int | float | str | tuple[Setting, ...]"
"""What a key may hold that is handed on: to a scene, or to a function of the person's."""


@dataclass(frozen=True, slots=True)
class ExpressionSource:
    """An expression, the values of its names, and which of these take no gradient."""

    text: str
    values: tuple[tuple[str, Value], ...] = ()
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LossSource:
    """A function or a loss in a file of the person's.

    Attributes:
        address: FILE.py:NAME, the file as seen from the lecture file's folder.
        positional, named: the function's arguments.
        output: which of several losses, by its key, its place or its attribute.
    """

    address: str
    positional: tuple[Setting, ...] = ()
    named: tuple[tuple[str, Setting], ...] = ()
    output: str | None = None


@dataclass(frozen=True, slots=True)
class SceneSource:
    """A scene of the course, by its name.

    Attributes:
        text: a program, or FILE.py:NAME; "" for the scene's own.
        values, data: of the program.
    """

    name: str
    text: str = ""
    values: tuple[tuple[str, Value], ...] = ()
    data: tuple[str, ...] = ()
    options: tuple[tuple[str, Setting], ...] = ()


Source: TypeAlias = ExpressionSource | LossSource | SceneSource


@dataclass(frozen=True, slots=True)
class Style:
    """How a section is told and placed; None stands for what fits the lecture."""

    title: str = ""
    names: Literal["math", "autograd"] = "math"
    direction: Direction | None = None
    seconds_per_step: float | None = None
    depth: int | None = None
    unfold: tuple[str, ...] = ()
    most: int = 60


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a lecture.

    Attributes:
        heading: what its title card, its chapter and its clip are called.
        captions: sentences that take the place of those of single steps; the first step is 1.
        narration: what is said aloud; it goes into the transcript.
        notes: for the speaker's eyes: speaker view and transcript.
        line: where it stands in the lecture file.
    """

    heading: str
    source: Source
    style: Style = Style()
    captions: tuple[tuple[int, str], ...] = ()
    narration: str = ""
    notes: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture file.

    Attributes:
        aspect: width to height, as in "16:9".
        language: the tag of what is said in it, as in "en" or "pt-BR".
        file: where it was read; files that it names are looked for beside it.
    """

    title: str
    sections: tuple[Section, ...]
    theme: ThemeChoice = "dark"
    quality: Quality = "h"
    aspect: str = "16:9"
    language: str = ENGLISH
    file: Path = field(default=Path("lecture.toml"), compare=False)

    @property
    def slugs(self) -> tuple[str, ...]:
        """A short name for each section, all different: what --only takes, and clips are called.

        >>> both = (Section("Two paths!", SceneSource("merge")),) * 2
        >>> Lecture("", both).slugs
        ('two-paths', 'two-paths-2')
        """
        return _told_apart([slug_of(section.heading) for section in self.sections])

    @property
    def direction(self) -> Direction:
        """Which way values flow where a section doesn't say: along the longer side."""
        across, _, down = self.aspect.partition(":")
        return "lr" if int(across) >= int(down) else "tb"


def check_line(text: object) -> None:
    """See that a text can stand as a title or a heading.

    Raises:
        ValueError: it is empty, has several lines, is too long, or can't be printed.
    """
    if not isinstance(text, str) or "\n" in text or not text.strip():
        raise ValueError("a text on one line, with something in it")
    if len(text) > _LONGEST_LINE or not text.isprintable():
        raise ValueError(f"up to {_LONGEST_LINE} letters and signs that can be printed")


def slug_of(heading: str) -> str:
    """A heading as one word for file names and commands.

    >>> slug_of("Déjà vu: one leaf, two paths")
    'deja-vu-one-leaf-two-paths'
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(sign)
    )
    return "-".join(re.findall(r"[^\W_]+", plain.casefold()))[:60].strip("-") or "section"


def _told_apart(slugs: Sequence[str]) -> tuple[str, ...]:
    unique: list[str] = []
    for slug in slugs:
        number, free = 1, slug
        while free in unique:
            number += 1
            free = f"{slug}-{number}"
        unique.append(free)
    return tuple(unique)
