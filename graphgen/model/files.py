"""Content -> a file that is absent, old or complete, whatever breaks the writing off.

The one writer of every file that a person asks for, pictures and films alike.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from graphgen.model.errors import OutputError
from graphgen.model.private_folders import private_folder

__all__ = ["check_place", "put", "save", "save_all"]

_BESIDE = ".autoviz-"
_BLOCK = 1 << 20


def save(content: bytes, path: str | os.PathLike[str]) -> None:
    """Writes the whole content, or leaves what was there; absent folders are made.

    Raises:
        OutputError: the place is a folder, or it can't be written.
    """
    _save_all([(content, check_place(path))])


def put(source: Path, path: str | os.PathLike[str]) -> None:
    """Writes what a finished file holds, or leaves what was there.

    Raises:
        OutputError: as `save` does.
    """
    _save_all([(source, check_place(path))])


def save_all(contents: Iterable[tuple[bytes, str | os.PathLike[str]]]) -> None:
    """Writes several files; none is put in its place before all are written.

    Raises:
        OutputError: as `save` does; whatever can be told before is told before anything is written.
    """
    _save_all([(content, check_place(path)) for content, path in contents])


def _save_all(contents: list[tuple[bytes | Path, Path]]) -> None:
    """Each is written in a private folder beside its target: the last move is one single step."""
    waiting: list[tuple[Path, Path]] = []
    with ExitStack() as stack:
        folders: dict[Path, Path] = {}
        for number, (content, target) in enumerate(contents):
            with _told(target):
                if _is_special(target):  # a pipe or a device keeps what it is
                    _copy(content, os.open(target, os.O_WRONLY))
                    continue
                place = Path(os.path.realpath(target))
                if place.parent not in folders:
                    stack.enter_context(_folder_of(place.parent))
                    private = private_folder(place.parent, _BESIDE)
                    folders[place.parent] = stack.enter_context(private)
                beside = folders[place.parent] / str(number)
                _copy(content, _created(beside, place))
                waiting.append((beside, place))
        for beside, target in waiting:
            with _told(target):
                os.replace(beside, target)


@contextmanager
def _folder_of(folder: Path) -> Iterator[None]:
    """A folder with those around it, made where they are absent; and taken away again when nothing
    was put in them."""
    absent = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for each in absent:
            with suppress(OSError):
                each.rmdir()  # which is refused where there is something in it


def _created(beside: Path, target: Path) -> int:
    """A new file with the rights of the old one, or those that the person's mask gives a new one.

    Returns:
        Its descriptor.
    """
    if not target.exists():
        return os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.chmod(beside, target.stat().st_mode & 0o777)
    return handle


def _copy(content: bytes | Path, handle: int) -> None:
    with os.fdopen(handle, "wb") as file:
        if isinstance(content, Path):
            with content.open("rb") as finished:
                shutil.copyfileobj(finished, file, _BLOCK)
        else:
            file.write(content)
        file.flush()
        if _is_regular(handle):
            os.fsync(handle)


def _is_regular(handle: int) -> bool:
    import stat

    return stat.S_ISREG(os.fstat(handle).st_mode)


def _is_special(target: Path) -> bool:
    return target.exists() and not target.is_file()


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
        OutputError: the place is a folder, or it can't be written.
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
        if os.path.islink(os.path.realpath(target)):
            raise OutputError(
                f"a file to write: {_shown(target)} is a link that leads back to itself; "
                "choose another place with -o"
            )
        around = _existing(target.parent)
        if not around.is_dir():
            raise OutputError(
                f"a file to write: {_shown(around)} is no folder; choose another place with -o"
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


def _existing(folder: Path) -> Path:
    """The folder, or the nearest around it that is there: those in between are made on writing."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each)), Path())


def _touched(target: Path) -> list[Path]:
    """What has to be writable: the folder too, unless a pipe or a device stands there."""
    if not target.exists():
        return [_existing(target.parent)]
    return [target, target.parent] if target.is_file() else [target]


def _shown(path: Path) -> str:
    text = "".join(c if c.isprintable() else "\ufffd" for c in str(path))
    return text if len(text) <= 200 else f"{text[:200]}…"
