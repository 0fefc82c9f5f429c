"""Every kind of place that a film and a picture can be put in, by the command."""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from threading import Thread

from tests.drills.commands import autoviz
from tests.drills.protocol import Case, Drill

__all__ = ["DRILL", "PLACES", "written"]

_ASKED = ("render", "expr", "c = (a + b) * b", "--set", "a=2", "--set", "b=3")
_SMALL = ("-q", "l", "-j", "1", "--seconds-per-step", "0.2")
_OLD = b"old"


def _link(target: str, path: Path) -> None:
    (path.parent / "there").mkdir()
    path.symlink_to(target)


def _linked_file(path: Path) -> None:
    _link("there/real", path)
    path.write_bytes(_OLD)


def _linked_twice(path: Path) -> None:
    path.symlink_to("other")
    path.with_name("other").symlink_to("real")
    path.write_bytes(_OLD)


def _of_mode(mode: int, path: Path) -> None:
    path.write_bytes(_OLD)
    path.chmod(mode)


PLACES: Mapping[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "a file": lambda path: path.write_bytes(_OLD),
    "a file for its owner only": partial(_of_mode, 0o600),
    "a file that anybody may write": partial(_of_mode, 0o666),
    "a file that can be run": partial(_of_mode, 0o755),
    "a link to a file": _linked_file,
    "a link to nothing yet": partial(_link, "there/real"),
    "a link to a link": _linked_twice,
    "a pipe": os.mkfifo,
    "a link to /dev/null": lambda path: path.symlink_to("/dev/null"),
    "a link to /dev/full": lambda path: path.symlink_to("/dev/full"),
    "a folder": Path.mkdir,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link into a folder that is not there": lambda path: path.symlink_to("gone/real"),
}
"""What stands in the place before."""

_REFUSED = ("a link to /dev/full", "a folder", "a link to itself")


def written(place: str, suffix: str, folder: Path) -> str:
    """What came of writing into a place.

    Raises:
        AssertionError: the place isn't what it was, the file isn't whole, or something is left.
    """
    home = folder / "home"
    home.mkdir()
    path = home / f"x{suffix}"
    PLACES[place](path)
    before, names = os.lstat(path) if os.path.lexists(path) else None, _names(home)
    read: list[bytes] = []
    if place == "a pipe":
        Thread(target=lambda: read.append(path.read_bytes()), daemon=True).start()
    options = _SMALL if suffix == ".mp4" else ()
    status, said = autoviz([*_ASKED, *options, "-o", str(path), "--quiet"], folder)
    assert len(said.splitlines()) == (1 if status else 0), said[:200]
    if place in _REFUSED:
        assert status in (1, 2), f"status {status}"
        assert _names(home) == names, _names(home)
        return "refused"
    assert status == 0, said[:200]
    _check_kind(path, before)
    if "/dev/null" not in place:
        _check_whole(read[0] if place == "a pipe" else path.read_bytes(), suffix)
    made = (path.name, "there/real", "gone", "gone/real")
    left = [name for name in _names(home) if name not in (*names, *made)]
    assert not left, f"files are left: {left}"
    return "written"


def _names(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


def _check_kind(path: Path, before: os.stat_result | None) -> None:
    after = os.lstat(path).st_mode
    if before is None:
        mask = os.umask(0o022)
        os.umask(mask)
        assert stat.S_IMODE(after) == 0o666 & ~mask, oct(after)
    else:
        assert after == before.st_mode, f"{oct(before.st_mode)} became {oct(after)}"


def _check_whole(content: bytes, suffix: str) -> None:
    is_whole = content.rstrip().endswith(b"</svg>") if suffix == ".svg" else content[4:8] == b"ftyp"
    assert is_whole, f"{len(content)} bytes that are no {suffix}"


def _cases() -> Iterable[Case]:
    for suffix in (".mp4", ".svg"):
        for place in PLACES:
            yield Case(f"{suffix} where there is {place}", partial(written, place, suffix))


DRILL = Drill(
    "places",
    "a film and a picture are written where there is a file, a link, a pipe, a device, a folder: "
    "whole, with the rights of the old file or of the mask, or refused in a line; nothing is left",
    _cases,
    at_once=2,
)
