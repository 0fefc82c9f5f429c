"""What an MP4 may have beside its pictures: a title, chapters, and subtitles as a soft track."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from graphgen.lecture.subtitles import Cue, wrapped
from graphgen.model.errors import RenderError
from graphgen.model.languages import ENGLISH, three_letters

__all__ = ["Chapter", "Dressing", "SubtitleTrack", "dress", "verify_dressing"]

_TICK = Fraction(1, 1000)

_STYLE = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""FFmpeg makes the head of a track of 3GPP timed text out of this."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a film that players can jump to, in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Dressing:
    """Title, chapters and subtitles of a film, and the tag of their language."""

    title: str
    chapters: tuple[Chapter, ...]
    cues: tuple[Cue, ...]
    language: str = ENGLISH


class SubtitleTrack:
    """Puts cues into a file, each before the pictures that it is shown with."""

    def __init__(self, output: Any, stream: Any, cues: Sequence[Cue]) -> None:
        self._output, self._stream = output, stream
        self._waiting = list(reversed(cues))

    def until(self, seconds: float) -> None:
        """Put in all cues that begin up to a time."""
        while self._waiting and self._waiting[-1].start <= seconds:
            self._output.mux(_packet(self._waiting.pop(), self._stream))


def dress(output: Any, dressing: Dressing) -> SubtitleTrack:
    """Give a file that is being written its title and chapters, and a track for its subtitles.

    Args:
        output: PyAV's container, with its video stream, before anything was put in.
    """
    output.metadata["title"] = dressing.title
    output.set_chapters([
        {
            "id": number,
            "start": round(chapter.start / _TICK),
            "end": round(chapter.end / _TICK),
            "time_base": _TICK,
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(dressing.chapters, start=1)
    ])  # fmt: skip
    stream = output.add_stream("mov_text")
    stream.time_base = _TICK
    stream.metadata["language"] = three_letters(dressing.language)
    stream.codec_context.subtitle_header = _STYLE
    return SubtitleTrack(output, stream, dressing.cues)


def _packet(cue: Cue, stream: Any) -> Any:
    """A cue as 3GPP timed text: the length of its text in two bytes, and the text."""
    text = wrapped(cue.text).encode()
    packet = av.Packet(len(text).to_bytes(2, "big") + text)
    packet.pts = packet.dts = round(cue.start / _TICK)
    packet.duration = round(cue.end / _TICK) - packet.pts
    packet.time_base, packet.stream = _TICK, stream
    return packet


def verify_dressing(path: Path, dressing: Dressing) -> None:
    """Check that a film has its chapters and its subtitles.

    Raises:
        RenderError: something is missing or stands at another time.
    """
    with av.open(f"file:{path}") as film:
        chapters = list(map(_chapter, film.chapters()))
        texts = list(_texts(film))
    _expect("chapters", chapters, list(dressing.chapters))
    _expect(
        "subtitles",
        texts,
        [(round(cue.start / _TICK), wrapped(cue.text)) for cue in dressing.cues],
    )


def _chapter(found: Any) -> Chapter:
    start, end = (float(found[key] * found["time_base"]) for key in ("start", "end"))
    return Chapter(found["metadata"].get("title", ""), start, end)


def _texts(film: Any) -> Iterator[tuple[int, str]]:
    """When each subtitle is shown, in thousandths of a second, and what it says."""
    for stream in film.streams.subtitles:
        for packet in film.demux(stream):
            text = bytes(packet)[2:] if packet.size else b""
            if text:
                yield round(packet.pts * packet.time_base / _TICK), text.decode()


def _expect(what: str, found: Sequence[Any], wanted: Sequence[Any]) -> None:
    if found != wanted:
        place = bisect_left(
            range(len(wanted)), True, key=lambda n: found[: n + 1] != wanted[: n + 1]
        )
        missing = wanted[place] if place < len(wanted) else f"{len(wanted)} of them"
        raise RenderError(f"a film with its {what}: it lacks {missing}; build it again")
