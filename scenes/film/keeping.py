"""Segments kept between renders: an unchanged film is only joined.

A segment is known by all that its pixels depend on: what it is made of, the fonts of the machine,
size and encoder, the versions of what draws, and this code itself.
"""

from collections.abc import Sequence
from dataclasses import astuple
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graphgen.store import Store, digest_of
from scenes.film.shooting import Order

__all__ = ["Shelf", "made_by", "surroundings"]

_DRAWN_BY = ("manim", "av", "pycairo", "manimpango", "numpy")


class Shelf:
    """Takes in a store.

    Args:
        store: what keeps the files.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def fetch(self, order: Order, into: Path) -> bool:
        """Put the take of a segment that was drawn before into a folder, if there is one."""
        return self.store.folder is not None and self.store.fetch(_key(order), into)

    def keep(self, order: Order, files: Sequence[Path]) -> None:
        """Keep the files of a take; a full disk only costs the next render time."""
        if self.store.folder is not None:
            self.store.keep(_key(order), files)


def made_by() -> str:
    """What draws here: versions, and this code itself. Where it is the same, so are the pixels."""
    return "\n".join((*(f"{name} {_version(name)}" for name in _DRAWN_BY), f"autoviz {_code()}"))


def _key(order: Order) -> str:
    reel, segment = order.reel, order.segment
    wanted = (
        reel.scene,
        reel.page,
        segment.first,
        segment.stop,
        astuple(order.frame),
        astuple(order.encoding),
        order.transparent,
    )
    return digest_of(f"{wanted!r}\n{reel.content}\n{surroundings()}".encode())


@cache
def surroundings() -> str:
    """All that the pixels of every segment depend on; a font that is installed meanwhile isn't seen
    by this process either."""
    return f"{_fonts()}\n{made_by()}"


def _fonts() -> str:
    import manimpango  # type: ignore[import-untyped]

    return "\n".join(sorted(manimpango.list_fonts()))


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


@cache
def _code() -> str:
    """This package's own source, and that of the storyboards."""
    home = Path(__file__).parents[2]
    rooms = ("scenes", "graphgen/storyboard", "graphgen/lessons", "graphgen/lectures")
    files = sorted(file for room in rooms for file in (home / room).rglob("*.py"))
    return digest_of(b"".join(file.read_bytes() for file in files))
