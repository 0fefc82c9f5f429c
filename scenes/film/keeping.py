"""Segments kept between renders: an unchanged film is only joined.

A segment is known by all that its pixels depend on: what it is made of, the fonts of the
machine, size and encoder, the versions of what draws, and this code itself.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from secrets import token_hex

from scenes.film.joining import Part
from scenes.film.shooting import Order
from scenes.film.takes import digest_of, read_take, write_take

__all__ = ["Shelf"]

_DRAWN_BY = ("manim", "av", "pycairo", "manimpango", "numpy")
_MOST, _MOST_BYTES = 2000, 1_000_000_000


class Shelf:
    """A folder of takes.

    Args:
        folder: is made when it isn't there; None keeps nothing.
        content: the text of what the film is made of.
    """

    def __init__(self, folder: Path | None, content: str) -> None:
        self._folder = folder
        self._about = "" if folder is None else _about(content)

    def find(self, order: Order) -> tuple[Part, ...] | None:
        """The parts of a segment that was drawn before."""
        if self._folder is None:
            return None
        place = self._folder / self._key(order)
        parts = read_take(place)
        if parts is not None:
            with suppress(OSError):
                os.utime(place)
        return parts

    def keep(self, order: Order, parts: Sequence[Part]) -> None:
        """Put a copy of a segment on the shelf; a full disk only costs the next render time."""
        if self._folder is None:
            return
        place = self._folder / self._key(order)
        beside = self._folder / f"{place.name}.{token_hex(4)}.part"
        try:
            beside.mkdir(parents=True)
            copies = [
                Part(Path(shutil.copy2(part.path, beside)), part.frames, part.repeat)
                for part in parts
            ]
            write_take(beside, copies)
            shutil.rmtree(place, ignore_errors=True)
            beside.replace(place)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)

    def tidy(self) -> None:
        """Let go of the takes that were not used for longest, when there are many or large ones."""
        if self._folder is None or not self._folder.is_dir():
            return
        room = _MOST_BYTES
        by_age: list[Path] = []
        with suppress(OSError):
            by_age = sorted(self._folder.iterdir(), key=_last_use, reverse=True)
        for count, place in enumerate(by_age):
            room -= _bytes_in(place)
            if count >= _MOST or room < 0:
                shutil.rmtree(place, ignore_errors=True)

    def _key(self, order: Order) -> str:
        wanted = (
            order.scene,
            order.segment.first,
            order.segment.stop,
            astuple(order.frame),
            astuple(order.encoding),
            order.transparent,
        )
        return digest_of(f"{wanted!r}\n{self._about}".encode())


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


def _about(content: str) -> str:
    """All that the pixels of every segment depend on."""
    return "\n".join((content, _fonts(), _versions(), _code()))


def _fonts() -> str:
    import manimpango  # type: ignore[import-untyped]

    return "\n".join(sorted(manimpango.list_fonts()))


def _versions() -> str:
    return "\n".join(f"{name} {_version(name)}" for name in _DRAWN_BY)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


@cache
def _code() -> str:
    """This package's own source, and that of the storyboards."""
    home = Path(__file__).parents[2]
    rooms = ("scenes", "graphgen/storyboard", "graphgen/lessons")
    files = sorted(file for room in rooms for file in (home / room).rglob("*.py"))
    return digest_of(b"".join(file.read_bytes() for file in files))
