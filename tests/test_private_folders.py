"""A private folder is gone afterwards, and what a killed run has left goes with the next one."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graphgen.model.private_folders import open_regular, private_folder

KILLED = """
import os, sys
from pathlib import Path
from graphgen.model.private_folders import private_folder
with private_folder(Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


def test_it_is_there_for_as_long_as_it_is_used_and_nobody_else_may_look(tmp_path: Path) -> None:
    with private_folder(tmp_path) as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b").write_text("x")
        assert folder.stat().st_mode & 0o777 == 0o700
        with private_folder(tmp_path) as other:  # which leaves the first one alone
            assert other != folder
        assert (folder / "a" / "b").exists()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_when_what_used_it_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), private_folder(tmp_path):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_one_that_a_killed_run_has_left_goes_with_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with private_folder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_what_stands_there_instead_of_a_lock_holds_nobody_up(tmp_path: Path) -> None:
    odd = tmp_path / "autoviz-odd"
    odd.mkdir()
    os.mkfifo(odd / "owner.lock")
    (tmp_path / "autoviz-file").write_text("mine")
    (tmp_path / "autoviz-link").symlink_to("/")
    began = time.monotonic()
    with private_folder(tmp_path):
        pass
    assert time.monotonic() - began < 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "autoviz-odd",
        "autoviz-file",
        "autoviz-link",
    }


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/", "/nowhere"])
def test_only_plain_files_are_opened(path: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        open_regular(Path(path))
