"""A run of the tests that was broken off goes on: `--go-on` leaves out what it had passed.

Passed tests are written down as they pass, with a fingerprint of every file they may depend on;
a run that comes to its end forgets them, and so does any change.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["Resuming"]

_ROOMS = ("graphgen", "scenes", "tests", "examples", "docs", "tools", "benchmarks")
_FILES = ("pyproject.toml", "constraints.txt", "autoviz_torch.py", "cli.py", "setup.sh", "Makefile")


class Resuming:
    """The plugin of one process: the one that is started, or a worker of pytest-xdist.

    Args:
        folder: where is written down what has passed.
        root: of the files that a run depends on.
        is_worker: a worker only leaves out; the process that is started writes down.
    """

    def __init__(self, folder: Path, root: Path, is_worker: bool) -> None:
        self._before, self._now = folder / "passed-before", folder / "passing"
        self._is_worker = is_worker
        if not is_worker:
            folder.mkdir(parents=True, exist_ok=True)
            self._begin(_fingerprint(root))

    def _begin(self, fingerprint: str) -> None:
        known = [*self._read(self._before, fingerprint), *self._read(self._now, fingerprint)]
        self._write(self._before, [fingerprint, *dict.fromkeys(known)])
        self._write(self._now, [fingerprint])

    @staticmethod
    def _read(file: Path, fingerprint: str = "") -> list[str]:
        """The tests in a file; none where it is of another state of the files."""
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return lines[1:] if lines and fingerprint in ("", lines[0]) else []

    @staticmethod
    def _write(file: Path, lines: list[str]) -> None:
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out what had passed."""
        passed = set(self._read(self._before))
        left_out = [item for item in items if item.nodeid in passed]
        if left_out:
            items[:] = [item for item in items if item.nodeid not in passed]
            config.hook.pytest_deselected(items=left_out)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down what passes, or is skipped, at once: the next moment may be the last."""
        is_done = report.passed if report.when == "call" else report.skipped
        if is_done and not self._is_worker:
            with self._now.open("a", encoding="utf-8") as file:
                file.write(f"{report.nodeid}\n")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Forget it all at the end of a whole run."""
        ended = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        none_left = pytest.ExitCode.NO_TESTS_COLLECTED
        if self._is_worker or exitstatus not in (*ended, none_left):
            return
        if exitstatus == none_left and self._read(self._before):
            session.exitstatus = pytest.ExitCode.OK
        for file in (self._before, self._now):
            file.unlink(missing_ok=True)


def _fingerprint(root: Path) -> str:
    told = hashlib.sha256()
    for file in _files(root):
        state = file.stat()
        told.update(f"{file.relative_to(root)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return told.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in _FILES if (root / name).exists())
    for room in _ROOMS:
        files = (file for file in sorted((root / room).rglob("*")) if file.is_file())
        yield from (file for file in files if "__pycache__" not in file.parts)
