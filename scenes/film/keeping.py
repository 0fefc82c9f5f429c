"""Segments kept between renders: an unchanged film is only joined, and looked at less closely.

A segment is known by all that its pixels depend on: what it is made of, the fonts of the machine,
size and encoder, the versions of what draws, and this code itself.
"""

import shutil
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from graphgen.model.store import Store, digest_of

from .shooting import Order
from .takes import read_take
from .versions import surroundings

__all__ = ["Shelf", "fetch_take"]


class Shelf:
    """Takes in a store.

    Args:
        store: what keeps the files.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def fetch(self, order: Order, into: Path) -> bool:
        """Put the take of a segment that was drawn before into a folder, if there is one."""
        return self.store.folder is not None and fetch_take(self.store, _key(order), order, into)

    def keep(self, order: Order, files: Sequence[Path]) -> None:
        """Keep the files of a take; a full disk only costs the next render time."""
        if self.store.folder is not None:
            self.store.keep(_key(order), files)

    def has_decoded(self, pictures: str, into: Path) -> bool:
        """Whether a film of these very pictures was decoded to its end before.

        Args:
            pictures: what they are known by, as `join` says.
            into: a folder that isn't there yet.
        """
        return self.store.folder is not None and self.store.fetch(_seen(pictures), into)

    def keep_decoded(self, pictures: str) -> None:
        """Note that a film of these pictures was decoded to its end."""
        if self.store.folder is not None:
            self.store.keep(_seen(pictures), ())


def fetch_take(store: Store, key: str, order: Order, into: Path) -> bool:
    """Put the take of a segment into a folder, if it is kept and has the segment's frames.

    Args:
        store: where takes are kept.
        key: of the segment, a digest of all that its pixels depend on.
        order: says how many frames the segment has.
        into: the folder, which is made.

    Returns:
        Whether the take is there now; what has other frames is removed again.
    """
    if not store.fetch(key, into):
        return False
    parts = read_take(into)
    if parts is not None and sum(part.frames * part.repeat for part in parts) == order.frames:
        return True
    shutil.rmtree(into, ignore_errors=True)
    return False


def _seen(pictures: str) -> str:
    return digest_of(f"decoded {pictures}\n{surroundings()}".encode())


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
