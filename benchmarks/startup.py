"""How long the shell waits: medians in milliseconds, and ratios against the least that is possible.

    python benchmarks/startup.py [ROUNDS]

Each command is timed once per round, one after the other, so that all meet the same load.
"""

import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent

BARE_CLICK = """
import sys
import click

@click.command()
@click.option("--name", help="A name.")
def main(name: str) -> None:
    \"\"\"Says hello.\"\"\"

sys.exit(main())
"""

GOALS = (
    ("import graphgen", ("import json, dataclasses",), 1.3),
    ("autoviz --help", ("a bare click program --help",), 1.5),
    ("render expr -o x.svg", ("import torch", "dot -Tjson"), 1.3),
)
"""What is measured, what it is held against (summed), and how many times that it may take."""


def commands(folder: Path) -> dict[str, list[str]]:
    """Every command that is timed, by its name; a folder holds what they read and write."""
    python = sys.executable
    script = Path(sysconfig.get_path("scripts")) / "autoviz"
    autoviz = [str(script)] if script.exists() else [python, str(ROOT / "cli.py")]
    bare, graph = folder / "bare.py", folder / "two-paths.dot"
    bare.write_text(BARE_CLICK)
    expression = [*autoviz, "render", "expr", "c = (a + b) * b", "--set", "a=2", "--set", "b=3"]
    run = [*expression, "--quiet", "-o"]
    subprocess.run([*run, str(graph)], cwd=ROOT, check=True)
    return {
        "import json, dataclasses": [python, "-c", "import json, dataclasses"],
        "import graphgen": [python, "-c", "import graphgen"],
        "a bare click program --help": [python, str(bare), "--help"],
        "autoviz --help": [*autoviz, "--help"],
        "import torch": [python, "-c", "import torch"],
        "dot -Tjson": ["dot", "-Tjson", str(graph)],
        "render expr -o x.svg": [*run, str(folder / "x.svg")],
    }


def medians(rounds: int) -> dict[str, float]:
    """For each command, the median of its times in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        found = commands(Path(folder))
        times: dict[str, list[float]] = {name: [] for name in found}
        for _ in range(rounds + 1):
            for name, command in found.items():
                started = perf_counter()
                subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
                times[name].append(perf_counter() - started)
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def main() -> None:
    """Prints the medians and the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    found = medians(rounds)
    for name, seconds in found.items():
        print(f"{name:30} {seconds * 1000:8.1f} ms")
    for name, against, limit in GOALS:
        ratio = found[name] / sum(found[part] for part in against)
        word = "reached" if ratio <= limit else "MISSED"
        print(f"{name} / ({' + '.join(against)}): {ratio:.2f}, at most {limit}: {word}")


if __name__ == "__main__":
    main()
