"""What draws here: versions, fonts, and this code. Where they are the same, so are the pixels."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graphgen.model.store import digest_of

__all__ = ["made_by", "surroundings"]

_DRAWN_BY = ("manim", "av", "pycairo", "manimpango", "numpy", "typst", "uharfbuzz")


def made_by() -> str:
    """What draws here: versions, and this code itself. Where it is the same, so are the pixels."""
    return "\n".join((*(f"{name} {_version(name)}" for name in _DRAWN_BY), f"autoviz {_code()}"))


@cache
def surroundings() -> str:
    """All that the pixels of every segment depend on; a font that is installed meanwhile isn't seen
    by this process either."""
    return f"{_fonts()}\n{made_by()}"


def _fonts() -> str:
    import manimpango  # type: ignore[import-untyped]

    return "\n".join(sorted(manimpango.list_fonts()))


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


@cache
def _code() -> str:
    """The source of autoviz."""
    home = Path(__file__).parents[2]
    files = sorted(file for room in ("graphgen", "scenes") for file in (home / room).rglob("*.py"))
    return digest_of(b"".join(file.read_bytes() for file in files))
