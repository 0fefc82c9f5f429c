"""The whole sweep over torch's database of operators: python -m tests.sweep [--samples N].

Prints one line for each operator that is wrong, those that are skipped with the reason, and the
counts. All samples take some 20 minutes of a processor. The exit status is 1 if anything is wrong,
or skipped without a known reason.
"""

import argparse
import sys
import warnings
from collections import Counter

from tests.opinfo import IMPOSSIBLE, operators, sweep


def main() -> int:
    """Run the sweep that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=0, help="of each operator; 0 for all")
    chosen = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    skipped: Counter[tuple[str, str]] = Counter()
    nodes = edges = 0
    warnings.simplefilter("ignore")  # torch's, of its own samples
    found = operators()
    for done, op in enumerate(found):
        if done % 50 == 0:
            print(f"{done} of {len(found)} operators", file=sys.stderr, flush=True)
        for outcome in sweep([op], samples=chosen.samples or None):
            counts[outcome.dtype, outcome.verdict] += 1
            nodes, edges = nodes + outcome.nodes, edges + outcome.edges
            if outcome.verdict == "wrong":
                print(f"WRONG {outcome.name} {outcome.dtype}: {outcome.reason}", flush=True)
            if outcome.verdict == "skipped":
                skipped[outcome.name, outcome.reason] += 1
    for (name, reason), times in sorted(skipped.items()):
        print(f"skipped {name} ({times}): {reason}")
    for (dtype, verdict), count in sorted(counts.items()):
        print(f"{dtype:12} {verdict:8} {count}")
    print(f"{nodes} nodes, {edges} edges")
    unlisted = {name for name, _ in skipped} - set(IMPOSSIBLE)
    if unlisted:
        print(f"skipped, and not known to be impossible: {', '.join(sorted(unlisted))}")
    return 1 if unlisted or any(verdict == "wrong" for _, verdict in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
