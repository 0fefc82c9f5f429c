"""A lecture file in TOML -> Lecture; whatever is wrong with it is said with its line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from graphgen.lecture.keys import LECTURE, OTHER_NAMES, SECTION, Check, RefusedError
from graphgen.lecture.lines import MOST_PARTS, Way, check_parts, line_of, lines_of
from graphgen.lecture.model import MOST_SECTIONS, Lecture, Section, Style
from graphgen.lecture.sources import source_of
from graphgen.model.errors import InputError, LectureError
from graphgen.model.messages import quoted
from graphgen.model.suggestions import suggestion

__all__ = ["read_lecture", "read_lecture_file"]

_LARGEST = 1_000_000
_STYLE = ("title", "names", "direction", "seconds_per_step", "depth", "unfold", "most")
_LONG_NUMBER = re.compile(r"[0-9][0-9_]{4300,}")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_lecture_file(path: str | Path) -> Lecture:
    """The lecture in a file.

    Raises:
        InputError: it can't be read.
        LectureError: something in it is wrong.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it has no such name"
        raise InputError(
            f"a lecture file: {path} can't be read ({why}); "
            "name another, or begin one with: autoviz lecture new"
        ) from error
    if len(content) > _LARGEST:
        raise InputError(f"a lecture file up to {_LARGEST // 1000:,} kB: {path} is larger")
    if b"\0" in content:
        raise InputError(f"a lecture file: {path} is no text; name another")
    return read_lecture(content.decode("utf-8", errors="replace"), Path(path))


def read_lecture(text: str, file: Path = Path("lecture.toml")) -> Lecture:
    """The lecture that a text in TOML describes.

    Args:
        file: where it stands, for messages and for the files that it names.

    Raises:
        LectureError: it is no TOML, or a key or a value is wrong.

    >>> lecture = read_lecture('''
    ... title = "Two paths"
    ... [[sections]]
    ... heading = "b is used twice"
    ... expr = "c = (a + b) * b"
    ... values = { a = 2, b = 3 }
    ... ''')
    >>> lecture.sections[0].source
    ExpressionSource(text='c = (a + b) * b', values=(('a', 2.0), ('b', 3.0)), data=())
    """
    text = text.replace("\r\n", "\n")
    if line := check_parts(text):
        told = f"a key of at most {MOST_PARTS} parts: got one of more; shorten it"
        raise LectureError(told, text, str(file), line)
    try:
        body = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number too long to read is a ValueError
        raise _no_toml(error, text, file) from error
    return _Reader(text, file, lines_of(text)).lecture(body)


def _no_toml(error: Exception, text: str, file: Path) -> LectureError:
    place = _PLACE.search(str(error))
    line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
    told = _PLACE.sub("", str(error))
    if isinstance(error, RecursionError):
        line, told = 0, "got lists in lists in lists"
    elif not isinstance(error, tomllib.TOMLDecodeError):
        number = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 0
        told = "got a number of thousands of digits"
    return LectureError(f"a lecture file in TOML: {told}; mend it there", text, str(file), line)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is being read, for the lines of its faults."""

    text: str
    file: Path
    lines: Mapping[Way, int]

    def lecture(self, body: dict[str, Any]) -> Lecture:
        sections = body.pop("sections", None)
        given = self._checked(body, LECTURE, (), ("sections",))
        if "title" not in given:
            self._fault((), 'a title for the lecture: got none; write title = "..." at its top')
        if not isinstance(sections, list) or not sections:
            self._fault(
                ("sections",) if sections is not None else (),
                f"sections: got {_shown(sections)}; begin each one with [[sections]]",
            )
        if len(sections) > MOST_SECTIONS:
            self._fault(
                ("sections", MOST_SECTIONS),
                f"at most {MOST_SECTIONS} sections: got {len(sections)}; make two lectures of it",
            )
        found = tuple(self._section(each, place) for place, each in enumerate(sections))
        return Lecture(sections=found, file=self.file, **given)

    def _section(self, body: Any, place: int) -> Section:
        way: Way = ("sections", place)
        if not isinstance(body, dict):
            self._fault(way, f"a section: got {_shown(body)}; begin each one with [[sections]]")
        given = self._checked(body, SECTION, way)
        if "heading" not in given:
            self._fault(way, 'a heading for each section: got none; write heading = "..."')

        def fault(key: str, message: str, cause: Exception | None) -> NoReturn:
            self._fault((*way, key) if key else way, message, cause)

        return Section(
            given["heading"],
            source_of(given, fault),
            Style(**{key: given[key] for key in _STYLE if key in given}),
            given.get("captions", ()),
            given.get("narration", ""),
            given.get("notes", ""),
            line_of(self.lines, way),
        )

    def _checked(
        self,
        body: Mapping[str, Any],
        table: Mapping[str, Check],
        way: Way,
        also: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The values of a table's keys, each as it is kept."""
        found = {}
        for key, value in body.items():
            if key not in table:
                self._fault((*way, key), _no_such_key(key, way, (*table, *also)))
            try:
                found[key] = table[key](value)
            except RefusedError as error:
                self._fault((*way, key), f"{key} is {error}: got {_shown(value)}; change it", error)
            except InputError as error:
                self._fault((*way, key), f"{key}: {error}", error)
        return found

    def _fault(self, way: Way, message: str, cause: Exception | None = None) -> NoReturn:
        line = line_of(self.lines, way)
        raise LectureError(message, self.text, str(self.file), line) from cause


def _no_such_key(key: str, way: Way, known: Iterable[str]) -> str:
    names = tuple(known)
    other = [name for name, called in OTHER_NAMES.items() if key in called and name in names]
    near = f"did you mean {other[0]!r}?" if other else suggestion(key, names)
    where = "a section" if way else "a lecture"
    hint = near or ("write it below [[sections]]" if not way and key in SECTION else "take it out")
    return f"a key of {where}: got {key[:60]!r}; {hint} (there are: {', '.join(names)})"


def _shown(value: Any) -> str:
    return "none" if value is None else quoted(value)
