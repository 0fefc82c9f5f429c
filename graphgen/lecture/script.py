"""A script: what a lecture says and shows, section by section, as plain text, for any machine.

Once there is a script neither torch, nor Graphviz, nor the person's files are needed to film it.
"""

import json
import re
from dataclasses import asdict, dataclass
from operator import lt

from graphgen.lecture.model import LONGEST_TEXT, MOST_SECTIONS, check_line
from graphgen.model.codec import Long, read_versioned, structured
from graphgen.model.geometry import sides_of
from graphgen.model.languages import ENGLISH, language_of
from graphgen.model.messages import quoted
from graphgen.model.theme import ThemeChoice

__all__ = ["Part", "Script", "dumps", "loads"]

_HEAD, _VERSION = "autoviz_script", 1
_SLUG = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class Part:
    """A section, told.

    Attributes:
        number: 1 for the first section of the lecture, also where only some are filmed.
        slug: a short name, different for each section; files are called so.
        content: the text of a story file or of a lesson file.
    """

    number: int
    heading: str
    slug: str
    content: Long
    narration: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        check_line(self.heading)
        if len(self.slug) > _LONGEST_SLUG or not _SLUG.fullmatch(self.slug):
            raise ValueError(f"a slug of words and hyphens: got {quoted(self.slug)}")
        if max(len(self.narration), len(self.notes)) > LONGEST_TEXT:
            raise ValueError(f"narration and notes of up to {LONGEST_TEXT:,} letters: got more")


@dataclass(frozen=True, slots=True)
class Script:
    """A lecture, told: all that its film is made of but the quality.

    Attributes:
        count: how many sections the lecture has, also where only some are here.
        language: the tag of what is said in it.
    """

    title: str
    theme: ThemeChoice
    aspect: str
    count: int
    parts: tuple[Part, ...]
    language: str = ENGLISH

    def __post_init__(self) -> None:
        check_line(self.title)
        sides_of(self.aspect)
        language_of(self.language)
        numbers = [0, *(part.number for part in self.parts), self.count + 1]
        if len(numbers) < 3 or self.count > MOST_SECTIONS or not all(map(lt, numbers, numbers[1:])):
            raise ValueError(
                f"parts with rising numbers from 1 to {self.count}, at most {MOST_SECTIONS}: "
                f"got {quoted(numbers[1:-1])}"
            )
        if len({part.slug for part in self.parts}) < len(self.parts):
            raise ValueError("a slug of its own for each part: got one twice")


def dumps(script: Script) -> str:
    """The text of a script: the same script always gives the same text."""
    return json.dumps({_HEAD: _VERSION, **asdict(script)}, ensure_ascii=False) + "\n"


def loads(text: str | bytes) -> Script:
    """The script that a text holds.

    Raises:
        StoryFileError: it is none, is of another version, or a part of it is missing or wrong.
    """
    body = read_versioned(text, _HEAD, _VERSION, "a lecture's script", _AGAIN)
    return structured(body, Script, "lecture's script", _AGAIN)


_AGAIN = "write it again with autoviz lecture build"
