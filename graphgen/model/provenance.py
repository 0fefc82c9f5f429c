"""What tells here: the versions of all that has a part in telling and placing, and this code."""

import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graphgen.model.errors import RenderError
from graphgen.model.programs import run_program
from graphgen.model.store import digest_of

__all__ = ["source_files", "told_by"]


@cache
def told_by() -> str:
    """Where this is the same, so is what is told of the same words; found without torch."""
    return "\n".join((sys.version, _version("torch"), _version("numpy"), _dot(), _code()))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _dot() -> str:
    try:
        return run_program(["dot", "-V"]).errors
    except (OSError, subprocess.TimeoutExpired, RenderError):
        return "none"


def source_files() -> list[Path]:
    """Every module of graphgen, in an order that is always the same."""
    return sorted(Path(__file__).parents[1].rglob("*.py"))


def _code() -> str:
    return digest_of(b"".join(file.read_bytes() for file in source_files()))
