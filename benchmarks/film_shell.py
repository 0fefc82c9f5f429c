"""What a person waits for, from the shell to the finished film: a command, and how long it takes.

Each command is a process of its own; what it takes is by the clock, and by the processor.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.film_parts import write

__all__ = ["COMMANDS", "measure_command"]

Found = dict[str, float]

COMMANDS = {
    "imports": 'python -c "import torch, manim"',
    "expression": 'autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -q l',
    "expression again": "the same once more, unchanged",
    "story again": "autoviz render story 12.json -q h, once more, unchanged",
}

_FILM = ["render", "expr", "c = (a + b) * b", "--set", "a=2", "--set", "b=3", "-q", "l"]


def measure_command(name: str, home: Path) -> Found:
    """How long a command takes.

    Args:
        name: of COMMANDS.
        home: a folder that is kept from run to run.
    """
    if name == "imports":
        return _run([sys.executable, "-c", "import torch, manim"], home)
    if name == "expression":
        with tempfile.TemporaryDirectory() as fresh:
            return _autoviz([*_FILM, "-o", "film.mp4"], Path(fresh))
    if name == "expression again":
        arguments, target = _FILM, home / "expression.mp4"
    else:
        arguments, target = ["render", "story", "12.json", "-q", "h"], home / "story.mp4"
        if not (home / "12.json").exists():
            write("12", home / "12.json")
    arguments = [*arguments, "-o", target.name]
    if not target.exists():
        _autoviz(arguments, home)
    return _autoviz(arguments, home)


def _autoviz(arguments: list[str], folder: Path) -> Found:
    command = Path(sys.executable).with_name("autoviz")
    return _run([str(command), *arguments], folder)


def _run(command: list[str], folder: Path) -> Found:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    with _processor() as found:
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        found["seconds"] = time.perf_counter() - start
    return found


@contextmanager
def _processor() -> Iterator[Found]:
    """Notes what the processes that end meanwhile have used."""
    found: Found = {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield found
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found["processor"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
