"""What the system has of all that autoviz can use, and the command that mends what it lacks."""

import platform
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata

from graphgen.model.libraries import without_compilers
from graphgen.model.programs import run_program
from graphgen.model.theme import DARK
from graphgen.outputs.formats import FILMS, FORMATS

__all__ = ["Finding", "examine", "report"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: what was found of it; "" is nothing.

    Attributes:
        mend: the command that brings it.
        use: what it is for.
    """

    part: str
    found: str
    use: str
    mend: str


def examine() -> Iterator[Finding]:
    """Every part, one after the other."""
    yield Finding("python", platform.python_version(), "everything", "")
    for package, use in _PACKAGES.items():
        yield Finding(package, _version(package), use, f"pip install {package}")
    for part, (look, use, mend) in _PARTS.items():
        yield Finding(part, _tried(look), use, mend)
    for codec, use in _encoders().items():
        look = partial(_encoder, codec)
        yield Finding(f"encoder {codec}", _tried(look), use, "pip install av")


def report(findings: list[Finding]) -> str:
    """The findings as lines, each ended by a newline.

    >>> print(report([Finding("dot", "", "layout", "apt-get install graphviz")]), end="")
    missing  dot  for layout; get it with: apt-get install graphviz
    """
    width = max(len(finding.part) for finding in findings)
    return "".join(f"{_line(finding, width)}\n" for finding in findings)


def _line(finding: Finding, width: int) -> str:
    part = finding.part.ljust(width)
    if finding.found:
        return f"ok       {part}  {finding.found}"
    return f"missing  {part}  for {finding.use}; get it with: {finding.mend}"


def _tried(look: Callable[[], str]) -> str:
    """What is found; a part that breaks when it is looked at is as good as absent."""
    try:
        return look()
    except Exception:  # a broken package raises whatever it likes, and the report says "missing"
        return ""


def _version(package: str) -> str:
    return _tried(lambda: metadata.version(package))


def _dot() -> str:
    program = shutil.which("dot")
    if program is None:
        return ""
    said = run_program([program, "-V"])
    number = re.search(r"\d+\.\d+(\.\d+)?", said.errors + said.out.decode(errors="replace"))
    return number[0] if number and not said.status else ""


def _fonts() -> str:
    installed = list(import_module("graphgen.text.pango").installed_families())
    return next((family for family in (*DARK.fonts, *installed) if family in installed), "")


def _cairo() -> str:
    with without_compilers():
        return str(import_module("cairocffi").cairo_version_string())


def _encoder(codec: str) -> str:
    return str(import_module("av").codec.Codec(codec, "w").long_name)


_PACKAGES = {
    "torch": "values and gradients",
    "manim": "films",
    "av": "films",
    "graphviz": ".dot",
    "cairosvg": ".png and .pdf",
    "rich": "progress",
    "joblib": "films on several cores",
}

_PARTS: dict[str, tuple[Callable[[], str], str, str]] = {
    "dot": (_dot, "the layout of every picture", "sudo apt-get install graphviz"),
    "font": (_fonts, "films, .png and .pdf", "sudo apt-get install fonts-dejavu-core"),
    "cairo": (_cairo, ".png and .pdf", "sudo apt-get install libcairo2"),
}


def _encoders() -> dict[str, str]:
    """Each codec that films need, and the suffixes for which they do."""
    uses: dict[str, list[str]] = {}
    for suffix in FILMS:
        format = FORMATS[suffix]
        for encoded in filter(None, (format.film, format.clear_film)):
            codec = "gif" if encoded.container == "gif" else encoded.codec
            if suffix not in uses.setdefault(codec, []):
                uses[codec].append(suffix)
    return {codec: " and ".join(suffixes) for codec, suffixes in uses.items()}
