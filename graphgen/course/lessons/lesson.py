"""A lesson: what one scene of the course recorded, as plain data; its file needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphgen.model.theme import ThemeChoice

__all__ = ["Kind", "Lesson", "Option", "OptionKind", "Request"]

OptionKind = Literal["number", "whole", "numbers", "text", "texts", "flag"]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that a scene offers, on the command line (`--from`) and in a lecture (`from`).

    Attributes:
        name: with hyphens, as it is typed.
        kind: "numbers" and "texts" may be given several times.
        default: None where the scene finds one by itself.
        help: a sentence.
        least, most: the bounds of numbers.
        choices: all that a text may be; empty for any.
    """

    name: str
    kind: OptionKind
    default: Any
    help: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of a scene.

    Attributes:
        text: the program, or for some scenes FILE.py:NAME.
        values: of the program's inputs, by name.
        data: inputs that take no gradient.
        options: by name; every option of the scene's kind is there.
        title: what stands above the picture; "" for the scene's own.
        theme: in which colours.
    """

    text: str
    values: Mapping[str, Any]
    data: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    theme: ThemeChoice = "dark"


@dataclass(frozen=True, slots=True)
class Kind:
    """One scene of the course, as a person asks for it.

    It stands as KIND in a module of graphgen.course.lessons, beside the class `Data`, and
    `record(request)`, `title(data)` and `draw(data, title, theme, size)`.

    Attributes:
        name: as in `autoviz render scene NAME`.
        summary: what it shows, in a sentence.
        text: the program where none is given.
        values, data: those of that program.
        examples: commands, without "autoviz render scene".
        options: what may be chosen.
        takes_files: whether FILE.py:NAME may stand for the program.
    """

    name: str
    summary: str
    text: str
    values: Mapping[str, Any]
    examples: tuple[str, ...]
    options: tuple[Option, ...] = ()
    data: tuple[str, ...] = ()
    takes_files: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one scene tells.

    Attributes:
        scene: the name of its kind.
        title: stands above the picture.
        data: what was recorded, of the class `Data` of the scene's module.
        captions: sentences that take the place of those of single steps; the first step is 1.
    """

    scene: str
    title: str
    theme: ThemeChoice
    data: Any
    captions: tuple[tuple[int, str], ...] = ()
