"""Lesson -> bytes and files: the formats that a scene of the course can be written as."""

import os
from collections.abc import Callable

from graphgen.errors import OutputError
from graphgen.files import save
from graphgen.lessons.catalogue import shown_of, storyboard_of
from graphgen.lessons.lesson import Lesson
from graphgen.outputs import writer_of
from graphgen.outputs.boards.document import board_svg, still_svg
from graphgen.outputs.cairo import bound
from graphgen.outputs.options import Options
from graphgen.outputs.png import png_of
from graphgen.outputs.svg import svg_pages
from graphgen.picture import Picture
from graphgen.storyboard.board import Size, Storyboard
from graphgen.suggestions import suggestion

__all__ = ["LESSON_FORMATS", "lesson_pages", "transcript", "write_lesson"]


_OF_THE_LESSON = (".json", ".txt")
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
        path: where to; None writes nowhere.
        suffix: a key of LESSON_FORMATS.
        aspect: of the frame, width to height.

    Returns:
        The bytes of the file.

    Raises:
        OutputError: the suffix isn't known, or the place can't be written.
    """
    if suffix not in LESSON_FORMATS:
        hint = suggestion(suffix, LESSON_FORMATS, "take one of these, or a film's")
        raise OutputError(f"a suffix out of {', '.join(LESSON_FORMATS)}: got {suffix}; {hint}")
    size = Size.of(aspect)
    shown = shown_of(lesson, size)
    if isinstance(shown, Picture) and suffix not in _OF_THE_LESSON:
        content = writer_of(suffix)(shown, options)
    else:
        content = LESSON_FORMATS[suffix](lesson, size, options)
    if path is not None:
        save(content, path)
    return content


def lesson_pages(lesson: Lesson, is_transparent: bool, aspect: str = "16:9") -> list[str]:
    """An SVG document for each step of a lesson, all of one size."""
    shown = shown_of(lesson, Size.of(aspect))
    if isinstance(shown, Picture):
        return list(svg_pages(shown, is_transparent))
    return [still_svg(shown, step, is_transparent) for step in range(len(shown.steps))]


def transcript(shown: Storyboard | Picture) -> str:
    """What is said: the title, then a line for each step, and the narration below it."""
    if isinstance(shown, Picture):
        return "\n".join([shown.story.title, "", *(s.caption for s in shown.story.steps)]) + "\n"
    lines = [shown.title, ""]
    for step in shown.steps:
        lines += [step.caption, *([f"    {step.narration}"] if step.narration else [])]
    return "\n".join(lines) + "\n"


def _svg(lesson: Lesson, size: Size, options: Options) -> bytes:
    board = storyboard_of(lesson, size)
    return board_svg(board, options.svg_style, options.is_transparent).encode()


def _png(lesson: Lesson, size: Size, options: Options) -> bytes:
    document = board_svg(storyboard_of(lesson, size), "still", options.is_transparent)
    return png_of(document, options.pixels)


def _pdf(lesson: Lesson, size: Size, options: Options) -> bytes:
    board = storyboard_of(lesson, size)
    steps = range(len(board.steps)) if options.svg_style == "pages" else (board.poster,)
    return bound((still_svg(board, step, options.is_transparent) for step in steps), board.title)


def _json(lesson: Lesson, size: Size, options: Options) -> bytes:
    from graphgen.lessons.lesson_file import dumps

    return dumps(lesson).encode()


def _txt(lesson: Lesson, size: Size, options: Options) -> bytes:
    return transcript(shown_of(lesson, size)).encode()


LESSON_FORMATS: dict[str, Callable[[Lesson, Size, Options], bytes]] = {
    ".svg": _svg,
    ".png": _png,
    ".pdf": _pdf,
    ".json": _json,
    ".txt": _txt,
}
"""Every suffix that a lesson can be written as, besides a film's."""
