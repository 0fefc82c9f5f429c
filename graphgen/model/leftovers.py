"""What a process would leave behind if it ended now: private folders, and processes it has started.

A signal can end a run at any moment, between any two instructions, so this knows the system only:
it may be called while anything else is half imported.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["deaf_children", "discard", "remove_all", "remove_tree", "watch"]

_places: set[str] = set()
"""The only state of a module in this package: whoever ends a process has no other way to know."""

_PATIENCE = 1.0
"""Seconds for processes to be gone; the system takes a few milliseconds."""

_POLITE = 0.1
"""Seconds for processes to end by themselves when they are asked to."""

_TRACKER = b"resource_tracker"
"""A process of Python's that ends by itself with those that it serves, and tidies up for them."""


def watch(place: str) -> None:
    """From now on, until it is discarded, a folder goes when the process is ended; it need not be
    there yet."""
    _places.add(place)


def discard(place: str) -> None:
    """A folder is gone already, or is to stay."""
    _places.discard(place)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes that are started in this context never hear of Ctrl-C or a SIGTERM to the group.

    Whoever started them ends them; by themselves they would say so, in the midst of their imports.
    The signals that come meanwhile are heard by other threads, or when the context ends.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which lets signals through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def remove_all() -> None:
    """End all processes that this one has started, theirs too, and take away its folders.

    For a process that ends itself right afterwards: whatever else it does meanwhile goes wrong.
    """
    began = time.monotonic()
    while running := list(_descendants(os.getpid())):
        passed = time.monotonic() - began
        if passed > _PATIENCE:
            break
        for pid in running:  # politely at first: a compiler, say, has files of its own to remove
            _kill(pid, signal.SIGTERM if passed < _POLITE else signal.SIGKILL)
        time.sleep(0.005)
    for _ in range(3):  # a thread may just be adding to one
        for place in tuple(_places):
            remove_tree(place)


def remove_tree(place: str) -> None:
    """Take away a folder with all that is in it, as far as that is possible."""
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                remove_tree(entry.path)
            else:
                os.unlink(entry.path)
    with suppress(OSError):
        os.rmdir(place)


def _kill(pid: int, number: int) -> None:
    with suppress(OSError):
        os.kill(pid, number)


def _descendants(ancestor: int) -> Iterator[int]:
    """The processes that one has started, and those that they have, as far as the system tells."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    waiting = [ancestor]
    while waiting:
        for pid in children.get(waiting.pop(), ()):
            if _TRACKER not in _read(f"/proc/{pid}/cmdline"):
                yield pid
                waiting.append(pid)


def _parents() -> Iterator[tuple[int, int]]:
    """Every living process of the machine, with its parent; none where there is no /proc."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in names:
        if name.isdigit():
            state, *numbers = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()[:2] or b"X"
            if numbers and state not in (b"Z", b"X"):
                yield int(name), int(numbers[0])


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
