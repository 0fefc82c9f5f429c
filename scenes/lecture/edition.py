"""An edition of a lecture: its script, and how finely it is filmed; plain text, for any machine."""

import json
from dataclasses import dataclass

from graphgen.lecture.script import Script
from graphgen.lecture.script import dumps as dumps_script
from graphgen.lecture.script import loads as loads_script
from graphgen.model.codec import Long, read_versioned, structured
from graphgen.model.store import digest_of

from ..film.settings import Preset, Quality
from ..film.versions import surroundings

__all__ = ["Edition", "dumps", "loads", "made_of"]


@dataclass(frozen=True, slots=True)
class Edition:
    """A lecture's script, and how it is filmed."""

    script: Script
    quality: Quality
    preset: Preset


@dataclass(frozen=True, slots=True)
class _Body:
    """An edition as it is written: its script is a text of its own."""

    script: Long
    quality: Quality
    preset: Preset


_HEAD, _VERSION = "autoviz_edition", 1
_AGAIN = "write it again with autoviz lecture build"


def dumps(edition: Edition) -> str:
    """The text of an edition: the same one always gives the same text."""
    script = dumps_script(edition.script)
    body = {"quality": edition.quality, "preset": edition.preset, "script": script}
    return json.dumps({_HEAD: _VERSION, **body}, ensure_ascii=False)


def loads(text: str | bytes) -> Edition:
    """The edition that a text holds.

    Raises:
        StoryFileError: it holds none.
    """
    body = read_versioned(text, _HEAD, _VERSION, "an edition of a lecture", _AGAIN)
    how = structured(body, _Body, "edition of a lecture", _AGAIN)
    return Edition(loads_script(how.script), how.quality, how.preset)


def made_of(edition: Edition) -> str:
    """What all files of an edition are known by, as they come out here."""
    return digest_of(f"{dumps(edition)}\n{surroundings()}".encode())
