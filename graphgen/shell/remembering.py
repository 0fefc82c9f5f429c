"""Words -> the picture that was made of them before: to film it again, torch isn't needed."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from graphgen.picture import Picture
from graphgen.provenance import told_by
from graphgen.shell.caching import film_cache
from graphgen.store import Store, digest_of
from graphgen.story_file import dumps, loads

__all__ = ["remembered"]

_FILE = "picture.json"


def remembered(words: object, make: Callable[[], Picture]) -> Picture:
    """The picture that was made of these words, or one that is made now, and kept.

    Args:
        words: all that the picture depends on but for what tells it; its repr says it all.
        make: makes the picture.
    """
    store, key = Store(film_cache()), digest_of(f"picture\n{words!r}\n{told_by()}".encode())
    with TemporaryDirectory(prefix="autoviz-told-") as folder:
        place = Path(folder) / "found"
        if store.fetch(key, place):
            return loads((place / _FILE).read_bytes())
        picture = make()
        kept = Path(folder) / _FILE
        kept.write_text(dumps(picture), encoding="utf-8")
        store.keep(key, [kept])
    return picture
