"""A cluster that loses its worker or its scheduler in the middle of a lecture."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.drills.commands import autoviz, command, program
from tests.drills.protocol import Case, Drill

__all__ = ["DRILL", "FAULTS", "survived"]

FAULTS = {
    "the only worker killed": "the last one is gone",
    "the scheduler killed": "it is gone; start it again",
    "a worker without autoviz": "can't be imported",
}
"""What happens, and what the command says then."""

_WITHIN = 10.0
_LECTURE = """
title = "One"
[[sections]]
heading = "First"
expr = "y = x ** 2; z = y * x; w = z + y; v = w * x; u = v + w; t = u * x; s = t + u"
values = { x = 2 }
"""
_ASKED = ("lecture", "build", "lecture.toml", "-o", "out.mp4", "--preview", "--quiet")


def survived(fault: str, takes: int, folder: Path) -> str:
    """What came of a fault when so many takes were kept.

    Raises:
        AssertionError: it wasn't told in one line in time, or what was drawn isn't kept.
    """
    (folder / "lecture.toml").write_text(_LECTURE)
    with ExitStack() as stack:
        address, scheduler = stack.enter_context(_scheduler(folder / "scheduler"))
        worker = stack.enter_context(_worker(folder / "worker", address, "without" in fault))
        cluster = [program("autoviz"), *_ASKED, "--cluster", address]
        with command(cluster, folder) as build:
            if "killed" in fault:
                # Asked first: who comes to a scheduler without workers is told that, and no fault.
                _until(lambda: _is_asked(folder / "scheduler") or build.poll() is not None)
                _until(lambda: _kept(folder) >= takes or build.poll() is not None)
                (worker if "worker" in fault else scheduler)()
            else:
                _until(lambda: _is_asked(folder / "scheduler") or build.poll() is not None)
            began = time.monotonic()
            status = build.wait(120)
            took = time.monotonic() - began
        said = (folder / "said").read_text()
    if status == 0 and "killed" in fault:
        return "finished before"
    assert (status, len(said.splitlines())) == (1, 1), f"status {status}: {said[:250]}"
    assert FAULTS[fault] in said, said
    assert took < _WITHIN, f"told after {took:.1f} s"
    kept = _kept(folder)
    assert kept >= takes, f"{kept} takes are kept of {takes}"
    status, said = autoviz(_ASKED, folder)
    assert status == 0, said[:250]
    return "told, and gone on with"


def _kept(folder: Path) -> int:
    return len(list((folder / "cache").glob("autoviz/films/*/take.json")))


def _is_asked(scheduler: Path) -> bool:
    """Whether a scheduler has heard of whoever wants something drawn."""
    return "client connection" in (scheduler / "said").read_text()


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end, "nothing comes of it"
        time.sleep(0.05)


@contextmanager
def _scheduler(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A scheduler's address, and what kills it."""
    folder.mkdir()
    words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with command([program("dask"), *words, "--scheduler-file", "file.json"], folder) as process:
        file = folder / "file.json"
        _until(lambda: file.exists() and file.read_text().endswith("}"))
        yield json.loads(file.read_text())["address"], process.kill


@contextmanager
def _worker(folder: Path, address: str, is_without: bool) -> Iterator[Callable[[], None]]:
    """A worker that nobody starts again; what kills it."""
    folder.mkdir()
    words = ["worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    environment = {}
    if is_without:
        absent = folder / "absent" / "graphgen"
        absent.mkdir(parents=True)
        (absent / "__init__.py").write_text("raise ModuleNotFoundError('No module graphgen')")
        environment["PYTHONPATH"] = str(absent.parent)
    with command([program("dask"), *words], folder, **environment) as process:
        _until(lambda: "Registered to" in (folder / "said").read_text())
        yield process.kill


def _cases() -> Iterable[Case]:
    for fault in FAULTS:
        for takes in range(6) if "killed" in fault else range(1):
            yield Case(f"{fault} at {takes} takes", partial(survived, fault, takes))


DRILL = Drill(
    "cluster",
    "the only worker or the scheduler is killed when so many segments are kept, or a worker can't "
    "import autoviz: one line within 10 s, what is kept is kept, a second run goes on",
    _cases,
)
