"""A bar on stderr for what takes over a second; nothing where nobody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

from graphgen.commands.saying import say
from graphgen.model.messages import printable

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Meter", "counted", "meter"]

_PATIENCE = 1.0
"""Seconds that pass before a bar shows itself."""


class Meter:
    """What is going on and how far it is; shows itself when it has been told to."""

    def __init__(self, is_logged: bool = False) -> None:
        self._is_logged = is_logged
        self._lock = Lock()
        self._bar: Progress | None = None
        self._state: tuple[str, int, int] = ("", 0, 0)

    def report(self, what: str, done: int = 0, total: int = 0) -> None:
        """Notes how far it is; a total of 0 says that nobody knows.

        Args:
            what: is being done, in a few words.
            done, total: how many of how many frames; 0 by default.
        """
        with self._lock:
            if self._is_logged and printable(what) != self._state[0]:
                say(what, err=True)
            self._state = (printable(what), done, total)
            self._draw()

    def show(self) -> None:
        """Begins to draw."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        counts = TextColumn("{task.fields[counts]}", markup=False)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), counts, TimeLeft())
        with self._lock:
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task("", counts="")
            self._bar.start()
            self._draw()

    def hide(self) -> None:
        """Takes the bar away."""
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def _draw(self) -> None:
        if self._bar is not None:
            what, done, total = self._state
            (task,) = self._bar.tasks
            self._bar.update(
                task.id,
                description=what,
                completed=done,
                total=total or None,
                counts=counted(done, total, task.speed),
            )


def counted(done: int, total: int, speed: float | None) -> str:
    """How many frames there are, and how many are made in a second.

    Args:
        done, total: how many of how many frames.
        speed: frames in a second; None where it isn't known yet.

    Returns:
        The text; "" where the total isn't known.

    >>> counted(120, 330, 58.6), counted(0, 330, None), counted(0, 0, None)
    ('120 of 330 frames, 59 a second', '0 of 330 frames', '')
    """
    if not total:
        return ""
    return f"{done} of {total} frames" + (f", {speed:.0f} a second" if speed else "")


@contextmanager
def meter(is_quiet: bool, is_logged: bool = False) -> Iterator[Meter]:
    """A meter for as long as the block runs; it never shows where stderr is no terminal.

    Args:
        is_quiet: whether nothing is said at all.
        is_logged: whether there, as in a log file, each new thing that is going on gets a line.
    """
    is_watched = sys.stderr.isatty()
    measured = Meter(is_logged and not is_quiet and not is_watched)
    if is_quiet or not is_watched:
        yield measured
        return
    timer = Timer(_PATIENCE, measured.show)
    timer.daemon = True
    timer.start()
    try:
        yield measured
    finally:
        timer.cancel()
        timer.join()  # a bar that is just being set up would come back after it was hidden
        measured.hide()
