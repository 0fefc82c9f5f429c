"""A lecture on the command line: what was asked for, how far it is, and what came of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from graphgen.commands.building import Building
from graphgen.commands.caching import film_cache
from graphgen.commands.delivering import note
from graphgen.commands.parts import check_parts, missing_letters, texts_of
from graphgen.commands.progress import Meter, meter
from graphgen.commands.saying import say
from graphgen.commands.targets import Target
from graphgen.lecture.model import Lecture
from graphgen.lecture.reading import read_lecture_file
from graphgen.lecture.script import Script
from graphgen.model.errors import InputError
from graphgen.model.store import Store
from graphgen.model.suggestions import suggestion
from graphgen.text.legibility import theme_notes

__all__ = ["Built", "Doors", "build", "chosen_sections", "join", "shard", "summary"]

Report = Callable[[str, int, int], None]
"""Is told what is going on, and how far it is."""


class Built(Protocol):
    """What came of a lecture: its files, the film first; how long it is; frames drawn for it."""

    files: Sequence[Path]
    seconds: float
    drawn: int
    is_new: bool


class Doors(Protocol):
    """What films lectures."""

    def check(self, path: Path) -> None:
        """See that a lecture can be put there."""

    def build(self, script: Script, path: Path, how: Building, cache: Path | None,
              report: Report) -> Built:  # fmt: skip
        """Film a lecture.

        Args:
            script: the lecture with its sections recorded.
            path: of the film.
            how: the options about the build.
            cache: the folder of takes that are drawn already; None for no cache.
            report: is called with what is being done, and how far it is.

        Returns:
            The files, the length in seconds and the count of frames drawn.
        """
        ...

    def shard(self, script: Script, folder: Path, share: str, how: Building,
              cache: Path | None, report: Report) -> Path:  # fmt: skip
        """Film a share of it.

        Args:
            script: the lecture with its sections recorded.
            folder: where the share's files go.
            share: "2/5" is the second of five.
            how: the options about the build.
            cache: the folder of takes that are drawn already; None for no cache.
            report: is called with what is being done, and how far it is.

        Returns:
            The folder of this share.
        """
        ...

    def join(self, folder: Path, path: Path) -> Built:
        """Join the shares."""
        ...


def build(doors: Doors, file: str, building: Building) -> None:
    """Films the lecture in a file, and tells what came of it.

    Args:
        doors: what films.
        file: the lecture's, in TOML.
        building: the options about the build.
    """
    lecture, chosen = _read(file, building)
    path = _target(building.output, f"{Path(file).stem}.mp4")
    doors.check(path)
    target = Target(path, ".mp4")
    check_parts([target])
    with meter(building.quiet, is_logged=True) as measured:
        script = _told(lecture, chosen, building, measured)
        note(
            [*theme_notes(script.theme), *missing_letters([target], _texts(script))], building.quiet
        )
        how = _settled(lecture, building)
        built = doors.build(script, path, how, film_cache(), measured.report)
    _tell(built, building.quiet)


def shard(doors: Doors, file: str, share: str, building: Building) -> None:
    """Films a share of a lecture, and tells the folder that it is in.

    Args:
        doors: what films.
        file: the lecture's, in TOML.
        share: "2/5" is the second of five.
        building: the options about the build.
    """
    lecture, chosen = _read(file, building)
    folder = Path(building.output or f"media/{Path(file).stem}-shares")
    check_parts([Target(folder, ".mp4")])
    with meter(building.quiet, is_logged=True) as measured:
        script = _told(lecture, chosen, building, measured)
        how = _settled(lecture, building)
        own = doors.shard(script, folder, share, how, film_cache(), measured.report)
    if not building.quiet:
        say(own)


def join(doors: Doors, folder: str, output: str | None, is_quiet: bool) -> None:
    """Joins the shares in a folder, and tells what came of it.

    Args:
        doors: what joins.
        folder: has all shares.
        output: the film's path; None names it after the folder.
        is_quiet: whether nothing is printed.
    """
    path = _target(output, f"{Path(folder).resolve().name}.mp4")
    doors.check(path)
    _tell(doors.join(Path(folder), path), is_quiet)


def chosen_sections(lecture: Lecture, names: Sequence[str]) -> tuple[int, ...]:
    """The sections, from 0, that these name: by number from 1, short name or heading.

    Raises:
        InputError: there is no such section.
    """
    known = {
        **{section.heading: n for n, section in enumerate(lecture.sections)},
        **{str(n + 1): n for n in range(len(lecture.sections))},
        **{slug: n for n, slug in enumerate(lecture.slugs)},
    }
    for name in names:
        if name not in known:
            near = suggestion(name, known, "take one of these")
            raise InputError(
                f"a section of the lecture: got {name[:60]!r}; {near} "
                f"(there are: {', '.join(lecture.slugs)})"
            )
    return tuple(sorted({known[name] for name in names})) or tuple(range(len(lecture.sections)))


def summary(seconds: float, frames: int, is_new: bool) -> str:
    """What a build did, in a line.

    Args:
        seconds: the length of the film.
        frames: how many were drawn for it.
        is_new: whether anything was drawn or encoded anew.

    Returns:
        The line, without a line feed.

    >>> summary(200.4, 0, False), summary(200.4, 1240, True)
    ('3:20 long; nothing has changed', '3:20 long; 1,240 frames drawn')
    """
    whole = round(seconds)
    length = f"{whole // 60}:{whole % 60:02} long"
    return f"{length}; {frames:,} frames drawn" if is_new else f"{length}; nothing has changed"


def _read(file: str, building: Building) -> tuple[Lecture, tuple[int, ...]]:
    """The lecture in a file, and which of its sections are wanted."""
    lecture = read_lecture_file(file)
    if building.theme is not None:
        lecture = replace(lecture, theme=building.theme)
    if building.aspect is not None:
        lecture = replace(lecture, aspect=building.aspect)
    return lecture, chosen_sections(lecture, building.only)


def _settled(lecture: Lecture, building: Building) -> Building:
    """With its quality: as it was asked for, else low for a preview, else as the lecture has it."""
    quality = building.quality or ("l" if building.preview else lecture.quality)
    return replace(building, quality=quality)


def _target(output: str | None, name: str) -> Path:
    """The path that was asked for; else one in media/."""
    return Path("media") / name if output is None else Path(output)


def _told(lecture: Lecture, chosen: Sequence[int], building: Building, meter: Meter) -> Script:
    """The script of the sections that are wanted."""
    from graphgen.lecture.scripting import script_of

    def report(index: int) -> None:
        meter.report(f"section {index + 1}, {lecture.sections[index].heading}")

    return script_of(lecture, Store(film_cache()), chosen, report, building.fresh)


def _texts(script: Script) -> Iterator[str]:
    """Whatever a lecture letters."""
    from graphgen.lecture.decks.making import content_of

    yield script.title
    for part in script.parts:
        yield part.heading
        yield from texts_of(content_of(part.content), script.aspect)


def _tell(built: Built, is_quiet: bool) -> None:
    if is_quiet:
        return
    for path in built.files:
        say(path)
    say(summary(built.seconds, built.drawn, built.is_new), err=True)
