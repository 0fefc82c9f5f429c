"""A section of a lecture -> the picture that it shows: here torch runs, and the person's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphgen.errors import AutovizError, InputError, LectureError
from graphgen.expression import parse
from graphgen.folding import fold
from graphgen.layout import place
from graphgen.lectures.model import ExpressionSource, Lecture, LossSource, Section, Setting
from graphgen.picture import Picture
from graphgen.shell.losses import Address, graph_with, needed_address
from graphgen.shell.stages import recorded, title_of
from graphgen.story import Story
from graphgen.story_file import dumps
from graphgen.telling import tell
from graphgen.theme import THEMES

if TYPE_CHECKING:
    from graphgen.graph import Graph

__all__ = ["loss_address", "shown", "told"]


def told(lecture: Lecture, section: Section) -> str:
    """What a section shows, as the text of a story file."""
    return dumps(shown(lecture, section))


def shown(lecture: Lecture, section: Section) -> Picture:
    """The picture of a section, in the lecture's theme.

    Raises:
        AutovizError: whatever its expression or its loss raises, with the section's name and line.
    """
    with _placed_in(lecture, section):
        style, theme = section.style, THEMES[lecture.theme]
        graph, title = _graph(lecture, section)
        smaller = fold(graph, style.depth, style.unfold, style.most)
        story = tell(smaller, style.title or title, style.names, style.seconds_per_step)
        story = _recaptioned(story, section)
        return Picture(story, place(story, theme, style.direction or lecture.direction), theme)


def loss_address(lecture: Lecture, source: LossSource) -> Address:
    """Where a loss is: its file as seen from here."""
    address = needed_address(source.address)
    return Address(str(lecture.file.parent / address.file), address.name)


def _graph(lecture: Lecture, section: Section) -> "tuple[Graph, str]":
    """The graph, and what stands above it where the section doesn't say; "" leaves it to tell."""
    source = section.source
    if isinstance(source, ExpressionSource):
        program = parse(source.text)
        return recorded(program, dict(source.values), source.data), title_of(program)
    if isinstance(source, LossSource):
        address = loss_address(lecture, source)
        named = {name: _thawed(value) for name, value in source.named}
        return graph_with(address, [_thawed(value) for value in source.positional], named), ""
    raise InputError(f"a scene: found no {source.name!r}; write expr = ... or loss = ...")


def _thawed(value: Setting) -> Any:
    """A list where the lecture file has one: the person's function may expect it."""
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _recaptioned(story: Story, section: Section) -> Story:
    """The story with the section's own sentences."""
    steps = list(story.steps)
    for number, caption in section.captions:
        if number > len(steps):
            raise InputError(f"captions of steps 1 to {len(steps)}: got one of step {number}; "
                             "take it out")  # fmt: skip
        steps[number - 1] = replace(steps[number - 1], caption=caption)
    return replace(story, steps=tuple(steps))


@contextmanager
def _placed_in(lecture: Lecture, section: Section) -> Iterator[None]:
    """Whatever is wrong is told with the section."""
    try:
        yield
    except AutovizError as error:
        number = lecture.sections.index(section) + 1
        where = f"in section {number}, {section.heading!r} ({lecture.file}, line {section.line})"
        kind = LectureError if isinstance(error, InputError) else type(error)
        raise kind(f"{error}\n  {where}") from error
