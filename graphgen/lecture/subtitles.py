"""Cues -> subtitles as .srt and .vtt; told sections -> a transcript."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Cue", "Told", "srt", "transcript", "vtt", "wrapped"]

_WIDTH = 42
"""Letters on a line of a subtitle, as broadcasters have it."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from one time to another, in seconds.

    Attributes:
        more: what is said beside it, for the transcript alone.
    """

    start: float
    end: float
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A section as it came out: its heading's cue first, then one cue for each step."""

    number: int
    heading: str
    cues: tuple[Cue, ...]
    narration: str = ""
    notes: str = ""

    @property
    def start(self) -> float:
        """When it begins, in seconds."""
        return self.cues[0].start


def srt(cues: Iterable[Cue]) -> str:
    """SubRip subtitles.

    >>> print(srt([Cue(0.0, 1.6, "Values flow forward.")]), end="")
    1
    00:00:00,000 --> 00:00:01,600
    Values flow forward.
    """
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{wrapped(cue.text)}\n"
        for number, cue in enumerate(cues, start=1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """WebVTT subtitles.

    Source: WebVTT, The Web Video Text Tracks Format (W3C), 4.2.
    """
    body = (
        f"\n{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_escaped(wrapped(cue.text))}\n"
        for cue in cues
    )
    return f"WEBVTT\n{''.join(body)}"


def wrapped(text: str) -> str:
    """A subtitle on lines of at most 42 letters, as far as its words allow."""
    return "\n".join(textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False))


def transcript(title: str, sections: Sequence[Told]) -> str:
    """All that is said and shown, with its times, in Markdown."""
    return "\n".join([f"# {_plain(title)}", *map(_section, sections)])


def _section(told: Told) -> str:
    lines = [f"\n## {told.number}. {_plain(told.heading)} ({_minutes(told.start)})\n"]
    if told.narration:
        lines += [_plain(told.narration), ""]
    for cue in told.cues[1:]:
        more = f" {_plain(cue.more)}" if cue.more else ""
        lines.append(f"- {_minutes(cue.start)} {_plain(cue.text)}{more}")
    if told.notes:
        lines += ["", *(f"> {_plain(line)}".rstrip() for line in told.notes.split("\n"))]
    return "\n".join([*lines, ""])


def _clock(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"


def _minutes(seconds: float) -> str:
    """A time as people say it.

    >>> _minutes(75.4), _minutes(3600.0)
    ('1:15', '1:00:00')
    """
    whole = int(seconds)
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:0{2 if hours else 1}}:{whole % 60:02}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """A text that Markdown takes for nothing else."""
    return re.sub(r"([\\`*_\[\]<>&#|])", r"\\\1", text)
