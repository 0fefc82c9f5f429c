"""Drills -> outcomes, kept case by case, so that a run that was broken off goes on; and a page.

    .cache/drills/NAME.jsonl    {"code": digest of what is drilled}
                                {"case": "SIGINT after 0.02 s", "passed": true, "outcome": "ended"}
                                ...

What was kept of other code counts for nothing; what failed is tried again.
"""

import json
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache, partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from pkgutil import iter_modules

import tests.drills
from graphgen.model.store import digest_of
from tests.drills.protocol import Case, Drill

__all__ = ["Outcome", "all_drills", "code", "outcomes_of", "page", "run"]

ROOT = Path(__file__).parents[2]
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case came to, in a word or two; or what is wrong."""

    case: str
    passed: bool
    outcome: str


def all_drills() -> Mapping[str, Drill]:
    """Every drill that there is, by its name, in the order of the names."""
    modules = (
        import_module(f"{tests.drills.__name__}.{module.name}")
        for module in iter_modules(tests.drills.__path__)
        if not module.name.startswith("__")
    )
    drills = (module.DRILL for module in modules if hasattr(module, "DRILL"))
    return {drill.name: drill for drill in sorted(drills, key=lambda drill: drill.name)}


@cache
def code() -> str:
    """What everything that is drilled, and what drills it, is known by."""
    folders = ("graphgen", "scenes", "tests/drills")
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return digest_of(b"".join(file.read_bytes() for file in files))


def run(drill: Drill, folder: Path, known: str, part: slice = slice(None)) -> list[Outcome]:
    """Runs the cases of a drill that have not passed yet.

    Args:
        folder: where outcomes are kept.
        known: what the code is known by.
        part: which of the cases.

    Returns:
        The outcomes of all cases of that part, in their order.
    """
    cases = list(islice(drill.cases(), part.start, part.stop, part.step))
    names = [case.name for case in cases]
    if len(set(names)) < len(names):
        raise ValueError(f"cases with names of their own: {Counter(names).most_common(1)}")
    file = folder / f"{drill.name.replace(' ', '-')}.jsonl"
    outcomes = {outcome.case: outcome for outcome in outcomes_of(file, known) if outcome.passed}
    _begin(file, known, outcomes.values())
    waiting = [case for case in cases if case.name not in outcomes]
    with file.open("a", encoding="utf-8") as kept:
        for done, outcome in enumerate(_tried(waiting, drill.at_once), start=1):
            kept.write(f"{json.dumps(asdict(outcome))}\n")
            kept.flush()
            outcomes[outcome.case] = outcome
            if not outcome.passed:
                print(f"WRONG {drill.name}, {outcome.case}: {outcome.outcome}", flush=True)
            if done % 50 == 0:
                print(f"{drill.name}: {done} of {len(waiting)}", file=sys.stderr, flush=True)
    return [outcomes[name] for name in names]


def outcomes_of(file: Path, known: str) -> list[Outcome]:
    """The outcomes that are kept in a file for this code; a last line that was cut off is none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    if not lines or lines[0] != json.dumps({"code": known}):
        return []
    return list(_read(lines[1:]))


def _read(lines: Iterable[str]) -> Iterator[Outcome]:
    for line in lines:
        try:
            yield Outcome(**json.loads(line))
        except ValueError:
            return


def _begin(file: Path, known: str, outcomes: Iterable[Outcome]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    bodies = ({"code": known}, *map(asdict, outcomes))
    file.write_text("".join(f"{json.dumps(body)}\n" for body in bodies), encoding="utf-8")


def _tried(cases: Sequence[Case], at_once: int) -> Iterator[Outcome]:
    if at_once == 1:
        yield from map(_try, cases)
        return
    with ThreadPoolExecutor(at_once) as threads:
        try:
            yield from threads.map(_try, cases)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise


def _try(case: Case) -> Outcome:
    outcome = partial(Outcome, case.name)
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        try:
            return outcome(True, case.check(Path(folder)))
        except AssertionError as error:
            return outcome(False, str(error)[:_LONGEST] or traceback.format_exc()[-_LONGEST:])
        except Exception:
            return outcome(False, traceback.format_exc()[-_LONGEST:])


def page(results: Mapping[str, tuple[Drill, Sequence[Outcome]]]) -> str:
    """The page about all drills: drill, tried, passed; and each case that did not pass."""
    lines = [
        "# Reliability",
        "",
        "Written by `make drills`, which runs every drill of tests/drills/ and goes on where it",
        "was broken off. Nothing here is written by hand.",
        "",
        "| drill | tried | passed | what is done, and what has to be true |",
        "| --- | ---: | ---: | --- |",
    ]
    for name, (drill, outcomes) in results.items():
        passed = sum(outcome.passed for outcome in outcomes)
        lines.append(f"| {name} | {len(outcomes):,} | {passed:,} | {drill.sentence} |")
    lines += ["", "## What the cases came to", ""]
    for name, (_, outcomes) in results.items():
        counts = Counter(outcome.outcome for outcome in outcomes if outcome.passed)
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.most_common())
        lines.append(f"- {name}: {told or 'none passed'}")
        lines += [
            f"  - **failed** {outcome.case}: {' '.join(outcome.outcome.split())}"
            for outcome in outcomes
            if not outcome.passed
        ]
    return "\n".join([*lines, ""])
