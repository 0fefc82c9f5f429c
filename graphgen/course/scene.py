"""What a scene of the course is: a request -> a lesson, plain data recorded from torch -> a
timeline. The scenes themselves are in `graphgen.course.scenes`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from graphgen.model.picture import Picture
from graphgen.model.theme import Theme, ThemeChoice, theme_of
from graphgen.model.timeline import Frame, Timeline

__all__ = ["Lesson", "Option", "OptionKind", "Request", "Scene", "manim_name"]

Data = TypeVar("Data")
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
        options: by name; every option of the scene is there.
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
class Scene(Generic[Data]):
    """One scene of the course: what it is called, what it records, and how that is drawn.

    It stands as SCENE in a module, or a package, of the folder `graphgen.course.scenes`, and
    everything else follows from it: the command, the Manim class, the entries in the docs and in
    the gallery. `Data` is the dataclass of what it records.

    Attributes:
        name: as in `autoviz render scene NAME`; that of its module, with hyphens.
        order: its place in the course; a multiple of ten, so that another fits between two.
        summary: what it shows, in a sentence.
        program: the program where none is given; "" where the scene needs none.
        values, data: those of that program; `data` are the inputs that take no gradient.
        examples: commands, without "autoviz render scene"; the first needs no file.
        takes: what may be given for the program, in a few words.
        recorded: the class of what is recorded.
        record: what torch gives for a request; raises InputError where that doesn't fit.
        title: what stands above the picture, where the request has no title.
        draw: what was recorded, under a title, in the colours of a theme, in a frame.
        options: what may be chosen.
        takes_files: whether FILE.py:NAME may stand for the program.
    """

    name: str
    order: int
    summary: str
    program: str
    values: Mapping[str, Any]
    examples: tuple[str, ...]
    takes: str
    recorded: type[Data]
    record: Callable[[Request], Data]
    title: Callable[[Data], str]
    draw: Callable[[Data, str, Theme, Frame], Timeline | Picture]
    options: tuple[Option, ...] = ()
    data: tuple[str, ...] = ()
    takes_files: bool = False

    @property
    def manim_name(self) -> str:
        """The name of its Manim class: "ZeroGradScene" of "zero-grad"."""
        return manim_name(self.name)

    def lesson(self, request: Request) -> "Lesson":
        """What the scene records for a request, under its title.

        Raises:
            InputError: the program, a value or an option doesn't fit the scene.
        """
        data = self.record(request)
        return Lesson(self.name, request.title or self.title(data), request.theme, data)

    def drawn(self, lesson: "Lesson", frame: Frame) -> Timeline | Picture:
        """A lesson of this scene in a frame, with the scene's own captions."""
        return self.draw(lesson.data, lesson.title, theme_of(lesson.theme), frame)


def manim_name(name: str) -> str:
    """The name of a scene's Manim class.

    >>> manim_name("zero-grad")
    'ZeroGradScene'
    """
    return "".join(word.title() for word in name.split("-")) + "Scene"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one scene tells.

    Attributes:
        scene: its name.
        title: stands above the picture.
        data: what was recorded, of the class that the scene names as `recorded`.
        captions: sentences that take the place of those of single steps; the first step is 1.
    """

    scene: str
    title: str
    theme: ThemeChoice
    data: Any
    captions: tuple[tuple[int, str], ...] = ()
