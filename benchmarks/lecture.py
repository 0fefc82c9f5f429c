"""How long the course's own lecture takes: built, built again, and by two workers.

    python benchmarks/lecture.py                                at 1080p60, ten minutes
    python benchmarks/lecture.py -q l --only two-paths          a minute

Every build is a process of its own, from its start to its end; each worker has one encoder thread.
What is measured is kept in media/lecture-benchmark, so that a run that was broken off goes on with
the build that it was at; --fresh begins again, and so does a change of the code. At 1080p60 the
table goes to docs/lectures.md. "A processor second" counts the work of one core, whatever else the
machine does: where it does much else, what two workers gain can be read from those alone.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from graphgen.scenes.film.versions import made_by  # noqa: E402

from graphgen.lecture.example import example  # noqa: E402
from graphgen.model.store import digest_of  # noqa: E402

PAGE = ROOT / "docs" / "lectures.md"
BEGIN, END = "<!-- begin: benchmarks/lecture.py -->", "<!-- end -->"
CHANGED = "two-paths"
"""The section whose caption and narration are changed."""

UNCHANGED, GAIN = 2.0, 1.7
"""The goals: seconds of an unchanged build, and how many times as fast two workers are as one."""


@dataclass(frozen=True)
class Run:
    """One build: seconds of the clock, processor seconds, and what it said of itself."""

    seconds: float
    processor: float
    said: str

    @property
    def drawn(self) -> int:
        """How many frames were drawn."""
        words = self.said.split("; ")[-1].split()
        return int(words[0].replace(",", "")) if words[0][0].isdigit() else 0


@dataclass(frozen=True)
class Bench:
    """Builds a lecture again and again in a folder, and keeps there what each build took."""

    folder: Path
    quality: str
    only: tuple[str, ...]

    def run(self) -> dict[str, Run]:
        """All builds, in an order in which each finds what it needs."""
        self._begin()
        builds: dict[str, Callable[[], Run]] = {
            "one worker": lambda: self._anew("one", 1),
            "two workers": lambda: self._anew("two", 2),
            "unchanged, the middle one of three": self._unchanged,
            "one caption changed": self._recaptioned,
            "narration changed": self._narrated,
        }
        found = self._kept()
        for name, build in builds.items():
            if name not in found:
                found[name] = build()
                self._keep(found)
            run = found[name]
            print(f"{name}: {run.seconds:.1f} s; {run.said}", file=sys.stderr, flush=True)
        return found

    def frames(self, slug: str) -> int:
        """How many frames the film of a section has, with its title card."""
        import av

        (clip,) = (self.folder / "two-sections").glob(f"*-{slug}.mp4")
        with av.open(str(clip)) as film:
            return film.streams.video[0].frames

    def _begin(self) -> None:
        """An empty folder, where what is kept is of other code or of another lecture."""
        key = digest_of(
            f"{made_by()}\n{example('lecture.toml')}\n{self.quality}\n{self.only}".encode()
        )
        noted = self.folder / "made-of"
        if not noted.exists() or noted.read_text() != key:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            noted.write_text(key)

    def _kept(self) -> dict[str, Run]:
        runs = self.folder / "runs.json"
        if not runs.exists():
            return {}
        return {name: Run(**run) for name, run in json.loads(runs.read_text()).items()}

    def _keep(self, found: dict[str, Run]) -> None:
        kept = json.dumps({name: asdict(run) for name, run in found.items()})
        (self.folder / "runs.new").write_text(kept)
        (self.folder / "runs.new").replace(self.folder / "runs.json")

    def _anew(self, name: str, jobs: int) -> Run:
        shutil.rmtree(self.folder / f"{name}-cache", ignore_errors=True)
        self._write(example("lecture.toml"))
        return self._build(name, jobs)

    def _unchanged(self) -> Run:
        self._write(example("lecture.toml"))
        runs = [self._build("two", 2) for _ in range(3)]
        return min(runs, key=lambda run: abs(run.seconds - median(each.seconds for each in runs)))

    def _recaptioned(self) -> Run:
        """A caption that no build before had, broken off or not."""
        caption = f'captions = {{ 4 = "Here b is used again, {uuid4().hex[:4]}." }}'
        self._write(example("lecture.toml").replace('notes = "Stop', f'{caption}\nnotes = "Stop'))
        return self._build("two", 2)

    def _narrated(self) -> Run:
        former = (self.folder / "lecture.toml").read_text()
        self._write(former.replace("b is used twice.", f"b is used two times, {uuid4().hex[:4]}."))
        return self._build("two", 2)

    def _write(self, text: str) -> None:
        (self.folder / "lecture.toml").write_text(text)

    def _build(self, name: str, jobs: int) -> Run:
        """One process, from its start to its end."""
        only = [word for section in self.only for word in ("--only", section)]
        command = [
            sys.executable, str(ROOT / "cli.py"), "lecture", "build", "lecture.toml",
            "-o", f"{name}.mp4", "-q", self.quality, "--jobs", str(jobs), *only,
        ]  # fmt: skip
        env = {**os.environ, "XDG_CACHE_HOME": str(self.folder / f"{name}-cache")}
        before, started = _processor(), perf_counter()
        done = subprocess.run(
            command, cwd=self.folder, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"the build ended with {done.returncode}: {done.stderr}")
        seconds = perf_counter() - started
        return Run(seconds, _processor() - before, done.stderr.strip().split("\n")[-1])


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(found: dict[str, Run], load: Sequence[float], what: str) -> list[str]:
    """The lines between the marks of the page."""
    one, two = found["one worker"], found["two workers"]
    gain, work = one.seconds / two.seconds, 2 * one.processor / two.processor
    rows = [
        f"| {name} | {run.drawn:,} | {run.seconds:.1f} | {run.processor:.1f} |"
        for name, run in found.items()
    ]
    return [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"{what}; {two.said.split(';')[0]}; load from everything on the machine {load[0]:.1f} "
        f"before and {load[1]:.1f} after.",
        "",
        "| build | frames drawn | seconds | processor seconds |",
        "| --- | ---: | ---: | ---: |",
        *rows,
        "",
        f"Two workers were {gain:.2f} times as fast as one by the clock; of two cores of their own "
        f"they would make {work:.2f} times as much, by the processor seconds.",
    ]


def reached(found: dict[str, Run], most: int) -> dict[str, bool]:
    """Each goal, and whether it is reached.

    Args:
        most: how many frames the section has whose caption was changed.
    """
    one, two, _, caption, narration = found.values()
    unchanged = found["unchanged, the middle one of three"]
    return {
        f"unchanged within {UNCHANGED:g} s": unchanged.seconds <= UNCHANGED,
        "unchanged draws nothing": unchanged.drawn == narration.drawn == 0,
        f"a caption draws its section alone ({most} frames)": 0 < caption.drawn <= most,
        f"two workers {GAIN:g} times one": one.seconds / two.seconds >= GAIN,
    }


def main() -> int:
    """Prints the table, puts one at 1080p60 into the page, and says what is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-q", "--quality", default="h")
    parser.add_argument("--only", action="append", default=[], help=f"also takes {CHANGED}")
    parser.add_argument("--fresh", action="store_true", help="measure every build again")
    given = parser.parse_args()
    only = tuple(dict.fromkeys([*given.only, CHANGED])) if given.only else ()
    bench = Bench(ROOT / "media" / "lecture-benchmark", given.quality, only)
    if given.fresh:
        shutil.rmtree(bench.folder, ignore_errors=True)
    before = os.getloadavg()[0]
    found = bench.run()
    what = f"-q {given.quality}, {', '.join(only) or 'all sections'}"
    lines = table(found, (before, os.getloadavg()[0]), what)
    print("\n".join(lines))
    if given.quality == "h":
        head, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{chr(10).join(lines)}\n{END}{rest.split(END)[1]}")
    goals = reached(found, bench.frames(CHANGED))
    for goal, is_reached in goals.items():
        print(f"{goal}: {'reached' if is_reached else 'MISSED'}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
