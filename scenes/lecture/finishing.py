"""The parts of a lecture's films -> every file that comes of it, verified, each put in whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av

from graphgen.decks.html import html_of
from graphgen.decks.making import deck_of_script
from graphgen.errors import RenderError
from graphgen.lectures.subtitles import srt, transcript, vtt
from graphgen.store import digest_of_file
from scenes.film.dressing import Dressing, verify_dressing
from scenes.film.joining import Part, join
from scenes.film.places import put
from scenes.film.producing import Film
from scenes.film.verifying import verify
from scenes.lecture.places import Places
from scenes.lecture.plans import Plan

__all__ = ["finish"]


def finish(plan: Plan, parts: Sequence[Sequence[Part]], folder: Path, places: Places) -> None:
    """Join, verify and put in place all files of a lecture; the film comes last.

    Args:
        parts: of each of the plan's films.
        folder: a private one.

    Raises:
        RenderError: what came out is not what it should be.
        OutputError: a place can't be written.
    """
    made = [*_texts(plan, folder, places), *_clips(plan, parts, folder, places)]
    made.append((_poster(plan, parts, folder), places.poster))
    made.append((_deck(plan, folder), places.deck))
    film = folder / "lecture.mp4"
    whole = [part for each in parts for part in each]
    _joined(whole, film, plan.films, plan.dressing)
    for source, target in [*made, (film, places.film)]:
        _put_if_new(source, target)


def _deck(plan: Plan, folder: Path) -> Path:
    source = folder / "deck.html"
    source.write_text(html_of(deck_of_script(plan.script), {}), encoding="utf-8")
    return source


def _texts(plan: Plan, folder: Path, places: Places) -> list[tuple[Path, Path]]:
    cues = plan.dressing.cues
    texts = (srt(cues), vtt(cues), transcript(plan.script.title, plan.told))
    found = []
    for content, target in zip(texts, places.texts, strict=True):
        source = folder / f"text{target.suffix}"
        source.write_text(content, encoding="utf-8")
        found.append((source, target))
    return found


def _clips(
    plan: Plan, parts: Sequence[Sequence[Part]], folder: Path, places: Places
) -> list[tuple[Path, Path]]:
    places.clips.mkdir(exist_ok=True)
    found = []
    for index, part in enumerate(plan.script.parts):
        source, both = folder / f"clip-{index}.mp4", slice(2 * index, 2 * index + 2)
        own = [piece for each in parts[both] for piece in each]
        _joined(own, source, plan.films[both], plan.clip_dressing(index))
        found.append((source, places.clip(part.number, part.slug)))
    return found


def _joined(parts: Sequence[Part], target: Path, films: Sequence[Film], dressing: Dressing) -> None:
    """One verified file."""
    encoding, frame = films[0].encoding, films[0].frame
    pictures = join(parts, target, encoding, frame, dressing)
    verify(target, sum(film.frames for film in films), encoding, frame, pictures)
    verify_dressing(target, dressing)


def _poster(plan: Plan, parts: Sequence[Sequence[Part]], folder: Path) -> Path:
    """The frame that tells most, with all gradients where there are some; a PNG in the folder."""
    film = plan.films[plan.poster]
    steps = film.reel.seconds[: film.reel.poster % len(film.reel.seconds) + 1]
    wanted = film.frame.frames(round(sum(steps), 1)) - 1
    target = folder / "poster.png"
    _frame_at(parts[plan.poster], wanted).to_image().save(target, optimize=True)
    return target


def _frame_at(parts: Sequence[Part], wanted: int) -> Any:
    """A frame of a film, by its number."""
    for part in parts:
        count = part.frames * part.repeat
        if wanted < count:
            with av.open(f"file:{part.path}") as source:
                for number, picture in enumerate(source.decode(video=0)):
                    if number == wanted % part.frames:
                        return picture
        wanted -= count
    raise RenderError("a frame for the poster: the film is shorter; build it again")


def _put_if_new(source: Path, target: Path) -> None:
    """Put a file in its place, unless the same stands there."""
    try:
        if digest_of_file(target) == digest_of_file(source):
            return
    except OSError:
        pass
    put(source, target)
