"""The reading of bytecode, under each Python that is installed; it needs no torch."""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "bytecode_cases.py"


def interpreter(version: str) -> str | None:
    """A Python of a version: this one, one on the path, or one of pyenv's."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    root = os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))
    on_path = shutil.which(f"python{version}")
    candidates = [
        *([on_path] if on_path else []),
        *glob.glob(f"{root}/versions/{version}.*/bin/python"),
    ]
    for path in candidates:
        says = subprocess.run([path, "--version"], capture_output=True, text=True)
        if says.stdout.startswith(f"Python {version}."):
            return path
    return None


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_case_holds(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} is installed here")
    run = subprocess.run([python, str(CASES)], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert f"cases hold in {version}." in run.stdout
