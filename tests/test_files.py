"""Every file is put in its place by one writer: whole, through links, into pipes and devices."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from graphgen.model.errors import OutputError
from graphgen.model.files import put, save, save_all

NEW = b"new" * 1000
Write = Callable[[Path], None]


@pytest.fixture(params=["bytes", "a finished file"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    """What writes the new content, handed over in one form or the other."""
    source = tmp_path / "finished"
    source.write_bytes(NEW)
    return (lambda path: save(NEW, path)) if request.param == "bytes" else lambda p: put(source, p)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_link_stays_a_link_and_its_target_is_written(write: Write, home: Path) -> None:
    (home / "real").write_bytes(b"old")
    (home / "link").symlink_to("real")
    write(home / "link")
    assert (home / "link").is_symlink()
    assert (home / "real").read_bytes() == NEW
    assert names(home) == ["link", "real"]


def test_a_link_that_leads_nowhere_yet_makes_its_target(write: Write, home: Path) -> None:
    (home / "there").mkdir()
    (home / "link").symlink_to("there/real")
    write(home / "link")
    assert (home / "there" / "real").read_bytes() == NEW
    assert names(home / "there") == ["real"]


def test_a_link_to_itself_is_refused(write: Write, home: Path) -> None:
    (home / "link").symlink_to("link")
    with pytest.raises(OutputError, match="leads back to itself"):
        write(home / "link")
    assert names(home) == ["link"]


def test_a_pipe_gets_the_content_and_stays_a_pipe(write: Write, home: Path) -> None:
    os.mkfifo(home / "pipe")
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append((home / "pipe").read_bytes()))
    reader.start()
    write(home / "pipe")
    reader.join(10)
    assert read == [NEW]
    assert (home / "pipe").is_fifo()
    assert names(home) == ["pipe"]


def test_a_device_gets_the_content_and_stays_a_device(write: Write, home: Path) -> None:
    (home / "null").symlink_to("/dev/null")
    write(home / "null")
    assert Path("/dev/null").is_char_device()
    assert names(home) == ["null"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_that_is_full_is_told(write: Write) -> None:
    with pytest.raises(OutputError, match="No space left"):
        write(Path("/dev/full"))


def test_standard_output_can_be_named(write: Write) -> None:
    script = "from graphgen.model.files import save; save(b'new', '/dev/stdout')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"new"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_an_old_file_keeps_its_rights(write: Write, home: Path, mode: int) -> None:
    (home / "old").write_bytes(b"old")
    (home / "old").chmod(mode)
    if not os.access(home / "old", os.W_OK):
        pytest.skip("what can't be written is refused")
    write(home / "old")
    assert (home / "old").read_bytes() == NEW
    assert (home / "old").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_rights_that_the_mask_leaves(
    write: Write, home: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        write(home / "new")
    finally:
        os.umask(before)
    assert (home / "new").stat().st_mode & 0o777 == 0o666 & ~mask


def test_what_a_killed_run_has_left_beside_goes(write: Write, home: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom graphgen.model import files\n"
        "files.os.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        "files.save(b'x', sys.argv[1])\n"
    )
    subprocess.run([sys.executable, "-c", script, str(home / "file")], check=False)
    assert [name[:9] for name in names(home)] == [".autoviz-"]
    write(home / "file")
    assert names(home) == ["file"]


def test_none_of_several_is_put_in_its_place_before_all_are_written(home: Path) -> None:
    for name in "ab":
        (home / name).write_bytes(b"old")
    (home / "c").symlink_to("/dev/full")
    with pytest.raises(OutputError):
        save_all([(NEW, home / "a"), (NEW, home / "b"), (NEW, home / "c")])
    assert (home / "a").read_bytes() == (home / "b").read_bytes() == b"old"
    assert names(home) == ["a", "b", "c"]
