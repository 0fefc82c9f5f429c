"""Picture <-> versioned JSON: the contract between graphgen and scenes, readable without torch.

    {"autoviz": 1, "story": {...}, "layout": {...}, "theme": {...}}

JSON has no nan and no inf, so those stand as the strings "nan", "inf" and "-inf"; a complex number
stands as [real, imaginary].
"""

import json
import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import cattrs
from cattrs.v import format_exception

from graphgen.errors import StoryFileError
from graphgen.graph import Array, Number, Summary
from graphgen.picture import Picture

__all__ = ["VERSION", "converter", "dumps", "loads"]

VERSION = 1
"""Raised by one whenever an older autoviz could not read what a newer one writes."""


def dumps(picture: Picture) -> str:
    """The text of a story file: the same picture always gives the same text."""
    body = {"autoviz": VERSION, **converter().unstructure(picture)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def loads(text: str | bytes) -> Picture:
    """The picture that a story file holds.

    Raises:
        StoryFileError: the text is no story file, is of another version, or a part of it is
            missing or doesn't fit together.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoryFileError(f"a story file is JSON: {error}; {_AGAIN}") from error
    if not isinstance(body, dict) or "autoviz" not in body:
        raise StoryFileError(
            f'a story file begins with {{"autoviz": ...}}: this one doesn\'t; {_AGAIN}'
        )
    if body["autoviz"] != VERSION:
        raise StoryFileError(
            f"a story file of version {VERSION}: got version {body['autoviz']!r}; {_AGAIN}"
        )
    picture = _structured(body)
    _check(picture)
    return picture


def _structured(body: dict[str, Any]) -> Picture:
    try:
        return converter().structure(body, Picture)
    except cattrs.BaseValidationError as error:
        first = cattrs.transform_error(error, path="story file", format_exception=_told)[0]
        raise StoryFileError(f"a whole story file: {first}; {_AGAIN}") from error


def _told(error: BaseException, kind: type | None) -> str:
    """A fault of ours in its own words, another in those of cattrs."""
    return str(error) if type(error) is ValueError else format_exception(error, kind)


def _check(picture: Picture) -> None:
    """That story and layout speak of the same graph, and that a film of it has an end."""
    story, layout = picture.story, picture.layout
    nodes, edges = len(story.graph.nodes), len(story.graph.edges)
    sizes = {"title": nodes, "value": nodes, "gradient": nodes, "contribution": edges}
    marked = [mark.cell for step in story.steps for mark in step.marks]
    placed = [place.cell for place in layout.places]
    focused = [step.focus for step in story.steps]
    holds = {
        "one box for each node": len(layout.boxes) == nodes,
        "one name for each node": len(story.names) == nodes,
        "one route for each edge": len(layout.routes) == edges,
        "routes of 1 + 3n points": all(len(route.points) % 3 == 1 for route in layout.routes),
        "cells of its own graph": all(
            0 <= cell.index < sizes[cell.part] for cell in (*marked, *placed)
        ),
        "a place for each cell": set(marked) <= set(placed),
        "steps about its own graph": all(
            _within(focus.nodes, nodes) and _within(focus.edges, edges) for focus in focused
        ),
        "a table about its own graph": _within([row.node for row in story.table], nodes),
        "at least one step": len(story.steps) > 0,
        "steps of 0 to 600 seconds": all(0 < step.seconds <= 600 for step in story.steps),
        "a size above 0": 0 < layout.width < math.inf and 0 < layout.height < math.inf,
    }
    for what, is_so in holds.items():
        if not is_so:
            raise StoryFileError(f"a story file with {what}: this one has not; {_AGAIN}")


def _within(indices: Sequence[int], count: int) -> bool:
    return all(0 <= index < count for index in indices)


@cache
def converter() -> cattrs.Converter:
    """What turns our plain data into what JSON holds, and back."""
    made = cattrs.Converter(forbid_extra_keys=False)
    made.register_unstructure_hook(float, _plain)
    made.register_structure_hook(float, _float)
    made.register_unstructure_hook(Array, _array_out)
    made.register_structure_hook(Array, lambda body, _: _array_in(body, made))
    return made


def _array_out(array: Array) -> dict[str, Any]:
    body: dict[str, Any] = {"shape": array.shape, "dtype": array.dtype}
    if array.items is not None:
        body["items"] = [_plain(item) for item in array.items]
    if array.summary is not None:
        body["summary"] = {
            name: [_plain(x) for x in found] if isinstance(found, tuple) else _plain(found)
            for name in Summary.__slots__
            for found in (getattr(array.summary, name),)
        }
    return body


def _array_in(body: Any, converter: cattrs.Converter) -> Array:
    items = body.get("items")
    summary = body.get("summary")
    return Array(
        tuple(int(size) for size in body["shape"]),
        str(body["dtype"]),
        None if items is None else tuple(map(_number, items)),
        None if summary is None else converter.structure(summary, Summary),
    )


def _plain(value: Number) -> float | str | list[float | str]:
    if isinstance(value, complex):
        return [_finite(value.real), _finite(value.imag)]
    return _finite(value)


def _finite(value: float) -> float | str:
    return float(value) if math.isfinite(value) else str(float(value))


def _number(body: Any) -> Number:
    return complex(*map(_float_of, body)) if isinstance(body, list) else _float_of(body)


def _float(body: Any, _: type[float]) -> float:
    return _float_of(body)


def _float_of(body: Any) -> float:
    if isinstance(body, bool) or not (isinstance(body, (int, float)) or body in _WORDS):
        raise ValueError(f"a number: got {body!r}")
    return float(body)


_AGAIN = "write it again with autoviz render expr ... -o story.json"
_WORDS = ("nan", "inf", "-inf")
