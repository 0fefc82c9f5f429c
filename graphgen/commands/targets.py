"""What -o and --format say -> where everything goes, checked before anything is computed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphgen.model.errors import OutputError
from graphgen.model.files import check_place
from graphgen.outputs.formats import CLEAR, FILMS, FORMATS, PICTURES, Format, hint

__all__ = ["Target", "targets_of"]


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to write; without a path it goes to standard output."""

    path: Path | None
    suffix: str

    @property
    def format(self) -> Format:
        """What its suffix is."""
        return FORMATS[self.suffix]

    @property
    def is_film(self) -> bool:
        """Whether the scenes render it."""
        return self.format.is_film


def targets_of(
    outputs: Sequence[str],
    format: str | None,
    default: str,
    is_transparent: bool,
    is_tty: bool,
    known: Sequence[str] = (*FILMS, *PICTURES),
) -> tuple[Target, ...]:
    """Where everything goes.

    Args:
        outputs: paths whose suffixes say the format; "-" is standard output.
        format: the format of standard output, or of a path without a suffix.
        default: the path where none is given.
        is_transparent: whether no page is wanted behind the picture.
        is_tty: whether standard output is a terminal, which only text may go to.
        known: the suffixes that there are.

    Returns:
        One target for each output, in the order given.

    Raises:
        OutputError: a format that isn't known or can't be transparent, or a place that can't be
            written; nothing was changed.
    """
    if not outputs:
        path = check_place(default)
        return (Target(path, path.suffix),)
    targets = tuple(_target(text, format, known) for text in outputs)
    _check_once(targets)
    for target in targets:
        if is_transparent and not target.format.can_be_transparent:
            raise OutputError(
                f"a format that can be transparent, {', '.join(CLEAR)}: "
                f"got {target.suffix}; leave --transparent out or take one of these"
            )
        if target.path is None and is_tty and not target.format.is_text:
            raise OutputError(
                f"a text for the terminal: got {target.suffix}; send it on with > or give -o a name"
            )
    return targets


def _target(text: str, format: str | None, known: Sequence[str]) -> Target:
    path = None if text == "-" else check_place(text)
    if path is None and format is None:
        text_format = next(suffix for suffix in known if FORMATS[suffix].is_text)
        raise OutputError(
            f"a format for standard output: got none; give one, as in --format {text_format[1:]}"
        )
    suffix = (path.suffix if path else "") or f".{(format or '').lstrip('.')}"
    return Target(path, _known(suffix.lower(), known))


def _known(suffix: str, known: Sequence[str]) -> str:
    if suffix in known:
        return suffix
    meant = hint(suffix, known, "end the file's name with one, or give --format")
    raise OutputError(f"a suffix out of {', '.join(known)}: got {suffix[:40]!r}; {meant}")


def _check_once(targets: Sequence[Target]) -> None:
    seen = set()
    for target in targets:
        place = "-" if target.path is None else os.path.realpath(target.path)
        if place in seen:
            raise OutputError(f"each output once: got {target.path or '-'} twice; leave one out")
        seen.add(place)
