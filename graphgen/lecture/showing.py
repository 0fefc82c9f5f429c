"""A section of a lecture -> what it shows: here torch runs, and the person's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphgen.capture.user_code.losses import Address, graph_with, needed_address
from graphgen.course.lesson_file import dumps as dumps_lesson
from graphgen.course.registry import lesson_of, request_of, shown_of
from graphgen.course.scene import Lesson
from graphgen.draw.story_file import dumps
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.layout.pipeline import Choices, picture_of
from graphgen.lecture.model import (
    ExpressionSource,
    Lecture,
    LossSource,
    SceneSource,
    Section,
    Setting,
)
from graphgen.lecture.sources import is_address
from graphgen.model.errors import AutovizError, InputError, LectureError
from graphgen.model.picture import Picture
from graphgen.model.theme import theme_of
from graphgen.model.timeline import Frame

if TYPE_CHECKING:
    from graphgen.model.graph import Graph

__all__ = ["loss_address", "section_content", "section_text"]

_BY_KEY = 'take one, as with output = "{}"'


def section_text(lecture: Lecture, section: Section) -> str:
    """What a section shows, as the text of a story file or of a lesson file."""
    content = section_content(lecture, section)
    return dumps(content) if isinstance(content, Picture) else dumps_lesson(content)


def section_content(lecture: Lecture, section: Section) -> Picture | Lesson:
    """The picture of a section, or the lesson of its scene, in the lecture's theme.

    Raises:
        AutovizError: whatever its expression, its loss or its scene raises, with the section's name
            and line.
    """
    with _placed_in(lecture, section):
        if isinstance(section.source, SceneSource):
            return _scene(lecture, section, section.source)
        style, theme = section.style, theme_of(lecture.theme)
        graph, title = _graph(lecture, section)
        choices = Choices(
            style.depth, style.unfold, style.most, style.title or title, style.names,
            style.seconds_per_step, section.captions, style.direction or lecture.direction,
        )  # fmt: skip
        return picture_of(graph, choices, theme)


def loss_address(lecture: Lecture, source: LossSource) -> Address:
    """Where a loss is: its file as seen from here."""
    address = needed_address(source.address)
    return Address(str(lecture.file.parent / address.file), address.name)


def _graph(lecture: Lecture, section: Section) -> "tuple[Graph, str]":
    """The graph, and what stands above it where the section doesn't say; "" leaves it to tell."""
    source = section.source
    if isinstance(source, ExpressionSource):
        program = parse(source.text)
        from graphgen.capture.recorder import record  # here torch is loaded

        return record(program, dict(source.values), source.data), title_of(program)
    if isinstance(source, LossSource):
        address = loss_address(lecture, source)
        named = {name: _thawed(value) for name, value in source.named}
        positional = [_thawed(value) for value in source.positional]
        return graph_with(address, positional, named, None, source.output, _BY_KEY), ""
    raise TypeError(source)


def _scene(lecture: Lecture, section: Section, source: SceneSource) -> Picture | Lesson:
    """What a scene records, and of the main scene its picture; what isn't given is the scene's."""
    text = source.text
    if text and is_address(text):
        text = str(loss_address(lecture, LossSource(text)))
    request = request_of(
        source.name,
        text,
        dict(source.values),
        source.data,
        dict(source.options),
        section.style.title,
        lecture.theme,
    )
    lesson = replace(lesson_of(source.name, request), captions=section.captions)
    drawn = shown_of(lesson, Frame.of(lecture.aspect))  # which sees to the captions too
    return drawn if isinstance(drawn, Picture) else lesson


def _thawed(value: Setting) -> Any:
    """A list where the lecture file has one: the person's function may expect it."""
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


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
