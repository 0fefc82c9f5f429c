"""The line from an expression's text to its picture, as a command goes along it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from graphgen.expression import parse
from graphgen.geometry import Layout
from graphgen.layout import place
from graphgen.picture import Picture
from graphgen.shell.options import Source, Style
from graphgen.shell.reading import read_expression
from graphgen.story import Story
from graphgen.syntax import Program
from graphgen.telling import tell
from graphgen.theme import THEMES
from graphgen.values import Value, check_values, read_assignments

if TYPE_CHECKING:
    from graphgen.graph import Graph

__all__ = ["placed", "read", "recorded", "told"]


def read(source: Source) -> tuple[Program, dict[str, Value]]:
    """The checked program and its values; torch is not needed to find most mistakes.

    Raises:
        InputError: the text, a value or a name is wrong.
    """
    program = parse(read_expression(source))
    values = read_assignments(source.assignments)
    check_values(program, values, source.data)
    return program, values


def recorded(program: Program, values: dict[str, Value], data: Sequence[str]) -> "Graph":
    """The graph that torch makes of it; this is where torch is loaded."""
    from graphgen.recorder import record

    return record(program, values, data)


def told(graph: "Graph", style: Style) -> Story:
    """The story in the words that were asked for."""
    return tell(graph, style.title, cast("Any", style.names), style.seconds_per_step)


def placed(story: Story, style: Style, is_shown: bool) -> Picture:
    """The picture; without a layout where nothing shows one, so that DOT and trees need no dot."""
    theme, direction = THEMES[cast("Any", style.theme)], cast("Any", style.direction)
    if is_shown:
        return Picture(story, place(story, theme, direction), theme)
    return Picture(story, Layout(0.0, 0.0, direction, (), (), ()), theme)
