"""An edition of a lecture: its script, and how finely it is filmed; plain text, for any machine."""

import json
from dataclasses import dataclass
from typing import Any

from graphgen.errors import StoryFileError
from graphgen.lectures.script import Script
from graphgen.lectures.script import dumps as dumps_script
from graphgen.lectures.script import loads as loads_script
from graphgen.store import digest_of

from ..film.settings import Preset, Quality
from ..film.versions import surroundings

__all__ = ["Edition", "dumps", "loads", "made_of"]


@dataclass(frozen=True, slots=True)
class Edition:
    """A lecture's script, and how it is filmed."""

    script: Script
    quality: Quality
    preset: Preset


def dumps(edition: Edition) -> str:
    """The text of an edition: the same one always gives the same text."""
    script = dumps_script(edition.script)
    body = {"quality": edition.quality, "preset": edition.preset, "script": script}
    return json.dumps({"autoviz_edition": 1, **body}, ensure_ascii=False)


def loads(text: str | bytes) -> Edition:
    """The edition that a text holds.

    Raises:
        StoryFileError: it holds none.
    """
    try:
        body: dict[str, Any] = json.loads(text)
        del body["autoviz_edition"]
        return Edition(loads_script(body["script"]), body["quality"], body["preset"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoryFileError(
            f"an edition of a lecture: this is none ({error}); "
            "write it again with autoviz lecture build"
        ) from error


def made_of(edition: Edition) -> str:
    """What all files of an edition are known by, as they come out here."""
    return digest_of(f"{dumps(edition)}\n{surroundings()}".encode())
