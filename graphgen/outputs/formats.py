"""What each suffix is: one Format for each kind of file that autoviz writes, in one table.

Which commands take it, what it needs, what it can do, and who writes it is asked here and nowhere
else. Importing this loads no writer: a Format's writer is imported when something is written.

    >>> FORMATS[".dot"].needs_layout, FORMATS[".webm"].is_film
    (False, True)
    >>> hint(".avi", FILMS, "take one of these")
    "did you mean '.mp4'?"
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from graphgen.model.suggestions import suggestion

if TYPE_CHECKING:
    from graphgen.outputs.boards.writing import LessonWriter
    from graphgen.outputs.options import Writer

__all__ = [
    "CLEAR",
    "DECKS",
    "FILMS",
    "FORMATS",
    "LESSONS",
    "NUMBERED",
    "PICTURES",
    "Encoded",
    "Format",
    "hint",
    "spelled",
]


@dataclass(frozen=True, slots=True)
class Encoded:
    """How a film is encoded: its container, that of its segments, and FFmpeg's names of the codec
    and of the pixels."""

    container: str
    part: str
    codec: str
    pixels: str


@dataclass(frozen=True, slots=True)
class Format:
    """What a suffix is.

    Attributes:
        suffix: with its dot.
        meaning: for the tables of the documentation.
        write: brings what writes a picture so; None where a picture can't be.
        write_lesson: brings what writes a scene of the course so; None where a scene can't be.
        film, clear_film: how a film is encoded, with a page and without one; None of what is none.
        is_deck: whether `autoviz slides` writes it.
        needs_layout: whether it shows where things stand.
        is_text: whether a terminal can show it.
        can_be_transparent: whether it can do without a page behind the picture.
        needs_font: whether it is lettered here, and not by who shows it.
        pages: of a page for each step: "inside" one file, or files with "numbers".
        has_slides: whether a clip for each step can lie beside it.
    """

    suffix: str
    meaning: str
    write: "Callable[[], Writer] | None" = None
    write_lesson: "Callable[[], LessonWriter] | None" = None
    film: Encoded | None = None
    clear_film: Encoded | None = None
    is_deck: bool = False
    needs_layout: bool = True
    is_text: bool = False
    can_be_transparent: bool = False
    needs_font: bool = False
    pages: Literal["", "inside", "numbers"] = ""
    has_slides: bool = False

    @property
    def is_film(self) -> bool:
        """Whether the scenes render it."""
        return self.film is not None


def _svg() -> "Writer":
    from graphgen.outputs.svg import write_svg

    return write_svg


def _html() -> "Writer":
    from graphgen.outputs.page import write_page

    return write_page


def _dot() -> "Writer":
    from graphgen.outputs.dot_source import write_dot

    return write_dot


def _png() -> "Writer":
    from graphgen.outputs.png import write_png

    return write_png


def _pdf() -> "Writer":
    from graphgen.outputs.pdf import write_pdf

    return write_pdf


def _json() -> "Writer":
    from graphgen.outputs.story_json import write_json

    return write_json


def _txt() -> "Writer":
    from graphgen.outputs.text import write_text

    return write_text


def _lesson_svg() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_svg

    return lesson_svg


def _lesson_html() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_html

    return lesson_html


def _lesson_png() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_png

    return lesson_png


def _lesson_pdf() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_pdf

    return lesson_pdf


def _lesson_json() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_json

    return lesson_json


def _md() -> "Writer":
    from graphgen.outputs.transcript import write_transcript

    return write_transcript


def _lesson_md() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_md

    return lesson_md


def _lesson_dot() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_dot

    return lesson_dot


def _lesson_txt() -> "LessonWriter":
    from graphgen.outputs.boards.writing import lesson_txt

    return lesson_txt


_GIF = Encoded("gif", "mov", "qtrle", "argb")

_TABLE = (
    Format(
        ".mp4",
        "a film",
        film=Encoded("mp4", "mp4", "libx264", "yuv420p"),
        needs_font=True,
        has_slides=True,
    ),
    Format(
        ".webm",
        "a film",
        film=Encoded("webm", "webm", "libvpx-vp9", "yuv420p"),
        clear_film=Encoded("webm", "webm", "libvpx-vp9", "yuva420p"),
        can_be_transparent=True,
        needs_font=True,
        has_slides=True,
    ),
    Format(
        ".mov",
        "a film",
        film=Encoded("mov", "mov", "libx264", "yuv420p"),
        clear_film=Encoded("mov", "mov", "qtrle", "argb"),
        can_be_transparent=True,
        needs_font=True,
        has_slides=True,
    ),
    Format(
        ".gif",
        "a film that plays in any page, over and over",
        film=_GIF,
        clear_film=_GIF,
        can_be_transparent=True,
        needs_font=True,
    ),
    Format(
        ".svg",
        "a picture that stands still, plays, or steps through a slide",
        write=_svg,
        write_lesson=_lesson_svg,
        is_text=True,
        can_be_transparent=True,
        pages="numbers",
    ),
    Format(
        ".html",
        "a page to play with, or a deck of slides",
        write=_html,
        write_lesson=_lesson_html,
        is_deck=True,
        is_text=True,
    ),
    Format(".pptx", "a deck of slides", is_deck=True, needs_font=True),
    Format(
        ".dot",
        "Graphviz source of a graph",
        write=_dot,
        write_lesson=_lesson_dot,
        needs_layout=False,
        is_text=True,
    ),
    Format(
        ".png",
        "a picture",
        write=_png,
        write_lesson=_lesson_png,
        can_be_transparent=True,
        needs_font=True,
        pages="numbers",
    ),
    Format(
        ".pdf",
        "a picture, a page for each step, or a deck of slides",
        write=_pdf,
        write_lesson=_lesson_pdf,
        is_deck=True,
        can_be_transparent=True,
        needs_font=True,
        pages="inside",
    ),
    Format(
        ".json",
        "a story, to be rendered again without torch",
        write=_json,
        write_lesson=_lesson_json,
        is_text=True,
    ),
    Format(
        ".txt",
        "the tree of a graph",
        write=_txt,
        write_lesson=_lesson_txt,
        needs_layout=False,
        is_text=True,
    ),
    Format(
        ".md",
        "a transcript: what is said, step by step",
        write=_md,
        write_lesson=_lesson_md,
        needs_layout=False,
        is_text=True,
    ),
)

FORMATS = {format.suffix: format for format in _TABLE}
"""By suffix; films come first, then pictures."""


def _suffixes(is_one: Callable[[Format], bool]) -> tuple[str, ...]:
    return tuple(format.suffix for format in _TABLE if is_one(format))


FILMS = _suffixes(lambda format: format.is_film)
PICTURES = _suffixes(lambda format: format.write is not None)
LESSONS = _suffixes(lambda format: format.write_lesson is not None)
DECKS = _suffixes(lambda format: format.is_deck)
CLEAR = _suffixes(lambda format: format.can_be_transparent)
NUMBERED = _suffixes(lambda format: format.pages == "numbers")
"""The suffixes of films, of pictures, of scenes as anything but films, of decks; those that can be
transparent; and those of which a page for each step is a file for each."""

_INSTEAD = {
    **dict.fromkeys((".avi", ".mkv", ".m4v", ".mpg", ".mpeg", ".wmv", ".flv", ".mpeg4"), ".mp4"),
    **dict.fromkeys((".apng", ".webp"), ".gif"),
    **dict.fromkeys((".jpg", ".jpeg", ".bmp", ".tif", ".tiff"), ".png"),
    **dict.fromkeys((".ps", ".eps", ".tex"), ".pdf"),
    **dict.fromkeys((".htm", ".xhtml", ".js"), ".html"),
    **dict.fromkeys((".ppt", ".odp", ".key"), ".pptx"),
    **dict.fromkeys((".gv", ".graphviz"), ".dot"),
    **dict.fromkeys((".text", ".log"), ".txt"),
    **dict.fromkeys((".markdown", ".rst"), ".md"),
    **dict.fromkeys((".yaml", ".yml", ".toml"), ".json"),
}
"""What other programs write: the nearest of ours, by what it is for rather than by its letters."""


def hint(suffix: str, known: Sequence[str], otherwise: str) -> str:
    """What may have been meant by a suffix that isn't known here.

    Args:
        suffix: in lower case, with its dot.
        known: the suffixes that are.
        otherwise: what is said where nothing is near.

    Returns:
        The hint; `otherwise` where nothing is near.

    >>> hint(".pptx", PICTURES, "")
    'slides in .pptx are made by `autoviz slides`, of a lecture or a story file'
    """
    meant = _INSTEAD.get(suffix, suffix)
    if meant in known and meant != suffix:
        return f"did you mean {meant!r}?"
    if meant in DECKS and meant not in known:
        return f"slides in {meant} are made by `autoviz slides`, of a lecture or a story file"
    return suggestion(suffix, known, otherwise)


def spelled(suffixes: Sequence[str]) -> str:
    """Suffixes in a help text.

    >>> spelled(DECKS)
    '.html .pptx .pdf'
    """
    return " ".join(suffixes)
