"""A lecture file in TOML -> Lecture; whatever is wrong with it is said with its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from graphgen.lecture.keys import LECTURE, OTHER_NAMES, SECTION, Check, RefusedError
from graphgen.lecture.model import MOST_SECTIONS, Lecture, Section, Style
from graphgen.lecture.sources import source_of
from graphgen.model.arguments import as_theme, is_theme_file
from graphgen.model.errors import InputError, LectureError
from graphgen.model.messages import quoted
from graphgen.model.suggestions import suggestion
from graphgen.model.theme import ThemeChoice, choice_of
from graphgen.model.toml_lines import Way, line_of, lines_of
from graphgen.model.toml_text import toml_of, toml_text

__all__ = ["read_lecture", "read_lecture_file"]

_LARGEST = 1_000_000
_STYLE = ("title", "names", "direction", "seconds_per_step", "depth", "unfold", "most")


def read_lecture_file(path: str | Path) -> Lecture:
    """The lecture in a file.

    Raises:
        InputError: it can't be read.
        LectureError: something in it is wrong.
    """
    hint = "name another, or begin one with: autoviz lecture new"
    return read_lecture(toml_text(path, "a lecture file", _LARGEST, hint), Path(path))


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
    body = toml_of(text, "a lecture file", file, LectureError)
    return _Reader(text, file, lines_of(text)).lecture(body)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What is being read, for the lines of its faults."""

    text: str
    file: Path
    lines: Mapping[Way, int]

    def lecture(self, body: dict[str, Any]) -> Lecture:
        sections = body.pop("sections", None)
        settings = self._checked(body, LECTURE, (), ("sections",))
        if "title" not in settings:
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
        if "theme" in settings:
            settings["theme"] = self._theme(settings["theme"])
        read_sections = tuple(self._section(each, place) for place, each in enumerate(sections))
        return Lecture(sections=read_sections, file=self.file, **settings)

    def _theme(self, theme: str) -> ThemeChoice:
        """The theme as lectures hold it; a file is looked for beside the lecture."""
        try:
            return choice_of(as_theme(self.file.parent / theme if is_theme_file(theme) else theme))
        except InputError as error:
            self._fault(("theme",), f"theme: {error}", error)

    def _section(self, body: Any, place: int) -> Section:
        way: Way = ("sections", place)
        if not isinstance(body, dict):
            self._fault(way, f"a section: got {_shown(body)}; begin each one with [[sections]]")
        settings = self._checked(body, SECTION, way)
        if "heading" not in settings:
            self._fault(way, 'a heading for each section: got none; write heading = "..."')

        def fault(key: str, message: str, cause: Exception | None) -> NoReturn:
            self._fault((*way, key) if key else way, message, cause)

        return Section(
            settings["heading"],
            source_of(settings, fault),
            Style(**{key: settings[key] for key in _STYLE if key in settings}),
            settings.get("captions", ()),
            settings.get("narration", ""),
            settings.get("notes", ""),
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
        checked = {}
        for key, value in body.items():
            if key not in table:
                self._fault((*way, key), _no_such_key(key, way, (*table, *also)))
            try:
                checked[key] = table[key](value)
            except RefusedError as error:
                self._fault((*way, key), f"{key} is {error}: got {_shown(value)}; change it", error)
            except InputError as error:
                self._fault((*way, key), f"{key}: {error}", error)
        return checked

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
