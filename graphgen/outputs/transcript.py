"""What is said in a story or a scene, as Markdown: headings, captions and narration."""

import re
from collections.abc import Iterable

from graphgen.model.picture import Picture
from graphgen.model.story import Step
from graphgen.model.timeline import Timeline, TimelineStep
from graphgen.outputs.options import Options

__all__ = ["transcript", "write_transcript"]

_MARKUP = re.compile(r"([\\`*_\[\]<>&#|])")


def transcript(shown: Timeline | Picture) -> str:
    """The title, a heading wherever another chapter begins, and the sentence of each step with what
    a speaker says beside it.

    Returns:
        Markdown, whose lines all end with a newline.
    """
    if isinstance(shown, Picture):
        return _document(shown.story.title, shown.story.steps)
    return _document(shown.title, shown.steps)


def write_transcript(picture: Picture, options: Options) -> bytes:
    """The bytes of the transcript."""
    return transcript(picture).encode()


def _document(title: str, steps: Iterable[Step | TimelineStep]) -> str:
    lines, chapter = [f"# {_plain(title)}", ""], ""
    for number, step in enumerate(steps, start=1):
        if step.chapter and step.chapter != chapter:
            chapter = step.chapter
            lines += ["", f"## {_plain(chapter.capitalize())}", ""]
        lines.append(f"{number}. {_plain(step.caption)}")
        if isinstance(step, TimelineStep) and step.narration:
            lines += ["", f"   {_plain(step.narration)}", ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip("\n") + "\n"


def _plain(text: str) -> str:
    """A text on one line that Markdown takes for nothing else."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
