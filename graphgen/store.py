"""Files by keys, in a folder that many runs share: what is found is as it was written.

    FOLDER/limit             how many bytes may be kept, as `autoviz cache --limit` has set it
    FOLDER/KEY/entry.json    {"film.mp4": "its digest", ...}
    FOLDER/KEY/film.mp4      ...

An entry is there whole or not at all: it is made beside its place and renamed. What a run uses of
it is its own (a link or a copy), so that another run may let go of the entry meanwhile.
"""

import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

__all__ = ["LIMIT", "Store", "Stored", "digest_of", "digest_of_file"]

LIMIT = 1_000_000_000
"""Bytes that are kept where nobody has said how many."""

_NOTE, _LIMIT_FILE = "entry.json", "limit"
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
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def fetch(self, key: str, into: Path) -> bool:
        """Put the files of an entry into a folder, which is made; False where there is none.

        An entry of which anything is missing or changed counts as none; `keep` replaces it.
        """
        if self.folder is None:
            return False
        place = self.folder / key
        noted = _noted(place)
        if noted is None:
            return False
        try:
            into.mkdir(parents=True, exist_ok=True)
            for name in noted:
                _link(place / name, into / name)
            is_whole = all(digest_of_file(into / name) == noted[name] for name in noted)
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
        try:
            beside.mkdir(parents=True)
            noted = {}
            for file in files:
                _link(file, beside / file.name)
                noted[file.name] = digest_of_file(file)
            (beside / _NOTE).write_text(json.dumps(noted))
            _replace(beside, self.folder / key)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)

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
            return max(0, int(((self.folder or Path()) / _LIMIT_FILE).read_text()))
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
    """What the content of a file is known by.

    Raises:
        OSError: it can't be read.
    """
    digest = blake2b(digest_size=20)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _noted(place: Path) -> Mapping[str, str] | None:
    """The names and digests of an entry's files."""
    try:
        noted = json.loads((place / _NOTE).read_bytes())
    except (OSError, ValueError):
        return None
    is_note = isinstance(noted, dict) and all(Path(name).name == name for name in noted)
    return noted if is_note else None


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
            shutil.rmtree(old, ignore_errors=True)
        with suppress(OSError):
            beside.rename(place)
            return
    raise OSError(f"{place} is always taken")


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
