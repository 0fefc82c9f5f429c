"""Runs the drills: python -m tests.drills [NAME ...] [--fresh] [--every N] [--list].

All of them, whole, write docs/reliability.md. A run that is broken off goes on with the next one.
The exit status is 1 if any case failed.
"""

import argparse
import shutil
import signal
import sys
import time

from tests.drills.running import ROOT, all_drills, code, page, run

KEPT = ROOT / ".cache" / "drills"
PAGE = ROOT / "docs" / "reliability.md"


def main() -> int:
    """Run what the command line asks for."""
    # A shell's background is deaf to Ctrl-C, and so would be what drills start there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    drills = all_drills()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of some drills; without, all")
    parser.add_argument("--fresh", action="store_true", help="forget what was done before")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth case only")
    parser.add_argument("--list", action="store_true", help="the drills, and what each does")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(drills)
    if unknown:
        parser.error(f"no drill is called {', '.join(sorted(unknown))}: there are {[*drills]}")
    if asked.list:
        print("\n".join(f"{name}: {drill.sentence}" for name, drill in drills.items()))
        return 0
    if asked.fresh:
        shutil.rmtree(KEPT, ignore_errors=True)
    results = {}
    for name in asked.names or drills:
        began = time.monotonic()
        outcomes = run(drills[name], KEPT, code(), slice(None, None, asked.every))
        passed = sum(outcome.passed for outcome in outcomes)
        print(f"{name}: {passed} of {len(outcomes)} passed, {time.monotonic() - began:.0f} s")
        results[name] = (drills[name], outcomes)
    if not asked.names and asked.every == 1:
        PAGE.write_text(page(results), encoding="utf-8")
    return 0 if all(o.passed for _, outcomes in results.values() for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
