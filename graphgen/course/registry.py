"""The scenes of the course, found in the folder `graphgen.course.scenes` and loaded when they are
asked for: names -> scenes, requests -> lessons -> timelines."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib import import_module
from os import PathLike
from pkgutil import iter_modules
from typing import Any

from graphgen.course import scenes
from graphgen.course.requests import is_address
from graphgen.course.scene import Lesson, Request, Scene
from graphgen.draw.bands import recaptioned_timeline
from graphgen.draw.story_timeline import draw_story
from graphgen.model.arguments import as_theme
from graphgen.model.errors import InputError
from graphgen.model.picture import Picture
from graphgen.model.story import recaptioned
from graphgen.model.suggestions import suggestion
from graphgen.model.theme import Theme, choice_of
from graphgen.model.timeline import Frame, Timeline

__all__ = [
    "all_scenes",
    "lesson_of",
    "modules",
    "request_of",
    "scene_names",
    "scene_of",
    "shown_of",
    "timeline_of",
]


def modules() -> dict[str, str]:
    """For each scene its module, in the order of the alphabet; none of them is loaded."""
    return {
        module.name.replace("_", "-"): f"{scenes.__name__}.{module.name}"
        for module in iter_modules(scenes.__path__)
    }


def scene_names() -> tuple[str, ...]:
    """The names of all scenes, in the order of the course."""
    return tuple(scene.name for scene in all_scenes())


def all_scenes() -> tuple[Scene[Any], ...]:
    """All scenes, in the order of the course."""
    return tuple(sorted(map(scene_of, modules()), key=lambda scene: (scene.order, scene.name)))


def scene_of(name: str) -> Scene[Any]:
    """The scene of a name; no other is loaded.

    Raises:
        InputError: there is none of this name; the nearest is named.
    """
    module = modules().get(name)
    if module is None:
        hint = suggestion(name, scene_names(), f"take one of {', '.join(scene_names())}")
        raise InputError(f"the name of a scene: got {name[:40]!r}; {hint}")
    scene = import_module(module).SCENE
    if not isinstance(scene, Scene) or scene.name != name:
        raise TypeError(f"SCENE, the Scene {name!r}, in {module}: got {scene!r}")
    return scene


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
        name: of the scene.
        text: a program; with the scene's own one its values and its data are there as well.
        values: of the program's inputs, by name.
        data: inputs that take no gradient.
        options: by name, also with "_" for "-".
        title: what stands above the picture; "" for the scene's own.
        theme: "dark", "light", a theme, or the path of a theme file.

    Returns:
        The request, with every option of the scene.

    Raises:
        InputError: there is no such scene, or it has no such option.

    >>> request_of("tangent", values={"x": 1.0}).text
    'y = 0.5 * (x - 3) ** 2'
    """
    scene, painted = scene_of(name), choice_of(as_theme(theme))
    chosen = {option.name: option.default for option in scene.options}
    for typed, value in (options or {}).items():
        option = typed.replace("_", "-")
        if option not in chosen:
            hint = suggestion(option, chosen, f"it has {', '.join(chosen) or 'none'}")
            raise InputError(f"an option of the scene {name}: got {typed[:40]!r}; {hint}")
        chosen[option] = value
    if text:
        return Request(text, values or {}, tuple(data), chosen, title, painted)
    own = {**scene.values, **(values or {})}
    return Request(scene.program, own, (*scene.data, *data), chosen, title, painted)


def lesson_of(name: str, request: Request) -> Lesson:
    """What a scene records from torch for a request.

    Raises:
        InputError: the program, a value or an option doesn't fit the scene.
    """
    scene = scene_of(name)
    if is_address(request.text) and not scene.takes_files:
        taking = ", ".join(each.name for each in all_scenes() if each.takes_files)
        raise InputError(
            f"a program for the scene {name}, which runs it again and again: got "
            f"{request.text[:60]!r}; write it as an expression, or take one of {taking}"
        )
    return scene.lesson(request)


def shown_of(lesson: Lesson, frame: Frame) -> Timeline | Picture:
    """What a lesson shows in a frame of this shape: a storyboard, or, of the main scene, the
    picture that has films and outputs of its own."""
    drawn = scene_of(lesson.scene).drawn(lesson, frame)
    if isinstance(drawn, Picture):
        return replace(drawn, story=recaptioned(drawn.story, lesson.captions))
    return recaptioned_timeline(drawn, lesson.captions)


def timeline_of(lesson: Lesson, frame: Frame) -> Timeline:
    """The timeline of a lesson in a frame of this shape; of the main scene, its story's."""
    drawn = shown_of(lesson, frame)
    if isinstance(drawn, Timeline):
        return drawn
    return draw_story(drawn.story, drawn.layout, drawn.theme, frame)
