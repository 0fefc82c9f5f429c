"""Where finished parts of films are kept between commands, and how much of it."""

import os
import re
import sys
from pathlib import Path

from graphgen.model.errors import InputError, OutputError
from graphgen.model.store import Store, Stored

__all__ = ["film_cache", "tend"]

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", re.IGNORECASE)


def film_cache() -> Path | None:
    """The folder for films in the user's own cache, as each platform has it.

    Returns:
        A folder that need not be there yet; None where the user has no home.

    Source: XDG Base Directory Specification; File System Programming Guide (Apple); Known Folders.
    """
    variable = {"win32": "LOCALAPPDATA", "darwin": ""}.get(sys.platform, "XDG_CACHE_HOME")
    named = Path(os.environ.get(variable, "") if variable else "")
    if named.is_absolute():
        return named / "autoviz" / "films"
    inside = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(sys.platform, ".cache")
    try:
        return Path.home() / inside / "autoviz" / "films"
    except RuntimeError:
        return None


def tend(clear: bool, limit: str | None) -> str:
    """Let go of what is kept, or set its limit, if that is wanted; and say what there is.

    Raises:
        InputError: a limit that is no size.
        OutputError: there is no place for it.
    """
    folder = film_cache()
    if folder is None:
        raise OutputError("a home for what is kept: there is none; set HOME or XDG_CACHE_HOME")
    store = Store(folder)
    if limit is not None:
        _limit(store, limit)
    if clear:
        store.clear()
    return f"{folder}\n{in_words(store.stored())}"


def in_words(stored: Stored) -> str:
    """What a store holds, in words.

    >>> in_words(Stored(120, 45_300_000, 10**9))
    '120 entries, 45.3 MB of at most 1 GB'
    """
    return f"{stored.entries} entries, {_size(stored.bytes)} of at most {_size(stored.limit)}"


def _limit(store: Store, text: str) -> None:
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"a size, as in 500MB or 4GB: got {text[:40]!r}; write a number and a unit"
        )
    try:
        store.set_limit(int(float(match[1]) * _UNITS[match[2].lower()]))
    except OSError as error:
        raise OutputError(
            f"a place for what is kept: {store.folder} can't be written ({error.strerror}); "
            "set XDG_CACHE_HOME to another"
        ) from error
    store.tidy()


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} B"
