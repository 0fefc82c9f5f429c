"""The names of the course's scenes -> what each is, what it records and how it is drawn."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib import import_module
from os import PathLike
from typing import Any

from graphgen.course.lessons.lesson import Kind, Lesson, Request
from graphgen.course.lessons.losses import is_address
from graphgen.draw.bands import recaptioned_timeline
from graphgen.model.arguments import as_theme
from graphgen.model.errors import InputError
from graphgen.model.picture import Picture
from graphgen.model.story import recaptioned
from graphgen.model.suggestions import suggestion
from graphgen.model.theme import Theme, choice_of, theme_of
from graphgen.model.timeline import Frame, Timeline

__all__ = [
    "SCENES",
    "kind_of",
    "kinds",
    "lesson_of",
    "module_of",
    "request_of",
    "shown_of",
    "timeline_of",
]

SCENES = (
    "tangent",
    "chain-rule",
    "backprop",
    "accumulate",
    "merge",
    "broadcast",
    "stops",
    "zero-grad",
    "descent",
    "surface",
    "slopes",
    "training",
    "network",
    "engines",
)
"""Every scene, in the order of the course. `zero-grad` lives in the module zero_grad."""


def kind_of(name: str) -> Kind:
    """What a scene is.

    Raises:
        InputError: there is none of this name; the nearest is named.
    """
    if name in SCENES:
        return _module(name).KIND  # type: ignore[no-any-return]
    hint = suggestion(name, SCENES, f"take one of {', '.join(SCENES)}")
    raise InputError(f"the name of a scene: got {name[:40]!r}; {hint}")


def kinds() -> tuple[Kind, ...]:
    """All scenes, in the order of the course."""
    return tuple(map(kind_of, SCENES))


def request_of(
    name: str,
    text: str = "",
    values: Mapping[str, Any] | None = None,
    data: Collection[str] = (),
    options: Mapping[str, Any] | None = None,
    title: str = "",
    theme: Theme | str | PathLike[str] = "dark",
) -> Request:
    """What is asked of a scene, with the scene's own wherever nothing is said.

    Args:
        text: a program; with the scene's own one its values and its data are there as well.
        options: by name, also with "_" for "-".
        theme: "dark", "light", a theme, or the path of a theme file.

    Raises:
        InputError: there is no such scene, or it has no such option.

    >>> request_of("tangent", values={"x": 1.0}).text
    'y = 0.5 * (x - 3) ** 2'
    """
    kind, painted = kind_of(name), choice_of(as_theme(theme))
    chosen = {option.name: option.default for option in kind.options}
    for given, value in (options or {}).items():
        option = given.replace("_", "-")
        if option not in chosen:
            hint = suggestion(option, chosen, f"it has {', '.join(chosen) or 'none'}")
            raise InputError(f"an option of the scene {name}: got {given[:40]!r}; {hint}")
        chosen[option] = value
    if text:
        return Request(text, values or {}, tuple(data), chosen, title, painted)
    own = {**kind.values, **(values or {})}
    return Request(kind.text, own, (*kind.data, *data), chosen, title, painted)


def lesson_of(name: str, request: Request) -> Lesson:
    """What a scene records from torch for a request.

    Raises:
        InputError: the program, a value or an option doesn't fit the scene.
    """
    kind = kind_of(name)
    if is_address(request.text) and not kind.takes_files:
        taking = ", ".join(each.name for each in kinds() if each.takes_files)
        raise InputError(
            f"a program for the scene {name}, which runs it again and again: got "
            f"{request.text[:60]!r}; write it as an expression, or take one of {taking}"
        )
    data = module_of(kind).record(request)
    title = request.title or module_of(kind).title(data)
    return Lesson(name, title, request.theme, data)


def shown_of(lesson: Lesson, frame: Frame) -> Timeline | Picture:
    """What a lesson shows in a frame of this shape: a storyboard, or, of the main scene, the
    picture that has films and outputs of its own."""
    module = module_of(kind_of(lesson.scene))
    shown = module.draw(lesson.data, lesson.title, theme_of(lesson.theme), frame)
    if isinstance(shown, Picture):
        return replace(shown, story=recaptioned(shown.story, lesson.captions))
    return recaptioned_timeline(shown, lesson.captions)


def timeline_of(lesson: Lesson, frame: Frame) -> Timeline:
    """The storyboard of a lesson in a frame of this shape.

    Raises:
        InputError: the scene is told as a picture.
    """
    shown = shown_of(lesson, frame)
    if isinstance(shown, Timeline):
        return shown
    raise InputError(
        f"a scene that is told as a storyboard: {lesson.scene} is told as a picture; take the "
        "picture that shown_of gives"
    )


def module_of(kind: Kind) -> Any:
    """The module of a scene: KIND, Data, record, title and draw."""
    return _module(kind.name)


def _module(name: str) -> Any:
    return import_module(f"graphgen.course.lessons.{name.replace('-', '_')}")
