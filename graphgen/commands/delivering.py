"""A picture or a lesson -> the files and the bytes that were asked for, each told about."""

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import click

from graphgen.commands.options import Delivery
from graphgen.commands.parts import check_parts, missing_letters, texts_of
from graphgen.commands.progress import Meter, meter
from graphgen.commands.reports import open_file, tell_written
from graphgen.commands.saying import say
from graphgen.commands.targets import Target, targets_of
from graphgen.course.scene import Lesson
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.theme import ThemeChoice
from graphgen.outputs import numbered, save_pages, write
from graphgen.outputs.formats import FILMS, PICTURES
from graphgen.text.legibility import theme_notes

__all__ = [
    "Writer",
    "checked_targets",
    "deliver",
    "lesson_writer",
    "meter",
    "note",
    "picture_writer",
]

Writer = Callable[[Target], bytes | tuple[Path, ...]]
"""Writes a target in its place; it returns the bytes, which standard output gets where there is no
place, or the paths of all files where there are several."""


def checked_targets(
    delivery: Delivery,
    name: str,
    is_placed: bool = False,
    known: Sequence[str] = (*FILMS, *PICTURES),
) -> tuple[Target, ...]:
    """Where everything goes; all places and parts are checked before anything is computed.

    Args:
        delivery: the options about files.
        name: of the default's file, without its suffix.
        is_placed: whether there is a layout already.
        known: the suffixes that there are of what is shown.

    Returns:
        One target for each output, in the order given.

    Raises:
        click.UsageError: two options don't go together.
        OutputError: a format isn't known, or a place can't be written.
        MissingPartError: what a format needs isn't installed.
    """
    default = f"media/{name}{'.mov' if delivery.transparent else '.mp4'}"
    targets = targets_of(
        delivery.outputs,
        delivery.format,
        default,
        delivery.transparent,
        sys.stdout.isatty(),
        known,
    )
    if delivery.as_json and any(target.path is None for target in targets):
        raise click.UsageError("--json and -o - both write to standard output; leave one out.")
    if any(target.path is None and _is_numbered(target, delivery) for target in targets):
        raise click.UsageError("--svg pages makes files with numbers; give -o a name.")
    if delivery.slides and not any(_has_slides(target, delivery) for target in targets):
        raise click.UsageError(
            "--slides goes with a film that isn't transparent; give -o NAME.mp4."
        )
    check_parts(targets, is_placed)
    return targets


def deliver(
    targets: Sequence[Target],
    delivery: Delivery,
    film: Writer,
    still: Writer,
    content: Picture | Lesson,
) -> None:
    """Writes every target, tells about each, and opens the first when that is wanted.

    Args:
        targets: files, or standard output.
        delivery: the options about files.
        film, still: what writes a film, and what writes anything else.
        content: what they write.
    """
    letters = missing_letters(targets, texts_of(content, delivery.aspect))
    note([*theme_notes(content.theme), *letters], delivery.quiet)
    written: list[Path] = []
    for target in targets:
        started = perf_counter()
        files = _written(target, (film if target.is_film else still)(target))
        written += files
        if not delivery.quiet or delivery.as_json:
            for path in files:
                tell_written(
                    path, path.suffix or target.suffix, perf_counter() - started, delivery.as_json
                )
    if delivery.preview and written:
        open_file(written[0])


def _written(target: Target, found: bytes | tuple[Path, ...]) -> tuple[Path, ...]:
    """The files of a target; none where its bytes go to standard output."""
    if not isinstance(found, bytes):
        return found
    if target.path is not None:
        return (target.path,)
    sys.stdout.buffer.write(found)
    sys.stdout.buffer.flush()
    return ()


def _has_slides(target: Target, delivery: Delivery) -> bool:
    return target.path is not None and target.format.has_slides and not delivery.transparent


def _is_numbered(target: Target, delivery: Delivery) -> bool:
    return delivery.svg == "pages" and target.format.pages == "numbers"


def _numbered(
    documents: Sequence[str], path: Path, suffix: str, delivery: Delivery
) -> tuple[Path, ...]:
    """A file for each step; of a longer story's older ones a note is made."""
    paths = save_pages(documents, path, suffix)
    after = numbered(path, len(paths) + 1)[-1]
    if after.exists():
        note([f"{after} is of an earlier, longer story, as may be those after it"], delivery.quiet)
    return paths


def note(notes: Sequence[str], is_quiet: bool = False) -> None:
    """Prints the sentences about a graph to stderr."""
    for text in () if is_quiet else notes:
        say(f"note: {text}", err=True)


def picture_writer(
    picture: Picture,
    delivery: Delivery,
    meter: Meter,
    whole: Graph | None = None,
    theme: ThemeChoice | None = None,
) -> Writer:
    """What writes a picture as anything but a film.

    Args:
        picture: the one to write.
        delivery: the options about files.
        meter: shows what is being written.
        whole: the graph before it was folded.
        theme: the one that was asked for; None where none was.

    Returns:
        A function of a target: the bytes for standard output, or the paths that were written.
    """

    def written(target: Target) -> bytes | tuple[Path, ...]:
        meter.report(f"writing {target.path or target.suffix}")
        if target.path is not None and _is_numbered(target, delivery):
            from graphgen.outputs.svg import svg_pages

            pages = list(svg_pages(picture, delivery.transparent))
            return _numbered(pages, target.path, target.suffix, delivery)
        return write(
            picture,
            target.path,
            target.suffix,
            cast("Any", delivery.svg),
            delivery.transparent,
            whole=whole,
            theme=theme,
            language=delivery.language,
        )

    return written


def lesson_writer(lesson: Lesson, delivery: Delivery, meter: Meter) -> Writer:
    """What writes a lesson as anything but a film.

    Args:
        lesson: the one to write.
        delivery: the options about files.
        meter: shows what is being written.

    Returns:
        A function of a target: the bytes for standard output, or the paths that were written.
    """

    def written(target: Target) -> bytes | tuple[Path, ...]:
        from graphgen.model.languages import language_of
        from graphgen.outputs.boards.writing import lesson_pages, write_lesson
        from graphgen.outputs.options import Options

        meter.report(f"writing {target.path or target.suffix}")
        if target.path is not None and _is_numbered(target, delivery):
            pages = lesson_pages(lesson, delivery.transparent, delivery.aspect)
            return _numbered(pages, target.path, target.suffix, delivery)
        svg_style, language = cast("Any", delivery.svg), language_of(delivery.language)
        options = Options(svg_style, delivery.transparent, language=language)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DeprecationWarning)
            content = write_lesson(lesson, target.path, target.suffix, options, delivery.aspect)
        note([str(each.message) for each in caught], delivery.quiet)
        return content

    return written
