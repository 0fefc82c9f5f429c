"""Runs the mutants: python -m tests.mutants [WORD ...] [--jobs N].

All of them write docs/mutants.md. The exit status is 1 if any wasn't noticed.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.running import ROOT, Mutant, Outcome, copied, page, run
from tests.mutants.table import MUTANTS

PAGE = ROOT / "docs" / "mutants.md"


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="in the names of some; else all")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="so many at a time")
    asked = parser.parse_args()
    chosen = [m for m in MUTANTS if all(word in f"{m.kind} {m.name}" for word in asked.words)]
    if not chosen:
        parser.error(f"no mutant has {' '.join(asked.words)} in its name")
    with tempfile.TemporaryDirectory() as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(asked.jobs):
            trees.put(copied(Path(folder) / str(number)))

        def tried(mutant: Mutant) -> Outcome:
            tree, began = trees.get(), time.monotonic()
            try:
                noticed_by = run(mutant, tree)
            finally:
                trees.put(tree)
            outcome = Outcome(mutant, noticed_by, time.monotonic() - began)
            verdict = f"noticed by {noticed_by}" if noticed_by else "NOT NOTICED"
            print(f"{mutant.name}: {verdict}, {outcome.seconds:.0f} s", flush=True)
            return outcome

        with ThreadPoolExecutor(asked.jobs) as pool:
            outcomes = list(pool.map(tried, chosen))
    if not asked.words:
        PAGE.write_text(page(outcomes), encoding="utf-8")
    return 0 if all(outcome.noticed_by for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
