"""Folders to work in that nobody else uses: gone afterwards, however the process ends.

Each is held by a lock while its owner lives, so that a later run can tell, and take away, what one
that was killed has left behind.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import IO

from graphgen.model import leftovers

__all__ = ["open_regular", "private_folder"]

_LOCK = "owner.lock"


@contextmanager
def private_folder(parent: Path | None = None, prefix: str = "autoviz-") -> Iterator[Path]:
    """A folder that is gone afterwards; what killed runs have left beside it goes first.

    Args:
        parent: where it is made; without it where the system puts temporary files.
        prefix: what its name begins with, as do the names of what is taken away.

    Raises:
        OSError: it can't be made.
    """
    home = Path(tempfile.gettempdir()) if parent is None else parent
    _remove_orphans(home, prefix)
    folder = home / f"{prefix}{token_hex(8)}"
    leftovers.watch(os.path.abspath(folder))
    try:
        folder.mkdir(mode=0o700)
        with (folder / f"{_LOCK}.new").open("wb") as lock:
            _hold(lock)
            (folder / f"{_LOCK}.new").rename(folder / _LOCK)  # nobody sees one that isn't held
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        leftovers.discard(os.path.abspath(folder))


def open_regular(path: Path) -> IO[bytes]:
    """Open a plain file to read; a pipe or a device, at which reading may never end, is refused.

    Raises:
        OSError: it is none, or can't be read.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is no plain file")
    return os.fdopen(handle, "rb")


def _remove_orphans(home: Path, prefix: str) -> None:
    for folder in home.glob(f"{prefix}*"):
        if _is_orphan(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _is_orphan(lock: Path) -> bool:
    """Whether whoever held a lock is gone."""
    with suppress(OSError), open_regular(lock) as file:
        return _hold(file)
    return False


def _hold(file: IO[bytes]) -> bool:
    """Lock a file for as long as it is open; False: somebody else holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: an open file can't be removed there, which serves as the lock
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
