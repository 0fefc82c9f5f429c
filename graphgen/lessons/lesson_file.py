"""Lesson <-> versioned JSON: recorded once, rendered anywhere without torch.

{"autoviz_lesson": 1, "scene": "tangent", "title": "...", "theme": "dark", "data": {...}}
"""

import json
from typing import Any

import cattrs

from graphgen.errors import StoryFileError
from graphgen.lessons.catalogue import kind_of, module_of
from graphgen.lessons.lesson import Lesson
from graphgen.story_file import converter
from graphgen.theme import THEMES

__all__ = ["VERSION", "dumps", "is_lesson", "loads"]

VERSION = 1
"""Raised by one whenever an older autoviz could not read what a newer one writes."""

_HEAD = "autoviz_lesson"
_AGAIN = "write it again with autoviz render scene ... -o lesson.json"


def dumps(lesson: Lesson) -> str:
    """The text of a lesson file: the same lesson always gives the same text."""
    body = {
        _HEAD: VERSION,
        "scene": lesson.scene,
        "title": lesson.title,
        "theme": lesson.theme,
        "data": converter().unstructure(lesson.data),
        **({"captions": lesson.captions} if lesson.captions else {}),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def is_lesson(text: str | bytes) -> bool:
    """Whether a text may be a lesson file rather than a story file."""
    head = text[:64]
    return _HEAD.encode() in head if isinstance(head, bytes) else _HEAD in head


def loads(text: str | bytes) -> Lesson:
    """The lesson that a file holds.

    Raises:
        StoryFileError: the text is no lesson file, is of another version, or a part of it is
            missing or of the wrong kind.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoryFileError(f"a lesson file is JSON: {error}; {_AGAIN}") from error
    if not isinstance(body, dict) or body.get(_HEAD) != VERSION:
        found = body.get(_HEAD) if isinstance(body, dict) else body
        raise StoryFileError(f"a lesson file of version {VERSION}: got {found!r:.40}; {_AGAIN}")
    return _structured(body)


def _structured(body: dict[str, Any]) -> Lesson:
    scene, theme, title = body.get("scene"), body.get("theme"), body.get("title")
    if theme not in THEMES or not isinstance(title, str) or not isinstance(scene, str):
        raise StoryFileError(
            f"a lesson file with scene, title and theme: got {scene!r:.40}, {title!r:.40} and "
            f"{theme!r:.40}; {_AGAIN}"
        )
    kind = module_of(kind_of(scene)).Data
    try:
        data = converter().structure(body.get("data"), kind)
        captions = converter().structure(body.get("captions", ()), tuple[tuple[int, str], ...])
    except cattrs.BaseValidationError as error:
        first = cattrs.transform_error(error, path="lesson file")[0]
        raise StoryFileError(f"a whole lesson file: {first}; {_AGAIN}") from error
    return Lesson(scene, title, theme, data, captions)
