"""Which files are read while a block runs, as far as Python itself opens them."""

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from graphgen.model.store import digest_of_file

__all__ = ["Seen", "is_still_so", "watched"]

Seen = dict[str, str]
"""Paths of files, each with what its content is known by; "" where there is none."""

_LARGE = 64_000_000
"""Bytes from which on a file is known by its size and time: reading it would take too long."""

_SYSTEM = ("/proc", "/sys", "/dev")

_watching: list[set[str]] = []


@contextmanager
def watched(into: Seen) -> Iterator[None]:
    """While the block runs, note the files that are read; those of Python and packages don't count.

    Source: PEP 578, "Python Runtime Audit Hooks", the event "open".
    """
    _hooked()
    paths: set[str] = set()
    _watching.append(paths)
    try:
        yield
    finally:
        _watching.remove(paths)
        into.update((path, _known_by(path)) for path in sorted(set(_own(paths))))


def is_still_so(seen: Seen) -> bool:
    """Whether every file is as it was."""
    return all(_known_by(path) == known for path, known in seen.items())


@cache
def _hooked() -> None:
    """Add the hook, once: none can be taken out again."""
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _watching:
        return
    path, _, flags = arguments
    if isinstance(path, str | bytes) and not flags & (os.O_WRONLY | os.O_RDWR):
        for paths in _watching:
            paths.add(os.path.abspath(os.fsdecode(path)))


def _own(paths: Iterable[str]) -> Iterator[str]:
    """The person's files among those; a compiled module stands for its source."""
    for path in map(_source_of, paths):
        if not Path(path).is_dir() and not any(
            Path(path).is_relative_to(home) for home in _homes()
        ):
            yield path


def _source_of(path: str) -> str:
    try:
        return importlib.util.source_from_cache(path)
    except ValueError:  # it is no compiled module
        return path


@cache
def _homes() -> tuple[str, ...]:
    """Where the system, Python and its packages are: their versions say enough."""
    places = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, *_SYSTEM}
    return tuple({place for path in places for place in (path, os.path.realpath(path))} - {"/usr"})


def _known_by(path: str) -> str:
    try:
        state = Path(path).stat()
        if state.st_size > _LARGE:
            return f"{state.st_size} {state.st_mtime_ns}"
        return digest_of_file(Path(path))
    except OSError:
        return ""
