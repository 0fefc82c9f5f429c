"""Bytes -> a file that is absent, old or complete, whatever breaks the writing off."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graphgen.errors import OutputError

__all__ = ["check_place", "save", "save_all"]


def save(content: bytes, path: str | os.PathLike[str]) -> None:
    """Writes the whole content, or leaves what was there.

    Raises:
        OutputError: the place is a folder, its folder is absent, or it can't be written.
    """
    save_all([(content, path)])


def save_all(contents: Iterable[tuple[bytes, str | os.PathLike[str]]]) -> None:
    """Writes several files; none is put in its place before all are written.

    Raises:
        OutputError: as `save` does; whatever can be told before is told before anything is written.
    """
    files = [(content, check_place(path)) for content, path in contents]
    waiting: list[tuple[str, Path]] = []
    try:
        for content, target in files:
            with _told(target):
                waiting.extend(_laid_beside(content, Path(os.path.realpath(target))))
        for name, target in waiting:
            with _told(target):
                os.replace(name, target)
    finally:
        for name, _ in waiting:
            with suppress(OSError):
                os.unlink(name)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"a file to write: {_shown(target)} can't be written ({error.strerror or error}); "
            "choose another place with -o"
        ) from error


def check_place(path: str | os.PathLike[str]) -> Path:
    """The path, when a file can be written there; nothing is changed.

    Raises:
        OutputError: the place is a folder, its folder is absent, or it can't be written.
    """
    text = os.fspath(path)
    if not text or "\0" in text:
        raise OutputError(f"a file to write: got {text!r}; give the name of a file")
    target = Path(text)
    try:
        if target.is_dir():
            raise OutputError(
                f"a file to write: {_shown(target)} is a folder; name a file in it, "
                f"as in {_shown(target / 'picture.svg')}"
            )
        if not target.parent.is_dir():
            raise OutputError(
                f"a file to write: the folder {_shown(target.parent)} doesn't exist; "
                f"make it with: mkdir -p {_shown(target.parent)}"
            )
        if not all(os.access(place, os.W_OK) for place in _touched(target)):
            raise OutputError(
                f"a file to write: {_shown(target)} must not be written by you; "
                "choose another place with -o"
            )
    except OSError as error:
        raise OutputError(
            f"a file to write: {_shown(target)} can't be looked at ({error.strerror or error}); "
            "choose another place with -o"
        ) from error
    return target


def _touched(target: Path) -> list[Path]:
    """What has to be writable: the folder too, unless a pipe or a device stands there."""
    if not target.exists():
        return [target.parent]
    return [target, target.parent] if target.is_file() else [target]


def _laid_beside(content: bytes, target: Path) -> Iterator[tuple[str, Path]]:
    """The temporary file beside its target, so that the last move is one single step."""
    if target.exists() and not target.is_file():  # a pipe or a device keeps what it is
        target.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=".autoviz-", dir=target.parent)
    yield name, target
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, _mode(target))


def _mode(target: Path) -> int:
    """The rights that the old file has, or those that the person's mask gives a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _shown(path: Path) -> str:
    text = "".join(c if c.isprintable() else "\ufffd" for c in str(path))
    return text if len(text) <= 200 else f"{text[:200]}…"
