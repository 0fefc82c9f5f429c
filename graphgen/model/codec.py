"""Plain frozen data <-> what JSON holds: the one codec of everything that is saved.

It is strict when it reads: a value has the type that its field names, a list is a list, a number
one that a float or 64 bits can hold, a text has an end and can be written again. What a class says
of its own fields (`__post_init__`) is heard too, and every fault is told with its place.

JSON has no nan and no inf, so those stand as the strings "nan", "inf" and "-inf"; a complex number
stands as [real, imaginary]. The numbers of a grid, two bytes each, stand in Base64.
"""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, NoReturn, TypeAlias, TypeVar, get_args, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.v import format_exception

from graphgen.model.errors import StoryFileError
from graphgen.model.graph import (
    BINS,
    MAXIMUM_ITEMS,
    Array,
    Grid,
    Histogram,
    Number,
    Summary,
    matrix_of,
)
from graphgen.model.messages import quoted
from graphgen.model.theme import Theme, ThemeChoice, ThemeName

__all__ = [
    "Long",
    "check_version",
    "converter",
    "read_json",
    "read_versioned",
    "structured",
    "written",
]

T = TypeVar("T")

Long: TypeAlias = Annotated[str, "long"]
"""A text that may be as long as a file, as one that is a file itself."""

_LONGEST_TEXT = 100_000
_LARGEST_WHOLE = 2**63 - 1
_MOST_AXES = 64
_WORDS = ("nan", "inf", "-inf")
_NUMBERS = tuple(name for name in Summary.__slots__ if name not in ("zeros", "grid", "histogram"))
"""The fields of a Summary that every version of a file has."""


def written(body: Mapping[str, Any]) -> str:
    """A line of JSON: the same body always gives the same text."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def read_json(text: str | bytes, what: str, again: str) -> Any:
    """What a text in JSON holds.

    Args:
        text: of the file; bytes are UTF-8, UTF-16 or UTF-32.
        what: what it should be, as in "a story file".
        again: how to write it again.

    Returns:
        What it holds: dicts, lists, strings, numbers, booleans and None.

    Raises:
        StoryFileError: it is no JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise StoryFileError(f"{what} is JSON: got lists in lists in lists; {again}") from error
    except ValueError as error:
        raise StoryFileError(f"{what} is JSON: {error}; {again}") from error


def read_versioned(
    text: str | bytes, head: str, version: int, what: str, again: str, oldest: int | None = None
) -> dict[str, Any]:
    """The object in JSON that says under a head of which version it is.

    Args:
        text: of the file.
        head: the key under which the version stands.
        version: the newest that is read.
        what: what it should be, as in "a lesson file".
        again: how to write it again.
        oldest: the oldest version that is read; by default the newest alone.

    Returns:
        The whole object, with its head.

    Raises:
        StoryFileError: it is no JSON, no object, or of another version.
    """
    body = read_json(text, what, again)
    number = body.get(head) if isinstance(body, dict) else body
    if not isinstance(body, dict):
        raise StoryFileError(f"{what} of version {version}: got {quoted(number)}; {again}")
    check_version(number, version, what, again, oldest)
    return body


def check_version(
    number: Any, version: int, what: str, again: str, oldest: int | None = None
) -> None:
    """See that a file is of a version that can be read.

    Args:
        number: what the file says.
        version, what, again, oldest: as in `read_versioned`.

    Raises:
        StoryFileError: it is of another version.
    """
    readable = range(version if oldest is None else oldest, version + 1)
    is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
    if is_number and number in readable:
        return
    wanted = f"{what} of version {' or '.join(map(str, readable))}: got {quoted(number)}"
    if is_number and number > version:
        raise StoryFileError(f"{wanted}, which a newer autoviz wrote; install that, or {again}")
    raise StoryFileError(f"{wanted}; {again}")


def structured(body: Any, kind: type[T], what: str, again: str) -> T:
    """What JSON holds as the data that it stands for.

    Args:
        body: what JSON held.
        kind: the class of the data.
        what: what it is of, as in "story file".
        again: how to write it again.

    Returns:
        The data.

    Raises:
        StoryFileError: a part is missing, of the wrong kind, or doesn't fit; its place is told.
    """
    try:
        return converter().structure(body, kind)
    except cattrs.BaseValidationError as error:
        first = cattrs.transform_error(error, path=what, format_exception=_said)[0]
        raise StoryFileError(f"a whole {what}: {first}; {again}") from error
    except (ValueError, TypeError, RecursionError) as error:  # of what is no object at all
        raise StoryFileError(f"a whole {what}: {_said(error, kind)}; {again}") from error


@cache
def converter() -> cattrs.Converter:
    """What turns our plain data into what JSON holds, and back."""
    new = cattrs.Converter(forbid_extra_keys=False)
    new.register_unstructure_hook(float, _plain)
    new.register_structure_hook(float, _float)
    new.register_structure_hook(int, _whole)
    new.register_structure_hook(bool, _flag)
    new.register_structure_hook(str, _text)
    new.register_structure_hook_func(lambda kind: kind == Long, _long_text)
    new.register_structure_hook_factory(_is_tuple, _tuple_hook)
    new.register_structure_hook_func(lambda kind: kind == ThemeChoice, _theme_hook(new))
    new.register_unstructure_hook(Array, _array_out)
    new.register_structure_hook(Grid, _grid_in)
    new.register_structure_hook(Histogram, _histogram_in)
    new.register_structure_hook(Array, lambda body, _: _array_in(body, new))
    return new


def _theme_hook(converter: cattrs.Converter) -> Callable[[Any, Any], ThemeChoice]:
    """One of our themes by its name, or the whole of another."""

    def read(body: Any, _: Any) -> ThemeChoice:
        kind: Any = Theme if isinstance(body, dict) else ThemeName
        choice: ThemeChoice = converter.structure(body, kind)
        return choice

    return read


def _said(error: BaseException, kind: type | None) -> str:
    """A fault of ours in its own words, another in those of cattrs."""
    return str(error) if type(error) is ValueError else format_exception(error, kind)


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


# Strict reading


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _tuple_hook(kind: Any, converter: cattrs.Converter) -> Any:
    """A list of any length, or one of as many items as the type has."""
    kinds = get_args(kind)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        inside = homogenous_tuple_structure_factory(kind, converter)
        return lambda body, _: inside(_list(body), kind)

    def of_one_length(body: Any, _: Any) -> tuple[Any, ...]:
        if len(_list(body)) != len(kinds):
            raise ValueError(f"a list of {len(kinds)}: got {len(body)}")
        return tuple(map(converter.structure, body, kinds))

    return of_one_length


def _list(body: Any) -> list[Any]:
    if not isinstance(body, list):
        raise ValueError(f"a list: got {quoted(body)}")
    return body


def _text(body: Any, _: Any = None) -> str:
    if isinstance(body, str) and len(body) > _LONGEST_TEXT:
        raise ValueError(f"a text of up to {_LONGEST_TEXT:,} letters: got {len(body):,}")
    return _long_text(body)


def _long_text(body: Any, _: Any = None) -> str:
    if not isinstance(body, str):
        raise ValueError(f"a text: got {quoted(body)}")
    if not body.isascii() and any("\ud800" <= c <= "\udfff" for c in body):
        raise ValueError(f"a text in Unicode: got half a letter in {quoted(body)}")
    return body


def _flag(body: Any, _: Any) -> bool:
    if not isinstance(body, bool):
        raise ValueError(f"true or false: got {quoted(body)}")
    return body


def _whole(body: Any, _: Any = None) -> int:
    if isinstance(body, bool) or not isinstance(body, int):
        raise ValueError(f"a whole number: got {quoted(body)}")
    if abs(body) > _LARGEST_WHOLE:
        raise ValueError(f"a whole number of 64 bits: got {quoted(body)}")
    return body


def _float(body: Any, _: Any = None) -> float:
    is_number = isinstance(body, int | float) and not isinstance(body, bool)
    if not is_number and not (isinstance(body, str) and body in _WORDS):
        raise ValueError(f"a number: got {quoted(body)}")
    try:
        return float(body)
    except OverflowError as error:
        raise ValueError(f"a number up to 1.8e308: got {quoted(body)}") from error


# Arrays


def _array_out(array: Array) -> dict[str, Any]:
    body: dict[str, Any] = {"shape": array.shape, "dtype": array.dtype}
    if array.items is not None:
        body["items"] = [_plain(item) for item in array.items]
    if array.summary is not None:
        body["summary"] = _summary_out(array.summary)
    return body


def _summary_out(summary: Summary) -> dict[str, Any]:
    """What is known of a summary; its parts that are None aren't written."""
    body: dict[str, Any] = {
        name: [_plain(x) for x in entry] if isinstance(entry, tuple) else _plain(entry)
        for name in _NUMBERS
        for entry in (getattr(summary, name),)
    }
    if summary.zeros is not None:
        body["zeros"] = summary.zeros
    if summary.grid is not None:
        body["grid"] = {
            name: getattr(summary.grid, name)
            for name in ("rows", "columns", "block", "exponent", "pooling")
        } | {"halves": b64encode(summary.grid.halves).decode()}
    if summary.histogram is not None:
        low, high = map(_finite, (summary.histogram.low, summary.histogram.high))
        body["histogram"] = {"low": low, "high": high, "counts": summary.histogram.counts}
    return body


def _array_in(body: Any, converter: cattrs.Converter) -> Array:
    if not isinstance(body, dict):
        raise ValueError(f"a tensor: got {quoted(body)}")
    shape = tuple(map(_whole, _list(body.get("shape"))))
    if len(shape) > _MOST_AXES or min(shape, default=0) < 0:
        raise ValueError(f"a shape of up to {_MOST_AXES} axes: got {quoted(shape)}")
    items, summary = body.get("items"), body.get("summary")
    if items is not None and len(_list(items)) > MAXIMUM_ITEMS:
        raise ValueError(f"a tensor of up to {MAXIMUM_ITEMS} elements: got {len(items):,}")
    array = Array(
        shape,
        _text(body.get("dtype")),
        None if items is None else tuple(map(_number, items)),
        None if summary is None else converter.structure(_counted(summary), Summary),
    )
    if array.summary is not None:
        _check_fit(array.summary, shape, array.count)
    return array


def _check_fit(summary: Summary, shape: tuple[int, ...], count: int) -> None:
    """See that grid, histogram and zeros are those of so many elements of such a shape."""
    if summary.zeros is not None and not 0 <= summary.zeros <= count:
        raise ValueError(f"0 to {count:,} zeros: got {summary.zeros:,}")
    if (grid := summary.grid) is not None:
        matrix = matrix_of(shape)
        sides = tuple(map(_blocks_in, matrix, grid.block))
        if sides != (grid.rows, grid.columns):
            raise ValueError(
                f"a grid of {sides[0]} × {sides[1]} for {matrix[0]} × {matrix[1]} elements: "
                f"got {grid.rows} × {grid.columns}"
            )
    finite = count - summary.nan - summary.inf
    if summary.histogram is not None and sum(summary.histogram.counts) != finite:
        total = sum(summary.histogram.counts)
        raise ValueError(f"a histogram of {finite:,} elements: got {total:,}")


def _blocks_in(length: int, size: int) -> int:
    return -(-length // size)


def _grid_in(body: Any, _: Any) -> Grid:
    if not isinstance(body, dict):
        raise ValueError(f"a grid: got {quoted(body)}")
    block = tuple(map(_whole, _list(body.get("block"))))
    if len(block) != 2:
        raise ValueError(f"a block's rows and columns: got {quoted(block)}")
    if body.get("pooling") != "mean":
        raise ValueError(f'a grid pooled by "mean": got {quoted(body.get("pooling"))}')
    rows, columns, exponent = (_whole(body.get(name)) for name in ("rows", "columns", "exponent"))
    try:
        halves = b64decode(_text(body.get("halves")), validate=True)
    except ValueError as error:
        raise ValueError(f"a grid's numbers in Base64: {error}") from error
    return Grid(rows, columns, (block[0], block[1]), exponent, halves)


def _histogram_in(body: Any, _: Any) -> Histogram:
    if not isinstance(body, dict):
        raise ValueError(f"a histogram: got {quoted(body)}")
    counts = tuple(map(_whole, _list(body.get("counts"))))
    if len(counts) != BINS or min(counts) < 0:
        raise ValueError(f"a histogram of {BINS} counts from 0 on: got {quoted(counts)}")
    return Histogram.of(_float(body.get("low")), _float(body.get("high")), counts)


def _counted(summary: Any) -> Any:
    """A summary, whose counts are written as 3.0."""
    if not isinstance(summary, dict):
        raise ValueError(f"a summary: got {quoted(summary)}")
    counts = {name: summary.get(name) for name in ("nan", "inf", "minus_inf")}
    whole = {
        name: int(count)
        for name, count in counts.items()
        if isinstance(count, float) and count.is_integer()
    }
    return {**summary, **whole}


def _plain(value: Number) -> float | str | list[float | str]:
    if isinstance(value, complex):
        return [_finite(value.real), _finite(value.imag)]
    return _finite(value)


def _finite(value: float) -> float | str:
    return float(value) if math.isfinite(value) else str(float(value))


def _number(body: Any) -> Number:
    if not isinstance(body, list):
        return _float(body)
    if len(body) != 2:
        raise ValueError(f"a complex number of two parts: got {len(body)}")
    return complex(*map(_float, body))
