"""The parts of a lecture's films -> every file that comes of it, verified, each put in whole."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import av

from graphgen.lecture.decks.html import html_of
from graphgen.lecture.decks.making import deck_of_script
from graphgen.lecture.subtitles import srt, transcript, vtt
from graphgen.model.errors import RenderError
from graphgen.model.files import put
from graphgen.model.store import digest_of_file

from ..film.dressing import Dressing, verify_dressing
from ..film.joining import Part
from ..film.producing import Film, Floor
from ..film.shooting import Order
from ..film.wholes import whole
from .places import Places
from .plans import Plan

__all__ = ["Finisher"]

Made: TypeAlias = tuple[Path, Path]
"""A file, and where it goes."""


class Finisher:
    """Makes the files of a lecture out of its takes.

    Within its context the slides, and the film of each section whose takes are there, are made in a
    thread of their own, while others still draw.

    Args:
        folder: a private one.
        is_early: whether to begin before all takes are there: not where this process draws.
    """

    def __init__(
        self, plan: Plan, floor: Floor, folder: Path, places: Places, is_early: bool = False
    ) -> None:
        self._plan, self._floor, self._folder, self._places = plan, floor, folder, places
        self._is_early = is_early
        self._waiting = Counter(film // 2 for film in floor.film_of)
        self._thread = ThreadPoolExecutor(1, "autoviz-finishing")
        self._made: list[Future[Made]] = []

    def __enter__(self) -> "Finisher":
        if self._is_early:
            self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def took(self, order: Order) -> None:
        """Hear of a take in its place."""
        section = self._floor.film_of[order.number] // 2
        self._waiting[section] -= 1
        if self._is_early and not self._waiting[section]:
            self._made.append(self._thread.submit(self._clip, section))

    def finish(self) -> None:
        """Join, verify and put in place everything; the film comes last.

        Raises:
            RenderError: what came out is not what it should be, or a take is missing.
            OutputError: a place can't be written.
        """
        plan, folder, places = self._plan, self._folder, self._places
        parts = self._floor.parts()
        if not self._is_early:
            self._begin()
            sections = range(len(plan.told))
            self._made += [self._thread.submit(self._clip, section) for section in sections]
        pairs = [*_texts(plan, folder, places), (_poster(plan, parts, folder), places.poster)]
        film = folder / "lecture.mp4"
        everything = [part for each in parts for part in each]
        self._join(everything, film, plan.films, plan.dressing)
        places.clips.mkdir(parents=True, exist_ok=True)
        for source, target in [*pairs, *(each.result() for each in self._made)]:
            _put_if_new(source, target)
        _put_if_new(film, places.film)

    def _begin(self) -> None:
        self._made.append(self._thread.submit(self._deck))

    def _join(
        self, parts: Sequence[Part], target: Path, films: Sequence[Film], dressing: Dressing
    ) -> None:
        whole(parts, target, films, self._floor.shelf, dressing)
        verify_dressing(target, dressing)

    def _deck(self) -> Made:
        source = self._folder / "deck.html"
        content = html_of(deck_of_script(self._plan.script), {})
        source.write_text(content, encoding="utf-8")
        return source, self._places.deck

    def _clip(self, section: int) -> Made:
        """The film of a section."""
        plan, part = self._plan, self._plan.script.parts[section]
        source = self._folder / f"clip-{section}.mp4"
        own = [piece for film in (2 * section, 2 * section + 1) for piece in self._floor.film(film)]
        films = plan.films[2 * section : 2 * section + 2]
        self._join(own, source, films, plan.clip_dressing(section))
        return source, self._places.clip(part.number, part.slug)


def _texts(plan: Plan, folder: Path, places: Places) -> list[Made]:
    cues = plan.dressing.cues
    texts = (srt(cues), vtt(cues), transcript(plan.script.title, plan.told))
    pairs = []
    for content, target in zip(texts, places.texts, strict=True):
        source = folder / f"text{target.suffix}"
        source.write_text(content, encoding="utf-8")
        pairs.append((source, target))
    return pairs


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
