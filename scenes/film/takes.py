"""A take: what came out when a segment was drawn; as plain data, and as files of a folder.

take.json   [{"file": "000.mp4", "frames": 90, "repeat": 1}]
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .joining import Part

__all__ = ["Piece", "Take", "read_take", "write_take"]

_NAME = "take.json"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of so many frames that stands in the film so many times in a row."""

    frames: int
    repeat: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Take:
    """The pieces of the segment with this number, in order."""

    number: int
    pieces: tuple[Piece, ...]


def write_take(folder: Path, take: Take, suffix: str) -> Sequence[Path]:
    """Put a take into a folder, which is made; the note is there only when all of it is.

    Args:
        folder: where the files go; it may be new.
        take: the encoded pieces, in order.
        suffix: of the pieces' files, without the dot.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    noted, files = [], []
    for index, piece in enumerate(take.pieces):
        file = folder / f"{index:03}.{suffix}"
        file.write_bytes(piece.content)
        files.append(file)
        noted.append({"file": file.name, "frames": piece.frames, "repeat": piece.repeat})
    beside = folder / f"{_NAME}.part"
    beside.write_text(json.dumps(noted))
    return [*files, beside.replace(folder / _NAME)]


def read_take(folder: Path) -> tuple[Part, ...] | None:
    """The parts in a folder; None where there is no whole take."""
    try:
        noted = json.loads((folder / _NAME).read_bytes())
        return tuple(_part(folder, one) for one in noted)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _part(folder: Path, noted: Any) -> Part:
    """The part that a note tells of.

    Raises:
        ValueError: it is none, or not in this folder.
    """
    file, frames, repeat = noted["file"], noted["frames"], noted["repeat"]
    are_counts = all(type(count) is int and count > 0 for count in (frames, repeat))
    if not are_counts or Path(file).name != file or not (folder / file).is_file():
        raise ValueError(f"a part of a film: got {str(noted)[:100]}")
    return Part(folder / file, frames, repeat)
