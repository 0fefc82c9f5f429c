"""Lesson -> bytes and files: the formats that a scene of the course can be written as."""

import os
import warnings
from collections.abc import Callable

from graphgen.course.registry import shown_of, timeline_of
from graphgen.course.scene import Lesson
from graphgen.model.errors import OutputError
from graphgen.model.files import save
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame
from graphgen.outputs import writer_of
from graphgen.outputs.cairo import bound
from graphgen.outputs.formats import FORMATS, LESSONS, hint
from graphgen.outputs.options import Options, one_style
from graphgen.outputs.png import png_of
from graphgen.outputs.svg import svg_pages
from graphgen.outputs.svg.document import still_svg, timeline_svg
from graphgen.outputs.transcript import transcript

__all__ = [
    "LessonWriter",
    "lesson_dot",
    "lesson_html",
    "lesson_json",
    "lesson_md",
    "lesson_pages",
    "lesson_pdf",
    "lesson_png",
    "lesson_svg",
    "lesson_txt",
    "transcript",
    "write_lesson",
]

LessonWriter = Callable[[Lesson, Frame, Options], bytes]


_OF_THE_LESSON = (".json",)
"""What is written of the lesson itself, however it is shown."""


def write_lesson(
    lesson: Lesson,
    path: str | os.PathLike[str] | None,
    suffix: str,
    options: Options,
    aspect: str = "16:9",
) -> bytes:
    """Writes a lesson to a file; the file is the old one or the whole new one, never a part.

    Args:
        lesson: the one to write.
        path: where to; None writes nowhere.
        suffix: one of LESSONS.
        options: of the format.
        aspect: of the frame, width to height.

    Returns:
        The bytes of the file.

    Raises:
        OutputError: the suffix isn't known, or the place can't be written.
    """
    write = FORMATS[suffix].write_lesson if suffix in FORMATS else None
    if write is None:
        meant = hint(suffix, LESSONS, "take one of these, or a film's")
        raise OutputError(f"a suffix out of {', '.join(LESSONS)}: got {suffix}; {meant}")
    frame = Frame.of(aspect)
    drawn = shown_of(lesson, frame)
    if isinstance(drawn, Picture) and suffix not in _OF_THE_LESSON:
        content = writer_of(suffix)(drawn, options)
    else:
        content = write()(lesson, frame, options)
    if path is not None:
        save(content, path)
    return content


def lesson_pages(lesson: Lesson, is_transparent: bool, aspect: str = "16:9") -> list[str]:
    """An SVG document for each step of a lesson, all of one size.

    Args:
        lesson: the one to draw.
        is_transparent: leaves out the page's background.
        aspect: of the frame, width to height.

    Returns:
        The documents, one for each step.
    """
    drawn = shown_of(lesson, Frame.of(aspect))
    if isinstance(drawn, Picture):
        return list(svg_pages(drawn, is_transparent))
    return [still_svg(drawn, step, is_transparent) for step in range(len(drawn.steps))]


def lesson_svg(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """A scene as SVG: still, playing, or in steps.

    Args:
        lesson: the one to write.
        frame: the size of the picture, in points.
        options: of the format.

    Returns:
        The document, in UTF-8.

    Raises:
        OutputError: a page for each step is wanted, which is more than one document.
    """
    style = one_style(options)
    return timeline_svg(timeline_of(lesson, frame), style, options.is_transparent).encode()


def lesson_html(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """A scene as a page that steps and plays.

    Args:
        lesson: the one to write.
        frame: the size of the picture, in points.
        options: of the format.

    Returns:
        The page, in UTF-8.
    """
    from graphgen.outputs.boards.page import scene_page

    return scene_page(timeline_of(lesson, frame), options.language).encode()


def lesson_png(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """A scene's picture that tells most, as PNG.

    Args:
        lesson: the one to write.
        frame: the size of the picture, in points.
        options: of the format.

    Returns:
        The file.
    """
    document = timeline_svg(timeline_of(lesson, frame), "still", options.is_transparent)
    return png_of(document, options.pixels)


def lesson_pdf(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """A scene's picture that tells most, or each step's, as PDF.

    Args:
        lesson: the one to write.
        frame: the size of the picture, in points.
        options: of the format.

    Returns:
        The file, of one page or of a page for each step.
    """
    timeline = timeline_of(lesson, frame)
    steps = range(len(timeline.steps)) if options.svg_style == "pages" else (timeline.poster,)
    return bound(
        (still_svg(timeline, step, options.is_transparent) for step in steps), timeline.title
    )


def lesson_json(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """A scene as a file from which it is drawn again without torch.

    Args:
        lesson: the one to write.
        frame: unused: what was recorded fits any frame.
        options: unused.

    Returns:
        The file, in UTF-8.
    """
    from graphgen.course.lesson_file import dumps

    return dumps(lesson).encode()


def lesson_md(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """What is said in a scene.

    Args:
        lesson: the one to write.
        frame: the size of the picture, in points.
        options: of the format; unused.

    Returns:
        The text, in UTF-8.
    """
    return transcript(timeline_of(lesson, frame)).encode()


def lesson_txt(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """What is said in a scene, under the suffix that it had; goes with the next release.

    Args:
        lesson: the one to write.
        frame: the size of the picture, in points.
        options: of the format.

    Returns:
        The text, in UTF-8.
    """
    warnings.warn(
        "a transcript is now .md; .txt gives it once more, and then the tree of a graph alone",
        DeprecationWarning,
        stacklevel=2,
    )
    return lesson_md(lesson, frame, options)


def lesson_dot(lesson: Lesson, frame: Frame, options: Options) -> bytes:
    """Nothing: a scene that shows a graph as its picture is written by who writes pictures.

    Args:
        lesson: names the scene.
        frame, options: unused.

    Returns:
        Nothing.

    Raises:
        OutputError: always.
    """
    raise OutputError(
        f"a graph to write as .dot: the scene {lesson.scene} shows other things; take .svg, or the "
        "scene backprop"
    )
