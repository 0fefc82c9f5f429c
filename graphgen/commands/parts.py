"""The system parts that an output needs, looked for before anything is computed, and the letters
that the fonts lack."""

import html
import re
import shutil
from collections.abc import Iterable
from importlib import import_module

from graphgen.commands.targets import Target
from graphgen.course.scene import Lesson
from graphgen.layout.measure import is_in_table
from graphgen.model.errors import MissingPartError
from graphgen.model.picture import Picture

__all__ = ["check_dot", "check_parts", "missing_letters", "needs_layout", "texts_in", "texts_of"]

_MOST_LETTERS = 5
_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


def needs_layout(targets: Iterable[Target]) -> bool:
    """Whether anything that is wanted shows where things stand."""
    return any(target.format.needs_layout for target in targets)


def check_parts(targets: Iterable[Target], is_placed: bool = False) -> None:
    """Sees that dot and a font are there, as far as the targets need them.

    Args:
        targets: what is to be written.
        is_placed: whether there is a layout already, as in a story file.

    Raises:
        MissingPartError: something is missing; the message has the command that mends it.
    """
    wanted = list(targets)
    if not is_placed and needs_layout(wanted):
        check_dot()
    if _are_lettered(wanted) and not _installed_families():
        raise MissingPartError(
            "films, PNG, PDF and PowerPoint files need a font: none is installed; "
            "get one with: sudo apt-get install fonts-dejavu-core"
        )


def check_dot() -> None:
    """Sees that what places pictures is there.

    Raises:
        MissingPartError: it isn't; the message has the command that mends it.
    """
    if shutil.which("dot") is None:
        raise MissingPartError(
            "the layout needs Graphviz's program dot: it isn't installed; "
            "get it with: sudo apt-get install graphviz"
        )


def missing_letters(targets: Iterable[Target], texts: Iterable[str]) -> tuple[str, ...]:
    """A sentence about the letters that no installed font has.

    Args:
        targets: what is to be written; a browser has fonts of its own for the others.
        texts: what is lettered, read only where it is.
    """
    if not _are_lettered(targets):
        return ()
    text = "".join(dict.fromkeys("".join(texts)))
    if is_in_table(text) and "DejaVu Sans" in _installed_families():
        return ()
    missing = import_module("graphgen.text.pango").letters_without_a_font(text)
    if not missing:
        return ()
    named = ", ".join(missing[:_MOST_LETTERS])
    more = f" and {len(missing) - _MOST_LETTERS} more" if len(missing) > _MOST_LETTERS else ""
    return (
        f"no font that is installed has {named}{more}: boxes stand there in films, PNG and PDF; "
        "install one for that script, as with: sudo apt-get install fonts-noto",
    )


def _are_lettered(targets: Iterable[Target]) -> bool:
    """Whether Pango letters any of these."""
    return any(target.format.needs_font for target in targets)


def _installed_families() -> list[str]:
    return list(import_module("graphgen.text.pango").installed_families())


def texts_in(document: str) -> list[str]:
    """The texts of an SVG document."""
    return [html.unescape(text) for text in _TEXT.findall(document)]


def texts_of(content: Picture | Lesson, aspect: str) -> Iterable[str]:
    """Whatever a picture or a lesson letters, in a frame of an aspect such as "16:9"."""
    from graphgen.course.registry import shown_of
    from graphgen.model.timeline import Frame, Text
    from graphgen.outputs.svg import svg

    drawn = shown_of(content, Frame.of(aspect)) if isinstance(content, Lesson) else content
    if isinstance(drawn, Picture):
        yield from texts_in(svg(drawn, "still"))
        yield from (step.caption for step in drawn.story.steps)
        return
    yield drawn.title
    for step in drawn.steps:
        yield step.caption
        forms = (element.form for element in step.keyframe)
        yield from (form.text for form in forms if isinstance(form, Text))
