"""Everything that can be wrong with what is kept of films and with the shares of a lecture."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from tests.drills.commands import autoviz
from tests.drills.protocol import Case, Drill

__all__ = ["DRILL", "healed", "refused"]

Damage = Callable[[Path], None]
"""What is done to a file, to an entry's folder, or to a folder of entries."""

_WITHIN = 60.0
_FILM = ("render", "expr", "c = (a + b) * b", "--set", "a=2", "--set", "b=3", "-q", "l", "-j", "1")
_LECTURE = """
title = "One"
[[sections]]
heading = "First"
expr = "y = x ** 2; z = y * x"
values = { x = 2 }
seconds_per_step = 0.5
"""
_SHARE = ("lecture", "build", "lecture.toml", "--preview", "-j", "1", "-o", "shares", "--shard")
_JOIN = ("lecture", "join", "shares", "-o", "out.mp4")


def _instead(make: Damage, path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    make(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 42)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


OF_FILES: Mapping[str, Damage] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-10]) and None,
    "flipped": _flip,
    "empty": lambda path: path.write_bytes(b"") and None,
    "gone": Path.unlink,
    "4 TB long": partial(_instead, _sparse),
    "a pipe": partial(_instead, os.mkfifo),
    "a device": partial(_instead, lambda path: path.symlink_to("/dev/zero")),
    "a folder": partial(_instead, Path.mkdir),
    "a link to itself": partial(_instead, lambda path: path.symlink_to(path.name)),
    "brackets": lambda path: path.write_text("[" * 100_000) and None,
    "no note": lambda path: path.write_text("{}") and None,
    "a long number": lambda path: path.write_text("9" * 5000) and None,
}
"""What can be wrong with one file."""


def _kept(folder: Path) -> list[Path]:
    """The entries in a folder, takes first."""
    entries = [path.parent for path in sorted(folder.glob("*/entry.json"))]
    return sorted(entries, key=lambda entry: not (entry / "take.json").exists())


def _rotate(folder: Path, entries: Sequence[Path]) -> None:
    """Each entry into the next one's place."""
    for entry in entries:
        entry.rename(folder / f"{entry.name}-away")
    for entry, following in zip(entries, [*entries[1:], entries[0]], strict=True):
        (folder / f"{entry.name}-away").rename(following)


def _swap_files(first: Path, second: Path) -> None:
    """The films of two entries in each other's places."""
    one, two = first / "000.mp4", second / "000.mp4"
    one.rename(first / "away")
    two.rename(one)
    (first / "away").rename(two)


OF_FOLDERS: Mapping[str, Damage] = {
    "two takes swapped": lambda folder: _rotate(folder, _kept(folder)[:2]),
    "all entries shifted": lambda folder: _rotate(folder, _kept(folder)),
    "a take and another entry swapped": lambda f: _rotate(f, [_kept(f)[0], _kept(f)[-1]]),
    "films of takes swapped": lambda folder: _swap_files(*_kept(folder)[:2]),
    "an entry that is a pipe": lambda folder: _instead(os.mkfifo, _kept(folder)[0]),
    "an entry that is a file": lambda folder: _instead(Path.touch, _kept(folder)[0]),
    "an empty entry": lambda folder: _instead(Path.mkdir, _kept(folder)[0]),
    "everything gone": lambda folder: [shutil.rmtree(path) for path in _kept(folder)] and None,
    "a limit that is a pipe": lambda folder: os.mkfifo(folder / "limit"),
    "a limit that is a device": lambda folder: (folder / "limit").symlink_to("/dev/zero"),
    "a limit that is no number": lambda folder: (folder / "limit").write_text("much") and None,
    "a file instead of the folder": lambda folder: _instead(Path.touch, folder),
    "a pipe instead of the folder": lambda folder: _instead(os.mkfifo, folder),
    "a folder that is a link to itself": lambda f: _instead(lambda p: p.symlink_to(p.name), f),
}
"""What can be wrong with a folder of entries."""


def _on(index: int, name: str, damage: Damage, folder: Path) -> None:
    """Damage to a file of an entry."""
    damage(_kept(folder)[index] / name)


_FILES = ((0, "entry.json"), (0, "000.mp4"), (0, "take.json"), (-1, "entry.json"))


def _damages(files: Sequence[tuple[int, str]]) -> Iterable[tuple[str, Damage]]:
    yield from OF_FOLDERS.items()
    for index, name in files:
        for told, damage in OF_FILES.items():
            yield f"{name} of entry {index}: {told}", partial(_on, index, name, damage)


@cache
def _film() -> tuple[Path, bytes]:
    """A folder with the cache of a film, and the film."""
    home = Path(tempfile.mkdtemp(prefix="drill-caches-"))
    status, said = autoviz([*_FILM, "-o", "x.mp4"], home)
    assert status == 0, said
    return home, (home / "x.mp4").read_bytes()


@cache
def _shares() -> tuple[Path, bytes]:
    """A folder with the shares of a lecture, and the lecture."""
    home = Path(tempfile.mkdtemp(prefix="drill-shares-"))
    (home / "lecture.toml").write_text(_LECTURE)
    for words in ((*_SHARE, "1/2"), (*_SHARE, "2/2"), _JOIN):
        status, said = autoviz(words, home)
        assert status == 0, said
    return home, (home / "out.mp4").read_bytes()


def healed(damage: Damage, folder: Path) -> str:
    """What comes of a damaged cache: the right film, twice.

    Raises:
        AssertionError: another one, none, or no end.
    """
    home, wanted = _film()
    shutil.copytree(home / "cache", folder / "cache")
    damage(folder / "cache" / "autoviz" / "films")
    for name in ("a.mp4", "b.mp4"):
        status, said = autoviz([*_FILM, "-o", name], folder, _WITHIN)
        assert (status, said) == (0, ""), f"status {status}: {said[:200]}"
        assert (folder / name).read_bytes() == wanted, "another film"
    return "healed"


def refused(damage: Damage, folder: Path) -> str:
    """What comes of a damaged share: it is named, and once it is drawn again all is right.

    Raises:
        AssertionError: something else.
    """
    home, wanted = _shares()
    shutil.copytree(home / "shares", folder / "shares")
    (folder / "lecture.toml").write_text(_LECTURE)
    damage(folder / "shares" / "shard-1-of-2")
    status, said = autoviz(_JOIN, folder, _WITHIN)
    if status == 0:
        assert (folder / "out.mp4").read_bytes() == wanted, "another film"
        return "no matter"
    assert (status, len(said.splitlines())) == (2, 1), f"status {status}: {said[:200]}"
    assert not (folder / "out.mp4").exists(), "a film all the same"
    for words in ((*_SHARE, "1/2"), (*_SHARE, "2/2"), _JOIN):
        status, said = autoviz(words, folder, _WITHIN)
        if status == 2 and words != _JOIN:  # no folder can be made there
            return "refused"
        assert status == 0, f"status {status}: {said[:200]}"
    assert (folder / "out.mp4").read_bytes() == wanted, "another film"
    return "refused, and healed"


def _cases() -> Iterable[Case]:
    for told, damage in _damages(_FILES):
        yield Case(f"cache, {told}", partial(healed, damage))
    for told, damage in _damages(_FILES[:2]):
        yield Case(f"share, {told}", partial(refused, damage))


DRILL = Drill(
    "caches and shares",
    "every kind of damage to what is kept of a film and to a share of a lecture: the right film or "
    "one line that names the share, within a minute, and the right film afterwards",
    _cases,
    at_once=2,
)
