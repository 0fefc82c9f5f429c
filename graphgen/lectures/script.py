"""A script: what a lecture says and shows, section by section, as plain text, for any machine.

Once there is a script neither torch, nor Graphviz, nor the person's files are needed to film it.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from graphgen.errors import StoryFileError
from graphgen.theme import ThemeName

__all__ = ["Part", "Script", "dumps", "loads"]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A section, told.

    Attributes:
        number: 1 for the first section of the lecture, also where only some are filmed.
        slug: a short name, different for each section.
        content: the text of a story file or of a lesson file.
    """

    number: int
    heading: str
    slug: str
    content: str
    narration: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A lecture, told: all that its film is made of but the quality.

    Attributes:
        count: how many sections the lecture has, also where only some are here.
    """

    title: str
    theme: ThemeName
    aspect: str
    count: int
    parts: tuple[Part, ...]


def dumps(script: Script) -> str:
    """The text of a script: the same script always gives the same text."""
    return json.dumps({"autoviz_script": _VERSION, **asdict(script)}, ensure_ascii=False) + "\n"


def loads(text: str | bytes) -> Script:
    """The script that a text holds.

    Raises:
        StoryFileError: it is none, or of another version.
    """
    try:
        body: dict[str, Any] = json.loads(text)
        if body.pop("autoviz_script") != _VERSION:
            raise ValueError("it is of another version")
        parts = tuple(Part(**part) for part in body.pop("parts"))
        return Script(**body, parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoryFileError(
            f"a lecture's script: this is none ({error}); write it again with autoviz lecture build"
        ) from error
