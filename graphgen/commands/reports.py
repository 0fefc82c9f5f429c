"""What a command tells about its work: files written, rows of the table, gradients that differ."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from graphgen.commands.saying import say
from graphgen.model.errors import RenderError
from graphgen.model.story import Story
from graphgen.narration.explanation import Comparison

__all__ = ["check_agreement", "open_file", "rows_of", "tell_written"]


def tell_written(path: Path, suffix: str, seconds: float, as_json: bool) -> None:
    """Prints the path of a file that was written, or an object about it.

    Args:
        path: of the file.
        suffix: of its format, with the dot.
        seconds: how long writing it took.
        as_json: whether an object is printed, with the size in bytes too.
    """
    about = {
        "path": str(path),
        "format": suffix[1:],
        "bytes": path.stat().st_size,
        "seconds": round(seconds, 3),
    }
    say(json.dumps(about) if as_json else about["path"])


def open_file(path: Path) -> None:
    """Opens a file as the desktop does; a machine without a desktop is told about."""
    if click.launch(str(path)) != 0:
        say(f"note: {path} is there, but nothing here can open it", err=True)


def rows_of(story: Story, comparisons: Sequence[Comparison]) -> str:
    """The table of a story as JSON, one object on each line."""
    checks = {comparison.node: comparison for comparison in comparisons}
    lines = []
    for row in story.table:
        body: dict[str, object] = {
            "name": row.name,
            "value": row.value,
            "gradient": row.gradient,
            "made_of": row.made_of,
            "parts": row.parts,
        }
        if row.node in checks:
            body["agrees"] = checks[row.node].agrees
            if checks[row.node].reason:
                body["undecided"] = checks[row.node].reason
        lines.append(json.dumps(body, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def check_agreement(story: Story, comparisons: Sequence[Comparison]) -> None:
    """Sees that no gradient differs from its finite difference.

    Raises:
        RenderError: one differs; the message says which.
    """
    names = ", ".join(story.names[one.node] for one in comparisons if one.agrees is False)
    if names:
        raise RenderError(
            f"gradients that agree with finite differences: those of {names} differ by more "
            "than rounding; where two kinks of a loss cancel, its slope is none that torch knows"
        )
