"""A lecture file or a story file -> a deck of slides in every format that was asked for."""

import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

import click

from graphgen.commands.delivering import note
from graphgen.commands.lecturing import chosen_sections
from graphgen.commands.parts import check_parts, missing_letters, texts_in
from graphgen.commands.progress import Meter
from graphgen.commands.reports import open_file, tell_written
from graphgen.commands.slides_command import Presenting
from graphgen.commands.targets import Target, targets_of
from graphgen.lecture.decks.deck import Deck, Film, Per
from graphgen.lecture.model import Lecture
from graphgen.model.errors import OutputError
from graphgen.model.files import check_place, save
from graphgen.model.languages import ENGLISH, language_of
from graphgen.outputs.formats import DECKS
from graphgen.text.legibility import theme_notes

if TYPE_CHECKING:
    from graphgen.lecture.decks.making import Content
    from graphgen.lecture.script import Script

__all__ = ["Shoot", "deck_of", "deck_targets", "present"]

Shoot = Callable[["Content", Lecture, Path], bytes]
"""Films what a section shows as a lecture wants it, to a path; returns the last frame as PNG."""

_MOST_INSIDE = 25_000_000
_SMALLEST_SHARE = 0.022
_SMALLEST = 14.0
"""The font size of the smallest texts of a picture, in points."""


def deck_targets(file: str, told: Presenting) -> tuple[Target, ...]:
    """Where the deck goes; all places and parts are checked before anything is computed."""
    default = f"{'deck' if file == '-' else Path(file).stem}.html"
    outputs = told.outputs or (default,)
    targets = targets_of(outputs, told.format, default, False, sys.stdout.isatty(), known=DECKS)
    if told.as_json and any(target.path is None for target in targets):
        raise click.UsageError("--json and -o - both write to standard output; leave one out.")
    check_parts(targets, is_placed=_is_story(file))
    if any(target.suffix == ".pptx" for target in targets):
        from graphgen.lecture.decks.pptx import python_pptx

        python_pptx()
    return targets


def deck_of(file: str, told: Presenting, folder: Path, meter: Meter, shoot: Shoot) -> Deck:
    """The deck of a lecture file, or of a story file.

    Args:
        file: of a lecture, in TOML, or of a story, in JSON.
        told: the options; a theme and a language of None leave the file's.
        folder: where films are put.
        meter: shows which section is being worked on.
        shoot: films a section.

    Returns:
        The deck, with all sections drawn.

    Raises:
        click.UsageError: a film was asked for of a story.
        AutovizError: a file can't be read, or a section can't be recorded.
    """
    from graphgen.commands.reading import read_story
    from graphgen.lecture.decks.making import content_of, deck_of_content, deck_of_script

    if _is_story(file):
        if told.films:
            raise click.UsageError("--film is for lectures; for a film of a story, render it.")
        language = language_of(told.language or ENGLISH)
        return deck_of_content(content_of(read_story(file)), told.theme, language)
    from graphgen.lecture.reading import read_lecture_file

    lecture = read_lecture_file(file)
    if told.theme is not None:
        lecture = replace(lecture, theme=told.theme)
    if told.language is not None:
        lecture = replace(lecture, language=language_of(told.language))
    films = _films(lecture, told.films)

    def filmed(content: "Content", slug: str) -> Film:
        path = folder / f"{slug}.mp4"
        return Film(path, shoot(content, lecture, path))

    return deck_of_script(_script(lecture, meter), films, filmed)


def _script(lecture: Lecture, meter: Meter) -> "Script":
    """What the lecture shows: as it is kept from an earlier run, or told now."""
    from graphgen.commands.caching import film_cache
    from graphgen.lecture.scripting import script_of
    from graphgen.model.store import Store

    def report(index: int) -> None:
        meter.report(f"telling section {index + 1}, {lecture.sections[index].heading}")

    return script_of(lecture, Store(film_cache()), None, report)


def present(deck: Deck, targets: Sequence[Target], told: Presenting, meter: Meter) -> None:
    """Writes every target, tells about each, and opens the first when that is wanted.

    Args:
        deck: the slides.
        targets: files, or standard output.
        told: the options.
        meter: shows what is being written.
    """
    note(
        [*theme_notes(deck.theme), *_small_texts(deck), *missing_letters(targets, _texts(deck))],
        told.quiet,
    )
    paths: list[Path] = []
    for target in targets:
        started = perf_counter()
        meter.report(f"writing {target.path or target.suffix}")
        content, films = _content(deck, target, told, meter)
        if target.path is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            continue
        for film in films:
            _put_beside(film, target.path)
        save(content, target.path)
        paths.append(target.path)
        if not told.quiet or told.as_json:
            tell_written(target.path, target.suffix, perf_counter() - started, told.as_json)
    if told.preview and paths:
        open_file(paths[0])


def _texts(deck: Deck) -> Iterator[str]:
    """Whatever the slides letter."""
    yield deck.title
    for chapter in deck.chapters:
        yield chapter.heading
        for page in chapter.pages:
            yield page.caption
            yield from texts_in(page.svg)


def _content(
    deck: Deck, target: Target, told: Presenting, meter: Meter
) -> tuple[bytes, Sequence[Path]]:
    """The bytes of a target, and the films that it needs beside it."""
    per = cast("Per", told.per)
    if target.suffix == ".pdf":
        from graphgen.lecture.decks.pdf import pdf_of

        return pdf_of(deck, per), ()
    if target.suffix == ".pptx":
        from graphgen.lecture.decks.pptx import pptx_of

        count = sum(len(chapter.turned(per)) for chapter in deck.chapters)
        return pptx_of(
            deck, per, lambda done: meter.report(f"writing slide {done + 1} of {count}")
        ), ()
    return _html(deck, target)


def _html(deck: Deck, target: Target) -> tuple[bytes, Sequence[Path]]:
    """Small films are inside the file, larger ones beside it."""
    from graphgen.lecture.decks.html import html_of

    films = {c.slug: c.film.path for c in deck.chapters if c.film is not None}
    total = sum(path.stat().st_size for path in films.values())
    if target.path is None or total <= _MOST_INSIDE:
        inside = {
            slug: f"data:video/mp4;base64,{b64encode(path.read_bytes()).decode()}"
            for slug, path in films.items()
        }
        return html_of(deck, inside).encode(), ()
    media = quote(_media(target.path).name)
    beside = {slug: f"{media}/{path.name}" for slug, path in films.items()}
    return html_of(deck, beside).encode(), tuple(films.values())


def _media(path: Path) -> Path:
    return path.with_name(f"{path.stem}-media")


def _put_beside(film: Path, deck: Path) -> None:
    folder = _media(deck)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"a folder for the films of {deck}: {folder} can't be made ({error.strerror}); "
            "choose another place with -o"
        ) from error
    save(film.read_bytes(), check_place(folder / film.name))


def _is_story(file: str) -> bool:
    return file == "-" or Path(file).suffix.lower() == ".json"


def _films(lecture: Lecture, wanted: Sequence[str]) -> tuple[str, ...]:
    """The slugs of the sections that are shown as films."""
    slugs = lecture.slugs
    if "all" in wanted and "all" not in slugs:
        return slugs
    return tuple(slugs[at] for at in chosen_sections(lecture, wanted)) if wanted else ()


def _small_texts(deck: Deck) -> Sequence[str]:
    """A sentence for each section whose texts can't be read from afar."""
    notes = []
    for chapter in deck.chapters:
        if not chapter.pages:
            continue
        share = _SMALLEST * chapter.pages[0].scale_on(chapter.stage(deck.size)) / _shorter(deck)
        if share < _SMALLEST_SHARE:
            notes.append(
                f"{chapter.heading!r}: its smallest texts are {share:.1%} of a slide's height; "
                f"show less of it, as with most = 20, or its film: --film {chapter.slug}"
            )
    return notes


def _shorter(deck: Deck) -> int:
    return min(deck.size.width, deck.size.height)
