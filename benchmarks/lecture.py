"""How long the course's own lecture takes: built, built again, and by two workers.

    python benchmarks/lecture.py                                at 1080p60, half an hour
    python benchmarks/lecture.py -q l --only two-paths          a minute

Every build is a process of its own, from its start to its end; each worker has one encoder thread.
The table goes to docs/lectures.md. "A processor second" counts the work of one core, whatever else
the machine does: where it does much else, what two workers gain can be read from those alone.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from graphgen.lectures.example import EXAMPLE  # noqa: E402

PAGE = ROOT / "docs" / "lectures.md"
BEGIN, END = "<!-- begin: benchmarks/lecture.py -->", "<!-- end -->"
CHANGED = ('notes = "Stop', 'captions = { 4 = "Here b is used again." }\nnotes = "Stop')
LIMITS = {"unchanged": 2.0, "gain": 1.7}


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


def build(folder: Path, cache: str, jobs: int, options: list[str]) -> Run:
    """Build the lecture that is in a folder."""
    command = [
        sys.executable, str(ROOT / "cli.py"), "lecture", "build", "lecture.toml", "-o",
        f"{cache}.mp4", "--jobs", str(jobs), *options,
    ]  # fmt: skip
    env = {**os.environ, "XDG_CACHE_HOME": str(folder / cache)}
    before, started = _processor(), perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return Run(perf_counter() - started, _processor() - before, done.stderr.strip())


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(options: list[str]) -> dict[str, Run]:
    """All builds, in an order in which each has what it needs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lecture = folder / "lecture.toml"
        lecture.write_text(EXAMPLE)
        found = {"one worker": build(folder, "one", 1, options)}
        found["two workers"] = build(folder, "two", 2, options)
        found["unchanged"] = build(folder, "two", 2, options)
        lecture.write_text(EXAMPLE.replace(*CHANGED))
        found["one caption changed"] = build(folder, "two", 2, options)
        found["narration changed"] = _narrated(folder, lecture, options)
        return found


def _narrated(folder: Path, lecture: Path, options: list[str]) -> Run:
    lecture.write_text(lecture.read_text().replace("b is used twice.", "b is used two times."))
    return build(folder, "two", 2, options)


def table(found: dict[str, Run], load: tuple[float, float], what: str) -> list[str]:
    """The lines between the marks of the page."""
    one, two = found["one worker"], found["two workers"]
    gain, work = one.seconds / two.seconds, 2 * one.processor / two.processor
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"{what}; {two.said.split(';')[0]}; load from everything on the machine {load[0]:.1f} "
        f"before and {load[1]:.1f} after.",
        "",
        "| build | frames drawn | seconds | processor seconds |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {run.drawn:,} | {run.seconds:.1f} | {run.processor:.1f} |"
        for name, run in found.items()
    ]
    return [
        *lines,
        "",
        f"Two workers were {gain:.2f} times as fast as one by the clock; of two cores of their own "
        f"they would make {work:.2f} times as much, by the processor seconds.",
    ]


def main() -> int:
    """Prints the table, puts one at 1080p60 into the page, and says what is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-q", "--quality", default="h")
    parser.add_argument("--only", action="append", default=[])
    given = parser.parse_args()
    options = ["-q", given.quality, *(word for name in given.only for word in ("--only", name))]
    before = os.getloadavg()[0]
    found = measure(options)
    what = f"-q {given.quality}, {', '.join(given.only) or 'all sections'}"
    lines = table(found, (before, os.getloadavg()[0]), what)
    print("\n".join(lines))
    if given.quality == "h":
        head, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{chr(10).join(lines)}\n{END}{rest.split(END)[1]}")
    fine = found["unchanged"].seconds <= LIMITS["unchanged"]
    print(f"unchanged within {LIMITS['unchanged']:g} s: {'reached' if fine else 'MISSED'}")
    gain = found["one worker"].seconds / found["two workers"].seconds
    enough = gain >= LIMITS["gain"]
    print(f"two workers {LIMITS['gain']:g} times one: {'reached' if enough else 'MISSED'}")
    return 0 if fine and enough else 1


if __name__ == "__main__":
    sys.exit(main())
