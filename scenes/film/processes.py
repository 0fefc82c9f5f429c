"""New processes that draw: how they begin, when they end, and a head start for them.

joblib's own backend starts processes that begin from nothing (never by forking, which hangs after
torch has run); they are kept for the next film.
"""

import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import Thread
from typing import Any

from graphgen.model.leftovers import deaf_children

__all__ = ["clean_start", "cores", "head_start", "parallel", "ready"]

_QUIETLY = {"PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "ignore"}
"""What new processes find in their environment; a run that is ended makes joblib warn of leaks."""

_AHEAD = 2
"""Nobody knows yet how long the film is."""

_ready: ContextVar[int] = ContextVar("ready", default=0)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ready() -> int:
    """How many processes have a head start."""
    return _ready.get()


@contextmanager
def head_start(jobs: int) -> Iterator[None]:
    """Within this context processes import what draws, while this one imports torch and computes.

    Args:
        jobs: processes that will draw; 0 for as many as there are cores.
    """
    count = min(jobs or cores(), cores(), _AHEAD)
    if count < 2:
        yield
        return
    from joblib import delayed

    with clean_start(), deaf_children():
        started = parallel(count, "generator_unordered")(delayed(_nothing)() for _ in range(count))
    token = _ready.set(count)
    try:
        yield
    finally:
        _ready.reset(token)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what wasn't waited for, where this one fails
            started.close()


def parallel(workers: int | None, return_as: str) -> Any:
    """joblib's way to spread calls; processes are kept for the next, as its settings are the same.

    Args:
        workers: how many processes; None for what the surrounding `parallel_config` says.
        return_as: as joblib has it.
    """
    from joblib import Parallel

    ours = {} if workers is None else {"initializer": _begin, "initargs": (os.getpid(),)}
    return Parallel(
        workers, batch_size=1, pre_dispatch="all", max_nbytes=None, return_as=return_as, **ours
    )


def _begin(parent: int) -> None:
    """What a new process does first: it imports what every film needs.

    Args:
        parent: the process that started it, which it does not outlive.
    """
    _end_with(parent)
    with suppress(Exception):  # what is missing is told by whoever needs it
        from .studio import load_manim

        load_manim(Path(__file__).parent)  # and no folder of the user's, with its settings
        from ..fast import renderer  # noqa: F401
        from . import writing  # noqa: F401


def _end_with(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    Thread(target=watch, name="autoviz-parent", daemon=True).start()


def _nothing() -> None:
    """Done when a process is ready."""


@contextmanager
def clean_start() -> Iterator[None]:
    """New processes find our modules first, and none of the folder that the person stands in.

    They are given this process's path and environment when they start. Python would put the
    working folder before everything, where a scenes.py or a random.py may be somebody else's.
    """
    home = str(Path(__file__).resolve().parents[2])
    path, before = list(sys.path), {name: os.environ.get(name) for name in _QUIETLY}
    sys.path.insert(0, home)
    os.environ.update(_QUIETLY)
    try:
        yield
    finally:
        sys.path[:] = path
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
