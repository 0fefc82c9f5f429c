"""How fast films are made, beside stock Manim and beside the encoder alone.

    python benchmarks/render.py                       everything: an hour and a half on two cores
    python benchmarks/render.py --films 12 --sizes l --runs 1     prints, and writes nothing
    python benchmarks/render.py --minutes 20          what can be had in that time

Each measurement is a process of its own, begun when Manim is imported and the story told; first all
are made once, then all once more. What was found is kept, so a run that was broken off goes on; the
tables go to docs/speed.md.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from graphgen.scenes.film.versions import surroundings  # noqa: E402

from benchmarks.film_measures import measure  # noqa: E402
from benchmarks.film_parts import SHAPES, SIZES, write  # noqa: E402
from benchmarks.film_shell import COMMANDS, measure_command  # noqa: E402
from benchmarks.film_tables import Key, film_tables  # noqa: E402
from graphgen.course.registry import scene_names  # noqa: E402
from graphgen.model.store import digest_of  # noqa: E402

PAGE = ROOT / "docs" / "speed.md"
KEPT = ROOT / "build" / "benchmarks" / "render.jsonl"
BEGIN, END = "<!-- begin: benchmarks/render.py -->", "<!-- end -->"

Found = dict[str, float]


def plan() -> Iterator[Key]:
    """Everything that is measured, once."""
    for size in ("h", "l", "m", "k"):
        for film in SHAPES:
            yield from ((film, size, what) for what in ("film", "drawing", "one", "all"))
    yield from ((film, "whole", what) for film in SHAPES for what in ("one", "all"))
    yield from ((name, "shell", "") for name in COMMANDS)
    yield from ((scene, "course", what) for scene in scene_names() for what in ("drawing", "one"))
    yield from ((film, "h", "pixels") for film in SHAPES)


def times(key: Key, runs: int) -> int:
    """How often something is measured: what doesn't depend on the time once."""
    return 1 if key[2] == "pixels" else runs


class Kept:
    """What was found, run by run, in a file that a run which was broken off goes on with.

    Args:
        path: of the file; what another state of the code has left there is not read.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._code = path, digest_of(surroundings().encode())
        self.runs: dict[Key, list[Found]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        for line in path.read_text().splitlines() if path.exists() else ():
            with suppress(ValueError):  # a line that was broken off
                code, key, found = json.loads(line)
                if code == self._code:
                    self.runs.setdefault(tuple(key), []).append(found)

    def add(self, key: Key, found: Found) -> None:
        """Keep what a run has found."""
        self.runs.setdefault(key, []).append(found)
        with self._path.open("a") as file:
            file.write(json.dumps([self._code, key, found]) + "\n")


def run(kept: Kept, keys: Iterable[Key], runs: int, minutes: float) -> None:
    """Measure what is missing, until the time is over."""
    end, keys = time.monotonic() + 60 * minutes, list(keys)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            for key in keys:
                before = len(kept.runs.get(key, ()))
                if before > number or before >= times(key, runs) or time.monotonic() > end:
                    continue
                found = watched(key, Path(folder))
                print(json.dumps([key, found]), file=sys.stderr, flush=True)
                if found:
                    kept.add(key, found)


def watched(key: Key, folder: Path) -> Found:
    """A measurement, and how much of the cores others took meanwhile; nothing if it failed."""
    start, before = time.perf_counter(), _others()
    found = spawn(key, folder)
    seconds = time.perf_counter() - start
    return {**found, "others": max(0.0, _others() - before) / seconds} if found else {}


def _others() -> float:
    """Processor seconds that everybody but us has used; 0 where the system doesn't tell."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _, _, *interrupts = map(int, stat.read_text().split("\n")[0].split()[1:9])
    busy = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return busy - sum(used.ru_utime + used.ru_stime for used in own)


def spawn(key: Key, folder: Path) -> Found:
    """What a new process measures."""
    name, size, what = key
    if size == "shell":
        return measure_command(name, folder)
    source = folder / f"{name}.json"
    if not source.exists():
        write(name, source)
    command = [sys.executable, "-W", "ignore", __file__, "--measure", what, name, str(source), size]
    made = subprocess.run(command, capture_output=True, text=True, timeout=1800, cwd=ROOT)
    if made.returncode:
        print(made.stderr[-2000:], file=sys.stderr)
        return {}
    found: Found = json.loads(made.stdout.splitlines()[-1])
    return found


def facts(kept: Kept, keys: Iterable[Key]) -> str:
    """When, where and how it was measured."""
    runs = {key: kept.runs[key] for key in keys if key in kept.runs}
    most = max(map(len, runs.values()), default=0)
    others = sorted(one["others"] for each in runs.values() for one in each)
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}; medians of {most} runs, of fewer where their number "
        "stands in brackets; other programs took "
        f"{others[len(others) // 2] if others else 0:.2f} of a core meanwhile (median; at most "
        f"{max(others, default=0):.2f})."
    )


def put(lines: list[str]) -> None:
    """Put the lines between the marks of the page."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text("\n".join([head + BEGIN, *lines, END + rest.partition(END)[2]]))


def asked_for(asked: Any) -> list[Key]:
    """What is measured, of what there is."""
    return [
        key
        for key in plan()
        if (not asked.films or key[0] in asked.films) and (not asked.sizes or key[1] in asked.sizes)
    ]


def main() -> None:
    """Measure what was asked for; write the page when that is everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*SHAPES, *scene_names(), *COMMANDS]
    parser.add_argument("--films", nargs="+", choices=names, help="numbers of nodes, scenes")
    parser.add_argument("--sizes", nargs="+", choices=[*SIZES, "shell"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=1e6, help="begin nothing after so many")
    parser.add_argument("--again", action="store_true", help="forget what was found before")
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        what, name, source, size = asked.measure
        print(json.dumps(measure(what, name, Path(source), size)))
        return
    if asked.again:
        KEPT.unlink(missing_ok=True)
    kept, keys = Kept(KEPT), asked_for(asked)
    run(kept, keys, asked.runs, asked.minutes)
    lines = [facts(kept, keys), "", *film_tables({k: kept.runs[k] for k in keys if k in kept.runs})]
    print("\n".join(lines))
    if not asked.films and not asked.sizes:
        put(lines)


if __name__ == "__main__":
    main()
