"""Words -> the picture or the lesson that was made of them before: it needs no torch again."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from graphgen.commands.caching import film_cache
from graphgen.model.errors import AutovizError
from graphgen.model.private_folders import private_folder
from graphgen.model.provenance import told_by
from graphgen.model.store import Store, digest_of

__all__ = ["remembered"]

Made = TypeVar("Made")

_FILE = "made.json"


def remembered(
    words: object,
    make: Callable[[], Made],
    dumps: Callable[[Made], str],
    loads: Callable[[bytes], Made],
) -> Made:
    """What was made of these words, or what is made now, and kept.

    Args:
        words: all that it depends on but for what tells it; its repr says it all.
        make: makes it.
        dumps, loads: to a file's text, and back.

    Returns:
        The result, from the cache or new.
    """
    store, key = Store(film_cache()), digest_of(f"made\n{words!r}\n{told_by()}".encode())
    with private_folder() as folder:
        place = folder / "found"
        with suppress(OSError, AutovizError):  # what can't be read is made anew
            if store.fetch(key, place):
                return loads((place / _FILE).read_bytes())
    result = make()
    with private_folder() as folder:
        file = folder / _FILE
        file.write_text(dumps(result), encoding="utf-8")
        store.keep(key, [file])
    return result
