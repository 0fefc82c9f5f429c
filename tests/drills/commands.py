"""Runs of the command for drills: in a session of their own, with a cache of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["autoviz", "command", "living", "program"]

TIMEOUT = 120


def program(name: str) -> str:
    """A program of the environment that runs this."""
    return str(Path(sys.executable).with_name(name))


@contextmanager
def command(
    words: Sequence[str], folder: Path, **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that runs in a folder, in a session of its own; nothing is left of it afterwards.

    Args:
        words: the program and its arguments.
        folder: where it runs; standard error goes to its file `said`, and temporary files and what
            is kept to its folders `tmp` and `cache`.
        environment: what is set beside that.
    """
    own = {"TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "cache")}
    (folder / "tmp").mkdir(exist_ok=True)
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            list(words), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=said, start_new_session=True, env={**os.environ, **own, **environment},
        )  # fmt: skip
    try:
        yield process
    finally:
        for pid in living(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait()


def autoviz(words: Sequence[str], folder: Path, timeout: float = TIMEOUT) -> tuple[int, str]:
    """The status of a run of the command, and what it said on standard error.

    Raises:
        AssertionError: it didn't come to an end.
    """
    with command([program("autoviz"), *words], folder) as process:
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"no end within {timeout:g} s") from None
    return status, (folder / "said").read_bytes().decode(errors="replace")


def living(session: int) -> list[int]:
    """The living processes of a session."""
    running = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] not in "ZX":
                running.append(int(place.name))
    return running
