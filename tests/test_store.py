"""What is kept is found as it was, by several at once, and within its limit."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graphgen.model.store import LIMIT, Store


def _files(folder: Path, **contents: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(content)
    return [folder / name for name in contents]


def _instead(name: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Damage to an entry: something else in the place of a file of it."""

    def damage(place: Path) -> None:
        (place / name).unlink()
        make(place / name)

    return damage


def _longer(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 42)  # which would take hours to read


ODD = (os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), _longer)
ODD_NOTES = [
    *(_instead("entry.json", make) for make in ODD),
    *(
        lambda place, text=text: (place / "entry.json").write_text(text)
        for text in (
            "[" * 100_000,
            "{}",
            "null",
            '{"files": {}}',
            "9" * 5000,
            '{"files": {"": [0]}}',
        )
    ),
]
ODD_FILES = [_instead("one", make) for make in ODD]


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert not store.fetch("key", tmp_path / "found")
    store.keep("key", _files(tmp_path / "a", one="1", two="2"))
    assert store.fetch("key", tmp_path / "found")
    assert {path.name: path.read_text() for path in (tmp_path / "found").iterdir()} == {
        "one": "1",
        "two": "2",
    }
    assert store.stored().entries == 1


def test_what_is_kept_again_takes_the_place_of_the_old(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.keep("key", _files(tmp_path / "a", one="1", two="2"))
    store.keep("key", _files(tmp_path / "b", one="new"))
    assert store.fetch("key", tmp_path / "found")
    assert [path.read_text() for path in (tmp_path / "found").iterdir()] == ["new"]


def test_a_damaged_entry_counts_as_none_until_it_is_kept_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for damage in (
        lambda place: (place / "one").write_text("2"),
        lambda place: (place / "one").unlink(),
        lambda place: (place / "entry.json").write_text("{"),
        lambda place: (place / "entry.json").write_text('{"../one": "x"}'),
        *ODD_NOTES,
        *ODD_FILES,
    ):
        store.keep("key", _files(tmp_path / "a", one="1"))
        damage(tmp_path / "store" / "key")
        assert not store.fetch("key", tmp_path / "found")
        assert not (tmp_path / "found" / "one").exists()
        (tmp_path / "a" / "one").unlink()  # which may be the same file
        store.keep("key", _files(tmp_path / "a", one="1"))
        assert store.fetch("key", tmp_path / "again")


def test_an_entry_in_the_place_of_another_counts_as_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for key in "abc":
        store.keep(key, _files(tmp_path / key, one=key))
    for old, new in (("a", "x"), ("b", "a"), ("x", "b")):  # a and b are swapped
        (tmp_path / "store" / old).rename(tmp_path / "store" / new)
    assert [store.fetch(key, tmp_path / f"found-{key}") for key in "abc"] == [False, False, True]
    store.keep("a", _files(tmp_path / "a", one="a"))
    assert store.fetch("a", tmp_path / "found")
    assert (tmp_path / "found" / "one").read_text() == "a"


def test_an_entry_of_something_else_with_the_same_key_counts_as_none(tmp_path: Path) -> None:
    Store(tmp_path / "store", of="one plan").keep("00001", _files(tmp_path / "a", one="1"))
    assert not Store(tmp_path / "store", of="another").fetch("00001", tmp_path / "found")
    assert not Store(tmp_path / "store").fetch("00001", tmp_path / "found")
    assert Store(tmp_path / "store", of="one plan").fetch("00001", tmp_path / "found")


def test_whatever_stands_in_the_place_of_an_entry_or_the_limit_makes_way(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (tmp_path / "store").mkdir()
    os.mkfifo(tmp_path / "store" / "limit")
    (tmp_path / "store" / "file").write_text("x")
    os.mkfifo(tmp_path / "store" / "pipe")
    (tmp_path / "store" / "link").symlink_to("/dev/zero")
    assert store.limit == LIMIT
    for key in ("file", "pipe", "link"):
        assert not store.fetch(key, tmp_path / key)
        store.keep(key, _files(tmp_path / "a", one="1"))
        assert store.fetch(key, tmp_path / key)
    assert sorted(p.name for p in (tmp_path / "store").iterdir()) == [
        "file",
        "limit",
        "link",
        "pipe",
    ]


def test_the_entries_that_were_not_used_for_longest_leave_first(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for age, key in enumerate("abc"):
        store.keep(key, _files(tmp_path / key, one="x" * 1000))
        os.utime(tmp_path / "store" / key, (time.time() - 100 + age,) * 2)
    assert store.fetch("a", tmp_path / "found")
    store.set_limit(2500)
    store.tidy()
    assert sorted(path.name for path in (tmp_path / "store").iterdir() if path.is_dir()) == [
        "a",
        "c",
    ]
    store.clear()
    assert (store.stored().entries, store.limit) == (0, 2500)


def test_what_a_killed_run_left_is_taken_away_later(tmp_path: Path) -> None:
    store = Store(tmp_path)
    old, new = tmp_path / "k.1234.part", tmp_path / "k.5678.part"
    for place in (old, new):
        place.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    store.tidy()
    assert (old.exists(), new.exists()) == (False, True)


def test_what_one_run_uses_stays_when_another_clears(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.keep("key", _files(tmp_path / "a", one="1"))
    assert store.fetch("key", tmp_path / "found")
    store.clear()
    assert (tmp_path / "found" / "one").read_text() == "1"


def test_many_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    files = [_files(tmp_path / f"f{n}", one=str(n) * 5000, two=str(n)) for n in range(4)]

    def run(number: int) -> bool:
        store.keep("key", files[number % 4])
        place = tmp_path / f"found{number}"
        if not store.fetch("key", place):
            return True  # somebody has just put another in its place
        return (place / "one").read_text() == (place / "two").read_text() * 5000

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(run, range(200)))
    assert store.fetch("key", tmp_path / "last")


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    store = Store(None)
    store.keep("key", _files(tmp_path / "a", one="1"))
    store.tidy()
    assert not store.fetch("key", tmp_path / "found")
    assert (store.stored().entries, store.limit) == (0, LIMIT)
