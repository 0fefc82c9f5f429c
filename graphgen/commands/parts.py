"""The system parts that an output needs, looked for before anything is computed."""

import shutil
from collections.abc import Iterable
from importlib import import_module

from graphgen.commands.targets import Target
from graphgen.errors import MissingPartError
from graphgen.outputs import PLACELESS

__all__ = ["check_dot", "check_parts", "needs_layout"]

_LETTERED = (".png", ".pdf", ".pptx")


def needs_layout(targets: Iterable[Target]) -> bool:
    """Whether anything that is wanted shows where things stand."""
    return any(target.suffix not in PLACELESS for target in targets)


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
    if any(target.is_film or target.suffix in _LETTERED for target in wanted) and not _has_font():
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


def _has_font() -> bool:
    """Whether Pango, which letters all of these, knows any font."""
    return bool(import_module("manimpango").list_fonts())
