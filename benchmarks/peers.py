"""Ours beside torchviz, torchview and torchlens: time, memory and known values, in one run.

    pip install -c constraints.txt ".[bench]"
    python benchmarks/peers.py                                 every case, a quarter of an hour
    python benchmarks/peers.py --keep found.jsonl              goes on where an earlier run ended
    python benchmarks/peers.py --case lstm --quantity picture  prints, and writes nothing

Each measurement is a process of its own with a time limit: that others crash or never end is a
result. The tables go to docs/peers.md.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measures import ENOUGH, MEASURES, measure  # noqa: E402
from benchmarks.models import CASES  # noqa: E402
from benchmarks.tables import Results, tables  # noqa: E402

PAGE = ROOT / "docs" / "peers.md"
BEGIN, END = "<!-- begin: benchmarks/peers.py -->", "<!-- end -->"
PACKAGES = ("torch", "torchviz", "torchview", "torchlens")
OURS = ("autoviz", "unfolded", "plain")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seconds a measurement may take, by the clock."""

    ours: float
    theirs: float


def main() -> None:
    """Measure what was asked for; write the page when that is everything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--case", choices=CASES, action="append")
    parser.add_argument("--quantity", choices=MEASURES, action="append")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each of the others")
    parser.add_argument("--own-limit", type=float, default=120.0, help="seconds for ours")
    parser.add_argument("--keep", type=Path, help="a file for what is measured, and not again")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(*asked.measure, asked.times)))
        return
    limits = Limits(asked.own_limit, asked.limit)
    before = os.getloadavg()[0]
    cases, quantities = asked.case or list(CASES), asked.quantity or list(MEASURES)
    results = run(cases, quantities, asked.times, limits, asked.keep)
    lines = tables(results)
    print("\n".join(lines))
    if not asked.case and not asked.quantity:
        write([facts(asked.times, limits, before), "", *lines])


def run(
    cases: list[str],
    quantities: list[str],
    times: int,
    limits: Limits,
    keep: Path | None = None,
) -> Results:
    """Every measurement that makes sense, one after the other; but for those that were kept."""
    kept = _read(keep) if keep is not None and keep.exists() else {}
    results: Results = {}
    for case in cases:
        for quantity in quantities:
            for tool in MEASURES[quantity]:
                if CASES[case].is_structure_only and quantity != "structure":
                    continue
                limit = limits.ours if tool in OURS else limits.theirs
                key = (case, quantity, tool)
                found = kept.get(key) or _failed_before(results, case, tool)
                if found is None:
                    found = in_process(quantity, tool, case, times, limit)
                    _note([*key, found], keep)
                results[key] = found
    return results


def _read(path: Path) -> Results:
    """What a run that ended before its time has left."""
    rows = map(json.loads, path.read_text().splitlines())
    return {(case, quantity, tool): found for case, quantity, tool, found in rows}


def _note(row: list[Any], keep: Path | None) -> None:
    """Say what was measured, at once, and keep it."""
    line = json.dumps(row)
    print(line, file=sys.stderr, flush=True)
    if keep is not None:
        with keep.open("a") as file:
            file.write(f"{line}\n")


def _failed_before(results: Results, case: str, tool: str) -> dict[str, Any] | None:
    """What kept a tool from the text keeps it from the picture as well."""
    earlier = (found for (c, _, t), found in results.items() if (c, t) == (case, tool))
    return next((found for found in earlier if "failed" in found), None)


def in_process(quantity: str, tool: str, case: str, times: int, limit: float) -> dict[str, Any]:
    """What a new process measures; its "failed" says why it didn't."""
    command = [sys.executable, "-W", "ignore", __file__, "--measure", quantity, tool, case]
    process = subprocess.Popen(
        [*command, "--times", str(times)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        out, errors = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # and what it has started
        process.communicate()
        return {"failed": f"over {limit:.0f} s"}
    if process.returncode < 0:
        return {"failed": signal.Signals(-process.returncode).name}
    if process.returncode:
        return {"failed": errors.strip().split("\n")[-1].split(":")[0].rpartition(".")[2]}
    found: dict[str, Any] = json.loads(out.strip().split("\n")[-1])
    return found


def facts(times: int, limits: Limits, before: float) -> str:
    """When, where and how it was measured."""
    packages = ", ".join(f"{name} {version(name).split('+')[0]}" for name in PACKAGES)
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}, {packages}; medians of {times} runs, fewer where they take "
        f"longer than {ENOUGH:.0f} s together (then in brackets); processor seconds, with one "
        f"thread; each measurement is ended after {limits.theirs:.0f} s by the clock, ours after "
        f"{limits.ours:.0f} s; load from everything on the machine {before:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after."
    )


def write(lines: list[str]) -> None:
    """Put the lines between the marks of the page."""
    head, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text("\n".join([head + BEGIN, *lines, END + rest.partition(END)[2]]))


if __name__ == "__main__":
    main()
