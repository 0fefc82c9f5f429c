"""Safe places: a private folder to work in, and a target that is the old file or the new one.

Both are held by a lock while their owner lives, so that a later run can tell and sweep what a
killed one has left behind.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import IO

from graphgen.errors import OutputError

__all__ = ["check", "put", "workshop"]

_PREFIX = "autoviz-film-"
_LOCK = "owner.lock"
_BESIDE = ".autoviz-"
_PART = ".part"


@contextmanager
def workshop(parent: Path | None = None) -> Iterator[Path]:
    """A private folder that is gone afterwards; what killed runs have left there goes first.

    Args:
        parent: where it is made; without it where the system puts temporary files.
    """
    home = Path(tempfile.gettempdir()) if parent is None else parent
    _sweep_folders(home)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
    with (folder / _LOCK).open("wb") as lock:
        _hold(lock)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def check(target: Path) -> None:
    """Look before hours are spent whether a file can be put there.

    Raises:
        OutputError: it can't.
    """
    folder = target.parent
    if target.is_dir():
        raise OutputError(f"a file to write: {target} is a folder; give it a name with a suffix")
    if not folder.is_dir():
        raise OutputError(f"a folder for the film: {folder} is not there; make it first")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"a folder that can be written: {folder} can't; choose another with -o")


def put(source: Path, target: Path) -> None:
    """Put a finished file in its place: whoever looks sees the old file or the whole new one.

    Raises:
        OutputError: the place can't be written.
    """
    try:
        _sweep_files(target.parent)
        beside = target.parent / f"{_BESIDE}{os.getpid()}-{token_hex(4)}{_PART}"
        try:
            with source.open("rb") as finished, beside.open("xb") as copy:
                _hold(copy)
                shutil.copyfileobj(finished, copy, 1 << 20)
                copy.flush()
                os.fsync(copy.fileno())
                os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"a place for the film: {target} can't be written ({error.strerror}); "
            "choose another with -o"
        ) from error


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


def _is_orphan(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            return _hold(file)
    except OSError:
        return False


def _sweep_folders(home: Path) -> None:
    for folder in home.glob(f"{_PREFIX}*"):
        if _is_orphan(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _sweep_files(folder: Path) -> None:
    for path in folder.glob(f"{_BESIDE}*{_PART}"):
        if _is_orphan(path):
            with suppress(OSError):
                path.unlink()
