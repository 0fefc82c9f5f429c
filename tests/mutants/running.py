"""A mutant in a copy of the tree, and whether a test there fails."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["ROOT", "Mutant", "Outcome", "copied", "page", "run"]

ROOT = Path(__file__).parents[2]

Kind = Literal[
    "colour", "direction", "sign", "order", "duration", "visibility", "camera", "class", "words",
    "numbers",
]  # fmt: skip

_LEFT_OUT = (
    ".git", ".venv", ".cache", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    "__pycache__", "build", "dist", "media", "*.egg-info",
)  # fmt: skip
_LONGEST = 900
"""Seconds for the tests of one mutant."""
_NO_TESTS = 5
"""Pytest's status where nothing was run."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong line.

    Attributes:
        name: what is wrong then, in a few words.
        kind: of what.
        path: of the file, from the root.
        old, new: what stands there once, and what takes its place.
        tests: where a test has to notice.
    """

    name: str
    kind: Kind
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant.

    Attributes:
        noticed_by: the first test that failed; "" where none did.
        seconds: how long that took.
    """

    mutant: Mutant
    noticed_by: str
    seconds: float


def copied(to: Path) -> Path:
    """A copy of the tree that mutants may be written into."""
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    gallery = ROOT / "media" / "gallery"
    if gallery.exists():
        shutil.copytree(gallery, to / "media" / "gallery")
    return to


def run(mutant: Mutant, tree: Path) -> str:
    """The first test in a tree that fails of a mutant; "" where none does. The tree is put back.

    Raises:
        ValueError: its old line doesn't stand there once, or its tests can't be run.
    """
    file = tree / mutant.path
    whole = file.read_text(encoding="utf-8")
    if whole.count(mutant.old) != 1:
        raise ValueError(
            f"a line that stands once in {mutant.path}: {mutant.old!r} stands there "
            f"{whole.count(mutant.old)} times; choose it anew in tests/mutants/table.py"
        )
    file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return _first_failure(tree, mutant.tests)
    finally:
        file.write_text(whole, encoding="utf-8")


def _first_failure(tree: Path, tests: tuple[str, ...]) -> str:
    # The tree comes before the installed package, for what the tests start as well.
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=_LONGEST,
        check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return ""
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if done.returncode == _NO_TESTS or not failed:
        raise ValueError(f"tests that run: {' '.join(tests)} gave\n{done.stdout[-2000:]}")
    return failed[0].split(" ", 1)[1].split(" - ")[0]


def page(outcomes: list[Outcome]) -> str:
    """The page of docs that says which test notices which mutant."""
    noticed = sum(bool(outcome.noticed_by) for outcome in outcomes)
    rows = "".join(
        f"| {o.mutant.kind} | {o.mutant.name} | `{o.mutant.path}` | "
        f"{f'`{o.noticed_by}`' if o.noticed_by else '**none**'} |\n"
        for o in sorted(outcomes, key=lambda outcome: outcome.mutant.kind)
    )
    return (
        "# What the tests notice\n\n"
        "One line of the code is made wrong at a time, as somebody may get it wrong, and the tests "
        "of its part\nare run: `make mutants`. This page is written by it.\n\n"
        f"{noticed} of {len(outcomes)} are noticed.\n\n"
        "| kind | what is wrong | where | the first test that fails |\n| --- | --- | --- | --- |\n"
        f"{rows}"
    )
