"""The scenes of the course as commands: each brings its own options."""

from collections.abc import Callable
from typing import Any

import click

from graphgen.commands.arguments import ExpressionCommand
from graphgen.commands.options import (
    Delivery,
    Source,
    ThemeType,
    delivery_options,
    packed,
    source_options,
)
from graphgen.commands.remembering import remembered
from graphgen.course.lesson_file import dumps, loads
from graphgen.course.registry import lesson_of
from graphgen.course.requests import is_address
from graphgen.course.scene import Lesson, Option, OptionKind, Request, Scene

__all__ = ["Show", "asked_of", "scene_command", "taught"]

Show = Callable[[Request, Scene[Any], Delivery], None]
"""Writes the outputs of what was asked of a scene."""

_TYPES: dict[OptionKind, Any] = {
    "number": click.FLOAT,
    "numbers": click.FLOAT,
    "whole": click.INT,
    "text": click.STRING,
    "texts": click.STRING,
    "flag": click.BOOL,
}


def asked_of(
    scene: Scene[Any], source: Source, style: dict[str, Any], options: dict[str, Any]
) -> Request:
    """What a person typed of a scene; with nothing typed, its own example.

    Args:
        scene: whose example fills what wasn't typed.
        source: the expression, file or assignments that were typed.
        style: has a "title" and a "theme", each None by default.
        options: the scene's own, by name.

    Returns:
        The request, not yet computed.

    Raises:
        InputError: the program or a value is wrong.
    """
    from graphgen.commands.reading import read_expression
    from graphgen.language.values import read_assignments

    values, text, data = read_assignments(source.assignments), scene.program, scene.data
    if source.text is not None or source.file is not None:
        text, data = read_expression(source), ()
    elif not values:
        values = dict(scene.values)
    else:
        values = {**scene.values, **values}
    return Request(text, values, (*data, *source.data), options, style["title"], style["theme"])


def taught(scene: Scene[Any], request: Request, on_torch: Callable[[], None]) -> Lesson:
    """What a scene records; without torch, where it was recorded before of the same program.

    Args:
        scene: the scene that records.
        request: what to record.
        on_torch: is called before torch is loaded.

    Returns:
        The lesson.

    Raises:
        InputError: the program, a value or an option is wrong.
    """

    def make() -> Lesson:
        on_torch()
        return lesson_of(scene.name, request)

    if scene.takes_files and is_address(request.text):
        return make()
    return remembered((scene.name, request), make, dumps, loads)


def scene_command(scene: Scene[Any], show: Show) -> click.Command:
    """The command of a scene.

    Args:
        show: what is done with what was asked.
    """

    @source_options
    @_own_options(scene)
    @_style_options
    @delivery_options
    @packed(Source, Delivery)
    def run(source: Source, delivery: Delivery, **options: Any) -> None:
        style = {name: options.pop(name) for name in ("title", "theme")}
        own = {option.name: options[_parameter(option)] for option in scene.options}
        show(asked_of(scene, source, style, own), scene, delivery)

    return click.command(
        scene.name, cls=ExpressionCommand, short_help=scene.summary, help=_help(scene)
    )(run)


def _help(scene: Scene[Any]) -> str:
    """The help text: the summary, and commands to try."""
    lines = "\n".join(f"  autoviz render scene {example}" for example in scene.examples)
    text = f"TEXT is a program; without one: {scene.program}" if scene.program else ""
    return f"{scene.summary}\n\n{text}\n\n\b\nExamples:\n{lines}\n"


def _own_options(scene: Scene[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(scene.options):
            command = _click_option(option)(command)
        return command

    return decorate


def _click_option(option: Option) -> Callable[..., Any]:
    name, is_many = f"--{option.name}", option.kind in ("numbers", "texts")
    if option.kind == "flag":
        return click.option(name, _parameter(option), is_flag=True, help=option.help)
    kind = _TYPES[option.kind]
    if option.choices:
        kind = click.Choice(option.choices)
    elif option.least is not None or option.most is not None:
        kind = _range(option)
    default = option.default if option.default is not None else None
    return click.option(
        name,
        _parameter(option),
        type=kind,
        multiple=is_many,
        default=default,
        show_default=option.default not in (None, "", ()),
        help=option.help,
    )


def _range(option: Option) -> click.ParamType[Any]:
    """The bounds of a number."""
    if option.kind != "whole":
        return click.FloatRange(option.least, option.most)
    least, most = (None if each is None else int(each) for each in (option.least, option.most))
    return click.IntRange(least, most)


def _parameter(option: Option) -> str:
    """The name under which click hands an option over: `from` is a word of Python's."""
    return f"own_{option.name.replace('-', '_')}"


def _style_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--theme", type=ThemeType(), default="dark", show_default=True
        ),
        click.option("--title", default="", help="What stands above the picture."),
    ):  # fmt: skip
        command = option(command)
    return command
