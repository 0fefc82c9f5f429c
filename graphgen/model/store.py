"""Files by keys, in a folder that many runs share: what is found is as it was written.

    FOLDER/limit             how many bytes may be kept, as `autoviz cache --limit` has set it
    FOLDER/KEY/entry.json    {"key": KEY, "files": {"film.mp4": [bytes, "its digest"], ...},
                              "digest": "of all of that"}
    FOLDER/KEY/film.mp4      ...

An entry is there whole or not at all: it is made beside its place and renamed. It knows its key, so
that one in another's place counts as none, and so does one with anything odd in it: a pipe, a
device, a file of another length. What a run uses of an entry is its own (a link or a copy), so that
another run may let go of the entry meanwhile.
"""

import json
import os
import shutil
import stat
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

from graphgen.model import leftovers
from graphgen.model.private_folders import open_regular

__all__ = ["LIMIT", "Store", "Stored", "digest_of", "digest_of_file"]

LIMIT = 1_000_000_000
"""Bytes that are kept where nobody has said how many."""

_NOTE, _LIMIT_FILE = "entry.json", "limit"
_LONGEST_NOTE, _LONGEST_LIMIT = 1_000_000, 100
_UNFINISHED = ".part"
_FORGOTTEN = 3600.0
"""Seconds after which what a run has begun, and not finished, is taken away."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds, in entries and bytes, and how many bytes it may hold."""

    entries: int
    bytes: int
    limit: int


class Store:
    """Entries of a folder.

    Args:
        folder: is made when it isn't there; None keeps nothing and finds nothing.
        of: what the entries belong to, where their keys alone don't say it; those that were kept of
            something else count as none.
    """

    def __init__(self, folder: Path | None, of: str = "") -> None:
        self.folder, self._of = folder, of

    def fetch(self, key: str, into: Path) -> bool:
        """Put the files of an entry into a folder, which is made; False where there is none.

        An entry of which anything is missing or changed counts as none; `keep` replaces it.
        """
        if self.folder is None:
            return False
        place = self.folder / key
        noted = _noted(place, self._whole_key(key))
        if noted is None:
            return False
        try:
            into.mkdir(parents=True, exist_ok=True)
            for name, (length, _) in noted.items():
                _check_regular(place / name, length)
                _link(place / name, into / name)
            is_whole = all(digest_of_file(into / name) == noted[name][1] for name in noted)
        except OSError:  # another run has just let go of it, or replaced it
            is_whole = False
        if not is_whole:
            shutil.rmtree(into, ignore_errors=True)
            return False
        with suppress(OSError):
            os.utime(place)
        return True

    def keep(self, key: str, files: Iterable[Path]) -> None:
        """Keep files under a key; a full disk only costs the next run time."""
        if self.folder is None:
            return
        beside = self.folder / f"{key}.{token_hex(4)}{_UNFINISHED}"
        leftovers.watch(os.path.abspath(beside))
        try:
            beside.mkdir(parents=True)
            noted = {}
            for file in files:
                _link(file, beside / file.name)
                noted[file.name] = (file.stat().st_size, digest_of_file(file))
            (beside / _NOTE).write_text(_note(self._whole_key(key), noted))
            _replace(beside, self.folder / key)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
        finally:
            leftovers.discard(os.path.abspath(beside))

    def _whole_key(self, key: str) -> str:
        return f"{self._of}/{key}" if self._of else key

    def tidy(self) -> None:
        """Let go of the entries that were not used for longest, until the rest is in the limit."""
        room = self.limit
        for place in sorted(self._places(), key=_last_use, reverse=True):
            room -= _bytes_in(place)
            is_left = place.suffix == _UNFINISHED and time.time() - _last_use(place) > _FORGOTTEN
            if room < 0 or is_left:
                shutil.rmtree(place, ignore_errors=True)

    def clear(self) -> None:
        """Let go of every entry."""
        for place in self._places():
            shutil.rmtree(place, ignore_errors=True)

    @property
    def limit(self) -> int:
        """How many bytes may be kept."""
        with suppress(OSError, ValueError, TypeError):
            text = _read(((self.folder or Path()) / _LIMIT_FILE), _LONGEST_LIMIT)
            return max(0, int(text))
        return LIMIT

    def set_limit(self, limit: int) -> None:
        """Say how many bytes may be kept from now on.

        Raises:
            OSError: it can't be noted.
        """
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside = self.folder / f"{_LIMIT_FILE}{token_hex(4)}"
            beside.write_text(str(limit))
            beside.replace(self.folder / _LIMIT_FILE)

    def stored(self) -> Stored:
        """What is there."""
        sizes = [_bytes_in(place) for place in self._places()]
        return Stored(len(sizes), sum(sizes), self.limit)

    def _places(self) -> list[Path]:
        try:
            return [
                place for place in (self.folder or Path("/dev/null")).iterdir() if place.is_dir()
            ]
        except OSError:
            return []


def digest_of(content: bytes) -> str:
    """What content is known by."""
    return blake2b(content, digest_size=20).hexdigest()


def digest_of_file(path: Path) -> str:
    """What the content of a plain file is known by.

    Raises:
        OSError: it is none, or can't be read.
    """
    digest = blake2b(digest_size=20)
    with open_regular(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _note(key: str, files: Mapping[str, tuple[int, str]]) -> str:
    """The text that says of which key an entry is, and what its files are."""
    body = {"key": key, "files": {name: list(known) for name, known in files.items()}}
    return json.dumps({**body, "digest": digest_of(json.dumps(body).encode())})


def _noted(place: Path, key: str) -> dict[str, tuple[int, str]] | None:
    """The names, lengths and digests of an entry's files; None where it isn't one of this key."""
    try:
        text = _read(place / _NOTE, _LONGEST_NOTE)
        files = {name: (size, known) for name, (size, known) in json.loads(text)["files"].items()}
        return files if text == _note(key, files).encode() else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _read(path: Path, most: int) -> bytes:
    """The content of a plain file that isn't long.

    Raises:
        OSError: it is none, can't be read, or is longer.
    """
    with open_regular(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"{path} is longer than {most} bytes")
    return content


def _check_regular(path: Path, length: int) -> None:
    """See that a plain file stands there that has this many bytes."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size != length:
        raise OSError(f"{path} is not what was kept")


def _link(source: Path, target: Path) -> None:
    """The same file in another place; a copy where the places are on different disks."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _replace(beside: Path, place: Path) -> None:
    """Put a folder in the place of another one."""
    for _ in range(3):  # another run may put its own there at the same moment
        old = place.with_name(f"{place.name}.{token_hex(4)}{_UNFINISHED}")
        with suppress(FileNotFoundError):
            place.rename(old)
            _remove(old)
        with suppress(OSError):
            beside.rename(place)
            return
    raise OSError(f"{place} is always taken")


def _remove(place: Path) -> None:
    """Take away whatever stands there."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink()


def _last_use(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0


def _bytes_in(place: Path) -> int:
    try:
        return sum(file.stat().st_size for file in place.iterdir())
    except OSError:
        return 0
