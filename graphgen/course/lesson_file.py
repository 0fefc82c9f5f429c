"""Lesson <-> versioned JSON: recorded once, rendered anywhere without torch.

{"autoviz_lesson": 2, "scene": "tangent", "title": "...", "theme": "dark", "data": {...}}

A theme of a person's own stands there whole, as in a story file. Files of version 1 are still
read: they have no grids, histograms and zeros of large tensors.
"""

from dataclasses import dataclass, fields
from typing import Any

from graphgen.course.pictured import Pictured
from graphgen.course.registry import scene_of
from graphgen.course.scene import Lesson
from graphgen.draw.picture_checks import misfit
from graphgen.model.codec import converter, read_versioned, structured, written
from graphgen.model.errors import StoryFileError
from graphgen.model.theme import ThemeChoice

__all__ = ["OLDEST", "VERSION", "dumps", "is_lesson", "loads"]

VERSION = 2
"""Raised by one whenever an older autoviz could not read all of what a newer one writes."""
OLDEST = 1
"""The oldest version that is still read."""

_HEAD = "autoviz_lesson"
_AGAIN = "write it again with autoviz render scene ... -o lesson.json"


def dumps(lesson: Lesson) -> str:
    """The text of a lesson file: the same lesson always gives the same text."""
    body = {
        _HEAD: VERSION,
        "scene": lesson.scene,
        "title": lesson.title,
        "theme": converter().unstructure(lesson.theme),
        "data": converter().unstructure(lesson.data),
        **({"captions": lesson.captions} if lesson.captions else {}),
    }
    return written(body)


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
    body = read_versioned(text, _HEAD, VERSION, "a lesson file", _AGAIN, OLDEST)
    return _structured(body)


def _structured(body: dict[str, Any]) -> Lesson:
    head = structured(body, _Head, "lesson file", _AGAIN)
    kind = scene_of(head.scene).recorded
    data = structured(body.get("data"), kind, "lesson file.data", _AGAIN)
    _check_pictures(data)
    return Lesson(head.scene, head.title, head.theme, data, head.captions)


def _check_pictures(data: Any) -> None:
    """See that the pictures of a scene are whole, as those of story files are."""
    named = {"data": data, **{field.name: getattr(data, field.name) for field in fields(data)}}
    for name, each in named.items():
        if isinstance(each, Pictured):
            what = misfit(each.story, each.wide) or misfit(each.story, each.tall)
            if what:
                raise StoryFileError(
                    f"a lesson file whose {name} has {what}: this one's has not; {_AGAIN}"
                )


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands beside the data of a lesson."""

    scene: str
    title: str
    theme: ThemeChoice
    captions: tuple[tuple[int, str], ...] = ()
