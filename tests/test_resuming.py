"""A run of tests that was broken off goes on where it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

CONFTEST = """
from tests.conftest import pytest_addoption, pytest_configure
"""

SEVERAL = """
import os
import pytest

def note(name):
    with open("ran", "a") as file:
        file.write(name + " ")

def test_first():
    note("first")

@pytest.mark.skip(reason="not here")
def test_skipped():
    note("skipped")

def test_second():
    note("second")
    if os.path.exists("break"):
        os.kill(os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid(), 9)

def test_third():
    note("third")
    assert not os.path.exists("fail")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "test_several.py").write_text(SEVERAL)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(folder: Path, *more: str) -> tuple[int, list[str]]:
    """The exit status, and which tests ran."""
    (folder / "ran").write_text("")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        env.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--go-on", *more, "test_several.py"],
        cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, (folder / "ran").read_text().split()


def test_what_had_passed_is_left_out_and_then_forgotten(folder: Path) -> None:
    (folder / "break").touch()
    assert run(folder) == (-9, ["first", "second"])
    (folder / "break").unlink()
    assert run(folder) == (0, ["second", "third"])
    assert run(folder) == (0, ["first", "second", "third"])


def test_a_change_of_any_file_begins_anew(folder: Path) -> None:
    (folder / "break").touch()
    run(folder)
    (folder / "break").unlink()
    (folder / "tests" / "helper.py").write_text("VALUE = 1")
    assert run(folder) == (0, ["first", "second", "third"])


def test_a_run_that_fails_was_not_broken_off(folder: Path) -> None:
    (folder / "fail").touch()
    assert run(folder) == (1, ["first", "second", "third"])
    (folder / "fail").unlink()
    assert run(folder) == (0, ["first", "second", "third"])


def test_when_all_had_passed_there_is_nothing_left_to_do(folder: Path) -> None:
    (folder / "break").touch()
    run(folder, "-k", "first or second")
    (folder / "break").unlink()
    assert run(folder, "-k", "first") == (0, [])


def test_the_workers_of_xdist_go_on_too(folder: Path) -> None:
    (folder / "break").touch()
    status, _ = run(folder, "-n", "1")
    assert status != 0
    (folder / "break").unlink()
    status, ran = run(folder, "-n", "1")
    assert (status, "first" in ran, ran[-1]) == (0, False, "third")
