"""Picture <-> versioned JSON: the contract between graphgen and scenes, readable without torch.

{"autoviz": 2, "story": {...}, "layout": {...}, "theme": {...}}

Files of version 1 are still read: they have no grids, histograms and zeros of large tensors.
"""

from graphgen.draw.picture_checks import misfit
from graphgen.model.codec import check_version, converter, read_json, structured, written
from graphgen.model.errors import StoryFileError
from graphgen.model.picture import Picture

__all__ = ["OLDEST", "VERSION", "dumps", "loads"]

VERSION = 2
"""Raised by one whenever an older autoviz could not read all of what a newer one writes."""
OLDEST = 1
"""The oldest version that is still read."""


def dumps(picture: Picture) -> str:
    """The text of a story file: the same picture always gives the same text."""
    return written({"autoviz": VERSION, **converter().unstructure(picture)})


def loads(text: str | bytes) -> Picture:
    """The picture that a story file holds.

    Raises:
        StoryFileError: the text is no story file, is of another version, or a part of it is
            missing or doesn't fit together.
    """
    body = read_json(text, "a story file", _AGAIN)
    if not isinstance(body, dict) or "autoviz" not in body:
        raise StoryFileError(
            f'a story file begins with {{"autoviz": ...}}: this one doesn\'t; {_AGAIN}'
        )
    check_version(body["autoviz"], VERSION, "a story file", _AGAIN, OLDEST)
    picture = structured(body, Picture, "story file", _AGAIN)
    if what := misfit(picture.story, picture.layout):
        raise StoryFileError(f"a story file with {what}: this one has not; {_AGAIN}")
    return picture


_AGAIN = "write it again with autoviz render expr ... -o story.json"
