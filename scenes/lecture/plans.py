"""Edition -> plan: which films a lecture is made of, and when in it everything is said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphgen.course.lesson_file import is_lesson
from graphgen.course.lesson_file import loads as loads_lesson
from graphgen.draw.story_file import loads as loads_story
from graphgen.lecture.cards import Card
from graphgen.lecture.script import Part, Script
from graphgen.lecture.subtitles import Cue, Told
from graphgen.model.picture import Picture

from ..film.dressing import Chapter, Dressing
from ..film.producing import Film
from ..film.reels import Content, reel_of
from ..film.settings import encoding_of, frame_of
from .edition import Edition

__all__ = ["Plan", "plan_of"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a lecture is made of.

    Attributes:
        films: for each section its title card and then what it shows.
        told: for each section, when in the lecture what is said.
        poster: the number of the film whose picture stands for all.
    """

    edition: Edition
    films: tuple[Film, ...]
    told: tuple[Told, ...]
    poster: int

    @property
    def script(self) -> Script:
        """What is said and shown."""
        return self.edition.script

    @property
    def frames(self) -> int:
        """How many frames the lecture has."""
        return sum(film.frames for film in self.films)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.frames / self.films[0].frame.rate

    @property
    def dressing(self) -> Dressing:
        """Title, chapters and subtitles of the whole."""
        ends = [section.cues[-1].end for section in self.told]
        chapters = tuple(
            Chapter(f"{section.number}. {section.heading}", section.start, end)
            for section, end in zip(self.told, ends, strict=True)
        )
        cues = tuple(cue for section in self.told for cue in section.cues)
        return Dressing(self.script.title, chapters, cues, self.script.language)

    def clip_dressing(self, index: int) -> Dressing:
        """Title, chapter and subtitles of a section's own clip."""
        section = self.told[index]
        cues = tuple(
            Cue(round(cue.start - section.start, 3), round(cue.end - section.start, 3), cue.text)
            for cue in section.cues
        )
        chapter = Chapter(section.heading, 0.0, cues[-1].end)
        return Dressing(section.heading, (chapter,), cues, self.script.language)


def plan_of(edition: Edition) -> Plan:
    """The plan of a lecture.

    Raises:
        OutputError: no such quality or aspect.
        StoryFileError: a section's content is none.
    """
    script = edition.script
    frame = frame_of(edition.quality, script.aspect, ".mp4")
    encoding = encoding_of(".mp4", False, edition.preset, frame)
    films, contents = [], [_content(part) for part in script.parts]
    for part, content in zip(script.parts, contents, strict=True):
        card = Card(part.number, script.count, part.heading, script.title, script.theme)
        name = f"section {part.number} ({part.heading}), "
        reels = (reel_of(card, frame), reel_of(content, frame))
        films += [Film(reel, frame, encoding, False, name) for reel in reels]
    sections, poster = tuple(_told(script, films)), 1 + 2 * _most_telling(contents)
    return Plan(edition, tuple(films), sections, poster)


def _content(part: Part) -> Content:
    return loads_lesson(part.content) if is_lesson(part.content) else loads_story(part.content)


def _most_telling(contents: Sequence[Content]) -> int:
    """The first picture with a sum of gradients; else the first picture, else the first of all."""
    pictures = {n: each for n, each in enumerate(contents) if isinstance(each, Picture)}
    sums = (
        n for n, each in pictures.items() if any(len(row.parts) > 1 for row in each.story.table)
    )
    return next(sums, next(iter(pictures), 0))


def _told(script: Script, films: list[Film]) -> Iterator[Told]:
    start = 0.0
    for part, card, content in zip(script.parts, films[::2], films[1::2], strict=True):
        cues = []
        for reel in (card.reel, content.reel):
            for said, more, seconds in zip(
                reel.captions, reel.narrations, reel.seconds, strict=True
            ):
                end = round(start + seconds, 3)
                cues.append(Cue(start, end, said, more))
                start = end
        yield Told(part.number, part.heading, tuple(cues), part.narration, part.notes)
