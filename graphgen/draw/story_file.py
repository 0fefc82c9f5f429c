"""Picture <-> versioned JSON: the contract between graphgen and scenes, readable without torch.

{"autoviz": 1, "story": {...}, "layout": {...}, "theme": {...}}
"""

from graphgen.draw.picture_checks import misfit
from graphgen.model.codec import converter, read_json, structured, written
from graphgen.model.errors import StoryFileError
from graphgen.model.messages import quoted
from graphgen.model.picture import Picture

__all__ = ["VERSION", "dumps", "loads"]

VERSION = 1
"""Raised by one whenever an older autoviz could not read what a newer one writes."""


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
    if body["autoviz"] != VERSION:
        raise StoryFileError(
            f"a story file of version {VERSION}: got version {quoted(body['autoviz'])}; {_AGAIN}"
        )
    picture = structured(body, Picture, "story file", _AGAIN)
    if what := misfit(picture.story, picture.layout):
        raise StoryFileError(f"a story file with {what}: this one has not; {_AGAIN}")
    return picture


_AGAIN = "write it again with autoviz render expr ... -o story.json"
