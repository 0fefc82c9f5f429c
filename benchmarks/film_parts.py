"""What is measured of films: which films, and which part of each, as plain data and text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graphgen.scenes.film.reels import Content
from graphgen.scenes.film.segments import Segment, cut
from graphgen.scenes.film.settings import Frame, frame_of

from graphgen.course.lesson_file import dumps as dumps_lesson
from graphgen.course.lesson_file import loads as loads_lesson
from graphgen.course.registry import lesson_of, request_of, scene_names
from graphgen.draw.story_file import dumps, loads
from graphgen.layout import place
from graphgen.model.picture import Picture
from graphgen.model.theme import DARK
from graphgen.narration.telling import tell
from tests.graphs import sum_of_products

__all__ = ["SHAPES", "SIZES", "Size", "frames_in", "part_of", "read", "write"]

SHAPES = {"12": (5, 4), "60": (13, 24), "200": (21, 90)}
"""For each number of nodes: how many leaves, and how many products of two of them are summed."""


@dataclass(frozen=True, slots=True)
class Size:
    """A size of frames, and how much of a film is measured in it.

    Attributes:
        told: what a person calls it.
        segments: how many, evenly spread over the film; 0 for all.
        steps: of each segment, at most.
    """

    told: str
    quality: str
    rate: int
    segments: int
    steps: int = 99

    @property
    def frame(self) -> Frame:
        """Width, height and rate."""
        return replace(frame_of(self.quality, "16:9", ".mp4"), rate=self.rate)


SIZES = {
    "l": Size("480p15", "l", 15, 2),
    "m": Size("720p30", "m", 30, 2),
    "h": Size("1080p60", "h", 60, 2),
    "k": Size("4K30", "k", 30, 2, steps=1),
    "whole": Size("1080p60", "h", 60, 0),
    "course": Size("720p30", "m", 30, 1, steps=2),
}


def write(film: str, target: Path) -> None:
    """Write the story of so many nodes, or a scene of the course, as a file."""
    if film in scene_names():
        target.write_text(dumps_lesson(lesson_of(film, request_of(film))))
        return
    leaves, products = SHAPES[film]
    pairs = [(k % leaves, (k * 3 + k // leaves + 1) % leaves) for k in range(products)]
    story = tell(sum_of_products(pairs, [1 + k % 3 for k in range(leaves)]))
    assert len(story.graph.nodes) == int(film), len(story.graph.nodes)
    target.write_text(dumps(Picture(story, place(story, DARK), DARK)))


def read(film: str, source: Path) -> Content:
    """What `write` has written."""
    content = source.read_bytes()
    return loads_lesson(content) if film in scene_names() else loads(content)


def part_of(seconds: Sequence[float], size: Size) -> list[Segment]:
    """The segments that are measured.

    Args:
        seconds: how long each step of the film takes.
    """
    segments = cut(seconds)
    if not size.segments:
        return list(segments)
    count = min(size.segments, len(segments))
    chosen = [segments[int((at + 0.5) * len(segments) / count)] for at in range(count)]
    return [_shorter(segment, seconds, size.steps) for segment in chosen]


def _shorter(segment: Segment, seconds: Sequence[float], steps: int) -> Segment:
    stop = min(segment.stop, segment.first + steps)
    return replace(segment, stop=stop, seconds=round(sum(seconds[segment.first : stop]), 1))


def frames_in(part: Sequence[Segment], frame: Frame) -> int:
    """How many frames the segments have."""
    return sum(frame.frames(segment.seconds) for segment in part)
