"""The line from a text to its picture, as a command goes along it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import click

from graphgen.capture.user_code.losses import Address, address_of, check_no_file, graph_at
from graphgen.commands.options import Calling, Folding, Source, Style
from graphgen.commands.reading import read_expression
from graphgen.commands.remembering import remembered
from graphgen.draw.story_file import dumps, loads
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.language.values import Value, check_values, read_assignments
from graphgen.layout.pipeline import Choices, picture_of
from graphgen.model.errors import InputError
from graphgen.model.geometry import sides_of
from graphgen.model.picture import Picture
from graphgen.model.theme import theme_of

if TYPE_CHECKING:
    from graphgen.model.graph import Graph
    from graphgen.narration.explanation import Comparison

__all__ = [
    "checked",
    "chosen",
    "directed",
    "graph_from",
    "pictured",
    "read",
    "recorded",
]


def read(source: Source) -> tuple[Program, dict[str, Value]]:
    """The checked program and its values; torch is not needed to find most mistakes.

    Raises:
        InputError: the text, a value or a name is wrong.
    """
    text = read_expression(source)
    try:
        program = parse(text)
        values = read_assignments(source.assignments)
        check_values(program, values, source.data)
    except InputError:
        check_no_file(source.text or "")
        raise
    return program, values


def recorded(program: Program, values: dict[str, Value], data: Sequence[str]) -> "Graph":
    """The graph that torch makes of it; this is where torch is loaded.

    Args:
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.

    Returns:
        The graph, the loss last.
    """
    from graphgen.capture.recorder import record

    return record(program, values, data)


def graph_from(source: Source, calling: Calling) -> "Graph":
    """The graph of an expression, or of the loss at FILE.py:NAME."""
    address = loss_of(source)
    if address is not None:
        return graph_at(address, calling.arguments, calling.seed, calling.output)
    if calling != Calling():
        raise click.UsageError(
            "--arg, --seed and --output are for a loss of yours, FILE.py:NAME; here is an "
            "expression."
        )
    return recorded(*read(source), source.data)


def checked(source: Source, calling: Calling) -> tuple["Graph", "list[Comparison]"]:
    """The graph of an expression, and each gradient beside its finite difference."""
    if calling != Calling() or loss_of(source) is not None:
        raise click.UsageError(
            "--check is for expressions: a function would have to be run again for each number, "
            "and need not give the same each time."
        )
    from graphgen.commands.checking import comparisons

    program, values = read(source)
    graph = recorded(program, values, source.data)
    return graph, comparisons(graph, program, values, source.data)


def loss_of(source: Source) -> Address | None:
    """The address of a loss, where the text is one."""
    address = address_of(source.text or "")
    if address is not None and (source.file or source.assignments or source.data):
        raise click.UsageError(
            "--file, --set and --data are for an expression; a function gets --arg."
        )
    return address


def chosen(folding: Folding, style: Style, title: str = "") -> Choices:
    """What a command line chose; without a title there, with this one.

    Args:
        folding: the options about folding.
        style: the options about the look.
        title: where the style has none; "" for no title.

    Returns:
        The choices; the direction is "lr" where none was chosen.
    """
    return Choices(
        folding.depth, folding.unfold, folding.most, style.title or title,
        cast("Any", style.names), style.seconds_per_step,
        direction=cast("Any", style.direction or "lr"),
    )  # fmt: skip


def directed(style: Style, aspect: str) -> Style:
    """A style with its direction: as it was asked for; else down where a frame is higher than wide,
    and to the right in any other."""
    across, down = sides_of(aspect)
    return replace(style, direction=style.direction or ("lr" if across >= down else "tb"))


def pictured(
    program: Program,
    values: dict[str, Value],
    data: Sequence[str],
    style: Style,
    folding: Folding,
    on_torch: Callable[[], None],
) -> Picture:
    """The picture of an expression; without torch, where it was made before.

    Args:
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.
        style: the options about the look; the theme is "dark" where none was chosen.
        folding: the options about folding.
        on_torch: is called before torch is loaded.

    Returns:
        The picture, placed.
    """

    def make() -> Picture:
        on_torch()
        choices = chosen(folding, style, title_of(program))
        return picture_of(recorded(program, values, data), choices, theme_of(style.theme or "dark"))

    return remembered((program, values, data, style, folding), make, dumps, loads)
